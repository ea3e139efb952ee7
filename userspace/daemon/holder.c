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
#include <sys/vfs.h>
#include <unistd.h>

#include "holder.h"
#include "numbers.h"
#include "siblings.h"

/* Can process @pid do I/O by its descriptor @fd? O_PATH is none, for whatever it was opened. */
static bool does_io(int proc, pid_t pid, const char *fd, bool reading)
{
	unsigned int flags = O_PATH;
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
	return !(flags & O_PATH) && (reading || (flags & O_ACCMODE) != O_RDONLY);
}

/* Never asks a file server: a file of a dead one would keep the helper for ever. */
static const struct devtask_sibling *find_node(int fds, const char *fd,
					       const struct devtask_siblings *siblings)
{
	struct statx st;
	dev_t number;

	if (statx(fds, fd, AT_STATX_DONT_SYNC, STATX_TYPE, &st) ||
	    !(S_ISCHR(st.stx_mode) || S_ISBLK(st.stx_mode)))
		return NULL;
	number = makedev(st.stx_rdev_major, st.stx_rdev_minor);
	for (size_t i = 0; i < siblings->count; i++)
		if (siblings->list[i].number == number &&
		    siblings->list[i].is_block == S_ISBLK(st.stx_mode))
			return &siblings->list[i];
	return NULL;
}

/* A guard lets members of its task in and nobody else, and after the task's end nobody at all. */
static bool is_guarded(int fds, const char *fd)
{
	int file = openat(fds, fd, O_PATH | O_CLOEXEC);
	struct statfs fs;
	bool guarded = file >= 0 && !fstatfs(file, &fs) && fs.f_type == DEVTASK_GUARD_MAGIC;

	if (file >= 0)
		close(file);
	return guarded;
}

/* The node by which @pid can talk to the device, or NULL. */
static const struct devtask_sibling *held_by(int proc, pid_t pid,
					     const struct devtask_siblings *siblings)
{
	const struct devtask_sibling *found = NULL;
	struct dirent *entry;
	char path[32];
	DIR *list;
	int fds;

	snprintf(path, sizeof(path), "%d/fd", pid);
	fds = openat(proc, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	list = fds < 0 ? NULL : fdopendir(fds);
	if (!list) {
		if (fds >= 0)
			close(fds);
		return NULL;
	}
	while (!found && (entry = readdir(list))) {
		if (!isdigit((unsigned char)*entry->d_name))
			continue;
		found = find_node(fds, entry->d_name, siblings);
		if (found && (!does_io(proc, pid, entry->d_name, found->reading_is_io) ||
			      is_guarded(fds, entry->d_name)))
			found = NULL;
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

bool devtask_holder_find_any(const char *proc, const struct devtask_siblings *siblings,
			     bool (*spared)(pid_t pid, void *context), void *context,
			     struct devtask_holder *holder)
{
	DIR *list = opendir(proc ? proc : "/proc");
	const struct devtask_sibling *held = NULL;
	struct dirent *entry;

	if (!list)
		return false;
	while (!held && (entry = readdir(list))) {
		pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);

		held = pid > 0 && pid != getpid() ? held_by(dirfd(list), pid, siblings) : NULL;
		if (held && spared && spared(pid, context))
			held = NULL;
		if (!held)
			continue;
		holder->pid = pid;
		memcpy(holder->node, held->node, sizeof(holder->node));
		read_name(dirfd(list), pid, holder->name, sizeof(holder->name));
	}
	closedir(list);
	return held;
}

bool devtask_holder_find(const char *proc, dev_t number, struct devtask_holder *holder)
{
	struct devtask_siblings *one = calloc(1, sizeof(*one));
	bool found = false;

	if (one) {
		one->count = 1;
		one->list[0].number = number;
		found = devtask_holder_find_any(proc, one, NULL, NULL, holder);
	}
	free(one);
	return found;
}
