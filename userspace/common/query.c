// SPDX-License-Identifier: GPL-2.0-only
/* query - see query.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "genl.h"
#include "query.h"

struct list {
	const struct devtask_shape *shape;
	char *objects;
	int count;
};

static int take_one(const struct nlattr *attributes, int length, void *context)
{
	struct list *list = context;
	char *grown = reallocarray(list->objects, (size_t)list->count + 1, list->shape->size);
	int ret;

	if (!grown)
		return -ENOMEM;
	list->objects = grown;
	ret = devtask_proto_unpack(list->shape, grown + (size_t)list->count * list->shape->size,
				   attributes, length);
	if (!ret)
		list->count++;
	return ret;
}

static int fetch(struct devtask_genl *genl, int command, bool dump, const void *request,
		 struct list *list, struct devtask_error *error)
{
	int ret = devtask_genl_call(genl, command, dump, list->shape, request, take_one, list,
				    error);

	if (!ret)
		return list->count;
	free(list->objects);
	list->objects = NULL;
	return ret;
}

int devtask_query_info(struct devtask_genl *genl, struct devtask_info *info,
		       struct devtask_error *error)
{
	struct list list = { .shape = &devtask_info_shape };
	int ret = fetch(genl, DEVTASK_CMD_INFO_GET, false, NULL, &list, error);

	if (ret > 0)
		memcpy(info, list.objects, sizeof(*info));
	free(list.objects);
	if (!ret)
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -EBADMSG,
					 "the module says nothing about itself");
	return ret < 0 ? ret : 0;
}

int devtask_query_tasks(struct devtask_genl *genl, struct devtask_task **tasks,
			struct devtask_error *error)
{
	struct list list = { .shape = &devtask_task_shape };
	int ret = fetch(genl, DEVTASK_CMD_TASK_GET, true, NULL, &list, error);

	*tasks = (struct devtask_task *)(void *)list.objects;
	return ret;
}

int devtask_query_claims(struct devtask_genl *genl, struct devtask_claim **claims,
			 struct devtask_error *error)
{
	struct list list = { .shape = &devtask_claim_shape };
	int ret = fetch(genl, DEVTASK_CMD_CLAIM_GET, true, NULL, &list, error);

	*claims = (struct devtask_claim *)(void *)list.objects;
	return ret;
}

int devtask_query_task(struct devtask_genl *genl, const char *text, struct devtask_task *task,
		       struct devtask_error *error)
{
	struct devtask_task *tasks;
	unsigned long number;
	bool found = false;
	char *end;
	int count;

	number = strtoul(text, &end, 10);
	if (*end || end == text || number > UINT32_MAX)
		number = 0;
	count = devtask_query_tasks(genl, &tasks, error);
	if (count < 0)
		return count;
	for (int i = 0; i < count && !found; i++) {
		found = number ? tasks[i].id == number : !strcasecmp(tasks[i].trigger, text);
		if (found)
			*task = tasks[i];
	}
	free(tasks);
	if (found)
		return 0;
	return devtask_error_set(error, DEVTASK_EXIT_NOT_THERE, -ENOENT,
		"there is no task \"%.64s\"; devtaskctl list shows the tasks there are, "
		"devtaskctl events those that have ended", text);
}

int devtask_query_cancel(struct devtask_genl *genl, uint32_t id, bool confirmed,
			 struct devtask_error *error)
{
	struct devtask_task *task = calloc(1, sizeof(*task));
	int ret;

	if (!task)
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -ENOMEM, "out of memory");
	task->id = id;
	devtask_set(task, DEVTASK_A_TASK_ID);
	task->confirmed = confirmed;
	if (confirmed)
		devtask_set(task, DEVTASK_A_TASK_CONFIRMED);
	ret = devtask_genl_call(genl, DEVTASK_CMD_TASK_CANCEL, false, &devtask_task_shape, task,
				NULL, NULL, error);
	free(task);
	return ret;
}
