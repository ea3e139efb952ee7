/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A process of a task that does one thing after the other, as the test tells it. Must not know
 * what.
 */
#ifndef KTEST_WORKER_H
#define KTEST_WORKER_H

#include <stdatomic.h>
#include <sys/types.h>

#include "cage.h"

#define WORKER_FDS 128

struct worker {
	int (*_Atomic job)(struct worker *worker);	/* NULL: it has nothing to do */
	atomic_uint orders;	/* given so far; slept on, so that an idle worker costs no time */
	atomic_int up;
	pid_t pid;
	int arg;		/* of the job */
	int result;		/* of the newest job */
	int door;		/* the task's own session, or -errno */
	int fd[WORKER_FDS];	/* for the jobs, which live in the worker */
	int count;
	char buf[8192];
};

/* In that task; NULL if it does not come up. */
struct worker *worker_hire(struct cage *cage);
/* Run @job there and wait for it: what it returns, or -ETIME. */
int worker_do(struct worker *worker, int (*job)(struct worker *worker), int arg);
/* The same without waiting. */
void worker_begin(struct worker *worker, int (*job)(struct worker *worker), int arg);

#endif
