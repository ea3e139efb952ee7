/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * confine - the walls of a task, put up from the inside, by the process that is to become
 * the task. Each function returns 0 or a negative errno. Must not know how it came to be.
 */
#ifndef DEVTASK_DAEMON_CONFINE_H
#define DEVTASK_DAEMON_CONFINE_H

#include <stdint.h>

struct devtask_user;

/*
 * In a fresh mount namespace and in the task's cgroup: nothing mounted here is seen outside,
 * of the cgroups only the own one is, read-only like the kernel's knobs, and the helper's
 * socket is out of sight.
 */
int devtask_confine_mounts(void);

/* The guarded node of @claim covers the device node @path. */
int devtask_confine_guard(uint32_t claim, const char *path);

/* RUN-9. Errors do not matter: priority is a courtesy. */
void devtask_confine_priority(void);

/*
 * Becomes @user, without any capability and with no way to get one, root or not, and with an
 * empty session keyring of its own. -EDQUOT: the user has no room for another key.
 */
int devtask_confine_user(const struct devtask_user *user);

#endif
