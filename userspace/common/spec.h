/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * spec - the grammar by which a request names a device. Only the words: whether such a
 * device is attached is the business of room "device".
 */
#ifndef DEVTASK_SPEC_H
#define DEVTASK_SPEC_H

#include <stdint.h>

#include "error.h"

#define DEVTASK_SPEC_FORMS \
	"usb:VVVV:PPPP, usb:VVVV:PPPP:SERIAL, usb:BUS-PORT, hid:VVVV:PPPP, " \
	"hid:VVVV:PPPP:SERIAL or path:/dev/NODE"

#define DEVTASK_SPEC_MAX 255

enum devtask_spec_form {
	DEVTASK_SPEC_USB_ID,	/* vendor, product, serial ("" = any) */
	DEVTASK_SPEC_USB_PORT,	/* port, as sysfs names the device: "1-1.2" */
	DEVTASK_SPEC_HID_ID,	/* vendor, product, serial ("" = any) */
	DEVTASK_SPEC_PATH,	/* path, below /dev */
};

struct devtask_spec {
	enum devtask_spec_form form;
	uint16_t vendor;
	uint16_t product;
	char serial[DEVTASK_SPEC_MAX + 1];
	char port[32];
	char path[DEVTASK_SPEC_MAX + 1];
};

/* Returns 0, or -EINVAL with a sentence that names the forms there are. */
int devtask_spec_parse(const char *text, struct devtask_spec *spec, struct devtask_error *error);

#endif
