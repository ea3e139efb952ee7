// SPDX-License-Identifier: GPL-2.0-only
/* program - see program.h. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "program.h"

static char *join(const char *directory, size_t length, const char *name)
{
	char *path;

	if (asprintf(&path, "%.*s/%s", (int)length, directory, name) < 0)
		return NULL;
	return path;
}

/* Links stay as they are: a program may look at the name that it is called by. */
static char *make_absolute(const char *name)
{
	char *directory, *path;

	if (name[0] == '/')
		return strdup(name);
	directory = getcwd(NULL, 0);
	path = directory ? join(directory, strlen(directory), name) : NULL;
	free(directory);
	return path;
}

static bool is_executable(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISREG(st.st_mode) && !access(path, X_OK);
}

static char *search_path(const char *name)
{
	const char *directory = getenv("PATH");

	if (!directory)
		directory = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
	while (*directory) {
		size_t length = strcspn(directory, ":");
		char *path = length ? join(directory, length, name) : make_absolute(name);

		if (path && is_executable(path)) {
			char *absolute = make_absolute(path);

			free(path);
			return absolute;
		}
		free(path);
		directory += length + (directory[length] == ':');
	}
	return NULL;
}

char *devtask_program_find(const char *name, struct devtask_error *error)
{
	struct stat st;
	char *path;

	if (!strchr(name, '/')) {
		path = search_path(name);
		if (!path)
			devtask_error_set(error, DEVTASK_EXIT_NO_PROGRAM, -ENOENT,
				"no such program: %s; it is in no directory of $PATH", name);
		return path;
	}
	if (stat(name, &st)) {
		devtask_error_set(error, DEVTASK_EXIT_NO_PROGRAM, -errno,
				  "no such program: %s; check the path", name);
		return NULL;
	}
	if (!S_ISREG(st.st_mode) || access(name, X_OK)) {
		devtask_error_set(error, DEVTASK_EXIT_CANNOT_RUN, -EACCES,
			S_ISREG(st.st_mode) ?
			"%s is not executable; make it so with: chmod +x %s" :
			"%s is not a program but a directory or device; name a file in %s",
			name, name);
		return NULL;
	}
	path = make_absolute(name);
	if (!path)
		devtask_error_set(error, DEVTASK_EXIT_FAILURE, -errno,
				  "cannot tell the current directory: %s", strerror(errno));
	return path;
}
