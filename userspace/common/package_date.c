// SPDX-License-Identifier: GPL-2.0-only
/* package_date - see package_date.h. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "package_date.h"

#define UNITS_PER_SECOND 10000000

/* @count digits, and @end behind them unless that is '\0'. */
static bool take(const char **text, int count, char end, int *value)
{
	*value = 0;
	while (count--) {
		if (!isdigit((unsigned char)**text))
			return false;
		*value = *value * 10 + *(*text)++ - '0';
	}
	return !end || *(*text)++ == end;
}

/* Seven digits count; the others may be there. */
static bool take_fraction(const char **text, int *units)
{
	int digits = 0;

	*units = 0;
	if (**text != '.')
		return true;
	for ((*text)++; isdigit((unsigned char)**text); (*text)++, digits++)
		if (digits < 7)
			*units = *units * 10 + **text - '0';
	for (int i = digits; i < 7; i++)
		*units *= 10;
	return digits > 0;
}

static bool take_zone(const char **text, int *seconds)
{
	int sign = **text == '-' ? -1 : 1, hours, minutes;

	*seconds = 0;
	if (!**text)
		return true;
	if (**text == 'Z')
		return !*++*text;
	if (**text != '+' && **text != '-')
		return false;
	++*text;
	if (!take(text, 2, ':', &hours) || !take(text, 2, '\0', &minutes) || **text)
		return false;
	*seconds = sign * (hours * 3600 + minutes * 60);
	return hours <= 14 && minutes <= 59;
}

bool devtask_package_date_parse(const char *text, int64_t *date)
{
	struct tm tm = { 0 }, again;
	int units, zone;
	time_t time;

	if (!take(&text, 4, '-', &tm.tm_year) || !take(&text, 2, '-', &tm.tm_mon) ||
	    !take(&text, 2, 'T', &tm.tm_mday) || !take(&text, 2, ':', &tm.tm_hour) ||
	    !take(&text, 2, ':', &tm.tm_min) || !take(&text, 2, '\0', &tm.tm_sec) ||
	    !take_fraction(&text, &units) || !take_zone(&text, &zone))
		return false;
	if (tm.tm_year < 1601 || tm.tm_year > 9998 || tm.tm_hour > 23 || tm.tm_min > 59 ||
	    tm.tm_sec > 59)
		return false;
	tm.tm_year -= 1900;
	tm.tm_mon--;
	again = tm;
	time = timegm(&again);
	/* A 31st of February has become another day. */
	if (again.tm_mon != tm.tm_mon || again.tm_mday != tm.tm_mday)
		return false;
	*date = ((int64_t)time - zone) * UNITS_PER_SECOND + units;
	return true;
}

const char *devtask_package_date_print(int64_t date, char text[DEVTASK_PACKAGE_DATE_SIZE])
{
	int64_t units = ((date % UNITS_PER_SECOND) + UNITS_PER_SECOND) % UNITS_PER_SECOND;
	time_t time = (date - units) / UNITS_PER_SECOND;
	struct tm tm;
	size_t used;

	gmtime_r(&time, &tm);
	used = strftime(text, DEVTASK_PACKAGE_DATE_SIZE, "%Y%m%dT%H%M%S", &tm);
	snprintf(text + used, DEVTASK_PACKAGE_DATE_SIZE - used, ".%07dZ", (int)units);
	return text;
}
