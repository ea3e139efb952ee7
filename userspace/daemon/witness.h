/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * witness - is this process the installed consent agent, and no program of its user (CON-6)?
 * Must not know what the agent may do.
 */
#ifndef DEVTASK_DAEMON_WITNESS_H
#define DEVTASK_DAEMON_WITNESS_H

#include <sys/socket.h>

#include "error.h"

#define DEVTASK_AGENT_GROUP	"devtask-agent"

/*
 * @program is the agent's file: root's, writable by nobody else, setgid. @who connected with
 * effective ids; @pidfd names its process, or is -1. Returns 0, or a negative errno with a
 * sentence: -ENOENT, -EPERM.
 */
int devtask_witness_check(const char *program, const struct ucred *who, int pidfd,
			  struct devtask_error *error);

#endif
