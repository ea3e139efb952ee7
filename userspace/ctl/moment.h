/* SPDX-License-Identifier: GPL-2.0-only */
/* moment - points in time as people write them. */
#ifndef DEVTASK_CTL_MOMENT_H
#define DEVTASK_CTL_MOMENT_H

#include <stdint.h>

/*
 * "2h" (ago), "2026-11-22", "2026-11-22 17:00", "2026-11-22 17:00:30", as local time, to
 * CLOCK_REALTIME. Returns 0 or -EINVAL.
 */
int devtask_moment_parse(const char *text, uint64_t *realtime_ns);

#endif
