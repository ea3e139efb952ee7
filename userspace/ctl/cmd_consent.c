// SPDX-License-Identifier: GPL-2.0-only
/* cmd_consent - the answers of people: which app may use which device in the background. */
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <json-c/json.h>

#include "client.h"
#include "human.h"
#include "output.h"
#include "table.h"
#include "verb.h"
#include "whom.h"

struct consent {
	const char *action;	/* "list", "grant", "revoke", "forget" */
	const char *app;
	const char *device;
	const char *user;
	bool json;
};

static int take_operands(struct consent *consent, int count, char **words)
{
	static const char *const changes[] = { "grant", "revoke", "forget" };

	consent->action = count ? words[0] : "list";
	if (!strcmp(consent->action, "list")) {
		if (count > 1)
			return devtask_verb_misused(&devtask_verb_consent,
				"does not know what to do with \"%s\"", words[1]);
		return 0;
	}
	for (size_t i = 0; i < sizeof(changes) / sizeof(*changes); i++) {
		if (strcmp(consent->action, changes[i]))
			continue;
		if (count != 3)
			return devtask_verb_misused(&devtask_verb_consent,
				"%s wants an app and a device", consent->action);
		if (consent->json)
			return devtask_verb_misused(&devtask_verb_consent,
				"%s says nothing that could be JSON", consent->action);
		if (!consent->user && !geteuid())
			return devtask_verb_misused(&devtask_verb_consent,
				"root says for whom, with --user");
		consent->app = words[1];
		consent->device = words[2];
		return 0;
	}
	return devtask_verb_misused(&devtask_verb_consent,
		"does not know what to do with \"%s\": list, grant, revoke or forget", words[0]);
}

static int parse(int argc, char **argv, struct consent *consent)
{
	static const struct option list[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "user", required_argument, NULL, 'u' },
		{ 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, ":u:", list, NULL)) >= 0) {
		switch (option) {
		case 'j':
			consent->json = true;
			break;
		case 'u':
			consent->user = optarg;
			break;
		default:
			return devtask_verb_bad_option(&devtask_verb_consent, option, argv);
		}
	}
	return take_operands(consent, argc - optind, argv + optind);
}

static void add_row(struct devtask_table *table, json_object *entry)
{
	char text[64];

	devtask_table_add(table, devtask_human_member(entry, "answer"));
	devtask_table_add(table, devtask_human_member(entry, "app"));
	devtask_table_add(table, devtask_human_member(entry, "model"));
	devtask_table_add(table, devtask_human_user((uint32_t)json_object_get_int64(
		json_object_object_get(entry, "uid")), text, sizeof(text)));
	devtask_table_add(table, devtask_human_member(entry, "by"));
	devtask_table_add(table, devtask_human_date(json_object_get_uint64(
		json_object_object_get(entry, "time_ns")), text, sizeof(text)));
}

static void print_answers(json_object *answers)
{
	static const struct devtask_column columns[] = {
		{ "ANSWER", 'l' }, { "APP", 'l' }, { "DEVICE", 'l' }, { "USER", 'l' },
		{ "BY", 'l' }, { "SINCE", 'l' },
	};
	struct devtask_table *table;

	if (!json_object_array_length(answers)) {
		puts("no answer");
		return;
	}
	table = devtask_table_create(columns, sizeof(columns) / sizeof(*columns));
	for (size_t i = 0; i < json_object_array_length(answers); i++)
		add_row(table, json_object_array_get_idx(answers, i));
	devtask_table_print(table);
}

/* Adds the answers behind the @offset first ones; *@more: there are others. */
static int fetch_page(const struct consent *consent, json_object *answers, bool *more,
		      struct devtask_error *error)
{
	json_object *request = devtask_message_request("consent-list"), *answer, *page;
	size_t offset = json_object_array_length(answers);
	int ret = devtask_whom_add(request, consent->user, error);

	if (ret) {
		json_object_put(request);
		return ret;
	}
	json_object_object_add(request, "offset", json_object_new_int64((int64_t)offset));
	answer = devtask_client_ask(request, error);
	if (!answer)
		return error->err;
	if (!offset)
		devtask_output_notice(answer);
	page = json_object_object_get(answer, "answers");
	for (size_t i = 0; page && i < json_object_array_length(page); i++)
		json_object_array_add(answers, json_object_get(json_object_array_get_idx(page, i)));
	*more = json_object_get_boolean(json_object_object_get(answer, "more")) &&
		json_object_array_length(answers) > offset;
	json_object_put(answer);
	return 0;
}

static int list_answers(const struct consent *consent)
{
	json_object *answers = json_object_new_array();
	struct devtask_error error;
	bool more = true;
	int ret = 0;

	while (!ret && more)
		ret = fetch_page(consent, answers, &more, &error);
	if (!ret && consent->json) {
		devtask_output_json(stdout, answers);
		return DEVTASK_EXIT_OK;
	}
	if (!ret)
		print_answers(answers);
	json_object_put(answers);
	return ret ? devtask_output_error(&error) : DEVTASK_EXIT_OK;
}

static int change(const struct consent *consent)
{
	struct devtask_error error;
	json_object *request, *answer;
	char verb[32];

	snprintf(verb, sizeof(verb), "consent-%s", consent->action);
	request = devtask_message_request(verb);
	if (consent->user && devtask_whom_add(request, consent->user, &error)) {
		json_object_put(request);
		return devtask_output_error(&error);
	}
	json_object_object_add(request, "app", json_object_new_string(consent->app));
	json_object_object_add(request, "device", json_object_new_string(consent->device));
	answer = devtask_client_ask(request, &error);
	if (!answer)
		return devtask_output_error(&error);
	json_object_put(answer);
	return DEVTASK_EXIT_OK;
}

static int cmd_consent(int argc, char **argv)
{
	struct consent consent = { 0 };
	int ret = parse(argc, argv, &consent);

	if (ret)
		return ret;
	return strcmp(consent.action, "list") ? change(&consent) : list_answers(&consent);
}

const struct devtask_verb devtask_verb_consent = {
	.name = "consent",
	.arguments = "[list | grant|revoke|forget APP DEVICE] [OPTION]...",
	.summary = "Show and change what people have permitted",
	.help =
	"list     the stored answers, one for each app and model of device\n"
	"grant    permit it without asking; root only, so that no app answers for you\n"
	"revoke   forbid it; a task that runs loses its device at once\n"
	"forget   ask again next time; a task that runs on a yes loses its device at once\n\n"
	"APP is the app's identity name, DEVICE is usb:VVVV:PPPP.\n\n"
	"  -u, --user USER   whose answers: root's choice (default: your own; list: all)\n"
	"      --json        list: one array of objects\n",
	.run = cmd_consent,
};
