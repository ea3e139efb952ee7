// SPDX-License-Identifier: GPL-2.0-only
/*
 * The use cases; see broker.h.
 *
 * The end of a task is one work function, the step. Rules, timers and the helper only set a
 * bit and queue it; so whatever comes together, the end is driven by one thread at a time:
 *
 *	cancelled	tell it (event, SIGTERM), give it its grace
 *	grace over	revoke: shut the gates, drain, give the devices back
 *	a bit later	kill what still lives, again until nothing does
 *	helper's word	the process tree has ended: revoke what is left, say "ended", forget
 */
#include <linux/cgroup.h>
#include <linux/fs.h>
#include <linux/jiffies.h>
#include <linux/netlink.h>
#include <linux/pid.h>
#include <linux/sched/signal.h>
#include <linux/timekeeping.h>

#include "answer.h"
#include "ask.h"
#include "broker.h"
#include "claim.h"
#include "custody.h"
#include "deadline.h"
#include "event.h"
#include "herald.h"
#include "label.h"
#include "limits.h"
#include "liveness.h"
#include "members.h"
#include "presence.h"
#include "run.h"
#include "sender.h"
#include "session.h"
#include "task.h"
#include "trace.h"

static void enter_state(struct devtask_task *task, enum devtask_state state)
{
	task->state = state;
	trace_devtask_state(task->id, state);
}

static enum hrtimer_restart step_is_due(struct hrtimer *timer)
{
	devtask_task_queue_step(container_of(timer, struct devtask_task, step_timer));
	return HRTIMER_NORESTART;
}

static void look_again_in(struct devtask_task *task, u64 ns)
{
	task->due_ns = ktime_get_ns() + ns;
	hrtimer_start(&task->step_timer, ns_to_ktime(task->due_ns), HRTIMER_MODE_ABS);
}

static void begin_canceling(struct devtask_task *task)
{
	const struct devtask_cancellation *why = &task->cancellation;

	enter_state(task, DEVTASK_STATE_CANCELING);
	devtask_answer_forget(task);
	devtask_herald_tell(task, (struct devtask_event) {
		.kind = DEVTASK_EVENT_KIND_CANCELED,
		.time_ns = why->time_ns,
		.measured_ns = why->measured_ns,
		.required_ns = why->required_ns,
		.unsafe = why->unsafe,
	});
	devtask_members_signal(task->cgrp, SIGTERM);
}

/* Return: somebody still lived. */
static bool kill_members(struct devtask_task *task)
{
	if (!devtask_members_signal(task->cgrp, SIGKILL))
		return false;
	if (!task->killed)
		devtask_herald_tell(task, (struct devtask_event) { .kind = DEVTASK_EVENT_KIND_KILLED });
	task->killed = true;
	return true;
}

static unsigned int drain_wait_ms(unsigned int round)
{
	return min_t(unsigned int, DEVTASK_DRAIN_FIRST_MS << min(round, 8u), DEVTASK_DRAIN_LAST_MS);
}

/*
 * One round of taking all devices away (END-2). The first one shuts every gate; each wakes
 * what sleeps in a driver and waits for the calls to come out. A driver that does not let
 * go is answered with SIGKILL after the linger, which ends killable waits; for the task the
 * device is gone in any case. Between two rounds the task's lock is free.
 * Return: true if no call is left and the devices have been given back.
 */
static bool revoke(struct devtask_task *task)
{
	unsigned int round = task->revoke_rounds++;
	u64 took_ns;

	if (!round) {
		task->revoke_ns = ktime_get_ns();
		devtask_custody_shut(task);
	}
	devtask_members_kick(task->cgrp);
	devtask_custody_interrupt(task, round > 0);
	if (!devtask_custody_drain(task, drain_wait_ms(round))) {
		if (ktime_get_ns() - task->revoke_ns > DEVTASK_LINGER_NS)
			kill_members(task);
		look_again_in(task, 0);
		return false;
	}
	devtask_custody_restore(task);
	took_ns = ktime_get_ns() - task->revoke_ns;
	trace_devtask_revoke(task->id, took_ns, task->revoke_rounds);
	enter_state(task, DEVTASK_STATE_REVOKED);
	devtask_herald_tell(task, (struct devtask_event) {
		.kind = DEVTASK_EVENT_KIND_REVOKED,
		.measured_ns = took_ns,
	});
	return true;
}

