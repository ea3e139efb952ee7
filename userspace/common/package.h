/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * package - a Windows device metadata package: which devices it is for, what it says of them, and
 * which apps are privileged (MET-2). Must not know where its files came from, nor udev.
 */
#ifndef DEVTASK_PACKAGE_H
#define DEVTASK_PACKAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "package_id.h"

struct devtask_package_app {
	char *name;		/* identity name */
	char *publisher;
	bool custom_driver;	/* AccessCustomDriver */
};

struct devtask_package_apps {
	struct devtask_package_app *list;
	size_t count;
};

struct devtask_package_texts {
	char **list;
	size_t count;
};

/* Texts are UTF-8 without control characters, "" if the package does not say them. */
struct devtask_package {
	struct devtask_package_id *ids;		/* each once, as the file has them */
	size_t id_count;
	struct devtask_package_texts hardware_ids;	/* as they are written, all of them */
	struct devtask_package_texts model_ids;
	struct devtask_package_texts locales;
	char *locale;				/* the default one */
	char *experience;			/* lower-case GUID */
	int64_t modified;			/* units of 100 ns since 1970 */
	char digest[65];			/* SHA-256 of the files that count, in hex */

	char *model_name;
	char *model_number;
	char *manufacturer;
	char *description;
	struct devtask_package_texts categories;

	bool any_application;			/* privileged are all */
	struct devtask_package_apps privileged;
	struct devtask_package_apps companions;	/* Windows would download them */
};

/* NULL is no package. */
void devtask_package_destroy(struct devtask_package *package);

#endif
