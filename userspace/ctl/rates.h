/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * rates - how fast tasks go, from what was counted at two moments. Pure: must not know where the
 * counts come from.
 */
#ifndef DEVTASK_CTL_RATES_H
#define DEVTASK_CTL_RATES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto.h"

/* A task at one moment. */
struct devtask_pace {
	struct devtask_task task;
	bool has_cpu;
	bool has_rates;		/* false until it has run for a moment */
	uint64_t cpu_ns;	/* that its process tree has used */
	double ops;		/* per second, as all of these */
	double bytes;
	double cpu;		/* 1 = one processor all the time */
};

/*
 * Sets the rates of @now[]: since the task's moment in @before[], or since its start if it is not
 * there. The clock is the task's own, its elapsed_ns.
 */
void devtask_rates_set(struct devtask_pace *now, size_t count, const struct devtask_pace *before,
		       size_t before_count);

#endif
