// SPDX-License-Identifier: GPL-2.0-only
/* One fill per object; see netlink_fill.h. The attributes are those of the YAML spec. */
#include <linux/cgroup.h>
#include <linux/jiffies.h>
#include <linux/kdev_t.h>
#include <linux/module.h>
#include <linux/timekeeping.h>
#include <linux/user_namespace.h>
#include <net/netlink.h>

#include "claim.h"
#include "event.h"
#include "helper.h"
#include "label.h"
#include "netlink_fill.h"
#include "task.h"

#define TASK_U64(skb, name, value) \
	nla_put_u64_64bit(skb, DEVTASK_A_TASK_##name, value, DEVTASK_A_TASK_PAD)
#define EVENT_U64(skb, name, value) \
	nla_put_u64_64bit(skb, DEVTASK_A_EVENT_##name, value, DEVTASK_A_EVENT_PAD)

int devtask_netlink_fill_info(struct sk_buff *skb)
{
	pid_t helper = devtask_helper_pid();

	if (nla_put_u32(skb, DEVTASK_A_INFO_ABI_VERSION, DEVTASK_ABI_VERSION) ||
	    nla_put_string(skb, DEVTASK_A_INFO_MODULE_VERSION, THIS_MODULE->version) ||
	    (helper && nla_put_u32(skb, DEVTASK_A_INFO_HELPER_PID, helper)) ||
	    nla_put_u32(skb, DEVTASK_A_INFO_TASKS, devtask_task_count()) ||
	    nla_put_u64_64bit(skb, DEVTASK_A_INFO_EVENT_SEQ, devtask_event_newest(),
			      DEVTASK_A_INFO_PAD))
		return -EMSGSIZE;
	return 0;
}

static int fill_names(struct sk_buff *skb, const struct devtask_task *task, bool arguments)
{
	const struct devtask_label *label = task->label;

	return nla_put_u32(skb, DEVTASK_A_TASK_ID, task->id) ||
	       nla_put_u32(skb, DEVTASK_A_TASK_TYPE, label->type) ||
	       nla_put_string(skb, DEVTASK_A_TASK_TRIGGER, label->trigger) ||
	       nla_put_string(skb, DEVTASK_A_TASK_PROGRAM, label->program) ||
	       (arguments && nla_put_string(skb, DEVTASK_A_TASK_ARGUMENTS, label->arguments)) ||
	       nla_put_string(skb, DEVTASK_A_TASK_DEVICE, label->device) ||
	       nla_put_u32(skb, DEVTASK_A_TASK_UID, from_kuid(&init_user_ns, label->uid)) ||
	       TASK_U64(skb, CGROUP_ID, cgroup_id(task->cgrp));
}

static int fill_limits(struct sk_buff *skb, const struct devtask_limits *limits)
{
	return TASK_U64(skb, DEADLINE_NS, limits->deadline_ns) ||
	       TASK_U64(skb, IO_INTERVAL_NS, limits->io_interval_ns) ||
	       TASK_U64(skb, GRACE_NS, limits->grace_ns);
}

static int fill_clocks(struct sk_buff *skb, const struct devtask_task *task)
{
	u64 elapsed_ns = ktime_get_boottime_ns() - task->start_ns;
	u64 deadline_ns = task->limits.deadline_ns;
	long ticks = max(0L, (long)(jiffies - READ_ONCE(task->last_io)));
	/* A tick is coarser than the clock: an I/O is never older than its task. */
	u64 since_io_ns = min_t(u64, jiffies64_to_nsecs(ticks), elapsed_ns);

	if (!task->start_ns)
		return 0;
	return TASK_U64(skb, ELAPSED_NS, elapsed_ns) ||
	       TASK_U64(skb, REMAINING_NS, elapsed_ns < deadline_ns ? deadline_ns - elapsed_ns : 0) ||
	       TASK_U64(skb, SINCE_IO_NS, since_io_ns);
}

static int fill_cancellation(struct sk_buff *skb, const struct devtask_task *task)
{
	const struct devtask_cancellation *why = &task->cancellation;

	if (!devtask_task_canceled(task))
		return 0;
	return nla_put_u32(skb, DEVTASK_A_TASK_REASON, why->reason) ||
	       nla_put_u32(skb, DEVTASK_A_TASK_DETAIL, why->detail) ||
	       TASK_U64(skb, MEASURED_NS, why->measured_ns) ||
	       TASK_U64(skb, REQUIRED_NS, why->required_ns);
}

/**
 * devtask_netlink_fill_task() - describe a task; may sleep
 * @skb: message that gets the attributes
 * @task: the task
 * @arguments: the reader may see the app's string
 *
 * Return: 0 or -EMSGSIZE.
 */
int devtask_netlink_fill_task(struct sk_buff *skb, struct devtask_task *task, bool arguments)
{
	struct devtask_count sum;
	int full;

	mutex_lock(&task->lock);
	sum = devtask_claim_sum(task);
	full = fill_names(skb, task, arguments) ||
	       nla_put_u32(skb, DEVTASK_A_TASK_STATE, task->state) ||
	       fill_limits(skb, &task->limits) ||
	       fill_clocks(skb, task) ||
	       TASK_U64(skb, OPS, sum.ops) ||
	       TASK_U64(skb, BYTES, sum.bytes) ||
	       fill_cancellation(skb, task);
	mutex_unlock(&task->lock);
	return full ? -EMSGSIZE : 0;
}

/**
 * devtask_netlink_fill_claim() - describe a claim; may sleep
 * @skb: message that gets the attributes
 * @claim: the claim
 *
 * Return: 0 or -EMSGSIZE.
 */
int devtask_netlink_fill_claim(struct sk_buff *skb, struct devtask_claim *claim)
{
	struct devtask_count sum = devtask_account_sum(&claim->account);
	int full = nla_put_u32(skb, DEVTASK_A_CLAIM_ID, claim->id) ||
		   nla_put_u32(skb, DEVTASK_A_CLAIM_TASK_ID, claim->task->id) ||
		   nla_put_u32(skb, DEVTASK_A_CLAIM_KIND, claim->kind) ||
		   nla_put_u32(skb, DEVTASK_A_CLAIM_STATE, devtask_claim_state(claim)) ||
		   nla_put_string(skb, DEVTASK_A_CLAIM_PATH, claim->path_name) ||
		   nla_put_string(skb, DEVTASK_A_CLAIM_HARDWARE_ID, claim->hardware_id) ||
		   nla_put_u32(skb, DEVTASK_A_CLAIM_MAJOR, MAJOR(claim->devt)) ||
		   nla_put_u32(skb, DEVTASK_A_CLAIM_MINOR, MINOR(claim->devt)) ||
		   nla_put_u32(skb, DEVTASK_A_CLAIM_GUARDS, READ_ONCE(claim->guard_count)) ||
		   nla_put_u64_64bit(skb, DEVTASK_A_CLAIM_OPS, sum.ops, DEVTASK_A_CLAIM_PAD) ||
		   nla_put_u64_64bit(skb, DEVTASK_A_CLAIM_BYTES, sum.bytes, DEVTASK_A_CLAIM_PAD);

	return full ? -EMSGSIZE : 0;
}

static int fill_event_cancellation(struct sk_buff *skb, const struct devtask_event *event)
{
	if (!event->canceled)
		return 0;
	return nla_put_u32(skb, DEVTASK_A_EVENT_REASON, event->reason) ||
	       nla_put_u32(skb, DEVTASK_A_EVENT_DETAIL, event->detail);
}

static int fill_event_measure(struct sk_buff *skb, const struct devtask_event *event)
{
	switch (event->kind) {
	case DEVTASK_EVENT_KIND_CANCELED:
		return EVENT_U64(skb, MEASURED_NS, event->measured_ns) ||
		       EVENT_U64(skb, REQUIRED_NS, event->required_ns);
	case DEVTASK_EVENT_KIND_REVOKED:
		return EVENT_U64(skb, MEASURED_NS, event->measured_ns);
	default:
		return 0;
	}
}

/**
 * devtask_netlink_fill_size() - room that one event needs, its texts included
 * @event: the event
 */
size_t devtask_netlink_fill_size(const struct devtask_event *event)
{
	const struct devtask_label *label = event->label;

	return 512 + strlen(label->trigger) + strlen(label->program) + strlen(label->device);
}

/**
 * devtask_netlink_fill_event() - describe an event
 * @skb: message that gets the attributes
 * @event: the event
 *
 * Return: 0 or -EMSGSIZE.
 */
int devtask_netlink_fill_event(struct sk_buff *skb, const struct devtask_event *event)
{
	const struct devtask_label *label = event->label;
	int full = EVENT_U64(skb, SEQ, event->seq) ||
		   nla_put_u32(skb, DEVTASK_A_EVENT_KIND, event->kind) ||
		   EVENT_U64(skb, TIME_NS, event->time_ns) ||
		   nla_put_u32(skb, DEVTASK_A_EVENT_TASK_ID, label->task_id) ||
		   nla_put_u32(skb, DEVTASK_A_EVENT_TYPE, label->type) ||
		   nla_put_string(skb, DEVTASK_A_EVENT_TRIGGER, label->trigger) ||
		   nla_put_string(skb, DEVTASK_A_EVENT_PROGRAM, label->program) ||
		   nla_put_string(skb, DEVTASK_A_EVENT_DEVICE, label->device) ||
		   fill_event_cancellation(skb, event) ||
		   fill_event_measure(skb, event) ||
		   (event->exited &&
		    nla_put_u32(skb, DEVTASK_A_EVENT_EXIT_STATUS, event->exit_status)) ||
		   EVENT_U64(skb, OPS, event->ops) ||
		   EVENT_U64(skb, BYTES, event->bytes) ||
		   EVENT_U64(skb, DURATION_NS, event->duration_ns);

	return full ? -EMSGSIZE : 0;
}
