// SPDX-License-Identifier: GPL-2.0-only
/*
 * The claims of one task; see custody.h.
 *
 * They are one list. First those that the task can open, in the order in which it counts them;
 * behind them, in any order, those that were replaced and are not drained yet: the revocation
 * walks over all of them. What is drained goes, and leaves its counts with the task.
 */
#include <linux/netlink.h>

#include "claim.h"
#include "custody.h"
#include "guard.h"
#include "label.h"
#include "limits.h"
#include "restore.h"
#include "task.h"

static void let_go(struct devtask_claim *claim)
{
	devtask_claim_unregister(claim);
	list_del_init(&claim->in_task);
	devtask_claim_put(claim);
}

static int adopt(struct devtask_task *task, struct devtask_claim *claim, struct list_head *before)
{
	int err = devtask_claim_register(claim);

	if (err)
		return err;
	devtask_claim_get(claim);
	list_add_tail(&claim->in_task, before);
	return 0;
}

/* The first one that was replaced, or the head of the list. */
static struct list_head *end_of_current(struct devtask_task *task)
{
	struct devtask_claim *claim;

	list_for_each_entry(claim, &task->claims, in_task)
		if (claim->is_replaced)
			return &claim->in_task;
	return &task->claims;
}

/* Behind a revocation that has begun, a claim would never be taken back. */
static int check_task(const struct devtask_task *task, struct netlink_ext_ack *extack)
{
	if (task->state <= DEVTASK_STATE_RUNNING && !task->revoke_rounds &&
	    !devtask_task_canceled(task))
		return 0;
	NL_SET_ERR_MSG(extack, "the task has been cancelled or has ended: start a new one");
	return -ECANCELED;
}

/**
 * devtask_custody_add() - one claim more
 * @task: locked
 * @claim: not registered yet; gets its number, and a reference of the list's own
 * @extack: gets the sentence of a refusal, or NULL
 *
 * Return: 0, -ECANCELED, -ENOSPC, what devtask_claim_register() says.
 */
int devtask_custody_add(struct devtask_task *task, struct devtask_claim *claim,
			struct netlink_ext_ack *extack)
{
	int err = check_task(task, extack);

	if (err)
		return err;
	if (devtask_custody_count(task) >= DEVTASK_CLAIMS_PER_TASK) {
		NL_SET_ERR_MSG(extack, "a task may claim 16 devices at most");
		return -ENOSPC;
	}
	return adopt(task, claim, end_of_current(task));
}

static struct devtask_claim *find_old(struct devtask_task *task, u32 id,
				      struct netlink_ext_ack *extack)
{
	struct devtask_claim *claim;
	bool elsewhere;

	list_for_each_entry(claim, &task->claims, in_task)
		if (claim->id == id && !claim->is_replaced)
			return claim;
	claim = devtask_claim_find(id);
	elsewhere = claim && claim->task != task;
	if (claim)
		devtask_claim_put(claim);
	if (elsewhere) {
		NL_SET_ERR_MSG(extack, "replaces: that claim is another task's");
		return ERR_PTR(-EINVAL);
	}
	NL_SET_ERR_MSG(extack, "replaces: no such claim: it has been replaced before or never was");
	return ERR_PTR(-ESTALE);
}

static int check_replace(const struct devtask_task *task, const struct devtask_claim *old,
			 struct netlink_ext_ack *extack)
{
	if (!old->is_lost) {
		NL_SET_ERR_MSG(extack, "replaces: the device of that claim is still there");
		return -EBUSY;
	}
	if (atomic_read(&task->claims_alive) > DEVTASK_CLAIMS_ALIVE) {
		NL_SET_ERR_MSG(extack, "replaces: too many earlier devices are still in use: the task must close its descriptors of them");
		return -EBUSY;
	}
	return 0;
}

static int check_replacing_task(const struct devtask_task *task, struct netlink_ext_ack *extack)
{
	if (devtask_rules_detach_ends(task->label->type)) {
		NL_SET_ERR_MSG(extack, "replaces: only a servicing task outlives its device");
		return -EINVAL;
	}
	if (task->state == DEVTASK_STATE_PREPARED) {
		NL_SET_ERR_MSG(extack, "replaces: the task has not started: make a claim of its own");
		return -EINVAL;
	}
	return check_task(task, extack);
}

/* What its guards have counted stays with the task: no call of theirs is in a driver any more. */
static void retire(struct devtask_task *task, struct devtask_claim *claim)
{
	struct devtask_count count = devtask_account_sum(&claim->account);

	task->past.ops += count.ops;
	task->past.bytes += count.bytes;
	let_go(claim);
}

/* Descriptors of theirs may still be open: they are dead, and hold the memory of their claim. */
static void retire_drained(struct devtask_task *task)
{
	struct devtask_claim *claim, *next;

	list_for_each_entry_safe(claim, next, &task->claims, in_task)
		if (claim->is_replaced && devtask_guard_drain_all(claim, DEVTASK_DRAIN_FIRST_MS))
			retire(task, claim);
}

/**
 * devtask_custody_replace() - a device is back: a new claim takes the place of an old one (APP-8)
 * @task: locked; its losses have been looked at
 * @old: number of the detached claim
 * @claim: not registered yet; gets its number, and a reference of the list's own
 * @extack: gets the sentence of a refusal, or NULL
 *
 * May sleep. Return: 0, -EINVAL, -EBUSY, -ESTALE, -ECANCELED, what devtask_claim_register() says.
 */
