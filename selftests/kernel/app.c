// SPDX-License-Identifier: GPL-2.0-only
/*
 * An app's side of /dev/devtask, and a task's, see app.h. Must not know what the helper answers.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "app.h"
#include "clock.h"

static uint64_t address(const void *p)
{
	return (uintptr_t)p;
}

static int call(int fd, unsigned long cmd, void *arg)
{
	int ret = ioctl(fd, cmd, arg);

	return ret < 0 ? -errno : ret;
}

int app_open(int flags)
{
	int fd = open("/dev/devtask", O_RDWR | flags);

	return fd < 0 ? -errno : fd;
}

int app_info(int fd, struct devtask_app_info *info)
{
	*info = (struct devtask_app_info) { .size = sizeof(*info) };
	return call(fd, DEVTASK_APP_INFO, info);
}

int app_register(int fd, enum devtask_type type, const char *name, const char *entry_point,
		 struct app_refusal *refusal)
{
	struct devtask_app_register c = {
		.size = sizeof(c), .type = type,
		.name = address(name), .name_size = strlen(name),
		.entry_point = address(entry_point), .entry_point_size = strlen(entry_point),
		.sentence = refusal ? address(refusal->sentence) : 0,
		.sentence_size = refusal ? sizeof(refusal->sentence) : 0,
	};
	int err;

	if (refusal)
		memset(refusal, 0, sizeof(*refusal));
	err = call(fd, DEVTASK_APP_REGISTER, &c);
	if (refusal)
		refusal->reasons = c.reasons;
	return err ?: (int)c.registration;
}

int app_unregister(int fd, uint32_t registration, bool cancel)
{
	struct devtask_app_unregister c = {
		.size = sizeof(c), .registration = registration,
		.flags = cancel ? DEVTASK_APP_UNREGISTER_CANCEL : 0,
	};

	return call(fd, DEVTASK_APP_UNREGISTER, &c);
}

int app_request(int fd, uint32_t registration, const char *device, const char *arguments,
		uint32_t flags, uint64_t *request)
{
	struct devtask_app_request c = {
		.size = sizeof(c), .registration = registration, .flags = flags,
		.device = address(device), .device_size = strlen(device),
		.arguments = address(arguments), .arguments_size = arguments ? strlen(arguments) : 0,
		.estimate_ns = 60 * NSEC_PER_SEC,
	};
	int err = call(fd, DEVTASK_APP_REQUEST, &c);

	if (request)
		*request = c.request;
	return err;
}

int app_cancel(int fd, uint32_t registration)
{
	struct devtask_app_cancel c = { .size = sizeof(c), .registration = registration };

	return call(fd, DEVTASK_APP_CANCEL, &c);
}

int app_status(int fd, uint32_t registration, bool next, struct devtask_app_status *status,
	       char *name)
{
	int err;

	*status = (struct devtask_app_status) {
		.size = sizeof(*status), .registration = registration, .next = next,
		.name = address(name), .name_size = 255,
	};
	err = call(fd, DEVTASK_APP_STATUS, status);
	if (!err && name)
		name[status->name_size] = 0;
	return err;
}

int app_replay(int fd, uint64_t since)
{
	struct devtask_app_replay c = { .size = sizeof(c), .since = since };

	return call(fd, DEVTASK_APP_REPLAY, &c);
}

int app_next(int fd, struct app_event *event, int ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	ssize_t n;

	memset(event, 0, sizeof(*event));
	if (poll(&p, 1, ms * clock_slow()) <= 0)
		return -ETIMEDOUT;
	n = read(fd, event, sizeof(*event) - 1);
	if (n < 0)
		return -errno;
	return (size_t)n == event->head.size ? 0 : n ? -EPROTO : -ENODATA;
}

int app_expect(int fd, enum devtask_app_event_kind kind, struct app_event *event)
{
	int err = app_next(fd, event, 10000);

	return err ?: event->head.kind == kind ? 0 : -EPROTO;
}

int app_poll(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	poll(&p, 1, 0);
	return p.revents;
}

int app_details(int fd, struct devtask_app_details *details, char *device, char *arguments)
{
	int err;

	*details = (struct devtask_app_details) {
		.size = sizeof(*details),
		.device = address(device), .device_size = 255,
		.arguments = address(arguments), .arguments_size = 4096,
	};
	err = call(fd, DEVTASK_APP_DETAILS, details);
	if (!err && device)
		device[details->device_size] = 0;
	if (!err && arguments)
		arguments[details->arguments_size] = 0;
	return err;
}

int app_open_claim(int fd, uint32_t claim, uint32_t flags)
{
	struct devtask_app_open c = { .size = sizeof(c), .claim = claim, .flags = flags };

	return call(fd, DEVTASK_APP_OPEN, &c);
}

int app_progress(int fd, uint32_t progress)
{
	struct devtask_app_progress c = { .size = sizeof(c), .progress = progress };

	return call(fd, DEVTASK_APP_PROGRESS, &c);
}

int app_result(int fd, const char *result)
{
	struct devtask_app_result c = {
		.size = sizeof(c), .result = address(result), .result_size = strlen(result),
	};

	return call(fd, DEVTASK_APP_RESULT, &c);
}

int app_unsafe(int fd, uint32_t unsafe)
{
	struct devtask_app_unsafe c = { .size = sizeof(c), .unsafe = unsafe };

	return call(fd, DEVTASK_APP_UNSAFE, &c);
}
