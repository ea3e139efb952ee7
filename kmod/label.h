/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a task is called: texts that never change after creation, shared by the task and by
 * the events that outlive it.
 */
#ifndef DEVTASK_LABEL_H
#define DEVTASK_LABEL_H

#include <linux/kref.h>
#include <linux/uidgid.h>
#include <linux/devtask.h>

/**
 * struct devtask_label - immutable names of one task; freed with the last reference
 * @ref:	references: the task, each event in the ring
 * @task_id:	set once, before the label is seen by anybody else
 * @type:	operation type
 * @uid:	the user that the task runs as
 * @trigger:	GUID of the request, 36 characters
 * @program:	path of the entry point
 * @device:	the device as the request named it
 * @arguments:	opaque string of the app, may be empty (APP-2)
 * @app:	identity name of the app, empty for a task of the administrator
 * @registration: name under which the app registered it, empty if it did not
 */
struct devtask_label {
	struct kref ref;
	u32 task_id;
	enum devtask_type type;
	kuid_t uid;
	const char *trigger;
	const char *program;
	const char *device;
	const char *arguments;
	const char *app;
	const char *registration;
	char text[];
};

struct devtask_label *devtask_label_create(const struct devtask_label *names);
void devtask_label_get(struct devtask_label *label);
void devtask_label_put(struct devtask_label *label);

#endif
