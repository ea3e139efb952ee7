// SPDX-License-Identifier: GPL-2.0-only
/*
 * A guard; see guard.h. The proof of the revocation is in Documentation/locking.rst.
 *
 * The one trap here is memory safety of polling: if the caller's poll table were handed to
 * the driver, epoll would keep entries on a wait queue that dies with the backing file. So
 * nobody but the guard's own hooks ever hangs on a queue of the driver, and the hooks are
 * taken down before the backing file is given back.
 *
 * And one of time: a driver's own locks can be held for ever by a hostile task (a page that
 * never comes under usbfs's copy_from_user). So a revocation only tries them, and never
 * waits for a driver while it holds a lock of ours.
 */
#include <linux/cred.h>
#include <linux/file.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "guard.h"
#include "limits.h"
#include "task.h"
#include "trace.h"

static struct workqueue_struct *burials;

int devtask_guard_init(void)
{
	burials = alloc_workqueue("devtask_guard", WQ_UNBOUND | WQ_HIGHPRI, 0);
	return burials ? 0 : -ENOMEM;
}

/**
 * devtask_guard_exit() - wait until the last guard has been freed
 */
void devtask_guard_exit(void)
{
	rcu_barrier();			/* the gates' callbacks have queued their burials */
	destroy_workqueue(burials);
}

static void free_guard(struct kref *ref)
{
	struct devtask_guard *guard = container_of(ref, struct devtask_guard, ref);

	percpu_ref_exit(&guard->gate);
	mutex_destroy(&guard->lock);
	devtask_claim_put(guard->claim);
	kfree(guard);
}

static void bury(struct work_struct *work)
{
	struct devtask_guard *guard = container_of(work, struct devtask_guard, bury);

	kref_put(&guard->ref, free_guard);
}

static void gate_is_empty(struct percpu_ref *gate)
{
	struct devtask_guard *guard = container_of(gate, struct devtask_guard, gate);

	complete_all(&guard->drained);
	queue_work(burials, &guard->bury);
}

/* Shut the gate. Return: false if it was shut before. */
static bool shut(struct devtask_guard *guard)
{
	if (test_and_set_bit(DEVTASK_GUARD_DEAD, &guard->flags))
		return false;
	percpu_ref_kill(&guard->gate);
	return true;
}

static __poll_t ask_driver(struct devtask_guard *guard, poll_table *table)
{
	return vfs_poll(guard->backing, table);
}

static void check_hangup(struct work_struct *work)
{
	struct devtask_guard *guard = container_of(work, struct devtask_guard, hangup.work);

	if (!percpu_ref_tryget_live(&guard->gate))
		return;
	if (ask_driver(guard, NULL) & EPOLLHUP)
		guard->claim->lost(guard->claim);
	percpu_ref_put(&guard->gate);
}

/* Called by the driver, under the lock of its wait queue, in any context. */
static int forward(wait_queue_entry_t *entry, unsigned int mode, int sync, void *key)
{
	struct devtask_guard_hook *hook = container_of(entry, struct devtask_guard_hook, entry);
	struct devtask_guard *guard = hook->guard;

	if (wq_has_sleeper(&guard->wait))
		__wake_up(&guard->wait, TASK_NORMAL, 0, key);
	if (unlikely(guard->fasync))
		kill_fasync(&guard->fasync, SIGIO, POLL_IN);
	if (guard->kind->hangup)
		queue_delayed_work(burials, &guard->hangup,
				   msecs_to_jiffies(DEVTASK_HANGUP_CHECK_MS));
	if (unlikely(key_to_poll(key) & POLLFREE)) {
		list_del_init(&entry->entry);
		/* Last of all: unhook() no longer waits for us, and the guard may go. */
		smp_store_release(&hook->queue, NULL);
	}
	return 1;
}

static void hook(struct file *file, wait_queue_head_t *queue, poll_table *table)
{
	struct devtask_guard *guard = container_of(table, struct devtask_guard, table);
	struct devtask_guard_hook *next;

	if (guard->hook_count == DEVTASK_GUARD_HOOKS) {
		guard->unhookable = true;
		return;
	}
	next = &guard->hooks[guard->hook_count++];
	next->guard = guard;
	next->queue = queue;
	init_waitqueue_func_entry(&next->entry, forward);
	add_wait_queue(queue, &next->entry);
}

