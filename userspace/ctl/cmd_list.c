// SPDX-License-Identifier: GPL-2.0-only
/* cmd_list - the tasks that there are now. */
#include <getopt.h>
#include <stdlib.h>

#include <json-c/json.h>

#include "genl.h"
#include "output.h"
#include "query.h"
#include "simple.h"
#include "verb.h"

static void print_json(const struct devtask_task *tasks, int count)
{
	json_object *list = json_object_new_array();

	for (int i = 0; i < count; i++)
		json_object_array_add(list, devtask_output_object(&devtask_task_shape, &tasks[i]));
	devtask_output_json(stdout, list);
}

static int cmd_list(int argc, char **argv)
{
	struct devtask_task *tasks = NULL;
	struct devtask_error error;
	struct devtask_genl *genl;
	bool json;
	int count = devtask_simple_parse(&devtask_verb_list, argc, argv, 0, &json);

	if (count)
		return count;
	count = devtask_genl_connect(&genl, &error);
	if (count)
		return devtask_output_error(&error);
	count = devtask_query_tasks(genl, &tasks, &error);
	devtask_genl_close(genl);
	if (count < 0)
		return devtask_output_error(&error);
	if (json)
		print_json(tasks, count);
	else if (count)
		devtask_output_tasks(tasks, (size_t)count);
	else
		puts("no task");
	free(tasks);
	return DEVTASK_EXIT_OK;
}

const struct devtask_verb devtask_verb_list = {
	.name = "list",
	.arguments = "[--json]",
	.summary = "Show the tasks that there are now",
	.help = "      --json   one array of objects\n",
	.run = cmd_list,
};
