// SPDX-License-Identifier: GPL-2.0-only
/* control - see control.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <json-c/json.h>
#include <systemd/sd-daemon.h>

#include "control.h"
#include "log.h"
#include "message.h"
#include "numbers.h"

#define TABLES_MAX	16

struct table {
	const struct devtask_control_verb *verbs;
	void *context;
};

struct client {
	struct devtask_control *control;
	struct client *next;
	struct devtask_call *call;
	uid_t uid;
};

struct devtask_control {
	sd_event *loop;
	int fd;
	char path[108];
	bool passed;		/* by the service manager, who owns it */
	struct table tables[TABLES_MAX];
	int table_count;
	bool (*barred)(pid_t pid, void *context);
	void *barred_context;
	struct client *clients;
	sd_event_source *on_connect;
};

static const struct devtask_control_verb *find_verb(const struct devtask_control *control,
						    const char *name, void **context)
{
	for (int i = 0; i < control->table_count; i++) {
		const struct devtask_control_verb *verb = control->tables[i].verbs;

		for (; verb->name; verb++) {
			if (strcmp(verb->name, name))
				continue;
			*context = control->tables[i].context;
			return verb;
		}
	}
	return NULL;
}

static int check_sender(const struct devtask_control *control, const struct devtask_call *call,
			const struct devtask_control_verb *verb, struct devtask_error *error)
{
	const struct ucred *who = devtask_call_sender(call);

	if (control->barred && control->barred(who->pid, control->barred_context))
		return devtask_error_set(error, DEVTASK_EXIT_PERMISSION, -EPERM,
			"a task may ask the helper for nothing; ask from outside of it");
	switch (verb->who) {
	case DEVTASK_CONTROL_ROOT:
		if (who->uid)
			return devtask_error_set(error, DEVTASK_EXIT_PERMISSION, -EPERM,
				"only root may ask for \"%s\"; use sudo", verb->name);
		break;
	case DEVTASK_CONTROL_OWNER:
	case DEVTASK_CONTROL_ANYBODY:
		break;
	}
	return 0;
}

static int check_descriptors(const struct devtask_call *call,
			     const struct devtask_control_verb *verb, struct devtask_error *error)
{
	int count = devtask_call_descriptors(call);

	if (count == verb->descriptors)
		return 0;
	if (verb->descriptors == DEVTASK_CALL_FDS)
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -EBADMSG,
			"the request must bring standard input, output and error, not %d descriptors",
			count);
	return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -EBADMSG,
				 "\"%s\" takes %d descriptors, not %d", verb->name,
				 verb->descriptors, count);
}

static void on_request(struct devtask_call *call, json_object *request, void *context)
{
	struct client *client = context;
	const struct devtask_control_verb *verb;
	struct devtask_error error;
	const char *name;
	void *room;

	name = devtask_message_verb(request, &error);
	if (!name) {
		devtask_call_refuse(call, &error);
		return;
	}
	verb = find_verb(client->control, name, &room);
	if (!verb) {
		devtask_error_set(&error, DEVTASK_EXIT_FAILURE, -EOPNOTSUPP,
			"this helper has no verb \"%.64s\"; install helper and tool of one release",
			name);
		devtask_call_refuse(call, &error);
	} else if (check_sender(client->control, call, verb, &error) ||
		   check_descriptors(call, verb, &error)) {
		devtask_call_refuse(call, &error);
	} else {
		verb->handler(call, request, room);
	}
}

static void on_end(struct devtask_call *call, void *context)
{
	struct client *client = context;
	struct client **link = &client->control->clients;

	(void)call;
	while (*link != client)
		link = &(*link)->next;
	*link = client->next;
	free(client);
}

static const struct devtask_call_host host = { on_request, on_end };

/* Some places are root's alone, and one user cannot take all the others'. */
static bool has_room(const struct devtask_control *control, uid_t uid)
{
	unsigned int all = 0, own = 0;

	for (const struct client *client = control->clients; client; client = client->next) {
		all++;
		own += client->uid == uid;
	}
	if (!uid)
		return all < DEVTASK_CLIENTS_MAX;
	return own < DEVTASK_CLIENTS_PER_USER && all < DEVTASK_CLIENTS_MAX - DEVTASK_CLIENTS_ROOT;
}

static void turn_away(int fd)
{
	struct devtask_error error;
	json_object *json;
	const char *text;

	devtask_error_set(&error, DEVTASK_EXIT_UNAVAILABLE, -EUSERS,
			  "too many programs talk to the helper at once; try again later");
	json = devtask_message_refusal(&error);
	text = json_object_to_json_string_ext(json, JSON_C_TO_STRING_PLAIN);
	if (text)
		send(fd, text, strlen(text), MSG_NOSIGNAL | MSG_DONTWAIT);
	json_object_put(json);
	close(fd);
}

static int on_connect(sd_event_source *source, int fd, uint32_t revents, void *context)
{
	struct devtask_control *control = context;
	int accepted = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	struct ucred who = { .uid = (uid_t)-1 };
	socklen_t size = sizeof(who);
	struct client *client;

	(void)source;
	(void)revents;
	if (accepted < 0)
		return 0;
	if (getsockopt(accepted, SOL_SOCKET, SO_PEERCRED, &who, &size) ||
	    !has_room(control, who.uid)) {
		turn_away(accepted);
		return 0;
	}
	client = calloc(1, sizeof(*client));
	if (!client) {
		close(accepted);
		return 0;
	}
	if (devtask_call_create(&client->call, control->loop, accepted, &host, client) < 0) {
		free(client);
		return 0;
	}
	client->control = control;
	client->uid = who.uid;
	client->next = control->clients;
	control->clients = client;
	return 0;
}

/* What the service manager listens on for us, or -1. */
static int passed_socket(const char *path)
{
	int count = sd_listen_fds(0);

	for (int fd = SD_LISTEN_FDS_START; fd < SD_LISTEN_FDS_START + count; fd++)
		if (sd_is_socket_unix(fd, SOCK_SEQPACKET, 1, path, 0) > 0)
			return fd;
	return -1;
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
	mask = umask(0111);
	ret = bind(fd, (struct sockaddr *)&address, sizeof(address));
	umask(mask);
	if (ret || listen(fd, 64)) {
		ret = -errno;
		close(fd);
		return ret;
	}
	return fd;
}

int devtask_control_create(struct devtask_control **control, sd_event *loop, const char *path,
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
	self->fd = passed_socket(path);
	self->passed = self->fd >= 0;
	if (!self->passed) {
		if (!strcmp(path, DEVTASK_PATH_CONTROL))
			mkdir(DEVTASK_PATH_RUN, 0755);
		self->fd = listen_at(path);
	}
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
		devtask_call_put_out(control->clients->call);
	sd_event_source_disable_unref(control->on_connect);
	if (control->fd >= 0) {
		if (!control->passed)
			unlink(control->path);
		close(control->fd);
	}
	sd_event_unref(control->loop);
	free(control);
}

int devtask_control_add(struct devtask_control *control, const struct devtask_control_verb *verbs,
			void *context)
{
	if (control->table_count == TABLES_MAX)
		return -ENOSPC;
	control->tables[control->table_count++] = (struct table){ verbs, context };
	return 0;
}

void devtask_control_bar(struct devtask_control *control,
			 bool (*barred)(pid_t pid, void *context), void *context)
{
	control->barred = barred;
	control->barred_context = context;
}