int devtask_custody_replace(struct devtask_task *task, u32 old, struct devtask_claim *claim,
			    struct netlink_ext_ack *extack)
{
	struct devtask_claim *was;
	int err = check_replacing_task(task, extack);

	if (err)
		return err;
	was = find_old(task, old, extack);
	if (IS_ERR(was))
		return PTR_ERR(was);
	err = check_replace(task, was, extack);
	if (err)
		return err;
	claim->replaces = old;
	err = adopt(task, claim, &was->in_task);
	if (err)
		return err;
	was->is_replaced = true;
	list_move_tail(&was->in_task, &task->claims);
	retire_drained(task);
	return 0;
}

/**
 * devtask_custody_next_lost() - a device that is gone and was not looked at yet
 * @task: locked
 *
 * Shuts its gates, so that nothing that was opened before reaches the device or its successor
 * (PRO-10), and gives the driver its files back as far as nobody is in them. May sleep.
 * Return: the claim, on the list, or NULL.
 */
struct devtask_claim *devtask_custody_next_lost(struct devtask_task *task)
{
	struct devtask_claim *claim;

	list_for_each_entry(claim, &task->claims, in_task) {
		if (claim->is_lost || devtask_claim_state(claim) != DEVTASK_CLAIM_STATE_DETACHED)
			continue;
		claim->is_lost = true;
		devtask_guard_detach_all(claim);
		devtask_guard_drain_all(claim, DEVTASK_DRAIN_FIRST_MS);
		return claim;
	}
	return NULL;
}

/**
 * devtask_custody_count() - how many devices the task has
 * @task: locked
 */
unsigned int devtask_custody_count(const struct devtask_task *task)
{
	const struct devtask_claim *claim;
	unsigned int count = 0;

	list_for_each_entry(claim, &task->claims, in_task)
		count += !claim->is_replaced;
	return count;
}

/**
 * devtask_custody_index() - which of its task's devices it is, from 0
 * @claim: of a locked task, not replaced
 */
u32 devtask_custody_index(const struct devtask_claim *claim)
{
	const struct devtask_claim *other;
	u32 index = 0;

	list_for_each_entry(other, &claim->task->claims, in_task) {
		if (other == claim)
			break;
		index++;
	}
	return index;
}

/**
 * devtask_custody_get() - the device that the task knows by this number
 * @task: not locked
 * @index: from 0
 *
 * Return: the claim, referenced, or NULL.
 */
struct devtask_claim *devtask_custody_get(struct devtask_task *task, u32 index)
{
	struct devtask_claim *claim, *found = NULL;

	mutex_lock(&task->lock);
	list_for_each_entry(claim, &task->claims, in_task) {
		if (claim->is_replaced)
			break;
		if (index--)
			continue;
		devtask_claim_get(claim);
		found = claim;
		break;
	}
	mutex_unlock(&task->lock);
	return found;
}

/**
 * devtask_custody_sum() - what all claims of a task have counted, now and in the past
 * @task: locked
 */
struct devtask_count devtask_custody_sum(const struct devtask_task *task)
{
	struct devtask_count sum = task->past;
	struct devtask_claim *claim;

	lockdep_assert_held(&task->lock);
	list_for_each_entry(claim, &task->claims, in_task) {
		struct devtask_count count = devtask_account_sum(&claim->account);

		sum.ops += count.ops;
		sum.bytes += count.bytes;
	}
	return sum;
}

/**
 * devtask_custody_shut() - shut every gate for ever (END-2)
 * @task: locked
 */
void devtask_custody_shut(struct devtask_task *task)
{
	struct devtask_claim *claim;

	list_for_each_entry(claim, &task->claims, in_task)
		devtask_guard_revoke_all(claim);
}

/**
 * devtask_custody_interrupt() - get out of the drivers who is in them
 * @task: locked
 * @again: a former try was not enough
 */
void devtask_custody_interrupt(struct devtask_task *task, bool again)
{
	struct devtask_claim *claim;

	list_for_each_entry(claim, &task->claims, in_task) {
		devtask_guard_interrupt_all(claim, again);
		if (again)
			devtask_guard_kick_holders(claim);
	}
}

/**
 * devtask_custody_drain() - wait until nobody is in a driver
 * @task: locked
 * @wait_ms: for the first guard that is not ready
 *
 * Return: true if nobody is, and the drivers have their files back.
 */
bool devtask_custody_drain(struct devtask_task *task, unsigned int wait_ms)
{
	struct devtask_claim *claim;

	list_for_each_entry(claim, &task->claims, in_task)
		if (!devtask_guard_drain_all(claim, wait_ms))
			return false;
	return true;
}

/**
 * devtask_custody_restore() - attach the drivers that the task has detached (END-6)
 * @task: locked; all drained
 */
void devtask_custody_restore(struct devtask_task *task)
{
	struct devtask_claim *claim;

	list_for_each_entry(claim, &task->claims, in_task)
		devtask_restore_begin(claim);
}

/**
 * devtask_custody_forget() - nobody finds its claims any more
 * @task: locked, all drained
 */
void devtask_custody_forget(struct devtask_task *task)
{
	struct devtask_claim *claim, *next;

	list_for_each_entry_safe(claim, next, &task->claims, in_task)
		let_go(claim);
}
