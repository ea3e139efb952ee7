// SPDX-License-Identifier: GPL-2.0-only
/* A task; see task.h. */
#include <linux/cgroup.h>
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/netlink.h>
#include <linux/pid.h>
#include <linux/poll.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>
#include <linux/xarray.h>

#include "label.h"
#include "limits.h"
#include "members.h"
#include "task.h"
#include "trace.h"

static DEFINE_XARRAY_ALLOC1(tasks);	/* id -> task, one reference each; changed under registry */
static DEFINE_MUTEX(registry);		/* taken alone */
static unsigned int count;		/* under registry */
static u32 next_id;			/* under registry; ids are not reused soon */
static struct workqueue_struct *steps;	/* unbound: one step may wait for a driver */

int devtask_task_init(void)
{
	steps = alloc_workqueue("devtask", WQ_UNBOUND | WQ_HIGHPRI, 0);
	return steps ? 0 : -ENOMEM;
}

/**
 * devtask_task_exit() - wait for the last steps; every task is gone (each pins the module)
 */
void devtask_task_exit(void)
{
	destroy_workqueue(steps);
	xa_destroy(&tasks);
}

/**
 * devtask_task_create() - make a task that is not yet registered
 * @label:  names; its reference goes to the task, on success only
 * @cgrp:   cgroup v2; its reference goes to the task, on success only
 * @limits: valid by devtask_rules_check()
 * @step:   work function that drives the task through its end
 *
 * May sleep. Pins the module until the last reference is gone. Return: a task with one
 * reference, or NULL without memory or while the module is being unloaded.
 */
struct devtask_task *devtask_task_create(struct devtask_label *label, struct cgroup *cgrp,
					 const struct devtask_limits *limits, work_func_t step)
{
	struct devtask_task *task;

	if (!try_module_get(THIS_MODULE))
		return NULL;
	task = kzalloc(sizeof(*task), GFP_KERNEL_ACCOUNT);
	if (!task) {
		module_put(THIS_MODULE);
		return NULL;
	}
	kref_init(&task->ref);
	task->label = label;
	task->cgrp = cgrp;
	task->limits = *limits;
	task->state = DEVTASK_STATE_PREPARED;
	task->last_io = jiffies;
	init_waitqueue_head(&task->wait);
	spin_lock_init(&task->violation_lock);
	devtask_notice_init(&task->notices);
	mutex_init(&task->lock);
	INIT_LIST_HEAD(&task->claims);
	INIT_WORK(&task->step, step);
	return task;
}

static bool related(struct cgroup *a, struct cgroup *b)
{
	return cgroup_is_descendant(a, b) || cgroup_is_descendant(b, a);
}

static bool cgroup_is_taken(struct cgroup *cgrp)
{
	struct devtask_task *task;
	unsigned long id;

	xa_for_each(&tasks, id, task)
		if (related(task->cgrp, cgrp))
			return true;
	return false;
}

/**
 * devtask_task_register() - give a task its number and make it findable
 * @task: the task
 * @extack: gets the sentence of a refusal, or NULL
 *
 * The registry takes a reference. Return: 0, -EEXIST if its cgroup or a relative of it has
 * a task, -ENOSPC or -ENOMEM.
 */
int devtask_task_register(struct devtask_task *task, struct netlink_ext_ack *extack)
{
	int err;

	mutex_lock(&registry);
	if (cgroup_is_taken(task->cgrp)) {
		NL_SET_ERR_MSG(extack, "this cgroup, or one above or below it, has a task already: make a fresh one");
		err = -EEXIST;
	} else if (count >= DEVTASK_TASKS_MAX) {
		NL_SET_ERR_MSG(extack, "too many tasks: end some first");
		err = -ENOSPC;
	} else {
		err = xa_alloc_cyclic(&tasks, &task->id, task, xa_limit_31b, &next_id,
				      GFP_KERNEL_ACCOUNT);
	}
	if (err >= 0) {
		task->label->task_id = task->id;
		devtask_task_get(task);
		count++;
		err = 0;
	}
	mutex_unlock(&registry);
	return err;
}

