// SPDX-License-Identifier: GPL-2.0-only
/* cmd_explain - would this app's request be allowed now, and if not, why? */
#include <errno.h>
#include <getopt.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "client.h"
#include "duration.h"
#include "message.h"
#include "output.h"
#include "table.h"
#include "verb.h"

struct wish {
	const char *type;
	const char *user;
	const char *pid;
	const char *estimate;
	bool json;
};

/* Returns -1 to go on, or the exit code. */
static int parse(int argc, char **argv, struct wish *wish)
{
	static const struct option list[] = {
		{ "type", required_argument, NULL, 't' },
		{ "user", required_argument, NULL, 'u' },
		{ "pid", required_argument, NULL, 'p' },
		{ "estimate", required_argument, NULL, 'e' },
		{ "json", no_argument, NULL, 'j' },
		{ 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, ":", list, NULL)) >= 0) {
		switch (option) {
		case 't':
			wish->type = optarg;
			break;
		case 'u':
			wish->user = optarg;
			break;
		case 'p':
			wish->pid = optarg;
			break;
		case 'e':
			wish->estimate = optarg;
			break;
		case 'j':
			wish->json = true;
			break;
		default:
			return devtask_verb_bad_option(&devtask_verb_explain, option, argv);
		}
	}
	if (argc - optind == 3)
		return -1;
	return devtask_verb_misused(&devtask_verb_explain,
				    "wants an app, an entry point and a device");
}

static int add_numbers(const struct wish *wish, struct json_object *request)
{
	uint64_t estimate_ns;
	char *end;
	long pid;

	if (wish->pid) {
		errno = 0;
		pid = strtol(wish->pid, &end, 10);
		if (errno || *end || pid <= 0)
			return devtask_verb_misused(&devtask_verb_explain,
						    "\"%s\" is no process", wish->pid);
		json_object_object_add(request, "pid", json_object_new_int64(pid));
	}
	if (wish->estimate) {
		if (devtask_duration_parse(wish->estimate, &estimate_ns))
			return devtask_verb_misused(&devtask_verb_explain,
				"\"%s\" is no duration such as 24min", wish->estimate);
		json_object_object_add(request, "estimate_ns",
				       json_object_new_uint64(estimate_ns));
	}
	if (wish->user) {
		const struct passwd *entry = getpwnam(wish->user);

		if (!entry)
			return devtask_verb_misused(&devtask_verb_explain,
						    "there is no user \"%s\"", wish->user);
		json_object_object_add(request, "uid", json_object_new_int64(entry->pw_uid));
	}
	return 0;
}

static const char *text_of(struct json_object *object, const char *key)
{
	struct json_object *member;

	return json_object_object_get_ex(object, key, &member) ? json_object_get_string(member) : "";
}

static bool truth_of(struct json_object *object, const char *key)
{
	struct json_object *member;

	return json_object_object_get_ex(object, key, &member) && json_object_get_boolean(member);
}

static void print_human(struct json_object *answer, const struct wish *wish)
{
	static const struct devtask_column columns[] = { { "CHECK", 'l' }, { "RESULT", 'l' } };
	struct devtask_table *table = devtask_table_create(columns, 2);
	struct json_object *checks;

	if (json_object_object_get_ex(answer, "checks", &checks)) {
		for (size_t i = 0; i < json_object_array_length(checks); i++) {
			struct json_object *one = json_object_array_get_idx(checks, i);

			devtask_table_add(table, text_of(one, "check"));
			devtask_table_add(table, truth_of(one, "passed") ? "passed" : "FAILED");
		}
	}
	devtask_table_print(table);
	printf("\n%s", text_of(answer, "verdict"));
	if (*text_of(answer, "sentence"))
		printf(": %s", text_of(answer, "sentence"));
	else if (truth_of(answer, "would_ask"))
		printf(", after the user was asked");
	puts("");
	if (!wish->pid)
		puts("Foreground and life of the app were not looked at; name it with --pid.");
}

static int exit_code(struct json_object *answer)
{
	static const enum devtask_exit codes[] = {
		[DEVTASK_VERDICT_ALLOWED] = DEVTASK_EXIT_OK,
		[DEVTASK_VERDICT_DENIED_BY_USER] = DEVTASK_EXIT_DENIED_BY_USER,
		[DEVTASK_VERDICT_DENIED_BY_SYSTEM] = DEVTASK_EXIT_DENIED_BY_SYSTEM,
		[DEVTASK_VERDICT_LOW_BATTERY] = DEVTASK_EXIT_LOW_BATTERY,
	};
	uint32_t verdict;

	if (devtask_value_of(&devtask_verdict_names, text_of(answer, "verdict"), &verdict))
		return DEVTASK_EXIT_FAILURE;
	return codes[verdict];
}

static int cmd_explain(int argc, char **argv)
{
	struct wish wish = { .type = "use" };
	struct json_object *request, *answer;
	struct devtask_error error;
	int ret = parse(argc, argv, &wish);

	if (ret >= 0)
		return ret;
	request = devtask_message_request("explain");
	json_object_object_add(request, "type", json_object_new_string(wish.type));
	json_object_object_add(request, "app", json_object_new_string(argv[optind]));
	json_object_object_add(request, "entry_point", json_object_new_string(argv[optind + 1]));
	json_object_object_add(request, "device", json_object_new_string(argv[optind + 2]));
	ret = add_numbers(&wish, request);
	if (ret) {
		json_object_put(request);
		return ret;
	}
	answer = devtask_client_ask(request, &error);
	if (!answer)
		return devtask_output_error(&error);
	ret = exit_code(answer);
	if (wish.json)
		devtask_output_json(stdout, json_object_get(answer));
	else
		print_human(answer, &wish);
	json_object_put(answer);
	return ret;
}

const struct devtask_verb devtask_verb_explain = {
	.name = "explain",
	.arguments = "[OPTION]... APP ENTRY-POINT DEVICE",
	.summary = "Say whether an app's request would be allowed now, and why not",
	.help =
	"Runs the checks of a request in their order. Nothing is started and nobody is asked.\n\n"
	"      --type=TYPE      use (default) or servicing\n"
	"      --pid=PID        the running app; without it foreground is not looked at\n"
	"      --estimate=TIME  how long the task is expected to take, such as 24min\n"
	"      --user=USER      another user's app (root only)\n"
	"      --json           one object\n\n"
	"Exit status: 0 allowed, 121 denied by the system, 122 by the user, 123 low battery.\n",
	.run = cmd_explain,
};
