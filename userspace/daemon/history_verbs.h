/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * history_verbs - the history on the control socket: own records, and for root all (ADM-2). Must
 * not know how they are kept.
 */
#ifndef DEVTASK_DAEMON_HISTORY_VERBS_H
#define DEVTASK_DAEMON_HISTORY_VERBS_H

#include "control.h"

/* "history"; its context is the room history. */
extern const struct devtask_control_verb devtask_history_verbs[];

#endif
