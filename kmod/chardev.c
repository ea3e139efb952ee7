// SPDX-License-Identifier: GPL-2.0-only
/*
 * The door for apps and tasks; see chardev.h.
 *
 * Who opens it decides what it is: a member of a task's cgroup gets a file that speaks for the
 * task, anybody else one that speaks for its process. The file stays what it was: to anybody
 * else who has got hold of it, it says EPERM.
 */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/devtask_app.h>

#include "calls.h"
#include "chardev.h"
#include "desk.h"
#include "helper.h"
#include "label.h"
#include "limits.h"
#include "members.h"
#include "seat.h"
#include "session.h"
#include "task.h"
#include "user.h"

/**
 * struct speaker - whom an open file speaks for; one of the two
 * @session: an app, the file's reference
 * @task: a task, referenced
 * @told: the task has been told of its cancellation; set under @reader
 * @seen: number of the last notice that the task was given; set under @reader
 * @reader: one reader at a time; may be held while user memory is waited for
 */
struct speaker {
	struct devtask_session *session;
	struct devtask_task *task;
	bool told;
	u64 seen;
	struct mutex reader;
};

static bool may(const struct speaker *speaker)
{
	if (speaker->task)
		return devtask_members_has_current(speaker->task->cgrp);
	return devtask_session_is_owner(speaker->session);
}

static int open_for_app(struct speaker *speaker)
{
	struct devtask_session *session = devtask_desk_open();

	if (IS_ERR(session))
		return PTR_ERR(session);
	speaker->session = session;
	return 0;
}

static int open_for_task(struct speaker *speaker)
{
	if (atomic_inc_return(&speaker->task->sessions) <= DEVTASK_SESSIONS_PER_TASK)
		return 0;
	atomic_dec(&speaker->task->sessions);
	devtask_task_put(speaker->task);
	return -EDQUOT;
}

static int open_speaker(struct inode *inode, struct file *file)
{
	struct speaker *speaker = kzalloc(sizeof(*speaker), GFP_KERNEL_ACCOUNT);
	int err;

	if (!speaker)
		return -ENOMEM;
	mutex_init(&speaker->reader);
	speaker->task = devtask_task_of_current();
	err = speaker->task ? open_for_task(speaker) : open_for_app(speaker);
	if (err) {
		kfree(speaker);
		return err;
	}
	file->private_data = speaker;
	return stream_open(inode, file);
}

static int release_speaker(struct inode *inode, struct file *file)
{
	struct speaker *speaker = file->private_data;

	if (speaker->session) {
		devtask_desk_close(speaker->session);
	} else {
		atomic_dec(&speaker->task->sessions);
		devtask_task_put(speaker->task);
	}
	mutex_destroy(&speaker->reader);
	kfree(speaker);
	return 0;
}

static ssize_t give_event(struct devtask_app_event *head, const char *text, char __user *buf,
			  size_t room)
{
	head->size = sizeof(*head) + head->text_size;
	if (room < head->size)
		return -EMSGSIZE;
	if (copy_to_user(buf, head, sizeof(*head)) ||
	    copy_to_user(buf + sizeof(*head), text, head->text_size))
		return -EFAULT;
	return head->size;
}

/* Return: bytes given, 0 if there was no event. */
static ssize_t read_queue(struct devtask_session *session, char __user *buf, size_t room)
{
	struct devtask_app_event head;
	struct devtask_note *note;
	ssize_t ret;
	u32 lost;

	if (mutex_lock_interruptible(&session->reader))
		return -ERESTARTSYS;
	note = devtask_queue_take(&session->queue, &lost);
	ret = 0;
	if (note) {
		head = note->head;
		head.lost = lost;
		ret = give_event(&head, note->text, buf, room);
		devtask_queue_done(&session->queue, note, lost, ret > 0);
	}
	mutex_unlock(&session->reader);
	return ret;
}

static ssize_t read_app(struct devtask_session *session, bool wait, char __user *buf, size_t room)
{
	ssize_t ret;

	while (!(ret = read_queue(session, buf, room))) {
		if (!wait)
			return -EAGAIN;
		if (wait_event_interruptible(session->queue.wait,
					     devtask_queue_ready(&session->queue)))
			return -ERESTARTSYS;
	}
	return ret;
}

static struct devtask_app_event cancellation_of(struct devtask_task *task)
{
	const struct devtask_cancellation *why = &task->cancellation;

	return (struct devtask_app_event) {
		.kind = DEVTASK_APP_EVENT_CANCELED,
		.seq = devtask_notice_newest(&task->notices) + 1,
		.time_ns = why->time_ns,
		.flags = DEVTASK_APP_EVENT_HAS_REASON |
			 (why->unsafe ? DEVTASK_APP_EVENT_UNSAFE : 0),
		.reason = why->reason,
		.detail = why->detail,
		.measured = why->measured_ns,
		.required = why->required_ns,
	};
}

static struct devtask_app_event event_of(const struct devtask_notice *notice)
{
	bool warns = notice->kind == DEVTASK_EVENT_KIND_WARNING;
	bool is_back = notice->kind == DEVTASK_EVENT_KIND_ATTACHED;

	return (struct devtask_app_event) {
		.kind = warns ? DEVTASK_APP_EVENT_WARNING : DEVTASK_APP_EVENT_DEVICE,
		.seq = notice->seq,
		.time_ns = notice->time_ns,
		.flags = is_back ? DEVTASK_APP_EVENT_HAS_DEVICE : 0,
		.measured = notice->measured_ns,
		.required = notice->required_ns,
		.claim = notice->claim_index,
	};
}