static void finish(struct devtask_task *task)
{
	struct devtask_event ended = { .kind = DEVTASK_EVENT_KIND_ENDED };

	devtask_liveness_stop(task);
	devtask_deadline_stop(task);
	/* The end has overtaken the cancellation, which is told all the same. */
	if (devtask_task_canceled(task) && task->state < DEVTASK_STATE_CANCELING)
		begin_canceling(task);
	/* What was leaked out of the process tree is taken back too. */
	if (task->state < DEVTASK_STATE_REVOKED && !revoke(task))
		return;
	hrtimer_cancel(&task->step_timer);
	enter_state(task, DEVTASK_STATE_ENDED);
	devtask_answer_forget(task);
	ended.exit_status = task->exit_status;
	ended.exited = task->exited;
	devtask_herald_tell(task, ended);
	devtask_custody_forget(task);
	devtask_task_unregister(task);
}

static bool due(const struct devtask_task *task)
{
	return task->due_ns && ktime_get_ns() >= task->due_ns;
}

static void go_on(struct devtask_task *task)
{
	u64 grace_ns = task->limits.grace_ns;
	bool at_once = devtask_rules_cut_at_once(task->cancellation.detail);

	if (task->state < DEVTASK_STATE_CANCELING) {
		begin_canceling(task);
		look_again_in(task, at_once ? 0 : grace_ns);
		if (!at_once)
			return;
	}
	if (!due(task))
		return;
	if (task->state < DEVTASK_STATE_REVOKED) {
		if (revoke(task))
			look_again_in(task, at_once ? grace_ns : DEVTASK_LINGER_NS);
		return;
	}
	if (kill_members(task))
		look_again_in(task, DEVTASK_KILL_AGAIN_NS);
}

/* A servicing task outlives its device (APP-8); any other has been cancelled by now. */
static void tell_losses(struct devtask_task *task)
{
	struct devtask_claim *claim;

	if (devtask_rules_detach_ends(task->label->type))
		return;
	while ((claim = devtask_custody_next_lost(task)))
		devtask_herald_tell_device(task, DEVTASK_EVENT_KIND_DETACHED, claim);
}

static void tell_news(struct devtask_task *task)
{
	tell_losses(task);
	if (!task->warned && test_bit(DEVTASK_TASK_WARN, &task->flags)) {
		task->warned = true;
		devtask_herald_tell_warning(task);
	}
}

static void step(struct work_struct *work)
{
	struct devtask_task *task = container_of(work, struct devtask_task, step);

	mutex_lock(&task->lock);
	if (task->state != DEVTASK_STATE_ENDED) {
		devtask_herald_tell_violations(task);
		if (test_bit(DEVTASK_TASK_ENDING, &task->flags))
			finish(task);
		else if (devtask_task_canceled(task))
			go_on(task);
		else
			tell_news(task);
	}
	mutex_unlock(&task->lock);
	devtask_task_put(task);		/* the one that was taken when the step was queued */
}

static int check_limits(const struct devtask_limits *limits, struct netlink_ext_ack *extack)
{
	switch (devtask_rules_check(limits)) {
	case DEVTASK_LIMIT_FAULT_NONE:
		return 0;
	case DEVTASK_LIMIT_FAULT_DEADLINE:
		NL_SET_ERR_MSG(extack, "deadline-ns: from 1 s to 24 h");
		break;
	case DEVTASK_LIMIT_FAULT_IO_INTERVAL:
		NL_SET_ERR_MSG(extack, "io-interval-ns: 0 for off, or from 0.5 s to 1 h");
		break;
	case DEVTASK_LIMIT_FAULT_GRACE:
		NL_SET_ERR_MSG(extack, "grace-ns: up to 60 s");
		break;
	}
	return -ERANGE;
}

