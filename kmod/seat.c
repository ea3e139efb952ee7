// SPDX-License-Identifier: GPL-2.0-only
/* The calls of a task; see seat.h. */
#include <linux/err.h>
#include <linux/fcntl.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/slab.h>
#include <linux/devtask_app.h>

#include "claim.h"
#include "custody.h"
#include "label.h"
#include "limits.h"
#include "node.h"
#include "run.h"
#include "seat.h"
#include "task.h"
#include "user.h"

static void describe(struct devtask_task *task, struct devtask_app_details *details)
{
	struct devtask_clocks clocks;

	mutex_lock(&task->lock);
	clocks = devtask_task_clocks(task);
	details->state = task->state;
	details->claims = devtask_custody_count(task);
	mutex_unlock(&task->lock);
	details->type = task->label->type;
	details->estimate_ns = task->estimate_ns;
	details->elapsed_ns = clocks.elapsed_ns;
	details->remaining_ns = clocks.remaining_ns;
	details->since_io_ns = clocks.since_io_ns;
	details->io_interval_ns = task->limits.io_interval_ns;
	details->reason = 0;
	details->detail = 0;
	details->measured = 0;
	details->required = 0;
	if (devtask_task_canceled(task)) {
		details->reason = task->cancellation.reason;
		details->detail = task->cancellation.detail;
		details->measured = task->cancellation.measured_ns;
		details->required = task->cancellation.required_ns;
	}
	strscpy_pad(details->trigger, task->label->trigger, sizeof(details->trigger));
}

static int do_details(struct devtask_task *task, void __user *arg)
{
	struct devtask_app_details call;
	u32 user_size;
	int err, full, full_too;

	err = devtask_user_read(&call, sizeof(call), arg, &user_size);
	if (err)
		return err;
	describe(task, &call);
	full = devtask_user_put_text(call.device, &call.device_size, task->label->device);
	full_too = devtask_user_put_text(call.arguments, &call.arguments_size,
					 task->label->arguments);
	err = devtask_user_write(arg, &call, sizeof(call), user_size);
	return err ?: full ?: full_too;
}

static int install(struct file *file, unsigned int flags)
{
	int fd;

	if (IS_ERR(file))
		return PTR_ERR(file);
	fd = get_unused_fd_flags(flags & O_CLOEXEC);
	if (fd < 0)
		fput(file);
	else
		fd_install(fd, file);
	return fd;
}

static int do_open(struct devtask_task *task, void __user *arg)
{
	struct devtask_app_open call;
	struct devtask_claim *claim;
	u32 user_size;
	int err, fd;

	err = devtask_user_read(&call, sizeof(call), arg, &user_size);
	if (err)
		return err;
	if ((call.flags & ~(O_ACCMODE | O_NONBLOCK | O_CLOEXEC)) || call.reserved ||
	    (call.flags & O_ACCMODE) == O_ACCMODE)
		return -EINVAL;
	claim = devtask_custody_get(task, call.claim);
	if (!claim)
		return -ENXIO;
	fd = install(devtask_node_open(claim, call.flags & ~O_CLOEXEC), call.flags);
	devtask_claim_put(claim);
	return fd;
}

static int do_progress(struct devtask_task *task, void __user *arg)
{
	struct devtask_app_progress call;
	u32 user_size;
	int err;

	err = devtask_user_read(&call, sizeof(call), arg, &user_size);
	if (err)
		return err;
	mutex_lock(&task->lock);
	err = devtask_run_progress(task, call.progress);
	if (!err) {
		task->progress = call.progress;
		task->progressed = true;
	}
	mutex_unlock(&task->lock);
	return err;
}

static int do_result(struct devtask_task *task, void __user *arg)
{
	struct devtask_app_result call;
	u32 user_size;
	char *result;
	int err;

	err = devtask_user_read(&call, sizeof(call), arg, &user_size);
	if (err)
		return err;
	result = devtask_user_text(call.result, call.result_size, 0, DEVTASK_RESULT_MAX);
	if (IS_ERR(result))
		return PTR_ERR(result);
	mutex_lock(&task->lock);
	swap(task->result, result);
	mutex_unlock(&task->lock);
	kfree(result);
	return 0;
}

static int do_unsafe(struct devtask_task *task, void __user *arg)
{
	struct devtask_app_unsafe call;
	u32 user_size;
	int err;

	err = devtask_user_read(&call, sizeof(call), arg, &user_size);
	if (err)
		return err;
	if (call.unsafe > 1)
		return -EINVAL;
	mutex_lock(&task->lock);
	err = devtask_task_set_unsafe(task, call.unsafe);
	mutex_unlock(&task->lock);
	return err;
}

/**
 * devtask_seat_call() - one call of a task
 * @task: the caller is a member of it
 * @nr: number of the call
 * @arg: the caller's structure
 *
 * Return: what the call says; -EPERM a call of apps, -ENOTTY no such call.
 */
long devtask_seat_call(struct devtask_task *task, unsigned int nr, void __user *arg)
{
	switch (nr) {
	case _IOC_NR(DEVTASK_APP_DETAILS):
		return do_details(task, arg);
	case _IOC_NR(DEVTASK_APP_OPEN):
		return do_open(task, arg);
	case _IOC_NR(DEVTASK_APP_PROGRESS):
		return do_progress(task, arg);
	case _IOC_NR(DEVTASK_APP_RESULT):
		return do_result(task, arg);
	case _IOC_NR(DEVTASK_APP_UNSAFE):
		return do_unsafe(task, arg);
	case _IOC_NR(DEVTASK_APP_REGISTER):
	case _IOC_NR(DEVTASK_APP_UNREGISTER):
	case _IOC_NR(DEVTASK_APP_REQUEST):
	case _IOC_NR(DEVTASK_APP_CANCEL):
	case _IOC_NR(DEVTASK_APP_STATUS):
	case _IOC_NR(DEVTASK_APP_REPLAY):
		return -EPERM;
	}
	return -ENOTTY;
}
