// SPDX-License-Identifier: GPL-2.0-only
/* What happens to the device, as JSON lines, with the clock of the kernel's events. */
#include "report.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>

static FILE *out;

uint64_t dfu_report_now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

int dfu_report_open(const char *path)
{
	out = path ? fopen(path, "ae") : stdout;
	if (!out)
		return -1;
	setvbuf(out, NULL, _IOLBF, 0);
	return 0;
}

void dfu_report(const char *event, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fprintf(out, "{\"time_ns\": %" PRIu64 ", \"event\": \"%s\"", dfu_report_now_ns(), event);
	vfprintf(out, format, args);
	fputs("}\n", out);
	va_end(args);
}
