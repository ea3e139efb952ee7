// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_status - one task and its claims, in full. All of it is the module's word; only for the
 * CPU floor the helper is asked, and only when that is wanted: a hung one keeps nobody waiting.
 */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "client.h"
#include "duration.h"
#include "genl.h"
#include "human.h"
#include "output.h"
#include "query.h"
#include "verb.h"

/* How the task stands with the CPU floor, to be put; NULL with an error. */
static json_object *ask_floor(const struct devtask_task *task, struct devtask_error *error)
{
	json_object *request = devtask_message_request("cpu-floor"), *answer;

	json_object_object_add(request, "task", json_object_new_int64(task->id));
	answer = devtask_client_ask(request, error);
	if (answer)
		json_object_object_del(answer, "ok");
	return answer;
}

static uint64_t number_of(json_object *floor, const char *key)
{
	return json_object_get_uint64(json_object_object_get(floor, key));
}

static void print_floor(json_object *floor)
{
	char used[32], required[32], window[32], whole[32];

	if (!strcmp(devtask_human_member(floor, "mode"), "off"))
		return;
	printf("  CPU       %s cycles in %s, %s are due every %s (screen %s)\n",
	       devtask_human_count(number_of(floor, "cycles"), used, sizeof(used)),
	       devtask_duration_format(number_of(floor, "window_ns"), window, sizeof(window)),
	       devtask_human_count(number_of(floor, "required_cycles"), required,
				   sizeof(required)),
	       devtask_duration_format(number_of(floor, "required_window_ns"), whole,
				       sizeof(whole)),
	       devtask_human_member(floor, "screen"));
}

/* Takes @floor, which may be NULL. */
static void print_json(const struct devtask_task *task, const struct devtask_claim *claims,
		       int count, json_object *floor)
{
	json_object *json = devtask_output_object(&devtask_task_shape, task);
	json_object *list = json_object_new_array();

	for (int i = 0; i < count; i++)
		if (claims[i].task_id == task->id)
			json_object_array_add(list, devtask_output_object(&devtask_claim_shape,
									  &claims[i]));
	json_object_object_add(json, "claims", list);
	if (floor)
		json_object_object_add(json, "cpu_floor", floor);
	devtask_output_json(stdout, json);
}

static void print_text(const struct devtask_task *task, const struct devtask_claim *claims,
		       int count, json_object *floor)
{
	devtask_output_task(task);
	if (floor)
		print_floor(floor);
	json_object_put(floor);
	for (int i = 0; i < count; i++)
		if (claims[i].task_id == task->id)
			devtask_output_claim(&claims[i]);
}

static int parse(int argc, char **argv, bool *json, bool *floor)
{
	static const struct option list[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "cpu-floor", no_argument, NULL, 'c' },
		{ 0 },
	};
	int option;

	*json = *floor = false;
	while ((option = getopt_long(argc, argv, ":", list, NULL)) >= 0) {
		if (option == 'j')
			*json = true;
		else if (option == 'c')
			*floor = true;
		else
			return devtask_verb_bad_option(&devtask_verb_status, option, argv);
	}
	if (argc - optind > 1)
		return devtask_verb_misused(&devtask_verb_status,
			"does not know what to do with \"%s\":", argv[optind + 1]);
	if (optind == argc)
		return devtask_verb_misused(&devtask_verb_status,
			"say which task: its number or its trigger");
	return 0;
}

static int cmd_status(int argc, char **argv)
{
	struct devtask_claim *claims = NULL;
	struct devtask_error error;
	struct devtask_task task;
	struct devtask_genl *genl;
	json_object *floor = NULL;
	bool json, wants_floor;
	int ret = parse(argc, argv, &json, &wants_floor);

	if (ret)
		return ret;
	ret = devtask_genl_connect(&genl, &error);
	if (ret)
		return devtask_output_error(&error);
	ret = devtask_query_task(genl, argv[optind], &task, &error);
	if (!ret)
		ret = devtask_query_claims(genl, &claims, &error);
	devtask_genl_close(genl);
	if (ret >= 0 && wants_floor) {
		floor = ask_floor(&task, &error);
		if (!floor)
			ret = error.err;
	}
	if (ret < 0)
		devtask_output_error(&error);
	else if (json)
		print_json(&task, claims, ret, floor);
	else
		print_text(&task, claims, ret, floor);
	free(claims);
	return ret < 0 ? error.exit : DEVTASK_EXIT_OK;
}

const struct devtask_verb devtask_verb_status = {
	.name = "status",
	.arguments = "TASK [--cpu-floor] [--json]",
	.summary = "Show one task in full: progress, limits, devices",
	.help =
	"TASK is the task's number or its trigger.\n\n"
	"      --cpu-floor  also how it stands with the CPU floor, and whether the screen of its\n"
	"                   user is locked: open, locked, or unknown without logind\n"
	"      --json       one object; its members \"claims\" and \"cpu_floor\" are an array and\n"
	"                   an object\n",
	.run = cmd_status,
};