static void unhook(struct devtask_guard *guard)
{
	unsigned int i;

	for (i = 0; i < guard->hook_count; i++) {
		wait_queue_head_t *queue;

		rcu_read_lock();	/* who sends POLLFREE frees the queue by RCU */
		queue = smp_load_acquire(&guard->hooks[i].queue);
		if (queue)
			remove_wait_queue(queue, &guard->hooks[i].entry);
		rcu_read_unlock();
	}
	guard->hook_count = 0;
}

/*
 * Take the backing file out of the guard. No call is in the driver: the gate is drained, or
 * the guarded file is being closed and so has no caller left. Return: NULL if it has been
 * taken before.
 */
static struct file *take_backing(struct devtask_guard *guard)
{
	struct file *backing;

	mutex_lock(&guard->lock);
	backing = guard->backing;
	if (backing) {
		unhook(guard);
		cancel_delayed_work_sync(&guard->hangup);
		WRITE_ONCE(guard->backing, NULL);
	}
	mutex_unlock(&guard->lock);
	return backing;
}

/*
 * Give a file back to its driver, which may want a lock that somebody keeps: no lock of
 * ours is held. Return: it has been given to fput(), not yet that ->release has run.
 */
static void give_back(struct devtask_guard *guard, struct file *backing)
{
	if (guard->kind->settle)
		guard->kind->settle(guard, backing);
	fput(backing);
}

static void give_back_orphan(struct work_struct *work)
{
	struct devtask_guard *guard = container_of(work, struct devtask_guard, orphaned);

	if (guard->kind->settle)
		guard->kind->settle(guard, guard->orphan);
	__fput_sync(guard->orphan);	/* a worker's fput() would be put off */
	complete_all(&guard->returned);
	kref_put(&guard->ref, free_guard);
}

/* Let a worker give the backing file back; @returned says when the driver has it. */
static void orphan_backing(struct devtask_guard *guard)
{
	struct file *backing = take_backing(guard);

	if (!backing)
		return;
	guard->orphan = backing;
	kref_get(&guard->ref);
	queue_work(burials, &guard->orphaned);
}

static struct devtask_guard *create(struct devtask_claim *claim, struct file *backing,
				    const struct devtask_guard_kind *kind)
{
	struct devtask_guard *guard = kzalloc(sizeof(*guard), GFP_KERNEL_ACCOUNT);

	if (!guard)
		return NULL;
	if (percpu_ref_init(&guard->gate, gate_is_empty, 0, GFP_KERNEL_ACCOUNT)) {
		kfree(guard);
		return NULL;
	}
	kref_init(&guard->ref);
	kref_get(&guard->ref);			/* the gate's own */
	guard->backing = backing;
	guard->kind = kind;
	devtask_claim_get(claim);
	guard->claim = claim;
	guard->cgrp = claim->task->cgrp;
	guard->account = &claim->account;
	init_waitqueue_head(&guard->wait);
	init_completion(&guard->drained);
	init_completion(&guard->returned);
	mutex_init(&guard->lock);
	INIT_LIST_HEAD(&guard->in_claim);
	INIT_DELAYED_WORK(&guard->hangup, check_hangup);
	INIT_WORK(&guard->bury, bury);
	INIT_WORK(&guard->orphaned, give_back_orphan);
	init_poll_funcptr(&guard->table, hook);
	return guard;
}

/* The number of a device that is gone may lead to its successor: look before and after. */
static struct file *open_backing(struct devtask_claim *claim, unsigned int f_flags)
{
	struct file *backing;

	if (devtask_claim_is_stale(claim))
		return ERR_PTR(-ENODEV);
	backing = dentry_open(&claim->path, f_flags & (O_ACCMODE | O_NONBLOCK | O_LARGEFILE),
			      claim->cred);
	if (!IS_ERR(backing) && devtask_claim_is_stale(claim)) {
		fput(backing);
		return ERR_PTR(-ENODEV);
	}
	return backing;
}

