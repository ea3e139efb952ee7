/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * harden - the agent is trusted by the helper and started by a user who is not: nothing that
 * the user left in the process may change what it does (CON-6). Must not know what it does.
 */
#ifndef DEVTASK_AGENT_HARDEN_H
#define DEVTASK_AGENT_HARDEN_H

#include <stdbool.h>

/*
 * To be called first. Keeps of the environment only what is harmless, closes descriptors above
 * standard error, resets signals, and can be traced or dumped by nobody from then on. Ends the
 * process if it cannot.
 */
void devtask_harden(void);

/* Did the file give this process another group than its user's, as an installed agent's does? */
bool devtask_harden_is_setgid(void);

#endif
