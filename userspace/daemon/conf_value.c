// SPDX-License-Identifier: GPL-2.0-only
/* conf_value - see conf_value.h. */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "conf_value.h"
#include "duration.h"
#include "names.h"
#include "numbers.h"
#include "settings.h"

enum kind {
	KIND_DURATION,
	KIND_NUMBER,
	KIND_SWITCH,
	KIND_MODE,
	KIND_CLASSES,
};

#define ZERO_TOO (1 << 0)	/* 0 is allowed below the least value: it switches the thing off */

struct key {
	const char *section;
	const char *name;
	enum kind kind;
	size_t offset;
	uint64_t usual;
	uint64_t least;
	uint64_t most;
	unsigned int flags;
};

#define SECONDS(n)	((n) * DEVTASK_NSEC_PER_SEC)
#define AT(member)	offsetof(struct devtask_settings, member)

static const struct key keys[] = {
	{ "limits", "use-deadline", KIND_DURATION, AT(deadline_ns[DEVTASK_TYPE_USE]),
	  DEVTASK_CONF_USE_DEADLINE_NS, SECONDS(1), SECONDS(86400), 0 },
	{ "limits", "servicing-deadline", KIND_DURATION, AT(deadline_ns[DEVTASK_TYPE_SERVICING]),
	  DEVTASK_CONF_SERVICING_DEADLINE_NS, SECONDS(1), SECONDS(86400), 0 },
	{ "limits", "use-io-interval", KIND_DURATION, AT(io_interval_ns[DEVTASK_TYPE_USE]),
	  DEVTASK_CONF_USE_IO_INTERVAL_NS, SECONDS(1) / 2, SECONDS(3600), ZERO_TOO },
	{ "limits", "grace", KIND_DURATION, AT(grace_ns),
	  DEVTASK_CONF_GRACE_NS, DEVTASK_NSEC_PER_MSEC, SECONDS(60), ZERO_TOO },
	{ "limits", "return-time", KIND_DURATION, AT(return_ns),
	  DEVTASK_CONF_RETURN_NS, SECONDS(1), SECONDS(1800), 0 },
	{ "limits", "tasks", KIND_NUMBER, AT(tasks_max), 0, 0, 100000, 0 },
	{ "cpu-floor", "use", KIND_MODE, AT(floor_mode[DEVTASK_TYPE_USE]),
	  DEVTASK_FLOOR_MODE_CANCEL, 0, 0, 0 },
	{ "cpu-floor", "servicing", KIND_MODE, AT(floor_mode[DEVTASK_TYPE_SERVICING]),
	  DEVTASK_FLOOR_MODE_CANCEL, 0, 0, 0 },
	{ "cpu-floor", "cycles", KIND_NUMBER, AT(floor_cycles),
	  DEVTASK_CONF_FLOOR_CYCLES, 1, UINT64_C(1000000000000), 0 },
	{ "cpu-floor", "window-locked", KIND_DURATION, AT(floor_window_locked_ns),
	  DEVTASK_CONF_FLOOR_LOCKED_NS, SECONDS(10), SECONDS(3600), 0 },
	{ "cpu-floor", "window-unlocked", KIND_DURATION, AT(floor_window_unlocked_ns),
	  DEVTASK_CONF_FLOOR_UNLOCKED_NS, SECONDS(10), SECONDS(3600), 0 },
	{ "devices", "blocked-classes", KIND_CLASSES, AT(blocked), 0, 0, 0, 0 },
	{ "power", "battery-floor", KIND_NUMBER, AT(battery_floor_percent),
	  DEVTASK_CONF_BATTERY_FLOOR, 0, 99, 0 },
	{ "power", "battery-watch", KIND_SWITCH, AT(battery_watch), true, 0, 0, 0 },
	{ "consent", "prompt-timeout", KIND_DURATION, AT(prompt_timeout_ns),
	  DEVTASK_CONF_PROMPT_TIMEOUT_NS, SECONDS(5), SECONDS(3600), 0 },
	{ "consent", "agent-on-pty", KIND_SWITCH, AT(agent_on_pty), false, 0, 0, 0 },
	{ "foreground", "display-without-login", KIND_SWITCH, AT(display_without_login), false,
	  0, 0, 0 },
	{ "history", "keep", KIND_DURATION, AT(history_keep_ns),
	  DEVTASK_CONF_HISTORY_KEEP_NS, SECONDS(3600), SECONDS(10ull * 366 * 86400), ZERO_TOO },
	{ "history", "records", KIND_NUMBER, AT(history_records_max),
	  DEVTASK_CONF_HISTORY_RECORDS, 0, 10000000, 0 },
	{ "developer", "mode", KIND_SWITCH, AT(developer_mode), false, 0, 0, 0 },
};

#define KEY_COUNT (sizeof(keys) / sizeof(*keys))

static const char *const mode_text[] = {
	[DEVTASK_FLOOR_MODE_CANCEL] = "cancel",
	[DEVTASK_FLOOR_MODE_REPORT] = "report",
	[DEVTASK_FLOOR_MODE_OFF] = "off",
};