/**
 * devtask_task_unregister() - nobody finds the task any more; drops the registry's reference
 * @task: the task
 */
void devtask_task_unregister(struct devtask_task *task)
{
	if (test_and_set_bit(DEVTASK_TASK_GONE, &task->flags))
		return;
	mutex_lock(&registry);
	xa_erase(&tasks, task->id);
	count--;
	mutex_unlock(&registry);
	devtask_task_put(task);
}

/**
 * devtask_task_find() - the task with this number
 * @id: its number
 *
 * Return: the task with a reference for the caller, or NULL.
 */
struct devtask_task *devtask_task_find(u32 id)
{
	struct devtask_task *task;

	mutex_lock(&registry);
	task = xa_load(&tasks, id);
	if (task)
		devtask_task_get(task);
	mutex_unlock(&registry);
	return task;
}

/**
 * devtask_task_of_current() - the task that the calling process is a member of
 *
 * Return: the task with a reference for the caller, or NULL.
 */
struct devtask_task *devtask_task_of_current(void)
{
	struct devtask_task *task, *found = NULL;
	unsigned long id;

	mutex_lock(&registry);
	xa_for_each(&tasks, id, task) {
		if (!devtask_members_has_current(task->cgrp))
			continue;
		devtask_task_get(task);
		found = task;
		break;
	}
	mutex_unlock(&registry);
	return found;
}

/**
 * devtask_task_next() - walk over all tasks
 * @id: in: look from this number on; out: the number found
 *
 * Return: the task with a reference for the caller, or NULL at the end.
 */
struct devtask_task *devtask_task_next(unsigned long *id)
{
	struct devtask_task *task;

	mutex_lock(&registry);
	task = xa_find(&tasks, id, ULONG_MAX, XA_PRESENT);
	if (task)
		devtask_task_get(task);
	mutex_unlock(&registry);
	return task;
}

unsigned int devtask_task_count(void)
{
	return READ_ONCE(count);
}

static void destroy(struct kref *ref)
{
	struct devtask_task *task = container_of(ref, struct devtask_task, ref);

	WARN_ON_ONCE(!list_empty(&task->claims) || task->registration);
	kfree(task->result);
	put_pid(task->app_pid);
	devtask_label_put(task->label);
	cgroup_put(task->cgrp);
	kfree(task);
	module_put(THIS_MODULE);
}

void devtask_task_get(struct devtask_task *task)
{
	kref_get(&task->ref);
}

/**
 * devtask_task_put() - drop a reference; any context that may not be a timer's of the task
 * @task: the task
 */
void devtask_task_put(struct devtask_task *task)
{
	kref_put(&task->ref, destroy);
}

/**
 * devtask_task_queue_step() - let the broker look at the task soon
 * @task: the task
 *
 * Any context. The queued work holds a reference, which the step drops.
 */
void devtask_task_queue_step(struct devtask_task *task)
{
	devtask_task_get(task);
	if (!queue_work(steps, &task->step))
		devtask_task_put(task);
}

/* A rule that was told already says only its newest numbers, until that has been told too. */
static void note_violation(struct devtask_task *task,
			   const struct devtask_cancellation *violation)
{
	unsigned long flags;
	unsigned int i = 0;

	spin_lock_irqsave(&task->violation_lock, flags);
	while (i < task->violation_count && task->violations[i].detail != violation->detail)
		i++;
	if (!WARN_ON_ONCE(i == DEVTASK_TASK_VIOLATIONS)) {
		task->violations[i] = *violation;
		task->violation_count = max(task->violation_count, i + 1);
	}
	spin_unlock_irqrestore(&task->violation_lock, flags);
}

/**
 * devtask_task_next_violation() - take a violation that has not been told
 * @task: the task
 * @violation: out
 *
 * Return: false if there is none.
 */
bool devtask_task_next_violation(struct devtask_task *task,
				 struct devtask_cancellation *violation)
{
	unsigned long flags;
	bool is;

