/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A claim: the right of one task to one device node, and the guards that were opened from
 * it. Knows no rules, and of guards only that they can be revoked.
 */
#ifndef DEVTASK_CLAIM_H
#define DEVTASK_CLAIM_H

#include <linux/kref.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/path.h>
#include <linux/types.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <linux/devtask.h>

#include "account.h"

struct devtask_task;
struct usb_device;

/**
 * enum devtask_claim_flag - bits of &devtask_claim.flags, each set once and never cleared
 * @DEVTASK_CLAIM_DETACHED:	the device is gone
 * @DEVTASK_CLAIM_REVOKED:	no guard may be made from it any more (END-2)
 */
enum devtask_claim_flag {
	DEVTASK_CLAIM_DETACHED,
	DEVTASK_CLAIM_REVOKED,
};

/**
 * struct devtask_claim - the right of one task to one device node
 * @ref:		references: the task's list, the registry, mounted nodes, guards
 * @id:			number in the registry, constant
 * @task:		its task, constant, referenced
 * @kind:		sort of node, constant
 * @path:		the raw node, constant, referenced
 * @cred:		whose rights open it (the helper's), constant, referenced
 * @devt:		device number, constant
 * @udev:		the USB device behind a usbfs node, else NULL; constant, referenced
 * @path_name:		the path as the helper named it, constant
 * @hardware_id:	for people, constant, may be empty
 * @account:		what its guards have completed
 * @detached:		numbers of the USB interfaces whose driver the task has detached, atomic bits
 * @restore:		attaches them again once the claim has been taken back
 * @restore_tries:	how often it has tried, its own
 * @lost:		called when a guard of it sees the device's hang-up; must not sleep on
 *			the device
 * @flags:		&enum devtask_claim_flag, atomic
 * @lock:		protects @opening, @guards and @guard_count. A revocation interrupts drivers under
 *		it but waits for none; never taken under a lock of a driver
 * @opening:		callers that are in the driver's ->open or on their way
 * @opened:		woken when @opening falls to 0
 * @guards:		list of &devtask_guard.in_claim
 * @guard_count:	length of @guards
 * @in_task:		entry of &devtask_task.claims, under the task's lock as the next three
 * @replaces:		number of the claim whose place it has taken, 0 = none (APP-8)
 * @is_lost:		the loss of its device has been looked at
 * @is_replaced:	another one has taken its place
 */
struct devtask_claim {
	struct kref ref;
	u32 id;
	struct devtask_task *task;
	enum devtask_kind kind;
	struct path path;
	const struct cred *cred;
	dev_t devt;
	struct usb_device *udev;
	char *path_name;
	char *hardware_id;
	struct devtask_account account;
	unsigned long detached;
	struct delayed_work restore;
	unsigned int restore_tries;
	void (*lost)(struct devtask_claim *claim);
	unsigned long flags;

	struct mutex lock;
	unsigned int opening;
	wait_queue_head_t opened;
	struct list_head guards;
	unsigned int guard_count;

	struct list_head in_task;
	u32 replaces;
	bool is_lost;
	bool is_replaced;
};

void devtask_claim_exit(void);
struct devtask_claim *devtask_claim_create(struct devtask_task *task, const char *path_name,
					   const char *hardware_id);
int devtask_claim_register(struct devtask_claim *claim);
void devtask_claim_unregister(struct devtask_claim *claim);
struct devtask_claim *devtask_claim_find(u32 id);
struct devtask_claim *devtask_claim_next(unsigned long *id);
void devtask_claim_for_each(void (*visit)(struct devtask_claim *claim, void *data), void *data);
void devtask_claim_get(struct devtask_claim *claim);
void devtask_claim_put(struct devtask_claim *claim);

int devtask_claim_begin_open(struct devtask_claim *claim);
void devtask_claim_end_open(struct devtask_claim *claim);
bool devtask_claim_wait_opens(struct devtask_claim *claim, unsigned int wait_ms);
int devtask_claim_add_guard(struct devtask_claim *claim, struct list_head *in_claim);
void devtask_claim_del_guard(struct devtask_claim *claim, struct list_head *in_claim);
bool devtask_claim_is_stale(const struct devtask_claim *claim);
enum devtask_claim_state devtask_claim_state(const struct devtask_claim *claim);

#endif
