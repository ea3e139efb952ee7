// SPDX-License-Identifier: GPL-2.0-only
/*
 * control - see control.h. A client's death ends its connection, never its task.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "control.h"
#include "log.h"
#include "message.h"
#include "numbers.h"
#include "supervisor.h"

#define STDIO_COUNT	3

struct client {
	struct devtask_control *control;
	struct client *next;
	int fd;
	struct ucred who;
	sd_event_source *on_input;
	sd_event_source *on_timeout;
};

struct devtask_control {
	sd_event *loop;
	struct devtask_supervisor *supervisor;
	int fd;
	char path[108];
	struct client *clients;
	unsigned int client_count;
	sd_event_source *on_connect;
	char packet[DEVTASK_MESSAGE_MAX];
};

static void destroy_client(struct client *client)
{
	struct client **link = &client->control->clients;

	while (*link != client)
		link = &(*link)->next;
	*link = client->next;
	client->control->client_count--;
	sd_event_source_disable_unref(client->on_input);
	sd_event_source_disable_unref(client->on_timeout);
	close(client->fd);
	free(client);
}

/* The last word to a client. It may be gone: nobody minds. */
static void answer(const struct devtask_run_reply *reply, void *context)
{
	struct client *client = context;
	char *text = devtask_message_pack_reply(reply);

	if (text)
		send(client->fd, text, strlen(text), MSG_NOSIGNAL | MSG_DONTWAIT);
	free(text);
	destroy_client(client);
}

static void refuse(struct client *client, const struct devtask_error *error)
{
	struct devtask_run_reply reply = { .error = *error };

	log_warning("request of pid %d refused: %s", client->who.pid, error->text);
	answer(&reply, client);
}

/* Ad-hoc runs are the administrator's; a task asks for nothing, root or not. */
static int check_sender(const struct client *client, struct devtask_error *error)
{
	if (client->who.uid)
		return devtask_error_set(error, DEVTASK_EXIT_PERMISSION, -EPERM,
			"only root may run a program as a task; use sudo");
	if (devtask_supervisor_holds(client->control->supervisor, client->who.pid))
		return devtask_error_set(error, DEVTASK_EXIT_PERMISSION, -EPERM,
			"a task may not start tasks; start them from outside");
	return 0;
}

/* Takes all descriptors out of @header. Returns how many, at most STDIO_COUNT are kept. */
static int take_descriptors(struct msghdr *header, int fds[STDIO_COUNT])
{
	int count = 0;

	for (struct cmsghdr *part = CMSG_FIRSTHDR(header); part; part = CMSG_NXTHDR(header, part)) {
		size_t many = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		const unsigned char *data = CMSG_DATA(part);

		if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS)
			continue;
		for (size_t i = 0; i < many; i++, count++) {
			int fd;

			memcpy(&fd, data + i * sizeof(fd), sizeof(fd));
			if (count < STDIO_COUNT)
				fds[count] = fd;
			else
				close(fd);
		}
	}
	return count;
}

/* One packet: length, or a negative errno; *@count descriptors came with it. */
static ssize_t receive(struct client *client, int fds[STDIO_COUNT], int *count)
{
	char space[CMSG_SPACE(STDIO_COUNT * sizeof(int))] __attribute__((aligned(8)));
	struct iovec data = { client->control->packet, sizeof(client->control->packet) };
	struct msghdr header = { .msg_iov = &data, .msg_iovlen = 1, .msg_control = space,
				 .msg_controllen = sizeof(space) };
	ssize_t length = recvmsg(client->fd, &header, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);

	if (length < 0)
		return -errno;
	*count = take_descriptors(&header, fds);
	if (header.msg_flags & (MSG_TRUNC | MSG_CTRUNC))
		return -EMSGSIZE;
	return length;
}

