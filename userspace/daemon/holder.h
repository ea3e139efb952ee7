/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * holder - which process has a device open (APP-7). Must not know tasks or apps.
 */
#ifndef DEVTASK_DAEMON_HOLDER_H
#define DEVTASK_DAEMON_HOLDER_H

#include <stdbool.h>
#include <sys/types.h>

struct devtask_siblings;

struct devtask_holder {
	pid_t pid;
	char name[64];		/* as in /proc/PID/comm, without control characters */
	char node[64];		/* that it has open, of devtask_holder_find_any() */
};

/*
 * The first process, by number, that has the character device @number open for writing; one
 * that only reads does no I/O on a device of ours and is passed over. @proc: the proc file
 * system, NULL = /proc. Races with processes that come and go, as every such look does.
 */
bool devtask_holder_find(const char *proc, dev_t number, struct devtask_holder *holder);

/*
 * The same for whoever can do I/O by any of @siblings, readers too where reading is I/O, but for
 * those that @spared (which may be NULL) says yes to.
 */
bool devtask_holder_find_any(const char *proc, const struct devtask_siblings *siblings,
			     bool (*spared)(pid_t pid, void *context), void *context,
			     struct devtask_holder *holder);

#endif
