/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * foreground_display - is the X display at the other end of this connection the one that the
 * user's login session shows (INI-2)? A program can start an X server of its own, in which it
 * always has the focus. Must not know windows.
 */
#ifndef DEVTASK_DAEMON_FOREGROUND_DISPLAY_H
#define DEVTASK_DAEMON_FOREGROUND_DISPLAY_H

#include <stdbool.h>
#include <sys/socket.h>

#include "error.h"

/* As logind keeps the session that the connection's owner belongs to. */
struct devtask_display_session {
	char id[64];		/* empty: logind knows of none */
	char type[32];		/* "x11", "tty"... */
	char class[32];		/* "user", "greeter"... */
	char display[64];	/* such as ":0", empty = not known */
	char seat[64];		/* empty = none: nobody sits before it */
	unsigned int terminal;	/* number of its virtual terminal, 0 = none */
	bool is_remote;
};

/* What the judgement is about. Whoever listened at the socket is the server. */
struct devtask_display_facts {
	uid_t user;
	struct devtask_display_session session;
	char name[16];			/* ":0"; empty: no socket of a local display */
	uid_t server_user;
	bool server_is_inside;		/* in the same login session */
	bool server_has_terminal;	/* holds the session's virtual terminal open */
	bool server_is_roots;		/* runs a program that only root can have written */
};

/*
 * @fd: a connection to a display; it stays the caller's. @who made it. Returns 0, also when
 * there is little to tell.
 */
int devtask_display_look(int fd, const struct ucred *who, struct devtask_display_facts *facts);

/*
 * @without_login: the administrator lets displays count where logind knows no session. Returns
 * 0, or -EPERM with a sentence. Pure.
 */
int devtask_display_judge(const struct devtask_display_facts *facts, bool without_login,
			  struct devtask_error *error);

#endif
