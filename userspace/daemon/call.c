// SPDX-License-Identifier: GPL-2.0-only
/* call - see call.h. A client's death ends its call, never what it asked for. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <json-c/json.h>

#include "call.h"
#include "log.h"
#include "message.h"
#include "numbers.h"

#ifndef SO_PEERPIDFD
#define SO_PEERPIDFD	77	/* since v6.5 */
#endif

struct devtask_call {
	int fd;
	int pidfd;
	struct ucred who;
	bool agent;
	json_object *request;
	int fds[DEVTASK_CALL_FDS];
	int fd_count;
	const struct devtask_call_host *host;
	void *host_context;
	struct devtask_call_life life;
	void *life_context;
	sd_event_source *on_input;
	sd_event_source *on_timeout;
};

/* One packet at a time is read, and its text is not needed any more when its object is there. */
static char packet[DEVTASK_MESSAGE_MAX];

static void close_descriptors(struct devtask_call *call)
{
	for (int i = 0; i < DEVTASK_CALL_FDS; i++) {
		if (call->fds[i] >= 0)
			close(call->fds[i]);
		call->fds[i] = -1;
	}
	call->fd_count = 0;
}

void devtask_call_close(struct devtask_call *call)
{
	if (call->host)
		call->host->on_end(call, call->host_context);
	sd_event_source_disable_unref(call->on_input);
	sd_event_source_disable_unref(call->on_timeout);
	close_descriptors(call);
	json_object_put(call->request);
	if (call->pidfd >= 0)
		close(call->pidfd);
	close(call->fd);
	free(call);
}

void devtask_call_put_out(struct devtask_call *call)
{
	if (call->life.on_gone)
		call->life.on_gone(call, call->life_context);
	devtask_call_close(call);
}

/* Takes all descriptors out of @header, keeps the first ones, counts all. */
static void take_descriptors(struct devtask_call *call, struct msghdr *header)
{
	for (struct cmsghdr *part = CMSG_FIRSTHDR(header); part; part = CMSG_NXTHDR(header, part)) {
		size_t many = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		const unsigned char *data = CMSG_DATA(part);

		if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS)
			continue;
		for (size_t i = 0; i < many; i++, call->fd_count++) {
			int fd;

			memcpy(&fd, data + i * sizeof(fd), sizeof(fd));
			if (call->fd_count < DEVTASK_CALL_FDS)
				call->fds[call->fd_count] = fd;
			else
				close(fd);
		}
	}
}

/* One packet: its length, 0 at the end, or a negative errno. */
static ssize_t receive(struct devtask_call *call)
{
	char space[CMSG_SPACE(DEVTASK_CALL_FDS * sizeof(int))] __attribute__((aligned(8)));
	struct iovec data = { packet, sizeof(packet) };
	struct msghdr header = { .msg_iov = &data, .msg_iovlen = 1, .msg_control = space,
				 .msg_controllen = sizeof(space) };
	ssize_t length = recvmsg(call->fd, &header, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);

	if (length < 0)
		return -errno;
	take_descriptors(call, &header);
	if (header.msg_flags & (MSG_TRUNC | MSG_CTRUNC))
		return -EMSGSIZE;
	return length;
}

/* The next object, or NULL: -EPIPE the client left, else @error has a sentence for it. */
static json_object *read_object(struct devtask_call *call, int *ret, struct devtask_error *error)
{
	json_object *json = NULL;
	ssize_t length = receive(call);

	*ret = 0;
	if (length == -EMSGSIZE)
		*ret = devtask_error_set(error, DEVTASK_EXIT_USAGE, -EMSGSIZE,
			"the request is longer than %d bytes, or brings more than %d descriptors; "
			"shorten arguments or environment", DEVTASK_MESSAGE_MAX, DEVTASK_CALL_FDS);
	else if (length <= 0)
		*ret = length == -EAGAIN ? -EAGAIN : -EPIPE;
	else
		json = devtask_message_parse(packet, (size_t)length, error);
	if (!*ret && !json)
		*ret = -EBADMSG;
	return json;
}

/* A call is served and waits for its answer: only a life wants to know what the client does. */
static void rest(struct devtask_call *call)
{
	sd_event_source_set_enabled(call->on_input, SD_EVENT_OFF);
	sd_event_source_set_enabled(call->on_timeout, SD_EVENT_OFF);
}

static void take_request(struct devtask_call *call)
{
	struct devtask_error error;
	int ret;

	call->request = read_object(call, &ret, &error);
	if (ret == -EAGAIN)
		return;
	/* Who only looks whether we are there (doctor) is no event. */
	if (ret == -EPIPE) {
		devtask_call_close(call);
	} else if (ret) {
		devtask_call_refuse(call, &error);
	} else {
		rest(call);
		call->host->on_request(call, call->request, call->host_context);
	}
}

