/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * package_id - which devices a Windows metadata package is for, as it says so and as udev's
 * hardware database is asked. Pure; must not know packages.
 */
#ifndef DEVTASK_PACKAGE_ID_H
#define DEVTASK_PACKAGE_ID_H

#include <stddef.h>
#include <stdint.h>

/* In the order in which they count (MET-3): a later one says more exactly which device it is. */
enum devtask_package_rank {
	DEVTASK_PACKAGE_PRODUCT,	/* vendor and product */
	DEVTASK_PACKAGE_REVISION,	/* and bcdDevice */
	DEVTASK_PACKAGE_MODEL,		/* the model's GUID */
};

struct devtask_package_id {
	enum devtask_package_rank rank;
	uint16_t vendor;
	uint16_t product;
	uint16_t revision;	/* with DEVTASK_PACKAGE_REVISION */
	char model[37];		/* with DEVTASK_PACKAGE_MODEL */
};

/*
 * A HardwareID. Metadata is of the whole device, so an id of one of its interfaces (MI_01) or of
 * its HID function stands for all of it. Returns 0, -ENOTSUP if it is of no USB device, or -EINVAL if
 * it begins as one of a USB device and goes on otherwise.
 */
int devtask_package_id_hardware(const char *text, struct devtask_package_id *id);

/* A ModelID: a GUID, with or without braces. 0 or -EINVAL. */
int devtask_package_id_model(const char *text, struct devtask_package_id *id);

/* As the hardware database has it: "devtask:usb:v045ep0611d*". Same texts are of same devices. */
#define DEVTASK_PACKAGE_ID_SIZE 64
const char *devtask_package_id_match(const struct devtask_package_id *id,
				     char text[DEVTASK_PACKAGE_ID_SIZE]);

#endif
