// SPDX-License-Identifier: GPL-2.0-only
/* cmd_events - what has happened to tasks, and what happens. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "follow.h"
#include "genl.h"
#include "output.h"
#include "verb.h"

struct events {
	bool json;
	bool follow;
	uint64_t since;
};

static int parse(int argc, char **argv, struct events *events)
{
	static const struct option list[] = {
		{ "follow", no_argument, NULL, 'f' },
		{ "since", required_argument, NULL, 's' },
		{ "json", no_argument, NULL, 'j' },
		{ 0 },
	};
	int option;
	char *end;

	while ((option = getopt_long(argc, argv, ":f", list, NULL)) >= 0) {
		switch (option) {
		case 'f':
			events->follow = true;
			break;
		case 'j':
			events->json = true;
			break;
		case 's':
			errno = 0;
			events->since = strtoull(optarg, &end, 10);
			if (!strcmp(optarg, "now"))
				events->since = UINT64_MAX;
			else if (errno || *end || end == optarg || *optarg == '-')
				return devtask_verb_misused(&devtask_verb_events,
					"--since wants an event's number or \"now\", not \"%s\"",
					optarg);
			break;
		default:
			return devtask_verb_bad_option(&devtask_verb_events, option, argv);
		}
	}
	if (optind < argc)
		return devtask_verb_misused(&devtask_verb_events,
					    "does not know what to do with \"%s\"", argv[optind]);
	return 0;
}

static bool print_event(const struct devtask_event *event, void *context)
{
	const struct events *events = context;

	if (events->json)
		devtask_output_json(stdout, devtask_output_object(&devtask_event_shape, event));
	else
		devtask_output_event(event);
	/* Nobody reads any more. */
	return ferror(stdout);
}

static int cmd_events(int argc, char **argv)
{
	struct devtask_follow *follow = NULL;
	struct events events = { 0 };
	struct devtask_error error;
	struct devtask_genl *genl;
	int ret = parse(argc, argv, &events);

	if (ret)
		return ret;
	ret = devtask_genl_connect(&genl, &error);
	if (ret)
		return devtask_output_error(&error);
	ret = devtask_follow_open(&follow, genl, events.since, &error);
	if (!ret)
		ret = devtask_follow_replay(follow, print_event, &events, &error);
	while (!ret && events.follow)
		ret = devtask_follow_wait(follow, -1, print_event, &events, &error);
	devtask_follow_close(follow);
	devtask_genl_close(genl);
	return ret < 0 ? devtask_output_error(&error) : DEVTASK_EXIT_OK;
}

const struct devtask_verb devtask_verb_events = {
	.name = "events",
	.arguments = "[--follow] [--since N|now] [--json]",
	.summary = "Show what has happened to tasks",
	.help =
	"  -f, --follow    go on with events as they happen\n"
	"      --since N   only events with a greater number; \"now\": only new ones\n"
	"                  (default: all that the module still holds, the newest 1024)\n"
	"      --json      one object per line\n",
	.run = cmd_events,
};
