/* SPDX-License-Identifier: GPL-2.0-only */
/* user - the user that a task runs as, with all groups, looked up before anything forks. */
#ifndef DEVTASK_DAEMON_USER_H
#define DEVTASK_DAEMON_USER_H

#include <sys/types.h>

#include "error.h"

#define DEVTASK_USER_GROUPS_MAX 256

struct devtask_user {
	uid_t uid;
	gid_t gid;
	gid_t groups[DEVTASK_USER_GROUPS_MAX];
	int group_count;
	char name[64];
	char home[256];
	char shell[256];
};

/* By name or number; -ENOENT if there is none. */
int devtask_user_find(const char *text, struct devtask_user *user, struct devtask_error *error);

#endif
