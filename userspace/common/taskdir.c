// SPDX-License-Identifier: GPL-2.0-only
/* taskdir - see taskdir.h. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app.h"
#include "taskdir.h"
#include "trust.h"

static int take(const char *path, uid_t owner, struct devtask_program *program)
{
	struct devtask_error *error = &program->error;
	struct stat st;
	int fd = devtask_trust_open(path, O_PATH, owner, &st, error);

	if (fd < 0)
		return fd;
	close(fd);
	if (!S_ISREG(st.st_mode) || !(st.st_mode & 0111))
		return devtask_error_set(error, DEVTASK_EXIT_CANNOT_RUN, -EPERM,
			"%.300s is not a program; chmod +x it, or name another one", path);
	program->path = strdup(path);
	if (!program->path)
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -ENOMEM, "out of memory");
	program->dev = st.st_dev;
	program->inode = st.st_ino;
	program->size = st.st_size;
	program->written = st.st_mtim;
	return 0;
}

/* Does @name stay in the folder that it is put behind? */
static bool stays(const char *name)
{
	size_t length = strlen(name);

	return length && *name != '/' && strcmp(name, "..") && strncmp(name, "../", 3) &&
	       !strstr(name, "/../") && (length < 3 || strcmp(name + length - 3, "/.."));
}

static int take_below(const char *roots, uid_t owner, const char *app, const char *name,
		      struct devtask_program *program)
{
	char path[PATH_MAX];
	int ret = -ENOENT;

	if (!name || !stays(name))
		return -ENOENT;
	while (*roots && ret == -ENOENT) {
		size_t length = strcspn(roots, ":");

		if ((size_t)snprintf(path, sizeof(path), "%.*s/%s/%s", (int)length, roots, app,
				     name) < sizeof(path))
			ret = take(path, owner, program);
		roots += length + (roots[length] == ':');
	}
	return ret;
}

static bool is_absolute(const char *name)
{
	return name && *name == '/';
}

/* The entry point is the name of a file, never a path. */
static const char *file_of(const char *entry_point)
{
	return entry_point && !strchr(entry_point, '/') && strcmp(entry_point, ".") ? entry_point :
										      NULL;
}

static int find(const char *roots, uid_t owner, const char *app,
		const struct devtask_program_name *name, struct devtask_program *program)
{
	int ret;

	if (name->native)
		return is_absolute(name->native) ? take(name->native, owner, program) :
			take_below(roots, owner, app, name->native, program);
	if (is_absolute(name->executable))
		return take(name->executable, owner, program);
	ret = take_below(roots, owner, app, name->executable, program);
	if (ret == -ENOENT)
		ret = take_below(roots, owner, app, file_of(name->entry_point), program);
	return ret;
}

int devtask_taskdir_find(const char *roots, uid_t owner, const char *app, const char *what,
			 const struct devtask_program_name *name,
			 struct devtask_program *program)
{
	const char *last = strrchr(roots, ':');
	const char *named = name->native ?: is_absolute(name->executable) ? name->executable : NULL;
	int ret;

	memset(program, 0, sizeof(*program));
	ret = find(roots, owner, app, name, program);
	if (ret != -ENOENT)
		return ret;
	if (is_absolute(named))
		return devtask_error_set(&program->error, DEVTASK_EXIT_NO_PROGRAM, ret,
			"%s of app %s names %.200s, which is not there; install it", what, app,
			named);
	return devtask_error_set(&program->error, DEVTASK_EXIT_NO_PROGRAM, ret,
		"%s of app %s has no program; put it at %.200s/%s/%.120s, or name it with Executable, "
		"see devtask-manifest(5)", what, app, last ? last + 1 : roots, app,
		named ?: file_of(name->entry_point) ?: "NAME");
}
