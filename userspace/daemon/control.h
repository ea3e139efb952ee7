/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * control - the socket on which devtaskctl asks for a task: who may ask, one bounded
 * request with three descriptors, one answer. Must not know how tasks are made.
 */
#ifndef DEVTASK_DAEMON_CONTROL_H
#define DEVTASK_DAEMON_CONTROL_H

#include <systemd/sd-event.h>

#include "error.h"

struct devtask_control;
struct devtask_supervisor;

/* @path replaces a socket that an earlier helper left. */
int devtask_control_create(struct devtask_control **control, sd_event *loop,
			   struct devtask_supervisor *supervisor, const char *path,
			   struct devtask_error *error);
void devtask_control_destroy(struct devtask_control *control);

#endif
