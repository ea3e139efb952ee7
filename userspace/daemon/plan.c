// SPDX-License-Identifier: GPL-2.0-only
/* plan - see plan.h. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conf.h"
#include "guid.h"
#include "plan.h"
#include "proto.h"

static int append(char *list, size_t size, char separator, const char *word)
{
	size_t used = strlen(list);
	int length = snprintf(list + used, size - used, "%.1s%s",
			      used ? (char[]){ separator, '\0' } : "", word);

	return length < 0 || (size_t)length >= size - used ? -E2BIG : 0;
}

/* A colon separates the names in LISTEN_FDNAMES. */
static int name_descriptor(struct devtask_plan *plan, const struct devtask_device *device)
{
	char name[sizeof(device->hardware_id)];

	memcpy(name, device->hardware_id, sizeof(name));
	for (char *p = name; *p; p++)
		if (*p == ':')
			*p = '-';
	return append(plan->descriptor_names, sizeof(plan->descriptor_names), ':', name);
}

static int add_device(struct devtask_plan *plan, const char *text, struct devtask_error *error)
{
	struct devtask_device *device = &plan->devices[plan->device_count];
	int ret = devtask_device_find(text, device, error);

	if (ret)
		return ret;
	for (int i = 0; i < plan->device_count; i++)
		if (plan->devices[i].number == device->number)
			return devtask_error_set(error, DEVTASK_EXIT_USAGE, -EEXIST,
				"%s and %s are the same device; name it once",
				plan->request.devices[i], text);
	if (append(plan->device_names, sizeof(plan->device_names), ' ', text) ||
	    name_descriptor(plan, device))
		return devtask_error_set(error, DEVTASK_EXIT_USAGE, -E2BIG,
			"the names of the devices are longer than %zu bytes in all; use usb:BUS-PORT",
			sizeof(plan->device_names) - 1);
	plan->guards[plan->device_count].node = device->node;
	plan->device_count++;
	return 0;
}

static bool is_harmless(const struct devtask_plan *plan, const struct stat *st)
{
	if (S_ISREG(st->st_mode) || S_ISFIFO(st->st_mode) || S_ISSOCK(st->st_mode))
		return true;
	if (!S_ISCHR(st->st_mode))
		return false;
	for (int i = 0; i < plan->device_count; i++)
		if (st->st_rdev == plan->devices[i].number)
			return false;
	return !devtask_device_is_claimable(st->st_rdev);
}

/*
 * The caller's own descriptors become the task's: none may be a way past a guard, to a disk,
 * or a directory from which the host's mounts can be reached.
 */
static int check_stdio(const struct devtask_plan *plan, struct devtask_error *error)
{
	static const char *const names[] = { "input", "output", "error" };
	struct stat st;

	for (int i = 0; i < 3; i++) {
		if (fstat(plan->stdio[i], &st))
			return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -errno,
				"standard %s is missing; connect it, /dev/null will do", names[i]);
		if (!is_harmless(plan, &st))
			return devtask_error_set(error, DEVTASK_EXIT_USAGE, -EINVAL,
				"standard %s is a device or directory that a task must not reach; "
				"redirect it to a file, a pipe or /dev/null", names[i]);
	}
	return 0;
}

static int find_user(struct devtask_plan *plan, uid_t sender, struct devtask_error *error)
{
	char number[16];

	snprintf(number, sizeof(number), "%u", sender);
	return devtask_user_find(plan->request.user ? plan->request.user : number,
				 &plan->launch.user, error);
}

static void fill_launch(struct devtask_plan *plan, uid_t sender)
{
	struct devtask_launch *launch = &plan->launch;
	struct devtask_environ_facts *facts = &launch->facts;

	launch->program = plan->request.program;
	launch->argv = plan->request.argv;
	launch->environ = plan->request.environ;
	launch->directory = plan->request.directory;
	launch->guards = plan->guards;
	launch->guard_count = plan->device_count;
	memcpy(launch->stdio, plan->stdio, sizeof(launch->stdio));

	facts->trigger = plan->trigger;
	facts->device = plan->device_names;
	facts->type = devtask_name_of(&devtask_type_names, plan->request.type);
	facts->arguments = plan->request.arguments;
	facts->descriptor_names = plan->descriptor_names;
	facts->descriptors = plan->device_count;
	if (launch->user.uid == sender)
		return;
	facts->user = launch->user.name;
	facts->home = launch->user.home;
	facts->shell = launch->user.shell;
}

