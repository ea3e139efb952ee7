// SPDX-License-Identifier: GPL-2.0-only
/* cgroup - see cgroup.h. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <linux/magic.h>

#include "cgroup.h"
#include "numbers.h"

/* From include/linux/exportfs.h: the handle of a kernfs node is its 64-bit number. */
#define FILEID_KERNFS 0xfe

static int write_file(int directory, const char *name, const char *text)
{
	int fd = openat(directory, name, O_WRONLY | O_CLOEXEC);
	int ret = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		ret = -errno;
	close(fd);
	return ret;
}

/* Weights are a courtesy: a kernel without the controller still runs tasks. */
static void enable_controllers(int directory)
{
	write_file(directory, "cgroup.subtree_control", "+cpu");
	write_file(directory, "cgroup.subtree_control", "+io");
}

/* On the directory of all tasks: a weight counts among siblings, here those of the system. */
static void set_weights(int base)
{
	write_file(base, "cpu.weight", DEVTASK_CPU_WEIGHT);
	write_file(base, "io.weight", DEVTASK_IO_WEIGHT);
}

int devtask_cgroup_open_base(struct devtask_error *error)
{
	struct statfs fs;
	int root, base;

	root = open(DEVTASK_PATH_CGROUP_ROOT, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (root < 0 || fstatfs(root, &fs) || fs.f_type != CGROUP2_SUPER_MAGIC) {
		if (root >= 0)
			close(root);
		return devtask_error_set(error, DEVTASK_EXIT_UNAVAILABLE, -ENOTSUP,
			"cgroup v2 is not mounted on " DEVTASK_PATH_CGROUP_ROOT
			"; boot with systemd.unified_cgroup_hierarchy=1");
	}
	enable_controllers(root);
	if (mkdirat(root, DEVTASK_CGROUP_NAME, 0755) && errno != EEXIST)
		base = -errno;
	else
		base = openat(root, DEVTASK_CGROUP_NAME, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	close(root);
	if (base < 0)
		return devtask_error_set(error, DEVTASK_EXIT_UNAVAILABLE, -EACCES,
			"cannot make " DEVTASK_PATH_CGROUP_ROOT "/" DEVTASK_CGROUP_NAME
			"; devtaskd must run as root and see the cgroups writable");
	enable_controllers(base);
	set_weights(base);
	return base;
}

int devtask_cgroup_create(int base, const char *name, struct devtask_error *error)
{
	int fd = -1;

	if (!mkdirat(base, name, 0755))
		fd = openat(base, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -errno,
					 "cannot make a cgroup for the task: %s", strerror(errno));
	return fd;
}

int devtask_cgroup_find(uint64_t id)
{
	char storage[sizeof(struct file_handle) + sizeof(id)]
		__attribute__((aligned(__alignof__(struct file_handle))));
	struct file_handle *handle = (struct file_handle *)(void *)storage;
	int root, fd;

	handle->handle_bytes = sizeof(id);
	handle->handle_type = FILEID_KERNFS;
	memcpy(handle->f_handle, &id, sizeof(id));
	root = open(DEVTASK_PATH_CGROUP_ROOT, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (root < 0)
		return -errno;
	fd = open_by_handle_at(root, handle, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		fd = -errno;
	close(root);
	return fd;
}

int devtask_cgroup_open_events(int directory)
{
	int fd = openat(directory, "cgroup.events", O_RDONLY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

bool devtask_cgroup_is_populated(int events)
{
	char text[128];
	ssize_t length;

	length = pread(events, text, sizeof(text) - 1, 0);
	/* The directory itself is gone: nobody lives there. */
	if (length < 0)
		return errno != ENODEV;
	text[length] = '\0';
	return !strstr(text, "populated 0");
}

int devtask_cgroup_kill(int directory)
{
	return write_file(directory, "cgroup.kill", "1");
}

/* The path of @directory as the mount namespace of the helper shows it. */
static int path_of(int directory, char path[PATH_MAX])
{
	char link[64];
	ssize_t length;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", directory);
	length = readlink(link, path, PATH_MAX - 1);
	if (length < 0)
		return -errno;
	path[length] = '\0';
	return 0;
}

int devtask_cgroup_remove(int directory)
{
	char path[PATH_MAX];
	int ret = path_of(directory, path);

	if (ret)
		return ret;
	return rmdir(path) ? -errno : 0;
}

void devtask_cgroup_sweep(int base)
{
	int copy = openat(base, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *directory = copy >= 0 ? fdopendir(copy) : NULL;
	struct dirent *entry;

	if (!directory) {
		if (copy >= 0)
			close(copy);
		return;
	}
	/* The kernel refuses to remove one in which somebody lives. */
	while ((entry = readdir(directory)))
		if (entry->d_type == DT_DIR && entry->d_name[0] != '.')
			unlinkat(base, entry->d_name, AT_REMOVEDIR);
	closedir(directory);
}

bool devtask_cgroup_holds(int directory, pid_t pid)
{
	char path[PATH_MAX], file[64], *line = NULL;
	const char *inside;
	bool holds = true;
	size_t size = 0, length;
	FILE *stream;

	if (path_of(directory, path))
		return true;
	inside = path + strlen(DEVTASK_PATH_CGROUP_ROOT);
	snprintf(file, sizeof(file), "/proc/%d/cgroup", pid);
	stream = fopen(file, "re");
	if (!stream)
		return true;
	while (getline(&line, &size, stream) >= 0) {
		if (strncmp(line, "0::", 3))
			continue;
		length = strlen(inside);
		holds = !strncmp(line + 3, inside, length) &&
			(line[3 + length] == '/' || line[3 + length] == '\n');
	}
	free(line);
	fclose(stream);
	return holds;
}
