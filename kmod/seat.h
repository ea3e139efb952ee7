/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The calls of a task about itself: details, its devices, progress, result. Knows no file and
 * holds no state; the task's lock is taken and left here.
 */
#ifndef DEVTASK_SEAT_H
#define DEVTASK_SEAT_H

struct devtask_task;

long devtask_seat_call(struct devtask_task *task, unsigned int nr, void __user *arg);

#endif
