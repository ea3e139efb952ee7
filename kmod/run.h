/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One run of a registration, from the request to "completed": what the app is told of it, and
 * how it is given up. Knows neither calls nor answers.
 */
#ifndef DEVTASK_RUN_H
#define DEVTASK_RUN_H

#include <linux/types.h>
#include <linux/devtask.h>

struct devtask_event;
struct devtask_note;
struct devtask_registration;
struct devtask_task;

void devtask_run_push(struct devtask_registration *registration, struct devtask_note *note);
void devtask_run_begin(struct devtask_registration *registration, struct devtask_task *task);
int devtask_run_cancel(struct devtask_registration *registration, enum devtask_reason reason,
		       enum devtask_detail detail);
void devtask_run_finish(struct devtask_registration *registration);
void devtask_run_tell(struct devtask_task *task, const struct devtask_event *event);
int devtask_run_progress(struct devtask_task *task, u32 progress);

#endif
