// SPDX-License-Identifier: GPL-2.0-only
/* moment - see moment.h. */
#include <errno.h>
#include <stddef.h>
#include <time.h>

#include "duration.h"
#include "moment.h"

static int parse_date(const char *text, uint64_t *realtime_ns)
{
	static const char *const formats[] = { "%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S" };

	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++) {
		struct tm local = { .tm_isdst = -1 };
		const char *end = strptime(text, formats[i], &local);
		time_t seconds;

		if (!end || *end)
			continue;
		seconds = mktime(&local);
		if (seconds < 0)
			return -EINVAL;
		*realtime_ns = (uint64_t)seconds * DEVTASK_NSEC_PER_SEC;
		return 0;
	}
	return -EINVAL;
}

int devtask_moment_parse(const char *text, uint64_t *realtime_ns)
{
	struct timespec now;
	uint64_t now_ns, ago;

	if (devtask_duration_parse(text, &ago))
		return parse_date(text, realtime_ns);
	clock_gettime(CLOCK_REALTIME, &now);
	now_ns = (uint64_t)now.tv_sec * DEVTASK_NSEC_PER_SEC + (uint64_t)now.tv_nsec;
	*realtime_ns = now_ns > ago ? now_ns - ago : 0;
	return 0;
}
