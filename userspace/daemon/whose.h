/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * whose - the users that a request on the control socket is about, for verbs that show things of
 * users: own ones, and for root those of one user or of all. Must not know the verbs.
 */
#ifndef DEVTASK_DAEMON_WHOSE_H
#define DEVTASK_DAEMON_WHOSE_H

#include <sys/types.h>

#include "error.h"

struct devtask_call;
struct json_object;

#define DEVTASK_WHOSE_ALL	((uid_t)-1)

/*
 * The member "uid", or all users with "all":true, which is root's, or the sender. Errors as of
 * devtask_call_uid().
 */
int devtask_whose(const struct devtask_call *call, struct json_object *request, uid_t *uid,
		  struct devtask_error *error);

#endif
