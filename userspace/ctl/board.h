/* SPDX-License-Identifier: GPL-2.0-only */
/* board - running tasks at one moment, as a table and as JSON. Must not know terminals. */
#ifndef DEVTASK_CTL_BOARD_H
#define DEVTASK_CTL_BOARD_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct devtask_pace;
struct json_object;

/* One line that says when and how many, a line of heads, a line for each task. */
void devtask_board_write(const struct devtask_pace *paces, size_t count, uint64_t boottime_ns,
			 FILE *to);

/* {time_ns, tasks: [...]}: each task as "list" has it, and its rates. */
struct json_object *devtask_board_json(const struct devtask_pace *paces, size_t count,
				       uint64_t boottime_ns);

#endif
