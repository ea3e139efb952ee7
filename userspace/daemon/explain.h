/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * explain - the verb "explain": the checks of a request as they would end now, with nothing
 * started and nobody asked (section 2). Must not know how they are judged.
 */
#ifndef DEVTASK_DAEMON_EXPLAIN_H
#define DEVTASK_DAEMON_EXPLAIN_H

#include "control.h"

/*
 * explain {app, entry_point, device, type?, estimate_ns?, uid?, pid?}. Their context is the struct
 * devtask_sources. Without a pid the checks of the running app are left out.
 */
extern const struct devtask_control_verb devtask_explain_verbs[];

#endif
