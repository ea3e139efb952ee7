/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * storefile - the file behind a store: who may have put it there, how it comes into being in
 * one piece, and how it is set aside when it is broken (CON-5). Must not know what is in it.
 */
#ifndef DEVTASK_DAEMON_STOREFILE_H
#define DEVTASK_DAEMON_STOREFILE_H

#include <stdbool.h>
#include <stddef.h>

#include "error.h"

struct devtask_storefile {
	int directory;
	char name[64];		/* "consent.db" */
	char path[4096];	/* without links */
	char draft[4096 + 8];	/* where it is made */
};

/* Makes @directory, of root alone, or checks it. Afterwards the file can be closed. */
int devtask_storefile_open(struct devtask_storefile *file, const char *directory,
			   const char *name, struct devtask_error *error);
void devtask_storefile_close(struct devtask_storefile *file);

/* -ENOENT: there is none; -EUCLEAN: it is empty; else as devtask_store_open(). */
int devtask_storefile_check(struct devtask_storefile *file, struct devtask_error *error);

/* An empty draft, of root alone, instead of what an interrupted start left. */
int devtask_storefile_begin(struct devtask_storefile *file, struct devtask_error *error);

/* The draft gets the name, on the disk; -EEXIST if something is there already. */
int devtask_storefile_publish(struct devtask_storefile *file, struct devtask_error *error);

/* Renames the file, and the log of it, to NAME.broken-DATE. */
int devtask_storefile_set_aside(struct devtask_storefile *file, struct devtask_error *error);

/* The path of the newest file that was set aside; false if there is none. */
bool devtask_storefile_find_broken(const struct devtask_storefile *file, char *path, size_t size);

#endif
