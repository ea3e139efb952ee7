// SPDX-License-Identifier: GPL-2.0-only
/* trust - see trust.h. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "trust.h"

#define LINKS_MAX 40	/* as in the kernel */

static int refuse(struct devtask_error *error, int err, const char *path, const char *what)
{
	return devtask_error_set(error, DEVTASK_EXIT_FAILURE, err, "%.300s %s", path, what);
}

static int fail(struct devtask_error *error, const char *path, int err)
{
	return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -err, "%.300s: %s", path,
				 strerror(err));
}

static bool is_owner(const struct stat *st, uid_t owner)
{
	return !st->st_uid || st->st_uid == owner;
}

/* In a sticky folder of root's nobody else can replace root's files. */
static int check(const struct stat *st, const char *path, uid_t owner, struct devtask_error *error)
{
	bool sticky = S_ISDIR(st->st_mode) && st->st_mode & S_ISVTX;

	if (!is_owner(st, owner))
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -EPERM,
			"%.200s belongs to user %u, not to root; chown root %.200s", path,
			(unsigned int)st->st_uid, path);
	if (st->st_mode & (S_IWGRP | S_IWOTH) && !sticky && !S_ISLNK(st->st_mode))
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -EPERM,
			"others than root can write to %.200s; chmod go-w %.200s", path, path);
	return 0;
}

/* Opens what O_PATH descriptor @fd is, if it still has its name. Closes neither. */
static int reopen(int folder, const char *name, const struct stat *st, int flags)
{
	struct stat now;
	int fd = openat(folder, name, flags | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd < 0)
		return -errno;
	if (!fstat(fd, &now) && now.st_dev == st->st_dev && now.st_ino == st->st_ino)
		return fd;
	close(fd);
	return -EAGAIN;
}

int devtask_trust_open_at(int folder, const char *path, const char *name, uid_t owner,
			  struct stat *st, struct devtask_error *error)
{
	int ret, fd = openat(folder, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return fail(error, path, errno);
	ret = fstat(fd, st) ? fail(error, path, errno) : 0;
	if (!ret && S_ISLNK(st->st_mode))
		ret = refuse(error, -EPERM, path, "is a symbolic link; put the file itself there");
	else if (!ret && !S_ISREG(st->st_mode))
		ret = refuse(error, -EPERM, path, "is not a regular file; put one there");
	if (!ret)
		ret = check(st, path, owner, error);
	if (!ret) {
		ret = reopen(folder, name, st, O_RDONLY);
		if (ret < 0)
			fail(error, path, -ret);
	}
	close(fd);
	return ret;
}

/* A walk along a path, of which @rest is still to go. */
struct walk {
	int folder;
	char done[PATH_MAX];	/* for sentences */
	char rest[PATH_MAX];
	int links;
};

static bool next_name(struct walk *walk, char name[NAME_MAX + 1])
{
	size_t length, skip = strspn(walk->rest, "/");

	length = strcspn(walk->rest + skip, "/");
	if (length > NAME_MAX)
		length = NAME_MAX;
	memcpy(name, walk->rest + skip, length);
	name[length] = '\0';
	memmove(walk->rest, walk->rest + skip + length, strlen(walk->rest + skip + length) + 1);
	return length > 0;
}

static int follow(struct walk *walk, int link)
{
	char target[PATH_MAX * 2];
	ssize_t length = readlinkat(link, "", target, PATH_MAX - 1);

	if (length < 0)
		return -errno;
	if (++walk->links > LINKS_MAX)
		return -ELOOP;
	if ((size_t)length + strlen(walk->rest) >= PATH_MAX)
		return -ENAMETOOLONG;
	strcpy(target + length, walk->rest);
	strcpy(walk->rest, target);
	if (*target != '/')
		return 0;
	close(walk->folder);
	*walk->done = '\0';
	walk->folder = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	return walk->folder < 0 ? -errno : 0;
}

static void go_on(struct walk *walk, const char *name)
{
	size_t used = strlen(walk->done);

	if (!strcmp(name, ".."))
		*(strrchr(walk->done, '/') ?: walk->done) = '\0';
	else if (strcmp(name, ".") && used + strlen(name) + 2 < sizeof(walk->done))
		snprintf(walk->done + used, sizeof(walk->done) - used, "/%s", name);
}

/* Opens the last name of the path, which is checked already. */
static int finish(struct walk *walk, const char *name, int fd, int flags, const struct stat *st)
{
	if ((flags & O_ACCMODE) == O_RDONLY && !(flags & O_PATH)) {
		int ret = reopen(walk->folder, name, st, flags);

		close(fd);
		return ret;
	}
	return fd;
}

static int walk_on(struct walk *walk, int flags, uid_t owner, struct stat *st,
		   struct devtask_error *error)
{
	char name[NAME_MAX + 1];
	int fd, ret;

	while (next_name(walk, name)) {
		bool last = !walk->rest[strspn(walk->rest, "/")];

		fd = openat(walk->folder, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
		ret = fd < 0 || fstat(fd, st) ? -errno : 0;
		if (!ret && S_ISLNK(st->st_mode)) {
			ret = is_owner(st, owner) ? follow(walk, fd) : -EPERM;
			close(fd);
			if (ret)
				return fail(error, walk->done, -ret);
			continue;
		}
		go_on(walk, name);
		if (ret)
			fail(error, walk->done, -ret);
		else
			ret = check(st, walk->done, owner, error);
		if (!ret && last) {
			fd = finish(walk, name, fd, flags, st);
			return fd < 0 ? fail(error, walk->done, -fd) : fd;
		}
		if (ret) {
			if (fd >= 0)
				close(fd);
			return ret;
		}
		close(walk->folder);
		walk->folder = fd;
	}
	return fail(error, "/", EISDIR);
}

int devtask_trust_open(const char *path, int flags, uid_t owner, struct stat *st,
		       struct devtask_error *error)
{
	struct walk walk = { 0 };
	int ret;

	if (*path != '/')
		return refuse(error, -EINVAL, path, "is not an absolute path; write one");
	if (strlen(path) >= sizeof(walk.rest))
		return fail(error, path, ENAMETOOLONG);
	strcpy(walk.rest, path);
	walk.folder = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (walk.folder < 0)
		return fail(error, "/", errno);
	ret = walk_on(&walk, flags, owner, st, error);
	if (walk.folder >= 0)
		close(walk.folder);
	return ret;
}
