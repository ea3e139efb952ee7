// SPDX-License-Identifier: GPL-2.0-only
/*
 * The guarded file; see guard_file.h.
 *
 * A proxy over the driver's open file. What a proxy has to carry itself: O_NONBLOCK and
 * SIGIO (the driver sees the backing file, not the caller's), the file position, poll.
 * read and write stay the old methods, since hidraw and usbfs have no others.
 */
#include <linux/compat.h>
#include <linux/fs.h>
#include <linux/hidraw.h>
#include <linux/uio.h>

#include "guard.h"
#include "guard_file.h"
#include "node.h"

int devtask_guard_file_open(struct inode *inode, struct file *file)
{
	const struct devtask_guard_kind *kind = devtask_node_kind(inode);
	struct devtask_guard *guard;

	guard = devtask_guard_open(devtask_node_claim(inode), file->f_flags, kind);
	if (IS_ERR(guard))
		return PTR_ERR(guard);
	file->private_data = guard;
	return 0;
}

int devtask_guard_file_release(struct inode *inode, struct file *file)
{
	devtask_guard_close(file->private_data);
	return 0;
}

/* The driver looks at its own file's O_NONBLOCK; fcntl(2) changes the caller's. */
static noinline void copy_nonblock(const struct file *file, struct file *backing)
{
	spin_lock(&backing->f_lock);
	backing->f_flags = (backing->f_flags & ~O_NONBLOCK) | (file->f_flags & O_NONBLOCK);
	spin_unlock(&backing->f_lock);
}

static __always_inline void sync_nonblock(const struct file *file, struct file *backing)
{
	if (unlikely((file->f_flags ^ backing->f_flags) & O_NONBLOCK))
		copy_nonblock(file, backing);
}

/* For drivers with the iterator methods only; out of line to keep the hot frames small. */
static noinline ssize_t read_by_iter(struct file *backing, char __user *buf, size_t size,
				     loff_t *pos)
{
	struct kiocb kiocb;
	struct iov_iter iter;
	ssize_t ret;

	if (!backing->f_op->read_iter)
		return -EINVAL;
	init_sync_kiocb(&kiocb, backing);
	kiocb.ki_pos = *pos;
	iov_iter_ubuf(&iter, ITER_DEST, buf, size);
	ret = backing->f_op->read_iter(&kiocb, &iter);
	*pos = kiocb.ki_pos;
	return ret;
}

static noinline ssize_t write_by_iter(struct file *backing, const char __user *buf, size_t size,
				      loff_t *pos)
{
	struct kiocb kiocb;
	struct iov_iter iter;
	ssize_t ret;

	if (!backing->f_op->write_iter)
		return -EINVAL;
	init_sync_kiocb(&kiocb, backing);
	kiocb.ki_pos = *pos;
	iov_iter_ubuf(&iter, ITER_SOURCE, (char __user *)buf, size);
	ret = backing->f_op->write_iter(&kiocb, &iter);
	*pos = kiocb.ki_pos;
	return ret;
}

/**
 * devtask_guard_file_read() - read(2) of a guarded file; bytes that arrive are an I/O
 * @file: the guarded file
 * @buf: the caller's memory
 * @size: bytes of it
 * @pos: file position
 */
ssize_t devtask_guard_file_read(struct file *file, char __user *buf, size_t size, loff_t *pos)
{
	struct devtask_guard *guard = file->private_data;
	struct file *backing;
	ssize_t ret;

	ret = devtask_guard_enter(guard);
	if (unlikely(ret))
		return ret;
	backing = guard->backing;
	sync_nonblock(file, backing);
	if (likely(backing->f_op->read))
		ret = backing->f_op->read(backing, buf, size, pos);
	else
		ret = read_by_iter(backing, buf, size, pos);
	if (likely(ret > 0))
		devtask_account_io(guard->account, ret);
	return devtask_guard_leave(guard, ret);
}

/**
 * devtask_guard_file_write() - write(2) to a guarded file; bytes that leave are an I/O
 * @file: the guarded file
 * @buf: the caller's memory
 * @size: bytes of it
 * @pos: file position
 */
ssize_t devtask_guard_file_write(struct file *file, const char __user *buf, size_t size,
				 loff_t *pos)
{
	struct devtask_guard *guard = file->private_data;
	struct file *backing;
	ssize_t ret;

	ret = devtask_guard_enter(guard);
	if (unlikely(ret))
		return ret;
	backing = guard->backing;
	sync_nonblock(file, backing);
	if (likely(backing->f_op->write))
		ret = backing->f_op->write(backing, buf, size, pos);
	else
		ret = write_by_iter(backing, buf, size, pos);
	if (likely(ret > 0))
		devtask_account_io(guard->account, ret);
	return devtask_guard_leave(guard, ret);
}

__poll_t devtask_guard_file_poll(struct file *file, struct poll_table_struct *table)
{
	return devtask_guard_poll(file->private_data, file, table);
}

loff_t devtask_guard_file_llseek(struct file *file, loff_t offset, int whence)
{
	struct devtask_guard *guard = file->private_data;
	loff_t ret = devtask_guard_enter(guard);

	if (ret)
		return ret;
	/* The caller holds its file's position lock; the backing file has no other user. */
	guard->backing->f_pos = file->f_pos;
	ret = vfs_llseek(guard->backing, offset, whence);
	if (ret >= 0)
		file->f_pos = ret;
	return devtask_guard_leave(guard, ret);
}

