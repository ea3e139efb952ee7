// SPDX-License-Identifier: GPL-2.0-only
/*
 * link - see link.h. The path is fixed and its listener must be root: who could name another
 * helper could have the agent ask on its behalf.
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <json-c/json.h>

#include "link.h"
#include "message.h"

static char packet[DEVTASK_MESSAGE_MAX];

int devtask_link_send(int fd, json_object *message)
{
	const char *text = json_object_to_json_string_ext(message, JSON_C_TO_STRING_PLAIN);
	int ret = 0;

	if (!text || send(fd, text, strlen(text), MSG_NOSIGNAL) < 0)
		ret = text ? -errno : -ENOMEM;
	json_object_put(message);
	return ret;
}

json_object *devtask_link_receive(int fd)
{
	ssize_t length;

	do
		length = recv(fd, packet, sizeof(packet), 0);
	while (length < 0 && errno == EINTR);
	return length > 0 ? devtask_message_parse(packet, (size_t)length, NULL) : NULL;
}

static int dial(struct devtask_error *error)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = DEVTASK_PATH_CONTROL };
	struct ucred who;
	socklen_t size = sizeof(who);
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) ||
	    getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &size)) {
		int err = errno;

		if (fd >= 0)
			close(fd);
		return devtask_error_set(error, DEVTASK_EXIT_UNAVAILABLE, -err,
			"the helper is not running (%s); start it with: systemctl start devtaskd",
			strerror(err));
	}
	if (!who.uid)
		return fd;
	close(fd);
	return devtask_error_set(error, DEVTASK_EXIT_PERMISSION, -EPERM,
				 "%s is not root's; it is no helper that can be trusted",
				 DEVTASK_PATH_CONTROL);
}

int devtask_link_open(const char *kind, bool *pseudo, struct devtask_error *error)
{
	json_object *json = devtask_message_request("agent-attach"), *value;
	int fd = dial(error), ret = 0;

	if (fd < 0) {
		json_object_put(json);
		return fd;
	}
	json_object_object_add(json, "kind", json_object_new_string(kind));
	devtask_link_send(fd, json);
	json = devtask_link_receive(fd);
	if (!json)
		ret = devtask_error_set(error, DEVTASK_EXIT_UNAVAILABLE, -EPIPE,
			"the helper ended before it answered; see: journalctl -u devtaskd");
	else if (!json_object_object_get_ex(json, "ok", &value) || !json_object_get_boolean(value))
		devtask_message_read_refusal(json, error), ret = error->err;
	else
		*pseudo = json_object_object_get_ex(json, "pseudo_terminals", &value) &&
			  json_object_get_boolean(value);
	json_object_put(json);
	if (!ret)
		return fd;
	close(fd);
	return ret;
}
