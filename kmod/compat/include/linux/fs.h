/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Since v6.3 (b74d24f7a74f "fs: port ->getattr() to pass mnt_idmap") the first argument of
 * ->getattr() is a mnt_idmap; since v6.6 (0d72b92883c6 "fs: pass the request_mask to
 * generic_fillattr") generic_fillattr() has the mask; since v6.7 (077c212f0344 "fs: new
 * accessor methods for atime and mtime") time stamps have accessors, and (0ede61d8589c "file:
 * convert to SLAB_TYPESAFE_BY_RCU") get_file_rcu() takes the place where the pointer stands.
 */
#ifndef DEVTASK_COMPAT_LINUX_FS_H
#define DEVTASK_COMPAT_LINUX_FS_H

#include <linux/version.h>
#include_next <linux/fs.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
#define mnt_idmap user_namespace
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 6, 0)
#define generic_fillattr(idmap, request_mask, inode, stat) generic_fillattr(idmap, inode, stat)
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 7, 0)
static inline struct timespec64 simple_inode_init_ts(struct inode *inode)
{
	inode->i_ctime = current_time(inode);
	inode->i_mtime = inode->i_ctime;
	inode->i_atime = inode->i_ctime;
	return inode->i_ctime;
}
#endif

static inline struct file *devtask_compat_get_file_rcu(struct file __rcu **at)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 7, 0)
	struct file *file = rcu_dereference(*at);

	return file && get_file_rcu(file) ? file : NULL;
#else
	return get_file_rcu(at);
#endif
}

#endif
