// SPDX-License-Identifier: GPL-2.0-only
/* package_files - see package_files.h. What is about cabinets is in package_cabinet.c. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "package_files.h"

#define DEPTH_MAX	3	/* DeviceInfo/en-US/DeviceInfo.xml */
#define MAGIC		"MSCF"

static int no_memory(struct devtask_error *error)
{
	return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -ENOMEM, "out of memory");
}

static int cannot(struct devtask_error *error, const char *path, int err, const char *change)
{
	enum devtask_exit exit = err == EACCES ? DEVTASK_EXIT_PERMISSION : DEVTASK_EXIT_NOT_THERE;

	return devtask_error_set(error, exit, -err, "cannot open %s: %s; %s", path, strerror(err),
				 change);
}

int devtask_package_files_add(struct devtask_package_files *files, const char *path,
			      const char *name, char *text, size_t size,
			      struct devtask_error *error)
{
	struct devtask_package_file *list;
	size_t i = files->count;
	char *copy = strdup(name);

	list = copy ? reallocarray(files->list, i + 1, sizeof(*list)) : NULL;
	if (!list) {
		free(text);
		free(copy);
		return no_memory(error);
	}
	files->list = list;
	for (; i && strcasecmp(list[i - 1].name, name) > 0; i--)
		;
	memmove(list + i + 1, list + i, (files->count - i) * sizeof(*list));
	list[i] = (struct devtask_package_file){ .name = copy, .text = text, .size = size };
	files->count++;
	files->total += size;
	if (i && !strcasecmp(list[i - 1].name, name))
		return devtask_error_set(error, DEVTASK_EXIT_MISTAKES, -EINVAL,
			"%s: %s is in it twice; pack it again", path, name);
	if (files->total > DEVTASK_PACKAGE_TEXT_MAX || files->count > DEVTASK_PACKAGE_ENTRIES_MAX)
		return devtask_error_set(error, DEVTASK_EXIT_MISTAKES, -EINVAL,
			"%s: more than 8 MiB of XML are in it; a metadata package has a few KiB",
			path);
	return 0;
}

/*
 * All of an open file of at most @max bytes, terminated. Returns 0; -EFBIG; -ENOMEM or what read(2)
 * says.
 */
static int slurp(int fd, size_t max, char **text, size_t *size)
{
	struct stat status;
	ssize_t got = 1;

	*size = 0;
	if (fstat(fd, &status))
		return -errno;
	if (S_ISREG(status.st_mode) && (uintmax_t)status.st_size > max)
		return -EFBIG;
	*text = malloc(max + 2);
	if (!*text)
		return -ENOMEM;
	while (got && *size <= max) {
		got = read(fd, *text + *size, max + 1 - *size);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			int err = errno;

			free(*text);
			return -err;
		}
		*size += (size_t)got;
	}
	if (*size > max) {
		free(*text);
		return -EFBIG;
	}
	(*text)[*size] = '\0';
	return 0;
}

