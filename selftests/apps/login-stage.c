// SPDX-License-Identifier: GPL-2.0-only
/*
 * login-stage UID: plays logind with one login session of that user on seat0, on the system bus. Takes
 * "lock", "unlock" and "leave" on standard input; says "ready", and "told" whenever somebody has
 * been told how the session is. It speaks the part of logind's interface that devtaskd uses.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <systemd/sd-bus.h>

#define LOGIND		"org.freedesktop.login1"
#define LOGIND_PATH	"/org/freedesktop/login1"
#define SESSION_PATH	LOGIND_PATH "/session/_31"

static struct {
	sd_bus *bus;
	uid_t uid;
	bool locked;
	bool gone;
} stage;

static void must(const char *what, int ret)
{
	if (ret >= 0)
		return;
	fprintf(stderr, "login-stage: %s: %s\n", what, strerror(-ret));
	exit(1);
}

static int list(sd_bus_message *call, void *context, sd_bus_error *error)
{
	sd_bus_message *reply;
	int ret;

	(void)context;
	(void)error;
	if (!sd_bus_message_is_method_call(call, LOGIND ".Manager", "ListSessions"))
		return 0;
	must("reply", sd_bus_message_new_method_return(call, &reply));
	must("list", sd_bus_message_open_container(reply, 'a', "(susso)"));
	if (!stage.gone)
		must("session", sd_bus_message_append(reply, "(susso)", "1", stage.uid, "user",
						      "seat0", SESSION_PATH));
	must("list", sd_bus_message_close_container(reply));
	ret = sd_bus_send(NULL, reply, NULL);
	sd_bus_message_unref(reply);
	return ret < 0 ? ret : 1;
}

static int describe(sd_bus_message *call, void *context, sd_bus_error *error)
{
	int ret;

	(void)context;
	(void)error;
	if (!sd_bus_message_is_method_call(call, "org.freedesktop.DBus.Properties", "GetAll"))
		return 0;
	ret = sd_bus_reply_method_return(call, "a{sv}", 3, "Class", "s", "user", "LockedHint", "b",
					 stage.locked, "State", "s", "active");
	puts("told");
	return ret;
}

static void lock(bool locked)
{
	stage.locked = locked;
	must("signal", sd_bus_emit_signal(stage.bus, SESSION_PATH,
		"org.freedesktop.DBus.Properties", "PropertiesChanged", "sa{sv}as",
		LOGIND ".Session", 0, 1, "LockedHint"));
}

static void leave(void)
{
	stage.gone = true;
	must("signal", sd_bus_emit_signal(stage.bus, LOGIND_PATH, LOGIND ".Manager",
					  "SessionRemoved", "so", "1", SESSION_PATH));
}

static int obey(sd_event_source *source, int fd, uint32_t events, void *context)
{
	char line[64];
	ssize_t length = read(fd, line, sizeof(line) - 1);

	(void)source;
	(void)events;
	(void)context;
	line[length > 0 ? length : 0] = '\0';
	if (!strcmp(line, "lock\n") || !strcmp(line, "unlock\n"))
		lock(*line == 'l');
	else if (!strcmp(line, "leave\n"))
		leave();
	else
		exit(*line != '\0');
	return 0;
}

int main(int argc, char **argv)
{
	sd_event *loop;

	if (argc != 2) {
		fprintf(stderr, "usage: login-stage UID\n");
		return 1;
	}
	stage.uid = (uid_t)strtoul(argv[1], NULL, 10);
	setvbuf(stdout, NULL, _IOLBF, 0);
	must("loop", sd_event_new(&loop));
	must("bus", sd_bus_open_system(&stage.bus));
	must("manager", sd_bus_add_object(stage.bus, NULL, LOGIND_PATH, list, NULL));
	must("session", sd_bus_add_object(stage.bus, NULL, SESSION_PATH, describe, NULL));
	must("name", sd_bus_request_name(stage.bus, LOGIND, 0));
	must("bus", sd_bus_attach_event(stage.bus, loop, 0));
	must("input", sd_event_add_io(loop, NULL, STDIN_FILENO, EPOLLIN, obey, NULL));
	puts("ready");
	return sd_event_loop(loop) < 0;
}
