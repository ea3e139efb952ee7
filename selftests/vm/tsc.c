// SPDX-License-Identifier: GPL-2.0-only
/*
 * Print how fast this processor's time stamp counter counts, in kHz. An emulated guest sees this
 * very counter, but measures its rate against emulated timers, and on a busy host it gets
 * it wrong by a factor: its clock then runs wild. So it is told.
 */
#include <stdint.h>
#include <stdio.h>
#include <time.h>
#include <x86intrin.h>

struct moment {
	uint64_t ticks;
	uint64_t ns;
	uint64_t width;
};

static struct moment look(void)
{
	struct timespec now;
	uint64_t before, after;

	before = __rdtsc();
	clock_gettime(CLOCK_MONOTONIC_RAW, &now);
	after = __rdtsc();
	return (struct moment){ .ticks = before + (after - before) / 2,
				.ns = (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec,
				.width = after - before };
}

/* Of many looks the quickest: nothing came between its clock and its counter. */
static struct moment quickest_look(void)
{
	struct moment best = look();

	for (int i = 0; i < 1000; i++) {
		struct moment one = look();

		if (one.width < best.width)
			best = one;
	}
	return best;
}

int main(void)
{
	struct timespec pause = { .tv_nsec = 100000000 };
	struct moment first = quickest_look();
	struct moment last;

	nanosleep(&pause, NULL);
	last = quickest_look();
	printf("%.0f\n", (double)(last.ticks - first.ticks) * 1e6 / (double)(last.ns - first.ns));
	return 0;
}
