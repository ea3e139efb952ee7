// SPDX-License-Identifier: GPL-2.0-only
/* police_verbs - see police_verbs.h. */
#include <errno.h>

#include <json-c/json.h>

#include "call.h"
#include "cpufloor.h"
#include "police.h"
#include "police_verbs.h"

static struct json_object *describe(const struct devtask_cpufloor_finding *finding,
				    enum devtask_session_lock lock)
{
	static const char *const modes[] = {
		[DEVTASK_FLOOR_MODE_CANCEL] = "cancel",
		[DEVTASK_FLOOR_MODE_REPORT] = "report",
		[DEVTASK_FLOOR_MODE_OFF] = "off",
	};
	static const char *const locks[] = {
		[DEVTASK_SESSION_LOCK_UNKNOWN] = "unknown",
		[DEVTASK_SESSION_LOCK_OPEN] = "open",
		[DEVTASK_SESSION_LOCK_LOCKED] = "locked",
	};
	struct json_object *answer = json_object_new_object();

	json_object_object_add(answer, "mode", json_object_new_string(modes[finding->mode]));
	json_object_object_add(answer, "screen", json_object_new_string(locks[lock]));
	json_object_object_add(answer, "cycles", json_object_new_uint64(finding->cycles));
	json_object_object_add(answer, "required_cycles",
			       json_object_new_uint64(finding->required_cycles));
	json_object_object_add(answer, "window_ns", json_object_new_uint64(finding->window_ns));
	json_object_object_add(answer, "required_window_ns",
			       json_object_new_uint64(finding->required_window_ns));
	return answer;
}

static int look(struct devtask_call *call, struct json_object *request,
		struct devtask_police *police, struct devtask_cpufloor_finding *finding,
		enum devtask_session_lock *lock, struct devtask_error *error)
{
	struct json_object *member;
	uid_t asker = devtask_call_sender(call)->uid, owner;
	int64_t task = 0;

	if (json_object_object_get_ex(request, "task", &member) &&
	    json_object_is_type(member, json_type_int))
		task = json_object_get_int64(member);
	if (task <= 0 || task > UINT32_MAX)
		return devtask_error_set(error, DEVTASK_EXIT_USAGE, -EBADMSG,
					 "\"task\" must be the number of a task");
	/* Whose it is not need not know that it is there. */
	if (devtask_police_look(police, (uint32_t)task, &owner, finding, lock) ||
	    (asker && asker != owner))
		return devtask_error_set(error, DEVTASK_EXIT_NOT_THERE, -ENOENT,
			"no task %u of yours runs; see: devtaskctl list", (unsigned int)task);
	return 0;
}

static void show(struct devtask_call *call, struct json_object *request, void *context)
{
	struct devtask_cpufloor_finding finding;
	enum devtask_session_lock lock;
	struct devtask_error error;

	if (look(call, request, context, &finding, &lock, &error))
		devtask_call_refuse(call, &error);
	else
		devtask_call_answer(call, describe(&finding, lock));
}

const struct devtask_control_verb devtask_police_verbs[] = {
	{ .name = "cpu-floor", .who = DEVTASK_CONTROL_OWNER, .handler = show },
	{ 0 },
};
