/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SELFTESTS_LOGGER_OPTIONS_H
#define SELFTESTS_LOGGER_OPTIONS_H

#include <stdbool.h>

#include "bulk.h"
#include "gadget.h"

struct logger_options {
	struct logger_gadget_names names;
	struct logger_manner manner;
	const char *log;     /* NULL: standard output */
	const char *image;   /* NULL: not wanted */
	const char *control; /* NULL: takes no orders */
	const char *tell;    /* NULL: be a logger; else the socket of one to give @order to */
	const char *order;
	bool dead;
	bool log_transfers;
};

/* Read the command line. A wrong one ends the program with one sentence and status 2, --help
 * ends it with 0.
 */
struct logger_options logger_options_read(int argc, char **argv);

#endif
