/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SELFTESTS_DFU_OPTIONS_H
#define SELFTESTS_DFU_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "core.h"
#include "descriptors.h"

struct dfu_options {
	struct dfu_identity identity;
	struct dfu_manner manner;
	const char *firmware;   /* the file of its flash */
	const char *log;        /* NULL: standard output */
	uint32_t port;          /* of the virtual host controller */
	uint32_t return_port;   /* to which it comes back when it was detached */
	uint32_t away_ms;       /* until it does */
	uint32_t hang_at_block; /* this block, from 1, is never answered; 0: all are */
	bool never_returns;
	bool restarts;          /* by itself, when new firmware is in force */
	bool in_dfu_mode;       /* from the start */
};

/* Read the command line. A wrong one ends the program with one sentence and status 2, --help ends
 * it with 0.
 */
struct dfu_options dfu_options_read(int argc, char **argv);

#endif
