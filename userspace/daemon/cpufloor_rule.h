/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cpufloor_rule - the arithmetic of RUN-4: in every window, whenever it begins, a task uses no
 * fewer cycles than the floor. Pure: samples in, verdict out. Must not know where CPU time and
 * frequency come from.
 *
 * Decided: cycles = CPU time x frequency, the mean of the frequencies at both ends of the time
 * between two samples. A window begins at a sample; the first one when the entry point
 * starts. Time is CLOCK_MONOTONIC: while the machine sleeps none passes.
 */
#ifndef DEVTASK_DAEMON_CPUFLOOR_RULE_H
#define DEVTASK_DAEMON_CPUFLOOR_RULE_H

#include <stdbool.h>
#include <stdint.h>

/* The longest window that devtask.conf allows, a sample every 5 s, and both of its ends. */
#define DEVTASK_FLOOR_SAMPLES	(3600 / 5 + 2)

struct devtask_floor_sample {
	uint64_t time_ns;
	uint64_t cycles;	/* since the first sample */
};

struct devtask_floor_history {
	uint64_t usage_us;	/* at the newest sample */
	uint64_t speed_khz;
	unsigned int first;	/* the oldest sample */
	unsigned int count;
	struct devtask_floor_sample samples[DEVTASK_FLOOR_SAMPLES];
};

struct devtask_floor_window {
	uint64_t length_ns;
	uint64_t not_before_ns;	/* no window begins earlier */
	uint64_t cycles;	/* the floor */
};

struct devtask_floor_verdict {
	bool is_whole;		/* a whole window has passed */
	bool is_violated;
	uint64_t cycles;	/* used in that window, or so far */
	uint64_t length_ns;	/* of it */
};

/* Saturates instead of wrapping. */
uint64_t devtask_floor_cycles(uint64_t usage_us, uint64_t speed_khz);

/* The first sample of a zeroed @history begins it. CPU time that went backwards counts as none. */
void devtask_floor_add(struct devtask_floor_history *history, uint64_t now_ns, uint64_t usage_us,
		       uint64_t speed_khz);

/* The window that ends with the newest sample. */
void devtask_floor_judge(const struct devtask_floor_history *history,
			 const struct devtask_floor_window *window,
			 struct devtask_floor_verdict *verdict);

#endif
