/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * control - the socket on which programs talk to the helper: who may connect, how many, which
 * verb it is and whether the sender may. The verbs are tables in the rooms that they belong
 * to. Must not know what any of them does.
 */
#ifndef DEVTASK_DAEMON_CONTROL_H
#define DEVTASK_DAEMON_CONTROL_H

#include "call.h"

struct devtask_control;

/*
 * A verb's handler. Owes @call exactly one of devtask_call_answer(), devtask_call_refuse() and
 * devtask_call_close(), now or later; @request lives until then.
 */
typedef void devtask_control_fn(struct devtask_call *call, struct json_object *request,
				void *context);

enum devtask_control_who {
	DEVTASK_CONTROL_ROOT,		/* the administrator */
	DEVTASK_CONTROL_OWNER,		/* everybody for oneself: ask devtask_call_uid() for whom */
	DEVTASK_CONTROL_ANYBODY,
};

struct devtask_control_verb {
	const char *name;
	enum devtask_control_who who;
	int descriptors;		/* that must come with the request */
	devtask_control_fn *handler;
};

/*
 * Listens at @path, mode 0666: on the socket that the service manager passed, if it did, else
 * on one that replaces what an earlier helper left.
 */
int devtask_control_create(struct devtask_control **control, sd_event *loop, const char *path,
			   struct devtask_error *error);

/* Puts all clients out. To be called before the rooms that have verbs are destroyed. */
void devtask_control_destroy(struct devtask_control *control);

/* @verbs ends with a row without a name and is not copied. -ENOSPC: too many tables. */
int devtask_control_add(struct devtask_control *control, const struct devtask_control_verb *verbs,
			void *context);

/* Whom @barred says yes to may nothing: the members of tasks. */
void devtask_control_bar(struct devtask_control *control,
			 bool (*barred)(pid_t pid, void *context), void *context);

#endif
