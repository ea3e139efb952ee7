// SPDX-License-Identifier: GPL-2.0-only
/*
 * The calls of an app; see calls.h. Everything is read and checked before anything is done.
 */
#include <linux/bits.h>
#include <linux/err.h>
#include <linux/slab.h>
#include <linux/devtask_app.h>

#include "calls.h"
#include "desk.h"
#include "limits.h"
#include "session.h"
#include "user.h"

static int refuse(struct devtask_refusal *refusal, int err, enum devtask_check check,
		  const char *sentence)
{
	refusal->reasons = BIT_ULL(check);
	strscpy(refusal->sentence, sentence, sizeof(refusal->sentence));
	return err;
}

static int register_names(struct devtask_session *session, struct devtask_app_register *call,
			  struct devtask_refusal *refusal)
{
	char *name = devtask_user_text(call->name, call->name_size, 1, DEVTASK_NAME_MAX);
	char *entry_point;
	int err;

	if (IS_ERR(name))
		return PTR_ERR(name);
	entry_point = devtask_user_text(call->entry_point, call->entry_point_size, 1,
					DEVTASK_NAME_MAX);
	if (IS_ERR(entry_point)) {
		kfree(name);
		return PTR_ERR(entry_point);
	}
	if (call->conditions)
		err = refuse(refusal, -EOPNOTSUPP, DEVTASK_CHECK_CONDITIONS,
			     "a device task can have no conditions: leave them out");
	else
		err = devtask_desk_register(session, call->type, name, entry_point,
					    &call->registration, refusal);
	kfree(name);
	kfree(entry_point);
	return err;
}

static int give_refusal(struct devtask_app_register *call, const struct devtask_refusal *refusal)
{
	call->reasons = refusal->reasons;
	return devtask_user_put_sentence(call->sentence, call->sentence_size, refusal->sentence);
}

static int do_register(struct devtask_session *session, void __user *arg)
{
	struct devtask_app_register call;
	struct devtask_refusal *refusal;
	u32 user_size;
	int err;

	err = devtask_user_read(&call, sizeof(call), arg, &user_size);
	if (err)
		return err;
	if (call.flags || call.type > DEVTASK_TYPE_MAX)
		return -EINVAL;
	refusal = kzalloc(sizeof(*refusal), GFP_KERNEL_ACCOUNT);
	if (!refusal)
		return -ENOMEM;
	call.registration = 0;
	err = register_names(session, &call, refusal);
	if (give_refusal(&call, refusal) ||
	    devtask_user_write(arg, &call, sizeof(call), user_size)) {
		/* The caller would never learn its number. */
		if (!err)
			devtask_desk_unregister(session, call.registration, true);
		err = -EFAULT;
	}
	kfree(refusal);
	return err;
}

static int do_unregister(struct devtask_session *session, void __user *arg)
{
	struct devtask_app_unregister call;
	u32 user_size;
	int err;

	err = devtask_user_read(&call, sizeof(call), arg, &user_size);
	if (err)
		return err;
	if ((call.flags & ~DEVTASK_APP_UNREGISTER_CANCEL) || call.reserved)
		return -EINVAL;
	return devtask_desk_unregister(session, call.registration,
				       call.flags & DEVTASK_APP_UNREGISTER_CANCEL);
}

static int request_named(struct devtask_session *session, struct devtask_app_request *call)
{
	struct devtask_wish wish = {
		.registration = call->registration,
		.explain = call->flags & DEVTASK_APP_REQUEST_EXPLAIN,
		.estimate_ns = call->estimate_ns,
	};
	char *device, *arguments;
	int err;

	device = devtask_user_text(call->device, call->device_size, 1, DEVTASK_NAME_MAX);
	if (IS_ERR(device))
		return PTR_ERR(device);
	arguments = devtask_user_text(call->arguments, call->arguments_size, 0,
				      DEVTASK_ARGUMENTS_MAX);
	if (IS_ERR(arguments)) {
		kfree(device);
		return PTR_ERR(arguments);
	}
	wish.device = device;
	wish.arguments = arguments;
	err = devtask_desk_request(session, &wish, &call->request);
	kfree(device);
	kfree(arguments);
	return err;
}

