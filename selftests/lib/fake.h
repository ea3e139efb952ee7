/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fake - a door without a kernel behind it, in place of the library's room "door": events are
 * packets that a test sends, answers are what a test has set. For what the real door cannot be
 * made to do at will: other versions, broken events, threads at a certain point.
 */
#ifndef LIB_FAKE_H
#define LIB_FAKE_H

#include <stdatomic.h>
#include <stdint.h>

#include <linux/devtask_app.h>

struct fake {
	/* What the door answers. */
	int open_err;
	int err;			/* to the next call but INFO and STATUS; then 0 again */
	uint32_t abi_version, is_task;
	uint32_t type;			/* of every registration */
	const char *sentence;		/* of a refused registration */
	uint64_t reasons;
	struct devtask_app_details details;
	const char *device, *arguments;

	/* What it was asked; texts with a NUL. */
	atomic_int calls;		/* but INFO and STATUS */
	_Atomic uint64_t request;	/* newest, counted by the door */
	struct devtask_app_request asked;
	uint32_t conditions;
	struct devtask_app_unregister unregistered;
	uint32_t progress, open_flags, unsafe;
	uint64_t since;
	char last_device[300], last_arguments[5000], last_result[5000];

	int kernel;			/* the other end */
};

extern struct fake fake;

/* All as after a successful start. */
void fake_reset(void);

/* Send one event; @text may be NULL. */
void fake_event(const struct devtask_app_event *event, const char *text);
/* The usual ones. */
void fake_verdict(uint64_t seq, uint64_t request, uint32_t verdict);
void fake_progress(uint64_t seq, uint64_t request, uint32_t progress);
void fake_completed(uint64_t seq, uint64_t request);

#endif