int devtask_guard_file_fsync(struct file *file, loff_t start, loff_t end, int datasync)
{
	struct devtask_guard *guard = file->private_data;
	int ret = devtask_guard_enter(guard);

	if (ret)
		return ret;
	return devtask_guard_leave(guard, vfs_fsync_range(guard->backing, start, end, datasync));
}

/* The owner of the caller's file gets the SIGIO, on each wake-up that the hooks forward. */
int devtask_guard_file_fasync(int fd, struct file *file, int on)
{
	struct devtask_guard *guard = file->private_data;

	return fasync_helper(fd, file, on, &guard->fasync);
}

/**
 * devtask_guard_file_call_ioctl() - hand an ioctl to the driver; inside the gate
 * @guard: the guard
 * @cmd: ioctl number
 * @arg: its argument
 * @compat: the caller is a 32-bit program
 */
long devtask_guard_file_call_ioctl(struct devtask_guard *guard, unsigned int cmd,
				   unsigned long arg, bool compat)
{
	struct file *backing = guard->backing;
	long ret = -ENOIOCTLCMD;

	if (!compat) {
		if (backing->f_op->unlocked_ioctl)
			ret = backing->f_op->unlocked_ioctl(backing, cmd, arg);
	} else if (backing->f_op->compat_ioctl) {
		ret = backing->f_op->compat_ioctl(backing, cmd, arg);
	}
	return ret == -ENOIOCTLCMD ? -ENOTTY : ret;
}

/* hidraw: reports through the control pipe are I/O, questions to the kernel are none. */
static bool hid_ioctl_is_io(unsigned int cmd)
{
	if (_IOC_TYPE(cmd) != 'H')
		return false;
	switch (_IOC_NR(cmd)) {
	case _IOC_NR(HIDIOCSFEATURE(0)):
	case _IOC_NR(HIDIOCGFEATURE(0)):
	case _IOC_NR(HIDIOCSINPUT(0)):
	case _IOC_NR(HIDIOCGINPUT(0)):
	case _IOC_NR(HIDIOCSOUTPUT(0)):
	case _IOC_NR(HIDIOCGOUTPUT(0)):
		return true;
	}
	return false;
}

static __always_inline long hid_ioctl(struct file *file, unsigned int cmd, unsigned long arg,
				      bool compat)
{
	struct devtask_guard *guard = file->private_data;
	long ret = devtask_guard_enter(guard);

	if (unlikely(ret))
		return ret;
	ret = devtask_guard_file_call_ioctl(guard, cmd, arg, compat);
	if (ret >= 0 && hid_ioctl_is_io(cmd))
		devtask_account_io(guard->account, ret);
	return devtask_guard_leave(guard, ret);
}

static long hid_unlocked_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	return hid_ioctl(file, cmd, arg, false);
}

/* Any other driver: an ioctl that succeeds is taken for I/O (PRO-8); it moves no known bytes. */
static __always_inline long chardev_ioctl(struct file *file, unsigned int cmd,
					  unsigned long arg, bool compat)
{
	struct devtask_guard *guard = file->private_data;
	long ret = devtask_guard_enter(guard);

	if (unlikely(ret))
		return ret;
	ret = devtask_guard_file_call_ioctl(guard, cmd, arg, compat);
	if (ret >= 0)
		devtask_account_io(guard->account, 0);
	return devtask_guard_leave(guard, ret);
}

static long chardev_unlocked_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	return chardev_ioctl(file, cmd, arg, false);
}

#ifdef CONFIG_COMPAT
static long hid_compat_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	return hid_ioctl(file, cmd, arg, true);
}

static long chardev_compat_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	return chardev_ioctl(file, cmd, arg, true);
}
#endif

static const struct file_operations hid_fops = {
	.owner = THIS_MODULE,
	.open = devtask_guard_file_open,
	.release = devtask_guard_file_release,
	.read = devtask_guard_file_read,
	.write = devtask_guard_file_write,
	.poll = devtask_guard_file_poll,
	.llseek = devtask_guard_file_llseek,
	.fasync = devtask_guard_file_fasync,
	.unlocked_ioctl = hid_unlocked_ioctl,
#ifdef CONFIG_COMPAT
	.compat_ioctl = hid_compat_ioctl,
#endif
};

static const struct file_operations chardev_fops = {
	.owner = THIS_MODULE,
	.open = devtask_guard_file_open,
	.release = devtask_guard_file_release,
	.read = devtask_guard_file_read,
	.write = devtask_guard_file_write,
	.poll = devtask_guard_file_poll,
	.llseek = devtask_guard_file_llseek,
	.fsync = devtask_guard_file_fsync,
	.fasync = devtask_guard_file_fasync,
	.unlocked_ioctl = chardev_unlocked_ioctl,
#ifdef CONFIG_COMPAT
	.compat_ioctl = chardev_compat_ioctl,
#endif
};

const struct devtask_guard_kind devtask_guard_file_hid = {
	.fops = &hid_fops,
	.hangup = true,
};

const struct devtask_guard_kind devtask_guard_file_chardev = {
	.fops = &chardev_fops,
	.hangup = true,
};