static int do_request(struct devtask_session *session, void __user *arg)
{
	struct devtask_app_request call;
	u32 user_size;
	int err;

	err = devtask_user_read(&call, sizeof(call), arg, &user_size);
	if (err)
		return err;
	if ((call.flags & ~DEVTASK_APP_REQUEST_EXPLAIN) || call.reserved)
		return -EINVAL;
	err = request_named(session, &call);
	if (!err && devtask_user_write(arg, &call, sizeof(call), user_size)) {
		devtask_desk_cancel(session, call.registration);
		err = -EFAULT;
	}
	return err;
}

static int do_cancel(struct devtask_session *session, void __user *arg)
{
	struct devtask_app_cancel call;
	u32 user_size;
	int err;

	err = devtask_user_read(&call, sizeof(call), arg, &user_size);
	return err ?: devtask_desk_cancel(session, call.registration);
}

static int do_status(struct devtask_session *session, void __user *arg)
{
	struct devtask_app_status call, status = {};
	char name[DEVTASK_NAME_MAX + 1];
	u32 user_size;
	int err, full;

	err = devtask_user_read(&call, sizeof(call), arg, &user_size);
	if (err)
		return err;
	if (call.next > 1)
		return -EINVAL;
	status.registration = call.registration;
	status.next = call.next;
	status.name = call.name;
	status.name_size = call.name_size;
	err = devtask_desk_status(session, &status, name);
	if (err)
		return err;
	full = devtask_user_put_text(status.name, &status.name_size, name);
	err = devtask_user_write(arg, &status, sizeof(status), user_size);
	return err ?: full;
}

/* Not while a read is on its way to user memory: it says where the next one begins. */
static int do_replay(struct devtask_session *session, void __user *arg)
{
	struct devtask_app_replay call;
	u32 user_size;
	int err;

	err = devtask_user_read(&call, sizeof(call), arg, &user_size);
	if (err)
		return err;
	if (call.reserved)
		return -EINVAL;
	if (mutex_lock_interruptible(&session->reader))
		return -ERESTARTSYS;
	err = devtask_queue_replay(&session->queue, call.since);
	mutex_unlock(&session->reader);
	return err;
}

/**
 * devtask_calls_app() - one call of an app
 * @session: of the app; the caller belongs to its process
 * @nr: number of the call
 * @arg: the caller's structure
 *
 * Return: what the call says; -EPERM a call of tasks, -ENOTTY no such call.
 */
long devtask_calls_app(struct devtask_session *session, unsigned int nr, void __user *arg)
{
	switch (nr) {
	case _IOC_NR(DEVTASK_APP_REGISTER):
		return do_register(session, arg);
	case _IOC_NR(DEVTASK_APP_UNREGISTER):
		return do_unregister(session, arg);
	case _IOC_NR(DEVTASK_APP_REQUEST):
		return do_request(session, arg);
	case _IOC_NR(DEVTASK_APP_CANCEL):
		return do_cancel(session, arg);
	case _IOC_NR(DEVTASK_APP_STATUS):
		return do_status(session, arg);
	case _IOC_NR(DEVTASK_APP_REPLAY):
		return do_replay(session, arg);
	case _IOC_NR(DEVTASK_APP_DETAILS):
	case _IOC_NR(DEVTASK_APP_OPEN):
	case _IOC_NR(DEVTASK_APP_PROGRESS):
	case _IOC_NR(DEVTASK_APP_RESULT):
	case _IOC_NR(DEVTASK_APP_UNSAFE):
		return -EPERM;
	}
	return -ENOTTY;
}