static struct cgroup *get_cgroup(int fd, struct netlink_ext_ack *extack)
{
	struct cgroup *cgrp = cgroup_get_from_fd(fd);

	if (IS_ERR(cgrp)) {
		NL_SET_ERR_MSG(extack, "cgroup-fd: open the task's own cgroup v2 directory and pass its descriptor");
		return cgrp;
	}
	if (cgrp->root != &cgrp_dfl_root || !cgroup_parent(cgrp)) {
		NL_SET_ERR_MSG(extack, "cgroup-fd: not the root and not cgroup v1: make a directory in cgroup v2");
		cgroup_put(cgrp);
		return ERR_PTR(-EINVAL);
	}
	return cgrp;
}

static struct devtask_label *make_label(const struct devtask_request *request,
					const struct devtask_ask *ask)
{
	struct devtask_label names = {
		.type = request->type,
		.uid = request->uid,
		.trigger = request->trigger,
		.program = request->program,
		.device = request->device,
		.arguments = request->arguments,
		.app = ask ? ask->registration->session->app : request->app,
		.registration = ask ? ask->registration->name : "",
	};

	return devtask_label_create(&names);
}

static struct devtask_task *make_task(const struct devtask_request *request,
				      const struct devtask_ask *ask,
				      struct netlink_ext_ack *extack)
{
	struct devtask_label *label;
	struct devtask_task *task;
	struct cgroup *cgrp;

	cgrp = get_cgroup(request->cgroup_fd, extack);
	if (IS_ERR(cgrp))
		return ERR_CAST(cgrp);
	label = make_label(request, ask);
	if (!label)
		goto put_cgroup;
	task = devtask_task_create(label, cgrp, &request->limits, step);
	if (!task)
		goto put_label;
	hrtimer_setup(&task->step_timer, step_is_due, CLOCK_MONOTONIC, HRTIMER_MODE_ABS);
	devtask_liveness_init(task);
	devtask_deadline_init(task);
	task->report_only = request->report_only;
	if (ask) {
		task->estimate_ns = ask->estimate_ns;
		task->app_pid = get_pid(ask->registration->session->owner);
	}
	return task;

put_label:
	devtask_label_put(label);
put_cgroup:
	cgroup_put(cgrp);
	return ERR_PTR(-ENOMEM);
}

/* Make it known, and the answer to the app's request if there is one. */
static int admit_task(struct devtask_task *task, struct devtask_ask *ask,
		      struct netlink_ext_ack *extack)
{
	int err = ask ? devtask_answer_prepare(ask, task, extack) : 0;

	if (err)
		return err;
	err = devtask_task_register(task, extack);
	if (err) {
		devtask_answer_forget(task);
		return err;
	}
	trace_devtask_state(task->id, DEVTASK_STATE_PREPARED);
	devtask_herald_tell(task, (struct devtask_event) { .kind = DEVTASK_EVENT_KIND_CREATED });
	return 0;
}

static int create_task(const struct devtask_request *request, struct devtask_ask *ask, u32 *id,
		       struct netlink_ext_ack *extack)
{
	struct devtask_task *task = make_task(request, ask, extack);
	int err;

	if (IS_ERR(task))
		return PTR_ERR(task);
	mutex_lock(&task->lock);
	err = admit_task(task, ask, extack);
	*id = task->id;
	mutex_unlock(&task->lock);
	devtask_task_put(task);
	return err;
}

