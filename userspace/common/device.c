// SPDX-License-Identifier: GPL-2.0-only
/* device - see device.h. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <libudev.h>

#include "device.h"

#define USB_CLASS_HUB "09"

static void copy(char *to, size_t size, const char *from)
{
	snprintf(to, size, "%s", from ? from : "");
}

/* Names come from the device: what would garble a terminal or a log is blanked. */
static void copy_clean(char *to, size_t size, const char *from)
{
	copy(to, size, from);
	for (; *to; to++)
		if ((unsigned char)*to < ' ' || *to == 0x7f)
			*to = ' ';
}

static bool describe_usb(struct udev_device *udev, struct devtask_device *device)
{
	const char *class = udev_device_get_sysattr_value(udev, "bDeviceClass");
	const char *vendor = udev_device_get_sysattr_value(udev, "idVendor");
	const char *product = udev_device_get_sysattr_value(udev, "idProduct");
	const char *maker = udev_device_get_sysattr_value(udev, "manufacturer");
	const char *name = udev_device_get_sysattr_value(udev, "product");
	char both[sizeof(device->name)];

	if (!vendor || !product || (class && !strcmp(class, USB_CLASS_HUB)))
		return false;
	device->kind = DEVTASK_KIND_USB;
	snprintf(device->hardware_id, sizeof(device->hardware_id), "usb:%s:%s", vendor, product);
	copy_clean(device->serial, sizeof(device->serial),
		   udev_device_get_sysattr_value(udev, "serial"));
	snprintf(both, sizeof(both), "%s%s%s", maker ? maker : "", maker && name ? " " : "",
		 name ? name : maker ? "" : "unnamed USB device");
	copy_clean(device->name, sizeof(device->name), both);
	snprintf(device->spec, sizeof(device->spec), "usb:%s", udev_device_get_sysname(udev));
	return true;
}

static bool describe_hid(struct udev_device *udev, struct devtask_device *device)
{
	struct udev_device *hid = udev_device_get_parent_with_subsystem_devtype(udev, "hid", NULL);
	unsigned int bus, vendor, product;
	const char *id;

	id = hid ? udev_device_get_property_value(hid, "HID_ID") : NULL;
	if (!id || sscanf(id, "%x:%x:%x", &bus, &vendor, &product) != 3)
		return false;
	device->kind = DEVTASK_KIND_HID;
	snprintf(device->hardware_id, sizeof(device->hardware_id), "hid:%04x:%04x",
		 vendor & 0xffff, product & 0xffff);
	copy_clean(device->serial, sizeof(device->serial),
		   udev_device_get_property_value(hid, "HID_UNIQ"));
	copy_clean(device->name, sizeof(device->name),
		   udev_device_get_property_value(hid, "HID_NAME"));
	snprintf(device->spec, sizeof(device->spec), "path:%.200s", device->node);
	return true;
}

static void describe_other(struct devtask_device *device)
{
	device->kind = DEVTASK_KIND_CHARDEV;
	snprintf(device->hardware_id, sizeof(device->hardware_id), "char:%u:%u",
		 major(device->number), minor(device->number));
	copy(device->name, sizeof(device->name), strrchr(device->node, '/') + 1);
	snprintf(device->spec, sizeof(device->spec), "path:%.200s", device->node);
}

static bool describe(struct udev_device *udev, struct devtask_device *device)
{
	const char *subsystem = udev_device_get_subsystem(udev);
	const char *node = udev_device_get_devnode(udev);

	memset(device, 0, sizeof(*device));
	if (!node || strlen(node) >= sizeof(device->node))
		return false;
	copy(device->node, sizeof(device->node), node);
	device->number = udev_device_get_devnum(udev);
	if (subsystem && !strcmp(subsystem, "usb"))
		return describe_usb(udev, device);
	if (subsystem && !strcmp(subsystem, "hidraw"))
		return describe_hid(udev, device);
	describe_other(device);
	return true;
}

static bool match_id(const struct devtask_spec *spec, const struct devtask_device *device)
{
	bool usb = spec->form == DEVTASK_SPEC_USB_ID;
	char id[32];

	if (device->kind != (usb ? DEVTASK_KIND_USB : DEVTASK_KIND_HID))
		return false;
	snprintf(id, sizeof(id), "%s:%04x:%04x", usb ? "usb" : "hid", spec->vendor, spec->product);
	return !strcmp(id, device->hardware_id) &&
	       (!*spec->serial || !strcmp(spec->serial, device->serial));
}

static bool match(const struct devtask_spec *spec, const struct devtask_device *device)
{
	switch (spec->form) {
	case DEVTASK_SPEC_USB_ID:
	case DEVTASK_SPEC_HID_ID:
		return match_id(spec, device);
	case DEVTASK_SPEC_USB_PORT:
		return device->kind == DEVTASK_KIND_USB && !strcmp(spec->port, device->spec + 4);
	case DEVTASK_SPEC_PATH:
		return false;
	}
	return false;
}

/* The shortest name that fits one device only. @devices still carry their exact names. */
static void shorten_specs(struct devtask_device *devices, int count)
{
	for (int i = 0; i < count; i++) {
		int same_id = 0, same_serial = 0;

		for (int j = 0; j < count; j++) {
			if (strcmp(devices[i].hardware_id, devices[j].hardware_id))
				continue;
			same_id++;
			same_serial += !strcmp(devices[i].serial, devices[j].serial);
		}
		if (same_id == 1)
			copy(devices[i].spec, sizeof(devices[i].spec), devices[i].hardware_id);
		else if (same_serial == 1 && *devices[i].serial)
			snprintf(devices[i].spec, sizeof(devices[i].spec), "%.60s:%.120s",
				 devices[i].hardware_id, devices[i].serial);
	}
}

