// SPDX-License-Identifier: GPL-2.0-only
/* explain - see explain.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <json-c/json.h>

#include "explain.h"
#include "inquiry.h"
#include "proto.h"
#include "registry.h"

#define OF_THE_PROCESS	(DEVTASK_ADMISSION_BIT(OWNER) | DEVTASK_ADMISSION_BIT(FOREGROUND))

/* A text of @request into @text; absent is "". */
static int read_text(struct json_object *request, const char *key, char *text, size_t size,
		     struct devtask_error *error)
{
	struct json_object *member;

	if (!json_object_object_get_ex(request, key, &member))
		return 0;
	if (!json_object_is_type(member, json_type_string) ||
	    (size_t)json_object_get_string_len(member) >= size ||
	    strlen(json_object_get_string(member)) != (size_t)json_object_get_string_len(member))
		return devtask_error_set(error, DEVTASK_EXIT_USAGE, -EBADMSG,
					 "\"%s\" must be a text of less than %zu bytes", key, size);
	memcpy(text, json_object_get_string(member), strlen(json_object_get_string(member)) + 1);
	return 0;
}

static int read_number(struct json_object *request, const char *key, int64_t *number,
		       struct devtask_error *error)
{
	struct json_object *member;

	if (!json_object_object_get_ex(request, key, &member))
		return 0;
	*number = json_object_get_int64(member);
	if (json_object_is_type(member, json_type_int) && *number >= 0)
		return 0;
	return devtask_error_set(error, DEVTASK_EXIT_USAGE, -EBADMSG,
				 "\"%s\" must be a number that is not negative", key);
}

static int read_type(struct json_object *request, uint32_t *type, struct devtask_error *error)
{
	char text[16] = "use";
	int ret = read_text(request, "type", text, sizeof(text), error);

	if (ret || !devtask_value_of(&devtask_type_names, text, type))
		return ret;
	return devtask_error_set(error, DEVTASK_EXIT_USAGE, -EINVAL,
				 "there is no type \"%s\"; it is use or servicing", text);
}

/* The running app as the module would see it. */
static int describe_process(struct devtask_ask *ask, pid_t pid, struct devtask_error *error)
{
	char path[64];
	ssize_t length;
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%d", pid);
	if (stat(path, &st))
		return devtask_error_set(error, DEVTASK_EXIT_NOT_THERE, -ESRCH,
					 "there is no process %d", pid);
	if (st.st_uid != ask->uid)
		return devtask_error_set(error, DEVTASK_EXIT_PERMISSION, -EPERM,
					 "process %d is not yours; use sudo with --user", pid);
	snprintf(path, sizeof(path), "/proc/%d/exe", pid);
	length = readlink(path, ask->executable, sizeof(ask->executable) - 1);
	if (length < 0 || stat(path, &st))
		return devtask_error_set(error, DEVTASK_EXIT_NOT_THERE, -ESRCH,
					 "process %d has no executable that can be seen", pid);
	ask->executable[length] = '\0';
	ask->executable_major = major(st.st_dev);
	ask->executable_minor = minor(st.st_dev);
	ask->executable_inode = st.st_ino;
	ask->pid = (uint32_t)pid;
	return 0;
}

/* The app as it is installed: its first executable. */
static int describe_app(struct devtask_ask *ask, const struct devtask_registry *registry,
			struct devtask_error *error)
{
	size_t count;
	const struct devtask_installed *apps = devtask_registry_apps(registry, &count);

	for (size_t i = 0; i < count; i++) {
		const struct devtask_program *program = apps[i].executables;

		if (strcmp(apps[i].app->name, ask->app))
			continue;
		if (!apps[i].app->application_count || !program->path)
			return devtask_error_set(error, DEVTASK_EXIT_NOT_THERE, -ENOENT,
				"the executable of %s is not installed; see: devtaskctl apps", ask->app);
		snprintf(ask->executable, sizeof(ask->executable), "%s", program->path);
		ask->executable_major = major(program->dev);
		ask->executable_minor = minor(program->dev);
		ask->executable_inode = program->inode;
		return 0;
	}
	return devtask_error_set(error, DEVTASK_EXIT_NOT_THERE, -ENOENT,
				 "there is no app \"%s\"; see: devtaskctl apps", ask->app);
}

