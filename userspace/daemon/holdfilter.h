/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * holdfilter - the device cgroup program that keeps everybody away from some device nodes,
 * whatever their user, mount namespace, capabilities, and by whatever name (mknod) they open
 * them. Must not know tasks nor which nodes belong together.
 *
 * It hangs on the root of the cgroup tree by a link that is the helper's: the kernel takes it
 * away with the helper's last descriptor, so nothing stays shut when the helper dies.
 */
#ifndef DEVTASK_DAEMON_HOLDFILTER_H
#define DEVTASK_DAEMON_HOLDFILTER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "error.h"

struct devtask_holdfilter;

/* Somebody who was turned away. */
struct devtask_holdfilter_record {
	uint32_t pid;
	uint32_t task;
	uint32_t major;
	uint32_t minor;
	char name[16];		/* as in /proc/PID/comm: the process's own word */
};

/* A node, and for whom it is kept. */
struct devtask_holdfilter_node {
	bool is_block;
	dev_t number;
	uint32_t task;
	uint64_t cgroup;	/* id of the cgroup whose members may open it; 0 = nobody */
};

/* @cgroup: the directory from which on it counts, NULL = the root. */
int devtask_holdfilter_create(struct devtask_holdfilter **filter, const char *cgroup,
			      struct devtask_error *error);

/* Opens every node again. */
void devtask_holdfilter_destroy(struct devtask_holdfilter *filter);

/* From now on an open fails with EPERM, unless it is the helper's. -E2BIG: too many nodes. */
int devtask_holdfilter_shut(struct devtask_holdfilter *filter,
			    const struct devtask_holdfilter_node *node,
			    struct devtask_error *error);
void devtask_holdfilter_open(struct devtask_holdfilter *filter, bool is_block, dev_t number);

/* A descriptor that can be read (EPOLLIN) when somebody was turned away. */
int devtask_holdfilter_descriptor(const struct devtask_holdfilter *filter);

/* Calls @fn for each; some are lost if many come at once. */
void devtask_holdfilter_receive(struct devtask_holdfilter *filter,
				void (*fn)(const struct devtask_holdfilter_record *record,
					   void *context), void *context);

#endif
