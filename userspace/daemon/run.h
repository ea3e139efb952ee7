/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * run - the verb "run" of the control socket: an ad-hoc task of the administrator, with the
 * caller's own standard descriptors. Must not know how tasks are made.
 */
#ifndef DEVTASK_DAEMON_RUN_H
#define DEVTASK_DAEMON_RUN_H

#include "control.h"

/* Their context is the supervisor, as is that of devtask_run_bars(): true for members of tasks. */
extern const struct devtask_control_verb devtask_run_verbs[];
bool devtask_run_bars(pid_t pid, void *supervisor);

#endif
