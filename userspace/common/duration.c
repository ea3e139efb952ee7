// SPDX-License-Identifier: GPL-2.0-only
/* duration - see duration.h. Pure. */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "duration.h"

static const struct unit {
	const char *suffix;
	uint64_t ns;
} units[] = {
	{ "h", 3600 * DEVTASK_NSEC_PER_SEC },
	{ "min", 60 * DEVTASK_NSEC_PER_SEC },
	{ "m", 60 * DEVTASK_NSEC_PER_SEC },
	{ "s", DEVTASK_NSEC_PER_SEC },
	{ "ms", DEVTASK_NSEC_PER_MSEC },
	{ "us", 1000 },
	{ "ns", 1 },
};

static const struct unit *find_unit(const char *text, size_t length)
{
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
		if (strlen(units[i].suffix) == length && !strncmp(units[i].suffix, text, length))
			return &units[i];
	return NULL;
}

/* Digits and an optional fraction, as a whole number of 1/@scale. */
static int parse_number(const char **at, uint64_t *whole, uint64_t *fraction, uint64_t *scale)
{
	const char *p = *at;

	*whole = 0;
	*fraction = 0;
	*scale = 1;
	if (!isdigit((unsigned char)*p))
		return -EINVAL;
	for (; isdigit((unsigned char)*p); p++)
		if (__builtin_mul_overflow(*whole, 10, whole) ||
		    __builtin_add_overflow(*whole, *p - '0', whole))
			return -ERANGE;
	if (*p == '.') {
		if (!isdigit((unsigned char)*++p))
			return -EINVAL;
		/* Digits behind the ninth are below a nanosecond of every unit up to 1 s. */
		for (; isdigit((unsigned char)*p); p++) {
			if (*scale >= DEVTASK_NSEC_PER_SEC)
				continue;
			*fraction = *fraction * 10 + (*p - '0');
			*scale *= 10;
		}
	}
	*at = p;
	return 0;
}

int devtask_duration_parse(const char *text, uint64_t *ns)
{
	uint64_t whole, fraction, scale, part, total = 0, last_unit = UINT64_MAX;
	const struct unit *unit;
	const char *p = text;
	size_t length;
	int ret;

	do {
		ret = parse_number(&p, &whole, &fraction, &scale);
		if (ret)
			return ret;
		for (length = 0; isalpha((unsigned char)p[length]); length++)
			;
		if (!length && (*p || last_unit != UINT64_MAX))
			return -EINVAL;
		unit = length ? find_unit(p, length) : find_unit("s", 1);
		if (!unit || unit->ns >= last_unit)
			return -EINVAL;
		last_unit = unit->ns;
		p += length;

		if (__builtin_mul_overflow(whole, unit->ns, &part) ||
		    __builtin_add_overflow(total, part, &total))
			return -ERANGE;
		part = (uint64_t)((unsigned __int128)fraction * unit->ns / scale);
		if (__builtin_add_overflow(total, part, &total))
			return -ERANGE;
	} while (*p);

	*ns = total;
	return 0;
}

const char *devtask_duration_format(uint64_t ns, char *text, size_t size)
{
	uint64_t seconds = ns / DEVTASK_NSEC_PER_SEC;

	if (seconds < 60)
		snprintf(text, size, "%" PRIu64 ".%03" PRIu64 " s", seconds,
			 ns % DEVTASK_NSEC_PER_SEC / DEVTASK_NSEC_PER_MSEC);
	else if (seconds < 3600)
		snprintf(text, size, "%" PRIu64 " min %02" PRIu64 " s", seconds / 60,
			 seconds % 60);
	else
		snprintf(text, size, "%" PRIu64 " h %02" PRIu64 " min", seconds / 3600,
			 seconds / 60 % 60);
	return text;
}
