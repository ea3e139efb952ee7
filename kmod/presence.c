// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rule "device stays attached"; see presence.h.
 *
 * USB and HID tell by their buses' notifiers, which run under the device's lock: nothing is
 * waited for here. Any other driver tells by the hang-up of an open file, which the guard
 * sees.
 */
#include <linux/hid.h>
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
 * Any context that may take a spinlock. Ends the task if its type has the rule, else the step
 * tells of it (APP-8); only the first loss of a claim counts.
 */
void devtask_presence_lost(struct devtask_claim *claim)
{
	struct devtask_task *task = claim->task;

	if (test_and_set_bit(DEVTASK_CLAIM_DETACHED, &claim->flags))
		return;
	if (devtask_rules_detach_ends(task->label->type))
		devtask_task_cancel(task, DEVTASK_REASON_CONDITION_LOSS,
				    DEVTASK_DETAIL_DEVICE_DETACHED, 0, 0);
	else
		devtask_task_queue_step(task);
}

/**
 * devtask_presence_check() - a claim has been registered: did its device go meanwhile?
 * @claim: the claim
 */
void devtask_presence_check(struct devtask_claim *claim)
{
	if ((claim->udev && READ_ONCE(claim->udev->state) == USB_STATE_NOTATTACHED) ||
	    devtask_claim_is_stale(claim))
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

static void lose_if_stale(struct devtask_claim *claim, void *unused)
{
	if (devtask_claim_is_stale(claim))
		devtask_presence_lost(claim);
}

/* hidraw's node goes when the HID driver lets go of the device, which is before this. */
static int hid_changed(struct notifier_block *block, unsigned long action, void *dev)
{
	if (action == BUS_NOTIFY_UNBOUND_DRIVER)
		devtask_claim_for_each(lose_if_stale, NULL);
	return NOTIFY_DONE;
}

static struct notifier_block hid_notifier = {
	.notifier_call = hid_changed,
};

/**
 * devtask_presence_init() - listen to the buses
 *
 * Return: 0 or a negative errno.
 */
int devtask_presence_init(void)
{
	int err = bus_register_notifier(&hid_bus_type, &hid_notifier);

	if (!err)
		usb_register_notify(&usb_notifier);
	return err;
}

void devtask_presence_exit(void)
{
	usb_unregister_notify(&usb_notifier);
	bus_unregister_notifier(&hid_bus_type, &hid_notifier);
}
