/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * package_parts - takes the elements of a metadata package's files that count, checks them, and puts
 * them into the package. Must not know how they are found: that is room "package_xml".
 */
#ifndef DEVTASK_PACKAGE_PARTS_H
#define DEVTASK_PACKAGE_PARTS_H

#include <stdbool.h>
#include <stddef.h>

struct devtask_element;
struct devtask_mistakes;
struct devtask_package;
struct devtask_package_file;
struct devtask_package_rule;

enum devtask_package_document {
	DEVTASK_PACKAGE_INFO,
	DEVTASK_PACKAGE_DEVICE,		/* DeviceInfo.xml */
	DEVTASK_PACKAGE_SOFTWARE,	/* SoftwareInfo.xml */
};

/* Folders that PackageInfo.xml names, to be freed; NULL as long as it has not. */
struct devtask_package_folders {
	char *device;
	char *software;
};

#define DEVTASK_PACKAGE_ELEMENT_MAX	1024	/* bytes between two tags */

/* In the middle of one file. */
struct devtask_package_reader {
	enum devtask_package_document document;
	const struct devtask_package_file *file;
	struct devtask_mistakes *mistakes;
	struct devtask_package *package;
	struct devtask_package_folders *folders;
	char path[128];		/* names of the elements that count and that we are in */
	const struct devtask_package_rule *rule;	/* of the innermost, if it is the end of a way */
	size_t skipped;		/* elements that we are in and that do not count */
	bool out_of_memory;

	/* The innermost element that counts. */
	size_t offset;
	char text[DEVTASK_PACKAGE_ELEMENT_MAX + 1];
	size_t text_size;
	bool has_modified;
	bool is_default;	/* Locale */
	char **folder;		/* Metadata: where its folder goes, or NULL */
};

/* An element that counts, by the way to it from the root; those on the way count as well. */
struct devtask_package_rule {
	const char *path;
	/* Both may be NULL. */
	void (*enter)(struct devtask_package_reader *reader, const struct devtask_element *element);
	/* The element is text: it is told of it without blanks around it. */
	void (*text)(struct devtask_package_reader *reader, const char *text);
};

struct devtask_package_kind {
	const char *name;	/* of the root, and in its namespace */
	const struct devtask_package_rule *rules;	/* until one without a path */
};

const struct devtask_package_kind *devtask_package_kind(enum devtask_package_document document);

/* Only the kind of document counts, for there are versions; "http" and "https" are both in use. */
bool devtask_package_is_space(const char *space, const char *kind);

/* A mistake at a byte of the file. */
void devtask_package_fault(struct devtask_package_reader *reader, size_t offset,
			   const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
