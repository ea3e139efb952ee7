// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * request - asking for a run and calling it off, with and without waiting. Must not know how
 * events come.
 */
#include <errno.h>
#include <string.h>

#include <linux/devtask_app.h>

#include "door.h"
#include "sentence.h"
#include "session.h"
#include "trigger.h"

static int refuse(int err, uint32_t registration)
{
	if (err == -ENOENT)
		return devtask_sentence_set(err, "there is no registration %u in this session",
					    registration);
	return devtask_sentence_of_errno(err, "devtask");
}

static int get_status(int door, uint32_t registration, struct devtask_app_status *status)
{
	*status = (struct devtask_app_status){
		.size = sizeof(*status),
		.registration = registration,
	};
	return devtask_door_call(door, DEVTASK_APP_STATUS, status);
}

static int check_trigger(int door, uint32_t registration, const struct devtask_trigger *trigger)
{
	struct devtask_app_status status;
	int err;

	if (!trigger)
		return devtask_sentence_set(-EINVAL, "there is no trigger (NULL)");
	err = get_status(door, registration, &status);
	if (err)
		return refuse(err, registration);
	if (status.type == (uint32_t)trigger->type)
		return 0;
	return devtask_sentence_set(-EINVAL, "the trigger is of type %s, the registration of type %s",
				    devtask_type_name(trigger->type),
				    devtask_type_name(status.type));
}

/* @flags: DEVTASK_APP_REQUEST_*. */
static int ask(struct devtask_session *session, uint32_t registration,
	       const struct devtask_trigger *trigger, uint32_t flags, uint64_t *request)
{
	struct devtask_app_request call = {
		.size = sizeof(call),
		.registration = registration,
		.flags = flags,
	};
	int door = devtask_session_door(session), err;

	if (door < 0)
		return door;
	err = check_trigger(door, registration, trigger);
	if (err)
		return err;
	call.device = (uintptr_t)trigger->device;
	call.device_size = (uint32_t)strlen(trigger->device);
	if (trigger->arguments) {
		call.arguments = (uintptr_t)trigger->arguments;
		call.arguments_size = (uint32_t)strlen(trigger->arguments);
	}
	call.estimate_ns = trigger->estimate_ns;
	err = devtask_door_call(door, DEVTASK_APP_REQUEST, &call);
	if (err)
		return refuse(err, registration);
	if (request)
		*request = call.request;
	return 0;
}

static bool is_verdict(const struct devtask_event *event)
{
	return event->kind == DEVTASK_SESSION_EVENT_VERDICT;
}

static int ask_and_wait(struct devtask_session *session, uint32_t registration,
			const struct devtask_trigger *trigger, uint32_t flags, int timeout_ms,
			struct devtask_event **verdict)
{
	struct devtask_wait wait = { .is_it = is_verdict };
	int err = devtask_session_enter(session);

	if (err)
		return err;
	/* Nobody can read the verdict before it is waited for. */
	err = ask(session, registration, trigger, flags, &wait.request);
	if (!err)
		err = devtask_session_await(session, &wait, timeout_ms);
	devtask_session_exit(session);
	if (!err)
		*verdict = wait.event;
	return err;
}

int devtask_session_request(struct devtask_session *session, uint32_t registration,
			    const struct devtask_trigger *trigger, uint64_t *request)
{
	return ask(session, registration, trigger, 0, request);
}

int devtask_session_request_wait(struct devtask_session *session, uint32_t registration,
				 const struct devtask_trigger *trigger, int timeout_ms,
				 struct devtask_event **verdict)
{
	return ask_and_wait(session, registration, trigger, 0, timeout_ms, verdict);
}

int devtask_session_explain(struct devtask_session *session, uint32_t registration,
			    const struct devtask_trigger *trigger, uint64_t *request)
{
	return ask(session, registration, trigger, DEVTASK_APP_REQUEST_EXPLAIN, request);
}

int devtask_session_explain_wait(struct devtask_session *session, uint32_t registration,
				 const struct devtask_trigger *trigger, int timeout_ms,
				 struct devtask_event **verdict)
{
	return ask_and_wait(session, registration, trigger, DEVTASK_APP_REQUEST_EXPLAIN, timeout_ms,
			    verdict);
}

static int cancel(int door, uint32_t registration)
{
	struct devtask_app_cancel call = {
		.size = sizeof(call),
		.registration = registration,
	};
	int err = devtask_door_call(door, DEVTASK_APP_CANCEL, &call);

	return err ? refuse(err, registration) : 0;
}

int devtask_session_cancel(struct devtask_session *session, uint32_t registration)
{
	int door = devtask_session_door(session);

	return door < 0 ? door : cancel(door, registration);
}

/* The last event of a request: of one that ran, or of one that did not. */
static bool is_last(const struct devtask_event *event)
{
	return event->kind == DEVTASK_SESSION_EVENT_COMPLETED ||
	       (event->kind == DEVTASK_SESSION_EVENT_VERDICT &&
		event->verdict != DEVTASK_VERDICT_ALLOWED);
}

int devtask_session_cancel_wait(struct devtask_session *session, uint32_t registration,
				int timeout_ms, struct devtask_event **completed)
{
	struct devtask_wait wait = { .is_it = is_last };
	int err = devtask_session_enter(session), door;
	struct devtask_app_status status;

	if (err)
		return err;
	door = devtask_session_door(session);
	err = get_status(door, registration, &status);
	if (err) {
		refuse(err, registration);
	} else {
		wait.request = status.request;
		err = cancel(door, registration);
	}
	if (!err || err == -EALREADY)
		err = devtask_session_await(session, &wait, timeout_ms);
	devtask_session_exit(session);
	if (!err)
		*completed = wait.event;
	return err;
}
