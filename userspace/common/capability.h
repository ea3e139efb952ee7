/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * capability - which devices a manifest's DeviceCapability lets its app use (REG-3, INI-4):
 * the grammar of Device@Id and Function@Type, and whether a real device is covered. Must
 * not know XML.
 */
#ifndef DEVTASK_CAPABILITY_H
#define DEVTASK_CAPABILITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct devtask_facts;

enum devtask_capability_kind {
	DEVTASK_CAPABILITY_USB,
	DEVTASK_CAPABILITY_HID,
	DEVTASK_CAPABILITY_RFCOMM,
	DEVTASK_CAPABILITY_GATT,
	DEVTASK_CAPABILITY_SERIAL,
	DEVTASK_CAPABILITY_INTERFACE,	/* its name is the GUID of a device interface class */
	DEVTASK_CAPABILITY_OTHER,	/* "location", "webcam", ...: no device of devtask's */
};

enum devtask_id_form {
	DEVTASK_ID_ANY,
	DEVTASK_ID_VIDPID,
	DEVTASK_ID_MODEL,
};

enum devtask_function_form {
	DEVTASK_FUNCTION_CLASS,		/* classId:cc ss pp */
	DEVTASK_FUNCTION_NAME,		/* name:X */
	DEVTASK_FUNCTION_WINUSB,	/* winUsbId:GUID */
	DEVTASK_FUNCTION_USAGE,		/* usage:PPPP UUUU */
	DEVTASK_FUNCTION_SERVICE,	/* serviceId:UUID */
};

#define DEVTASK_ANY_NUMBER	(-1)	/* "*" */
#define DEVTASK_ID_TEXT_MAX	255
#define DEVTASK_GUID_SIZE	37	/* lower case, without braces, with the NUL */

struct devtask_device_id {
	enum devtask_id_form form;
	uint16_t vendor;
	uint16_t product;
	char bus[12];				/* "usb", "bluetooth", or "" for either */
	char manufacturer[DEVTASK_ID_TEXT_MAX + 1];
	char model[DEVTASK_ID_TEXT_MAX + 1];
};

struct devtask_function {
	enum devtask_function_form form;
	int number[3];				/* class or usage; DEVTASK_ANY_NUMBER */
	char name[DEVTASK_ID_TEXT_MAX + 1];
	char guid[DEVTASK_GUID_SIZE];
};

/* One Function of one Device of one DeviceCapability. */
struct devtask_capability {
	enum devtask_capability_kind kind;
	char *name;		/* as in the manifest, like the two below */
	char *device;		/* NULL if the capability has no Device */
	char *function;		/* NULL if the device has no Function */
	struct devtask_device_id id;
	struct devtask_function what;
};

/* Which kind DeviceCapability@Name means; *@meant is the right spelling of one that is nearly right. */
enum devtask_capability_kind devtask_capability_kind_of(const char *name, const char **meant);

/* Both return NULL, or "what is wrong; what to change" (static, for the given text). Pure. */
const char *devtask_capability_parse_id(const char *text, struct devtask_device_id *id);
const char *devtask_capability_parse_function(const char *text, struct devtask_function *function);

/* NULL, or what is odd about @function in a capability of this kind: it will never cover anything. */
const char *devtask_capability_misfit(enum devtask_capability_kind kind,
				      const struct devtask_function *function);

/* Does it cover a device of which these are the facts? Pure. */
bool devtask_capability_covers(const struct devtask_capability *capability,
			       const struct devtask_facts *facts);

/* "usb vidpid:045E 0610 classId:ff * *"; returns @text. */
char *devtask_capability_print(const struct devtask_capability *capability, char *text, size_t size);

#endif
