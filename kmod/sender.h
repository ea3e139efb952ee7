/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who makes a call, as the kernel sees it at that moment: a snapshot that nobody can change
 * afterwards. Knows neither sessions nor questions.
 */
#ifndef DEVTASK_SENDER_H
#define DEVTASK_SENDER_H

#include <linux/types.h>
#include <linux/uidgid.h>

/**
 * struct devtask_sender - a process at the time of a call; constant
 * @pid:	thread group, in the initial pid namespace
 * @uid:	effective
 * @gid:	effective
 * @cgroup_id:	of its cgroup v2
 * @cgroup:	path of that, from the root of the hierarchy
 * @executable:	path as seen from the caller's root: @dev and @inode are what counts
 * @dev:	device of the executable, as stat(2) says
 * @inode:	of the executable, as stat(2) says
 */
struct devtask_sender {
	pid_t pid;
	kuid_t uid;
	kgid_t gid;
	u64 cgroup_id;
	char *cgroup;
	char *executable;
	dev_t dev;
	u64 inode;
};

struct devtask_sender *devtask_sender_create(void);
void devtask_sender_destroy(struct devtask_sender *sender);

#endif
