// SPDX-License-Identifier: GPL-2.0-only
/*
 * x11_link - see x11_link.h. That a helper came is seen by its socket's folder. Between the making
 * of the socket and the listening at it nothing is to be seen, hence a few tries thereafter.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <unistd.h>

#include <json-c/json.h>

#include "client.h"
#include "message.h"
#include "x11_link.h"

#define TRIES_MAX	50
#define TRY_USEC	100000
#define RUN		"/run"

struct devtask_x11_link {
	sd_event *loop;
	int display;
	const struct devtask_x11_link_events *events;
	void *context;
	int fd;			/* -1 = no helper */
	bool is_attached;
	pid_t told;		/* -1 = nothing */
	int tries;
	sd_event_source *on_message;
	sd_event_source *on_folder;
	sd_event_source *on_time;
};

static int start_waiting(struct devtask_x11_link *link, uint64_t usec);

static void hang_up(struct devtask_x11_link *link)
{
	link->on_message = sd_event_source_disable_unref(link->on_message);
	if (link->fd >= 0)
		close(link->fd);
	link->fd = -1;
	link->is_attached = false;
	link->told = -1;
}

static int send_with(int fd, json_object *json, int passed)
{
	char room[CMSG_SPACE(sizeof(int))] = { 0 };
	size_t length;
	char *text = (char *)json_object_to_json_string_length(json, JSON_C_TO_STRING_PLAIN,
								&length);
	struct iovec part = { text, length };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
	struct cmsghdr *header;

	if (passed >= 0) {
		message.msg_control = room;
		message.msg_controllen = sizeof(room);
		header = CMSG_FIRSTHDR(&message);
		header->cmsg_level = SOL_SOCKET;
		header->cmsg_type = SCM_RIGHTS;
		header->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(header), &passed, sizeof(int));
	}
	return sendmsg(fd, &message, MSG_NOSIGNAL) < 0 ? -errno : 0;
}

/* It has ended without a word, or says that it does not want us. */
static int take_end(struct devtask_x11_link *link, const struct devtask_error *error)
{
	bool has_refused = !link->is_attached && error->err != -EPIPE;

	hang_up(link);
	if (!has_refused)
		return start_waiting(link, TRY_USEC);
	link->events->on_refused(error, link->context);
	return 0;
}

static int on_message(sd_event_source *source, int fd, uint32_t revents, void *context)
{
	struct devtask_x11_link *link = context;
	struct devtask_error error;
	const char *session;
	json_object *json = devtask_client_receive(fd, &error);

	(void)source;
	(void)revents;
	if (!json)
		return take_end(link, &error);
	if (!link->is_attached) {
		session = devtask_message_string(json, "session");
		link->is_attached = true;
		link->events->on_attached(session ? session : "", link->context);
	}
	json_object_put(json);
	return 0;
}

/* Who could name another helper could only learn what the own display shows; still. */
static int dial(struct devtask_error *error)
{
	struct ucred who = { .uid = (uid_t)-1 };
	socklen_t size = sizeof(who);
	int fd = devtask_client_connect(error);

	if (fd < 0)
		return fd;
	if (!getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &size) && !who.uid)
		return fd;
	close(fd);
	return devtask_error_set(error, DEVTASK_EXIT_PERMISSION, -EPERM,
		DEVTASK_PATH_CONTROL " is not root's; it is no helper that can be trusted");
}

static int try_now(struct devtask_x11_link *link, struct devtask_error *error)
{
	json_object *json;
	int ret;

	link->fd = dial(error);
	if (link->fd < 0) {
		ret = link->fd;
		link->fd = -1;
		return ret;
	}
	json = devtask_message_request("foreground-attach");
	ret = send_with(link->fd, json, link->display);
	json_object_put(json);
	if (!ret)
		ret = sd_event_add_io(link->loop, &link->on_message, link->fd, EPOLLIN, on_message,
				      link);
	if (ret < 0) {
		hang_up(link);
		return devtask_error_set(error, DEVTASK_EXIT_UNAVAILABLE, ret,
					 "cannot talk to the helper: %s", strerror(-ret));
	}
	return 0;
}

static void stop_waiting(struct devtask_x11_link *link)
{
	link->on_folder = sd_event_source_disable_unref(link->on_folder);
	link->on_time = sd_event_source_disable_unref(link->on_time);
}

static int on_time(sd_event_source *source, uint64_t usec, void *context)
{
	struct devtask_x11_link *link = context;

	(void)usec;
	if (!try_now(link, NULL))
		stop_waiting(link);
	else if (++link->tries < TRIES_MAX &&
		 !sd_event_source_set_time_relative(source, TRY_USEC))
		return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
	return 0;
}

/* Something came in a folder on the way to the socket. The folder may itself be new. */
static int on_folder(sd_event_source *source, const struct inotify_event *event, void *context)
{
	struct devtask_x11_link *link = context;

	(void)source;
	(void)event;
	return start_waiting(link, 0);
}

/* The first try is after @usec. */
static int start_waiting(struct devtask_x11_link *link, uint64_t usec)
{
	const uint32_t mask = IN_CREATE | IN_MOVED_TO | IN_ATTRIB | IN_DELETE_SELF | IN_ONLYDIR;
	int ret;

	stop_waiting(link);
	link->tries = 0;
	ret = sd_event_add_inotify(link->loop, &link->on_folder, DEVTASK_PATH_RUN, mask, on_folder,
				   link);
	if (ret == -ENOENT)
		ret = sd_event_add_inotify(link->loop, &link->on_folder, RUN,
					   IN_CREATE | IN_MOVED_TO | IN_ONLYDIR, on_folder, link);
	if (ret >= 0)
		ret = sd_event_add_time_relative(link->loop, &link->on_time, CLOCK_MONOTONIC, usec, 0,
						 on_time, link);
	return ret < 0 ? ret : 0;
}

int devtask_x11_link_create(struct devtask_x11_link **link, sd_event *loop, int display,
			    const struct devtask_x11_link_events *events, void *context,
			    struct devtask_error *error)
{
	struct devtask_x11_link *self = calloc(1, sizeof(*self));
	int ret;

	if (!self)
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -ENOMEM, "out of memory");
	*self = (struct devtask_x11_link){ .loop = loop, .display = display, .events = events,
					   .context = context, .fd = -1, .told = -1 };
	if (try_now(self, error)) {
		fprintf(stderr, "devtask-x11: %s; waiting for it\n", error->text);
		ret = start_waiting(self, 0);
		if (ret) {
			devtask_x11_link_destroy(self);
			return devtask_error_set(error, DEVTASK_EXIT_FAILURE, ret,
				"cannot watch " DEVTASK_PATH_RUN ": %s", strerror(-ret));
		}
	}
	*link = self;
	return 0;
}

void devtask_x11_link_destroy(struct devtask_x11_link *link)
{
	if (!link)
		return;
	stop_waiting(link);
	hang_up(link);
	free(link);
}

void devtask_x11_link_tell(struct devtask_x11_link *link, pid_t pid)
{
	json_object *json;

	if (!link->is_attached || link->told == pid)
		return;
	json = devtask_message_request("foreground");
	json_object_object_add(json, "pid", json_object_new_int64(pid));
	/* That the helper has gone is heard when its end is read. */
	if (!send_with(link->fd, json, -1))
		link->told = pid;
	json_object_put(json);
}
