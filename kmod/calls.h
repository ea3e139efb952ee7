/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The calls of an app, from user memory to the desk and back. Knows no file and holds no state.
 */
#ifndef DEVTASK_CALLS_H
#define DEVTASK_CALLS_H

struct devtask_session;

long devtask_calls_app(struct devtask_session *session, unsigned int nr, void __user *arg);

#endif
