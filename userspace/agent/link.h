/* SPDX-License-Identifier: GPL-2.0-only */
/* link - the agent's end of the helper's control socket. Must not know how people are asked. */
#ifndef DEVTASK_AGENT_LINK_H
#define DEVTASK_AGENT_LINK_H

#include <stdbool.h>

#include "error.h"
#include "question.h"

struct json_object;

/*
 * Connects and attaches as an agent of @kind. Returns the descriptor, or a negative errno with
 * the helper's sentence. *@pseudo: the administrator allows pseudo terminals.
 */
int devtask_link_open(const char *kind, bool *pseudo, struct devtask_error *error);

/* The next message, to be put; waits for it. NULL when the helper has gone. */
struct json_object *devtask_link_receive(int fd);

/* Takes @message. A negative errno if the helper has gone. */
int devtask_link_send(int fd, struct json_object *message);

#endif
