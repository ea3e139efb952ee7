// SPDX-License-Identifier: GPL-2.0-only
/* guid - see guid.h. Pure, but for the dice. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "guid.h"

#define GUID_LENGTH	36
#define BLUETOOTH_BASE	"-0000-1000-8000-00805f9b34fb"

static bool is_hex(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (!isxdigit((unsigned char)text[i]))
			return false;
	return true;
}

static bool has_form(const char *text)
{
	static const int groups[] = { 8, 4, 4, 4, 12 };

	for (size_t i = 0; i < sizeof(groups) / sizeof(*groups); i++) {
		if (i && *text++ != '-')
			return false;
		for (int digits = groups[i]; digits; digits--)
			if (!isxdigit((unsigned char)*text++))
				return false;
	}
	return true;
}

bool devtask_guid_parse(const char *text, bool is_short, char to[37])
{
	size_t length = strlen(text);

	if (is_short && (length == 4 || length == 8) && is_hex(text, length)) {
		strcpy(to, "00000000" BLUETOOTH_BASE);
		memcpy(to + 8 - length, text, length);
	} else {
		if (length == GUID_LENGTH + 2 && text[0] == '{' && text[length - 1] == '}')
			text++;
		else if (length != GUID_LENGTH)
			return false;
		if (!has_form(text))
			return false;
		memcpy(to, text, GUID_LENGTH);
		to[GUID_LENGTH] = '\0';
	}
	for (; *to; to++)
		*to = (char)tolower((unsigned char)*to);
	return true;
}

int devtask_guid_make(char to[37])
{
	unsigned char b[16];

	if (getrandom(b, sizeof(b), 0) != sizeof(b))
		return -errno;
	b[6] = (b[6] & 0x0f) | 0x40;
	b[8] = (b[8] & 0x3f) | 0x80;
	snprintf(to, 37,
		 "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
		 b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11],
		 b[12], b[13], b[14], b[15]);
	return 0;
}
