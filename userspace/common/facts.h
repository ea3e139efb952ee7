/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * facts - what a device says of itself, as far as capabilities ask for it: identity,
 * bus, classes of its interfaces, HID usages, services. Must not know capabilities.
 */
#ifndef DEVTASK_FACTS_H
#define DEVTASK_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"

#define DEVTASK_FACTS_CLASSES_MAX	64
#define DEVTASK_FACTS_USAGES_MAX	64
#define DEVTASK_FACTS_GUIDS_MAX		16

struct devtask_device;

enum devtask_facts_kind {
	DEVTASK_FACTS_USB,
	DEVTASK_FACTS_HID,
	DEVTASK_FACTS_SERIAL,
	DEVTASK_FACTS_RFCOMM,
	DEVTASK_FACTS_GATT,
	DEVTASK_FACTS_CHARDEV,
};

struct devtask_class_id {
	uint8_t number[3];	/* class, subclass, protocol */
};

struct devtask_usage {
	uint16_t page;
	uint16_t id;
};

struct devtask_facts {
	enum devtask_facts_kind kind;
	bool has_ids;			/* vendor and product are known */
	uint16_t vendor;
	uint16_t product;
	char bus[12];			/* "usb", "bluetooth", "" if it is neither */
	char manufacturer[128];		/* "" if not known */
	char model[128];
	struct devtask_class_id classes[DEVTASK_FACTS_CLASSES_MAX];	/* of all interfaces */
	size_t class_count;
	struct devtask_usage usages[DEVTASK_FACTS_USAGES_MAX];	/* of top-level collections */
	size_t usage_count;
	/* Interface classes (property DEVTASK_INTERFACE_ID) or services: lower case GUIDs. */
	char guids[DEVTASK_FACTS_GUIDS_MAX][37];
	size_t guid_count;
};

/*
 * Reads them through libudev and sysfs. Errors: -ENODEV the device is gone. What is not
 * known stays empty, and so is not covered by a capability that asks for it.
 */
int devtask_facts_read(const struct devtask_device *device, struct devtask_facts *facts,
		       struct devtask_error *error);

/* Classes of all interfaces in the raw descriptors of a USB device. Pure. */
void devtask_facts_add_descriptors(struct devtask_facts *facts, const uint8_t *data, size_t size);

/* Usages of the top-level collections in a HID report descriptor. Pure. */
void devtask_facts_add_report(struct devtask_facts *facts, const uint8_t *data, size_t size);

/* Every GUID in @list, which blanks separate; what is none is passed over. Pure. */
void devtask_facts_add_guids(struct devtask_facts *facts, const char *list);

/*
 * True if it speaks MTP (PRO-5): an interface of a still image device, of which it is a dialect, or
 * what udev's rules know to be a portable device though it has a vendor's class. Pure.
 */
bool devtask_facts_is_mtp(const struct devtask_facts *facts);

#endif
