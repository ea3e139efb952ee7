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

struct json_object;

#define DEVTASK_MESSAGE_MAX	(128 * 1024)	/* bytes of one packet */
#define DEVTASK_MESSAGE_DEVICES	16
#define DEVTASK_MESSAGE_WORDS	4096		/* of argv, of environ */
#define DEVTASK_ARGUMENTS_MAX	4096		/* bytes of "arguments" (APP-2) */

/* {"verb":@verb,"abi_version":N}, to be put; members are added by whoever asks. */
struct json_object *devtask_message_request(const char *verb);

/* {"ok":false,"err":-N,"exit":N,"error":"sentence"}, to be put; and back into an error. */
struct json_object *devtask_message_refusal(const struct devtask_error *error);
void devtask_message_read_refusal(struct json_object *json, struct devtask_error *error);

/* The packet as one object, to be put, or NULL with a sentence. Nesting is bounded. */
struct json_object *devtask_message_parse(const char *text, size_t length,
					  struct devtask_error *error);

/* The verb of a request of our version, owned by @request, or NULL with a sentence. */
const char *devtask_message_verb(struct json_object *request, struct devtask_error *error);

/* The member @key, owned by @from; NULL if it is absent, no string, or hides a NUL. */
const char *devtask_message_string(struct json_object *from, const char *key);

/* A request to run a program as a task. All strings are owned by the request. */
struct devtask_run_request {
	uint32_t abi_version;
	uint32_t type;
	char *devices[DEVTASK_MESSAGE_DEVICES + 1];	/* ends with NULL */
	char trigger[37];		/* of the sender's making, or "" */
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
	uint64_t estimate_ns;		/* of a servicing (INI-7); 0 = unknown */
};

/* The answer: a task, or why not. */
struct devtask_run_reply {
	bool started;
	uint32_t id;
	char trigger[37];
	struct devtask_error error;
};

/* Reads what devtask_message_verb() has accepted. Returns 0, or -EBADMSG with a sentence. */
int devtask_message_read_run(struct json_object *json, struct devtask_run_request *request,
			     struct devtask_error *error);

/* The answer when it runs, to be put. */
struct json_object *devtask_message_started(const struct devtask_run_reply *reply);

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
