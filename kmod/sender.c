// SPDX-License-Identifier: GPL-2.0-only
/* Who makes a call; see sender.h. */
#include <linux/cgroup.h>
#include <linux/cred.h>
#include <linux/dcache.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/limits.h>
#include <linux/mm_types.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/stat.h>

#include "sender.h"

static char *cgroup_of_current(char *buf, u64 *id)
{
	struct cgroup *cgrp;
	int length;

	rcu_read_lock();
	cgrp = task_dfl_cgroup(current);
	*id = cgroup_id(cgrp);
	length = cgroup_path(cgrp, buf, PATH_MAX);
	rcu_read_unlock();
	if (length < 0 || length >= PATH_MAX)
		return ERR_PTR(-ENAMETOOLONG);
	return kstrdup(buf, GFP_KERNEL_ACCOUNT) ?: ERR_PTR(-ENOMEM);
}

static int find_cgroup(struct devtask_sender *sender, char *buf)
{
	char *path = cgroup_of_current(buf, &sender->cgroup_id);

	if (IS_ERR(path))
		return PTR_ERR(path);
	sender->cgroup = path;
	return 0;
}

static struct file *get_executable(void)
{
	struct file *file;

	rcu_read_lock();
	file = devtask_compat_get_file_rcu(&current->mm->exe_file);
	rcu_read_unlock();
	return file;
}

static int describe_executable(struct devtask_sender *sender, struct file *file, char *buf)
{
	char *path = d_path(&file->f_path, buf, PATH_MAX);
	struct kstat stat;
	int err;

	if (IS_ERR(path))
		return PTR_ERR(path);
	/* As stat(2) sees it: on a stacked file system that is not what the inode says. */
	err = vfs_getattr(&file->f_path, &stat, STATX_INO, AT_STATX_SYNC_AS_STAT);
	if (err)
		return err;
	sender->dev = stat.dev;
	sender->inode = stat.ino;
	sender->executable = kstrdup(path, GFP_KERNEL_ACCOUNT);
	return sender->executable ? 0 : -ENOMEM;
}

static int find_executable(struct devtask_sender *sender, char *buf)
{
	struct file *file = get_executable();
	int err;

	if (!file)
		return -ENOEXEC;
	err = describe_executable(sender, file, buf);
	fput(file);
	return err;
}

/**
 * devtask_sender_create() - describe the calling process
 *
 * May sleep, with no lock held: it may ask a file system of the caller's. Return: a description
 * for the caller to destroy, or an ERR_PTR.
 */
struct devtask_sender *devtask_sender_create(void)
{
	struct devtask_sender *sender = kzalloc(sizeof(*sender), GFP_KERNEL_ACCOUNT);
	char *buf = kmalloc(PATH_MAX, GFP_KERNEL_ACCOUNT);
	int err = -ENOMEM;

	if (sender && buf) {
		sender->pid = task_tgid_nr(current);
		current_euid_egid(&sender->uid, &sender->gid);
		err = find_cgroup(sender, buf) ?: find_executable(sender, buf);
	}
	kfree(buf);
	if (!err)
		return sender;
	devtask_sender_destroy(sender);
	return ERR_PTR(err);
}

/**
 * devtask_sender_destroy() - free a description
 * @sender: it, or NULL
 */
void devtask_sender_destroy(struct devtask_sender *sender)
{
	if (!sender)
		return;
	kfree(sender->cgroup);
	kfree(sender->executable);
	kfree(sender);
}
