// SPDX-License-Identifier: GPL-2.0-only
/* fake - see fake.h. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fake.h"
#include "../../userspace/lib/door.h"

#define PATIENCE_MS 20000

struct fake fake;

void fake_reset(void)
{
	if (fake.kernel)
		close(fake.kernel);
	memset(&fake, 0, sizeof(fake));
	fake.abi_version = DEVTASK_ABI_VERSION;
	fake.type = DEVTASK_TYPE_USE;
	fake.device = fake.arguments = "";
}

int devtask_door_open(void)
{
	int ends[2];

	if (fake.open_err)
		return fake.open_err;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends))
		return -errno;
	fake.kernel = ends[1];
	return ends[0];
}

static void take_text(char *place, uint64_t address, uint32_t size)
{
	memcpy(place, (const void *)(uintptr_t)address, size);
	place[size] = '\0';
}

static int answer_register(struct devtask_app_register *call, int err)
{
	if (err && fake.sentence)
		strncpy((char *)(uintptr_t)call->sentence, fake.sentence, call->sentence_size);
	call->reasons = err ? fake.reasons : 0;
	call->registration = 1;
	fake.conditions = call->conditions;
	return err;
}

static int answer_details(struct devtask_app_details *call)
{
	struct devtask_app_details wanted = *call;

	*call = fake.details;
	if (wanted.device)
		strcpy((char *)(uintptr_t)wanted.device, fake.device);
	if (wanted.arguments)
		strcpy((char *)(uintptr_t)wanted.arguments, fake.arguments);
	return 0;
}

static int answer_request(struct devtask_app_request *call)
{
	fake.asked = *call;
	take_text(fake.last_device, call->device, call->device_size);
	if (call->arguments)
		take_text(fake.last_arguments, call->arguments, call->arguments_size);
	call->request = ++fake.request;
	return 0;
}

static int answer(unsigned long command, void *argument, int err)
{
	switch (command) {
	case DEVTASK_APP_REGISTER:
		return answer_register(argument, err);
	case DEVTASK_APP_UNREGISTER:
		fake.unregistered = *(struct devtask_app_unregister *)argument;
		return err;
	case DEVTASK_APP_REQUEST:
		return err ? err : answer_request(argument);
	case DEVTASK_APP_REPLAY:
		fake.since = ((struct devtask_app_replay *)argument)->since;
		return err;
	case DEVTASK_APP_DETAILS:
		return err ? err : answer_details(argument);
	case DEVTASK_APP_OPEN:
		fake.open_flags = ((struct devtask_app_open *)argument)->flags;
		return err ? err : open("/dev/null", O_RDWR | O_CLOEXEC);
	case DEVTASK_APP_PROGRESS:
		fake.progress = ((struct devtask_app_progress *)argument)->progress;
		return err;
	case DEVTASK_APP_UNSAFE:
		fake.unsafe = ((struct devtask_app_unsafe *)argument)->unsafe;
		return err;
	case DEVTASK_APP_RESULT:
		take_text(fake.last_result, ((struct devtask_app_result *)argument)->result,
			  ((struct devtask_app_result *)argument)->result_size);
		return err;
	case DEVTASK_APP_CANCEL:
		return err;
	}
	return -ENOTTY;
}

int devtask_door_call(int fd, unsigned long command, void *argument)
{
	int err = fake.err;

	(void)fd;
	if (command == DEVTASK_APP_INFO) {
		((struct devtask_app_info *)argument)->abi_version = fake.abi_version;
		((struct devtask_app_info *)argument)->is_task = fake.is_task;
		return 0;
	}
	if (command == DEVTASK_APP_STATUS) {
		struct devtask_app_status *status = argument;

		if (status->registration + status->next != 1)
			return -ENOENT;
		if (status->name)
			memcpy((void *)(uintptr_t)status->name, "sync", 4);
		status->registration = 1;
		status->type = fake.type;
		status->request = fake.request;
		status->remaining_ns = 7;
		return 0;
	}
	fake.err = 0;
	err = answer(command, argument, err);
	fake.calls++;
	return err;
}

ssize_t devtask_door_read(int fd, void *buffer, size_t size)
{
	ssize_t result = recv(fd, buffer, size, 0);

	return result < 0 ? -errno : result;
}

void fake_event(const struct devtask_app_event *event, const char *text)
{
	size_t text_size = text ? strlen(text) : 0, head = offsetof(struct devtask_app_event, text);
	char packet[8192] = "";

	memcpy(packet, event, head);
	if (text)
		memcpy(packet + head, text, text_size);
	((struct devtask_app_event *)packet)->size = (uint32_t)(head + text_size);
	((struct devtask_app_event *)packet)->text_size = (uint32_t)text_size;
	/* The socket holds some only; the reader is a thread of the test. */
	while (send(fake.kernel, packet, head + text_size, 0) < 0) {
		struct pollfd room = { .fd = fake.kernel, .events = POLLOUT };

		if (errno != EAGAIN || poll(&room, 1, PATIENCE_MS) != 1)
			abort();
	}
}

static void send_short(uint64_t seq, uint64_t request, uint32_t kind, uint32_t number)
{
	struct devtask_app_event event = {
		.kind = kind, .seq = seq, .request = request, .registration = 1,
		.verdict = number, .progress = number,
	};

	fake_event(&event, NULL);
}

void fake_verdict(uint64_t seq, uint64_t request, uint32_t verdict)
{
	send_short(seq, request, DEVTASK_APP_EVENT_VERDICT, verdict);
}

void fake_progress(uint64_t seq, uint64_t request, uint32_t progress)
{
	send_short(seq, request, DEVTASK_APP_EVENT_PROGRESS, progress);
}

void fake_completed(uint64_t seq, uint64_t request)
{
	send_short(seq, request, DEVTASK_APP_EVENT_COMPLETED, 0);
}
