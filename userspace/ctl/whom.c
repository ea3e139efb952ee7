// SPDX-License-Identifier: GPL-2.0-only
/* whom - see whom.h. */
#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

#include <json-c/json.h>

#include "whom.h"

int devtask_whom_add(struct json_object *request, const char *user, struct devtask_error *error)
{
	const struct passwd *entry;
	unsigned long number;
	char *end;

	if (!user) {
		if (!geteuid())
			json_object_object_add(request, "all", json_object_new_boolean(1));
		return 0;
	}
	entry = getpwnam(user);
	number = entry ? entry->pw_uid : strtoul(user, &end, 10);
	if (!entry && (*user < '0' || *user > '9' || *end || number >= UINT32_MAX))
		return devtask_error_set(error, DEVTASK_EXIT_NOT_THERE, -ENOENT,
			"there is no user \"%.64s\"; give a name or a number", user);
	json_object_object_add(request, "uid", json_object_new_int64((int64_t)number));
	return 0;
}
