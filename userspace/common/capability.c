// SPDX-License-Identifier: GPL-2.0-only
/* capability - see capability.h. Pure. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "capability.h"
#include "facts.h"
#include "guid.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static const struct {
	const char *name;
	enum devtask_capability_kind kind;
} kinds[] = {
	{ "usb", DEVTASK_CAPABILITY_USB },
	{ "humaninterfacedevice", DEVTASK_CAPABILITY_HID },
	{ "bluetooth.rfcomm", DEVTASK_CAPABILITY_RFCOMM },
	{ "bluetooth.genericAttributeProfile", DEVTASK_CAPABILITY_GATT },
	{ "serialcommunication", DEVTASK_CAPABILITY_SERIAL },
};

/* The names that Windows has for classes of USB interfaces. */
static const struct {
	const char *name;
	int number[3];
} usb_names[] = {
	{ "cdcControl", { 0x02, DEVTASK_ANY_NUMBER, DEVTASK_ANY_NUMBER } },
	{ "physical", { 0x05, DEVTASK_ANY_NUMBER, DEVTASK_ANY_NUMBER } },
	{ "personalHealthcare", { 0x0f, 0x00, 0x00 } },
	{ "activeSync", { 0xef, 0x01, 0x01 } },
	{ "palmSync", { 0xef, 0x01, 0x02 } },
	{ "deviceFirmwareUpdate", { 0xfe, 0x01, 0x01 } },
	{ "irda", { 0xfe, 0x02, 0x00 } },
	{ "measurement", { 0xfe, 0x03, DEVTASK_ANY_NUMBER } },
	{ "vendorSpecific", { 0xff, DEVTASK_ANY_NUMBER, DEVTASK_ANY_NUMBER } },
};

/* The names that Windows has for Bluetooth services; 16-bit UUIDs. */
static const struct {
	const char *name;
	enum devtask_capability_kind kind;
	uint16_t service;
} services[] = {
	{ "serialPort", DEVTASK_CAPABILITY_RFCOMM, 0x1101 },
	{ "obexObjectPush", DEVTASK_CAPABILITY_RFCOMM, 0x1105 },
	{ "obexFileTransfer", DEVTASK_CAPABILITY_RFCOMM, 0x1106 },
	{ "phoneBookAccessPce", DEVTASK_CAPABILITY_RFCOMM, 0x112e },
	{ "phoneBookAccessPse", DEVTASK_CAPABILITY_RFCOMM, 0x112f },
	{ "genericFileTransfer", DEVTASK_CAPABILITY_RFCOMM, 0x1202 },
	{ "genericAccess", DEVTASK_CAPABILITY_GATT, 0x1800 },
	{ "genericAttribute", DEVTASK_CAPABILITY_GATT, 0x1801 },
	{ "immediateAlert", DEVTASK_CAPABILITY_GATT, 0x1802 },
	{ "linkLoss", DEVTASK_CAPABILITY_GATT, 0x1803 },
	{ "txPower", DEVTASK_CAPABILITY_GATT, 0x1804 },
	{ "currentTime", DEVTASK_CAPABILITY_GATT, 0x1805 },
	{ "referenceTimeUpdate", DEVTASK_CAPABILITY_GATT, 0x1806 },
	{ "nextDstChange", DEVTASK_CAPABILITY_GATT, 0x1807 },
	{ "glucose", DEVTASK_CAPABILITY_GATT, 0x1808 },
	{ "healthThermometer", DEVTASK_CAPABILITY_GATT, 0x1809 },
	{ "deviceInformation", DEVTASK_CAPABILITY_GATT, 0x180a },
	{ "heartRate", DEVTASK_CAPABILITY_GATT, 0x180d },
	{ "phoneAlertStatus", DEVTASK_CAPABILITY_GATT, 0x180e },
	{ "battery", DEVTASK_CAPABILITY_GATT, 0x180f },
	{ "bloodPressure", DEVTASK_CAPABILITY_GATT, 0x1810 },
	{ "alertNotification", DEVTASK_CAPABILITY_GATT, 0x1811 },
	{ "humanInterfaceDevice", DEVTASK_CAPABILITY_GATT, 0x1812 },
	{ "scanParameters", DEVTASK_CAPABILITY_GATT, 0x1813 },
	{ "runningSpeedAndCadence", DEVTASK_CAPABILITY_GATT, 0x1814 },
	{ "cyclingSpeedAndCadence", DEVTASK_CAPABILITY_GATT, 0x1816 },
	{ "cyclingPower", DEVTASK_CAPABILITY_GATT, 0x1818 },
	{ "locationAndNavigation", DEVTASK_CAPABILITY_GATT, 0x1819 },
};

