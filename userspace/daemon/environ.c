// SPDX-License-Identifier: GPL-2.0-only
/* environ - see environ.h. */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "environ.h"
#include "names.h"

#define OWN_MAX 16

/* "NAME=" is that variable, "NAME" each that begins so. */
static const char *const never[] = {
	/* The service manager means the caller with these, not the task. */
	"LISTEN_", "NOTIFY_SOCKET=", "WATCHDOG_", "JOURNAL_STREAM=", "INVOCATION_ID=",
	"MAINPID=", "MANAGERPID=", "SYSTEMD_EXEC_PID=", "CREDENTIALS_DIRECTORY=",
	/* Ours to set. */
	"DEVTASK_",
	/* Of the way in which the caller became root. */
	"SUDO_",
};

static const char *const not_to_others[] = {
	"HOME=", "USER=", "LOGNAME=", "SHELL=", "MAIL=", "LD_",
	"XDG_", "DBUS_", "SSH_", "GPG_", "XAUTHORITY=", "ICEAUTHORITY=",
};

static bool is_one_of(const char *entry, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!strncmp(entry, list[i], strlen(list[i])))
			return true;
	return false;
}

bool devtask_environ_passes(const char *entry, bool other_user)
{
	const char *equals = strchr(entry, '=');

	if (!equals || equals == entry)
		return false;
	if (is_one_of(entry, never, sizeof(never) / sizeof(*never)))
		return false;
	return !other_user ||
	       !is_one_of(entry, not_to_others, sizeof(not_to_others) / sizeof(*not_to_others));
}

static bool add(char **list, size_t *count, const char *name, const char *value)
{
	if (!value)
		return true;
	return asprintf(&list[(*count)++], "%s=%s", name, value) >= 0;
}

static bool add_number(char **list, size_t *count, const char *name, long value)
{
	char text[24];

	snprintf(text, sizeof(text), "%ld", value);
	return add(list, count, name, text);
}

char **devtask_environ_build(char *const *caller, const struct devtask_environ_facts *facts)
{
	size_t count = 0, room = OWN_MAX;
	char **list;
	bool ok;

	for (char *const *entry = caller; entry && *entry; entry++)
		room++;
	list = calloc(room, sizeof(*list));
	if (!list)
		return NULL;
	for (char *const *entry = caller; entry && *entry; entry++)
		if (devtask_environ_passes(*entry, facts->user))
			list[count++] = *entry;
	ok = add(list, &count, DEVTASK_ENV_TRIGGER, facts->trigger) &&
	     add(list, &count, DEVTASK_ENV_DEVICE, facts->device) &&
	     add(list, &count, DEVTASK_ENV_TYPE, facts->type) &&
	     add(list, &count, DEVTASK_ENV_ARGUMENTS, facts->arguments) &&
	     add(list, &count, "LISTEN_FDNAMES", facts->descriptor_names) &&
	     add_number(list, &count, "LISTEN_FDS", facts->descriptors) &&
	     add_number(list, &count, "LISTEN_PID", facts->pid) &&
	     add(list, &count, "USER", facts->user) &&
	     add(list, &count, "LOGNAME", facts->user) &&
	     add(list, &count, "HOME", facts->user ? facts->home : NULL) &&
	     add(list, &count, "SHELL", facts->user ? facts->shell : NULL);
	return ok ? list : NULL;
}
