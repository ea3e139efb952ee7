// SPDX-License-Identifier: GPL-2.0-only
/* spec - see spec.h. Pure. */
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "spec.h"

/* Exactly four hex digits of any case (REG-3). */
static bool parse_hex4(const char *text, uint16_t *value)
{
	unsigned int v = 0;

	for (int i = 0; i < 4; i++) {
		int c = tolower((unsigned char)text[i]);

		if (!isxdigit(c))
			return false;
		v = v << 4 | (unsigned int)(isdigit(c) ? c - '0' : c - 'a' + 10);
	}
	*value = (uint16_t)v;
	return true;
}

/* "VVVV:PPPP" or "VVVV:PPPP:SERIAL". */
static bool parse_ids(const char *text, struct devtask_spec *spec)
{
	if (!parse_hex4(text, &spec->vendor) || text[4] != ':' ||
	    !parse_hex4(text + 5, &spec->product))
		return false;
	if (!text[9])
		return true;
	if (text[9] != ':' || !text[10])
		return false;
	for (const char *p = text + 10; *p; p++)
		if (iscntrl((unsigned char)*p))
			return false;
	strcpy(spec->serial, text + 10);
	return true;
}

/* "1-1", "2-1.4.3", and "usb1" for nobody: root hubs cannot be claimed. */
static bool parse_port(const char *text, struct devtask_spec *spec)
{
	const char *p = text;

	if (strlen(text) >= sizeof(spec->port))
		return false;
	for (char separator = '-';; separator = '.') {
		if (!isdigit((unsigned char)*p))
			return false;
		while (isdigit((unsigned char)*p))
			p++;
		if (!*p)
			break;
		if (*p++ != separator)
			return false;
	}
	if (!strchr(text, '-'))
		return false;
	strcpy(spec->port, text);
	return true;
}

static bool parse_path(const char *text, struct devtask_spec *spec)
{
	if (strncmp(text, "/dev/", 5) || !text[5] || strstr(text, "//") ||
	    strstr(text, "/../") || strstr(text, "/./"))
		return false;
	for (const char *p = text; *p; p++)
		if (iscntrl((unsigned char)*p))
			return false;
	if (text[strlen(text) - 1] == '/' || !strcmp(strrchr(text, '/'), "/.."))
		return false;
	strcpy(spec->path, text);
	return true;
}

int devtask_spec_parse(const char *text, struct devtask_spec *spec, struct devtask_error *error)
{
	bool ok = false;

	memset(spec, 0, sizeof(*spec));
	if (strlen(text) > DEVTASK_SPEC_MAX) {
		return devtask_error_set(error, DEVTASK_EXIT_USAGE, -EINVAL,
					 "device name is longer than %d bytes; write %s",
					 DEVTASK_SPEC_MAX, DEVTASK_SPEC_FORMS);
	}
	if (!strncmp(text, "usb:", 4) && strchr(text + 4, ':')) {
		spec->form = DEVTASK_SPEC_USB_ID;
		ok = parse_ids(text + 4, spec);
	} else if (!strncmp(text, "usb:", 4)) {
		spec->form = DEVTASK_SPEC_USB_PORT;
		ok = parse_port(text + 4, spec);
	} else if (!strncmp(text, "hid:", 4)) {
		spec->form = DEVTASK_SPEC_HID_ID;
		ok = parse_ids(text + 4, spec);
	} else if (!strncmp(text, "path:", 5)) {
		spec->form = DEVTASK_SPEC_PATH;
		ok = parse_path(text + 5, spec);
	}
	if (ok)
		return 0;
	return devtask_error_set(error, DEVTASK_EXIT_USAGE, -EINVAL,
				 "\"%s\" does not name a device; write %s (devtaskctl devices lists them)",
				 text, DEVTASK_SPEC_FORMS);
}