/* Windows' interface class of portable devices, which on Linux are USB devices that speak MTP. */
#define PORTABLE_DEVICES "6ac27878-a6fa-4155-ba85-f98f491d4f33"

static bool starts(const char **text, const char *with)
{
	if (strncmp(*text, with, strlen(with)))
		return false;
	*text += strlen(with);
	return true;
}

/* @digits hex digits, or "*" if @any is let. Passes over them and the blanks behind. */
static bool take_number(const char **text, int digits, bool any, int *number)
{
	if (any && **text == '*') {
		*number = DEVTASK_ANY_NUMBER;
		(*text)++;
	} else {
		*number = 0;
		for (int i = 0; i < digits; i++, (*text)++) {
			int c = tolower((unsigned char)**text);

			if (!isxdigit(c))
				return false;
			*number = *number << 4 | (isdigit(c) ? c - '0' : c - 'a' + 10);
		}
	}
	if (**text && **text != ' ')
		return false;
	while (**text == ' ')
		(*text)++;
	return true;
}

static bool parse_vidpid(const char *text, struct devtask_device_id *id)
{
	int vendor, product;

	id->form = DEVTASK_ID_VIDPID;
	if (!take_number(&text, 4, false, &vendor) || !take_number(&text, 4, false, &product))
		return false;
	id->vendor = (uint16_t)vendor;
	id->product = (uint16_t)product;
	if (*text && strcmp(text, "usb") && strcmp(text, "bluetooth"))
		return false;
	strcpy(id->bus, text);
	return true;
}

static bool parse_model(const char *text, struct devtask_device_id *id)
{
	const char *semicolon = strchr(text, ';');

	id->form = DEVTASK_ID_MODEL;
	if (!semicolon || semicolon == text || !semicolon[1] || strchr(semicolon + 1, ';') ||
	    strlen(text) > DEVTASK_ID_TEXT_MAX)
		return false;
	memcpy(id->manufacturer, text, (size_t)(semicolon - text));
	strcpy(id->model, semicolon + 1);
	return true;
}

const char *devtask_capability_parse_id(const char *text, struct devtask_device_id *id)
{
	memset(id, 0, sizeof(*id));
	if (!strcmp(text, "any"))
		return NULL;
	if (starts(&text, "vidpid:"))
		return parse_vidpid(text, id) ? NULL :
			"is not vidpid:VVVV PPPP; write four hex digits, a blank, four hex digits, "
			"and perhaps a blank and usb or bluetooth";
	if (starts(&text, "model:"))
		return parse_model(text, id) ? NULL :
			"is not model:MANUFACTURER;MODEL; write both names with one semicolon between";
	return "is no device; write vidpid:VVVV PPPP, model:MANUFACTURER;MODEL or any";
}

static bool parse_class(const char *text, struct devtask_function *function)
{
	while (*text == ' ')
		text++;
	for (int i = 0; i < 3; i++)
		if (!take_number(&text, 2, true, &function->number[i]))
			return false;
	return !*text;
}

static bool parse_usage(const char *text, struct devtask_function *function)
{
	while (*text == ' ')
		text++;
	return take_number(&text, 4, true, &function->number[0]) &&
	       take_number(&text, 4, true, &function->number[1]) && !*text;
}

static bool parse_name(const char *text, struct devtask_function *function)
{
	if (!*text || strlen(text) > DEVTASK_ID_TEXT_MAX)
		return false;
	for (const char *p = text; *p; p++)
		if (!isalnum((unsigned char)*p) && !strchr("._-", *p))
			return false;
	strcpy(function->name, text);
	return true;
}

