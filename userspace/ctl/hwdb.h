/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hwdb - files of udev's hardware database, each written as a whole or not at all. Must not know
 * what they say of devices.
 */
#ifndef DEVTASK_CTL_HWDB_H
#define DEVTASK_CTL_HWDB_H

#include <stdbool.h>
#include <stddef.h>

#include "error.h"

struct devtask_hwdb_file {
	char *path;
	char *text;
	size_t size;
};

/* What lies at @file->path is replaced in one step. -errno with a sentence. */
int devtask_hwdb_write(const struct devtask_hwdb_file *file, struct devtask_error *error);

/* Builds the database below @root ("" for ours) from its files, by systemd-hwdb(8). */
int devtask_hwdb_update(const char *root, struct devtask_error *error);

#endif