int devtask_plan_make(struct devtask_plan *plan, uid_t sender, struct devtask_error *error)
{
	int ret = 0;

	/* All records of a request have one id; whoever made one finds the task by it. */
	if (*plan->origin.trigger)
		memcpy(plan->trigger, plan->origin.trigger, sizeof(plan->trigger));
	else if (*plan->request.trigger)
		memcpy(plan->trigger, plan->request.trigger, sizeof(plan->trigger));
	else
		ret = devtask_guid_make(plan->trigger);
	if (ret)
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, ret,
					 "cannot make a trigger id: %s", strerror(-ret));
	for (char **text = plan->request.devices; !ret && *text; text++)
		ret = add_device(plan, *text, error);
	/* The request has the very device that was checked; people know it by the app's name. */
	if (*plan->origin.device)
		memcpy(plan->device_names, plan->origin.device, sizeof(plan->device_names));
	if (!ret)
		ret = find_user(plan, sender, error);
	if (!ret)
		ret = check_stdio(plan, error);
	if (!ret)
		fill_launch(plan, sender);
	return ret;
}

/* RUN-10: what the request says, else what the administrator has set. */
static void describe_limits(const struct devtask_run_request *request,
			    const struct devtask_settings *settings, struct devtask_task *task)
{
	task->deadline_ns = request->has_deadline ? request->deadline_ns :
			    settings->deadline_ns[request->type];
	devtask_set(task, DEVTASK_A_TASK_DEADLINE_NS);
	task->io_interval_ns = request->has_io_interval ? request->io_interval_ns :
			       settings->io_interval_ns[request->type];
	devtask_set(task, DEVTASK_A_TASK_IO_INTERVAL_NS);
	task->grace_ns = settings->grace_ns;
	devtask_set(task, DEVTASK_A_TASK_GRACE_NS);
	if (!settings->developer_mode)
		return;
	task->report_only = 1;
	devtask_set(task, DEVTASK_A_TASK_REPORT_ONLY);
}

static void describe_origin(const struct devtask_origin *origin, struct devtask_task *task)
{
	if (*origin->app) {
		snprintf(task->app, sizeof(task->app), "%s", origin->app);
		devtask_set(task, DEVTASK_A_TASK_APP);
	}
	if (origin->ask_id) {
		task->ask_id = origin->ask_id;
		devtask_set(task, DEVTASK_A_TASK_ASK_ID);
	}
}

void devtask_plan_describe(const struct devtask_plan *plan, const struct devtask_settings *settings,
			   struct devtask_task *task)
{
	const struct devtask_run_request *request = &plan->request;

	task->type = request->type;
	devtask_set(task, DEVTASK_A_TASK_TYPE);
	snprintf(task->trigger, sizeof(task->trigger), "%s", plan->trigger);
	devtask_set(task, DEVTASK_A_TASK_TRIGGER);
	snprintf(task->program, sizeof(task->program), "%s", request->program);
	devtask_set(task, DEVTASK_A_TASK_PROGRAM);
	snprintf(task->device, sizeof(task->device), "%s", plan->device_names);
	devtask_set(task, DEVTASK_A_TASK_DEVICE);
	task->uid = plan->launch.user.uid;
	devtask_set(task, DEVTASK_A_TASK_UID);
	if (request->arguments) {
		snprintf(task->arguments, sizeof(task->arguments), "%s", request->arguments);
		devtask_set(task, DEVTASK_A_TASK_ARGUMENTS);
	}
	describe_limits(request, settings, task);
	describe_origin(&plan->origin, task);
}

void devtask_plan_clear(struct devtask_plan *plan)
{
	devtask_run_request_clear(&plan->request);
	for (int i = 0; i < 3; i++) {
		if (plan->stdio[i] >= 0)
			close(plan->stdio[i]);
		plan->stdio[i] = -1;
	}
}
