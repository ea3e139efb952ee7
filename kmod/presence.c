// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rule "device stays attached"; see presence.h.
 *
 * USB tells by its notifier, which runs under the device's lock: nothing is waited for
 * here. Other drivers tell by the hang-up of an open file, which the guard sees.
 */
#include <linux/usb.h>

#include "claim.h"
#include "presence.h"
#include "rules.h"
#include "task.h"
#include "label.h"

/**
 * devtask_presence_lost() - the device of a claim is gone
 * @claim: the claim
 *
 * Any context that may take a spinlock. Ends the task if its type has the rule; only the
 * first loss of a claim counts.
 */
void devtask_presence_lost(struct devtask_claim *claim)
{
	struct devtask_task *task = claim->task;

	if (test_and_set_bit(DEVTASK_CLAIM_DETACHED, &claim->flags))
		return;
	if (devtask_rules_detach_ends(task->label->type))
		devtask_task_cancel(task, DEVTASK_REASON_CONDITION_LOSS,
				    DEVTASK_DETAIL_DEVICE_DETACHED, 0, 0);
}

/**
 * devtask_presence_check() - a claim has been registered: did its device go meanwhile?
 * @claim: the claim
 */
void devtask_presence_check(struct devtask_claim *claim)
{
	if (claim->udev && READ_ONCE(claim->udev->state) == USB_STATE_NOTATTACHED)
		devtask_presence_lost(claim);
}

static void lose_if_on(struct devtask_claim *claim, void *udev)
{
	if (claim->udev == udev)
		devtask_presence_lost(claim);
}

static int usb_changed(struct notifier_block *block, unsigned long action, void *udev)
{
	if (action == USB_DEVICE_REMOVE)
		devtask_claim_for_each(lose_if_on, udev);
	return NOTIFY_DONE;
}

static struct notifier_block usb_notifier = {
	.notifier_call = usb_changed,
};

void devtask_presence_init(void)
{
	usb_register_notify(&usb_notifier);
}

void devtask_presence_exit(void)
{
	usb_unregister_notify(&usb_notifier);
}
