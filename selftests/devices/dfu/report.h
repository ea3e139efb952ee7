/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SELFTESTS_DFU_REPORT_H
#define SELFTESTS_DFU_REPORT_H

#include <stdint.h>

/* Write the log to @path, appending; NULL: standard output. Returns 0, or -1 with errno. */
int dfu_report_open(const char *path);

/* One line {"time_ns": CLOCK_BOOTTIME, "event": @event, ...}; @format gives further members and
 * begins with a comma, or is empty.
 */
void dfu_report(const char *event, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* CLOCK_BOOTTIME, the clock of the kernel's events. */
uint64_t dfu_report_now_ns(void);

#endif
