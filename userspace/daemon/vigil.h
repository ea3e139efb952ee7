/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * vigil - keeps the computer awake for its tasks and its battery in sight: tells inhibitor locks and
 * powerwatch which tasks there are, and does what these ask for. A low battery is told to journal and
 * history and ends no task: a device that is half updated is worse off. Must not know logind, nor
 * where a battery is read.
 */
#ifndef DEVTASK_DAEMON_VIGIL_H
#define DEVTASK_DAEMON_VIGIL_H

#include <systemd/sd-event.h>

#include "error.h"

struct devtask_history;
struct devtask_settings;
struct devtask_supervisor;
struct devtask_vigil;

/* To be called before devtask_supervisor_adopt(). All must outlive it. */
int devtask_vigil_create(struct devtask_vigil **vigil, sd_event *loop,
			 struct devtask_supervisor *supervisor, struct devtask_history *history,
			 const struct devtask_settings *settings, struct devtask_error *error);
void devtask_vigil_destroy(struct devtask_vigil *vigil);

#endif
