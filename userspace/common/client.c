// SPDX-License-Identifier: GPL-2.0-only
/* client - see client.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <json-c/json.h>

#include "client.h"

const char *devtask_client_path(void)
{
	const char *path = getenv(DEVTASK_ENV_CONTROL);

	return path && *path ? path : DEVTASK_PATH_CONTROL;
}

static int tell_connect(int err, struct devtask_error *error)
{
	switch (err) {
	case ENOENT:
	case ECONNREFUSED:
	case ENOTDIR:
		return devtask_error_set(error, DEVTASK_EXIT_UNAVAILABLE, -err,
			"the helper is not running; start it with: systemctl start devtaskd");
	case EACCES:
	case EPERM:
		return devtask_error_set(error, DEVTASK_EXIT_PERMISSION, -err,
			"the helper's socket %s is closed to you; use sudo",
			devtask_client_path());
	default:
		return devtask_error_set(error, DEVTASK_EXIT_UNAVAILABLE, -err,
			"cannot reach the helper at %s: %s", devtask_client_path(), strerror(err));
	}
}

int devtask_client_connect(struct devtask_error *error)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd, err;

	if (strlen(devtask_client_path()) >= sizeof(address.sun_path))
		return devtask_error_set(error, DEVTASK_EXIT_USAGE, -ENAMETOOLONG,
			"the path in $" DEVTASK_ENV_CONTROL " is too long for a socket");
	strcpy(address.sun_path, devtask_client_path());
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return tell_connect(errno, error);
	if (connect(fd, (struct sockaddr *)&address, sizeof(address))) {
		err = errno;
		close(fd);
		return tell_connect(err, error);
	}
	return fd;
}

static int send_with_stdio(int fd, const char *text)
{
	char space[CMSG_SPACE(3 * sizeof(int))] __attribute__((aligned(8))) = { 0 };
	struct iovec data = { (char *)text, strlen(text) };
	struct msghdr header = { .msg_iov = &data, .msg_iovlen = 1, .msg_control = space,
				 .msg_controllen = sizeof(space) };
	const int stdio[3] = { STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO };
	struct cmsghdr *part = CMSG_FIRSTHDR(&header);

	part->cmsg_level = SOL_SOCKET;
	part->cmsg_type = SCM_RIGHTS;
	part->cmsg_len = CMSG_LEN(sizeof(stdio));
	memcpy(CMSG_DATA(part), stdio, sizeof(stdio));
	return sendmsg(fd, &header, MSG_NOSIGNAL) < 0 ? -errno : 0;
}

static int no_answer(struct devtask_error *error)
{
	return devtask_error_set(error, DEVTASK_EXIT_UNAVAILABLE, -EPIPE,
		"the helper ended before it answered; see: journalctl -u devtaskd");
}

static int exchange(int fd, const char *text, struct devtask_run_reply *reply,
		    struct devtask_error *error)
{
	char packet[4096];
	ssize_t length;
	int ret;

	ret = send_with_stdio(fd, text);
	if (ret == -EBADF)
		return devtask_error_set(error, DEVTASK_EXIT_USAGE, ret,
			"standard input, output or error is closed; connect it, /dev/null will do");
	if (ret)
		return devtask_error_set(error, DEVTASK_EXIT_UNAVAILABLE, ret,
					 "cannot send the request to the helper: %s",
					 strerror(-ret));
	length = recv(fd, packet, sizeof(packet), 0);
	if (length <= 0)
		return no_answer(error);
	if (devtask_message_unpack_reply(packet, (size_t)length, reply))
		return devtask_error_set(error, DEVTASK_EXIT_ABI, -EBADMSG,
			"the helper's answer makes no sense; install helper and tool of one release");
	if (reply->started)
		return 0;
	*error = reply->error;
	return error->err < 0 ? error->err : -EIO;
}

int devtask_client_send(int fd, json_object *request, struct devtask_error *error)
{
	size_t length;
	const char *text = json_object_to_json_string_length(request, JSON_C_TO_STRING_PLAIN,
							     &length);
	int ret = 0;

	if (!text || send(fd, text, length, MSG_NOSIGNAL) < 0)
		ret = devtask_error_set(error, DEVTASK_EXIT_UNAVAILABLE, text ? -errno : -ENOMEM,
			"cannot send the request to the helper: %s",
			strerror(text ? errno : ENOMEM));
	json_object_put(request);
	return ret;
}

json_object *devtask_client_receive(int fd, struct devtask_error *error)
{
	char *packet = malloc(DEVTASK_MESSAGE_MAX);
	json_object *json, *ok;
	ssize_t length;

	if (!packet) {
		devtask_error_set(error, DEVTASK_EXIT_FAILURE, -ENOMEM, "out of memory");
		return NULL;
	}
	length = recv(fd, packet, DEVTASK_MESSAGE_MAX, 0);
	if (length <= 0) {
		no_answer(error);
		free(packet);
		return NULL;
	}
	json = devtask_message_parse(packet, (size_t)length, error);
	free(packet);
	if (!json) {
		devtask_error_set(error, DEVTASK_EXIT_ABI, -EBADMSG,
			"the helper's answer makes no sense; install helper and tool of one release");
	} else if (json_object_object_get_ex(json, "ok", &ok) && !json_object_get_boolean(ok)) {
		devtask_message_read_refusal(json, error);
		json_object_put(json);
		json = NULL;
	}
	return json;
}

json_object *devtask_client_ask(json_object *request, struct devtask_error *error)
{
	json_object *answer = NULL;
	int fd = devtask_client_connect(error);

	if (fd < 0) {
		json_object_put(request);
		return NULL;
	}
	if (!devtask_client_send(fd, request, error))
		answer = devtask_client_receive(fd, error);
	close(fd);
	return answer;
}

int devtask_client_run(const struct devtask_run_request *request,
		       struct devtask_run_reply *reply, struct devtask_error *error)
{
	char *text = devtask_message_pack_run(request);
	int fd, ret;

	if (!text)
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -ENOMEM, "out of memory");
	if (strlen(text) > DEVTASK_MESSAGE_MAX) {
		free(text);
		return devtask_error_set(error, DEVTASK_EXIT_USAGE, -E2BIG,
			"arguments and environment are longer than %d bytes; shorten them, "
			"for instance with env -i", DEVTASK_MESSAGE_MAX);
	}
	fd = devtask_client_connect(error);
	ret = fd < 0 ? fd : exchange(fd, text, reply, error);
	if (fd >= 0)
		close(fd);
	free(text);
	return ret;
}
