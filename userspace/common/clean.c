// SPDX-License-Identifier: GPL-2.0-only
/* clean - see clean.h. Pure. */
#include <stddef.h>
#include <string.h>

#include "clean.h"

/* Bytes of the bad character at @p, or 0. U+0080..9F, 061C, 200E..0F, 2028..2E, 2066..69. */
static size_t bad_at(const unsigned char *p)
{
	if (p[0] < ' ' || p[0] == 0x7f)
		return 1;
	if (p[0] == 0xc2 && p[1] >= 0x80 && p[1] <= 0x9f)
		return 2;
	if (p[0] == 0xd8 && p[1] == 0x9c)
		return 2;
	if (p[0] != 0xe2)
		return 0;
	if (p[1] == 0x80 && (p[2] == 0x8e || p[2] == 0x8f || (p[2] >= 0xa8 && p[2] <= 0xae)))
		return 3;
	return p[1] == 0x81 && p[2] >= 0xa6 && p[2] <= 0xa9 ? 3 : 0;
}

bool devtask_clean(char *text)
{
	bool found = false;

	while (*text) {
		size_t bad = bad_at((const unsigned char *)text);

		memset(text, ' ', bad);
		found |= bad > 0;
		text += bad ? bad : 1;
	}
	return found;
}

bool devtask_clean_is_needed(const char *text)
{
	for (; *text; text++)
		if (bad_at((const unsigned char *)text))
			return true;
	return false;
}
