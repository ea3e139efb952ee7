/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * run - the verb "run" of the control socket: an ad-hoc task of the administrator, with the
 * caller's own standard descriptors, held to the rules that are not about the app. Must not know how tasks are made.
 */
#ifndef DEVTASK_DAEMON_RUN_H
#define DEVTASK_DAEMON_RUN_H

#include "control.h"

struct devtask_history;
struct devtask_sources;

/* The verbs' context. Both may be filled in later than the verbs are added. */
struct devtask_run_rooms {
	const struct devtask_sources *sources;
	struct devtask_history *history;
};
extern const struct devtask_control_verb devtask_run_verbs[];

/* True for members of tasks. */
bool devtask_run_bars(pid_t pid, void *supervisor);

#endif
