/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The rules as functions over facts: no locks, no clock, no I/O. Also compiled on the host,
 * where the unit tests walk them as truth tables.
 */
#ifndef DEVTASK_RULES_H
#define DEVTASK_RULES_H

#include <linux/types.h>
#ifndef __KERNEL__
#include <stdbool.h>
#endif
#include <linux/devtask.h>

/**
 * struct devtask_limits - what a task is held to
 * @deadline_ns:	RUN-1, from the start, CLOCK_BOOTTIME
 * @io_interval_ns:	RUN-3, 0 = rule off
 * @grace_ns:		END-1
 * @warning_ns:		how long before the deadline the task is warned (RUN-1), 0 = never
 */
struct devtask_limits {
	__u64 deadline_ns;
	__u64 io_interval_ns;
	__u64 grace_ns;
	__u64 warning_ns;
};

/**
 * enum devtask_limit_fault - the first limit that is out of its range
 */
enum devtask_limit_fault {
	DEVTASK_LIMIT_FAULT_NONE,
	DEVTASK_LIMIT_FAULT_DEADLINE,
	DEVTASK_LIMIT_FAULT_IO_INTERVAL,
	DEVTASK_LIMIT_FAULT_GRACE,
};

/**
 * struct devtask_idle - verdict on a task's I/O
 * @expired:	no completed I/O within the interval
 * @wait_ticks:	if not: look again after so many ticks, never 0
 */
struct devtask_idle {
	bool expired;
	__u64 wait_ticks;
};

struct devtask_limits devtask_rules_defaults(enum devtask_type type);
enum devtask_limit_fault devtask_rules_check(const struct devtask_limits *limits);
__u64 devtask_rules_warn_after(const struct devtask_limits *limits);
struct devtask_idle devtask_rules_idle(__u64 ticks_since_io, __u64 interval_ticks);
bool devtask_rules_detach_ends(enum devtask_type type);
bool devtask_rules_cut_at_once(enum devtask_detail detail);
bool devtask_rules_can_be_reported(enum devtask_detail detail);

#endif
