/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * foreground_tty - the provider that looks at terminals: the process must be in the
 * foreground group of its terminal, and that terminal must be the one before somebody's
 * eyes. Must not know other providers.
 */
#ifndef DEVTASK_DAEMON_FOREGROUND_TTY_H
#define DEVTASK_DAEMON_FOREGROUND_TTY_H

#include <stddef.h>

struct devtask_foreground_roots;
struct devtask_foreground_why;
struct devtask_process;

/* Returns 1 yes, 0 no (with a sentence), -ENOTTY: it has no terminal, somebody else must know. */
int devtask_foreground_tty_has(const struct devtask_foreground_roots *roots,
			       const struct devtask_process *process,
			       struct devtask_foreground_why *why);

/* "tty2", "pts/0", "ttyS0". Returns 0, or -ENODEV if the kernel has no such terminal. */
int devtask_foreground_tty_name(const struct devtask_foreground_roots *roots,
				const struct devtask_process *process, char *name, size_t size);

#endif
