/* SPDX-License-Identifier: GPL-2.0-only */
/* simple - the command line of a verb whose only option is --json. */
#ifndef DEVTASK_CTL_SIMPLE_H
#define DEVTASK_CTL_SIMPLE_H

#include <stdbool.h>

struct devtask_verb;

/* Wants @operands words, which are argv[optind]... Returns 0 or the exit code. */
int devtask_simple_parse(const struct devtask_verb *verb, int argc, char **argv, int operands,
			 bool *json);

#endif
