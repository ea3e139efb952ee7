/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Time for the tests: the clock that events carry, waiting on conditions, and how much
 * slower a debug kernel may be. Must not know what is being timed.
 */
#ifndef KTEST_CLOCK_H
#define KTEST_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#define NSEC_PER_MSEC 1000000ull
#define NSEC_PER_SEC 1000000000ull

/* CLOCK_BOOTTIME in nanoseconds, as in the attribute time-ns of an event. */
uint64_t clock_now_ns(void);

/* Sleep until clock_now_ns() >= @when_ns. Only for tests whose subject is elapsed time. */
void clock_sleep_until(uint64_t when_ns);

/*
 * Factor for upper limits of time: DEVTASK_SLOW if set, 10 on a kernel whose release says
 * "debug", else 1. Lower limits are never scaled.
 */
unsigned int clock_slow(void);

/* One step of waiting on a condition: 1 ms. */
void clock_pause(void);

/* True as soon as @cond holds; false if it does not within @ms (scaled). */
#define clock_wait(cond, ms) ({						\
	uint64_t __end = clock_now_ns() + (ms) * NSEC_PER_MSEC * clock_slow();	\
	bool __ok;							\
	while (!(__ok = (cond)) && clock_now_ns() < __end)		\
		clock_pause();						\
	__ok;								\
})

#endif
