// SPDX-License-Identifier: GPL-2.0-only
/* cmd_history - what was asked for, and what became of it (ADM-2). */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <json-c/json.h>

#include "client.h"
#include "duration.h"
#include "human.h"
#include "moment.h"
#include "output.h"
#include "table.h"
#include "verb.h"
#include "whom.h"

#define LIMIT_DEFAULT	100

struct history {
	const char *user;
	const char *app;
	const char *trigger;
	uint64_t since_ns;
	uint64_t limit;
	bool json;
};

static int parse_limit(const char *text, uint64_t *limit)
{
	char *end;

	errno = 0;
	*limit = strtoull(text, &end, 10);
	if (errno || *end || end == text || *text == '-' || !*limit)
		return devtask_verb_misused(&devtask_verb_history,
			"--limit wants a number from 1 on, not \"%s\"", text);
	return 0;
}

static int parse_since(const char *text, uint64_t *since_ns)
{
	if (!devtask_moment_parse(text, since_ns))
		return 0;
	return devtask_verb_misused(&devtask_verb_history,
		"--since wants a time such as 2h (ago) or \"2026-11-22 17:00\", not \"%s\"", text);
}

static int parse(int argc, char **argv, struct history *history)
{
	static const struct option list[] = {
		{ "app", required_argument, NULL, 'a' },
		{ "json", no_argument, NULL, 'j' },
		{ "limit", required_argument, NULL, 'n' },
		{ "since", required_argument, NULL, 's' },
		{ "trigger", required_argument, NULL, 't' },
		{ "user", required_argument, NULL, 'u' },
		{ 0 },
	};
	int option, ret = 0;

	while (!ret && (option = getopt_long(argc, argv, ":n:u:", list, NULL)) >= 0) {
		switch (option) {
		case 'a':
			history->app = optarg;
			break;
		case 'j':
			history->json = true;
			break;
		case 'n':
			ret = parse_limit(optarg, &history->limit);
			break;
		case 's':
			ret = parse_since(optarg, &history->since_ns);
			break;
		case 't':
			history->trigger = optarg;
			break;
		case 'u':
			history->user = optarg;
			break;
		default:
			return devtask_verb_bad_option(&devtask_verb_history, option, argv);
		}
	}
	if (!ret && optind < argc)
		return devtask_verb_misused(&devtask_verb_history,
			"does not know what to do with \"%s\"", argv[optind]);
	return ret;
}

static uint64_t number(json_object *record, const char *key)
{
	return json_object_get_uint64(json_object_object_get(record, key));
}

static bool has(json_object *record, const char *key)
{
	return json_object_object_get_ex(record, key, NULL);
}

static void write_end(FILE *to, json_object *record)
{
	char ops[32], bytes[32], span[32];
	int status = (int)number(record, "exit_status");

	if (!has(record, "exit_status"))
		fprintf(to, "exit status unknown");
	else if (WIFSIGNALED(status))
		fprintf(to, "ended by signal %d", WTERMSIG(status));
	else
		fprintf(to, "exit status %d", WEXITSTATUS(status));
	if (has(record, "ops"))
		fprintf(to, ", %s operations, %s in %s",
			devtask_human_count(number(record, "ops"), ops, sizeof(ops)),
			devtask_human_bytes(number(record, "bytes"), bytes, sizeof(bytes)),
			devtask_duration_format(number(record, "duration_ns"), span,
						sizeof(span)));
}

/* What happened, in one line; the sentence of a denial says it all. */
static char *describe(json_object *record)
{
	const char *kind = devtask_human_member(record, "kind");
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	if (!to)
		return NULL;
	if (!strcmp(kind, "finished"))
		write_end(to, record);
	if (has(record, "reason"))
		fprintf(to, "%s%s (%s)", ftell(to) ? ", " : "",
			devtask_human_member(record, "reason"),
			devtask_human_member(record, "detail"));
	if (has(record, "verdict") && strcmp(devtask_human_member(record, "verdict"), "allowed"))
		fprintf(to, "%s%s", ftell(to) ? ", " : "",
			devtask_human_member(record, "verdict"));
	if (has(record, "sentence"))
		fprintf(to, "%s%s", ftell(to) ? ": " : "",
			devtask_human_member(record, "sentence"));
	if (!ftell(to) && has(record, "program"))
		fprintf(to, "%s", devtask_human_member(record, "program"));
	fclose(to);
	return text;
}

