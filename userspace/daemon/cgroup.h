/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cgroup - the cgroup v2 directory that is a task: made, found again by its number, asked
 * whether anybody lives in it, removed. Must not know tasks.
 */
#ifndef DEVTASK_DAEMON_CGROUP_H
#define DEVTASK_DAEMON_CGROUP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "error.h"

/* The directory below which tasks live, with reduced weights (RUN-9). Returns its descriptor. */
int devtask_cgroup_open_base(struct devtask_error *error);

/* A fresh directory. Returns its descriptor. */
int devtask_cgroup_create(int base, const char *name, struct devtask_error *error);

/* The directory whose number is @id, or a negative errno (-ESTALE: it is gone). */
int devtask_cgroup_find(uint64_t id);

/* A descriptor of cgroup.events: EPOLLPRI when something changed. */
int devtask_cgroup_open_events(int directory);
bool devtask_cgroup_is_populated(int events);

int devtask_cgroup_kill(int directory);
int devtask_cgroup_remove(int directory);

/* Removes the empty directories that a helper left when it died. */
void devtask_cgroup_sweep(int base);

/* True if process @pid lives in @directory or below, or if nobody can tell. */
bool devtask_cgroup_holds(int directory, pid_t pid);

#endif
