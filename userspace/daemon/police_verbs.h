/* SPDX-License-Identifier: GPL-2.0-only */
/* police_verbs - how a task stands with the CPU floor, on the control socket. */
#ifndef DEVTASK_DAEMON_POLICE_VERBS_H
#define DEVTASK_DAEMON_POLICE_VERBS_H

#include "control.h"

/*
 * cpu-floor {task} for everybody about own tasks: the mode, the screen, the cycles used and
 * required, the window so far and the whole one (RUN-4, RUN-10). The table's context is the
 * struct devtask_police.
 */
extern const struct devtask_control_verb devtask_police_verbs[];

#endif
