/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * vacancy - the place of one device of a servicing task, while the device is away and when it comes
 * back (APP-8): for how long it may be away, whether what is seen is it, and the steps by which the
 * task gets its new node. Must not know how devices are seen, nor the other devices of the task.
 */
#ifndef DEVTASK_DAEMON_VACANCY_H
#define DEVTASK_DAEMON_VACANCY_H

#include <stdbool.h>
#include <sys/types.h>

#include <systemd/sd-event.h>

#include "keepsake.h"

struct devtask_device;
struct devtask_hold;
struct devtask_job;
struct devtask_kernel;
struct devtask_settings;
struct devtask_supervisor;
struct devtask_visit;
struct udev_device;

#define DEVTASK_VACANCY_TOLD	8

/* Whom it asks and tells. */
struct devtask_vacancy_rooms {
	struct devtask_kernel *kernel;
	struct devtask_supervisor *supervisor;
	struct devtask_hold *hold;
	const struct devtask_settings *settings;
};

struct devtask_vacancy {
	const struct devtask_job *job;
	const struct devtask_vacancy_rooms *rooms;
	sd_event *loop;
	struct devtask_keepsake_device *kept;
	/* @kept has changed. */
	void (*keep)(void *context);
	void *context;

	sd_event_source *on_late;
	struct devtask_visit *visit;
	dev_t told[DEVTASK_VACANCY_TOLD];	/* of devices that are not it, and were said so */
	unsigned int told_count;
};

/* Takes down what must be known of @device when it is gone. */
void devtask_vacancy_remember(struct devtask_vacancy *vacancy,
			      const struct devtask_device *device, uint32_t claim);

/*
 * The device is away, since @since_ns (CLOCK_BOOTTIME, 0 = now). Returns true if it is waited for:
 * otherwise the task is cancelled.
 */
bool devtask_vacancy_begin(struct devtask_vacancy *vacancy, uint64_t since_ns);
bool devtask_vacancy_is_away(const struct devtask_vacancy *vacancy);

/*
 * @udev is there, at @seen. If it is the device, the access follows it. Returns false if that did
 * not succeed and is to be tried again.
 */
bool devtask_vacancy_consider(struct devtask_vacancy *vacancy, struct udev_device *udev,
			      const struct devtask_port *seen);

/* The guarded node comes over @node in the task, unless it is there. */
void devtask_vacancy_mount(struct devtask_vacancy *vacancy, const char *node);

/* Nobody waits any more: it is back, or its task has been cancelled. */
void devtask_vacancy_end(struct devtask_vacancy *vacancy);

/* Before it is freed. */
void devtask_vacancy_clear(struct devtask_vacancy *vacancy);

#endif
