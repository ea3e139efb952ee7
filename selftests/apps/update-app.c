// SPDX-License-Identifier: GPL-2.0-only
/*
 * update-app DEVICE ARGUMENTS SECONDS: an app that has the firmware of DEVICE updated and says what it
 * hears, a line each. SECONDS is its estimate. Ends with 0 if the update did, with 2 if it failed or
 * will not be, with 1 if devtask is not there.
 */
#include <devtask.h>
#include <stdio.h>
#include <stdlib.h>

#define NSEC_PER_SEC	1000000000ull

static void must(int err)
{
	if (err >= 0)
		return;
	printf("failed: %s\n", devtask_sentence());
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
	if (event->has_exit_status)
		printf(" status %#x", (unsigned int)event->exit_status);
	printf("%s%s\n", *event->text ? ": " : "", event->text);
}

static bool is_over(const struct devtask_event *event)
{
	return event->kind == DEVTASK_SESSION_EVENT_COMPLETED ||
	       (event->kind == DEVTASK_SESSION_EVENT_VERDICT &&
		event->verdict != DEVTASK_VERDICT_ALLOWED);
}

int main(int argc, char **argv)
{
	struct devtask_session *session;
	struct devtask_trigger *trigger;
	struct devtask_event *event;
	uint32_t registration;

	if (argc != 4)
		return 64;
	setvbuf(stdout, NULL, _IOLBF, 0);
	must(devtask_session_open(&session));
	must(devtask_session_register(session, "update", "Firmware.Update", DEVTASK_TYPE_SERVICING,
				      &registration, NULL));
	must(devtask_trigger_create(DEVTASK_TYPE_SERVICING, argv[1], &trigger));
	must(devtask_trigger_set_arguments(trigger, argv[2]));
	devtask_trigger_set_estimate_ns(trigger, strtoull(argv[3], NULL, 10) * NSEC_PER_SEC);
	must(devtask_session_request(session, registration, trigger, NULL));
	devtask_trigger_destroy(trigger);
	for (;;) {
		must(devtask_session_next(session, -1, &event));
		say(event);
		if (is_over(event))
			break;
		devtask_event_free(event);
	}
	return event->has_exit_status && event->exit_status == 0 ? 0 : 2;
}
