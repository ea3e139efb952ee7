/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * session - an app's line to devtask as several threads share it: who may call, who reads the
 * events, and who gets which. Must not know what is asked over it.
 */
#ifndef LIBDEVTASK_SESSION_H
#define LIBDEVTASK_SESSION_H

#include "include/devtask.h"

/* What a blocking call waits for: an event that is its own, and not the queue's. */
struct devtask_wait {
	uint64_t request;
	/* Is this event of that request the one? */
	bool (*is_it)(const struct devtask_event *event);
	struct devtask_event *event;	/* then the caller's, to free */
	int err;			/* it never comes, or there was no memory for it */
	struct devtask_wait *next;
};

/* The session for this thread alone until the exit; -EPERM in a forked child. */
int devtask_session_enter(struct devtask_session *session);
void devtask_session_exit(struct devtask_session *session);

/* The door's descriptor. -EPERM in a forked child; needs no enter. */
int devtask_session_door(struct devtask_session *session);

/*
 * Between enter and exit. The session is free for others while @wait waits for its event:
 * 0, -EAGAIN, -ETIMEDOUT, -ECANCELED. To miss nothing, enter before the event can come.
 */
int devtask_session_await(struct devtask_session *session, struct devtask_wait *wait,
			  int timeout_ms);

#endif
