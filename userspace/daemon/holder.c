// SPDX-License-Identifier: GPL-2.0-only
/* holder - see holder.h. */
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "holder.h"

/* Is descriptor @fd of process @pid open for writing? */
static bool is_writable(int proc, pid_t pid, const char *fd)
{
	unsigned int flags = O_RDONLY;
	char path[64], line[128];
	bool found = false;
	FILE *file;
	int info;

	snprintf(path, sizeof(path), "%d/fdinfo/%.16s", pid, fd);
	info = openat(proc, path, O_RDONLY | O_CLOEXEC);
	file = info < 0 ? NULL : fdopen(info, "r");
	if (!file) {
		if (info >= 0)
			close(info);
		return false;
	}
	while (!found && fgets(line, sizeof(line), file))
		found = sscanf(line, "flags: %o", &flags) == 1;
	fclose(file);
	return (flags & O_ACCMODE) != O_RDONLY && !(flags & O_PATH);
}

/* Never asks a file server: a file of a dead one would keep the helper for ever. */
static bool is_device(int fds, const char *fd, dev_t number)
{
	struct statx st;

	return !statx(fds, fd, AT_STATX_DONT_SYNC, STATX_TYPE, &st) && S_ISCHR(st.stx_mode) &&
	       makedev(st.stx_rdev_major, st.stx_rdev_minor) == number;
}

static bool holds(int proc, pid_t pid, dev_t number)
{
	struct dirent *entry;
	bool found = false;
	char path[32];
	DIR *list;
	int fds;

	snprintf(path, sizeof(path), "%d/fd", pid);
	fds = openat(proc, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	list = fds < 0 ? NULL : fdopendir(fds);
	if (!list) {
		if (fds >= 0)
			close(fds);
		return false;
	}
	while (!found && (entry = readdir(list))) {
		found = isdigit((unsigned char)*entry->d_name) &&
			is_device(fds, entry->d_name, number) &&
			is_writable(proc, pid, entry->d_name);
	}
	closedir(list);
	return found;
}

static void read_name(int proc, pid_t pid, char *name, size_t size)
{
	ssize_t length;
	char path[32];
	int fd;

	snprintf(name, size, "a process");
	snprintf(path, sizeof(path), "%d/comm", pid);
	fd = openat(proc, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	length = read(fd, name, size - 1);
	close(fd);
	if (length <= 0)
		return;
	name[length] = '\0';
	name[strcspn(name, "\n")] = '\0';
	for (char *p = name; *p; p++)
		if (iscntrl((unsigned char)*p))
			*p = '?';
}

bool devtask_holder_find(const char *proc, dev_t number, struct devtask_holder *holder)
{
	DIR *list = opendir(proc ? proc : "/proc");
	struct dirent *entry;
	bool found = false;

	if (!list)
		return false;
	while (!found && (entry = readdir(list))) {
		pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);

		if (pid <= 0 || pid == getpid() || !holds(dirfd(list), pid, number))
			continue;
		holder->pid = pid;
		read_name(dirfd(list), pid, holder->name, sizeof(holder->name));
		found = true;
	}
	closedir(list);
	return found;
}
