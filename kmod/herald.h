/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What happens to a task is told to everybody whom it concerns: to the ring of events, to its
 * app, and some of it to the task itself. Decides nothing.
 */
#ifndef DEVTASK_HERALD_H
#define DEVTASK_HERALD_H

#include <linux/devtask.h>

#include "event.h"

struct devtask_claim;
struct devtask_task;

void devtask_herald_tell(struct devtask_task *task, struct devtask_event event);
void devtask_herald_tell_device(struct devtask_task *task, enum devtask_event_kind kind,
				const struct devtask_claim *claim);
void devtask_herald_tell_warning(struct devtask_task *task);
void devtask_herald_tell_violations(struct devtask_task *task);

#endif
