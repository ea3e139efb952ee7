// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_agent - start the consent agent on this terminal, or have it ask a question that means
 * nothing. The agent is a program of its own, since it is trusted and this one is not (CON-6).
 */
#include <errno.h>
#include <getopt.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <json-c/json.h>

#include "client.h"
#include "duration.h"
#include "output.h"
#include "verb.h"

struct agent {
	bool background;
	bool test;
	bool json;
	const char *program;
	const char *user;
	const char *type;
	uint64_t estimate_ns;
};

static int take_option(struct agent *agent, int option, char **argv)
{
	switch (option) {
	case 'b':
		agent->background = true;
		return 0;
	case 'P':
		agent->program = optarg;
		return 0;
	case 'T':
		agent->test = true;
		return 0;
	case 'j':
		agent->json = true;
		return 0;
	case 'u':
		agent->user = optarg;
		return 0;
	case 't':
		agent->type = optarg;
		return 0;
	case 'e':
		if (!devtask_duration_parse(optarg, &agent->estimate_ns))
			return 0;
		return devtask_verb_misused(&devtask_verb_agent,
			"--estimate wants a duration such as 10m, not \"%s\"", optarg);
	default:
		return devtask_verb_bad_option(&devtask_verb_agent, option, argv);
	}
}

static int parse(int argc, char **argv, struct agent *agent)
{
	static const struct option list[] = {
		{ "background", no_argument, NULL, 'b' },
		{ "program", required_argument, NULL, 'P' },
		{ "test", no_argument, NULL, 'T' },
		{ "json", no_argument, NULL, 'j' },
		{ "user", required_argument, NULL, 'u' },
		{ "type", required_argument, NULL, 't' },
		{ "estimate", required_argument, NULL, 'e' },
		{ 0 },
	};
	int option, ret;

	while ((option = getopt_long(argc, argv, ":bu:t:", list, NULL)) >= 0) {
		ret = take_option(agent, option, argv);
		if (ret)
			return ret;
	}
	if (optind != argc)
		return devtask_verb_misused(&devtask_verb_agent, "does not know what to do with \"%s\"",
					    argv[optind]);
	if (agent->test ? agent->background || agent->program :
			  agent->json || agent->user || agent->type || agent->estimate_ns)
		return devtask_verb_misused(&devtask_verb_agent,
			"--user, --type, --estimate and --json go with --test, the others do not");
	return 0;
}

static int start(const struct agent *agent)
{
	char *argv[] = { (char *)"devtask-agent", agent->background ? (char *)"--background" : NULL,
			 NULL };
	const char *program = agent->program ? agent->program : DEVTASK_PATH_AGENT;
	struct devtask_error error;

	execv(program, argv);
	devtask_error_set(&error, errno == ENOENT ? DEVTASK_EXIT_NO_PROGRAM : DEVTASK_EXIT_CANNOT_RUN,
			  -errno, errno == ENOENT ?
			  "the consent agent %s is not installed; install devtask, or see --program" :
			  "the consent agent %s cannot be started; install devtask again", program);
	return devtask_output_error(&error);
}

/* Exit status: the answer's. */
static int tell(json_object *answer, bool json)
{
	const char *word = devtask_message_string(answer, "answer");
	const char *sentence = devtask_message_string(answer, "sentence");
	int ret = DEVTASK_EXIT_DENIED_BY_USER;

	if (word && !strcmp(word, "yes"))
		ret = DEVTASK_EXIT_OK;
	else if (word && (!strcmp(word, "no-agent") || !strcmp(word, "dead")))
		ret = DEVTASK_EXIT_UNAVAILABLE;
	if (json) {
		json_object_object_del(answer, "ok");
		devtask_output_json(stdout, answer);
		return ret;
	}
	printf("%s: %s\n", word ? word : "?", sentence ? sentence : "");
	json_object_put(answer);
	return ret;
}

static int test(const struct agent *agent)
{
	json_object *request = devtask_message_request("agent-ask"), *answer;
	struct devtask_error error;
	struct passwd *user;

	if (agent->user) {
		user = getpwnam(agent->user);
		if (!user) {
			json_object_put(request);
			devtask_error_set(&error, DEVTASK_EXIT_NOT_THERE, -ENOENT,
					  "there is no user \"%s\"", agent->user);
			return devtask_output_error(&error);
		}
		json_object_object_add(request, "uid", json_object_new_int64(user->pw_uid));
	}
	if (agent->type)
		json_object_object_add(request, "type", json_object_new_string(agent->type));
	if (agent->estimate_ns)
		json_object_object_add(request, "estimate_ns",
				       json_object_new_uint64(agent->estimate_ns));
	answer = devtask_client_ask(request, &error);
	return answer ? tell(answer, agent->json) : devtask_output_error(&error);
}

static int cmd_agent(int argc, char **argv)
{
	struct agent agent = { 0 };
	int ret = parse(argc, argv, &agent);

	if (ret)
		return ret;
	return agent.test ? test(&agent) : start(&agent);
}

const struct devtask_verb devtask_verb_agent = {
	.name = "agent",
	.arguments = "[--background] | --test [OPTION]...",
	.summary = "Be asked on this terminal whether an app may use a device",
	.help =
	"Without an agent every question is answered with no. The terminal must be a virtual\n"
	"terminal or a serial line that you logged in on; a pseudo terminal is one only if the\n"
	"administrator allows it. To allow, you type the number that the question shows.\n\n"
	"  -b, --background       give the terminal back when the agent is ready\n"
	"      --program PATH     start this agent instead of the installed one\n"
	"      --test             have the agent ask a question that means nothing (root only)\n"
	"  -u, --user USER        ask the agent of USER (default: you)\n"
	"  -t, --type TYPE        ask about use or servicing\n"
	"      --estimate TIME    say that it takes TIME, such as 24m\n"
	"      --json             print the answer as one JSON object\n"
	"\n"
	"Exit status of --test: 0 if the answer is yes, 122 if it is no, 69 if nobody could be\n"
	"asked.\n",
	.run = cmd_agent,
};