static bool has_notice(const struct speaker *speaker)
{
	return devtask_notice_newest(&speaker->task->notices) > READ_ONCE(speaker->seen);
}

/* Return: bytes given, 0 if there was no event. */
static ssize_t give_next(struct speaker *speaker, char __user *buf, size_t room)
{
	struct devtask_task *task = speaker->task;
	struct devtask_app_event event;
	struct devtask_notice notice;
	ssize_t ret;

	if (speaker->told)
		return 0;
	if (devtask_notice_after(&task->notices, speaker->seen, &notice)) {
		event = event_of(&notice);
		event.lost = notice.seq - speaker->seen - 1;
	} else if (devtask_task_canceled(task)) {
		event = cancellation_of(task);
	} else {
		return 0;
	}
	strscpy(event.trigger, task->label->trigger, sizeof(event.trigger));
	ret = give_event(&event, "", buf, room);
	if (ret < 0)
		return ret;
	WRITE_ONCE(speaker->seen, event.seq);
	WRITE_ONCE(speaker->told, event.kind == DEVTASK_APP_EVENT_CANCELED);
	return ret;
}

/* The last event is the cancellation. After it, as after a hang-up, there is nothing more: 0. */
static ssize_t read_task(struct speaker *speaker, bool wait, char __user *buf, size_t room)
{
	struct devtask_task *task = speaker->task;
	ssize_t ret = 0;

	while (!ret && !READ_ONCE(speaker->told)) {
		if (!devtask_task_canceled(task) && !has_notice(speaker)) {
			if (!wait)
				return -EAGAIN;
			if (wait_event_interruptible(task->wait, devtask_task_canceled(task) ||
							       has_notice(speaker)))
				return -ERESTARTSYS;
		}
		if (mutex_lock_interruptible(&speaker->reader))
			return -ERESTARTSYS;
		ret = give_next(speaker, buf, room);
		mutex_unlock(&speaker->reader);
	}
	return ret;
}

static ssize_t read_event(struct file *file, char __user *buf, size_t room, loff_t *pos)
{
	struct speaker *speaker = file->private_data;
	bool wait = !(file->f_flags & O_NONBLOCK);

	if (!may(speaker))
		return -EPERM;
	return speaker->task ? read_task(speaker, wait, buf, room) :
			       read_app(speaker->session, wait, buf, room);
}

static __poll_t poll_task(struct file *file, const struct speaker *speaker, poll_table *table)
{
	__poll_t mask = 0;

	poll_wait(file, &speaker->task->wait, table);
	if (devtask_task_canceled(speaker->task))
		mask |= EPOLLIN | EPOLLRDNORM | EPOLLHUP;
	if (has_notice(speaker) && !READ_ONCE(speaker->told))
		mask |= EPOLLPRI;
	return mask;
}

static __poll_t poll_events(struct file *file, poll_table *table)
{
	struct speaker *speaker = file->private_data;

	if (!may(speaker))
		return EPOLLERR;
	if (speaker->task)
		return poll_task(file, speaker, table);
	poll_wait(file, &speaker->session->queue.wait, table);
	return devtask_queue_ready(&speaker->session->queue) ? EPOLLIN | EPOLLRDNORM : 0;
}

static long give_info(const struct speaker *speaker, void __user *arg)
{
	struct devtask_app_info info;
	u32 user_size;
	int err;

	err = devtask_user_read(&info, sizeof(info), arg, &user_size);
	if (err)
		return err;
	info.abi_version = DEVTASK_ABI_VERSION;
	info.is_task = !speaker->session;
	info.helper = !!devtask_helper_pid();
	info.session = 0;
	info.seq = 0;
	if (speaker->session) {
		info.session = speaker->session->id;
		info.seq = devtask_queue_newest(&speaker->session->queue, NULL);
	} else {
		info.seq = devtask_notice_newest(&speaker->task->notices) +
			   devtask_task_canceled(speaker->task);
	}
	return devtask_user_write(arg, &info, sizeof(info), user_size);
}

/* The size in the number of a call is not looked at: a structure says its own. */
static long call(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct speaker *speaker = file->private_data;
	void __user *user = (void __user *)arg;

	if (_IOC_TYPE(cmd) != _IOC_TYPE(DEVTASK_APP_INFO) ||
	    _IOC_DIR(cmd) != _IOC_DIR(DEVTASK_APP_INFO))
		return -ENOTTY;
	if (!may(speaker))
		return -EPERM;
	if (_IOC_NR(cmd) == _IOC_NR(DEVTASK_APP_INFO))
		return give_info(speaker, user);
	if (speaker->task)
		return devtask_seat_call(speaker->task, _IOC_NR(cmd), user);
	return devtask_calls_app(speaker->session, _IOC_NR(cmd), user);
}

static const struct file_operations chardev_fops = {
	.owner = THIS_MODULE,
	.open = open_speaker,
	.release = release_speaker,
	.read = read_event,
	.poll = poll_events,
	.unlocked_ioctl = call,
	.compat_ioctl = compat_ptr_ioctl,
};

static struct miscdevice chardev = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "devtask",
	.fops = &chardev_fops,
	.mode = 0666,
};

/**
 * devtask_chardev_init() - open the door; everything behind it must be ready
 */
int devtask_chardev_init(void)
{
	return misc_register(&chardev);
}

void devtask_chardev_exit(void)
{
	misc_deregister(&chardev);
}
