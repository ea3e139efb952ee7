// SPDX-License-Identifier: GPL-2.0-only
/* package_id - see package_id.h. */
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "guid.h"
#include "package_id.h"

static bool take(const char **text, const char *word)
{
	if (strncasecmp(*text, word, strlen(word)))
		return false;
	*text += strlen(word);
	return true;
}

static bool take_hex(const char **text, int digits, uint16_t *value)
{
	unsigned int sum = 0;

	for (; digits; digits--, ++*text) {
		int digit = tolower((unsigned char)**text);

		if (!isxdigit(digit))
			return false;
		sum = sum << 4 | (unsigned int)(isdigit(digit) ? digit - '0' : digit - 'a' + 10);
	}
	*value = (uint16_t)sum;
	return true;
}

/* What may follow vendor and product. */
static bool take_rest(const char *text, bool is_hid, struct devtask_package_id *id)
{
	uint16_t part;

	if (take(&text, "&REV_")) {
		if (!take_hex(&text, 4, &id->revision))
			return false;
		id->rank = DEVTASK_PACKAGE_REVISION;
	}
	if (take(&text, "&MI_") && !take_hex(&text, 2, &part))
		return false;
	if (is_hid && take(&text, "&Col") && !take_hex(&text, 2, &part))
		return false;
	return !*text;
}

int devtask_package_id_hardware(const char *text, struct devtask_package_id *id)
{
	bool is_hid;

	memset(id, 0, sizeof(*id));
	if (!take(&text, "DOID:"))
		take(&text, "SFDOID:");
	is_hid = take(&text, "HID\\VID_");
	if (!is_hid && !take(&text, "USB\\VID_"))
		return -ENOTSUP;
	if (!take_hex(&text, 4, &id->vendor) || !take(&text, "&PID_") ||
	    !take_hex(&text, 4, &id->product) || !take_rest(text, is_hid, id))
		return -EINVAL;
	return 0;
}

int devtask_package_id_model(const char *text, struct devtask_package_id *id)
{
	memset(id, 0, sizeof(*id));
	id->rank = DEVTASK_PACKAGE_MODEL;
	return devtask_guid_parse(text, false, id->model) ? 0 : -EINVAL;
}

const char *devtask_package_id_match(const struct devtask_package_id *id,
				     char text[DEVTASK_PACKAGE_ID_SIZE])
{
	switch (id->rank) {
	case DEVTASK_PACKAGE_PRODUCT:
		snprintf(text, DEVTASK_PACKAGE_ID_SIZE, "devtask:usb:v%04xp%04xd*", id->vendor,
			 id->product);
		break;
	case DEVTASK_PACKAGE_REVISION:
		snprintf(text, DEVTASK_PACKAGE_ID_SIZE, "devtask:usb:v%04xp%04xd%04x:*", id->vendor,
			 id->product, id->revision);
		break;
	case DEVTASK_PACKAGE_MODEL:
		snprintf(text, DEVTASK_PACKAGE_ID_SIZE, "devtask:model:%s:*", id->model);
		break;
	}
	return text;
}
