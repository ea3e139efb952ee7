/* SPDX-License-Identifier: GPL-2.0-only */
/* The rule "wall clock since start" (RUN-1). Knows tasks, no devices. */
#ifndef DEVTASK_DEADLINE_H
#define DEVTASK_DEADLINE_H

#include <linux/types.h>

struct devtask_task;

void devtask_deadline_init(struct devtask_task *task);
void devtask_deadline_start(struct devtask_task *task);
void devtask_deadline_stop(struct devtask_task *task);

#endif
