/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The use cases: what the doors ask for, put together from the rooms below. Owns the lock
 * order (Documentation/locking.rst) and the end of a task.
 */
#ifndef DEVTASK_BROKER_H
#define DEVTASK_BROKER_H

#include <linux/types.h>
#include <linux/uidgid.h>
#include <linux/devtask.h>

#include "rules.h"

struct devtask_cancellation;
struct devtask_task;
struct netlink_ext_ack;

/**
 * struct devtask_request - what a task is to be
 *
 * @app:	 identity name, or empty
 * @ask_id:	 the app's request that it answers, 0 = none
 * @report_only: rules are reported, not enforced (ADM-4)
 *
 * Texts are NUL-terminated, within their limits, and belong to the caller.
 */
struct devtask_request {
	enum devtask_type type;
	const char *trigger;
	const char *program;
	const char *device;
	const char *arguments;
	const char *app;
	u64 ask_id;
	bool report_only;
	kuid_t uid;
	int cgroup_fd;
	struct devtask_limits limits;
};

/**
 * struct devtask_claim_wish - what a claim is to be
 *
 * @path:	 of the raw node, in the caller's mount namespace
 * @hardware_id: for people, may be empty
 * @replaces:	 number of the detached claim whose place it takes (APP-8), 0 = none
 */
struct devtask_claim_wish {
	const char *path;
	const char *hardware_id;
	u32 replaces;
};

int devtask_broker_create_task(const struct devtask_request *request, u32 *id,
			       struct netlink_ext_ack *extack);
int devtask_broker_create_claim(struct devtask_task *task, const struct devtask_claim_wish *wish,
				u32 *id, struct netlink_ext_ack *extack);
int devtask_broker_start_task(struct devtask_task *task, struct netlink_ext_ack *extack);
int devtask_broker_cancel_task(struct devtask_task *task, const struct devtask_cancellation *why,
			       bool confirmed, struct netlink_ext_ack *extack);
int devtask_broker_end_task(struct devtask_task *task, bool exited, u32 exit_status,
			    struct netlink_ext_ack *extack);
void devtask_broker_helper_lost(void);

#endif
