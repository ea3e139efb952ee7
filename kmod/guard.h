/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A guard: one open, revocable file made from a claim. The gate that every call passes, the
 * drain, the death. Knows neither policy nor what sort of file it guards: that is the
 * kind's business.
 */
#ifndef DEVTASK_GUARD_H
#define DEVTASK_GUARD_H

#include <linux/bitops.h>
#include <linux/completion.h>
#include <linux/fs.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/percpu-refcount.h>
#include <linux/poll.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "claim.h"
#include "members.h"

struct devtask_guard;

/**
 * struct devtask_guard_kind - what sort of file a guard guards; static const, one per kind
 * @fops:	of the guarded file; its ->open is the node's
 * @interrupt:	break calls that wait uninterruptibly in the driver, or NULL. Called under
 *		&devtask_guard.lock, must not wait for a lock of the driver; @again says that
 *		a call has survived the last try. Returns false if the device cannot be had
 * @settle:	undo what a mapping would keep alive after the drain, or NULL. Called with no
 *		lock held, once, before the file is given back
 * @hangup:	the driver reports the loss of its device as EPOLLHUP
 */
struct devtask_guard_kind {
	const struct file_operations *fops;
	bool (*interrupt)(struct devtask_guard *guard, bool again);
	void (*settle)(struct devtask_guard *guard, struct file *backing);
	bool hangup;
};

/**
 * enum devtask_guard_flag - bits of &devtask_guard.flags, each set once and never cleared
 * @DEVTASK_GUARD_DEAD:		the gate is shut; whoever sets it kills @gate
 * @DEVTASK_GUARD_MAPPED:	memory of the driver has been mapped
 */
enum devtask_guard_flag {
	DEVTASK_GUARD_DEAD,
	DEVTASK_GUARD_MAPPED,
};

/**
 * struct devtask_guard_hook - our entry on one wait queue of the driver
 * @entry:	its function forwards the wake-up
 * @queue:	where it hangs, NULL once the queue has been freed (POLLFREE)
 */
struct devtask_guard_hook {
	wait_queue_entry_t entry;
	wait_queue_head_t *queue;
	struct devtask_guard *guard;
};

#define DEVTASK_GUARD_HOOKS 4

/**
 * struct devtask_guard - one open, revocable file
 * @gate:	a reference while a call is in the driver; killed once
 * @backing:	the driver's open file. Valid inside the gate and under @lock; NULL once
 *		somebody has taken it to give it back
 * @cgrp:	who may pass; the task's, pinned by @claim
 * @account:	what is counted; the claim's
 * @flags:	&enum devtask_guard_flag, atomic
 * @kind:	constant
 * @wait:	all pollers wait here, never on a queue of the driver
 * @fasync:	who wants SIGIO
 * @hooks:	set up before the file is published, taken down before @backing goes
 * @hook_count:	how many of @hooks are in use
 * @unhookable:	the driver has more wait queues than @hooks; such a file is not opened
 * @table:	collects the driver's wait queues into @hooks
 * @controls:	synchronous control transfers in flight (usbfs)
 * @lock:	protects @backing outside of the gate; held while calls are interrupted
 * @hangup:	asks the driver whether its device is gone
 * @bury:	frees the guard out of the gate's callback
 * @drained:	no call is in the driver and none will be
 * @returned:	the driver has its file back
 * @orphan:	the backing file on its way back, belongs to @orphaned
 * @orphaned:	gives it back where nobody is kept waiting
 * @claim:	constant, referenced
 * @in_claim:	entry of &devtask_claim.guards, under the claim's lock
 * @ref:	references: the file, the gate until it is drained, a revocation at work
 */
struct devtask_guard {
	struct percpu_ref gate;
	struct file *backing;
	struct cgroup *cgrp;
	struct devtask_account *account;
	unsigned long flags;
	const struct devtask_guard_kind *kind;

	wait_queue_head_t wait;
	struct fasync_struct *fasync;
	struct devtask_guard_hook hooks[DEVTASK_GUARD_HOOKS];
	unsigned int hook_count;
	bool unhookable;
	poll_table table;
	atomic_t controls;

	struct mutex lock;
	struct delayed_work hangup;
	struct work_struct bury;
	struct completion drained;
	struct completion returned;
	struct file *orphan;
	struct work_struct orphaned;
	struct devtask_claim *claim;
	struct list_head in_claim;
	struct kref ref;
};

int devtask_guard_init(void);
void devtask_guard_exit(void);

struct devtask_guard *devtask_guard_open(struct devtask_claim *claim, unsigned int f_flags,
					 const struct devtask_guard_kind *kind);
void devtask_guard_close(struct devtask_guard *guard);
void devtask_guard_revoke_all(struct devtask_claim *claim);
void devtask_guard_detach_all(struct devtask_claim *claim);
void devtask_guard_interrupt_all(struct devtask_claim *claim, bool again);
void devtask_guard_kick_holders(struct devtask_claim *claim);
bool devtask_guard_drain_all(struct devtask_claim *claim, unsigned int wait_ms);
__poll_t devtask_guard_poll(struct devtask_guard *guard, struct file *file, poll_table *table);

static __always_inline bool devtask_guard_dead(const struct devtask_guard *guard)
{
	return test_bit(DEVTASK_GUARD_DEAD, &guard->flags);
}

/**
 * devtask_guard_enter() - pass the gate on the way to the driver
 *
 * Return: 0: until devtask_guard_leave() the backing file is there; -ENODEV: revoked;
 * -EACCES: the caller is no member of the task (PRO-10).
 */
static __always_inline int devtask_guard_enter(struct devtask_guard *guard)
{
	int err = -ENODEV;

	rcu_read_lock();		/* one section for both: the way in is counted in instructions */
	if (likely(percpu_ref_tryget_live_rcu(&guard->gate)))
		err = likely(devtask_members_has_current_rcu(guard->cgrp)) ? 0 : -EACCES;
	rcu_read_unlock();
	if (unlikely(err == -EACCES))
		percpu_ref_put(&guard->gate);
	return err;
}

/**
 * devtask_guard_leave() - pass the gate on the way back
 * @ret: what the driver said
 *
 * A call that the revocation broke off failed because the device was taken away, whatever
 * the driver calls it; data that did arrive stays. Return: what the caller is told.
 */
static __always_inline long devtask_guard_leave(struct devtask_guard *guard, long ret)
{
	if (unlikely(ret < 0) && devtask_guard_dead(guard))
		ret = -ENODEV;
	percpu_ref_put(&guard->gate);
	return ret;
}

#endif