	spin_lock_irqsave(&task->violation_lock, flags);
	is = task->violation_count;
	if (is)
		*violation = task->violations[--task->violation_count];
	spin_unlock_irqrestore(&task->violation_lock, flags);
	return is;
}

/**
 * devtask_task_cancel() - cancel a task; the first reason wins (END-5)
 * @task: the task
 * @reason: WinRT reason
 * @detail: which rule
 * @measured_ns: what the rule measured
 * @required_ns: what the rule wanted
 *
 * Any context, takes no lock that is held for long: rules call it from timers and from notifiers
 * that run under a driver's lock. What follows (grace, revocation, kill) is the broker's step.
 * In developer mode a rule that is broken is only noted, for the step to tell (ADM-4).
 * Return: 0, or -EALREADY if the task has been cancelled before.
 */
int devtask_task_cancel(struct devtask_task *task, enum devtask_reason reason,
			enum devtask_detail detail, u64 measured_ns, u64 required_ns)
{
	struct devtask_cancellation why = {
		.reason = reason,
		.detail = detail,
		.measured_ns = measured_ns,
		.required_ns = required_ns,
		.time_ns = ktime_get_boottime_ns(),
	};

	if (task->report_only && devtask_rules_can_be_reported(detail)) {
		note_violation(task, &why);
		devtask_task_queue_step(task);
		return 0;
	}
	if (test_and_set_bit(DEVTASK_TASK_CANCELING, &task->flags))
		return -EALREADY;
	/* Pairs with devtask_task_set_unsafe(): one of the two sees the other. */
	why.unsafe = READ_ONCE(task->unsafe);
	task->cancellation = why;
	smp_mb__before_atomic();	/* pairs with devtask_task_canceled() */
	set_bit(DEVTASK_TASK_CANCELED, &task->flags);
	wake_up_poll(&task->wait, EPOLLIN | EPOLLHUP);
	trace_devtask_cancel(task->id, reason, detail, measured_ns, required_ns);
	devtask_task_queue_step(task);
	return 0;
}

/**
 * devtask_task_set_unsafe() - from now on its device must not be taken away, or may be (APP-9)
 * @task: locked
 * @is: must not
 *
 * Return: 0, -ECANCELED it has been cancelled: what must not be broken off is not begun.
 */
int devtask_task_set_unsafe(struct devtask_task *task, bool is)
{
	lockdep_assert_held(&task->lock);
	WRITE_ONCE(task->unsafe, is);
	smp_mb();			/* pairs with the test_and_set_bit() of devtask_task_cancel() */
	if (!is || !test_bit(DEVTASK_TASK_CANCELING, &task->flags))
		return 0;
	WRITE_ONCE(task->unsafe, false);
	return -ECANCELED;
}

/**
 * devtask_task_canceled() - has it been cancelled, and may the cancellation be read?
 * @task: the task
 */
bool devtask_task_canceled(const struct devtask_task *task)
{
	bool is = test_bit(DEVTASK_TASK_CANCELED, &task->flags);

	smp_rmb();			/* pairs with devtask_task_cancel() */
	return is;
}

/**
 * devtask_task_clocks() - how long a task has run, and how long it may; under its lock
 * @task: the task
 */
struct devtask_clocks devtask_task_clocks(const struct devtask_task *task)
{
	u64 elapsed_ns = ktime_get_boottime_ns() - task->start_ns;
	u64 deadline_ns = task->limits.deadline_ns;
	long ticks = max(0L, (long)(jiffies - READ_ONCE(task->last_io)));

	lockdep_assert_held(&task->lock);
	if (!task->start_ns)
		return (struct devtask_clocks) {};
	return (struct devtask_clocks) {
		.elapsed_ns = elapsed_ns,
		.remaining_ns = elapsed_ns < deadline_ns ? deadline_ns - elapsed_ns : 0,
		/* A tick is coarser than the clock: an I/O is never older than its task. */
		.since_io_ns = min_t(u64, jiffies64_to_nsecs(ticks), elapsed_ns),
	};
}