static struct devtask_guard *open_guard(struct devtask_claim *claim, unsigned int f_flags,
					const struct devtask_guard_kind *kind)
{
	struct devtask_guard *guard;
	struct file *backing;
	int err;

	backing = open_backing(claim, f_flags);
	if (IS_ERR(backing))
		return ERR_CAST(backing);
	guard = create(claim, backing, kind);
	if (!guard) {
		fput(backing);
		return ERR_PTR(-ENOMEM);
	}
	ask_driver(guard, &guard->table);
	/* Once it is added a revocation finds it; one that came before is seen here. */
	err = guard->unhookable ? -EOPNOTSUPP : devtask_claim_add_guard(claim, &guard->in_claim);
	if (err) {
		shut(guard);
		give_back(guard, take_backing(guard));
		kref_put(&guard->ref, free_guard);
		return ERR_PTR(err);
	}
	return guard;
}

/**
 * devtask_guard_open() - open the device of a claim, revocably
 * @claim: the claim
 * @f_flags: as open(2) was asked for; access mode and O_NONBLOCK are passed on
 * @kind:    sort of file
 *
 * May sleep; calls the driver's open in the caller's context. Return: a guard that belongs
 * to the file and dies by devtask_guard_close(), or an ERR_PTR: -EACCES not a member,
 * -ENODEV revoked or gone, -EMFILE too many open, -EOPNOTSUPP the driver waits on more
 * queues than can be watched, what the driver says, -ENOMEM.
 */
struct devtask_guard *devtask_guard_open(struct devtask_claim *claim, unsigned int f_flags,
					 const struct devtask_guard_kind *kind)
{
	struct devtask_guard *guard;
	int err = -EACCES;

	if (devtask_members_has_current(claim->task->cgrp))
		err = devtask_claim_begin_open(claim);
	if (err) {
		guard = ERR_PTR(err);
	} else {
		guard = open_guard(claim, f_flags, kind);
		devtask_claim_end_open(claim);
	}
	trace_devtask_open(claim->task->id, claim->id, PTR_ERR_OR_ZERO(guard));
	return guard;
}

/**
 * devtask_guard_close() - the last descriptor of the guarded file is closed
 * @guard: the guard
 *
 * No call is in the driver, but a revocation may be at work at the same time. The driver's
 * ->release runs on this thread's way to user space at the latest, so that a lock that it
 * wants keeps nobody else waiting. Memory follows when the gate is drained.
 */
void devtask_guard_close(struct devtask_guard *guard)
{
	struct file *backing;

	shut(guard);
	/* Whoever has taken it gives it back; a revocation that came later waits for that too. */
	backing = take_backing(guard);
	if (backing) {
		give_back(guard, backing);
		complete_all(&guard->returned);
	} else {
		wait_for_completion(&guard->returned);
	}
	devtask_claim_del_guard(guard->claim, &guard->in_claim);
	kref_put(&guard->ref, free_guard);
}

static void shut_all(struct devtask_claim *claim, enum devtask_claim_flag why)
{
	struct devtask_guard *guard;

	mutex_lock(&claim->lock);
	set_bit(why, &claim->flags);
	list_for_each_entry(guard, &claim->guards, in_claim) {
		if (!shut(guard))
			continue;
		wake_up_poll(&guard->wait, EPOLLHUP | EPOLLERR);
		kill_fasync(&guard->fasync, SIGIO, POLL_HUP);
	}
	mutex_unlock(&claim->lock);
}

/**
 * devtask_guard_revoke_all() - shut the gates of a claim for ever (END-2)
 * @claim: the claim
 *
 * May sleep. From here on no call gets in; those that are inside are another matter, see
 * devtask_guard_drain_all().
 */
void devtask_guard_revoke_all(struct devtask_claim *claim)
{
	shut_all(claim, DEVTASK_CLAIM_REVOKED);
}

/**
 * devtask_guard_detach_all() - the same, because the device is gone (APP-8)
 * @claim: the claim
 */
void devtask_guard_detach_all(struct devtask_claim *claim)
{
	shut_all(claim, DEVTASK_CLAIM_DETACHED);
}

