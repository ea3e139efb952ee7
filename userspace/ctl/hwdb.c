// SPDX-License-Identifier: GPL-2.0-only
/* hwdb - see hwdb.h. */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hwdb.h"

static int cannot(struct devtask_error *error, const char *path, int err)
{
	bool forbidden = err == EACCES || err == EPERM || err == EROFS;

	return devtask_error_set(error,
		forbidden ? DEVTASK_EXIT_PERMISSION : DEVTASK_EXIT_FAILURE, -err,
		"cannot write %s: %s; %s", path, strerror(err),
		forbidden ? "do it as root, or write elsewhere with --output" :
		err == ENOENT ? "make its folder" : "make room, or write elsewhere with --output");
}

static int fill(int fd, const struct devtask_hwdb_file *file)
{
	for (size_t done = 0; done < file->size;) {
		ssize_t wrote = write(fd, file->text + done, file->size - done);

		if (wrote < 0 && errno != EINTR)
			return -errno;
		done += wrote > 0 ? (size_t)wrote : 0;
	}
	if (fchmod(fd, 0644) || fsync(fd))
		return -errno;
	return 0;
}

/* So that the new name outlives a loss of power. */
static void sync_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
	int fd = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

	if (fd >= 0) {
		fsync(fd);
		close(fd);
	}
	free(folder);
}

int devtask_hwdb_write(const struct devtask_hwdb_file *file, struct devtask_error *error)
{
	char *other;
	int fd, ret;

	/* Its name does not end in .hwdb, so that nobody reads it meanwhile. */
	if (asprintf(&other, "%s.XXXXXX", file->path) < 0)
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -ENOMEM, "out of memory");
	fd = mkostemp(other, O_CLOEXEC);
	if (fd < 0) {
		ret = cannot(error, file->path, errno);
		free(other);
		return ret;
	}
	ret = fill(fd, file);
	close(fd);
	if (!ret && rename(other, file->path))
		ret = -errno;
	if (ret) {
		unlink(other);
		cannot(error, file->path, -ret);
	} else {
		sync_folder(file->path);
	}
	free(other);
	return ret;
}

int devtask_hwdb_update(const char *root, struct devtask_error *error)
{
	extern char **environ;
	char name[] = "systemd-hwdb", verb[] = "update", *option = NULL;
	char *argv[] = { name, verb, NULL, NULL };
	int status = 0, ret;
	pid_t pid;

	if (*root) {
		if (asprintf(&option, "--root=%s", root) < 0)
			return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -ENOMEM,
						 "out of memory");
		argv[2] = option;
	}
	ret = -posix_spawnp(&pid, name, NULL, NULL, argv, environ);
	free(option);
	if (ret)
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, ret,
			"cannot run systemd-hwdb: %s; install udev, then run: systemd-hwdb update",
			strerror(-ret));
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -EIO,
			"systemd-hwdb update has failed, so udev has the old database; see what it said and run it again");
	return 0;
}
