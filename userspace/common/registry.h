/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * registry - the apps that are installed: every manifest in the drop-in folders (REG-4), the
 * programs they name, and which of them a sender is. Must not know what an app asks for.
 */
#ifndef DEVTASK_REGISTRY_H
#define DEVTASK_REGISTRY_H

#include <stddef.h>

#include "app.h"
#include "error.h"
#include "snapshot.h"

struct sd_event;
struct devtask_registry;

/* The vendors' folder, then the administrator's, which wins by Identity@Name. */
#define DEVTASK_REGISTRY_FOLDERS	"/usr/share/devtask/apps.d:/etc/devtask/apps.d"
#define DEVTASK_ENV_APPS_PATH		"DEVTASK_APPS_PATH"	/* for tests; the caller reads it */

enum devtask_registry_change {
	DEVTASK_REGISTRY_UPDATED,	/* manifest or a program is another one, or is broken now */
	DEVTASK_REGISTRY_REMOVED,	/* manifest or executable is gone */
};

/* Called after the change; what other functions return is new already. */
typedef void devtask_registry_fn(void *context, const char *app,
				 enum devtask_registry_change change);

/*
 * Reads all manifests. @folders: NULL, or "folder:folder" in rising rank; @taskdirs: NULL or a list
 * like DEVTASK_TASKDIR_ROOTS; @owner may own files besides root (0 but in tests). A folder that is
 * not there is empty. Returns 0 or -ENOMEM.
 */
int devtask_registry_create(struct devtask_registry **registry, const char *folders,
			    const char *taskdirs, uid_t owner, struct devtask_error *error);
void devtask_registry_destroy(struct devtask_registry *registry);

/*
 * Reads all anew, and calls the function of devtask_registry_watch() for each app that has changed.
 * What the functions below returned before is no longer valid. Returns 0, or -ENOMEM and nothing
 * has changed.
 */
int devtask_registry_reload(struct devtask_registry *registry, struct devtask_error *error);

/*
 * Reloads whenever something in the folders or about a program changes. @event must outlive the
 * registry. Returns 0 or a negative errno.
 */
int devtask_registry_watch(struct devtask_registry *registry, struct sd_event *event,
			   devtask_registry_fn *changed, void *context,
			   struct devtask_error *error);

/*
 * The app that @sender is: its executable is the file that the manifest names (device and inode), or
 * it comes from a launcher that the manifest opts in to. May reload. NULL with -ENOENT and a sentence
 * if it is none, -ESTALE if its executable has been replaced since it was started.
 */
const struct devtask_app *devtask_registry_find(struct devtask_registry *registry,
						const struct devtask_sender *sender,
						struct devtask_error *error);

/* By Identity@Name; NULL if there is none, or its manifest is broken. */
const struct devtask_app *devtask_registry_by_name(const struct devtask_registry *registry,
						   const char *name);

/* Absolute path of the entry point's program, or NULL with the reason in @error (REG-2). */
const char *devtask_registry_program(const struct devtask_registry *registry,
				     const struct devtask_app *app,
				     const struct devtask_entry_point *entry,
				     struct devtask_error *error);

/* All of them, in the order of their names; broken files in the order of the folders. */
const struct devtask_installed *devtask_registry_apps(const struct devtask_registry *registry,
						      size_t *count);
const struct devtask_broken *devtask_registry_broken(const struct devtask_registry *registry,
						     size_t *count);

#endif