static int check_ask(const struct devtask_ask *ask, const struct devtask_request *request,
		     struct netlink_ext_ack *extack)
{
	if (!uid_eq(ask->sender->uid, request->uid)) {
		NL_SET_ERR_MSG(extack, "uid: the task of an app runs as the user who asked for it");
		return -EINVAL;
	}
	if (ask->registration->type != request->type) {
		NL_SET_ERR_MSG(extack, "type: not the one that the app has registered");
		return -EINVAL;
	}
	return 0;
}

/**
 * devtask_broker_create_task() - make a task out of a request
 * @request: what the task is to be
 * @extack: gets the sentence of a refusal, or NULL
 * @id: its number
 *
 * May sleep. Return: 0; -ERANGE a limit, -EBADF/-EINVAL the cgroup, -EEXIST the cgroup or a
 * relative has a task, or the app's request has one, -ENOENT no such request, -EINVAL not what
 * was asked for, -ENOSPC too many, -ENOMEM; @extack has the sentence.
 */
int devtask_broker_create_task(const struct devtask_request *request, u32 *id,
			       struct netlink_ext_ack *extack)
{
	struct devtask_ask *ask = NULL;
	int err;

	err = check_limits(&request->limits, extack);
	if (err)
		return err;
	if (request->ask_id) {
		ask = devtask_answer_borrow(request->ask_id, extack);
		if (IS_ERR(ask))
			return PTR_ERR(ask);
		err = check_ask(ask, request, extack);
	}
	if (!err)
		err = create_task(request, ask, id, extack);
	if (ask)
		devtask_ask_put(ask);
	return err;
}

static int say_why_no_claim(int err, struct netlink_ext_ack *extack)
{
	switch (err) {
	case -ENOTTY:
		NL_SET_ERR_MSG(extack, "path: not a character device node");
		break;
	case -EXDEV:
		NL_SET_ERR_MSG(extack, "path: not a node of devtmpfs: name the one below /dev that the kernel made");
		break;
	case -ENODEV:
		NL_SET_ERR_MSG(extack, "path: the device behind this node is gone: plug it in again");
		break;
	default:
		NL_SET_ERR_MSG(extack, "path: cannot be looked up");
	}
	return err;
}

static int admit_claim(struct devtask_task *task, struct devtask_claim *claim, u32 replaces,
		       struct netlink_ext_ack *extack)
{
	int err;

	if (!replaces)
		return devtask_custody_add(task, claim, extack);
	if (!devtask_task_canceled(task))
		tell_losses(task);
	err = devtask_custody_replace(task, replaces, claim, extack);
	if (!err)
		devtask_herald_tell_device(task, DEVTASK_EVENT_KIND_ATTACHED, claim);
	return err;
}

/**
 * devtask_broker_create_claim() - give a task the right to one device node
 * @task: the task
 * @wish: which node, and in whose place
 * @extack: gets the sentence of a refusal, or NULL
 * @id:	  number of the claim
 *
 * May sleep. Return: 0; what devtask_custody_add() or devtask_custody_replace() and
 * devtask_claim_create() say.
 */
int devtask_broker_create_claim(struct devtask_task *task, const struct devtask_claim_wish *wish,
				u32 *id, struct netlink_ext_ack *extack)
{
	struct devtask_claim *claim;
	int err;

	claim = devtask_claim_create(task, wish->path, wish->hardware_id);
	if (IS_ERR(claim))
		return say_why_no_claim(PTR_ERR(claim), extack);
	claim->lost = devtask_presence_lost;
	mutex_lock(&task->lock);
	err = admit_claim(task, claim, wish->replaces, extack);
	*id = claim->id;
	mutex_unlock(&task->lock);
	if (!err)
		devtask_presence_check(claim);
	devtask_claim_put(claim);
	return err;
}

/**
 * devtask_broker_start_task() - the entry point starts now
 * @task: the task
 * @extack: gets the sentence of a refusal, or NULL
 *
 * Return: 0; -EALREADY started before, -ECANCELED cancelled meanwhile.
 */
