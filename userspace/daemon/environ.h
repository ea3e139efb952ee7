/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * environ - the environment of a task: the caller's, without what belongs to the caller
 * alone, and with what devtask tells the task. Pure.
 */
#ifndef DEVTASK_DAEMON_ENVIRON_H
#define DEVTASK_DAEMON_ENVIRON_H

#include <stdbool.h>
#include <sys/types.h>

struct devtask_environ_facts {
	const char *trigger;
	const char *device;
	const char *type;
	const char *arguments;		/* or NULL */
	const char *descriptor_names;	/* for LISTEN_FDNAMES */
	int descriptors;
	pid_t pid;			/* of the task, for LISTEN_PID */
	/* Set if the task is another user than the caller, else NULL. */
	const char *user;
	const char *home;
	const char *shell;
};

/* Does the caller's variable @entry ("NAME=value") go to the task? */
bool devtask_environ_passes(const char *entry, bool other_user);

/* Returns a list that ends with NULL, or NULL for lack of memory. Freed by exec or exit. */
char **devtask_environ_build(char *const *caller, const struct devtask_environ_facts *facts);

#endif
