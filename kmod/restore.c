// SPDX-License-Identifier: GPL-2.0-only
/*
 * See restore.h. libusb's usual way to a device is to detach the kernel's driver, and a task
 * that is killed never attaches it again: its user would be left with a dead keyboard. The
 * module does it and not the helper, so that it holds when the helper is dead (RUN-11).
 */
#include <linux/device.h>
#include <linux/string.h>
#include <linux/usb.h>
#include <linux/workqueue.h>

#include "claim.h"
#include "limits.h"
#include "restore.h"

static struct workqueue_struct *returns;

int devtask_restore_init(void)
{
	returns = alloc_workqueue("devtask_restore", WQ_UNBOUND, 0);
	return returns ? 0 : -ENOMEM;
}

/**
 * devtask_restore_exit() - wait for the drivers that are on their way
 *
 * Each holds its claim, which pins the module; what may still run is a last return.
 */
void devtask_restore_exit(void)
{
	destroy_workqueue(returns);
}

static bool is_usbfs(const struct device_driver *driver)
{
	return !strcmp(driver->name, "usbfs");
}

/* Under the device's lock. usbfs, too, knows interfaces by the bits of a long. */
static unsigned long find_driven(struct usb_device *udev)
{
	struct usb_host_config *config = udev->actconfig;
	unsigned long driven = 0;
	unsigned int i;

	for (i = 0; config && i < config->desc.bNumInterfaces; i++) {
		struct usb_interface *intf = config->interface[i];
		unsigned int number;

		if (!intf || !intf->dev.driver || is_usbfs(intf->dev.driver))
			continue;
		number = intf->altsetting[0].desc.bInterfaceNumber;
		if (number < BITS_PER_LONG)
			driven |= BIT(number);
	}
	return driven;
}

/**
 * devtask_restore_driven() - which interfaces a driver of the kernel has
 * @claim: on a usbfs node
 *
 * Waits for the device's lock, as every call of usbfs does; for threads of the task only.
 * Return: a bit for each interface number.
 */
unsigned long devtask_restore_driven(const struct devtask_claim *claim)
{
	unsigned long driven;

	usb_lock_device(claim->udev);
	driven = find_driven(claim->udev);
	usb_unlock_device(claim->udev);
	return driven;
}

/**
 * devtask_restore_note() - the task has made a call that detaches drivers
 * @claim:  on a usbfs node
 * @driven: what devtask_restore_driven() said before the call
 *
 * Remembers the interfaces that have lost theirs since. Context as there.
 */
void devtask_restore_note(struct devtask_claim *claim, unsigned long driven)
{
	unsigned long gone = driven & ~devtask_restore_driven(claim);
	unsigned int number;

	for_each_set_bit(number, &gone, BITS_PER_LONG)
		set_bit(number, &claim->detached);
}

/*
 * usbfs lets go of an interface when its file is released, which a closing thread may have put
 * off until it leaves the kernel. Return: false if it has not yet, or another program has taken
 * the interface, which is as good as having its driver back.
 */
static bool attach(struct usb_interface *intf)
{
	if (!intf || (intf->dev.driver && !is_usbfs(intf->dev.driver)))
		return true;
	if (intf->dev.driver)
		return false;
	if (device_attach(&intf->dev) < 0)
		dev_warn(&intf->dev, "devtask: cannot attach its driver again\n");
	return true;
}

static void restore(struct work_struct *work)
{
	struct devtask_claim *claim = container_of(to_delayed_work(work), struct devtask_claim,
						   restore);
	struct usb_device *udev = claim->udev;
	unsigned int number;

	usb_lock_device(udev);
	/* A device that nobody uses may sleep by now: the driver's probe wakes it. */
	for_each_set_bit(number, &claim->detached, BITS_PER_LONG)
		if (udev->state == USB_STATE_NOTATTACHED || attach(usb_ifnum_to_if(udev, number)))
			clear_bit(number, &claim->detached);
	usb_unlock_device(udev);
	if (claim->detached && ++claim->restore_tries < DEVTASK_RESTORE_TRIES)
		queue_delayed_work(returns, &claim->restore,
				   msecs_to_jiffies(DEVTASK_RESTORE_PAUSE_MS));
	else
		devtask_claim_put(claim);
}

/**
 * devtask_restore_begin() - the device has been taken from the task
 * @claim: revoked and drained, so that nothing is noted any more; once per claim
 *
 * Does not wait: a driver's probe may talk to the device.
 */
void devtask_restore_begin(struct devtask_claim *claim)
{
	if (!claim->udev || !claim->detached)
		return;
	devtask_claim_get(claim);
	INIT_DELAYED_WORK(&claim->restore, restore);
	queue_delayed_work(returns, &claim->restore, 0);
}
