// SPDX-License-Identifier: GPL-2.0-only
/* human - see human.h. */
#include <inttypes.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <json-c/json.h>

#include "clean.h"
#include "duration.h"
#include "human.h"

const char *devtask_human_bytes(uint64_t bytes, char *text, size_t size)
{
	static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB" };
	double value = (double)bytes;
	size_t unit = 0;

	/* 1023.95 would be shown as 1024.0: the next unit is due a little earlier. */
	while (value >= 1023.95 && unit + 1 < sizeof(units) / sizeof(*units)) {
		value /= 1024;
		unit++;
	}
	snprintf(text, size, unit && value < 99.95 ? "%.1f %s" : "%.0f %s", value, units[unit]);
	return text;
}

const char *devtask_human_count(uint64_t count, char *text, size_t size)
{
	char digits[24];
	size_t length = (size_t)snprintf(digits, sizeof(digits), "%" PRIu64, count), out = 0;

	for (size_t i = 0; i < length && out + 2 < size; i++) {
		if (i && (length - i) % 3 == 0)
			text[out++] = ',';
		text[out++] = digits[i];
	}
	text[out] = '\0';
	return text;
}

static uint64_t clock_ns(clockid_t id)
{
	struct timespec now;

	clock_gettime(id, &now);
	return (uint64_t)now.tv_sec * DEVTASK_NSEC_PER_SEC + (uint64_t)now.tv_nsec;
}

const char *devtask_human_clock(uint64_t boottime_ns, char *text, size_t size)
{
	uint64_t ns = clock_ns(CLOCK_REALTIME) - clock_ns(CLOCK_BOOTTIME) + boottime_ns;
	time_t seconds = (time_t)(ns / DEVTASK_NSEC_PER_SEC);
	struct tm local;
	size_t length;

	localtime_r(&seconds, &local);
	length = strftime(text, size, "%H:%M:%S", &local);
	snprintf(text + length, size - length, ".%03u",
		 (unsigned int)(ns % DEVTASK_NSEC_PER_SEC / DEVTASK_NSEC_PER_MSEC));
	return text;
}

const char *devtask_human_user(uint32_t uid, char *text, size_t size)
{
	const struct passwd *entry = getpwuid(uid);

	if (entry)
		snprintf(text, size, "%s", entry->pw_name);
	else
		snprintf(text, size, "%" PRIu32, uid);
	return text;
}

const char *devtask_human_date(uint64_t realtime_ns, char *text, size_t size)
{
	time_t seconds = (time_t)(realtime_ns / DEVTASK_NSEC_PER_SEC);
	struct tm local;

	localtime_r(&seconds, &local);
	strftime(text, size, "%Y-%m-%d %H:%M:%S", &local);
	return text;
}

const char *devtask_human_member(struct json_object *object, const char *key)
{
	json_object *member;
	char *clean;

	if (!json_object_object_get_ex(object, key, &member))
		return "";
	if (!devtask_clean_is_needed(json_object_get_string(member)))
		return json_object_get_string(member);
	clean = strdup(json_object_get_string(member));
	if (!clean)
		return "";
	devtask_clean(clean);
	json_object_set_string(member, clean);
	free(clean);
	return json_object_get_string(member);
}
