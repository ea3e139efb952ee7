/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * manifest - an AppxManifest as Windows has it, read into what devtask knows of an app (REG-1,
 * REG-3). Elements count by namespace, not by prefix; what devtask does not use is passed
 * over. Must not know where manifests lie, nor whether the programs exist.
 */
#ifndef DEVTASK_MANIFEST_H
#define DEVTASK_MANIFEST_H

#include <stddef.h>

#include "app.h"
#include "mistakes.h"

#define DEVTASK_MANIFEST_SIZE_MAX	(1024 * 1024)

/*
 * Parses @text; @path is kept as the app's and not opened. Returns 0 and sets *@app, which the
 * caller frees with devtask_app_destroy(); warnings may be in @mistakes. Else -EINVAL, with at
 * least one error in @mistakes, or -ENOMEM. On -EINVAL *@app is NULL, but *@name (may be NULL)
 * is set to Identity@Name if that much could be understood, to be freed.
 */
int devtask_manifest_parse(const char *path, const char *text, size_t size,
			   struct devtask_app **app, char **name,
			   struct devtask_mistakes *mistakes);

/*
 * The same for an open file, which stays open, of at most DEVTASK_MANIFEST_SIZE_MAX bytes. Besides,
 * -EIO with a mistake if it cannot be read.
 */
int devtask_manifest_read(int fd, const char *path, struct devtask_app **app, char **name,
			  struct devtask_mistakes *mistakes);

#endif
