// SPDX-License-Identifier: GPL-2.0-only
/*
 * asker [--servicing] DEVICE [ARGUMENTS]: an app that asks for a sync with DEVICE, or its update, and
 * prints one line for each event until its task has ended or will not run: "verdict allowed",
 * "canceled logging-off user-logged-off" and the like. Exit status: 0 the task ended well, 2 it did
 * not, 1 no session.
 */
#include <devtask.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void must(const char *what, int err)
{
	if (err >= 0)
		return;
	printf("%s failed: %s\n", what, devtask_sentence());
	exit(1);
}

static void say(const struct devtask_event *event)
{
	printf("%s", devtask_event_name(event->kind));
	if (event->kind == DEVTASK_SESSION_EVENT_VERDICT)
		printf(" %s", devtask_verdict_name(event->verdict));
	for (uint32_t check = 0; check < 64; check++)
		if (event->reasons >> check & 1)
			printf(" %s", devtask_check_name(check));
	if (event->canceled)
		printf(" %s %s", devtask_reason_name(event->reason),
		       devtask_detail_name(event->detail));
	printf("%s%s\n", *event->text ? ": " : "", event->text);
}

int main(int argc, char **argv)
{
	struct devtask_session *session;
	struct devtask_trigger *trigger;
	struct devtask_event *event;
	uint32_t type = DEVTASK_TYPE_USE, registration;
	bool over;
	int status;

	if (argc > 1 && !strcmp(argv[1], "--servicing")) {
		type = DEVTASK_TYPE_SERVICING;
		argc--;
		argv++;
	}
	if (argc < 2) {
		fprintf(stderr, "usage: asker [--servicing] DEVICE [ARGUMENTS]\n");
		return 64;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	must("open", devtask_session_open(&session));
	must("register", devtask_session_register(session, "sync", "Sync", type, &registration,
						  NULL));
	must("trigger", devtask_trigger_create(type, argv[1], &trigger));
	must("trigger", devtask_trigger_set_arguments(trigger, argc > 2 ? argv[2] : ""));
	must("request", devtask_session_request(session, registration, trigger, NULL));
	puts("asked");
	do {
		must("wait", devtask_session_next(session, -1, &event));
		say(event);
		over = event->kind == DEVTASK_SESSION_EVENT_COMPLETED ||
		       (event->kind == DEVTASK_SESSION_EVENT_VERDICT &&
			event->verdict != DEVTASK_VERDICT_ALLOWED);
		status = over && event->has_exit_status && !event->exit_status ? 0 : 2;
		devtask_event_free(event);
	} while (!over);
	return status;
}
