// SPDX-License-Identifier: GPL-2.0-only
/* user - see user.h. */
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>

#include "user.h"

static struct passwd *look_up(const char *text)
{
	struct passwd *entry = getpwnam(text);
	unsigned long number;
	char *end;

	if (entry)
		return entry;
	errno = 0;
	number = strtoul(text, &end, 10);
	if (errno || *end || end == text || text[0] == '-' || number >= (uid_t)-1)
		return NULL;
	return getpwuid((uid_t)number);
}

int devtask_user_find(const char *text, struct devtask_user *user, struct devtask_error *error)
{
	struct passwd *entry = look_up(text);

	if (!entry)
		return devtask_error_set(error, DEVTASK_EXIT_NOT_THERE, -ENOENT,
			"there is no user \"%.64s\"; name one that getent passwd knows", text);
	user->uid = entry->pw_uid;
	user->gid = entry->pw_gid;
	snprintf(user->name, sizeof(user->name), "%s", entry->pw_name);
	snprintf(user->home, sizeof(user->home), "%s", entry->pw_dir);
	snprintf(user->shell, sizeof(user->shell), "%s", entry->pw_shell);
	user->group_count = DEVTASK_USER_GROUPS_MAX;
	if (getgrouplist(user->name, user->gid, user->groups, &user->group_count) < 0)
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -E2BIG,
			"user %s is in more than %d groups; run the task as another user",
			user->name, DEVTASK_USER_GROUPS_MAX);
	return 0;
}