static void close_descriptors(int fds[STDIO_COUNT])
{
	for (int i = 0; i < STDIO_COUNT; i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

static int read_request(struct client *client, struct devtask_run_request *request,
			int fds[STDIO_COUNT], struct devtask_error *error)
{
	int count = 0, ret;
	ssize_t length = receive(client, fds, &count);

	if (length == -EMSGSIZE)
		return devtask_error_set(error, DEVTASK_EXIT_USAGE, -EMSGSIZE,
			"the request is longer than %d bytes; shorten arguments or environment",
			DEVTASK_MESSAGE_MAX);
	if (length <= 0)
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, length ? (int)length : -EPIPE,
					 "the client left without a request");
	ret = devtask_message_unpack_run(client->control->packet, (size_t)length, request, error);
	if (!ret && count != STDIO_COUNT) {
		devtask_run_request_clear(request);
		ret = devtask_error_set(error, DEVTASK_EXIT_FAILURE, -EBADMSG,
			"the request must bring standard input, output and error, not %d descriptors",
			count);
	}
	return ret;
}

static int on_input(sd_event_source *source, int fd, uint32_t revents, void *context)
{
	int fds[STDIO_COUNT] = { -1, -1, -1 };
	struct devtask_run_request request;
	struct client *client = context;
	struct devtask_error error;
	int ret;

	(void)fd;
	(void)revents;
	ret = read_request(client, &request, fds, &error);
	if (ret) {
		close_descriptors(fds);
		/* Who only looks whether we are there (doctor) is no event. */
		if (ret == -EPIPE)
			destroy_client(client);
		else
			refuse(client, &error);
		return 0;
	}
	if (check_sender(client, &error)) {
		devtask_run_request_clear(&request);
		close_descriptors(fds);
		refuse(client, &error);
		return 0;
	}
	/* The client may only wait or leave; neither concerns us until the answer is sent. */
	sd_event_source_set_enabled(source, SD_EVENT_OFF);
	sd_event_source_set_enabled(client->on_timeout, SD_EVENT_OFF);
	devtask_supervisor_run(client->control->supervisor, &request, fds, client->who.uid,
			       answer, client);
	return 0;
}

static int on_timeout(sd_event_source *source, uint64_t usec, void *context)
{
	(void)source;
	(void)usec;
	destroy_client(context);
	return 0;
}

static int watch_client(struct client *client)
{
	socklen_t size = sizeof(client->who);
	int ret;

	if (getsockopt(client->fd, SOL_SOCKET, SO_PEERCRED, &client->who, &size))
		return -errno;
	ret = sd_event_add_io(client->control->loop, &client->on_input, client->fd, EPOLLIN,
			      on_input, client);
	if (ret < 0)
		return ret;
	return sd_event_add_time_relative(client->control->loop, &client->on_timeout,
					  CLOCK_MONOTONIC, DEVTASK_CLIENT_TIMEOUT_US, 0,
					  on_timeout, client);
}

static int on_connect(sd_event_source *source, int fd, uint32_t revents, void *context)
{
	struct devtask_control *control = context;
	int accepted = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	struct client *client;

	(void)source;
	(void)revents;
	if (accepted < 0)
		return 0;
	client = control->client_count < DEVTASK_CLIENTS_MAX ? calloc(1, sizeof(*client)) : NULL;
	if (!client) {
		close(accepted);
		return 0;
	}
	client->control = control;
	client->fd = accepted;
	client->next = control->clients;
	control->clients = client;
	control->client_count++;
	if (watch_client(client) < 0)
		destroy_client(client);
	return 0;
}

/* Only this helper holds the role: what lies at the path is a dead one's. */
static int listen_at(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	mode_t mask;
	int fd, ret;

	memcpy(address.sun_path, path, strlen(path) + 1);
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	unlink(path);
	mask = umask(0177);
	ret = bind(fd, (struct sockaddr *)&address, sizeof(address));
	umask(mask);
	if (ret || listen(fd, 16)) {
		ret = -errno;
		close(fd);
		return ret;
	}
	return fd;
}

int devtask_control_create(struct devtask_control **control, sd_event *loop,
			   struct devtask_supervisor *supervisor, const char *path,
			   struct devtask_error *error)
{
	struct devtask_control *self = calloc(1, sizeof(*self));
	int ret;

	if (!self)
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -ENOMEM, "out of memory");
	if (strlen(path) >= sizeof(self->path)) {
		free(self);
		return devtask_error_set(error, DEVTASK_EXIT_USAGE, -ENAMETOOLONG,
			"%s is too long for a socket; choose a path below 108 bytes", path);
	}
	strcpy(self->path, path);
	self->loop = sd_event_ref(loop);
	self->supervisor = supervisor;
	if (!strcmp(path, DEVTASK_PATH_CONTROL))
		mkdir(DEVTASK_PATH_RUN, 0755);
	self->fd = listen_at(path);
	ret = self->fd < 0 ? self->fd :
	      sd_event_add_io(loop, &self->on_connect, self->fd, EPOLLIN, on_connect, self);
	if (ret < 0) {
		devtask_error_set(error, DEVTASK_EXIT_FAILURE, ret, "cannot listen at %s: %s",
				  path, strerror(-ret));
		devtask_control_destroy(self);
		return ret;
	}
	*control = self;
	return 0;
}

void devtask_control_destroy(struct devtask_control *control)
{
	if (!control)
		return;
	while (control->clients)
		destroy_client(control->clients);
	sd_event_source_disable_unref(control->on_connect);
	if (control->fd >= 0) {
		unlink(control->path);
		close(control->fd);
	}
	sd_event_unref(control->loop);
	free(control);
}
