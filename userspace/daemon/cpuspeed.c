// SPDX-License-Identifier: GPL-2.0-only
/* cpuspeed - see cpuspeed.h. */
#include <dirent.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "cpuspeed.h"

/* The number in a file, 0 if there is none (some drivers write "<unknown>"). */
static uint64_t read_number(const char *directory, const char *policy, const char *name)
{
	uint64_t number = 0;
	char path[1024];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s/%s", directory, policy, name);
	file = fopen(path, "re");
	if (!file)
		return 0;
	if (fscanf(file, "%" SCNu64, &number) != 1)
		number = 0;
	fclose(file);
	return number;
}

static uint64_t read_cpufreq(const char *sys)
{
	uint64_t khz, fastest = 0;
	struct dirent *entry;
	char path[512];
	DIR *directory;

	snprintf(path, sizeof(path), "%s/devices/system/cpu/cpufreq", sys);
	directory = opendir(path);
	if (!directory)
		return 0;
	while ((entry = readdir(directory))) {
		if (strncmp(entry->d_name, "policy", 6))
			continue;
		khz = read_number(path, entry->d_name, "cpuinfo_avg_freq");
		if (!khz)
			khz = read_number(path, entry->d_name, "scaling_cur_freq");
		if (khz > fastest)
			fastest = khz;
	}
	closedir(directory);
	return fastest;
}

/* "cpu MHz		: 2445.432" of x86, which has it from the TSC where nothing scales. */
static uint64_t read_cpuinfo(const char *proc)
{
	uint64_t khz, fastest = 0;
	char path[512], line[512];
	unsigned int mhz, rest;
	FILE *file;

	snprintf(path, sizeof(path), "%s/cpuinfo", proc);
	file = fopen(path, "re");
	if (!file)
		return 0;
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "cpu MHz : %u.%3u", &mhz, &rest) != 2)
			continue;
		khz = (uint64_t)mhz * 1000 + rest;
		if (khz > fastest)
			fastest = khz;
	}
	fclose(file);
	return fastest;
}

uint64_t devtask_cpuspeed_khz(const char *sys, const char *proc)
{
	uint64_t khz = read_cpufreq(sys);

	if (!khz)
		khz = read_cpuinfo(proc);
	return khz ? khz : DEVTASK_CPUSPEED_UNKNOWN_KHZ;
}
