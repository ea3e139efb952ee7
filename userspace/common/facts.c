// SPDX-License-Identifier: GPL-2.0-only
/* facts - see facts.h. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <libudev.h>

#include "device.h"
#include "facts.h"
#include "guid.h"

#define PROPERTY_INTERFACES	"DEVTASK_INTERFACE_ID"
#define PORTABLE_DEVICES	"6ac27878-a6fa-4155-ba85-f98f491d4f33"

/* USB 2.0, 9.6: descriptors begin with their length and type. */
#define USB_DEVICE		1
#define USB_DEVICE_SIZE		18
#define USB_INTERFACE		4
#define USB_INTERFACE_SIZE	9

/* HID 1.11, 6.2.2: short items; a long item begins with 0xfe. */
#define HID_LONG_ITEM		0xfe
#define HID_TYPE_MASK		0xfc
#define HID_USAGE_PAGE		0x04
#define HID_USAGE		0x08
#define HID_USAGE_MINIMUM	0x18
#define HID_INPUT		0x80
#define HID_OUTPUT		0x90
#define HID_COLLECTION		0xa0
#define HID_FEATURE		0xb0
#define HID_END_COLLECTION	0xc0
#define HID_PUSH		0xa4
#define HID_POP			0xb4
#define HID_STACK_MAX		16

#define HID_BUS_USB		0x0003
#define HID_BUS_BLUETOOTH	0x0005

static void copy(char *to, size_t size, const char *from)
{
	snprintf(to, size, "%s", from ? from : "");
}

static void add_class(struct devtask_facts *facts, const uint8_t number[3])
{
	struct devtask_class_id *id = facts->classes;

	for (size_t i = 0; i < facts->class_count; i++)
		if (!memcmp(id[i].number, number, sizeof(id[i].number)))
			return;
	if (facts->class_count < DEVTASK_FACTS_CLASSES_MAX)
		memcpy(id[facts->class_count++].number, number, sizeof(id->number));
}

void devtask_facts_add_descriptors(struct devtask_facts *facts, const uint8_t *data, size_t size)
{
	while (size >= 2 && data[0] >= 2 && data[0] <= size) {
		/* A device's own class says something only if it is not "see the interfaces". */
		if (data[1] == USB_DEVICE && data[0] >= USB_DEVICE_SIZE && data[4])
			add_class(facts, data + 4);
		else if (data[1] == USB_INTERFACE && data[0] >= USB_INTERFACE_SIZE)
			add_class(facts, data + 5);
		size -= data[0];
		data += data[0];
	}
}

static void add_usage(struct devtask_facts *facts, uint16_t page, uint16_t id)
{
	for (size_t i = 0; i < facts->usage_count; i++)
		if (facts->usages[i].page == page && facts->usages[i].id == id)
			return;
	if (facts->usage_count < DEVTASK_FACTS_USAGES_MAX)
		facts->usages[facts->usage_count++] = (struct devtask_usage){ page, id };
}

/* What a report descriptor has said so far. */
struct report {
	uint16_t page, pages[HID_STACK_MAX];
	unsigned int pushed, depth;
	uint32_t usage;		/* its upper half is a page if it was given in 32 bits */
	bool has_usage, wide;
};

static void take_item(struct devtask_facts *facts, struct report *report, uint8_t head,
		      uint32_t value)
{
	switch (head & HID_TYPE_MASK) {
	case HID_USAGE_PAGE:
		report->page = (uint16_t)value;
		return;
	case HID_USAGE:
	case HID_USAGE_MINIMUM:
		/* A collection takes the first of several usages. */
		if (!report->has_usage) {
			report->usage = value;
			report->wide = (head & 3) == 3;
			report->has_usage = true;
		}
		return;
	case HID_PUSH:
		if (report->pushed < HID_STACK_MAX)
			report->pages[report->pushed++] = report->page;
		return;
	case HID_POP:
		if (report->pushed)
			report->page = report->pages[--report->pushed];
		return;
	case HID_COLLECTION:
		if (!report->depth++ && report->has_usage)
			add_usage(facts, report->wide ? (uint16_t)(report->usage >> 16) :
				  report->page, (uint16_t)report->usage);
		report->has_usage = false;
		return;
	case HID_END_COLLECTION:
		report->depth -= report->depth > 0;
		report->has_usage = false;
		return;
	case HID_INPUT:
	case HID_OUTPUT:
	case HID_FEATURE:
		report->has_usage = false;
		return;
	}
}

void devtask_facts_add_report(struct devtask_facts *facts, const uint8_t *data, size_t size)
{
	struct report report = { 0 };

	while (size) {
		size_t length = data[0] & 3;
		uint32_t value = 0;

		length = length == 3 ? 4 : length;
		if (data[0] == HID_LONG_ITEM) {
			if (size < 2)
				return;
			length = (size_t)data[1] + 2;
		}
		if (size < length + 1)
			return;
		for (size_t i = 0; data[0] != HID_LONG_ITEM && i < length; i++)
			value |= (uint32_t)data[i + 1] << 8 * i;
		if (data[0] != HID_LONG_ITEM)
			take_item(facts, &report, data[0], value);
		data += length + 1;
		size -= length + 1;
	}
}

