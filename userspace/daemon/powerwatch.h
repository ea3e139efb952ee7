/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * powerwatch - notices that the battery falls to a task's floor while there is no AC. Looks when the
 * kernel tells of a change and now and then besides, and only while there is a task to look for. Must
 * not know what the task does, nor who is told.
 */
#ifndef DEVTASK_DAEMON_POWERWATCH_H
#define DEVTASK_DAEMON_POWERWATCH_H

#include <stdint.h>

#include <systemd/sd-event.h>

struct devtask_power;
struct devtask_powerwatch;

/*
 * Once for each time that the battery falls to @floor_percent or below, or cannot be read any more,
 * without AC. @task may be removed from within.
 */
typedef void devtask_powerwatch_fn(uint32_t task, const struct devtask_power *power,
				   unsigned int floor_percent, void *context);

/* Returns 0 or a negative errno. */
int devtask_powerwatch_create(struct devtask_powerwatch **watch, sd_event *loop,
			      devtask_powerwatch_fn *low, void *context);
void devtask_powerwatch_destroy(struct devtask_powerwatch *watch);

/* Looks at once, from the loop. Returns 0, or -ENOMEM. */
int devtask_powerwatch_add(struct devtask_powerwatch *watch, uint32_t task,
			   unsigned int floor_percent);
void devtask_powerwatch_remove(struct devtask_powerwatch *watch, uint32_t task);

#endif
