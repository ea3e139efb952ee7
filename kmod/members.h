/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The processes of a task: all that live in its cgroup or below. Knows cgroups and
 * signals, not tasks.
 */
#ifndef DEVTASK_MEMBERS_H
#define DEVTASK_MEMBERS_H

#include <linux/cgroup.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>

struct file;

int devtask_members_signal(struct cgroup *cgrp, int sig);
int devtask_members_kick(struct cgroup *cgrp);
int devtask_members_kick_holders(int (*is)(const void *data, struct file *file, unsigned int fd),
				 const void *data);
void devtask_members_exit(void);

/**
 * devtask_members_has_current_rcu() - does the caller belong to this cgroup?
 * @cgrp: a cgroup v2 that the caller's object holds a reference on
 *
 * Under RCU. A kernel thread never belongs: root's own is in no task's cgroup.
 */
static __always_inline bool devtask_members_has_current_rcu(struct cgroup *cgrp)
{
	struct cgroup *mine = task_dfl_cgroup(current);

	return likely(mine == cgrp) || cgroup_is_descendant(mine, cgrp);
}

/**
 * devtask_members_has_current() - as above, in any context
 * @cgrp: a cgroup v2 that the caller's object holds a reference on
 */
static inline bool devtask_members_has_current(struct cgroup *cgrp)
{
	bool has;

	rcu_read_lock();
	has = devtask_members_has_current_rcu(cgrp);
	rcu_read_unlock();
	return has;
}

#endif
