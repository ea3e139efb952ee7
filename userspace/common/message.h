/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * message - what devtaskctl and devtaskd say to each other on the control socket: one JSON
 * object per packet. Both ends are here so that they cannot drift apart. The receiving
 * end trusts nothing. Must not know the socket.
 */
#ifndef DEVTASK_MESSAGE_H
#define DEVTASK_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"

#define DEVTASK_MESSAGE_MAX	(128 * 1024)	/* bytes of one packet */
#define DEVTASK_MESSAGE_DEVICES	16
#define DEVTASK_MESSAGE_WORDS	4096		/* of argv, of environ */
#define DEVTASK_ARGUMENTS_MAX	4096		/* bytes of "arguments" (APP-2) */

/* A request to run a program as a task. All strings are owned by the request. */
struct devtask_run_request {
	uint32_t abi_version;
	uint32_t type;
	char *devices[DEVTASK_MESSAGE_DEVICES + 1];	/* ends with NULL */
	char *user;			/* NULL = the sender */
	char *program;			/* absolute path */
	char *arguments;		/* opaque string of the app, or NULL */
	char *directory;
	char **argv;
	char **environ;
	bool has_deadline;
	uint64_t deadline_ns;
	bool has_io_interval;
	uint64_t io_interval_ns;
};

/* The answer: a task, or why not. */
struct devtask_run_reply {
	bool started;
	uint32_t id;
	char trigger[37];
	struct devtask_error error;
};

/* Returns the text, to be freed, or NULL for lack of memory. */
char *devtask_message_pack_run(const struct devtask_run_request *request);
char *devtask_message_pack_reply(const struct devtask_run_reply *reply);

/* Return 0, or -EBADMSG / -EPROTO (another version) with a sentence. */
int devtask_message_unpack_run(const char *text, size_t length,
			       struct devtask_run_request *request, struct devtask_error *error);
int devtask_message_unpack_reply(const char *text, size_t length,
				 struct devtask_run_reply *reply);

void devtask_run_request_clear(struct devtask_run_request *request);

#endif