static void add_row(struct devtask_table *table, json_object *record)
{
	const char *app = devtask_human_member(record, "app");
	char text[64], *outcome = describe(record);

	devtask_table_add(table, devtask_human_date(number(record, "time_ns"), text, sizeof(text)));
	snprintf(text, sizeof(text), "%.8s", devtask_human_member(record, "trigger"));
	devtask_table_add(table, text);
	devtask_table_add(table, devtask_human_user((uint32_t)number(record, "uid"), text,
						    sizeof(text)));
	devtask_table_add(table, devtask_human_member(record, "kind"));
	devtask_table_add(table, devtask_human_member(record, "type"));
	devtask_table_add(table, *app ? app : "-");
	devtask_table_add(table, devtask_human_member(record, "device"));
	devtask_table_add(table, outcome ? outcome : "");
	free(outcome);
}

static struct devtask_table *make_table(void)
{
	static const struct devtask_column columns[] = {
		{ "TIME", 'l' }, { "REQUEST", 'l' }, { "USER", 'l' }, { "RECORD", 'l' },
		{ "TYPE", 'l' }, { "APP", 'l' }, { "DEVICE", 'l' }, { "WHAT", 'l' },
	};

	return devtask_table_create(columns, sizeof(columns) / sizeof(*columns));
}

static json_object *make_request(const struct history *history, int64_t after,
				 struct devtask_error *error)
{
	json_object *request = devtask_message_request("history");

	if (devtask_whom_add(request, history->user, error)) {
		json_object_put(request);
		return NULL;
	}
	if (history->app)
		json_object_object_add(request, "app", json_object_new_string(history->app));
	if (history->trigger)
		json_object_object_add(request, "trigger",
				       json_object_new_string(history->trigger));
	json_object_object_add(request, "since_ns", json_object_new_uint64(history->since_ns));
	json_object_object_add(request, "limit", json_object_new_uint64(history->limit));
	json_object_object_add(request, "after", json_object_new_int64(after));
	return request;
}

/* Prints or adds one page; *@after is its last record, *@more: there are others. */
static int show_page(const struct history *history, struct devtask_table *table, int64_t *after,
		     bool *more, struct devtask_error *error)
{
	json_object *request = make_request(history, *after, error), *answer, *records;

	answer = request ? devtask_client_ask(request, error) : NULL;
	if (!answer)
		return error->err;
	if (!*after)
		devtask_output_notice(answer);
	*more = false;
	records = json_object_object_get(answer, "records");
	for (size_t i = 0; records && i < json_object_array_length(records); i++) {
		json_object *record = json_object_array_get_idx(records, i);

		*after = json_object_get_int64(json_object_object_get(record, "id"));
		*more = json_object_get_boolean(json_object_object_get(answer, "more"));
		if (history->json)
			devtask_output_json(stdout, json_object_get(record));
		else
			add_row(table, record);
	}
	json_object_put(answer);
	return 0;
}

static int cmd_history(int argc, char **argv)
{
	struct history history = { .limit = LIMIT_DEFAULT };
	struct devtask_table *table;
	struct devtask_error error;
	int64_t after = 0;
	bool more = true;
	int ret = parse(argc, argv, &history);

	if (ret)
		return ret;
	table = make_table();
	while (!ret && more && !ferror(stdout))
		ret = show_page(&history, table, &after, &more, &error);
	if (!ret && !history.json && !after)
		puts("no record");
	if (!ret && !history.json && after)
		devtask_table_print(table);
	else
		devtask_table_destroy(table);
	return ret ? devtask_output_error(&error) : DEVTASK_EXIT_OK;
}

const struct devtask_verb devtask_verb_history = {
	.name = "history",
	.arguments = "[OPTION]...",
	.summary = "Show what was asked for, and what became of it",
	.help =
	"      --app APP        only records of the app with this identity name\n"
	"      --trigger GUID   only records of this request; the first 8 digits will do\n"
	"      --since TIME     only from then on: 2h (ago), 2026-11-22, \"2026-11-22 17:00\"\n"
	"  -n, --limit N        the newest N records (default 100, at most 10000)\n"
	"  -u, --user USER      whose requests: root's choice (default: your own; root: all)\n"
	"      --json           one object per line\n",
	.run = cmd_history,
};
