/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * foreground_attach - the programs that watch displays, and what they say has the focus: who
 * is accepted as one (INI-2). Must not know how the foreground is judged.
 */
#ifndef DEVTASK_DAEMON_FOREGROUND_ATTACH_H
#define DEVTASK_DAEMON_FOREGROUND_ATTACH_H

#include <stdbool.h>

#include "control.h"

struct devtask_display_facts;
struct devtask_foreground;
struct devtask_watchers;

/* How the room knows its clients; the machine's own unless a test says otherwise. */
struct devtask_watcher_ways {
	int (*witness)(const char *program, const struct ucred *who, int pidfd,
		       struct devtask_error *error);
	int (*look)(int fd, const struct ucred *who, struct devtask_display_facts *facts);
};

/* @program: the installed watcher of X displays. @ways: NULL are the machine's. */
int devtask_watchers_create(struct devtask_watchers **watchers, const char *program,
			    struct devtask_foreground *fg,
			    const struct devtask_watcher_ways *ways, struct devtask_error *error);
/* After devtask_control_destroy(). */
void devtask_watchers_destroy(struct devtask_watchers *watchers);

/* See devtask_display_judge(); for those who attach from now on. Before the first call: no. */
void devtask_watchers_configure(struct devtask_watchers *watchers, bool without_login);

/*
 * "foreground-attach" with a connection to the display, answered with {session}, empty where
 * logind knows of none. It stays: then come messages {"verb":"foreground","pid"}, 0 = nobody.
 * The table's context is the room.
 */
extern const struct devtask_control_verb devtask_watcher_verbs[];

#endif
