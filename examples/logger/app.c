// SPDX-License-Identifier: GPL-2.0-only
/* logger-app FILE: has the data logger's records fetched into FILE, and says how it goes. */
#include <devtask.h>
#include <stdio.h>
#include <stdlib.h>

static void must(int err)
{
	if (err < 0) {
		fprintf(stderr, "logger-app: %s\n", devtask_sentence());
		exit(1);
	}
}

static void say(const struct devtask_event *event)
{
	printf("%s", devtask_event_name(event->kind));
	if (event->kind == DEVTASK_SESSION_EVENT_PROGRESS)
		printf(" %u %%", event->progress);
	if (event->kind == DEVTASK_SESSION_EVENT_VERDICT)
		printf(" %s", devtask_verdict_name(event->verdict));
	if (event->canceled)
		printf(" %s, %s", devtask_reason_name(event->reason),
		       devtask_detail_name(event->detail));
	printf("%s%s\n", *event->text ? ": " : "", event->text);
}

int main(int argc, char **argv)
{
	struct devtask_session *session;
	struct devtask_trigger *trigger;
	struct devtask_event *event;
	uint32_t registration;

	setvbuf(stdout, NULL, _IOLBF, 0);
	must(devtask_session_open(&session));
	must(devtask_session_register(session, "sync", "Logger.Sync", DEVTASK_TYPE_USE,
				      &registration, NULL));
	must(devtask_trigger_create(DEVTASK_TYPE_USE, "usb:1209:0001", &trigger));
	must(devtask_trigger_set_arguments(trigger, argc > 1 ? argv[1] : "/dev/null"));
	must(devtask_session_request_wait(session, registration, trigger, -1, &event));
	say(event);
	while (event->kind != DEVTASK_SESSION_EVENT_COMPLETED &&
	       event->verdict == DEVTASK_VERDICT_ALLOWED) {
		devtask_event_free(event);
		must(devtask_session_next(session, -1, &event));
		say(event);
	}
	return event->has_exit_status && event->exit_status == 0 ? 0 : 2;
}
