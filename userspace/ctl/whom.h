/* SPDX-License-Identifier: GPL-2.0-only */
/* whom - the option --user of verbs about things that belong to users. */
#ifndef DEVTASK_CTL_WHOM_H
#define DEVTASK_CTL_WHOM_H

#include "error.h"

struct json_object;

/*
 * Adds to @request whose things it is about: those of @user, a name or a number; if it is NULL
 * our own, or for root those of all users. -ENOENT: there is no such user.
 */
int devtask_whom_add(struct json_object *request, const char *user, struct devtask_error *error);

#endif