const char *devtask_capability_parse_function(const char *text, struct devtask_function *function)
{
	memset(function, 0, sizeof(*function));
	if (starts(&text, "classId:")) {
		function->form = DEVTASK_FUNCTION_CLASS;
		return parse_class(text, function) ? NULL :
			"is not classId:cc ss pp; write class, subclass and protocol as two hex "
			"digits each, or * for any";
	}
	if (starts(&text, "name:")) {
		function->form = DEVTASK_FUNCTION_NAME;
		return parse_name(text, function) ? NULL :
			"is not name:X; write one word, such as name:vendorSpecific";
	}
	if (starts(&text, "winUsbId:")) {
		function->form = DEVTASK_FUNCTION_WINUSB;
		return devtask_guid_parse(text, false, function->guid) ? NULL :
			"is not winUsbId:GUID; write 8-4-4-4-12 hex digits";
	}
	if (starts(&text, "usage:")) {
		function->form = DEVTASK_FUNCTION_USAGE;
		return parse_usage(text, function) ? NULL :
			"is not usage:PPPP UUUU; write usage page and usage id as four hex digits "
			"each, or * for any";
	}
	if (starts(&text, "serviceId:")) {
		function->form = DEVTASK_FUNCTION_SERVICE;
		return devtask_guid_parse(text, true, function->guid) ? NULL :
			"is not serviceId:UUID; write 8-4-4-4-12 hex digits, or the 4 or 8 of a "
			"Bluetooth service";
	}
	return "is no function; write classId:, name:, winUsbId:, usage: or serviceId:";
}

enum devtask_capability_kind devtask_capability_kind_of(const char *name, const char **meant)
{
	char guid[DEVTASK_GUID_SIZE];

	*meant = NULL;
	for (size_t i = 0; i < COUNT(kinds); i++) {
		if (!strcmp(kinds[i].name, name))
			return kinds[i].kind;
		if (!strcasecmp(kinds[i].name, name))
			*meant = kinds[i].name;
	}
	return devtask_guid_parse(name, false, guid) ? DEVTASK_CAPABILITY_INTERFACE :
						       DEVTASK_CAPABILITY_OTHER;
}

static const int *usb_name(const char *name)
{
	for (size_t i = 0; i < COUNT(usb_names); i++)
		if (!strcmp(usb_names[i].name, name))
			return usb_names[i].number;
	return NULL;
}

static bool service_name(enum devtask_capability_kind kind, const char *name, char guid[37])
{
	char digits[8];

	for (size_t i = 0; i < COUNT(services); i++) {
		if (services[i].kind != kind || strcmp(services[i].name, name))
			continue;
		snprintf(digits, sizeof(digits), "%04x", services[i].service);
		return devtask_guid_parse(digits, true, guid);
	}
	return false;
}

const char *devtask_capability_misfit(enum devtask_capability_kind kind,
				      const struct devtask_function *function)
{
	bool named = function->form == DEVTASK_FUNCTION_NAME;
	char guid[DEVTASK_GUID_SIZE];

	switch (kind) {
	case DEVTASK_CAPABILITY_USB:
		if (named && !usb_name(function->name))
			return "is not a name of a USB class; write cdcControl, physical, "
			       "personalHealthcare, activeSync, palmSync, deviceFirmwareUpdate, irda, "
			       "measurement or vendorSpecific";
		return named || function->form == DEVTASK_FUNCTION_CLASS ||
		       function->form == DEVTASK_FUNCTION_WINUSB ? NULL :
		       "covers no usb device; write classId:, name: or winUsbId:";
	case DEVTASK_CAPABILITY_HID:
		return function->form == DEVTASK_FUNCTION_USAGE ? NULL :
		       "covers no humaninterfacedevice; write usage:";
	case DEVTASK_CAPABILITY_RFCOMM:
	case DEVTASK_CAPABILITY_GATT:
		if (named && !service_name(kind, function->name, guid))
			return "is not a name of a Bluetooth service that devtask knows; write "
			       "serviceId:UUID";
		return named || function->form == DEVTASK_FUNCTION_SERVICE ? NULL :
		       "covers no bluetooth device; write name: or serviceId:";
	case DEVTASK_CAPABILITY_SERIAL:
		return named && !strcmp(function->name, "serialPort") ? NULL :
		       "covers no serial port; write name:serialPort";
	case DEVTASK_CAPABILITY_INTERFACE:
	case DEVTASK_CAPABILITY_OTHER:
		return NULL;
	}
	return NULL;
}

static bool is_number(int wanted, int is)
{
	return wanted == DEVTASK_ANY_NUMBER || wanted == is;
}

static bool has_class(const struct devtask_facts *facts, const int wanted[3])
{
	for (size_t i = 0; i < facts->class_count; i++) {
		const uint8_t *is = facts->classes[i].number;

		if (is_number(wanted[0], is[0]) && is_number(wanted[1], is[1]) &&
		    is_number(wanted[2], is[2]))
			return true;
	}
	return false;
}

