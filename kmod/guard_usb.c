// SPDX-License-Identifier: GPL-2.0-only
/*
 * The guarded usbfs file; see guard_usb.h.
 *
 * What counts (RUN-3): a transfer that has completed successfully. Those are CONTROL and
 * BULK that return without an error and an URB that is reaped with status 0, each under its
 * 64-bit and its 32-bit number. Submitting, waiting, asking usbfs itself count nothing.
 *
 * What has to be broken (END-2): CONTROL and BULK wait for their transfer so that only a
 * fatal signal ends them. A BULK ends when its interface is released from under usbfs, a
 * CONTROL when endpoint 0 is made anew.
 */
#include <linux/compat.h>
#include <linux/delay.h>
#include <linux/mm.h>
#include <linux/uaccess.h>
#include <linux/usb.h>
#include <linux/usb/hcd.h>
#include <linux/usbdevice_fs.h>

#include "guard.h"
#include "guard_file.h"
#include "guard_usb.h"
#include "restore.h"

/**
 * enum usb_call - what an ioctl does as far as a guard minds
 * @CALL_OTHER:		no transfer, or none that is known to have completed
 * @CALL_CONTROL:	synchronous control transfer; returns its bytes
 * @CALL_BULK:		synchronous bulk transfer; returns its bytes
 * @CALL_REAP:		takes a completed URB
 * @CALL_REAP32:	the same with the layout of a 32-bit program
 * @CALL_DETACH:	may take an interface from its driver
 */
enum usb_call {
	CALL_OTHER,
	CALL_CONTROL,
	CALL_BULK,
	CALL_REAP,
	CALL_REAP32,
	CALL_DETACH,
};

static __always_inline enum usb_call classify(unsigned int cmd)
{
	switch (cmd) {
	case USBDEVFS_REAPURB:
	case USBDEVFS_REAPURBNDELAY:
		return CALL_REAP;
	case USBDEVFS_CONTROL:
		return CALL_CONTROL;
	case USBDEVFS_BULK:
		return CALL_BULK;
	case USBDEVFS_IOCTL:
	case USBDEVFS_DISCONNECT_CLAIM:
		return CALL_DETACH;
#ifdef CONFIG_COMPAT
	case USBDEVFS_REAPURB32:
	case USBDEVFS_REAPURBNDELAY32:
		return CALL_REAP32;
	case USBDEVFS_CONTROL32:
		return CALL_CONTROL;
	case USBDEVFS_BULK32:
		return CALL_BULK;
	case USBDEVFS_IOCTL32:
		return CALL_DETACH;
#endif
	}
	return CALL_OTHER;
}

/*
 * usbfs has written status and length of the reaped URB to the caller's memory. The caller
 * can change them before they are read here, and thereby lie about its own transfers only;
 * it could as well do real ones.
 */
static void account_urb(struct devtask_guard *guard, unsigned long arg)
{
	struct usbdevfs_urb __user *urb;
	void __user *address;
	int status, length;

	if (get_user(address, (void __user * __user *)arg))
		return;
	urb = address;
	if (get_user(status, &urb->status) || get_user(length, &urb->actual_length))
		return;
	if (!status)
		devtask_account_io(guard->account, max(length, 0));
}

#ifdef CONFIG_COMPAT
static void account_urb32(struct devtask_guard *guard, unsigned long arg)
{
	struct usbdevfs_urb32 __user *urb;
	compat_caddr_t address;
	compat_int_t status, length;

	if (get_user(address, (compat_caddr_t __user *)compat_ptr(arg)))
		return;
	urb = compat_ptr(address);
	if (get_user(status, &urb->status) || get_user(length, &urb->actual_length))
		return;
	if (!status)
		devtask_account_io(guard->account, max(length, 0));
}
#else
static void account_urb32(struct devtask_guard *guard, unsigned long arg)
{
}
#endif

static noinline long call_detaching(struct devtask_guard *guard, unsigned int cmd,
				    unsigned long arg, bool compat)
{
	unsigned long driven = devtask_restore_driven(guard->claim);
	long ret = devtask_guard_file_call_ioctl(guard, cmd, arg, compat);

	devtask_restore_note(guard->claim, driven);
	return ret;
}

static __always_inline long usb_ioctl(struct file *file, unsigned int cmd, unsigned long arg,
				      bool compat)
{
	struct devtask_guard *guard = file->private_data;
	enum usb_call call = classify(cmd);
	long ret;

	ret = devtask_guard_enter(guard);
	if (unlikely(ret))
		return ret;
	if (call == CALL_CONTROL)
		atomic_inc(&guard->controls);
	if (unlikely(call == CALL_DETACH))
		ret = call_detaching(guard, cmd, arg, compat);
	else
		ret = devtask_guard_file_call_ioctl(guard, cmd, arg, compat);
	if (call == CALL_CONTROL)
		atomic_dec(&guard->controls);
	if (ret >= 0) {
		switch (call) {
		case CALL_CONTROL:
		case CALL_BULK:
			devtask_account_io(guard->account, ret);
			break;
		case CALL_REAP:
			account_urb(guard, arg);
			break;
		case CALL_REAP32:
			account_urb32(guard, arg);
			break;
		case CALL_DETACH:
		case CALL_OTHER:
			break;
		}
	}
	return devtask_guard_leave(guard, ret);
}

static long usb_unlocked_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	return usb_ioctl(file, cmd, arg, false);
}

#ifdef CONFIG_COMPAT
static long usb_compat_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	return usb_ioctl(file, cmd, arg, true);
}
#endif

