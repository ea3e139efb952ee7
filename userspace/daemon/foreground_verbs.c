// SPDX-License-Identifier: GPL-2.0-only
/* foreground_verbs - see foreground_verbs.h. */
#include <errno.h>
#include <string.h>

#include <json-c/json.h>

#include "call.h"
#include "foreground.h"
#include "foreground_verbs.h"
#include "log.h"

struct list {
	struct json_object *array;
	uid_t uid;
};

/* The member "pid" of @request: a process, or 0 if it is not there. */
static int read_pid(struct json_object *request, pid_t *pid, struct devtask_error *error)
{
	struct json_object *member;
	int64_t value = 0;

	if (json_object_object_get_ex(request, "pid", &member)) {
		value = json_object_is_type(member, json_type_int) ? json_object_get_int64(member) : 0;
		if (value <= 0 || value > INT32_MAX)
			return devtask_error_set(error, DEVTASK_EXIT_USAGE, -EBADMSG,
						 "\"pid\" must be the number of a process");
	}
	*pid = (pid_t)value;
	return 0;
}

static int explain(int ret, pid_t pid, uid_t uid, struct devtask_error *error)
{
	switch (ret) {
	case -ESRCH:
		return devtask_error_set(error, DEVTASK_EXIT_NOT_THERE, ret,
					 "there is no process %d", pid);
	case -EPERM:
		return devtask_error_set(error, DEVTASK_EXIT_USAGE, ret,
			"process %d does not run as user %u; name its user", pid, uid);
	case -EMFILE:
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, ret,
			"too many foregrounds are set; clear those of users who have left");
	default:
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, ret,
					 "cannot watch process %d: %s", pid, strerror(-ret));
	}
}

static void set(struct devtask_call *call, struct json_object *request, void *context)
{
	struct devtask_error error;
	uid_t uid = 0;
	pid_t pid = 0;
	int ret = devtask_call_uid(call, &uid, &error);

	if (!ret)
		ret = read_pid(request, &pid, &error);
	if (!ret && !pid)
		ret = devtask_error_set(&error, DEVTASK_EXIT_USAGE, -EBADMSG,
					"\"pid\" must be the number of a process");
	if (!ret) {
		ret = devtask_foreground_set(context, uid, pid);
		if (ret)
			explain(ret, pid, uid, &error);
	}
	if (ret) {
		devtask_call_refuse(call, &error);
		return;
	}
	log_info("process %d of user %u is in the foreground, says pid %d", pid, uid,
		 devtask_call_sender(call)->pid);
	devtask_call_answer(call, NULL);
}

static void clear(struct devtask_call *call, struct json_object *request, void *context)
{
	struct devtask_error error;
	uid_t uid = 0;

	(void)request;
	if (devtask_call_uid(call, &uid, &error)) {
		devtask_call_refuse(call, &error);
		return;
	}
	if (!devtask_foreground_clear(context, uid)) {
		devtask_error_set(&error, DEVTASK_EXIT_NOT_THERE, -ENOENT,
				  "no foreground is set for user %u", uid);
		devtask_call_refuse(call, &error);
		return;
	}
	devtask_call_answer(call, NULL);
}

static void add_row(const char *provider, uid_t uid, pid_t pid, void *context)
{
	struct list *list = context;
	struct json_object *row;

	if (list->uid != uid)
		return;
	row = json_object_new_object();
	json_object_object_add(row, "provider", json_object_new_string(provider));
	json_object_object_add(row, "uid", json_object_new_int64(uid));
	json_object_object_add(row, "pid", json_object_new_int64(pid));
	json_object_array_add(list->array, row);
}

static struct json_object *judge(struct devtask_foreground *fg, pid_t pid, uid_t uid)
{
	struct json_object *judgement = json_object_new_object();
	struct devtask_foreground_why why;
	bool yes = devtask_foreground_has(fg, pid, uid, &why);

	json_object_object_add(judgement, "pid", json_object_new_int64(pid));
	json_object_object_add(judgement, "foreground", json_object_new_boolean(yes));
	json_object_object_add(judgement, "provider", json_object_new_string(why.provider));
	json_object_object_add(judgement, "measured", json_object_new_uint64(why.measured));
	json_object_object_add(judgement, "required", json_object_new_uint64(why.required));
	json_object_object_add(judgement, "sentence", json_object_new_string(why.sentence));
	return judgement;
}

/* What is known of a user; with "pid" also whether that process is in the foreground. */
static void show(struct devtask_call *call, struct json_object *request, void *context)
{
	struct devtask_foreground *fg = context;
	struct json_object *answer;
	struct devtask_error error;
	struct list list = { 0 };
	pid_t pid = 0;

	if (devtask_call_uid(call, &list.uid, &error) || read_pid(request, &pid, &error)) {
		devtask_call_refuse(call, &error);
		return;
	}
	answer = json_object_new_object();
	list.array = json_object_new_array();
	devtask_foreground_each(fg, add_row, &list);
	json_object_object_add(answer, "reports", list.array);
	if (pid)
		json_object_object_add(answer, "judgement", judge(fg, pid, list.uid));
	devtask_call_answer(call, answer);
}

const struct devtask_control_verb devtask_foreground_verbs[] = {
	{ .name = "foreground-set", .who = DEVTASK_CONTROL_ROOT, .handler = set },
	{ .name = "foreground-clear", .who = DEVTASK_CONTROL_ROOT, .handler = clear },
	{ .name = "foreground-show", .who = DEVTASK_CONTROL_OWNER, .handler = show },
	{ 0 },
};
