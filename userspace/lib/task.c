// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * task - the side of the task: what there is to do, its device, and word to the app. Must not
 * know sessions of apps.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <linux/devtask_app.h>

#include "door.h"
#include "event.h"
#include "hello.h"
#include "sentence.h"
#include "trigger.h"

struct devtask_task {
	int door;
};

/* The details come first: a task's pointer to them is the pointer to all of it. */
struct details {
	struct devtask_details details;
	char trigger[sizeof(((struct devtask_app_details *)NULL)->trigger)];
	char device[DEVTASK_APP_NAME_MAX + 1];
	char arguments[DEVTASK_APP_ARGUMENTS_MAX + 1];
};

int devtask_task_open(struct devtask_task **task)
{
	struct devtask_task *fresh = calloc(1, sizeof(*fresh));
	int door;

	if (!fresh)
		return devtask_sentence_set(-ENOMEM, "no memory left");
	door = devtask_hello_open(true);
	if (door < 0) {
		free(fresh);
		return door;
	}
	fresh->door = door;
	*task = fresh;
	return 0;
}

void devtask_task_close(struct devtask_task *task)
{
	if (!task)
		return;
	close(task->door);
	free(task);
}

static int call_details(struct devtask_task *task, struct devtask_app_details *call)
{
	int err = devtask_door_call(task->door, DEVTASK_APP_DETAILS, call);

	return err ? devtask_sentence_of_errno(err, "the task's details") : 0;
}

static void fill(struct details *own, const struct devtask_app_details *call)
{
	struct devtask_details *details = &own->details;

	memcpy(own->trigger, call->trigger, sizeof(own->trigger) - 1);
	details->type = call->type;
	details->state = call->state;
	details->devices = call->claims;
	details->estimate_ns = call->estimate_ns;
	details->elapsed_ns = call->elapsed_ns;
	details->remaining_ns = call->remaining_ns;
	details->since_io_ns = call->since_io_ns;
	details->io_interval_ns = call->io_interval_ns;
	details->canceled = call->detail != DEVTASK_DETAIL_NONE;
	details->reason = call->reason;
	details->detail = call->detail;
	details->measured = call->measured;
	details->required = call->required;
	details->trigger = own->trigger;
	details->device = own->device;
	details->arguments = own->arguments;
}

int devtask_task_details(struct devtask_task *task, struct devtask_details **details)
{
	struct details *own = calloc(1, sizeof(*own));
	struct devtask_app_details call = {
		.size = sizeof(call),
		.device_size = DEVTASK_APP_NAME_MAX,
		.arguments_size = DEVTASK_APP_ARGUMENTS_MAX,
	};
	int err;

	if (!own)
		return devtask_sentence_set(-ENOMEM, "no memory left");
	call.device = (uintptr_t)own->device;
	call.arguments = (uintptr_t)own->arguments;
	err = call_details(task, &call);
	if (err) {
		free(own);
		return err;
	}
	fill(own, &call);
	*details = &own->details;
	return 0;
}

void devtask_details_free(struct devtask_details *details)
{
	free(details);
}

int devtask_task_is_canceled(struct devtask_task *task, enum devtask_reason *reason,
			     enum devtask_detail *detail)
{
	struct devtask_app_details call = { .size = sizeof(call) };
	int err = call_details(task, &call);

	if (err)
		return err;
	if (reason)
		*reason = call.reason;
	if (detail)
		*detail = call.detail;
	return call.detail != DEVTASK_DETAIL_NONE;
}

int devtask_task_open_device(struct devtask_task *task, uint32_t index, int flags)
{
	struct devtask_app_open call = {
		.size = sizeof(call),
		.claim = index,
		.flags = (uint32_t)flags,
	};
	int fd = devtask_door_call(task->door, DEVTASK_APP_OPEN, &call);

	return fd < 0 ? devtask_sentence_of_errno(fd, "opening the device") : fd;
}

int devtask_task_set_progress(struct devtask_task *task, uint32_t progress)
{
	struct devtask_app_progress call = { .size = sizeof(call), .progress = progress };
	int err = devtask_door_call(task->door, DEVTASK_APP_PROGRESS, &call);

	return err ? devtask_sentence_of_errno(err, "progress") : 0;
}

int devtask_task_set_result(struct devtask_task *task, const char *result)
{
	struct devtask_app_result call = { .size = sizeof(call), .result = (uintptr_t)result };
	int err = devtask_trigger_check_text("the result", result, 0, DEVTASK_APP_RESULT_MAX);

	if (err)
		return err;
	call.result_size = (uint32_t)strlen(result);
	err = devtask_door_call(task->door, DEVTASK_APP_RESULT, &call);
	return err ? devtask_sentence_of_errno(err, "the result") : 0;
}

int devtask_task_set_unsafe(struct devtask_task *task, bool unsafe)
{
	struct devtask_app_unsafe call = { .size = sizeof(call), .unsafe = unsafe };
	int err = devtask_door_call(task->door, DEVTASK_APP_UNSAFE, &call);

	if (err == -ECANCELED)
		return devtask_sentence_set(err, "the task has been cancelled: do not begin what must "
					    "not be broken off");
	return err ? devtask_sentence_of_errno(err, "the unsafe phase") : 0;
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* No signal ends a wait, and none makes it longer. */
static int wait_until(struct devtask_task *task, int timeout_ms, int64_t end_ms)
{
	struct pollfd fd = { .fd = task->door, .events = POLLIN | POLLPRI };
	int64_t left_ms = timeout_ms < 0 ? -1 : end_ms - now_ms();

	if (!timeout_ms)
		return devtask_sentence_set(-EAGAIN, "nothing has happened");
	if (timeout_ms > 0 && left_ms <= 0)
		return devtask_sentence_set(-ETIMEDOUT, "nothing has happened in time");
	if (poll(&fd, 1, (int)left_ms) < 0 && errno != EINTR)
		return devtask_sentence_of_errno(-errno, "waiting");
	return 0;
}

int devtask_task_next(struct devtask_task *task, int timeout_ms, struct devtask_event **event)
{
	int64_t end_ms = now_ms() + timeout_ms;
	char raw[DEVTASK_EVENT_RAW_MAX];
	ssize_t got;
	int err;

	while ((got = devtask_door_read(task->door, raw, sizeof(raw))) == -EAGAIN) {
		err = wait_until(task, timeout_ms, end_ms);
		if (err)
			return err;
	}
	if (!got)
		return devtask_sentence_set(-ECANCELED, "the task has been cancelled, which was told");
	if (got < 0)
		return devtask_sentence_of_errno((int)got, "reading what happens");
	return devtask_event_make(raw, (size_t)got, event);
}

int devtask_task_fd(const struct devtask_task *task)
{
	return task->door;
}
