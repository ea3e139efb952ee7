// SPDX-License-Identifier: GPL-2.0-only
/* utf8 - see utf8.h. */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "utf8.h"

#define REPLACEMENT	"\xef\xbf\xbd"

static bool is_between(unsigned char byte, unsigned char least, unsigned char most)
{
	return byte >= least && byte <= most;
}

/*
 * Bytes of the character at @p, or 0 if there is none. What the second byte may be says the first;
 * the table is that of RFC 3629, section 4.
 */
static size_t character_at(const unsigned char *p)
{
	unsigned char least = 0x80, most = 0xbf;
	size_t length;

	if (p[0] < 0x80)
		return 1;
	if (is_between(p[0], 0xc2, 0xdf))
		length = 2;
	else if (is_between(p[0], 0xe0, 0xef))
		length = 3;
	else if (is_between(p[0], 0xf0, 0xf4))
		length = 4;
	else
		return 0;
	if (p[0] == 0xe0)
		least = 0xa0;
	else if (p[0] == 0xed)
		most = 0x9f;
	else if (p[0] == 0xf0)
		least = 0x90;
	else if (p[0] == 0xf4)
		most = 0x8f;
	/* A NUL ends this: it is no second byte, nor a third one. */
	if (!is_between(p[1], least, most))
		return 0;
	for (size_t i = 2; i < length; i++)
		if (!is_between(p[i], 0x80, 0xbf))
			return 0;
	return length;
}

bool devtask_utf8_is_valid(const char *text)
{
	size_t length;

	for (; *text; text += length) {
		length = character_at((const unsigned char *)text);
		if (!length)
			return false;
	}
	return true;
}

char *devtask_utf8_repair(const char *text)
{
	char *made = malloc(3 * strlen(text) + 1), *to = made;

	if (!made)
		return NULL;
	while (*text) {
		size_t length = character_at((const unsigned char *)text);

		if (length) {
			memcpy(to, text, length);
			to += length;
			text += length;
		} else {
			memcpy(to, REPLACEMENT, strlen(REPLACEMENT));
			to += strlen(REPLACEMENT);
			text++;
		}
	}
	*to = '\0';
	return made;
}
