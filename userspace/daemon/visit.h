/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * visit - a short visit to the mount namespaces of a task that runs, to put a guarded node over a
 * raw one there (APP-8). Must not know why, nor what a device is.
 *
 * A process of the helper's makes it: whoever joins a mount namespace cannot always go back, and
 * what is mounted there may let a path take for ever. The visitor has a few seconds.
 */
#ifndef DEVTASK_DAEMON_VISIT_H
#define DEVTASK_DAEMON_VISIT_H

#include <stdint.h>

#include <systemd/sd-event.h>

#include "error.h"

struct devtask_visit;

/*
 * How it went: 0 the node is guarded wherever the task can see it; -ESRCH nobody lives in the task
 * any more; -ENOENT nowhere is such a node; -ETIMEDOUT; else what mount(2) said last. Called once
 * from the loop; the visit is gone then.
 */
typedef void devtask_visit_fn(int result, void *context);

/*
 * Sends a visitor to every mount namespace in which processes of @cgroup live: the guarded node of
 * @claim comes over @node, unless there is one of the same device already.
 */
int devtask_visit_start(struct devtask_visit **visit, sd_event *loop, int cgroup, uint32_t claim,
			const char *node, devtask_visit_fn *fn, void *context,
			struct devtask_error *error);

/* Nobody is called any more. Takes NULL. */
void devtask_visit_cancel(struct devtask_visit *visit);

#endif
