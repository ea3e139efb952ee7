// SPDX-License-Identifier: GPL-2.0-only
/* One fill per object; see netlink_fill.h. The attributes are those of the YAML spec. */
#include <linux/cgroup.h>
#include <linux/kdev_t.h>
#include <linux/module.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/user_namespace.h>
#include <net/genetlink.h>

#include "ask.h"
#include "claim.h"
#include "custody.h"
#include "event.h"
#include "helper.h"
#include "label.h"
#include "limits.h"
#include "netlink_fill.h"
#include "sender.h"
#include "session.h"
#include "task.h"

#define TASK_U64(skb, name, value) \
	nla_put_u64_64bit(skb, DEVTASK_A_TASK_##name, value, DEVTASK_A_TASK_PAD)
#define ASK_U64(skb, name, value) \
	nla_put_u64_64bit(skb, DEVTASK_A_ASK_##name, value, DEVTASK_A_ASK_PAD)
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
	       nla_put_string(skb, DEVTASK_A_TASK_APP, label->app) ||
	       nla_put_string(skb, DEVTASK_A_TASK_REGISTRATION, label->registration) ||
	       nla_put_u32(skb, DEVTASK_A_TASK_REPORT_ONLY, task->report_only) ||
	       TASK_U64(skb, CGROUP_ID, cgroup_id(task->cgrp));
}

static int fill_limits(struct sk_buff *skb, const struct devtask_limits *limits)
{
	return TASK_U64(skb, DEADLINE_NS, limits->deadline_ns) ||
	       TASK_U64(skb, IO_INTERVAL_NS, limits->io_interval_ns) ||
	       TASK_U64(skb, GRACE_NS, limits->grace_ns) ||
	       TASK_U64(skb, WARNING_NS, limits->warning_ns);
}

static int fill_clocks(struct sk_buff *skb, const struct devtask_task *task)
{
	struct devtask_clocks clocks = devtask_task_clocks(task);

	if (!task->start_ns)
		return 0;
	return TASK_U64(skb, ELAPSED_NS, clocks.elapsed_ns) ||
	       TASK_U64(skb, REMAINING_NS, clocks.remaining_ns) ||
	       TASK_U64(skb, SINCE_IO_NS, clocks.since_io_ns);
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

/* The app, as long as it lives. */
static int fill_app(struct sk_buff *skb, const struct devtask_task *task)
{
	bool alive;

	rcu_read_lock();
	alive = pid_task(task->app_pid, PIDTYPE_TGID);
	rcu_read_unlock();
	return (alive && nla_put_u32(skb, DEVTASK_A_TASK_APP_PID, pid_nr(task->app_pid))) ||
	       (task->progressed && nla_put_u32(skb, DEVTASK_A_TASK_PROGRESS, task->progress));
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
	sum = devtask_custody_sum(task);
	full = fill_names(skb, task, arguments) ||
	       nla_put_u32(skb, DEVTASK_A_TASK_STATE, task->state) ||
	       nla_put_u32(skb, DEVTASK_A_TASK_UNSAFE, task->unsafe) ||
	       fill_app(skb, task) ||
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
		   nla_put_u64_64bit(skb, DEVTASK_A_CLAIM_BYTES, sum.bytes, DEVTASK_A_CLAIM_PAD) ||
		   (claim->replaces &&
		    nla_put_u32(skb, DEVTASK_A_CLAIM_REPLACES, claim->replaces));

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
	case DEVTASK_EVENT_KIND_VIOLATED:
	case DEVTASK_EVENT_KIND_WARNING:
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

	return 512 + strlen(label->trigger) + strlen(label->program) + strlen(label->device) +
	       strlen(label->app);
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
		   (*label->app && nla_put_string(skb, DEVTASK_A_EVENT_APP, label->app)) ||
		   nla_put_u32(skb, DEVTASK_A_EVENT_UID, from_kuid(&init_user_ns, label->uid)) ||
		   fill_event_cancellation(skb, event) ||
		   fill_event_measure(skb, event) ||
		   (event->exited &&
		    nla_put_u32(skb, DEVTASK_A_EVENT_EXIT_STATUS, event->exit_status)) ||
		   (event->claim_id &&
		    nla_put_u32(skb, DEVTASK_A_EVENT_CLAIM_ID, event->claim_id)) ||
		   (event->unsafe && nla_put_u32(skb, DEVTASK_A_EVENT_UNSAFE, 1)) ||
		   EVENT_U64(skb, OPS, event->ops) ||
		   EVENT_U64(skb, BYTES, event->bytes) ||
		   EVENT_U64(skb, DURATION_NS, event->duration_ns);

	return full ? -EMSGSIZE : 0;
}

static int fill_sender(struct sk_buff *skb, const struct devtask_sender *sender)
{
	return nla_put_u32(skb, DEVTASK_A_ASK_PID, sender->pid) ||
	       nla_put_u32(skb, DEVTASK_A_ASK_UID, from_kuid(&init_user_ns, sender->uid)) ||
	       nla_put_u32(skb, DEVTASK_A_ASK_GID, from_kgid(&init_user_ns, sender->gid)) ||
	       ASK_U64(skb, CGROUP_ID, sender->cgroup_id) ||
	       nla_put_string(skb, DEVTASK_A_ASK_CGROUP, sender->cgroup) ||
	       nla_put_string(skb, DEVTASK_A_ASK_EXECUTABLE, sender->executable) ||
	       nla_put_u32(skb, DEVTASK_A_ASK_EXECUTABLE_MAJOR, MAJOR(sender->dev)) ||
	       nla_put_u32(skb, DEVTASK_A_ASK_EXECUTABLE_MINOR, MINOR(sender->dev)) ||
	       ASK_U64(skb, EXECUTABLE_INODE, sender->inode);
}

static int fill_wish(struct sk_buff *skb, const struct devtask_ask *ask)
{
	if (!ask->device)
		return 0;
	return nla_put_string(skb, DEVTASK_A_ASK_DEVICE, ask->device) ||
	       nla_put_string(skb, DEVTASK_A_ASK_ARGUMENTS, ask->arguments) ||
	       ASK_U64(skb, ESTIMATE_NS, ask->estimate_ns);
}

/**
 * devtask_netlink_fill_ask_size() - room that one question needs, its texts included
 * @ask: the question
 */
size_t devtask_netlink_fill_ask_size(const struct devtask_ask *ask)
{
	const struct devtask_sender *sender = ask->sender;

	return 2048 + strlen(sender->cgroup) + strlen(sender->executable) +
	       (ask->arguments ? strlen(ask->arguments) : 0);
}

/**
 * devtask_netlink_fill_ask() - describe a question, under devtask_session_lock
 * @skb: message that gets the attributes
 * @ask: the question
 *
 * Return: 0 or -EMSGSIZE.
 */
int devtask_netlink_fill_ask(struct sk_buff *skb, const struct devtask_ask *ask)
{
	const struct devtask_registration *registration = ask->registration;
	const struct devtask_session *session = registration->session;
	int full = ASK_U64(skb, ID, ask->id) ||
		   nla_put_u32(skb, DEVTASK_A_ASK_KIND, ask->kind) ||
		   ASK_U64(skb, SESSION, session->id) ||
		   fill_sender(skb, ask->sender) ||
		   (session->app && nla_put_string(skb, DEVTASK_A_ASK_APP, session->app)) ||
		   nla_put_string(skb, DEVTASK_A_ASK_REGISTRATION, registration->name) ||
		   nla_put_string(skb, DEVTASK_A_ASK_ENTRY_POINT, registration->entry_point) ||
		   nla_put_u32(skb, DEVTASK_A_ASK_TYPE, registration->type) ||
		   fill_wish(skb, ask);

	return full ? -EMSGSIZE : 0;
}

/**
 * devtask_netlink_fill_dump_start() - a dump begins
 * @cb: the dump
 *
 * One object with the longest texts must fit, or the dump could not go on. Return: 0.
 */
int devtask_netlink_fill_dump_start(struct netlink_callback *cb)
{
	cb->min_dump_alloc = NLMSG_DEFAULT_SIZE + DEVTASK_PATH_MAX + 3 * DEVTASK_NAME_MAX;
	return 0;
}

/**
 * devtask_netlink_fill_dump() - one message of a dump
 * @skb: buffer of the dump
 * @cb: the dump
 * @family: ours
 * @cmd: number of the message
 * @fill: puts the attributes
 * @object: passed on to @fill
 *
 * Return: 0, or -EMSGSIZE: it goes into the next buffer.
 */
int devtask_netlink_fill_dump(struct sk_buff *skb, struct netlink_callback *cb,
			      const struct genl_family *family, u8 cmd,
			      int (*fill)(struct sk_buff *skb, const void *object),
			      const void *object)
{
	void *header = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq, family,
				   NLM_F_MULTI, cmd);
	int err;

	if (!header)
		return -EMSGSIZE;
	err = fill(skb, object);
	if (err) {
		genlmsg_cancel(skb, header);
		return err;
	}
	genlmsg_end(skb, header);
	return 0;
}

/**
 * devtask_netlink_text() - read a text; empty if it is not there
 * @info: the request
 * @attr: which attribute
 * @text: out: belongs to the request
 *
 * The policy has seen to it that there is a NUL; here that it is the end (APP-2). Return: 0 or
 * -EINVAL with a sentence.
 */
int devtask_netlink_text(struct genl_info *info, int attr, const char **text)
{
	const struct nlattr *nla = info->attrs[attr];

	*text = "";
	if (!nla)
		return 0;
	if (strlen(nla_data(nla)) + 1 != nla_len(nla)) {
		NL_SET_ERR_MSG_ATTR(info->extack, nla, "text with a NUL in it: leave it out");
		return -EINVAL;
	}
	*text = nla_data(nla);
	return 0;
}
