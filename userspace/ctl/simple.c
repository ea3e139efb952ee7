// SPDX-License-Identifier: GPL-2.0-only
/* simple - see simple.h. */
#include <getopt.h>
#include <stddef.h>

#include "simple.h"
#include "verb.h"

int devtask_simple_parse(const struct devtask_verb *verb, int argc, char **argv, int operands,
			 bool *json)
{
	static const struct option list[] = {
		{ "json", no_argument, NULL, 'j' },
		{ 0 },
	};
	int option;

	*json = false;
	while ((option = getopt_long(argc, argv, ":", list, NULL)) >= 0) {
		if (option != 'j')
			return devtask_verb_bad_option(verb, option, argv);
		*json = true;
	}
	if (argc - optind > operands)
		return devtask_verb_misused(verb, "does not know what to do with \"%s\":",
					    argv[optind + operands]);
	if (argc - optind < operands)
		return devtask_verb_misused(verb, "say which task: its number or its trigger");
	return 0;
}
