/* SPDX-License-Identifier: GPL-2.0-only */
/* duration - spans of time as people write them, to nanoseconds and back. */
#ifndef DEVTASK_DURATION_H
#define DEVTASK_DURATION_H

#include <stddef.h>
#include <stdint.h>

#define DEVTASK_NSEC_PER_MSEC	UINT64_C(1000000)
#define DEVTASK_NSEC_PER_SEC	UINT64_C(1000000000)

/*
 * "90", "90s", "1m30s", "250ms", "2h", "1.5s"; a plain number is seconds, units only
 * shrink from left to right. Returns 0, -EINVAL (not a duration) or -ERANGE (too long).
 */
int devtask_duration_parse(const char *text, uint64_t *ns);

/* For people: "0.250 s", "5.001 s", "9 min 58 s", "1 h 02 min". Returns @text. */
const char *devtask_duration_format(uint64_t ns, char *text, size_t size);

#endif