void devtask_facts_add_guids(struct devtask_facts *facts, const char *list)
{
	char one[64];

	while (list && *list) {
		size_t length = strcspn(list, " \t,");

		if (length < sizeof(one) && facts->guid_count < DEVTASK_FACTS_GUIDS_MAX) {
			memcpy(one, list, length);
			one[length] = '\0';
			facts->guid_count += devtask_guid_parse(one, false,
								facts->guids[facts->guid_count]);
		}
		list += length;
		list += strspn(list, " \t,");
	}
}

/* A binary attribute of @device; returns how much there was of it. */
static size_t read_attribute(struct udev_device *device, const char *name, uint8_t *data,
			     size_t size)
{
	char path[512];
	ssize_t got;
	size_t used = 0;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", udev_device_get_syspath(device), name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	while (used < size && (got = read(fd, data + used, size - used)) > 0)
		used += (size_t)got;
	close(fd);
	return used;
}

static void read_usb_ids(struct udev_device *usb, struct devtask_facts *facts)
{
	const char *vendor = udev_device_get_sysattr_value(usb, "idVendor");
	const char *product = udev_device_get_sysattr_value(usb, "idProduct");

	facts->has_ids = vendor && product;
	facts->vendor = (uint16_t)strtoul(vendor ? vendor : "0", NULL, 16);
	facts->product = (uint16_t)strtoul(product ? product : "0", NULL, 16);
	copy(facts->bus, sizeof(facts->bus), "usb");
	copy(facts->manufacturer, sizeof(facts->manufacturer),
	     udev_device_get_sysattr_value(usb, "manufacturer"));
	copy(facts->model, sizeof(facts->model), udev_device_get_sysattr_value(usb, "product"));
}

bool devtask_facts_is_mtp(const struct devtask_facts *facts)
{
	static const uint8_t still_image[3] = { 0x06, 0x01, 0x01 };

	for (size_t i = 0; i < facts->class_count; i++)
		if (!memcmp(facts->classes[i].number, still_image, sizeof(still_image)))
			return true;
	for (size_t i = 0; i < facts->guid_count; i++)
		if (!strcmp(facts->guids[i], PORTABLE_DEVICES))
			return true;
	return false;
}

static void read_usb(struct udev_device *device, struct devtask_facts *facts)
{
	uint8_t data[65536 / 8];
	size_t size = read_attribute(device, "descriptors", data, sizeof(data));

	facts->kind = DEVTASK_FACTS_USB;
	read_usb_ids(device, facts);
	devtask_facts_add_descriptors(facts, data, size);
	/* udev's rules (libmtp, gphoto) know portable devices that hide behind a vendor's class. */
	if (udev_device_get_property_value(device, "ID_MTP_DEVICE"))
		devtask_facts_add_guids(facts, PORTABLE_DEVICES);
}

static void read_hid(struct udev_device *device, struct devtask_facts *facts)
{
	struct udev_device *hid = udev_device_get_parent_with_subsystem_devtype(device, "hid", NULL);
	struct udev_device *usb = udev_device_get_parent_with_subsystem_devtype(device, "usb",
										"usb_device");
	const char *id = hid ? udev_device_get_property_value(hid, "HID_ID") : NULL;
	unsigned int bus = 0, vendor, product;
	uint8_t data[4096];

	facts->kind = DEVTASK_FACTS_HID;
	if (!hid)
		return;
	if (usb)
		read_usb_ids(usb, facts);
	else
		copy(facts->model, sizeof(facts->model),
		     udev_device_get_property_value(hid, "HID_NAME"));
	if (id && sscanf(id, "%x:%x:%x", &bus, &vendor, &product) == 3) {
		facts->has_ids = true;
		facts->vendor = (uint16_t)vendor;
		facts->product = (uint16_t)product;
	}
	copy(facts->bus, sizeof(facts->bus), bus == HID_BUS_USB ? "usb" :
	     bus == HID_BUS_BLUETOOTH ? "bluetooth" : "");
	devtask_facts_add_report(facts, data,
				 read_attribute(hid, "report_descriptor", data, sizeof(data)));
}

static void read_other(struct udev_device *device, struct devtask_facts *facts)
{
	const char *subsystem = udev_device_get_subsystem(device);
	struct udev_device *usb = udev_device_get_parent_with_subsystem_devtype(device, "usb",
										"usb_device");

	/* A tty without a parent is a terminal, not a port. */
	facts->kind = subsystem && !strcmp(subsystem, "tty") && udev_device_get_parent(device) ?
		DEVTASK_FACTS_SERIAL : DEVTASK_FACTS_CHARDEV;
	if (usb)
		read_usb_ids(usb, facts);
}

int devtask_facts_read(const struct devtask_device *device, struct devtask_facts *facts,
		       struct devtask_error *error)
{
	struct udev *udev = udev_new();
	struct udev_device *found;

	memset(facts, 0, sizeof(*facts));
	facts->kind = DEVTASK_FACTS_CHARDEV;
	found = udev ? udev_device_new_from_devnum(udev, 'c', device->number) : NULL;
	if (!found) {
		udev_unref(udev);
		return devtask_error_set(error, DEVTASK_EXIT_NOT_THERE, -ENODEV,
			"%s is not attached any more; attach the device again", device->node);
	}
	if (device->kind == DEVTASK_KIND_USB)
		read_usb(found, facts);
	else if (device->kind == DEVTASK_KIND_HID)
		read_hid(found, facts);
	else
		read_other(found, facts);
	devtask_facts_add_guids(facts,
				udev_device_get_property_value(found, PROPERTY_INTERFACES));
	udev_device_unref(found);
	udev_unref(udev);
	return 0;
}
