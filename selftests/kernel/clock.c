// SPDX-License-Identifier: GPL-2.0-only
/*
 * Time for the tests, see clock.h. Must not know what is being timed.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

#include "clock.h"

uint64_t clock_now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return t.tv_sec * NSEC_PER_SEC + t.tv_nsec;
}

void clock_sleep_until(uint64_t when_ns)
{
	struct timespec t = {
		.tv_sec = when_ns / NSEC_PER_SEC,
		.tv_nsec = when_ns % NSEC_PER_SEC,
	};

	while (clock_nanosleep(CLOCK_BOOTTIME, TIMER_ABSTIME, &t, NULL))
		;
}

unsigned int clock_slow(void)
{
	const char *env = getenv("DEVTASK_SLOW");
	static unsigned int factor;
	struct utsname u;

	if (factor)
		return factor;
	if (env && atoi(env) > 0)
		factor = atoi(env);
	else if (!uname(&u) && strstr(u.release, "debug"))
		factor = 10;
	else
		factor = 1;
	return factor;
}

void clock_pause(void)
{
	struct timespec t = { .tv_nsec = NSEC_PER_MSEC };

	nanosleep(&t, NULL);
}
