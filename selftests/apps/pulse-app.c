// SPDX-License-Identifier: GPL-2.0-only
/*
 * pulse-app STEP...: an app that takes one step after the other and says what it hears, a line each.
 * A step is NAME or NAME=VALUE; the table below has them. Ends with 0, with 1 if a step failed,
 * with 2 if it was denied.
 */
#include <devtask.h>
#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct app {
	char **rest;			/* the steps that are left */
	struct devtask_session *session;
	uint32_t registration;
	const char *device;
};

static void must(const char *what, int err)
{
	if (err >= 0)
		return;
	printf("%s failed: %s: %s\n", what, strerror(-err), devtask_sentence());
	exit(1);
}

static void must_call(const char *what, int result)
{
	if (result >= 0)
		return;
	printf("%s failed: %s\n", what, strerror(errno));
	exit(1);
}

static void say(const struct devtask_event *event)
{
	printf("%s", devtask_event_name(event->kind));
	if (event->kind == DEVTASK_SESSION_EVENT_VERDICT)
		printf(" %s", devtask_verdict_name(event->verdict));
	if (event->canceled)
		printf(" %s, %s", devtask_reason_name(event->reason),
		       devtask_detail_name(event->detail));
	if (event->kind == DEVTASK_SESSION_EVENT_CANCELED)
		printf(" %" PRIu64 " of %" PRIu64, event->measured, event->required);
	if (event->has_exit_status)
		printf(" status %#x", (unsigned int)event->exit_status);
	printf("%s%s\n", *event->text ? ": " : "", event->text);
}

static void take_device(struct app *app, char *value)
{
	app->device = value;
}

static void take_open(struct app *app, char *value)
{
	(void)value;
	must("open", devtask_session_open(&app->session));
}

static void take_register(struct app *app, char *value)
{
	must("register", devtask_session_register(app->session, value, "Pulse.Sync",
						  DEVTASK_TYPE_USE, &app->registration, NULL));
}

/* The value is what the entry point is to do. */
static void take_request(struct app *app, char *value)
{
	struct devtask_trigger *trigger;
	struct devtask_event *event;
	bool allowed;

	must("trigger", devtask_trigger_create(DEVTASK_TYPE_USE, app->device, &trigger));
	must("arguments", devtask_trigger_set_arguments(trigger, value));
	must("request", devtask_session_request_wait(app->session, app->registration, trigger, -1,
						     &event));
	devtask_trigger_destroy(trigger);
	say(event);
	allowed = event->verdict == DEVTASK_VERDICT_ALLOWED;
	devtask_event_free(event);
	if (!allowed)
		exit(2);
}

/* Up to and with the next one of this kind. */
static void take_hear(struct app *app, char *value)
{
	struct devtask_event *event;
	bool heard;

	do {
		must("hear", devtask_session_next(app->session, -1, &event));
		say(event);
		heard = !strcmp(devtask_event_name(event->kind), value);
		devtask_event_free(event);
	} while (!heard);
}

/* The end of its time on CLOCK_BOOTTIME, as this side knows it (RUN-10). */
static void take_status(struct app *app, char *value)
{
	struct devtask_status *status;
	struct timespec now;

	(void)value;
	must("status", devtask_session_status(app->session, app->registration, &status));
	clock_gettime(CLOCK_BOOTTIME, &now);
	printf("deadline %" PRIu64 " elapsed %" PRIu64 "\n", (uint64_t)now.tv_sec * 1000000000 +
	       (uint64_t)now.tv_nsec + status->remaining_ns, status->elapsed_ns);
	devtask_status_free(status);
}

static void take_cancel(struct app *app, char *value)
{
	(void)value;
	must("cancel", devtask_session_cancel(app->session, app->registration));
}

static void take_cancel_wait(struct app *app, char *value)
{
	struct devtask_event *event;

	(void)value;
	must("cancel-wait", devtask_session_cancel_wait(app->session, app->registration, -1,
							&event));
	printf("back ");
	say(event);
	devtask_event_free(event);
}

static void take_unregister(struct app *app, char *value)
{
	must("unregister", devtask_session_unregister(app->session, app->registration,
						      !strcmp(value, "cancel")));
}

/* Until somebody writes a line into this FIFO. */
static void take_go(struct app *app, char *value)
{
	FILE *file = fopen(value, "re");
	char line[16];

	(void)app;
	if (!file || !fgets(line, sizeof(line), file))
		must_call("go", -1);
	fclose(file);
}

/* A child that has what the app has, and outlives it. */
static void take_child(struct app *app, char *value)
{
	pid_t pid = fork();

	(void)app;
	(void)value;
	must_call("fork", pid);
	if (!pid) {
		fclose(stdout);
		close(STDERR_FILENO);
		for (;;)
			pause();
	}
	printf("child %d\n", pid);
}

static void is_door(char *path, int fd)
{
	char link[32];
	ssize_t length;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	length = readlink(link, path, 31);
	path[length > 0 ? length : 0] = '\0';
}

/* The program of the value goes on with the steps that are left; it inherits the session. */
static void take_bequeath(struct app *app, char *value)
{
	char path[32], number[12], **arguments;

	for (int fd = 3; fd < 64; fd++) {
		is_door(path, fd);
		if (strcmp(path, "/dev/devtask"))
			continue;
		snprintf(number, sizeof(number), "%d", dup(fd));
		arguments = app->rest - 2;
		arguments[0] = value;
		arguments[1] = number;
		execv(value, arguments);
	}
	must_call("bequeath", -1);
}

/* The program of the value goes on with the steps that are left. */
static void take_exec(struct app *app, char *value)
{
	app->rest[-1] = value;
	execv(value, app->rest - 1);
	must_call("exec", -1);
}

static void take_unshare(struct app *app, char *value)
{
	int flags = 0;

	(void)app;
	flags |= strstr(value, "user") ? CLONE_NEWUSER : 0;
	flags |= strstr(value, "mount") ? CLONE_NEWNS : 0;
	flags |= strstr(value, "net") ? CLONE_NEWNET : 0;
	must_call("unshare", unshare(flags));
}

static const struct step {
	const char *name;
	void (*take)(struct app *app, char *value);
} steps[] = {
	{ "device", take_device },
	{ "open", take_open },
	{ "register", take_register },
	{ "request", take_request },
	{ "hear", take_hear },
	{ "status", take_status },
	{ "cancel", take_cancel },
	{ "cancel-wait", take_cancel_wait },
	{ "unregister", take_unregister },
	{ "go", take_go },
	{ "child", take_child },
	{ "bequeath", take_bequeath },
	{ "exec", take_exec },
	{ "unshare", take_unshare },
};

static void take(struct app *app, char *name)
{
	char *value = strchrnul(name, '=');

	if (*value)
		*value++ = '\0';
	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		if (strcmp(steps[i].name, name))
			continue;
		steps[i].take(app, value);
		return;
	}
	printf("there is no step \"%s\"\n", name);
	exit(1);
}

int main(int argc, char **argv)
{
	struct app app = { .rest = argv + 1, .device = "hid:1209:0001" };

	(void)argc;
	setvbuf(stdout, NULL, _IOLBF, 0);
	while (*app.rest)
		take(&app, *app.rest++);
	return 0;
}
