// SPDX-License-Identifier: GPL-2.0-only
/* descriptors - see descriptors.h. */
#include <stdbool.h>
#include <sys/resource.h>

#include "descriptors.h"

static struct rlimit original;
static bool is_raised;

void devtask_descriptors_raise(void)
{
	struct rlimit raised;

	if (is_raised || getrlimit(RLIMIT_NOFILE, &original))
		return;
	raised = original;
	raised.rlim_cur = raised.rlim_max;
	is_raised = !setrlimit(RLIMIT_NOFILE, &raised);
}

void devtask_descriptors_restore(void)
{
	if (is_raised)
		setrlimit(RLIMIT_NOFILE, &original);
}
