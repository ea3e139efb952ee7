/* SPDX-License-Identifier: GPL-2.0-only */
/* foreground_verbs - the foreground on the control socket. Must not know how it is judged. */
#ifndef DEVTASK_DAEMON_FOREGROUND_VERBS_H
#define DEVTASK_DAEMON_FOREGROUND_VERBS_H

#include "control.h"

/*
 * foreground-set {uid, pid} and foreground-clear {uid} for root, foreground-show {uid, pid?}
 * for everybody about oneself. The table's context is the struct devtask_foreground.
 */
extern const struct devtask_control_verb devtask_foreground_verbs[];

#endif
