/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A task: one background run of an entry point. Identity, state, and cancellation exactly
 * once. Knows neither devices nor the rules that cancel it.
 */
#ifndef DEVTASK_TASK_H
#define DEVTASK_TASK_H

#include <linux/hrtimer.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <linux/devtask.h>

#include "account.h"
#include "notice.h"
#include "rules.h"

struct cgroup;
struct devtask_label;
struct devtask_registration;
struct netlink_ext_ack;
struct pid;

/**
 * struct devtask_cancellation - why a task was cancelled (END-5), or would have been (ADM-4)
 * @time_ns: when, CLOCK_BOOTTIME
 * @unsafe: the task had said that its device must not be taken away then (APP-9)
 */
struct devtask_cancellation {
	enum devtask_reason reason;
	enum devtask_detail detail;
	u64 measured_ns;
	u64 required_ns;
	u64 time_ns;
	bool unsafe;
};

#define DEVTASK_TASK_VIOLATIONS 4

/**
 * enum devtask_task_flag - bits of &devtask_task.flags, each set once and never cleared
 * @DEVTASK_TASK_CANCELING:	somebody has won the right to write the cancellation
 * @DEVTASK_TASK_CANCELED:	the cancellation is written, readable with acquire
 * @DEVTASK_TASK_TOLD:		the helper has won the right to write the exit status
 * @DEVTASK_TASK_ENDING:	the exit status is written: the process tree has ended
 * @DEVTASK_TASK_GONE:		no longer in the registry
 * @DEVTASK_TASK_WARN:		its deadline is near, and that is to be told (RUN-1)
 */
enum devtask_task_flag {
	DEVTASK_TASK_CANCELING,
	DEVTASK_TASK_CANCELED,
	DEVTASK_TASK_TOLD,
	DEVTASK_TASK_ENDING,
	DEVTASK_TASK_GONE,
	DEVTASK_TASK_WARN,
};

/**
 * struct devtask_task - one task
 * @ref:		references: the registry, each claim, each queued @step
 * @id:			number in the registry, constant
 * @label:		names, constant
 * @cgrp:		its cgroup v2, constant, referenced
 * @limits:		constant
 * @app_pid:		process that asked for it, constant, referenced; NULL if none did
 * @estimate_ns:	as the app gave it, constant
 * @report_only:	rules are reported, not enforced (ADM-4); constant
 * @flags:		&enum devtask_task_flag, atomic
 * @last_io:		jiffies of the newest completed I/O, or of the start; lock-free
 * @claims_alive:	its claims in memory, also those that only dead guards hold; atomic
 * @unsafe:		its device must not be taken away now (APP-9); set under @lock, read anywhere
 * @lock:		protects what follows down to @progressed; may be held while a driver is
 *			waited for, never taken under a lock of a driver
 * @state:		&enum devtask_state, only ever growing
 * @start_ns:		CLOCK_BOOTTIME of the start, 0 before
 * @due_ns:		CLOCK_MONOTONIC of the next step of an ending, 0 = none
 * @revoke_ns:		CLOCK_MONOTONIC of the first round of the revocation, 0 before
 * @revoke_rounds:	rounds until now
 * @killed:		the event "killed" has been sent
 * @warned:		the event "warning" has been sent
 * @claims:		list of &devtask_claim.in_task; belongs to the room "custody"
 * @past:		what claims have counted that are gone
 * @registration:	who is told of it, referenced; NULL if no app is, and after the end
 * @result:		what it leaves for its app, owned, NULL = nothing (END-4)
 * @progress:		newest progress, valid if @progressed (APP-3)
 * @exit_status:	as from waitpid(2), valid if @exited; written under
 *			DEVTASK_TASK_TOLD, valid once DEVTASK_TASK_ENDING
 * @exited:		the helper has given an exit status; as @exit_status
 * @cancellation:	written under DEVTASK_TASK_CANCELING, valid once DEVTASK_TASK_CANCELED
 * @violation_lock:	protects the next two; any context, innermost
 * @violations:		rules that were broken and not told yet (ADM-4), one per rule
 * @violation_count:	how many of them
 * @notices:		what its own sessions are told besides the cancellation
 * @wait:		woken by the cancellation and by a notice
 * @sessions:		files that speak for it, atomic
 * @step:		drives the task through its end; the broker installs it
 * @idle_timer:		belongs to the room "liveness"
 * @deadline_timer:	belongs to the room "deadline"
 * @warning_timer:	belongs to it too
 * @step_timer:		belongs to the broker: the end of a grace
 */
struct devtask_task {
	struct kref ref;
	u32 id;
	struct devtask_label *label;
	struct cgroup *cgrp;
	struct devtask_limits limits;
	struct pid *app_pid;
	u64 estimate_ns;
	bool report_only;
	unsigned long flags;
	unsigned long last_io;
	atomic_t claims_alive;
	bool unsafe;

	struct mutex lock;
	enum devtask_state state;
	u64 start_ns;
	u64 due_ns;
	u64 revoke_ns;
	unsigned int revoke_rounds;
	bool killed;
	bool warned;
	struct list_head claims;
	struct devtask_count past;
	struct devtask_registration *registration;
	char *result;
	u32 progress;
	bool progressed;

	u32 exit_status;
	bool exited;
	struct devtask_cancellation cancellation;
	spinlock_t violation_lock;
	struct devtask_cancellation violations[DEVTASK_TASK_VIOLATIONS];
	unsigned int violation_count;
	struct devtask_notices notices;
	wait_queue_head_t wait;
	atomic_t sessions;
	struct work_struct step;
	struct hrtimer idle_timer;
	struct hrtimer deadline_timer;
	struct hrtimer warning_timer;
	struct hrtimer step_timer;
};

/**
 * struct devtask_clocks - the clocks of a task now; all 0 before it has started
 */
struct devtask_clocks {
	u64 elapsed_ns;
	u64 remaining_ns;
	u64 since_io_ns;
};

int devtask_task_init(void);
void devtask_task_exit(void);

int devtask_task_register(struct devtask_task *task, struct netlink_ext_ack *extack);
void devtask_task_unregister(struct devtask_task *task);
struct devtask_task *devtask_task_create(struct devtask_label *label, struct cgroup *cgrp,
					 const struct devtask_limits *limits,
					 work_func_t step);
struct devtask_task *devtask_task_find(u32 id);
struct devtask_task *devtask_task_of_current(void);
struct devtask_task *devtask_task_next(unsigned long *id);
unsigned int devtask_task_count(void);
void devtask_task_get(struct devtask_task *task);
void devtask_task_put(struct devtask_task *task);

void devtask_task_queue_step(struct devtask_task *task);
int devtask_task_cancel(struct devtask_task *task, enum devtask_reason reason,
			enum devtask_detail detail, u64 measured_ns, u64 required_ns);
bool devtask_task_next_violation(struct devtask_task *task,
				 struct devtask_cancellation *violation);
int devtask_task_set_unsafe(struct devtask_task *task, bool is);
bool devtask_task_canceled(const struct devtask_task *task);
struct devtask_clocks devtask_task_clocks(const struct devtask_task *task);

#endif