/* usbfs's read gives cached descriptors: a question to the kernel, no I/O. */
static ssize_t usb_read(struct file *file, char __user *buf, size_t size, loff_t *pos)
{
	struct devtask_guard *guard = file->private_data;
	struct file *backing;
	ssize_t ret;

	ret = devtask_guard_enter(guard);
	if (ret)
		return ret;
	backing = guard->backing;
	ret = backing->f_op->read ? backing->f_op->read(backing, buf, size, pos) : -EINVAL;
	return devtask_guard_leave(guard, ret);
}

/*
 * The mapping is of memory that usbfs frees when its file is released, so it pins the
 * backing file, as overlayfs does. After a revocation it is ordinary memory to the task.
 */
static int usb_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct devtask_guard *guard = file->private_data;
	struct file *backing;
	int ret;

	ret = devtask_guard_enter(guard);
	if (ret)
		return ret;
	backing = guard->backing;
	if (backing->f_op->mmap) {
		set_bit(DEVTASK_GUARD_MAPPED, &guard->flags);
		vma_set_file(vma, backing);
		ret = backing->f_op->mmap(backing, vma);
	} else {
		ret = -ENODEV;
	}
	return devtask_guard_leave(guard, ret);
}

/*
 * A driver without devices: it takes an interface over and lets it go again, which cancels
 * every URB on the interface's endpoints.
 */
static int sweeper_probe(struct usb_interface *intf, const struct usb_device_id *id)
{
	return -ENODEV;
}

static void sweeper_disconnect(struct usb_interface *intf)
{
}

static struct usb_driver sweeper = {
	.name = "devtask",
	.probe = sweeper_probe,
	.disconnect = sweeper_disconnect,
	.no_dynamic_id = 1,
};

int devtask_guard_usb_init(void)
{
	return usb_register(&sweeper);
}

void devtask_guard_usb_exit(void)
{
	usb_deregister(&sweeper);
}

/* usbfs marks the interfaces that it claims with its data of the open file. */
static bool held_by(struct usb_interface *intf, const struct file *backing)
{
	return intf->dev.driver && !strcmp(intf->dev.driver->name, "usbfs") &&
	       usb_get_intfdata(intf) == backing->private_data;
}

/* usbfs hides its claims from udev; so does the way back. */
static void take_interface(struct usb_interface *intf)
{
	unsigned int old = dev_get_uevent_suppress(&intf->dev);

	dev_set_uevent_suppress(&intf->dev, 1);
	usb_driver_release_interface(to_usb_driver(intf->dev.driver), intf);
	dev_set_uevent_suppress(&intf->dev, old);
}

static void sweep_interface(struct usb_interface *intf)
{
	unsigned int old = dev_get_uevent_suppress(&intf->dev);

	dev_set_uevent_suppress(&intf->dev, 1);
	if (!usb_driver_claim_interface(&sweeper, intf, intf))
		usb_driver_release_interface(&sweeper, intf);
	dev_set_uevent_suppress(&intf->dev, old);
}

static void break_interfaces(struct usb_device *udev, const struct file *backing, bool sweep)
{
	struct usb_host_config *config = udev->actconfig;
	unsigned int i;

	for (i = 0; config && i < config->desc.bNumInterfaces; i++) {
		struct usb_interface *intf = config->interface[i];

		if (!intf)
			continue;
		if (held_by(intf, backing))
			take_interface(intf);
		else if (sweep && !intf->dev.driver)
			sweep_interface(intf);
	}
}

/*
 * usbfs drops the device's lock while it waits for a transfer, so as a rule the lock is to
 * be had. But it copies from user space under it, where a hostile task can make it wait for
 * ever, until it is killed.
 */
static bool try_lock_device(struct usb_device *udev)
{
	int tries;

	for (tries = 0; tries < 10; tries++) {
		if (usb_trylock_device(udev))
			return true;
		usleep_range(200, 400);
	}
	return false;
}

/*
 * A BULK that was about to be submitted may come in after its interface was released: then
 * a call survives, and the next try sweeps the interfaces that nobody holds.
 */
static bool usb_interrupt(struct devtask_guard *guard, bool again)
{
	struct usb_device *udev = guard->claim->udev;

	if (!try_lock_device(udev))
		return false;
	if (udev->state == USB_STATE_CONFIGURED)
		break_interfaces(udev, guard->backing, again);
	/* Aborts other drivers' control transfers of this device too, so only if need be. */
	if (atomic_read(&guard->controls) && udev->state != USB_STATE_NOTATTACHED)
		usb_ep0_reinit(udev);
	usb_unlock_device(udev);
	return true;
}

/*
 * A live mapping keeps usbfs's file open: take what it would keep, its interfaces and its
 * asynchronous control transfers.
 */
static void usb_settle(struct devtask_guard *guard, struct file *backing)
{
	struct usb_device *udev = guard->claim->udev;

	if (!test_bit(DEVTASK_GUARD_MAPPED, &guard->flags))
		return;
	usb_lock_device(udev);
	if (udev->state == USB_STATE_CONFIGURED)
		break_interfaces(udev, backing, false);
	if (udev->state != USB_STATE_NOTATTACHED)
		usb_ep0_reinit(udev);
	usb_unlock_device(udev);
}

static const struct file_operations usb_fops = {
	.owner = THIS_MODULE,
	.open = devtask_guard_file_open,
	.release = devtask_guard_file_release,
	.read = usb_read,
	.poll = devtask_guard_file_poll,
	.llseek = devtask_guard_file_llseek,
	.fasync = devtask_guard_file_fasync,
	.mmap = usb_mmap,
	.unlocked_ioctl = usb_unlocked_ioctl,
#ifdef CONFIG_COMPAT
	.compat_ioctl = usb_compat_ioctl,
#endif
};

const struct devtask_guard_kind devtask_guard_usb = {
	.fops = &usb_fops,
	.interrupt = usb_interrupt,
	.settle = usb_settle,
};
