/* SPDX-License-Identifier: GPL-2.0-only */
/* client - a program's end of the helper's control socket. Must not know what is asked. */
#ifndef DEVTASK_CLIENT_H
#define DEVTASK_CLIENT_H

#include "error.h"
#include "message.h"

/* Where the helper listens: $DEVTASK_CONTROL or the usual place. */
const char *devtask_client_path(void);

/* Connects, or says that the helper is not running; returns the descriptor. */
int devtask_client_connect(struct devtask_error *error);

/*
 * One question, one answer: @request (see devtask_message_request()) is taken, the answer is to
 * be put. NULL with the helper's own sentence if it refused, or with why it could not be asked.
 */
struct json_object *devtask_client_ask(struct json_object *request, struct devtask_error *error);

/* The same in steps, for a talk that lasts; @request is taken. */
int devtask_client_send(int fd, struct json_object *request, struct devtask_error *error);
struct json_object *devtask_client_receive(int fd, struct devtask_error *error);

/*
 * Asks the helper to run a program with our standard descriptors. Returns 0 and fills
 * @reply when it runs, or an error with the helper's own sentence.
 */
int devtask_client_run(const struct devtask_run_request *request,
		       struct devtask_run_reply *reply, struct devtask_error *error);

#endif
