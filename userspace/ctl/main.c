// SPDX-License-Identifier: GPL-2.0-only
/* main - devtaskctl's entry: one table of verbs. */
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "names.h"
#include "verb.h"

static const struct devtask_verb *const verbs[] = {
	&devtask_verb_run,
	&devtask_verb_list,
	&devtask_verb_status,
	&devtask_verb_top,
	&devtask_verb_events,
	&devtask_verb_cancel,
	&devtask_verb_devices,
	&devtask_verb_apps,
	&devtask_verb_lint,
	&devtask_verb_metadata,
	&devtask_verb_explain,
	&devtask_verb_agent,
	&devtask_verb_consent,
	&devtask_verb_history,
	&devtask_verb_foreground,
	&devtask_verb_doctor,
};

#define VERB_COUNT (sizeof(verbs) / sizeof(*verbs))

static void print_help(void)
{
	printf("Usage: devtaskctl VERB [OPTION]...\n"
	       "Run device background tasks, watch and end them.\n\n"
	       "Verbs (devtaskctl VERB --help says more):\n");
	for (size_t i = 0; i < VERB_COUNT; i++)
		printf("  %-10s %s\n", verbs[i]->name, verbs[i]->summary);
	printf("\n  -h, --help     show this\n      --version  show the version\n\nExit status:\n");
	for (size_t i = 0; i < devtask_exit_codes_count; i++)
		printf("  %3d  %s\n", devtask_exit_codes[i].code, devtask_exit_codes[i].meaning);
}

/* Only as the first word: behind it may be the options of somebody else's program. */
static bool asks_for_help(int argc, char **argv)
{
	return argc > 1 && (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"));
}

int main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "";

	if (!strcmp(name, "--help") || !strcmp(name, "-h") || !strcmp(name, "help")) {
		print_help();
		return DEVTASK_EXIT_OK;
	}
	if (!strcmp(name, "--version")) {
		printf("devtaskctl %s (ABI %u)\n", DEVTASK_VERSION,
		       (unsigned int)DEVTASK_PROGRAM_ABI);
		return DEVTASK_EXIT_OK;
	}
	for (size_t i = 0; i < VERB_COUNT; i++) {
		if (strcmp(verbs[i]->name, name))
			continue;
		opterr = 0;
		if (!asks_for_help(argc - 1, argv + 1))
			return verbs[i]->run(argc - 1, argv + 1);
		devtask_verb_print_help(verbs[i]);
		return DEVTASK_EXIT_OK;
	}
	if (*name)
		fprintf(stderr, "devtaskctl: there is no verb \"%s\"; see devtaskctl --help\n", name);
	else
		fprintf(stderr, "devtaskctl: say what to do; see devtaskctl --help\n");
	return DEVTASK_EXIT_USAGE;
}
