/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hold - a device that is being serviced is its task's alone: from before the program runs until
 * the task has left, nobody else opens a node of it, and who has one open already is named and
 * the task refused. Must not know rules, apps or how a device comes back.
 *
 * The kernel turns openers away (holdfilter.h); the helper only says whom, and shuts the nodes
 * that appear meanwhile. If the helper dies the nodes are open until the next one has adopted
 * the task; what got in between is named in the journal.
 */
#ifndef DEVTASK_DAEMON_HOLD_H
#define DEVTASK_DAEMON_HOLD_H

#include <stdint.h>

#include <systemd/sd-event.h>

#include "error.h"

struct devtask_hold;
struct devtask_kernel;
struct devtask_supervisor;

/* To be made before tasks are adopted; watches @supervisor from now on. */
int devtask_hold_create(struct devtask_hold **hold, sd_event *loop, struct devtask_kernel *kernel,
			struct devtask_supervisor *supervisor, struct devtask_error *error);

/* To be called after the supervisor is destroyed. Opens what is held. */
void devtask_hold_destroy(struct devtask_hold *hold);

/*
 * The device of servicing task @task has come back as @node (APP-8). At the same port its nodes
 * are shut since they appeared. -EBUSY: somebody was faster and is named in the sentence; the
 * nodes are shut all the same. -ENOENT: the task holds nothing.
 */
int devtask_hold_move(struct devtask_hold *hold, uint32_t task, const char *node,
		      struct devtask_error *error);

#endif
