// SPDX-License-Identifier: GPL-2.0-only
/*
 * storefile - see storefile.h. The checks need no lock against others: only root can change
 * names in the directory, and in those above it.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "log.h"
#include "storefile.h"

static int tell(const char *what, const char *path, int err, struct devtask_error *error)
{
	return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -err, "cannot %s %s: %s", what, path,
				 strerror(err));
}

static int tell_open(const char *path, int err, struct devtask_error *error)
{
	if (err != ELOOP && err != ENOTDIR)
		return tell("open", path, err, error);
	return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -ELOOP,
		"%s is a link, or no directory, and is not used; remove it (to keep the files "
		"elsewhere, mount that place here)", path);
}

/* Ours, and nobody else could have written there; who could only read is shut out. */
static int check_owner(int fd, const char *path, mode_t mode, struct devtask_error *error)
{
	struct stat st;

	if (fstat(fd, &st))
		return tell("look at", path, errno, error);
	if (st.st_uid != geteuid())
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -EPERM,
			"%s belongs to user %u and is not used; find out why, then remove it",
			path, (unsigned int)st.st_uid);
	if (st.st_mode & 022)
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -EPERM,
			"others may write to %s (mode %04o), so it is not used; find out why, then "
			"chmod it to %04o", path, st.st_mode & 07777, mode);
	if ((st.st_mode & 07777) == mode)
		return 0;
	if (fchmod(fd, mode))
		return tell("change the mode of", path, errno, error);
	log_warning("%s had mode %04o and has %04o now", path, st.st_mode & 07777, mode);
	return 0;
}

static int resolve(struct devtask_storefile *file, struct devtask_error *error)
{
	char link[32], directory[4096 - 128];
	ssize_t length;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", file->directory);
	length = readlink(link, directory, sizeof(directory) - 1);
	if (length < 0)
		return tell("tell the path of", link, errno, error);
	directory[length] = '\0';
	snprintf(file->path, sizeof(file->path), "%s/%s", directory, file->name);
	snprintf(file->draft, sizeof(file->draft), "%s.new", file->path);
	return 0;
}