static int scan(struct udev *udev, struct devtask_device **devices)
{
	struct udev_enumerate *all = udev_enumerate_new(udev);
	struct devtask_device *grown;
	struct udev_list_entry *entry;
	int count = 0;

	*devices = NULL;
	if (!all)
		return -ENOMEM;
	udev_enumerate_add_match_subsystem(all, "usb");
	udev_enumerate_add_match_subsystem(all, "hidraw");
	udev_enumerate_scan_devices(all);
	udev_list_entry_foreach(entry, udev_enumerate_get_list_entry(all)) {
		struct udev_device *device;

		device = udev_device_new_from_syspath(udev, udev_list_entry_get_name(entry));
		if (!device)
			continue;
		grown = reallocarray(*devices, (size_t)count + 1, sizeof(**devices));
		if (grown) {
			*devices = grown;
			count += describe(device, &grown[count]);
		}
		udev_device_unref(device);
	}
	udev_enumerate_unref(all);
	return count;
}

static int find_path(struct udev *udev, const struct devtask_spec *spec,
		     struct devtask_device *device, struct devtask_error *error)
{
	struct udev_device *found;
	char *node = realpath(spec->path, NULL);
	struct stat st;
	bool ok;

	if (!node || stat(node, &st)) {
		free(node);
		return devtask_error_set(error, DEVTASK_EXIT_NOT_THERE, -ENODEV,
			"there is no device %s; devtaskctl devices lists what is attached",
			spec->path);
	}
	if (!S_ISCHR(st.st_mode) || strncmp(node, "/dev/", 5)) {
		free(node);
		return devtask_error_set(error, DEVTASK_EXIT_NOT_THERE, -ENODEV,
			"%s is not a character device below /dev; name the device node itself",
			spec->path);
	}
	found = udev_device_new_from_devnum(udev, 'c', st.st_rdev);
	ok = found && describe(found, device);
	if (found)
		udev_device_unref(found);
	if (!ok) {
		memset(device, 0, sizeof(*device));
		device->number = st.st_rdev;
		copy(device->node, sizeof(device->node), node);
		describe_other(device);
	}
	free(node);
	return 0;
}

static int tell_none(const char *text, struct devtask_error *error)
{
	return devtask_error_set(error, DEVTASK_EXIT_NOT_THERE, -ENODEV,
		"no device %s is attached; plug it in, or see devtaskctl devices for what is",
		text);
}

static int tell_several(const char *text, struct devtask_device *devices, const bool *matched,
			int count, struct devtask_error *error)
{
	char list[320] = "";
	size_t used = 0;

	shorten_specs(devices, count);
	for (int i = 0; i < count && used < sizeof(list) - 1; i++)
		if (matched[i])
			used += (size_t)snprintf(list + used, sizeof(list) - used, "%s%s",
						 used ? ", " : "", devices[i].spec);
	return devtask_error_set(error, DEVTASK_EXIT_NOT_THERE, -ENOTUNIQ,
				 "several devices are %s; choose one of: %s", text, list);
}

static int pick(const char *text, const struct devtask_spec *spec, struct devtask_device *devices,
		int count, struct devtask_device *device, struct devtask_error *error)
{
	bool *matched = calloc((size_t)count + 1, sizeof(*matched));
	int matches = 0, ret = 0;

	if (!matched)
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -ENOMEM, "out of memory");
	for (int i = 0; i < count; i++) {
		matched[i] = match(spec, &devices[i]);
		if (matched[i])
			*device = devices[i];
		matches += matched[i];
	}
	if (!matches)
		ret = tell_none(text, error);
	else if (matches > 1)
		ret = tell_several(text, devices, matched, count, error);
	free(matched);
	return ret;
}

int devtask_device_find(const char *text, struct devtask_device *device,
			struct devtask_error *error)
{
	struct devtask_device *devices = NULL;
	struct devtask_spec spec;
	struct udev *udev;
	int ret;

	ret = devtask_spec_parse(text, &spec, error);
	if (ret)
		return ret;
	udev = udev_new();
	if (!udev)
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -ENOMEM, "out of memory");
	if (spec.form == DEVTASK_SPEC_PATH) {
		ret = find_path(udev, &spec, device, error);
	} else {
		ret = scan(udev, &devices);
		ret = ret < 0 ? devtask_error_set(error, DEVTASK_EXIT_FAILURE, ret,
						  "cannot list devices: %s", strerror(-ret))
			      : pick(text, &spec, devices, ret, device, error);
		free(devices);
	}
	udev_unref(udev);
	return ret;
}

bool devtask_device_is_claimable(dev_t number)
{
	struct devtask_device device = { 0 };
	struct udev *udev = udev_new();
	struct udev_device *found = udev ? udev_device_new_from_devnum(udev, 'c', number) : NULL;

	if (found && !describe(found, &device))
		device.kind = DEVTASK_KIND_CHARDEV;
	if (found)
		udev_device_unref(found);
	if (udev)
		udev_unref(udev);
	return device.kind == DEVTASK_KIND_USB || device.kind == DEVTASK_KIND_HID;
}

int devtask_device_list(struct devtask_device **devices, struct devtask_error *error)
{
	struct udev *udev = udev_new();
	int count;

	if (!udev)
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -ENOMEM, "out of memory");
	count = scan(udev, devices);
	udev_unref(udev);
	if (count < 0)
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, count,
					 "cannot list devices: %s", strerror(-count));
	shorten_specs(*devices, count);
	return count;
}
