/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * device - which attached device a request means, and which devices could be claimed, as
 * udev knows them. Must not know tasks or the module.
 */
#ifndef DEVTASK_DEVICE_H
#define DEVTASK_DEVICE_H

#include <stdbool.h>
#include <sys/types.h>

#include "error.h"
#include "spec.h"

struct devtask_device {
	uint32_t kind;			/* enum devtask_kind */
	char node[DEVTASK_SPEC_MAX + 1];	/* "/dev/bus/usb/001/002" */
	dev_t number;
	char hardware_id[64];		/* "usb:1d6b:0104" */
	char serial[128];		/* "" if it has none */
	char name[128];			/* for people */
	char spec[DEVTASK_SPEC_MAX + 1];	/* names this device and no other */
};

/*
 * Finds the one device that @text names. Errors: -EINVAL not a device spec, -ENODEV none
 * attached, -ENOTUNIQ several match (they are listed with the specs that tell them apart).
 */
int devtask_device_find(const char *text, struct devtask_device *device,
			struct devtask_error *error);

/* Is this the number of a USB or HID node? */
bool devtask_device_is_claimable(dev_t number);

/* Every claimable USB and HID device; the caller frees *@devices. Returns how many. */
int devtask_device_list(struct devtask_device **devices, struct devtask_error *error);

#endif
