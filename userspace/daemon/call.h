/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * call - one client of the control socket from its connection to its end: who it is, what it
 * asked, the descriptors that came with it, the answer. Must not know verbs.
 */
#ifndef DEVTASK_DAEMON_CALL_H
#define DEVTASK_DAEMON_CALL_H

#include <stdbool.h>
#include <sys/socket.h>
#include <sys/types.h>

#include <systemd/sd-event.h>

#include "error.h"

struct devtask_call;
struct json_object;

#define DEVTASK_CALL_FDS	3	/* descriptors that a request can bring */

/* The sender as it was when it connected: effective ids. */
const struct ucred *devtask_call_sender(const struct devtask_call *call);

/* A pidfd of the sender, owned by @call, or -1 where the kernel gives none. */
int devtask_call_pidfd(const struct devtask_call *call);

/* Is the sender a consent agent that was accepted (CON-6)? */
bool devtask_call_is_agent(const struct devtask_call *call);
void devtask_call_set_agent(struct devtask_call *call);

/*
 * Whose matter it is: the member "uid" of the request, without it the sender. -EPERM with a
 * sentence if it is another's and the sender is not root, -EBADMSG if it is no uid.
 */
int devtask_call_uid(const struct devtask_call *call, uid_t *uid, struct devtask_error *error);

/* Hands the descriptors over to the caller, who closes them; -1 where none came. */
void devtask_call_take_descriptors(struct devtask_call *call, int fds[DEVTASK_CALL_FDS]);
int devtask_call_descriptors(const struct devtask_call *call);

/*
 * The last word: devtask_call_answer() adds "ok" to @answer, which is taken (NULL is an empty
 * object), devtask_call_refuse() says why not, devtask_call_close() says nothing. Each ends
 * and frees the call.
 */
void devtask_call_answer(struct devtask_call *call, struct json_object *answer);
void devtask_call_refuse(struct devtask_call *call, const struct devtask_error *error);
void devtask_call_close(struct devtask_call *call);

/*
 * For a call that lasts. @on_gone: the client left or was put out; that is the call's end and
 * it is owed nothing more (answer, refuse and close do not call it). @on_message: a further
 * object came; it is put afterwards. Without @on_message a further packet is the end. Both
 * may end the call. Without devtask_call_keep() nobody notices that a client left before its
 * answer.
 */
struct devtask_call_life {
	void (*on_message)(struct devtask_call *call, struct json_object *message, void *context);
	void (*on_gone)(struct devtask_call *call, void *context);
};
void devtask_call_keep(struct devtask_call *call, const struct devtask_call_life *life,
		       void *context);

/*
 * Sends @message, which is taken, and goes on. -EAGAIN: the client does not read; another
 * negative errno: it has gone, and @on_gone comes by itself, not from here.
 */
int devtask_call_push(struct devtask_call *call, struct json_object *message);

/* The rest is for the room control. */

struct devtask_call_host {
	/* One object, and the descriptors, arrived; must lead to the call's end. */
	void (*on_request)(struct devtask_call *call, struct json_object *request, void *context);
	/* The call is being freed. */
	void (*on_end)(struct devtask_call *call, void *context);
};

/* Takes @fd, also when it fails (a negative errno). */
int devtask_call_create(struct devtask_call **call, sd_event *loop, int fd,
			const struct devtask_call_host *host, void *context);

/* Puts the client out; its @on_gone is told. */
void devtask_call_put_out(struct devtask_call *call);

#endif
