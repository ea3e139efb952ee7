/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * x11_lock - is the login session locked, as logind has it? Must not know who wants to know.
 */
#ifndef DEVTASK_AGENT_X11_LOCK_H
#define DEVTASK_AGENT_X11_LOCK_H

#include <stdbool.h>

#include <systemd/sd-event.h>

struct devtask_x11_lock;

typedef void devtask_x11_lock_fn(void *context);

/*
 * Watches @session, by its name; @fn is called when it may have changed. Without a system bus
 * nobody can tell, and it is not locked. Returns 0 or a negative errno.
 */
int devtask_x11_lock_create(struct devtask_x11_lock **lock, sd_event *loop, const char *session,
			    devtask_x11_lock_fn *fn, void *context);
void devtask_x11_lock_destroy(struct devtask_x11_lock *lock);

/* NULL is not. */
bool devtask_x11_lock_is_locked(const struct devtask_x11_lock *lock);

#endif
