// SPDX-License-Identifier: GPL-2.0-only
/* cmd_status - one task and its claims, in full. */
#include <getopt.h>
#include <stdlib.h>

#include <json-c/json.h>

#include "genl.h"
#include "output.h"
#include "query.h"
#include "simple.h"
#include "verb.h"

static void print_json(const struct devtask_task *task, const struct devtask_claim *claims,
		       int count)
{
	json_object *json = devtask_output_object(&devtask_task_shape, task);
	json_object *list = json_object_new_array();

	for (int i = 0; i < count; i++)
		if (claims[i].task_id == task->id)
			json_object_array_add(list, devtask_output_object(&devtask_claim_shape,
									  &claims[i]));
	json_object_object_add(json, "claims", list);
	devtask_output_json(stdout, json);
}

static void print_text(const struct devtask_task *task, const struct devtask_claim *claims,
		       int count)
{
	devtask_output_task(task);
	for (int i = 0; i < count; i++)
		if (claims[i].task_id == task->id)
			devtask_output_claim(&claims[i]);
}

static int cmd_status(int argc, char **argv)
{
	struct devtask_claim *claims = NULL;
	struct devtask_error error;
	struct devtask_task task;
	struct devtask_genl *genl;
	bool json;
	int ret = devtask_simple_parse(&devtask_verb_status, argc, argv, 1, &json);

	if (ret)
		return ret;
	ret = devtask_genl_connect(&genl, &error);
	if (ret)
		return devtask_output_error(&error);
	ret = devtask_query_task(genl, argv[optind], &task, &error);
	if (!ret)
		ret = devtask_query_claims(genl, &claims, &error);
	devtask_genl_close(genl);
	if (ret < 0)
		return devtask_output_error(&error);
	if (json)
		print_json(&task, claims, ret);
	else
		print_text(&task, claims, ret);
	free(claims);
	return DEVTASK_EXIT_OK;
}

const struct devtask_verb devtask_verb_status = {
	.name = "status",
	.arguments = "TASK [--json]",
	.summary = "Show one task in full: progress, limits, devices",
	.help =
	"TASK is the task's number or its trigger.\n\n"
	"      --json   one object; its member \"claims\" is an array\n",
	.run = cmd_status,
};