int devtask_storefile_open(struct devtask_storefile *file, const char *directory,
			   const char *name, struct devtask_error *error)
{
	int ret;

	snprintf(file->name, sizeof(file->name), "%s.db", name);
	if (mkdir(directory, 0700) && errno != EEXIST) {
		file->directory = -1;
		return tell("make", directory, errno, error);
	}
	file->directory = open(directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (file->directory < 0)
		return tell_open(directory, errno, error);
	ret = check_owner(file->directory, directory, 0700, error);
	return ret ? ret : resolve(file, error);
}

void devtask_storefile_close(struct devtask_storefile *file)
{
	if (file->directory >= 0)
		close(file->directory);
	file->directory = -1;
}

int devtask_storefile_check(struct devtask_storefile *file, struct devtask_error *error)
{
	int ret, fd = openat(file->directory, file->name,
			     O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;

	if (fd < 0)
		return tell_open(file->path, errno, error);
	ret = fstat(fd, &st) ? tell("look at", file->path, errno, error) : 0;
	if (!ret && (!S_ISREG(st.st_mode) || st.st_nlink != 1))
		ret = devtask_error_set(error, DEVTASK_EXIT_FAILURE, -EPERM,
			"%s is no file of its own but a device or a second name; it is not used, "
			"remove it", file->path);
	if (!ret)
		ret = check_owner(fd, file->path, 0600, error);
	if (!ret && !st.st_size)
		ret = devtask_error_set(error, DEVTASK_EXIT_FAILURE, -EUCLEAN, "%s: it is empty",
					file->path);
	/* Before SQLite has it open: closing any descriptor drops the process's locks. */
	close(fd);
	return ret;
}

/* NAME.broken-DATE, a name that sorts by time. */
static void make_broken_name(const struct devtask_storefile *file, char *name, size_t size)
{
	struct timespec now;
	char stamp[32];
	struct tm utc;

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &utc);
	strftime(stamp, sizeof(stamp), "%Y%m%dT%H%M%S", &utc);
	snprintf(name, size, "%s.broken-%s.%06ldZ", file->name, stamp, now.tv_nsec / 1000);
}

/* 0 if it was moved, or was not there. */
static int move(struct devtask_storefile *file, const char *from, const char *to,
		struct devtask_error *error)
{
	if (!renameat2(file->directory, from, file->directory, to, RENAME_NOREPLACE)) {
		log_error("%s is kept as %s", from, to);
		return 0;
	}
	return errno == ENOENT ? 0 : tell("set aside", file->path, errno, error);
}

/*
 * A file that SQLite keeps beside its own and would take for part of the next one of that name.
 * What is in it belongs to the broken one.
 */
static int move_beside(struct devtask_storefile *file, const char *suffix, const char *broken,
		       struct devtask_error *error)
{
	char from[NAME_MAX], to[NAME_MAX];

	snprintf(from, sizeof(from), "%s%s", file->name, suffix);
	snprintf(to, sizeof(to), "%s%s", broken, suffix);
	return move(file, from, to, error);
}

static int sync_directory(struct devtask_storefile *file, struct devtask_error *error)
{
	int above = openat(file->directory, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int ret = fsync(file->directory) || above < 0 || fsync(above) ?
		  tell("write", file->path, errno, error) : 0;

	if (above >= 0)
		close(above);
	return ret;
}

int devtask_storefile_set_aside(struct devtask_storefile *file, struct devtask_error *error)
{
	char broken[NAME_MAX - 16];
	int ret;

	make_broken_name(file, broken, sizeof(broken));
	ret = move(file, file->name, broken, error);
	if (!ret)
		ret = move_beside(file, "-wal", broken, error);
	if (!ret)
		ret = move_beside(file, "-journal", broken, error);
	if (ret)
		return ret;
	/* An index of the log, made anew from it. */
	snprintf(broken, sizeof(broken), "%s-shm", file->name);
	unlinkat(file->directory, broken, 0);
	return sync_directory(file, error);
}

int devtask_storefile_begin(struct devtask_storefile *file, struct devtask_error *error)
{
	const char *name = strrchr(file->draft, '/') + 1;
	char journal[NAME_MAX];
	int fd, ret;

	/* A log without its file: somebody took the file away, or setting aside was interrupted. */
	ret = devtask_storefile_set_aside(file, error);
	if (ret)
		return ret;
	snprintf(journal, sizeof(journal), "%s-journal", name);
	unlinkat(file->directory, name, 0);
	unlinkat(file->directory, journal, 0);
	fd = openat(file->directory, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		    0600);
	if (fd < 0)
		return tell("make", file->draft, errno, error);
	ret = fchmod(fd, 0600) ? tell("change the mode of", file->draft, errno, error) : 0;
	close(fd);
	return ret;
}

int devtask_storefile_publish(struct devtask_storefile *file, struct devtask_error *error)
{
	if (renameat2(file->directory, strrchr(file->draft, '/') + 1, file->directory, file->name,
		      RENAME_NOREPLACE))
		return tell("make", file->path, errno, error);
	return sync_directory(file, error);
}

static bool is_log_of(const char *name, const char *of)
{
	return *of && !strncmp(name, of, strlen(of));
}

bool devtask_storefile_find_broken(const struct devtask_storefile *file, char *path, size_t size)
{
	char prefix[sizeof(file->name) + 16], newest[NAME_MAX + 1] = "";
	struct dirent *entry;
	DIR *directory;
	int fd;

	snprintf(prefix, sizeof(prefix), "%s.broken-", file->name);
	fd = openat(file->directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	directory = fd < 0 ? NULL : fdopendir(fd);
	if (!directory)
		return false;
	while ((entry = readdir(directory))) {
		if (strncmp(entry->d_name, prefix, strlen(prefix)))
			continue;
		if (is_log_of(newest, entry->d_name) ||
		    (strcmp(entry->d_name, newest) > 0 && !is_log_of(entry->d_name, newest)))
			snprintf(newest, sizeof(newest), "%s", entry->d_name);
	}
	closedir(directory);
	snprintf(path, size, "%.*s/%s", (int)(strrchr(file->path, '/') - file->path), file->path,
		 newest);
	return *newest;
}
