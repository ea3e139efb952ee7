/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * changes - says when what the page shows may have become old: an answer, a task, a device, the
 * helper. Looks at nothing by itself while nothing happens. Must not know what is shown.
 */
#ifndef DEVTASK_DESKTOP_CHANGES_H
#define DEVTASK_DESKTOP_CHANGES_H

#include <stdbool.h>

struct devtask_changes;

/* @helper_left: the helper ended; it may be back in a moment. */
typedef void devtask_changes_fn(bool helper_left, void *context);

struct devtask_changes *devtask_changes_create(devtask_changes_fn *fn, void *context);
void devtask_changes_destroy(struct devtask_changes *changes);

/* Is a descriptor of devtask_gather_follow() missing? It is handed over, then, with the next. */
bool devtask_changes_need_helper(const struct devtask_changes *changes);
void devtask_changes_take_helper(struct devtask_changes *changes, int fd);

/* The module may have been loaded meanwhile. */
void devtask_changes_find_module(struct devtask_changes *changes);

#endif
