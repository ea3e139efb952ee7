// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_foreground - say which program is before the user where no agent can (compositors,
 * administrators), and show what is known (INI-2).
 */
#include <errno.h>
#include <getopt.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <json-c/json.h>

#include "client.h"
#include "output.h"
#include "table.h"
#include "verb.h"

struct question {
	const char *action;
	int64_t pid;		/* 0 = none was given */
	const char *user;
	bool json;
};

static int read_operands(struct question *question, int argc, char **argv)
{
	char *end;

	if (optind == argc)
		return devtask_verb_misused(&devtask_verb_foreground, "say set, clear or show");
	question->action = argv[optind++];
	if (strcmp(question->action, "set") && strcmp(question->action, "clear") &&
	    strcmp(question->action, "show"))
		return devtask_verb_misused(&devtask_verb_foreground,
					    "does not know \"%s\"; say set, clear or show",
					    question->action);
	if (optind < argc && strcmp(question->action, "clear")) {
		question->pid = strtoll(argv[optind], &end, 10);
		if (*end || question->pid <= 0 || question->pid > INT32_MAX)
			return devtask_verb_misused(&devtask_verb_foreground,
						    "\"%s\" is no process number", argv[optind]);
		optind++;
	}
	if (optind < argc)
		return devtask_verb_misused(&devtask_verb_foreground,
					    "does not know what to do with \"%s\"", argv[optind]);
	if (!question->pid && !strcmp(question->action, "set"))
		return devtask_verb_misused(&devtask_verb_foreground, "say which process to set");
	return 0;
}

static int parse(int argc, char **argv, struct question *question)
{
	static const struct option list[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "user", required_argument, NULL, 'u' },
		{ 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, ":u:", list, NULL)) >= 0) {
		if (option == 'j')
			question->json = true;
		else if (option == 'u')
			question->user = optarg;
		else
			return devtask_verb_bad_option(&devtask_verb_foreground, option, argv);
	}
	return read_operands(question, argc, argv);
}

/* A name or a number; -1 with an error if it is neither. */
static int64_t look_up(const char *text, struct devtask_error *error)
{
	struct passwd *entry = getpwnam(text);
	char *end;
	long long number = strtoll(text, &end, 10);

	if (entry)
		return entry->pw_uid;
	if (*text && !*end && number >= 0 && number < UINT32_MAX)
		return number;
	return devtask_error_set(error, DEVTASK_EXIT_NOT_THERE, -1,
		"there is no user \"%.64s\"; name one that getent passwd knows", text);
}

/* --user, else the one whose process it is, else -1: the caller. Returns 0 or an error. */
static int find_user(const struct question *question, int64_t *uid, struct devtask_error *error)
{
	char path[64];
	struct stat st;

	*uid = -1;
	if (question->user) {
		*uid = look_up(question->user, error);
		return *uid < 0 ? -ENOENT : 0;
	}
	if (!question->pid)
		return 0;
	snprintf(path, sizeof(path), "/proc/%lld", (long long)question->pid);
	if (stat(path, &st))
		return devtask_error_set(error, DEVTASK_EXIT_NOT_THERE, -ESRCH,
					 "there is no process %lld", (long long)question->pid);
	*uid = st.st_uid;
	return 0;
}

static json_object *ask(const struct question *question, struct devtask_error *error)
{
	json_object *request;
	char verb[32];
	int64_t uid;

	if (find_user(question, &uid, error))
		return NULL;
	snprintf(verb, sizeof(verb), "foreground-%s", question->action);
	request = devtask_message_request(verb);
	if (uid >= 0)
		json_object_object_add(request, "uid", json_object_new_int64(uid));
	if (question->pid)
		json_object_object_add(request, "pid", json_object_new_int64(question->pid));
	return devtask_client_ask(request, error);
}

static const char *text_of(json_object *object, const char *name)
{
	return json_object_get_string(json_object_object_get(object, name));
}

static void print_reports(json_object *reports)
{
	static const struct devtask_column columns[] = {
		{ "USER", 'r' }, { "PROCESS", 'r' }, { "PROVIDER", 'l' },
	};
	size_t count = json_object_array_length(reports);
	struct devtask_table *table;

	if (!count) {
		puts("nobody has reported a foreground; terminals are looked at when an app asks");
		return;
	}
	table = devtask_table_create(columns, 3);
	for (size_t i = 0; i < count; i++) {
		json_object *row = json_object_array_get_idx(reports, i);
		bool none = !json_object_get_int64(json_object_object_get(row, "pid"));

		devtask_table_add(table, text_of(row, "uid"));
		devtask_table_add(table, none ? "none" : text_of(row, "pid"));
		devtask_table_add(table, text_of(row, "provider"));
	}
	devtask_table_print(table);
}

static int print_answer(const struct question *question, json_object *answer)
{
	json_object *judgement = json_object_object_get(answer, "judgement");
	bool yes = json_object_get_boolean(json_object_object_get(judgement, "foreground"));

	if (question->json) {
		json_object_object_del(answer, "ok");
		devtask_output_json(stdout, json_object_get(answer));
	} else if (!judgement) {
		print_reports(json_object_object_get(answer, "reports"));
	} else if (yes) {
		printf("process %s is in the foreground (%s)\n", text_of(judgement, "pid"),
		       text_of(judgement, "provider"));
	} else {
		printf("process %s is not in the foreground: %s\n", text_of(judgement, "pid"),
		       text_of(judgement, "sentence"));
	}
	return judgement && !yes ? DEVTASK_EXIT_DENIED_BY_SYSTEM : DEVTASK_EXIT_OK;
}

static int cmd_foreground(int argc, char **argv)
{
	struct question question = { 0 };
	struct devtask_error error;
	json_object *answer;
	int ret = parse(argc, argv, &question);

	if (ret)
		return ret;
	answer = ask(&question, &error);
	if (!answer)
		return devtask_output_error(&error);
	if (!strcmp(question.action, "show"))
		ret = print_answer(&question, answer);
	json_object_put(answer);
	return ret;
}

const struct devtask_verb devtask_verb_foreground = {
	.name = "foreground",
	.arguments = "set PID|clear|show [PID] [--user USER] [--json]",
	.summary = "Show or set which program is before a user",
	.help = "      set PID          root: this process is in the foreground, until it ends\n"
		"      clear            root: forget what was set\n"
		"      show [PID]       what agents and root reported; is this process in it?\n"
		"  -u, --user USER      of this user; default: the process's, else your own\n"
		"      --json           with show: one object\n"
		"\n"
		"Terminals and displays with an agent need no setting. This is for compositors that\n"
		"devtask does not know, and for tests. show PID ends with 121 for a no.\n",
	.run = cmd_foreground,
};
