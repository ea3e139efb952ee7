// SPDX-License-Identifier: GPL-2.0-only
/* A claim; see claim.h. */
#include <linux/cred.h>
#include <linux/fs.h>
#include <linux/major.h>
#include <linux/namei.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/usb.h>
#include <linux/xarray.h>

#include "claim.h"
#include "limits.h"
#include "task.h"

static DEFINE_XARRAY_ALLOC1(claims);	/* id -> claim, one reference each; own spinlock */
static u32 next_id;			/* under the spinlock of claims */

void devtask_claim_exit(void)
{
	xa_destroy(&claims);
}

static int match_usb(struct usb_device *udev, void *data)
{
	struct devtask_claim *claim = data;

	if (udev->dev.devt != claim->devt)
		return 0;
	claim->udev = usb_get_dev(udev);
	return 1;
}

/* The kernel itself names the nodes of devtmpfs: nothing that a task can influence. */
static enum devtask_kind kind_of(const struct path *path, dev_t devt)
{
	if (MAJOR(devt) == USB_DEVICE_MAJOR)
		return DEVTASK_KIND_USB;
	if (!strncmp(path->dentry->d_name.name, "hidraw", 6))
		return DEVTASK_KIND_HID;
	return DEVTASK_KIND_CHARDEV;
}

static int find_device(struct devtask_claim *claim)
{
	struct inode *inode;
	int err;

	err = kern_path(claim->path_name, LOOKUP_FOLLOW, &claim->path);
	if (err)
		return err;
	inode = d_backing_inode(claim->path.dentry);
	if (!S_ISCHR(inode->i_mode) || !inode->i_rdev)
		return -ENOTTY;
	if (strcmp(claim->path.dentry->d_sb->s_type->name, "devtmpfs"))
		return -EXDEV;
	claim->devt = inode->i_rdev;
	claim->kind = kind_of(&claim->path, claim->devt);
	if (claim->kind == DEVTASK_KIND_USB) {
		usb_for_each_dev(claim, match_usb);
		if (!claim->udev)
			return -ENODEV;
	}
	return 0;
}

static void free_claim(struct kref *ref)
{
	struct devtask_claim *claim = container_of(ref, struct devtask_claim, ref);

	WARN_ON_ONCE(!list_empty(&claim->guards));
	if (claim->udev)
		usb_put_dev(claim->udev);
	path_put(&claim->path);
	put_cred(claim->cred);
	if (claim->account.counts)
		devtask_account_exit(&claim->account);
	kfree(claim->path_name);
	kfree(claim->hardware_id);
	atomic_dec(&claim->task->claims_alive);
	devtask_task_put(claim->task);
	kfree(claim);
}

/**
 * devtask_claim_create() - find a device node and make a claim on it
 * @task:	 gets the claim; a reference is taken
 * @path_name:	 path of the raw node in the caller's mount namespace
 * @hardware_id: for people, may be empty
 *
 * May sleep. Return: a claim with one reference that nobody can find yet, or an ERR_PTR:
 * -ENOTTY not a character device, -EXDEV not on devtmpfs, -ENODEV no such USB device, what path
 * lookup says, -ENOMEM.
 */
struct devtask_claim *devtask_claim_create(struct devtask_task *task, const char *path_name,
					   const char *hardware_id)
{
	struct devtask_claim *claim = kzalloc(sizeof(*claim), GFP_KERNEL_ACCOUNT);
	int err = -ENOMEM;

	if (!claim)
		return ERR_PTR(-ENOMEM);
	kref_init(&claim->ref);
	devtask_task_get(task);
	atomic_inc(&task->claims_alive);
	claim->task = task;
	claim->cred = get_current_cred();
	mutex_init(&claim->lock);
	init_waitqueue_head(&claim->opened);
	INIT_LIST_HEAD(&claim->guards);
	INIT_LIST_HEAD(&claim->in_task);
	claim->path_name = kstrdup(path_name, GFP_KERNEL_ACCOUNT);
	claim->hardware_id = kstrdup(hardware_id, GFP_KERNEL_ACCOUNT);
	if (claim->path_name && claim->hardware_id)
		err = devtask_account_init(&claim->account, &task->last_io);
	if (!err)
		err = find_device(claim);
	if (err) {
		devtask_claim_put(claim);
		return ERR_PTR(err);
	}
	return claim;
}

/**
 * devtask_claim_register() - give a claim its number and make it findable
 * @claim: the claim
 *
 * The registry takes a reference. Return: 0, -EBUSY without a free number, -ENOMEM.
 */
int devtask_claim_register(struct devtask_claim *claim)
{
	int err;

	devtask_claim_get(claim);
	err = xa_alloc_cyclic(&claims, &claim->id, claim, xa_limit_31b, &next_id,
			      GFP_KERNEL_ACCOUNT);
	if (err < 0)
		devtask_claim_put(claim);
	return err < 0 ? err : 0;
}

/**
 * devtask_claim_unregister() - nobody finds the claim any more; drops the registry's reference
 * @claim: the claim
 */
void devtask_claim_unregister(struct devtask_claim *claim)
{
	if (xa_erase(&claims, claim->id))
		devtask_claim_put(claim);
}