int devtask_broker_start_task(struct devtask_task *task, struct netlink_ext_ack *extack)
{
	int err = 0;

	mutex_lock(&task->lock);
	if (devtask_task_canceled(task) || task->state > DEVTASK_STATE_RUNNING) {
		NL_SET_ERR_MSG(extack, "the task has been cancelled: start a new one");
		err = -ECANCELED;
	} else if (task->state == DEVTASK_STATE_RUNNING) {
		NL_SET_ERR_MSG(extack, "the task has been started before");
		err = -EALREADY;
	} else {
		task->start_ns = ktime_get_boottime_ns();
		enter_state(task, DEVTASK_STATE_RUNNING);
		devtask_liveness_start(task);
		devtask_deadline_start(task);
		devtask_herald_tell(task, (struct devtask_event) {
			.kind = DEVTASK_EVENT_KIND_STARTED,
			.time_ns = task->start_ns,
		});
	}
	mutex_unlock(&task->lock);
	return err;
}

/**
 * devtask_broker_cancel_task() - somebody cancels a task (RUN-5)
 * @task: the task
 * @why: reason, detail and numbers
 * @extack: gets the sentence of a refusal, or NULL
 * @confirmed: who does it knows that the task may be in an unsafe phase (APP-9)
 *
 * Return: 0, -EALREADY cancelled before, -EBUSY a person has to confirm it.
 */
int devtask_broker_cancel_task(struct devtask_task *task, const struct devtask_cancellation *why,
			       bool confirmed, struct netlink_ext_ack *extack)
{
	int err;

	/* Under the lock a phase does not begin between the look and the cancellation. */
	mutex_lock(&task->lock);
	if (why->detail == DEVTASK_DETAIL_BY_ADMIN && !confirmed && task->unsafe &&
	    !devtask_task_canceled(task)) {
		NL_SET_ERR_MSG(extack, "the task says that its device must not be taken away now, it may be ruined: wait, or confirm it");
		err = -EBUSY;
	} else {
		err = devtask_task_cancel(task, why->reason, why->detail, why->measured_ns,
					  why->required_ns);
		if (err)
			NL_SET_ERR_MSG(extack, "the task has been cancelled before: the first reason stands");
	}
	mutex_unlock(&task->lock);
	return err;
}

/**
 * devtask_broker_end_task() - the helper says that the process tree has ended (END-4)
 * @task: the task
 * @exit_status: as from waitpid(2)
 * @extack: gets the sentence of a refusal, or NULL
 * @exited:	 @exit_status is known
 *
 * Does not wait: the event "ended" says when all is done. Return: 0, -EALREADY.
 */
int devtask_broker_end_task(struct devtask_task *task, bool exited, u32 exit_status,
			    struct netlink_ext_ack *extack)
{
	if (test_and_set_bit(DEVTASK_TASK_TOLD, &task->flags)) {
		NL_SET_ERR_MSG(extack, "the end of this task has been told before");
		return -EALREADY;
	}
	task->exited = exited;
	task->exit_status = exit_status;
	smp_mb__before_atomic();	/* the step reads them after DEVTASK_TASK_ENDING */
	set_bit(DEVTASK_TASK_ENDING, &task->flags);
	devtask_task_queue_step(task);
	return 0;
}

/**
 * devtask_broker_helper_lost() - the helper is gone (RUN-11)
 *
 * What runs goes on and stays policed; what has not started yet never will.
 */
void devtask_broker_helper_lost(void)
{
	struct devtask_task *task;
	unsigned long id = 0;

	while ((task = devtask_task_next(&id))) {
		if (READ_ONCE(task->state) == DEVTASK_STATE_PREPARED)
			devtask_task_cancel(task, DEVTASK_REASON_SYSTEM_POLICY,
					    DEVTASK_DETAIL_HELPER_LOST, 0, 0);
		devtask_task_put(task);
		id++;
	}
}
