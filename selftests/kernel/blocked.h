/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A task whose threads all sleep in one call on a guarded file, and what became of each of
 * them. Must not know who revokes, or why.
 */
#ifndef KTEST_BLOCKED_H
#define KTEST_BLOCKED_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "cage.h"

#define BLOCKED_MAX 8

enum blocked_call {
	BLOCKED_READ,
	BLOCKED_POLL,
	BLOCKED_EPOLL,
	BLOCKED_URING_WORKER,	/* io_uring read in a worker thread */
	BLOCKED_URING_ARMED,	/* io_uring read waiting for readiness */
	BLOCKED_URING_POLL,
	BLOCKED_FEATURE,	/* HIDIOCGFEATURE, device silent */
	BLOCKED_BULK,		/* USBDEVFS_BULK without time-out, device silent */
	BLOCKED_CONTROL,	/* USBDEVFS_CONTROL likewise */
	BLOCKED_REAP,		/* USBDEVFS_REAPURB, a transfer pending */
	BLOCKED_REAP_IDLE,	/* none pending */
	BLOCKED_USB_POLL,	/* for a completion */
};

enum blocked_how {
	BLOCKED_ONE,		/* one thread on the descriptor that open() gave */
	BLOCKED_EIGHT,		/* eight threads on it */
	BLOCKED_DUP,		/* on its duplicate; the original is closed */
	BLOCKED_FORK,		/* a child, on the inherited one */
	BLOCKED_PASSED,		/* another process, on one passed by SCM_RIGHTS */
};

struct blocked_one {
	atomic_int tid;		/* set just before the call */
	atomic_int back;
	int ret;		/* of the call, or -errno */
	int revents;		/* of the polling calls */
	uint64_t back_ns;
	/* what the calls after it said */
	int read, write, ioctl, poll, map;
};

struct blocked {
	enum blocked_call call;
	enum blocked_how how;
	char path[64];
	unsigned char mute;	/* endpoint address */
	int error;		/* the task could not even begin */
	int threads;
	atomic_int again;	/* order: make the later calls */
	atomic_int all_done;
	struct blocked_one one[BLOCKED_MAX];
};

/* To be run inside a cage; @arg is a shared struct blocked with call, how, path, mute set. */
int blocked_task(void *arg);

/* Are all its threads asleep in the call (and stay so for some ms)? */
bool blocked_asleep(struct blocked *b);
bool blocked_all_back(struct blocked *b);

/* Is that thread asleep in system call number @nr? */
bool blocked_thread_asleep(pid_t tid, long nr);

#endif