static const struct {
	const char *text;
	bool value;
} switch_words[] = {
	{ "no", false }, { "yes", true }, { "off", false }, { "on", true },
	{ "false", false }, { "true", true }, { "0", false }, { "1", true },
};

static void *place_of(const struct key *key, const struct devtask_settings *settings)
{
	return (char *)(uintptr_t)settings + key->offset;
}

static bool in_range(const struct key *key, uint64_t value)
{
	return (value >= key->least && value <= key->most) || (!value && key->flags & ZERO_TOO);
}

/* In the file's own syntax, so that it can be written back. */
static const char *spell_duration(uint64_t ns, char text[static 32])
{
	static const struct { uint64_t ns; const char *unit; } units[] = {
		{ SECONDS(3600), "h" }, { SECONDS(60), "min" }, { SECONDS(1), "s" },
		{ DEVTASK_NSEC_PER_MSEC, "ms" }, { 1, "ns" },
	};
	size_t i = 0;

	while (ns % units[i].ns)
		i++;
	snprintf(text, 32, "%" PRIu64 "%s", ns / units[i].ns, ns ? units[i].unit : "");
	return text;
}

static int set_duration(const struct key *key, uint64_t *place, const char *value, char *text,
			size_t size)
{
	char least[32], most[32];
	uint64_t ns;
	int ret = devtask_duration_parse(value, &ns);

	if (ret == -EINVAL) {
		snprintf(text, size, "%s: \"%.64s\" is no duration; write for instance 90s, 10min or 2h",
			 key->name, value);
		return -EINVAL;
	}
	if (ret || !in_range(key, ns)) {
		snprintf(text, size, "%s: %.64s is out of range; it can be %s%s to %s", key->name,
			 value, key->flags & ZERO_TOO ? "0, or " : "",
			 spell_duration(key->least, least), spell_duration(key->most, most));
		return -EINVAL;
	}
	*place = ns;
	return 0;
}

static int set_number(const struct key *key, uint64_t *place, const char *value, char *text,
		      size_t size)
{
	uint64_t number;
	char *end;

	errno = 0;
	number = strtoull(value, &end, 10);
	if (!isdigit((unsigned char)*value) || *end) {
		snprintf(text, size, "%s: \"%.64s\" is no whole number", key->name, value);
		return -EINVAL;
	}
	if (errno || !in_range(key, number)) {
		snprintf(text, size, "%s: %.64s is out of range; it can be %" PRIu64 " to %" PRIu64,
			 key->name, value, key->least, key->most);
		return -EINVAL;
	}
	*place = number;
	return 0;
}

static int set_switch(const struct key *key, bool *place, const char *value, char *text,
		      size_t size)
{
	for (size_t i = 0; i < sizeof(switch_words) / sizeof(*switch_words); i++) {
		if (strcmp(switch_words[i].text, value))
			continue;
		*place = switch_words[i].value;
		return 0;
	}
	snprintf(text, size, "%s: \"%.64s\" is neither yes nor no", key->name, value);
	return -EINVAL;
}

static int set_mode(const struct key *key, enum devtask_floor_mode *place, const char *value,
		    char *text, size_t size)
{
	for (size_t i = 0; i < sizeof(mode_text) / sizeof(*mode_text); i++) {
		if (strcmp(mode_text[i], value))
			continue;
		*place = (enum devtask_floor_mode)i;
		return 0;
	}
	snprintf(text, size, "%s: \"%.64s\" is none of cancel, report, off", key->name, value);
	return -EINVAL;
}

/* One of "08", "FFA0", "*": @digits hexadecimal digits and the end of a word. */
static bool parse_part(const char **at, int digits, int *value)
{
	const char *p = *at;
	int i;

	while (*p == ' ' || *p == '\t')
		p++;
	*value = 0;
	if (*p == '*') {
		*value = DEVTASK_CONF_ANY;
		p++;
	} else {
		for (i = 0; i < digits && isxdigit((unsigned char)p[i]); i++)
			*value = *value * 16 + (isdigit((unsigned char)p[i]) ? p[i] - '0' :
						tolower((unsigned char)p[i]) - 'a' + 10);
		if (i < digits)
			return false;
		p += digits;
	}
	*at = p;
	return !*p || *p == ' ' || *p == '\t';
}

/* "classId:08 * *" or "usage:0001 0006", as Function@Type of a manifest (REG-3). */
static bool parse_class(const char *word, struct devtask_conf_class *class)
{
	int parts;

	memset(class, 0, sizeof(*class));
	if (!strncmp(word, "classId:", 8)) {
		word += 8;
	} else if (!strncmp(word, "usage:", 6)) {
		word += 6;
		class->is_usage = true;
	} else {
		return false;
	}
	parts = class->is_usage ? 2 : 3;
	for (int i = 0; i < parts; i++)
		if (!parse_part(&word, class->is_usage ? 4 : 2, &class->value[i]))
			return false;
	return !word[strspn(word, " \t")];
}

