// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * registration - an app's registrations: made, taken back, listed, and how they are now. Must not
 * know requests and events.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <linux/devtask_app.h>

#include "door.h"
#include "sentence.h"
#include "session.h"
#include "trigger.h"

_Static_assert((int)DEVTASK_SESSION_PHASE_IDLE == (int)DEVTASK_APP_PHASE_IDLE &&
	       (int)DEVTASK_SESSION_PHASE_WAITING == (int)DEVTASK_APP_PHASE_WAITING &&
	       (int)DEVTASK_SESSION_PHASE_RUNNING == (int)DEVTASK_APP_PHASE_RUNNING,
	       "the library tells the kernel's phases");

/* The status comes first: an app's pointer to it is the pointer to all of it. */
struct status {
	struct devtask_status status;
	char name[DEVTASK_APP_NAME_MAX + 1];
};

static int check_names(const char *name, const char *entry_point)
{
	int err = devtask_trigger_check_text("the name", name, 1, DEVTASK_APP_NAME_MAX);

	return err ? err : devtask_trigger_check_text("the entry point", entry_point, 1,
						      DEVTASK_APP_NAME_MAX);
}

/* The module has no names of conditions: it refuses any number of them. */
static int check_conditions(const char *const *conditions, uint32_t count)
{
	int err = 0;

	if (count && !conditions)
		return devtask_sentence_set(-EINVAL, "the list of conditions is missing");
	for (uint32_t i = 0; i < count && !err; i++)
		err = devtask_trigger_check_text("a condition", conditions[i], 1,
						 DEVTASK_APP_NAME_MAX);
	return err;
}

int devtask_session_register_with_conditions(struct devtask_session *session, const char *name,
					     const char *entry_point, enum devtask_type type,
					     const char *const *conditions, uint32_t count,
					     uint32_t *registration, uint64_t *reasons)
{
	/* No lock: this waits for the helper, and others need not. */
	int door = devtask_session_door(session), err = check_names(name, entry_point);
	struct devtask_app_register call = {
		.size = sizeof(call), .type = type, .conditions = count,
	};
	char *sentence;
	size_t size;

	if (reasons)
		*reasons = 0;
	if (door < 0)
		return door;
	if (!err)
		err = check_conditions(conditions, count);
	if (err)
		return err;
	sentence = devtask_sentence_buffer(&size);
	call.name = (uintptr_t)name;
	call.name_size = (uint32_t)strlen(name);
	call.entry_point = (uintptr_t)entry_point;
	call.entry_point_size = (uint32_t)strlen(entry_point);
	call.sentence = (uintptr_t)sentence;
	call.sentence_size = (uint32_t)size;
	err = devtask_door_call(door, DEVTASK_APP_REGISTER, &call);
	if (!err)
		*registration = call.registration;
	else if (reasons)
		*reasons = call.reasons;
	return err && !*sentence ? devtask_sentence_of_errno(err, name) : err;
}

int devtask_session_register(struct devtask_session *session, const char *name,
			     const char *entry_point, enum devtask_type type,
			     uint32_t *registration, uint64_t *reasons)
{
	return devtask_session_register_with_conditions(session, name, entry_point, type, NULL, 0,
							registration, reasons);
}

static int refuse(int err, uint32_t registration)
{
	if (err == -ENOENT)
		return devtask_sentence_set(err, "there is no registration %u in this session",
					    registration);
	return devtask_sentence_of_errno(err, "devtask");
}

int devtask_session_unregister(struct devtask_session *session, uint32_t registration, bool cancel)
{
	struct devtask_app_unregister call = {
		.size = sizeof(call),
		.registration = registration,
		.flags = cancel ? DEVTASK_APP_UNREGISTER_CANCEL : 0,
	};
	int err = devtask_session_door(session);

	if (err < 0)
		return err;
	err = devtask_door_call(err, DEVTASK_APP_UNREGISTER, &call);
	return err ? refuse(err, registration) : 0;
}

static void fill(struct status *own, const struct devtask_app_status *call)
{
	struct devtask_status *status = &own->status;

	status->registration = call->registration;
	status->type = call->type;
	status->phase = call->phase;
	status->state = call->state;
	status->progress = call->progress;
	status->request = call->request;
	status->elapsed_ns = call->elapsed_ns;
	status->remaining_ns = call->remaining_ns;
	status->since_io_ns = call->since_io_ns;
	status->io_interval_ns = call->io_interval_ns;
	status->ops = call->ops;
	status->bytes = call->bytes;
	status->seq = call->seq;
	status->name = own->name;
}

static int get_status(struct devtask_session *session, uint32_t registration, bool next,
		      struct devtask_status **status)
{
	struct devtask_app_status call = {
		.size = sizeof(call),
		.registration = registration,
		.next = next,
		.name_size = DEVTASK_APP_NAME_MAX,
	};
	int door = devtask_session_door(session), err;
	struct status *own;

	if (door < 0)
		return door;
	own = calloc(1, sizeof(*own));
	if (!own)
		return devtask_sentence_set(-ENOMEM, "no memory left");
	call.name = (uintptr_t)own->name;
	err = devtask_door_call(door, DEVTASK_APP_STATUS, &call);
	if (err) {
		free(own);
		return err == -ENOENT && next ?
		       devtask_sentence_set(err, "there are no more registrations") :
		       refuse(err, registration);
	}
	fill(own, &call);
	*status = &own->status;
	return 0;
}

int devtask_session_status(struct devtask_session *session, uint32_t registration,
			   struct devtask_status **status)
{
	return get_status(session, registration, false, status);
}

int devtask_session_status_next(struct devtask_session *session, uint32_t after,
				struct devtask_status **status)
{
	return get_status(session, after, true, status);
}

void devtask_status_free(struct devtask_status *status)
{
	free(status);
}
