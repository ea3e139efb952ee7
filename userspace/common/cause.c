// SPDX-License-Identifier: GPL-2.0-only
/* cause - see cause.h. */
#include <stdio.h>

#include "cause.h"
#include "duration.h"
#include "names.h"

const char *devtask_cause_explain(uint32_t detail, uint64_t required_ns, char *text, size_t size)
{
	char span[32];

	*text = '\0';
	if (detail == DEVTASK_DETAIL_DEVICE_NOT_RETURNED)
		snprintf(text, size, "the device went away and did not come back within %s; plug it "
			 "in again and see whether it still works before you repeat the update",
			 devtask_duration_format(required_ns, span, sizeof(span)));
	return text;
}
