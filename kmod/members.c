// SPDX-License-Identifier: GPL-2.0-only
/*
 * The processes of a task; see members.h.
 *
 * There is no exported way to iterate over a cgroup, so the whole process list is walked
 * under RCU. That happens when a task is cancelled, never per I/O.
 */
#include <linux/delay.h>
#include <linux/fdtable.h>
#include <linux/pid.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/task_work.h>

#include "members.h"

static atomic_t kicks = ATOMIC_INIT(0);		/* task works that have not run yet */

static bool lives_in(struct task_struct *thread, struct cgroup *cgrp)
{
	return !(READ_ONCE(thread->flags) & (PF_KTHREAD | PF_EXITING)) &&
	       cgroup_is_descendant(task_dfl_cgroup(thread), cgrp);
}

static bool any_thread_lives_in(struct task_struct *process, struct cgroup *cgrp)
{
	struct task_struct *thread;

	for_each_thread(process, thread)
		if (lives_in(thread, cgrp))
			return true;
	return false;
}

/**
 * devtask_members_signal() - send a signal to each process of a cgroup
 * @cgrp: a cgroup v2 that the caller holds a reference on
 * @sig: signal number, 0 = only count
 *
 * The signal is for the process, not for one thread of it. A fork at the same time may be
 * missed: call again until 0 is returned if that matters. Return: processes found.
 */
int devtask_members_signal(struct cgroup *cgrp, int sig)
{
	struct task_struct *process;
	int found = 0;

	rcu_read_lock();
	for_each_process(process) {
		if (!any_thread_lives_in(process, cgrp))
			continue;
		found++;
		if (sig)
			kill_pid(task_tgid(process), sig, 1);
	}
	rcu_read_unlock();
	return found;
}

static void kick_done(struct callback_head *work)
{
	kfree(work);
	/* Module exit waits for this, and then for the text to be left (synchronize_rcu_tasks). */
	atomic_dec(&kicks);
}

static bool kick(struct task_struct *thread)
{
	struct callback_head *work = kmalloc(sizeof(*work), GFP_ATOMIC);

	if (!work)
		return false;
	init_task_work(work, kick_done);
	atomic_inc(&kicks);
	if (task_work_add(thread, work, TWA_SIGNAL)) {
		kfree(work);
		atomic_dec(&kicks);
		return false;
	}
	return true;
}

/**
 * devtask_members_kick() - let every interruptible sleep of the cgroup's threads return
 * @cgrp: a cgroup v2 that the caller holds a reference on
 *
 * No signal is delivered: signal_pending() is true until the thread goes back to user
 * space. Other sleeping calls of these threads see one EINTR or are restarted. Without
 * memory a thread is left out; the caller tries again. Return: threads kicked.
 */
int devtask_members_kick(struct cgroup *cgrp)
{
	struct task_struct *process, *thread;
	int kicked = 0;

	rcu_read_lock();
	for_each_process_thread(process, thread)
		if (lives_in(thread, cgrp) && kick(thread))
			kicked++;
	rcu_read_unlock();
	return kicked;
}

/* A thread without file table is a kernel thread or one that is exiting. */
static bool has_open(struct task_struct *thread,
		     int (*is)(const void *data, struct file *file, unsigned int fd),
		     const void *data)
{
	bool has = false;

	task_lock(thread);
	if (thread->files)
		has = iterate_fd(thread->files, 0, is, data);
	task_unlock(thread);
	return has;
}

/**
 * devtask_members_kick_holders() - as devtask_members_kick(), for who has a file open
 * @is:   1 for a file that is meant, 0 for any other; called in atomic context
 * @data: passed on to @is
 *
 * For threads that were moved out of the cgroup while they slept in a driver. Looks at
 * every open file of the system: a last resort. Return: threads kicked.
 */
int devtask_members_kick_holders(int (*is)(const void *data, struct file *file, unsigned int fd),
				 const void *data)
{
	struct task_struct *process, *thread;
	int kicked = 0;

	rcu_read_lock();
	for_each_process_thread(process, thread)
		if (has_open(thread, is, data) && kick(thread))
			kicked++;
	rcu_read_unlock();
	return kicked;
}

/**
 * devtask_members_exit() - wait until no thread can still run code of ours
 *
 * A frozen or stopped thread runs its kick when it goes on, so this may take as long.
 */
void devtask_members_exit(void)
{
	while (atomic_read(&kicks))
		msleep(1);
	synchronize_rcu_tasks();
}
