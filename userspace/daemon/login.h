/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * login - the login session that a process belongs to, as logind keeps it. Must not know what
 * follows from it.
 */
#ifndef DEVTASK_DAEMON_LOGIN_H
#define DEVTASK_DAEMON_LOGIN_H

#include <stdbool.h>
#include <sys/types.h>

struct devtask_login {
	char id[64];
	char type[32];		/* "tty", "x11", "wayland", "unspecified"... */
	char terminal[64];	/* such as "tty2" or "pts/0", empty = none */
	bool is_active;
};

/* Returns 0, or a negative errno: there is no logind, or @pid is in no session. */
int devtask_login_find(pid_t pid, struct devtask_login *login);

/* Does this session draw windows, so that its terminals say nothing about the foreground? */
bool devtask_login_is_graphical(const struct devtask_login *login);

#endif