static bool has_usage(const struct devtask_facts *facts, const int wanted[2])
{
	for (size_t i = 0; i < facts->usage_count; i++)
		if (is_number(wanted[0], facts->usages[i].page) &&
		    is_number(wanted[1], facts->usages[i].id))
			return true;
	return false;
}

static bool has_guid(const struct devtask_facts *facts, const char *guid)
{
	for (size_t i = 0; i < facts->guid_count; i++)
		if (!strcmp(facts->guids[i], guid))
			return true;
	return false;
}

static bool covers_id(const struct devtask_device_id *id, const struct devtask_facts *facts)
{
	switch (id->form) {
	case DEVTASK_ID_ANY:
		return true;
	case DEVTASK_ID_VIDPID:
		return facts->has_ids && facts->vendor == id->vendor &&
		       facts->product == id->product && (!*id->bus || !strcmp(id->bus, facts->bus));
	case DEVTASK_ID_MODEL:
		return !strcmp(id->manufacturer, facts->manufacturer) &&
		       !strcmp(id->model, facts->model);
	}
	return false;
}

static bool covers_usb(const struct devtask_function *what, const struct devtask_facts *facts)
{
	const int *number = what->form == DEVTASK_FUNCTION_NAME ? usb_name(what->name) : what->number;

	if (facts->kind != DEVTASK_FACTS_USB)
		return false;
	if (what->form == DEVTASK_FUNCTION_WINUSB)
		return has_guid(facts, what->guid);
	return number && what->form != DEVTASK_FUNCTION_USAGE &&
	       what->form != DEVTASK_FUNCTION_SERVICE && has_class(facts, number);
}

static bool covers_service(enum devtask_capability_kind kind, const struct devtask_function *what,
			   const struct devtask_facts *facts)
{
	char guid[DEVTASK_GUID_SIZE];

	if (facts->kind != (kind == DEVTASK_CAPABILITY_RFCOMM ? DEVTASK_FACTS_RFCOMM :
								DEVTASK_FACTS_GATT))
		return false;
	if (what->form == DEVTASK_FUNCTION_SERVICE)
		return has_guid(facts, what->guid);
	return what->form == DEVTASK_FUNCTION_NAME && service_name(kind, what->name, guid) &&
	       has_guid(facts, guid);
}

static bool covers_interface(const struct devtask_capability *capability,
			     const struct devtask_facts *facts)
{
	static const int mtp[3] = { 0x06, 0x01, 0x01 };
	char guid[DEVTASK_GUID_SIZE];

	if (!devtask_guid_parse(capability->name, false, guid))
		return false;
	return has_guid(facts, guid) || (!strcmp(guid, PORTABLE_DEVICES) &&
		facts->kind == DEVTASK_FACTS_USB && has_class(facts, mtp));
}

bool devtask_capability_covers(const struct devtask_capability *capability,
			       const struct devtask_facts *facts)
{
	const struct devtask_function *what = &capability->what;

	if (capability->kind == DEVTASK_CAPABILITY_INTERFACE)
		return covers_interface(capability, facts);
	if (!capability->device || !capability->function || !covers_id(&capability->id, facts))
		return false;
	switch (capability->kind) {
	case DEVTASK_CAPABILITY_USB:
		return covers_usb(what, facts);
	case DEVTASK_CAPABILITY_HID:
		return facts->kind == DEVTASK_FACTS_HID &&
		       what->form == DEVTASK_FUNCTION_USAGE && has_usage(facts, what->number);
	case DEVTASK_CAPABILITY_RFCOMM:
	case DEVTASK_CAPABILITY_GATT:
		return covers_service(capability->kind, what, facts);
	case DEVTASK_CAPABILITY_SERIAL:
		return facts->kind == DEVTASK_FACTS_SERIAL &&
		       what->form == DEVTASK_FUNCTION_NAME && !strcmp(what->name, "serialPort");
	case DEVTASK_CAPABILITY_INTERFACE:
	case DEVTASK_CAPABILITY_OTHER:
		return false;
	}
	return false;
}

char *devtask_capability_print(const struct devtask_capability *capability, char *text, size_t size)
{
	snprintf(text, size, "%s%s%s%s%s", capability->name, capability->device ? " " : "",
		 capability->device ?: "", capability->function ? " " : "",
		 capability->function ?: "");
	return text;
}
