/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The guarded file: what is the same for every kind of device node. Knows guards and the
 * driver's file operations, no policy.
 */
#ifndef DEVTASK_GUARD_FILE_H
#define DEVTASK_GUARD_FILE_H

#include <linux/types.h>

struct devtask_guard;
struct devtask_guard_kind;
struct file;
struct inode;
struct poll_table_struct;

extern const struct devtask_guard_kind devtask_guard_file_hid;
extern const struct devtask_guard_kind devtask_guard_file_chardev;

int devtask_guard_file_open(struct inode *inode, struct file *file);
int devtask_guard_file_release(struct inode *inode, struct file *file);
ssize_t devtask_guard_file_read(struct file *file, char __user *buf, size_t size, loff_t *pos);
ssize_t devtask_guard_file_write(struct file *file, const char __user *buf, size_t size,
				 loff_t *pos);
__poll_t devtask_guard_file_poll(struct file *file, struct poll_table_struct *table);
loff_t devtask_guard_file_llseek(struct file *file, loff_t offset, int whence);
int devtask_guard_file_fsync(struct file *file, loff_t start, loff_t end, int datasync);
int devtask_guard_file_fasync(int fd, struct file *file, int on);
long devtask_guard_file_call_ioctl(struct devtask_guard *guard, unsigned int cmd,
				   unsigned long arg, bool compat);

#endif
