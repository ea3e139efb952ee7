/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * plan - a request made concrete: which devices, which user, which descriptors, or the
 * sentence that says why it cannot be. Nothing has been started yet. Must not know the
 * module, cgroups or clients.
 */
#ifndef DEVTASK_DAEMON_PLAN_H
#define DEVTASK_DAEMON_PLAN_H

#include "device.h"
#include "message.h"
#include "runner.h"

struct devtask_settings;
struct devtask_task;

/* Of a task that an app asked for. */
struct devtask_origin {
	uint64_t ask_id;			/* the question that it answers; 0: the administrator's */
	char app[256];				/* identity name */
	char trigger[37];			/* of the request */
	char device[256];			/* as the app named it */
};

struct devtask_plan {
	struct devtask_run_request request;	/* owned */
	struct devtask_origin origin;
	int stdio[3];				/* owned, -1 = none */
	char trigger[37];
	char device_names[256];			/* as the request names them, space between */
	char descriptor_names[1024];
	struct devtask_device devices[DEVTASK_MESSAGE_DEVICES];
	struct devtask_guard_place guards[DEVTASK_MESSAGE_DEVICES];
	int device_count;
	struct devtask_launch launch;		/* points into the plan */
};

/* Fills the rest of @plan from request, origin and stdio. @sender: uid of who asks. */
int devtask_plan_make(struct devtask_plan *plan, uid_t sender, struct devtask_error *error);

/* What task-create wants to know, but for the cgroup. Limits that nobody asked for are @settings'. */
void devtask_plan_describe(const struct devtask_plan *plan, const struct devtask_settings *settings,
			   struct devtask_task *task);

void devtask_plan_clear(struct devtask_plan *plan);

#endif
