/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * devfilter - the device cgroup program of a task: of raw device nodes only the harmless
 * ones open. A guarded node is none of them and needs none: the device cgroup does not see
 * it (its inode carries no device number). Must not know tasks.
 */
#ifndef DEVTASK_DAEMON_DEVFILTER_H
#define DEVTASK_DAEMON_DEVFILTER_H

#include "error.h"

/* Loads the program; returns its descriptor. */
int devtask_devfilter_load(struct devtask_error *error);

/* From now on, for as long as the cgroup lives, with or without the helper. */
int devtask_devfilter_attach(int program, int cgroup, struct devtask_error *error);

#endif
