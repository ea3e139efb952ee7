// SPDX-License-Identifier: GPL-2.0-only
/*
 * A guard; see guard.h. The proof of the revocation is in Documentation/locking.rst.
 *
 * The one trap here is memory safety of polling: if the caller's poll table were handed to
 * the driver, epoll would keep entries on a wait queue that dies with the backing file. So
 * nobody but the guard's own hooks ever hangs on a queue of the driver, and the hooks are
 * taken down before the backing file is given back.
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
	burials = alloc_workqueue("devtask_guard", WQ_UNBOUND, 0);
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

	if (unlikely(key_to_poll(key) & POLLFREE)) {
		list_del_init(&entry->entry);
		smp_store_release(&hook->queue, NULL);	/* pairs with unhook() */
	}
	if (wq_has_sleeper(&guard->wait))
		__wake_up(&guard->wait, TASK_NORMAL, 0, key);
	if (unlikely(guard->fasync))
		kill_fasync(&guard->fasync, SIGIO, POLL_IN);
	if (guard->kind->hangup)
		queue_delayed_work(burials, &guard->hangup,
				   msecs_to_jiffies(DEVTASK_HANGUP_CHECK_MS));
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
 * Give the backing file back. No call is in the driver: the gate is drained, or the guarded
 * file is being closed and so has no caller left.
 */
static void strip(struct devtask_guard *guard)
{
	struct file *backing;

	mutex_lock(&guard->lock);
	backing = guard->backing;
	if (backing) {
		unhook(guard);
		cancel_delayed_work_sync(&guard->hangup);
		if (guard->kind->settle)
			guard->kind->settle(guard);
		guard->backing = NULL;
		fput(backing);
	}
	mutex_unlock(&guard->lock);
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
	mutex_init(&guard->lock);
	INIT_LIST_HEAD(&guard->in_claim);
	INIT_DELAYED_WORK(&guard->hangup, check_hangup);
	INIT_WORK(&guard->bury, bury);
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

	if (!devtask_members_has_current(claim->task->cgrp))
		return ERR_PTR(-EACCES);
	if (devtask_claim_state(claim) != DEVTASK_CLAIM_STATE_LIVE)
		return ERR_PTR(-ENODEV);
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
		strip(guard);
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
	struct devtask_guard *guard = open_guard(claim, f_flags, kind);

	trace_devtask_open(claim->task->id, claim->id, PTR_ERR_OR_ZERO(guard));
	return guard;
}

/**
 * devtask_guard_close() - the last descriptor of the guarded file is closed
 * @guard: the guard
 *
 * No call is in the driver, but a revocation may be at work at the same time. The backing
 * file is given back before this returns to user space; memory follows when the gate is
 * drained.
 */
void devtask_guard_close(struct devtask_guard *guard)
{
	shut(guard);
	strip(guard);
	devtask_claim_del_guard(guard->claim, &guard->in_claim);
	kref_put(&guard->ref, free_guard);
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
	struct devtask_guard *guard;

	mutex_lock(&claim->lock);
	set_bit(DEVTASK_CLAIM_REVOKED, &claim->flags);
	list_for_each_entry(guard, &claim->guards, in_claim) {
		if (!shut(guard))
			continue;
		wake_up_poll(&guard->wait, EPOLLHUP | EPOLLERR);
		kill_fasync(&guard->fasync, SIGIO, POLL_HUP);
	}
	mutex_unlock(&claim->lock);
}

static void interrupt(struct devtask_guard *guard, bool again)
{
	mutex_lock(&guard->lock);
	if (guard->backing)
		guard->kind->interrupt(guard, again);
	mutex_unlock(&guard->lock);
}

/**
 * devtask_guard_interrupt_all() - break what waits uninterruptibly in the driver
 * @claim: the claim
 * @again: a former try was not enough
 *
 * Call after devtask_guard_revoke_all(); may sleep.
 */
void devtask_guard_interrupt_all(struct devtask_claim *claim, bool again)
{
	struct devtask_guard *guard;

	mutex_lock(&claim->lock);
	list_for_each_entry(guard, &claim->guards, in_claim)
		if (guard->kind->interrupt)
			interrupt(guard, again);
	mutex_unlock(&claim->lock);
}

/* Return: some guard of the claim that still has its backing file, referenced, or NULL. */
static struct devtask_guard *next_undrained(struct devtask_claim *claim)
{
	struct devtask_guard *guard, *found = NULL;

	mutex_lock(&claim->lock);
	list_for_each_entry(guard, &claim->guards, in_claim) {
		if (READ_ONCE(guard->backing)) {
			kref_get(&guard->ref);	/* on the list, so the file's reference is there */
			found = guard;
			break;
		}
	}
	mutex_unlock(&claim->lock);
	return found;
}

/**
 * devtask_guard_drain_all() - wait until no call is in the driver
 * @claim:   whose gates have been shut by devtask_guard_revoke_all()
 * @wait_ms: for each guard
 *
 * May sleep. A drained guard gives its backing file back at once. Return: true if all are
 * drained: the device is free for others.
 */
bool devtask_guard_drain_all(struct devtask_claim *claim, unsigned int wait_ms)
{
	struct devtask_guard *guard;

	while ((guard = next_undrained(claim))) {
		bool empty = wait_for_completion_timeout(&guard->drained,
							 msecs_to_jiffies(wait_ms));

		if (empty)
			strip(guard);
		kref_put(&guard->ref, free_guard);
		if (!empty)
			return false;
	}
	flush_delayed_fput();
	return true;
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
