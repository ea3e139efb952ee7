/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * terminal - the terminal that the agent was started on: is it one that a person sits at, and
 * the taking and giving back of its foreground for a question. Must not know the question.
 */
#ifndef DEVTASK_AGENT_TERMINAL_H
#define DEVTASK_AGENT_TERMINAL_H

#include <stdbool.h>
#include <sys/types.h>
#include <termios.h>

#include "error.h"

struct devtask_terminal {
	int fd;
	char name[64];		/* such as "tty2" */
	bool is_pseudo;		/* a program may sit at its other end */
	bool is_utf8;
	/* While the foreground is ours: */
	pid_t before;
	struct termios usual;
};

/*
 * Our controlling terminal, which must be the user's, as login(1) makes it. -ENOTTY, -EPERM
 * with a sentence.
 */
int devtask_terminal_open(struct devtask_terminal *terminal, struct devtask_error *error);

/* Drops what was typed before, and shows nothing of what is typed. A negative errno. */
int devtask_terminal_enter(struct devtask_terminal *terminal);

/* The group that was in the foreground is there again when this returns. */
void devtask_terminal_exit(struct devtask_terminal *terminal);

void devtask_terminal_write(const struct devtask_terminal *terminal, const char *text);

#endif