/**
 * devtask_claim_find() - the claim with this number
 * @id: its number
 *
 * Return: the claim with a reference for the caller, or NULL.
 */
struct devtask_claim *devtask_claim_find(u32 id)
{
	struct devtask_claim *claim;

	xa_lock(&claims);
	claim = xa_load(&claims, id);
	if (claim)
		devtask_claim_get(claim);
	xa_unlock(&claims);
	return claim;
}

/**
 * devtask_claim_next() - walk over all claims
 * @id: in: look from this number on; out: the number found
 *
 * Return: the claim with a reference for the caller, or NULL at the end.
 */
struct devtask_claim *devtask_claim_next(unsigned long *id)
{
	struct devtask_claim *claim;

	xa_lock(&claims);
	claim = xa_find(&claims, id, ULONG_MAX, XA_PRESENT);
	if (claim)
		devtask_claim_get(claim);
	xa_unlock(&claims);
	return claim;
}

/**
 * devtask_claim_for_each() - visit every claim under the registry's spinlock
 * @data: passed on to @visit
 * @visit: must not sleep and must not drop the last reference
 */
void devtask_claim_for_each(void (*visit)(struct devtask_claim *claim, void *data), void *data)
{
	struct devtask_claim *claim;
	unsigned long id;

	xa_lock(&claims);
	xa_for_each(&claims, id, claim)
		visit(claim, data);
	xa_unlock(&claims);
}

void devtask_claim_get(struct devtask_claim *claim)
{
	kref_get(&claim->ref);
}

/**
 * devtask_claim_put() - drop a reference; may sleep
 * @claim: the claim
 */
void devtask_claim_put(struct devtask_claim *claim)
{
	kref_put(&claim->ref, free_claim);
}

/**
 * devtask_claim_begin_open() - somebody is about to call the driver's ->open
 * @claim: the claim
 *
 * A revocation waits for devtask_claim_end_open(). Return: 0, or -ENODEV if the claim is
 * revoked or its device gone.
 */
int devtask_claim_begin_open(struct devtask_claim *claim)
{
	int err = -ENODEV;

	mutex_lock(&claim->lock);
	if (devtask_claim_state(claim) == DEVTASK_CLAIM_STATE_LIVE) {
		claim->opening++;
		err = 0;
	}
	mutex_unlock(&claim->lock);
	return err;
}

/**
 * devtask_claim_end_open() - the driver's ->open is left, and its file given back if it was in vain
 * @claim: the claim
 */
void devtask_claim_end_open(struct devtask_claim *claim)
{
	mutex_lock(&claim->lock);
	if (!--claim->opening)
		wake_up_all(&claim->opened);
	mutex_unlock(&claim->lock);
}

/**
 * devtask_claim_wait_opens() - wait until nobody is in the driver's ->open
 * @claim:   revoked, so that nobody new comes
 * @wait_ms: at most
 *
 * Return: true if nobody is.
 */
bool devtask_claim_wait_opens(struct devtask_claim *claim, unsigned int wait_ms)
{
	return wait_event_timeout(claim->opened, !READ_ONCE(claim->opening),
				  msecs_to_jiffies(wait_ms));
}

/**
 * devtask_claim_add_guard() - a guard has been opened
 * @claim: the claim
 * @in_claim: the guard's list entry
 *
 * From here on the revocation finds it. Return: 0, -ENODEV if the claim is revoked or its
 * device gone, -EMFILE if too many are open.
 */
int devtask_claim_add_guard(struct devtask_claim *claim, struct list_head *in_claim)
{
	int err = 0;

	mutex_lock(&claim->lock);
	if (devtask_claim_state(claim) != DEVTASK_CLAIM_STATE_LIVE) {
		err = -ENODEV;
	} else if (claim->guard_count >= DEVTASK_GUARDS_PER_CLAIM) {
		err = -EMFILE;
	} else {
		list_add_tail(in_claim, &claim->guards);
		claim->guard_count++;
	}
	mutex_unlock(&claim->lock);
	return err;
}

/**
 * devtask_claim_del_guard() - a guard has been closed
 * @claim: the claim
 * @in_claim: the guard's list entry
 */
void devtask_claim_del_guard(struct devtask_claim *claim, struct list_head *in_claim)
{
	mutex_lock(&claim->lock);
	list_del_init(in_claim);
	claim->guard_count--;
	mutex_unlock(&claim->lock);
}

/**
 * devtask_claim_is_stale() - has the node been taken away that the claim is for?
 * @claim: the claim
 *
 * Any context. The kernel removes a device's node from devtmpfs before its number can be
 * used again, and a successor gets a new node: so a number never leads to another device
 * (PRO-10).
 */
bool devtask_claim_is_stale(const struct devtask_claim *claim)
{
	return d_unlinked(claim->path.dentry);
}

enum devtask_claim_state devtask_claim_state(const struct devtask_claim *claim)
{
	if (test_bit(DEVTASK_CLAIM_REVOKED, &claim->flags))
		return DEVTASK_CLAIM_STATE_REVOKED;
	if (test_bit(DEVTASK_CLAIM_DETACHED, &claim->flags))
		return DEVTASK_CLAIM_STATE_DETACHED;
	return DEVTASK_CLAIM_STATE_LIVE;
}