/* Each line adds to those before it; an empty one forgets them. */
static int set_classes(const struct key *key, struct devtask_settings *settings,
		       const char *value, char *text, size_t size)
{
	struct devtask_conf_class list[DEVTASK_CONF_CLASSES];
	unsigned int count = *value ? settings->blocked_count : 0;
	char copy[1024], *rest = copy, *word;

	memcpy(list, settings->blocked, sizeof(list));
	snprintf(copy, sizeof(copy), "%s", value);
	while (*value && (word = strsep(&rest, ","))) {
		word += strspn(word, " \t");
		if (count == DEVTASK_CONF_CLASSES) {
			snprintf(text, size, "%s: more than %d classes; use * to name several at once",
				 key->name, DEVTASK_CONF_CLASSES);
			return -EINVAL;
		}
		if (!parse_class(word, &list[count++])) {
			snprintf(text, size, "%s: \"%.64s\" is no class; write for instance "
				 "classId:08 * * or usage:0001 0006", key->name, word);
			return -EINVAL;
		}
	}
	memcpy(settings->blocked, list, count * sizeof(*list));
	settings->blocked_count = count;
	return 0;
}

static int set(const struct key *key, struct devtask_settings *settings, const char *value,
	       char *text, size_t size)
{
	void *place = place_of(key, settings);

	switch (key->kind) {
	case KIND_DURATION:
		return set_duration(key, place, value, text, size);
	case KIND_NUMBER:
		return set_number(key, place, value, text, size);
	case KIND_SWITCH:
		return set_switch(key, place, value, text, size);
	case KIND_MODE:
		return set_mode(key, place, value, text, size);
	case KIND_CLASSES:
		return set_classes(key, settings, value, text, size);
	}
	return -EINVAL;
}

void devtask_conf_value_defaults(struct devtask_settings *settings)
{
	memset(settings, 0, sizeof(*settings));
	for (const struct key *key = keys; key < keys + KEY_COUNT; key++) {
		void *place = place_of(key, settings);

		switch (key->kind) {
		case KIND_DURATION:
		case KIND_NUMBER:
			*(uint64_t *)place = key->usual;
			break;
		case KIND_SWITCH:
			*(bool *)place = key->usual;
			break;
		case KIND_MODE:
			*(enum devtask_floor_mode *)place = (enum devtask_floor_mode)key->usual;
			break;
		case KIND_CLASSES:
			break;
		}
	}
}

int devtask_conf_value_set(struct devtask_settings *settings, const char *section,
			   const char *name, const char *value, char *text, size_t size)
{
	const struct key *home = NULL;
	bool is_section = false;

	for (const struct key *key = keys; key < keys + KEY_COUNT; key++) {
		bool here = !strcmp(key->section, section);

		is_section |= here;
		if (strcmp(key->name, name))
			continue;
		if (here)
			return set(key, settings, value, text, size);
		home = key;
	}
	if (home)
		snprintf(text, size, "%s belongs into [%s]", name, home->section);
	else if (!*section)
		snprintf(text, size, "\"%.64s\" stands before the first [section]", name);
	else if (is_section)
		snprintf(text, size, "[%s] has no key \"%.64s\"; see devtask.conf(5)", section, name);
	else
		snprintf(text, size, "there is no section [%.64s]; see devtask.conf(5)", section);
	return -EINVAL;
}

static void print_part(int value, int digits, const char *before, FILE *to)
{
	if (value == DEVTASK_CONF_ANY)
		fprintf(to, "%s*", before);
	else
		fprintf(to, "%s%0*x", before, digits, (unsigned int)value);
}

static void print_classes(const struct devtask_settings *settings, FILE *to)
{
	for (unsigned int i = 0; i < settings->blocked_count; i++) {
		const struct devtask_conf_class *class = &settings->blocked[i];
		int digits = class->is_usage ? 4 : 2;

		/* One per line: lines have a greatest length. */
		fputs(i ? "\nblocked-classes = " : " ", to);
		print_part(class->value[0], digits, class->is_usage ? "usage:" : "classId:", to);
		print_part(class->value[1], digits, " ", to);
		if (!class->is_usage)
			print_part(class->value[2], digits, " ", to);
	}
}

void devtask_conf_value_print(const struct devtask_settings *settings, FILE *to)
{
	const char *section = "";
	char text[32];

	for (const struct key *key = keys; key < keys + KEY_COUNT; key++) {
		const void *place = place_of(key, settings);

		if (strcmp(section, key->section))
			fprintf(to, "%s[%s]\n", *section ? "\n" : "", key->section);
		section = key->section;
		fprintf(to, "%s =%s", key->name, key->kind == KIND_CLASSES ? "" : " ");
		switch (key->kind) {
		case KIND_DURATION:
			fputs(spell_duration(*(const uint64_t *)place, text), to);
			break;
		case KIND_NUMBER:
			fprintf(to, "%" PRIu64, *(const uint64_t *)place);
			break;
		case KIND_SWITCH:
			fputs(*(const bool *)place ? "yes" : "no", to);
			break;
		case KIND_MODE:
			fputs(mode_text[*(const enum devtask_floor_mode *)place], to);
			break;
		case KIND_CLASSES:
			print_classes(settings, to);
			break;
		}
		fputc('\n', to);
	}
}
