/* SPDX-License-Identifier: GPL-2.0-only */
/* folder - a folder of small files that a test writes as it likes: a false /proc, a false /etc. */
#ifndef DEVTASK_UNIT_FOLDER_H
#define DEVTASK_UNIT_FOLDER_H

#include <assert.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct folder {
	char path[64];
};

static inline void folder_make(struct folder *folder)
{
	strcpy(folder->path, "/tmp/devtask-unit-XXXXXX");
	assert(mkdtemp(folder->path));
}

static inline void folder_remove(struct folder *folder)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s", folder->path);
	assert(!system(command));
}

/* Holds until four calls later. The folders above the file are made. */
static inline char *folder_path(const struct folder *folder, const char *name)
{
	static char paths[4][PATH_MAX];
	static unsigned int next;
	char *path = paths[next++ % 4], *slash;

	snprintf(path, PATH_MAX, "%s/%s", folder->path, name);
	for (slash = path + strlen(folder->path) + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = 0;
		mkdir(path, 0755);
		*slash = '/';
	}
	return path;
}

static inline void __attribute__((format(printf, 3, 4)))
folder_write(const struct folder *folder, const char *name, const char *format, ...)
{
	FILE *file = fopen(folder_path(folder, name), "w");
	va_list args;

	assert(file);
	va_start(args, format);
	vfprintf(file, format, args);
	va_end(args);
	assert(!fclose(file));
}

static inline void folder_link(const struct folder *folder, const char *name, const char *target)
{
	char *path = folder_path(folder, name);

	unlink(path);
	assert(!symlink(target, path));
}

#endif
