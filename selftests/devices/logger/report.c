// SPDX-License-Identifier: GPL-2.0-only
/* What the device saw, as JSON lines and as totals: the other book that the kernel's count is
 * compared with. Uses the clock of the kernel's events. Knows nothing of how a transfer is made.
 */
#include "report.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* protects all below */
static FILE *out;
static bool log_transfers;
static struct logger_totals totals;

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

int logger_report_open(const char *path, bool transfers)
{
	log_transfers = transfers;
	out = path ? fopen(path, "ae") : stdout;
	if (!out)
		return -1;
	setvbuf(out, NULL, _IOLBF, 0);
	return 0;
}

void logger_report_event(const char *event)
{
	logger_report_say(event, "%s", "");
}

void logger_report_say(const char *event, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	pthread_mutex_lock(&lock);
	fprintf(out, "{\"time_ns\": %" PRIu64 ", \"event\": \"%s\"", now_ns(), event);
	vfprintf(out, format, args);
	fputs("}\n", out);
	pthread_mutex_unlock(&lock);
	va_end(args);
}

void logger_report_transfer(enum logger_pipe pipe, uint64_t bytes)
{
	static const char *const names[] = {
		[LOGGER_PIPE_CONTROL] = "control",
		[LOGGER_PIPE_IN] = "in",
		[LOGGER_PIPE_OUT] = "out",
	};

	pthread_mutex_lock(&lock);
	totals.transfers++;
	totals.bytes += bytes;
	totals.control += pipe == LOGGER_PIPE_CONTROL;
	if (log_transfers)
		fprintf(out, "{\"time_ns\": %" PRIu64 ", \"event\": \"transfer\", \"pipe\": \"%s\", "
			"\"bytes\": %" PRIu64 "}\n", now_ns(), names[pipe], bytes);
	pthread_mutex_unlock(&lock);
}

void logger_report_record(uint32_t index, uint64_t bytes)
{
	pthread_mutex_lock(&lock);
	totals.transfers++;
	totals.bytes += bytes;
	totals.records++;
	if (log_transfers)
		fprintf(out, "{\"time_ns\": %" PRIu64 ", \"event\": \"transfer\", \"pipe\": \"in\", "
			"\"bytes\": %" PRIu64 ", \"record\": %" PRIu32 "}\n", now_ns(), bytes,
			index);
	pthread_mutex_unlock(&lock);
}

struct logger_totals logger_report_totals(void)
{
	struct logger_totals copy;

	pthread_mutex_lock(&lock);
	copy = totals;
	pthread_mutex_unlock(&lock);
	return copy;
}

void logger_report_format(char *text, size_t size)
{
	struct logger_totals seen = logger_report_totals();

	snprintf(text, size, "\"transfers\": %" PRIu64 ", \"bytes\": %" PRIu64
		 ", \"records\": %" PRIu64 ", \"control\": %" PRIu64,
		 seen.transfers, seen.bytes, seen.records, seen.control);
}
