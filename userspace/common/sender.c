// SPDX-License-Identifier: GPL-2.0-only
/* sender - see sender.h. Pure. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sender.h"

#define UNIT_MAX 256

const char *devtask_source_name(enum devtask_source_kind kind)
{
	switch (kind) {
	case DEVTASK_SOURCE_FLATPAK:
		return "flatpak";
	case DEVTASK_SOURCE_SNAP:
		return "snap";
	case DEVTASK_SOURCE_SCOPE:
		return "scope";
	case DEVTASK_SOURCE_SERVICE:
		return "service";
	}
	return "unknown";
}

/* systemd escapes in unit names what would be its own punctuation: "\x2d" is "-". */
static void unescape(const char *from, size_t length, char to[UNIT_MAX])
{
	size_t used = 0;

	while (length && used < UNIT_MAX - 1) {
		char hex[3] = { 0 };
		char *end;

		if (length >= 4 && from[0] == '\\' && from[1] == 'x') {
			memcpy(hex, from + 2, 2);
			to[used] = (char)strtoul(hex, &end, 16);
			if (end == hex + 2 && to[used]) {
				used++, from += 4, length -= 4;
				continue;
			}
		}
		to[used++] = *from++;
		length--;
	}
	to[used] = '\0';
}

static bool starts(const char *text, size_t length, const char *with)
{
	return length >= strlen(with) && !strncmp(text, with, strlen(with));
}

static bool ends(const char *text, size_t length, const char *with)
{
	return length >= strlen(with) &&
	       !strncmp(text + length - strlen(with), with, strlen(with));
}

/* "app-LAUNCHER-ID-RANDOM.scope", "app-ID-RANDOM.scope", "app-LAUNCHER-ID@RANDOM.service" */
static bool is_app_unit(const char *unit, size_t length, const char *launcher, const char *id)
{
	const char *start, *end = NULL;
	char name[UNIT_MAX];

	if (!starts(unit, length, "app-"))
		return false;
	if (ends(unit, length, ".scope"))
		end = memrchr(unit, '-', length);
	else if (ends(unit, length, ".service"))
		end = memrchr(unit, '@', length) ?: unit + length - strlen(".service");
	if (!end || end <= unit + 4)
		return false;
	start = unit + 4;
	unescape(start, (size_t)(end - start), name);
	if (!launcher && !strcmp(name, id))
		return true;
	start = memchr(start, '-', (size_t)(end - start));
	if (!start)
		return false;
	if (launcher && ((size_t)(start - unit - 4) != strlen(launcher) ||
			 strncmp(unit + 4, launcher, strlen(launcher))))
		return false;
	start++;
	unescape(start, (size_t)(end - start), name);
	return !strcmp(name, id);
}

static bool is_snap_unit(const char *unit, size_t length, const char *id)
{
	size_t name = strlen("snap.") + strlen(id);

	return starts(unit, length, "snap.") && length > name &&
	       !strncmp(unit + strlen("snap."), id, strlen(id)) && unit[name] == '.' &&
	       (ends(unit, length, ".scope") || ends(unit, length, ".service"));
}

static bool is_unit(const char *unit, size_t length, enum devtask_source_kind kind, const char *id)
{
	switch (kind) {
	case DEVTASK_SOURCE_FLATPAK:
		return is_app_unit(unit, length, "flatpak", id);
	case DEVTASK_SOURCE_SNAP:
		return is_snap_unit(unit, length, id);
	case DEVTASK_SOURCE_SCOPE:
		return is_app_unit(unit, length, NULL, id);
	case DEVTASK_SOURCE_SERVICE:
		return false;
	}
	return false;
}

/* Only the system's manager makes cgroups right below /system.slice. */
static bool is_system_service(const char *cgroup, const char *id)
{
	size_t length = strlen("/system.slice/");
	char name[UNIT_MAX];

	if (!starts(cgroup, strlen(cgroup), "/system.slice/"))
		return false;
	cgroup += length;
	length = strcspn(cgroup, "/");
	unescape(cgroup, length, name);
	return ends(cgroup, length, ".service") && (!strcmp(name, id) ||
		(strlen(name) == strlen(id) + strlen(".service") &&
		 !strncmp(name, id, strlen(id))));
}

bool devtask_sender_is_from(const struct devtask_sender *sender, enum devtask_source_kind kind,
			    const char *id)
{
	const char *part = sender->cgroup;

	if (!part || !*id)
		return false;
	if (kind == DEVTASK_SOURCE_SERVICE)
		return is_system_service(part, id);
	while (*part) {
		size_t length = strcspn(part, "/");

		if (length && is_unit(part, length, kind, id))
			return true;
		part += length + (part[length] == '/');
	}
	return false;
}
