// SPDX-License-Identifier: GPL-2.0-only
/* cpufloor_rule - see cpufloor_rule.h. Pure. */
#include <string.h>

#include "cpufloor_rule.h"

#define KHZ_PER_MHZ 1000

static const struct devtask_floor_sample *sample(const struct devtask_floor_history *history,
						 unsigned int number)
{
	return &history->samples[(history->first + number) % DEVTASK_FLOOR_SAMPLES];
}

uint64_t devtask_floor_cycles(uint64_t usage_us, uint64_t speed_khz)
{
	unsigned __int128 cycles = (unsigned __int128)usage_us * speed_khz / KHZ_PER_MHZ;

	return cycles > UINT64_MAX ? UINT64_MAX : (uint64_t)cycles;
}

void devtask_floor_add(struct devtask_floor_history *history, uint64_t now_ns, uint64_t usage_us,
		       uint64_t speed_khz)
{
	struct devtask_floor_sample fresh = { .time_ns = now_ns };
	uint64_t used = 0;

	if (history->count) {
		if (usage_us > history->usage_us)
			used = devtask_floor_cycles(usage_us - history->usage_us,
						    (history->speed_khz + speed_khz) / 2);
		if (__builtin_add_overflow(sample(history, history->count - 1)->cycles, used,
					   &fresh.cycles))
			fresh.cycles = UINT64_MAX;
	}
	if (history->count == DEVTASK_FLOOR_SAMPLES) {
		history->first = (history->first + 1) % DEVTASK_FLOOR_SAMPLES;
		history->count--;
	}
	history->samples[(history->first + history->count++) % DEVTASK_FLOOR_SAMPLES] = fresh;
	history->usage_us = usage_us;
	history->speed_khz = speed_khz;
}

/* The newest sample that lies a whole window back; else the oldest that may begin one. */
static const struct devtask_floor_sample *
find_begin(const struct devtask_floor_history *history, const struct devtask_floor_window *window)
{
	uint64_t now_ns = sample(history, history->count - 1)->time_ns;
	unsigned int number = history->count;

	while (number--) {
		const struct devtask_floor_sample *begin = sample(history, number);

		if (begin->time_ns < window->not_before_ns)
			return number + 1 < history->count ? sample(history, number + 1) : NULL;
		if (now_ns - begin->time_ns >= window->length_ns)
			return begin;
	}
	return sample(history, 0);
}

void devtask_floor_judge(const struct devtask_floor_history *history,
			 const struct devtask_floor_window *window,
			 struct devtask_floor_verdict *verdict)
{
	const struct devtask_floor_sample *begin, *end;

	memset(verdict, 0, sizeof(*verdict));
	begin = history->count ? find_begin(history, window) : NULL;
	if (!begin)
		return;
	end = sample(history, history->count - 1);
	verdict->cycles = end->cycles - begin->cycles;
	verdict->length_ns = end->time_ns - begin->time_ns;
	verdict->is_whole = verdict->length_ns >= window->length_ns;
	verdict->is_violated = verdict->is_whole && verdict->cycles < window->cycles;
}
