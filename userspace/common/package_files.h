/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * package_files - the XML files of a Windows metadata package, in memory, from a cabinet or from a
 * folder into which one was unpacked. Nothing is written anywhere, and no name that a package has
 * in it is ever opened. Must not know what the files say.
 */
#ifndef DEVTASK_PACKAGE_FILES_H
#define DEVTASK_PACKAGE_FILES_H

#include <stddef.h>

#include "error.h"
#include "mistakes.h"

/* Real packages have some hundred KiB, nearly all of it icons. */
#define DEVTASK_PACKAGE_CABINET_MAX	(16 * 1024 * 1024)
#define DEVTASK_PACKAGE_UNPACKED_MAX	(64 * 1024 * 1024)
#define DEVTASK_PACKAGE_ENTRIES_MAX	1024
#define DEVTASK_PACKAGE_FILE_MAX	(1024 * 1024)	/* one XML file */
#define DEVTASK_PACKAGE_TEXT_MAX	(8 * 1024 * 1024)	/* all of them */

struct devtask_package_file {
	char *name;		/* "DeviceInfo/en-US/DeviceInfo.xml" */
	char *text;		/* terminated as well */
	size_t size;
	struct devtask_mistakes mistakes;	/* for who reads the file */
};

/* Zero-initialise it before the first use. */
struct devtask_package_files {
	struct devtask_package_file *list;	/* sorted by name */
	size_t count;
	size_t total;				/* bytes of all of them */
};

/*
 * Reads @path: a cabinet, a folder, or the PackageInfo.xml in one. Returns 0, or with a sentence
 * that names @path: -ENOENT and other errors of open(2); -EINVAL it is none of them, it is broken, or
 * too much is in it; -ENOMEM. @files is empty then.
 */
int devtask_package_files_read(struct devtask_package_files *files, const char *path,
			       struct devtask_error *error);

/* The same for the bytes of a cabinet that was read from @path. */
int devtask_package_files_unpack(struct devtask_package_files *files, const char *path,
				 const void *cabinet, size_t size, struct devtask_error *error);

/*
 * Takes one file; @text of @size bytes and one more becomes part of @files in any case. -EINVAL: it
 * is too much, or there was one of that name.
 */
int devtask_package_files_add(struct devtask_package_files *files, const char *path,
			      const char *name, char *text, size_t size,
			      struct devtask_error *error);

/* The file FOLDER/NAME, or NAME if @folder is "", as Windows compares names; or NULL. */
struct devtask_package_file *devtask_package_files_find(const struct devtask_package_files *files,
							const char *folder, const char *name);

void devtask_package_files_clear(struct devtask_package_files *files);

#endif