static int read_request(struct devtask_call *call, struct json_object *request,
			const struct devtask_registry *registry, struct devtask_ask *ask,
			struct devtask_error *error)
{
	int64_t pid = 0, estimate = 0;
	uid_t uid = 0;
	int ret = devtask_call_uid(call, &uid, error);

	ask->uid = uid;
	ret = ret ?: read_text(request, "app", ask->app, sizeof(ask->app), error);
	ret = ret ?: read_text(request, "entry_point", ask->entry_point, sizeof(ask->entry_point),
			       error);
	ret = ret ?: read_text(request, "device", ask->device, sizeof(ask->device), error);
	ret = ret ?: read_type(request, &ask->type, error);
	ret = ret ?: read_number(request, "estimate_ns", &estimate, error);
	ret = ret ?: read_number(request, "pid", &pid, error);
	if (ret)
		return ret;
	ask->estimate_ns = (uint64_t)estimate;
	if (pid > INT32_MAX)
		return devtask_error_set(error, DEVTASK_EXIT_NOT_THERE, -ESRCH,
					 "there is no process %lld", (long long)pid);
	return pid ? describe_process(ask, (pid_t)pid, error) : describe_app(ask, registry, error);
}

/* Each check: "passed", "failed", or "not looked at" after an earlier failure. */
static struct json_object *list_checks(enum devtask_type type, uint64_t checks, uint64_t failed)
{
	uint64_t apply = devtask_admission_applies(type, checks);
	struct json_object *list = json_object_new_array();

	for (uint32_t check = 0; check <= DEVTASK_CHECK_MAX; check++) {
		struct json_object *one;

		if (!(apply >> check & 1))
			continue;
		one = json_object_new_object();
		json_object_object_add(one, "check", json_object_new_string(
				       devtask_name_of(&devtask_check_names, check)));
		json_object_object_add(one, "passed",
				       json_object_new_boolean(!(failed >> check & 1)));
		json_object_array_add(list, one);
	}
	return list;
}

static struct json_object *describe(const struct devtask_ask *ask, uint64_t checks,
				    const struct devtask_inquiry *inquiry,
				    const struct devtask_admission *admission)
{
	struct json_object *answer = json_object_new_object();
	bool asks = !admission->reasons && inquiry->facts.consent != DEVTASK_PERMISSION_YES;

	json_object_object_add(answer, "verdict", json_object_new_string(
			       devtask_name_of(&devtask_verdict_names, admission->verdict)));
	json_object_object_add(answer, "would_ask", json_object_new_boolean(asks));
	json_object_object_add(answer, "checks",
			       list_checks(ask->type, checks, admission->reasons));
	json_object_object_add(answer, "measured", json_object_new_uint64(admission->measured));
	json_object_object_add(answer, "required", json_object_new_uint64(admission->required));
	json_object_object_add(answer, "sentence", json_object_new_string(admission->sentence));
	return answer;
}

static void explain(struct devtask_call *call, struct json_object *request, void *context)
{
	uint64_t checks = DEVTASK_ADMISSION_SILENT;
	const struct devtask_sources *sources = context;
	struct devtask_inquiry *inquiry = calloc(1, sizeof(*inquiry));
	struct devtask_ask *ask = calloc(1, sizeof(*ask));
	struct devtask_admission admission;
	struct devtask_error error;
	int ret = -ENOMEM;

	devtask_error_set(&error, DEVTASK_EXIT_FAILURE, -ENOMEM, "out of memory");
	if (ask && inquiry)
		ret = read_request(call, request, sources->registry, ask, &error);
	if (!ret) {
		if (!ask->pid)
			checks &= ~OF_THE_PROCESS;
		devtask_inquiry_make(sources, ask, checks, inquiry);
		checks = devtask_admission_foresee(&inquiry->facts, checks, &admission);
		devtask_call_answer(call, describe(ask, checks, inquiry, &admission));
	} else {
		devtask_call_refuse(call, &error);
	}
	free(inquiry);
	free(ask);
}

const struct devtask_control_verb devtask_explain_verbs[] = {
	{ "explain", DEVTASK_CONTROL_OWNER, 0, explain },
	{ 0 },
};