static void take_message(struct devtask_call *call)
{
	struct devtask_error error;
	json_object *message;
	int ret;

	message = read_object(call, &ret, &error);
	if (ret == -EAGAIN)
		return;
	close_descriptors(call);
	if (ret || !call->life.on_message)
		devtask_call_put_out(call);
	else
		call->life.on_message(call, message, call->life_context);
	json_object_put(message);
}

static int on_input(sd_event_source *source, int fd, uint32_t revents, void *context)
{
	struct devtask_call *call = context;

	(void)source;
	(void)fd;
	(void)revents;
	if (call->request)
		take_message(call);
	else
		take_request(call);
	return 0;
}

static int on_timeout(sd_event_source *source, uint64_t usec, void *context)
{
	(void)source;
	(void)usec;
	devtask_call_close(context);
	return 0;
}

int devtask_call_create(struct devtask_call **call, sd_event *loop, int fd,
			const struct devtask_call_host *host, void *context)
{
	struct devtask_call *self = calloc(1, sizeof(*self));
	socklen_t size = sizeof(self->who);
	int ret = 0;

	if (!self) {
		close(fd);
		return -ENOMEM;
	}
	self->fd = fd;
	self->pidfd = -1;
	for (int i = 0; i < DEVTASK_CALL_FDS; i++)
		self->fds[i] = -1;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &self->who, &size))
		ret = -errno;
	size = sizeof(self->pidfd);
	if (getsockopt(fd, SOL_SOCKET, SO_PEERPIDFD, &self->pidfd, &size))
		self->pidfd = -1;
	if (!ret)
		ret = sd_event_add_io(loop, &self->on_input, fd, EPOLLIN, on_input, self);
	if (ret >= 0)
		ret = sd_event_add_time_relative(loop, &self->on_timeout, CLOCK_MONOTONIC,
						 DEVTASK_CLIENT_TIMEOUT_US, 0, on_timeout, self);
	if (ret < 0) {
		devtask_call_close(self);
		return ret;
	}
	self->host = host;
	self->host_context = context;
	*call = self;
	return 0;
}

const struct ucred *devtask_call_sender(const struct devtask_call *call)
{
	return &call->who;
}

int devtask_call_pidfd(const struct devtask_call *call)
{
	return call->pidfd;
}

bool devtask_call_is_agent(const struct devtask_call *call)
{
	return call->agent;
}

void devtask_call_set_agent(struct devtask_call *call)
{
	call->agent = true;
}

int devtask_call_uid(const struct devtask_call *call, uid_t *uid, struct devtask_error *error)
{
	json_object *value;
	int64_t number;

	*uid = call->who.uid;
	if (!json_object_object_get_ex(call->request, "uid", &value))
		return 0;
	number = json_object_is_type(value, json_type_int) ? json_object_get_int64(value) : -1;
	if (number < 0 || number >= UINT32_MAX)
		return devtask_error_set(error, DEVTASK_EXIT_USAGE, -EBADMSG,
					 "the request's member \"uid\" is no number of a user");
	if (call->who.uid && number != call->who.uid)
		return devtask_error_set(error, DEVTASK_EXIT_PERMISSION, -EPERM,
					 "this is another user's; only root may: use sudo");
	*uid = (uid_t)number;
	return 0;
}

int devtask_call_descriptors(const struct devtask_call *call)
{
	return call->fd_count;
}

void devtask_call_take_descriptors(struct devtask_call *call, int fds[DEVTASK_CALL_FDS])
{
	for (int i = 0; i < DEVTASK_CALL_FDS; i++) {
		fds[i] = call->fds[i];
		call->fds[i] = -1;
	}
	call->fd_count = 0;
}

int devtask_call_push(struct devtask_call *call, json_object *message)
{
	size_t length;
	const char *text = json_object_to_json_string_length(message, JSON_C_TO_STRING_PLAIN,
							     &length);
	int ret = 0;

	if (!text)
		ret = -ENOMEM;
	else if (send(call->fd, text, length, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
		ret = -errno;
	json_object_put(message);
	return ret;
}

/* It may be gone, or not read: nobody minds. */
void devtask_call_answer(struct devtask_call *call, json_object *answer)
{
	if (!answer)
		answer = json_object_new_object();
	json_object_object_add(answer, "ok", json_object_new_boolean(true));
	if (devtask_call_push(call, answer) == -EMSGSIZE)
		log_warning("an answer to pid %d is too long to send", call->who.pid);
	devtask_call_close(call);
}

/* A stranger's mistakes are not worth a line in the journal each. */
void devtask_call_refuse(struct devtask_call *call, const struct devtask_error *error)
{
	if (call->who.uid)
		log_debug("request of pid %d refused: %s", call->who.pid, error->text);
	else
		log_warning("request of pid %d refused: %s", call->who.pid, error->text);
	devtask_call_push(call, devtask_message_refusal(error));
	devtask_call_close(call);
}

void devtask_call_keep(struct devtask_call *call, const struct devtask_call_life *life,
		       void *context)
{
	call->life = *life;
	call->life_context = context;
	sd_event_source_set_enabled(call->on_input, SD_EVENT_ON);
}
