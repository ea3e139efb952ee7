/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * snapshot - all manifests in the drop-in folders as they are at one moment (REG-4): the apps,
 * with what was found of their programs, and the files that are no app. Must not know what
 * was there before.
 */
#ifndef DEVTASK_SNAPSHOT_H
#define DEVTASK_SNAPSHOT_H

#include <stddef.h>
#include <sys/types.h>

#include "app.h"
#include "taskdir.h"

/* Files with other endings are not looked at. */
#define DEVTASK_SNAPSHOT_ENDINGS ".appxmanifest", ".xml"

/* An app that is installed. */
struct devtask_installed {
	struct devtask_app *app;
	size_t rank;				/* of the folder */
	struct devtask_program manifest;	/* the file, to see whether it has changed */
	struct devtask_program *executables;	/* one per app->applications */
	struct devtask_program *programs;	/* one per app->entry_points */
};

/* A file that is no app. */
struct devtask_broken {
	char *path;
	char *name;	/* Identity@Name, or NULL if that cannot be understood */
	char *text;	/* "FILE:LINE:COLUMN: what is wrong; what to change" */
};

struct devtask_snapshot {
	struct devtask_installed *apps;		/* in the order of their names */
	size_t app_count;
	struct devtask_broken *broken;		/* in the order of the folders */
	size_t broken_count;
};

/*
 * @folders: "folder:folder" in rising rank, @taskdirs as DEVTASK_TASKDIR_ROOTS. A folder that is not
 * there is empty; one that is not to be trusted is broken. Returns 0 or -ENOMEM.
 */
int devtask_snapshot_take(const char *folders, const char *taskdirs, uid_t owner,
			  struct devtask_snapshot *snapshot);

void devtask_snapshot_clear(struct devtask_snapshot *snapshot);

const struct devtask_installed *devtask_snapshot_find(const struct devtask_snapshot *snapshot,
						      const char *name);

#endif
