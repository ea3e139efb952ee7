// SPDX-License-Identifier: GPL-2.0-only
/* supply - see supply.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libudev.h>

#include "supply.h"

/* Older kernels tell the sort of a USB charger in its type. */
static enum devtask_supply_kind kind_of(const char *type)
{
	if (!type)
		return DEVTASK_SUPPLY_OTHER;
	if (!strcmp(type, "Battery") || !strcmp(type, "UPS"))
		return DEVTASK_SUPPLY_BATTERY;
	if (!strcmp(type, "Mains") || !strncmp(type, "USB", 3) || !strcmp(type, "Wireless") ||
	    !strcmp(type, "BrickID"))
		return DEVTASK_SUPPLY_ADAPTER;
	return DEVTASK_SUPPLY_OTHER;
}

/* A value that the driver refuses to give (ENODATA, ENODEV) is absent. */
static int64_t read_number(struct udev_device *device, const char *name)
{
	const char *text = udev_device_get_sysattr_value(device, name);
	long long value;
	char *end;

	if (!text)
		return DEVTASK_SUPPLY_ABSENT;
	errno = 0;
	value = strtoll(text, &end, 10);
	if (errno || end == text || *end || value <= DEVTASK_SUPPLY_GARBLED)
		return DEVTASK_SUPPLY_GARBLED;
	return value;
}

static void read_supply(struct udev_device *device, struct devtask_supply *supply)
{
	const char *scope = udev_device_get_sysattr_value(device, "scope");
	const char *status = udev_device_get_sysattr_value(device, "status");

	snprintf(supply->name, sizeof(supply->name), "%s", udev_device_get_sysname(device));
	snprintf(supply->status, sizeof(supply->status), "%s", status ? status : "");
	supply->kind = kind_of(udev_device_get_sysattr_value(device, "type"));
	supply->is_of_device = scope && !strcmp(scope, "Device");
	supply->online = read_number(device, "online");
	supply->present = read_number(device, "present");
	supply->energy_now_uwh = read_number(device, "energy_now");
	supply->energy_full_uwh = read_number(device, "energy_full");
	supply->charge_now_uah = read_number(device, "charge_now");
	supply->charge_full_uah = read_number(device, "charge_full");
	supply->voltage_uv = read_number(device, "voltage_min_design");
	if (supply->voltage_uv == DEVTASK_SUPPLY_ABSENT)
		supply->voltage_uv = read_number(device, "voltage_now");
	supply->capacity_percent = read_number(device, "capacity");
}

int devtask_supply_list(struct devtask_supply *supplies, size_t max)
{
	struct udev *udev = udev_new();
	struct udev_enumerate *all = udev ? udev_enumerate_new(udev) : NULL;
	struct udev_list_entry *entry;
	size_t count = 0;
	int ret = all ? 0 : -ENOMEM;

	if (!ret)
		ret = udev_enumerate_add_match_subsystem(all, "power_supply");
	if (ret >= 0)
		ret = udev_enumerate_scan_devices(all);
	if (ret >= 0) {
		udev_list_entry_foreach(entry, udev_enumerate_get_list_entry(all)) {
			struct udev_device *device = count == max ? NULL :
				udev_device_new_from_syspath(udev,
							     udev_list_entry_get_name(entry));

			/* It was pulled out since the list was made. */
			if (!device)
				continue;
			read_supply(device, &supplies[count++]);
			udev_device_unref(device);
		}
	}
	if (all)
		udev_enumerate_unref(all);
	if (udev)
		udev_unref(udev);
	return ret < 0 ? ret : (int)count;
}
