/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * scratch - a place on a real disk for one test of a store, and what may happen to the files in
 * it. Must not know what is in them.
 */
#ifndef DEVTASK_UNIT_SCRATCH_H
#define DEVTASK_UNIT_SCRATCH_H

#include <assert.h>
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

struct scratch {
	char root[64];
	char directory[128];	/* below it, not made yet */
};

static inline void scratch_make(struct scratch *scratch)
{
	strcpy(scratch->root, "/var/tmp/devtask-store-XXXXXX");
	assert(mkdtemp(scratch->root));
	snprintf(scratch->directory, sizeof(scratch->directory), "%s/devtask", scratch->root);
}

static inline void scratch_remove(struct scratch *scratch)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s", scratch->root);
	assert(!system(command));
}

/* As it was when it was made. */
static inline void scratch_clear(const struct scratch *scratch)
{
	char command[160];

	snprintf(command, sizeof(command), "rm -rf %s", scratch->directory);
	assert(!system(command));
}

/* Holds until three calls later. */
static inline const char *scratch_path(const struct scratch *scratch, const char *name)
{
	static char paths[4][PATH_MAX];
	static unsigned int next;
	char *path = paths[next++ % 4];

	snprintf(path, PATH_MAX, "%s/%s", scratch->directory, name);
	return path;
}

static inline void scratch_write(const struct scratch *scratch, const char *name, off_t offset,
				 const char *bytes, size_t size)
{
	int fd = open(scratch_path(scratch, name), O_WRONLY | O_CREAT, 0600);

	assert(fd >= 0);
	assert(pwrite(fd, bytes, size, offset) == (ssize_t)size);
	close(fd);
}

/* The name of the first file that begins with @prefix; how many there are. */
static inline int scratch_find(const struct scratch *scratch, const char *prefix, char *name,
			       size_t size)
{
	DIR *directory = opendir(scratch->directory);
	struct dirent *entry;
	int count = 0;

	assert(directory);
	while ((entry = readdir(directory)))
		if (!strncmp(entry->d_name, prefix, strlen(prefix)) && !count++)
			snprintf(name, size, "%s", entry->d_name);
	closedir(directory);
	return count;
}

static inline int scratch_count(const struct scratch *scratch, const char *prefix)
{
	char name[NAME_MAX + 1];

	return scratch_find(scratch, prefix, name, sizeof(name));
}

static inline ssize_t scratch_read_like(const struct scratch *scratch, const char *prefix,
					char *bytes, size_t size)
{
	char name[NAME_MAX + 1];
	ssize_t length;
	int fd;

	assert(scratch_find(scratch, prefix, name, sizeof(name)));
	fd = open(scratch_path(scratch, name), O_RDONLY);
	assert(fd >= 0);
	length = read(fd, bytes, size);
	close(fd);
	return length;
}

static inline void scratch_remove_like(const struct scratch *scratch, const char *prefix)
{
	char name[NAME_MAX + 1];

	while (scratch_find(scratch, prefix, name, sizeof(name)))
		assert(!unlink(scratch_path(scratch, name)));
}

#endif