static int take_file(struct devtask_package_files *files, const char *path, int folder,
		     const char *entry, const char *name, struct devtask_error *error)
{
	int fd = openat(folder, entry, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	char whole[4200], *text;
	size_t size;
	int ret;

	snprintf(whole, sizeof(whole), "%s/%s", path, name);
	if (fd < 0)
		return cannot(error, whole, errno, "make it a readable file");
	ret = slurp(fd, DEVTASK_PACKAGE_FILE_MAX, &text, &size);
	close(fd);
	if (ret == -EFBIG)
		return devtask_error_set(error, DEVTASK_EXIT_MISTAKES, -EINVAL,
			"%s is larger than 1 MiB; one of a metadata package has a few KiB", whole);
	if (ret == -ENOMEM)
		return no_memory(error);
	if (ret)
		return cannot(error, whole, -ret, "make it a readable file");
	return devtask_package_files_add(files, path, name, text, size, error);
}

static int take_folder(struct devtask_package_files *files, const char *path, int fd,
		       const char *prefix, int depth, struct devtask_error *error);

/* Folders that are too deep, links and files that are no XML are passed over. */
static int take_entry(struct devtask_package_files *files, const char *path, int folder,
		      const char *entry, const char *prefix, int depth,
		      struct devtask_error *error)
{
	size_t length = strlen(entry);
	struct stat status;
	char name[1024];
	int fd;

	if (*entry == '.' || fstatat(folder, entry, &status, AT_SYMLINK_NOFOLLOW) ||
	    snprintf(name, sizeof(name), "%s%s", prefix, entry) >= (int)sizeof(name) - 1)
		return 0;
	if (S_ISREG(status.st_mode))
		return length > 4 && !strcasecmp(entry + length - 4, ".xml") ?
		       take_file(files, path, folder, entry, name, error) : 0;
	if (!S_ISDIR(status.st_mode) || depth == DEPTH_MAX)
		return 0;
	fd = openat(folder, entry, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return cannot(error, entry, errno, "make it a readable folder");
	strcat(name, "/");
	return take_folder(files, path, fd, name, depth + 1, error);
}

/* Closes @fd. */
static int take_folder(struct devtask_package_files *files, const char *path, int fd,
		       const char *prefix, int depth, struct devtask_error *error)
{
	struct dirent *entry;
	unsigned int count = 0;
	DIR *folder = fdopendir(fd);
	int ret = 0;

	if (!folder) {
		close(fd);
		return no_memory(error);
	}
	while (!ret && (entry = readdir(folder))) {
		if (++count > DEVTASK_PACKAGE_ENTRIES_MAX)
			ret = devtask_error_set(error, DEVTASK_EXIT_MISTAKES, -EINVAL,
				"%s: more than 1024 files are in it; name the folder of a metadata package",
				path);
		else
			ret = take_entry(files, path, fd, entry->d_name, prefix, depth, error);
	}
	closedir(folder);
	return ret;
}

static int take_cabinet(struct devtask_package_files *files, const char *path, int fd,
			struct devtask_error *error)
{
	size_t size;
	char *bytes;
	int ret = slurp(fd, DEVTASK_PACKAGE_CABINET_MAX, &bytes, &size);

	if (ret == -EFBIG)
		return devtask_error_set(error, DEVTASK_EXIT_MISTAKES, -EINVAL,
			"%s is larger than 16 MiB; a metadata package has some hundred KiB", path);
	if (ret == -ENOMEM)
		return no_memory(error);
	if (ret)
		return cannot(error, path, -ret, "name a readable file");
	if (size >= strlen(MAGIC) && !memcmp(bytes, MAGIC, strlen(MAGIC)))
		ret = devtask_package_files_unpack(files, path, bytes, size, error);
	else
		ret = devtask_error_set(error, DEVTASK_EXIT_MISTAKES, -EINVAL,
			"%s is no cabinet; name a .devicemetadata-ms file, or the folder with a PackageInfo.xml",
			path);
	free(bytes);
	return ret;
}

/* The folder of a path to PackageInfo.xml, to be freed; NULL for another path. */
static char *folder_of(const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;

	if (strcasecmp(name, "PackageInfo.xml"))
		return NULL;
	return slash == path ? strdup("/") : slash ? strndup(path, (size_t)(slash - path)) :
	       strdup(".");
}

int devtask_package_files_read(struct devtask_package_files *files, const char *path,
			       struct devtask_error *error)
{
	char *folder = folder_of(path);
	const char *what = folder ? folder : path;
	int fd = open(what, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK), ret;
	struct stat status;

	if (fd < 0 || fstat(fd, &status)) {
		ret = cannot(error, path, errno, "name a .devicemetadata-ms file or a folder");
		if (fd >= 0)
			close(fd);
	} else if (S_ISDIR(status.st_mode)) {
		ret = take_folder(files, what, fd, "", 1, error);
	} else {
		ret = take_cabinet(files, path, fd, error);
		close(fd);
	}
	free(folder);
	if (ret)
		devtask_package_files_clear(files);
	return ret;
}

struct devtask_package_file *devtask_package_files_find(const struct devtask_package_files *files,
							const char *folder, const char *name)
{
	size_t length = strlen(folder);

	for (size_t i = 0; i < files->count; i++) {
		const char *at = files->list[i].name;

		if (length) {
			if (strncasecmp(at, folder, length) || at[length] != '/')
				continue;
			at += length + 1;
		}
		if (!strcasecmp(at, name))
			return &files->list[i];
	}
	return NULL;
}

void devtask_package_files_clear(struct devtask_package_files *files)
{
	for (size_t i = 0; i < files->count; i++) {
		free(files->list[i].name);
		free(files->list[i].text);
		devtask_mistakes_clear(&files->list[i].mistakes);
	}
	free(files->list);
	memset(files, 0, sizeof(*files));
}
