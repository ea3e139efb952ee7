/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the helper says to the questions of apps, and the tasks that it makes for them. Knows
 * neither messages nor devices.
 */
#ifndef DEVTASK_ANSWER_H
#define DEVTASK_ANSWER_H

#include <linux/types.h>
#include <linux/devtask.h>

struct devtask_ask;
struct devtask_task;
struct netlink_ext_ack;

/**
 * struct devtask_answer - what the helper says to a question
 *
 * Texts are NUL-terminated, within their limits, and belong to the caller; empty = none.
 */
struct devtask_answer {
	u64 id;
	enum devtask_verdict verdict;
	u64 reasons;
	u64 measured;
	u64 required;
	const char *sentence;
	const char *trigger;
	const char *app;
};

int devtask_answer_give(const struct devtask_answer *answer, struct netlink_ext_ack *extack);
struct devtask_ask *devtask_answer_borrow(u64 id, struct netlink_ext_ack *extack);
int devtask_answer_prepare(struct devtask_ask *ask, struct devtask_task *task,
			   struct netlink_ext_ack *extack);
void devtask_answer_forget(struct devtask_task *task);

#endif
