/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The numbered, replayable ring of events. Knows who is listening only as a function.
 */
#ifndef DEVTASK_EVENT_H
#define DEVTASK_EVENT_H

#include <linux/types.h>
#include <linux/devtask.h>

struct devtask_label;

/**
 * struct devtask_event - one thing that happened to a task
 * @seq:		number, set when it is emitted; starts at 1, no gaps (APP-4)
 * @kind:		what happened
 * @time_ns:		when, CLOCK_BOOTTIME
 * @label:		to whom; the ring holds a reference
 * @reason:		valid if @canceled
 * @detail:		valid if @canceled
 * @measured_ns:	what the rule measured; for a revocation how long it took
 * @required_ns:	what the rule wanted
 * @exit_status:	as from waitpid(2), valid if @exited
 * @ops:		completed I/O until then
 * @bytes:		of that I/O
 * @duration_ns:	since the start of the task, 0 if it has not started
 * @canceled:		the task has been cancelled, or would have been (violated)
 * @exited:		the exit status is known
 * @unsafe:		it was cancelled in an unsafe phase (APP-9)
 * @claim_id:		whose device is gone or back (APP-8), 0 = none
 * @claim_index:	which of the task's devices that is
 */
struct devtask_event {
	u64 seq;
	enum devtask_event_kind kind;
	u64 time_ns;
	struct devtask_label *label;
	enum devtask_reason reason;
	enum devtask_detail detail;
	u64 measured_ns;
	u64 required_ns;
	u32 exit_status;
	u64 ops;
	u64 bytes;
	u64 duration_ns;
	bool canceled;
	bool exited;
	bool unsafe;
	u32 claim_id;
	u32 claim_index;
};

int devtask_event_init(void (*listener)(const struct devtask_event *event));
void devtask_event_exit(void);
void devtask_event_emit(struct devtask_event *event);
u64 devtask_event_newest(void);
u64 devtask_event_replay(u64 since, int (*show)(const struct devtask_event *event, void *to),
			 void *to);

#endif
