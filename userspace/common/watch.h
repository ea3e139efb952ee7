/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * watch - tells when something happens to files and folders that are of interest, also to such
 * that do not exist yet. Must not know what they are.
 */
#ifndef DEVTASK_WATCH_H
#define DEVTASK_WATCH_H

#include <stdbool.h>

struct devtask_watch;
struct sd_event;

typedef void devtask_watch_fn(void *context);

/* @changed is called once for however many changes come together. Returns 0 or a negative errno. */
int devtask_watch_create(struct devtask_watch **watch, struct sd_event *event,
			 devtask_watch_fn *changed, void *context);
void devtask_watch_destroy(struct devtask_watch *watch);

/*
 * From here on the absolute @path is of interest, and if it is a folder all that is in it. Returns
 * true if that needed a new watch: what happened before is not told.
 */
bool devtask_watch_add(struct devtask_watch *watch, const char *path);

/* Between these two, devtask_watch_add() says all that is of interest; the rest is forgotten. */
void devtask_watch_begin(struct devtask_watch *watch);
void devtask_watch_end(struct devtask_watch *watch);

#endif
