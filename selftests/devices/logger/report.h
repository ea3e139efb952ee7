/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SELFTESTS_LOGGER_REPORT_H
#define SELFTESTS_LOGGER_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum logger_pipe {
	LOGGER_PIPE_CONTROL,
	LOGGER_PIPE_IN,
	LOGGER_PIPE_OUT,
};

/* Completed transfers as the device saw them. */
struct logger_totals {
	uint64_t transfers;
	uint64_t bytes;
	uint64_t records;
	uint64_t control; /* of the transfers */
};

/* Write the log to @path, appending; NULL: standard output. The transfers are counted in any
 * case, but logged only if @transfers. Returns 0, or -1 with errno.
 */
int logger_report_open(const char *path, bool transfers);

/* One line {"time_ns": CLOCK_BOOTTIME, "event": @event}. Any thread. */
void logger_report_event(const char *event);

/* As logger_report_event(), with more members: @format is a printf format that begins with a
 * comma.
 */
void logger_report_say(const char *event, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* A transfer of @bytes on @pipe was completed: count and log it. */
void logger_report_transfer(enum logger_pipe pipe, uint64_t bytes);

/* As logger_report_transfer(), for the transfer of record @index. */
void logger_report_record(uint32_t index, uint64_t bytes);

struct logger_totals logger_report_totals(void);

/* Write the totals as JSON members, without braces, to @out. */
void logger_report_format(char *out, size_t size);

#endif
