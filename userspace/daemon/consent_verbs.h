/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * consent_verbs - the stored answers on the control socket: who may see and change which (CON-4,
 * CON-6). Must not know how they are kept.
 */
#ifndef DEVTASK_DAEMON_CONSENT_VERBS_H
#define DEVTASK_DAEMON_CONSENT_VERBS_H

#include "control.h"

/*
 * "consent-list", "consent-grant", "consent-revoke", "consent-forget", "consent-follow"; their
 * context is the room consent. Any program of the user may revoke; only root and the agent grant.
 * Following is a talk that lasts: {"ok":true}, and {"event":"consent-changed"} after each change.
 */
extern const struct devtask_control_verb devtask_consent_verbs[];

#endif
