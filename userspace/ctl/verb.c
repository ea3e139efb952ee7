// SPDX-License-Identifier: GPL-2.0-only
/* verb - see verb.h. */
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "names.h"
#include "verb.h"

int devtask_verb_misused(const struct devtask_verb *verb, const char *format, ...)
{
	va_list args;

	fprintf(stderr, "devtaskctl %s: ", verb->name);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fprintf(stderr, "; see devtaskctl %s --help\n", verb->name);
	return DEVTASK_EXIT_USAGE;
}

int devtask_verb_bad_option(const struct devtask_verb *verb, int option, char **argv)
{
	if (option == ':')
		return devtask_verb_misused(verb, "%s wants a value", argv[optind - 1]);
	if (optopt && strncmp(argv[optind - 1], "--", 2))
		return devtask_verb_misused(verb, "there is no option -%c", optopt);
	return devtask_verb_misused(verb, "there is no option %s", argv[optind - 1]);
}

void devtask_verb_print_help(const struct devtask_verb *verb)
{
	printf("Usage: devtaskctl %s%s%s\n%s.\n\n%s", verb->name, *verb->arguments ? " " : "",
	       verb->arguments, verb->summary, verb->help);
}
