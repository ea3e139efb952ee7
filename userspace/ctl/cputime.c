// SPDX-License-Identifier: GPL-2.0-only
/* cputime - see cputime.h. */
#include <inttypes.h>
#include <stdio.h>

#include "cputime.h"
#include "names.h"

#define NSEC_PER_USEC 1000

bool devtask_cputime_read(const char *cgroup, uint64_t *cpu_ns)
{
	char path[sizeof(DEVTASK_PATH_CGROUP_ROOT) + 128], line[128];
	bool found = false;
	uint64_t usage_us;
	FILE *file;

	snprintf(path, sizeof(path), DEVTASK_PATH_CGROUP_ROOT "/" DEVTASK_CGROUP_NAME
		 "/%.64s/cpu.stat", cgroup);
	file = fopen(path, "re");
	if (!file)
		return false;
	while (!found && fgets(line, sizeof(line), file))
		found = sscanf(line, "usage_usec %" SCNu64, &usage_us) == 1;
	fclose(file);
	if (found)
		*cpu_ns = usage_us * NSEC_PER_USEC;
	return found;
}