/**
 * devtask_guard_interrupt_all() - break what waits uninterruptibly in the driver
 * @claim: the claim
 * @again: a former try was not enough
 *
 * Call after devtask_guard_revoke_all(); sleeps for milliseconds at most, and leaves out
 * what cannot be had at once: call again. A guard whose lock is held is being closed.
 */
void devtask_guard_interrupt_all(struct devtask_claim *claim, bool again)
{
	struct devtask_guard *guard;

	mutex_lock(&claim->lock);
	list_for_each_entry(guard, &claim->guards, in_claim) {
		bool had = true;

		if (!guard->kind->interrupt || !mutex_trylock(&guard->lock))
			continue;
		if (guard->backing)
			had = guard->kind->interrupt(guard, again);
		mutex_unlock(&guard->lock);
		if (!had)
			break;			/* the others want the same device */
	}
	mutex_unlock(&claim->lock);
}

static int is_of_claim(const void *data, struct file *file, unsigned int fd)
{
	const struct devtask_claim *claim = data;
	const struct devtask_guard *guard;

	list_for_each_entry(guard, &claim->guards, in_claim)
		if (file->f_op == guard->kind->fops && file->private_data == guard)
			return 1;
	return 0;
}

/**
 * devtask_guard_kick_holders() - wake everybody who has a guarded file of the claim open
 * @claim: the claim
 *
 * For callers that have left the task's cgroup since they passed the gate; may sleep.
 */
void devtask_guard_kick_holders(struct devtask_claim *claim)
{
	mutex_lock(&claim->lock);
	if (!list_empty(&claim->guards))
		devtask_members_kick_holders(is_of_claim, claim);
	mutex_unlock(&claim->lock);
}

static bool has_backing(const struct devtask_guard *guard)
{
	return READ_ONCE(guard->backing);
}

static bool has_not_returned(const struct devtask_guard *guard)
{
	return !completion_done((struct completion *)&guard->returned);
}

/* Return: a guard of the claim of which @is holds, referenced, or NULL. */
static struct devtask_guard *find(struct devtask_claim *claim,
				  bool (*is)(const struct devtask_guard *guard))
{
	struct devtask_guard *guard, *found = NULL;

	mutex_lock(&claim->lock);
	list_for_each_entry(guard, &claim->guards, in_claim) {
		if (is(guard)) {
			kref_get(&guard->ref);	/* on the list, so the file's reference is there */
			found = guard;
			break;
		}
	}
	mutex_unlock(&claim->lock);
	return found;
}

static bool wait_and_put(struct devtask_guard *guard, struct completion *what,
			 unsigned int wait_ms)
{
	bool done = wait_for_completion_timeout(what, msecs_to_jiffies(wait_ms));

	if (done)
		orphan_backing(guard);
	kref_put(&guard->ref, free_guard);
	return done;
}

/**
 * devtask_guard_drain_all() - wait until no call is in the driver
 * @claim:   whose gates have been shut by devtask_guard_revoke_all()
 * @wait_ms: for each guard, twice
 *
 * May sleep as long. A drained guard gives its backing file back at once. Return: true if
 * the driver has all files back and nobody is in its ->open: the device is free for others.
 */
bool devtask_guard_drain_all(struct devtask_claim *claim, unsigned int wait_ms)
{
	struct devtask_guard *guard;

	while ((guard = find(claim, has_backing)))
		if (!wait_and_put(guard, &guard->drained, wait_ms))
			return false;
	while ((guard = find(claim, has_not_returned)))
		if (!wait_and_put(guard, &guard->returned, wait_ms))
			return false;
	return devtask_claim_wait_opens(claim, wait_ms);
}

/**
 * devtask_guard_poll() - what poll(2) says of a guarded file
 * @guard: the guard
 * @file: the guarded file
 * @table: the caller's; it never reaches the driver
 */
__poll_t devtask_guard_poll(struct devtask_guard *guard, struct file *file, poll_table *table)
{
	__poll_t mask;
	int err;

	poll_wait(file, &guard->wait, table);
	err = devtask_guard_enter(guard);
	if (unlikely(err))
		return err == -ENODEV ? EPOLLHUP | EPOLLERR : EPOLLERR;
	mask = ask_driver(guard, NULL);
	percpu_ref_put(&guard->gate);
	return mask;
}
