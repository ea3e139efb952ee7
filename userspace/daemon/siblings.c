// SPDX-License-Identifier: GPL-2.0-only
/* siblings - see siblings.h. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <libudev.h>

#include "siblings.h"

static bool is_usb_device(struct udev_device *udev)
{
	const char *type = udev_device_get_devtype(udev);

	return type && !strcmp(type, "usb_device");
}

/* What is one device to people: the nearest USB device, else the HID device, else the node. */
static struct udev_device *whole(struct udev_device *udev)
{
	struct udev_device *parent;

	if (is_usb_device(udev))
		return udev;
	parent = udev_device_get_parent_with_subsystem_devtype(udev, "usb", "usb_device");
	if (!parent)
		parent = udev_device_get_parent_with_subsystem_devtype(udev, "hid", NULL);
	return parent ? parent : udev;
}

bool devtask_siblings_add_up(struct udev_device *udev, const char *device,
			     struct devtask_sibling *sibling)
{
	const char *subsystem = udev_device_get_subsystem(udev);
	const char *node = udev_device_get_devnode(udev);

	if (!node || (subsystem && !strcmp(subsystem, "input")) ||
	    strcmp(udev_device_get_syspath(whole(udev)), device))
		return false;
	memset(sibling, 0, sizeof(*sibling));
	sibling->number = udev_device_get_devnum(udev);
	sibling->is_block = subsystem && !strcmp(subsystem, "block");
	/* usbfs lets those who only read have the descriptors and nothing else. */
	sibling->reading_is_io = !is_usb_device(udev);
	snprintf(sibling->node, sizeof(sibling->node), "%.63s", node);
	return true;
}

static int gather(struct udev *udev, struct udev_device *device, struct devtask_siblings *siblings,
		  struct devtask_error *error)
{
	struct udev_enumerate *enumerate = udev_enumerate_new(udev);
	struct udev_list_entry *entry;
	int ret = -ENOMEM;

	if (enumerate)
		ret = udev_enumerate_add_match_parent(enumerate, device);
	if (ret >= 0)
		ret = udev_enumerate_scan_devices(enumerate);
	if (ret < 0)
		devtask_error_set(error, DEVTASK_EXIT_FAILURE, ret,
				  "cannot see the nodes of the device: %s", strerror(-ret));
	entry = ret < 0 ? NULL : udev_enumerate_get_list_entry(enumerate);
	for (; ret >= 0 && entry; entry = udev_list_entry_get_next(entry)) {
		struct udev_device *one = udev_device_new_from_syspath(udev,
						udev_list_entry_get_name(entry));
		struct devtask_sibling sibling;

		if (one && devtask_siblings_add_up(one, siblings->device, &sibling)) {
			if (siblings->count < DEVTASK_SIBLINGS_MAX)
				siblings->list[siblings->count++] = sibling;
			else
				ret = devtask_error_set(error, DEVTASK_EXIT_FAILURE, -E2BIG,
					"the device has more than %d nodes, which cannot be kept "
					"to one task", DEVTASK_SIBLINGS_MAX);
		}
		udev_device_unref(one);
	}
	udev_enumerate_unref(enumerate);
	return ret < 0 ? ret : 0;
}

int devtask_siblings_find(dev_t number, struct devtask_siblings *siblings,
			  struct devtask_error *error)
{
	struct udev *udev = udev_new();
	struct udev_device *node = udev ? udev_device_new_from_devnum(udev, 'c', number) : NULL;
	int ret;

	memset(siblings, 0, sizeof(*siblings));
	if (node) {
		snprintf(siblings->device, sizeof(siblings->device), "%.511s",
			 udev_device_get_syspath(whole(node)));
		ret = gather(udev, whole(node), siblings, error);
	} else {
		ret = devtask_error_set(error, DEVTASK_EXIT_NOT_THERE, -ENODEV,
					"the device is not attached any more");
	}
	udev_device_unref(node);
	udev_unref(udev);
	return ret;
}

bool devtask_siblings_have(const struct devtask_siblings *siblings, bool is_block, dev_t number)
{
	for (size_t i = 0; i < siblings->count; i++)
		if (siblings->list[i].number == number && siblings->list[i].is_block == is_block)
			return true;
	return false;
}
