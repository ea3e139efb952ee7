// SPDX-License-Identifier: GPL-2.0-only
/* The rules as pure functions; see rules.h. */
#include "limits.h"
#include "rules.h"

/**
 * devtask_rules_defaults() - the table's limits of an operation type (RUN-1, RUN-3, END-1)
 * @type: operation type; anything unknown is held to the stricter one
 */
struct devtask_limits devtask_rules_defaults(enum devtask_type type)
{
	bool servicing = type == DEVTASK_TYPE_SERVICING;

	return (struct devtask_limits) {
		.deadline_ns = servicing ? DEVTASK_SERVICING_DEADLINE_NS : DEVTASK_USE_DEADLINE_NS,
		.io_interval_ns = servicing ? 0 : DEVTASK_USE_IO_INTERVAL_NS,
		.grace_ns = DEVTASK_GRACE_NS,
		.warning_ns = DEVTASK_WARNING_NS,
	};
}

static bool outside(__u64 value, __u64 min, __u64 max)
{
	return value < min || value > max;
}

/**
 * devtask_rules_check() - find the first limit that cannot be enforced (RUN-10)
 * @limits: what the helper asks for
 */
enum devtask_limit_fault devtask_rules_check(const struct devtask_limits *limits)
{
	if (outside(limits->deadline_ns, DEVTASK_DEADLINE_MIN_NS, DEVTASK_DEADLINE_MAX_NS))
		return DEVTASK_LIMIT_FAULT_DEADLINE;
	if (limits->io_interval_ns &&
	    outside(limits->io_interval_ns, DEVTASK_IO_INTERVAL_MIN_NS, DEVTASK_IO_INTERVAL_MAX_NS))
		return DEVTASK_LIMIT_FAULT_IO_INTERVAL;
	if (limits->grace_ns > DEVTASK_GRACE_MAX_NS)
		return DEVTASK_LIMIT_FAULT_GRACE;
	return DEVTASK_LIMIT_FAULT_NONE;
}

/**
 * devtask_rules_warn_after() - how long after its start a task is warned (RUN-1)
 * @limits: of the task
 *
 * Return: 0 = never: nobody wants it, or the deadline is not longer than the warning.
 */
__u64 devtask_rules_warn_after(const struct devtask_limits *limits)
{
	if (!limits->warning_ns || limits->warning_ns >= limits->deadline_ns)
		return 0;
	return limits->deadline_ns - limits->warning_ns;
}

/**
 * devtask_rules_idle() - is a task idle (RUN-3)?
 * @ticks_since_io: whole ticks between the tick of the last completed I/O and this one
 * @interval_ticks: the interval, rounded up to ticks
 *
 * The stamp of an I/O is the tick that it fell into, so the I/O may be almost one tick
 * younger than the difference says. One tick more is waited for: never too early, and at
 * most two ticks late.
 */
struct devtask_idle devtask_rules_idle(__u64 ticks_since_io, __u64 interval_ticks)
{
	__u64 end = interval_ticks + 1;

	if (ticks_since_io >= end)
		return (struct devtask_idle) { .expired = true };
	return (struct devtask_idle) { .wait_ticks = end - ticks_since_io };
}

/**
 * devtask_rules_detach_ends() - does the loss of the device end the task (RUN-2)?
 * @type: operation type; a firmware update lives through it (APP-8)
 */
bool devtask_rules_detach_ends(enum devtask_type type)
{
	return type != DEVTASK_TYPE_SERVICING;
}

/**
 * devtask_rules_cut_at_once() - is the device taken away without a grace (END-1)?
 * @detail: why the task was cancelled
 *
 * Nothing is left to be tidied up on a device that is gone, and a permission that was taken
 * back is not used for five more seconds.
 */
bool devtask_rules_cut_at_once(enum devtask_detail detail)
{
	return detail == DEVTASK_DETAIL_DEVICE_DETACHED ||
	       detail == DEVTASK_DETAIL_CONSENT_REVOKED;
}

/**
 * devtask_rules_can_be_reported() - in developer mode, does the task go on (ADM-4)?
 * @detail: the rule that is broken
 *
 * What a person, an app or the system wants is no rule of the task's: that always ends it.
 */
bool devtask_rules_can_be_reported(enum devtask_detail detail)
{
	return detail == DEVTASK_DETAIL_NO_IO || detail == DEVTASK_DETAIL_CPU_FLOOR ||
	       detail == DEVTASK_DETAIL_DEVICE_DETACHED || detail == DEVTASK_DETAIL_WALL_CLOCK;
}
