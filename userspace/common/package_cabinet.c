// SPDX-License-Identifier: GPL-2.0-only
/*
 * package_cabinet - takes the XML files out of a cabinet, by libarchive: it unpacks in memory.
 * See devtask_package_files_unpack().
 */
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <archive.h>
#include <archive_entry.h>

#include "clean.h"
#include "package_files.h"
#include "utf8.h"

#define HEADER_SIZE	36
#define FOLDER_SIZE	8
#define BLOCK_SIZE	32768	/* a data block unpacks to at most so much */

enum flags {
	HAS_PREVIOUS = 1,
	HAS_NEXT = 2,
	HAS_RESERVED = 4,
};

static int refuse(struct devtask_error *error, const char *path, const char *what)
{
	return devtask_error_set(error, DEVTASK_EXIT_MISTAKES, -EINVAL, "%s: %s", path, what);
}

static unsigned int get16(const uint8_t *at)
{
	return at[0] | (unsigned int)at[1] << 8;
}

/*
 * What is in the cabinet is known from its first bytes: before anything is unpacked, it is refused
 * if it would be too much, whatever little its files then say that they want of it.
 */
static int check_header(const uint8_t *cabinet, size_t size, const char *path,
			struct devtask_error *error)
{
	unsigned int flags, folders, reserve = 0;
	size_t at = HEADER_SIZE;
	uint64_t blocks = 0;

	if (size < HEADER_SIZE)
		return refuse(error, path, "the cabinet is cut off in its header; get the file again");
	folders = get16(cabinet + 26);
	flags = get16(cabinet + 30);
	if (flags & (HAS_PREVIOUS | HAS_NEXT))
		return refuse(error, path, "the cabinet is one part of several, and a metadata package is a single one; pack it again as one");
	if (get16(cabinet + 28) > DEVTASK_PACKAGE_ENTRIES_MAX)
		return refuse(error, path, "more than 1024 files are in the cabinet; a metadata package has a few");
	if (flags & HAS_RESERVED) {
		if (size < at + 4)
			return refuse(error, path, "the cabinet is cut off in its header; get the file again");
		reserve = cabinet[at + 2];
		at += 4 + get16(cabinet + at);
	}
	for (; folders; folders--, at += FOLDER_SIZE + reserve) {
		if (at + FOLDER_SIZE > size)
			return refuse(error, path, "the cabinet is cut off in its header; get the file again");
		blocks += get16(cabinet + at + 4);
	}
	if (blocks * BLOCK_SIZE > DEVTASK_PACKAGE_UNPACKED_MAX)
		return refuse(error, path, "more than 64 MiB are in the cabinet; a metadata package has an icon and a few KiB of XML");
	return 0;
}

/* libarchive says what is wrong, not always with more than a number. */
static int tell(struct archive *archive, const char *path, struct devtask_error *error)
{
	const char *text = archive_error_string(archive);
	char *said;
	int ret;

	if (archive_errno(archive) == ENOMEM)
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -ENOMEM, "out of memory");
	said = devtask_utf8_repair(text ? text : "no more is known");
	if (said)
		devtask_clean(said);
	ret = devtask_error_set(error, DEVTASK_EXIT_MISTAKES, -EINVAL,
				"%s: the cabinet is broken or cut off (%s); get the file again", path,
				said ? said : "?");
	free(said);
	return ret;
}

static bool leads_out(const char *name)
{
	if (*name == '/' || (*name && name[1] == ':'))
		return true;
	for (; name; name = strchr(name, '/')) {
		name += *name == '/';
		if (!strncmp(name, "..", 2) && (!name[2] || name[2] == '/'))
			return true;
	}
	return false;
}

static bool is_xml(const char *name)
{
	size_t length = strlen(name);

	return length > 4 && !strcasecmp(name + length - 4, ".xml");
}

static int take_text(struct devtask_package_files *files, struct archive *archive, const char *path,
		     const char *name, size_t size, struct devtask_error *error)
{
	size_t used = 0;
	ssize_t got = 1;
	char *text;

	if (size > DEVTASK_PACKAGE_FILE_MAX)
		return devtask_error_set(error, DEVTASK_EXIT_MISTAKES, -EINVAL,
			"%s: %s in it is larger than 1 MiB; one of a metadata package has a few KiB",
			path, name);
	text = malloc(size + 1);
	if (!text)
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -ENOMEM, "out of memory");
	while (used < size && got > 0) {
		got = archive_read_data(archive, text + used, size - used);
		used += got > 0 ? (size_t)got : 0;
	}
	if (got < 0 || used < size) {
		free(text);
		return tell(archive, path, error);
	}
	text[used] = '\0';
	return devtask_package_files_add(files, path, name, text, used, error);
}

static int take_entry(struct devtask_package_files *files, struct archive *archive,
		      struct archive_entry *entry, const char *path, struct devtask_error *error)
{
	const char *raw = archive_entry_pathname(entry);
	char *name = devtask_utf8_repair(raw ? raw : "");
	int ret = 0;

	if (!name)
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -ENOMEM, "out of memory");
	devtask_clean(name);
	if (strlen(name) > NAME_MAX)
		ret = refuse(error, path, "a name in it has more than 255 bytes, which no cabinet of a tool has; do not trust this file");
	else if (leads_out(name))
		ret = devtask_error_set(error, DEVTASK_EXIT_MISTAKES, -EINVAL,
			"%s: the name %s in it leads out of the package; no tool makes such ones, so do not trust this file",
			path, name);
	else if (is_xml(name))
		ret = take_text(files, archive, path, name, (size_t)archive_entry_size(entry),
				error);
	free(name);
	return ret;
}

static int take_entries(struct devtask_package_files *files, struct archive *archive,
			const char *path, struct devtask_error *error)
{
	struct archive_entry *entry;
	int ret;

	for (;;) {
		ret = archive_read_next_header(archive, &entry);
		if (ret == ARCHIVE_EOF)
			return 0;
		if (ret < ARCHIVE_WARN)
			return tell(archive, path, error);
		ret = take_entry(files, archive, entry, path, error);
		if (ret)
			return ret;
	}
}

int devtask_package_files_unpack(struct devtask_package_files *files, const char *path,
				 const void *cabinet, size_t size, struct devtask_error *error)
{
	struct archive *archive;
	int ret = check_header(cabinet, size, path, error);

	if (ret)
		return ret;
	archive = archive_read_new();
	if (!archive || archive_read_support_format_cab(archive))
		ret = devtask_error_set(error, DEVTASK_EXIT_FAILURE, -ENOMEM,
					"libarchive does not start");
	else if (archive_read_open_memory(archive, cabinet, size))
		ret = tell(archive, path, error);
	else
		ret = take_entries(files, archive, path, error);
	archive_read_free(archive);
	if (ret)
		devtask_package_files_clear(files);
	return ret;
}
