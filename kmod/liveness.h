/* SPDX-License-Identifier: GPL-2.0-only */
/* The rule "regular I/O" in time (RUN-3). Knows tasks, no devices. */
#ifndef DEVTASK_LIVENESS_H
#define DEVTASK_LIVENESS_H

struct devtask_task;

void devtask_liveness_init(struct devtask_task *task);
void devtask_liveness_start(struct devtask_task *task);
void devtask_liveness_stop(struct devtask_task *task);

#endif
