/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * role - the helper's role beside an app under test: a thread that answers its questions and runs
 * its tasks, as devtaskd would. Must not know the library.
 */
#ifndef LIB_ROLE_H
#define LIB_ROLE_H

#include <pthread.h>
#include <stdatomic.h>

#include "../kernel/ask.h"
#include "../kernel/cage.h"
#include "../kernel/wire.h"

#define ROLE_APP "Example.Logger"
#define ROLE_SENTENCE "the battery is at 20 %, it needs more than 33 %"

/* What requests and explains are answered; a registration for "Refused" is refused, others not. */
enum role_answer {
	ROLE_RUN,	/* allow, and run the program */
	ROLE_REFUSE,	/* low-battery, with ROLE_SENTENCE */
	ROLE_WAIT,	/* say nothing yet */
};

struct role {
	/* Set by the test before role_start(); @answer at any time. */
	_Atomic enum role_answer answer;
	const char *node;		/* the task's device, NULL = none */
	int (*program)(void *arg);	/* the entry point, and its argument */
	void *arg;

	/* What has been seen. */
	struct ask request;		/* the newest, complete before it is answered */
	atomic_int runs;		/* tasks that have ended */
	int err;			/* the first thing that went wrong */

	struct wire *helper;
	struct cage cage;
	pid_t pid;
	atomic_bool stop;
	pthread_t thread;
};

/* @helper is bound, and the role's alone until role_stop(). 0 or -errno. */
int role_start(struct role *role, struct wire *helper);
/* Ends its task, if one runs. */
void role_stop(struct role *role);

#endif
