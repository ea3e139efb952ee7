// SPDX-License-Identifier: GPL-2.0-only
/* watch - see watch.h. Folders are watched, by inotify; names in them are compared. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>

#include <systemd/sd-event.h>

#include "watch.h"

#define CHANGES (IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_CLOSE_WRITE | IN_ATTRIB | \
		 IN_DELETE_SELF | IN_MOVE_SELF)

/* After all that is ready at once. */
#define AFTERWARDS (SD_EVENT_PRIORITY_NORMAL + 10)

struct folder {
	struct devtask_watch *watch;
	sd_event_source *source;
	bool wanted;
	char path[];
};

struct devtask_watch {
	sd_event *event;
	sd_event_source *telling;
	devtask_watch_fn *changed;
	void *context;
	struct folder **folders;
	size_t folder_count;
	char **paths;		/* of interest */
	size_t path_count;
};

/* Is @inner @outer, or below it? */
static bool is_within(const char *inner, const char *outer)
{
	size_t length = strlen(outer);

	return !strncmp(inner, outer, length) && (!inner[length] || inner[length] == '/' ||
						  (length && outer[length - 1] == '/'));
}

static bool is_of_interest(const struct devtask_watch *watch, const char *path)
{
	for (size_t i = 0; i < watch->path_count; i++)
		if (is_within(path, watch->paths[i]) || is_within(watch->paths[i], path))
			return true;
	return false;
}

static int tell(sd_event_source *source, void *data)
{
	struct devtask_watch *watch = data;

	(void)source;
	watch->changed(watch->context);
	return 0;
}

static int hear(sd_event_source *source, const struct inotify_event *event, void *data)
{
	struct folder *folder = data;
	char path[PATH_MAX + NAME_MAX + 2];
	bool lost = event->mask & (IN_Q_OVERFLOW | IN_DELETE_SELF | IN_MOVE_SELF | IN_IGNORED);

	(void)source;
	snprintf(path, sizeof(path), "%s%s%s", folder->path,
		 strcmp(folder->path, "/") ? "/" : "", event->len ? event->name : "");
	if (!event->len)
		path[strlen(folder->path)] = '\0';
	/* The watch is on a folder that has this name no more: look for a new one. */
	if (event->mask & (IN_DELETE_SELF | IN_MOVE_SELF))
		*folder->path = '\0';
	if (lost || is_of_interest(folder->watch, path))
		return sd_event_source_set_enabled(folder->watch->telling, SD_EVENT_ONESHOT);
	return 0;
}

int devtask_watch_create(struct devtask_watch **watch, struct sd_event *event,
			 devtask_watch_fn *changed, void *context)
{
	struct devtask_watch *made = calloc(1, sizeof(*made));
	int ret;

	if (!made)
		return -ENOMEM;
	made->event = sd_event_ref(event);
	made->changed = changed;
	made->context = context;
	ret = sd_event_add_defer(event, &made->telling, tell, made);
	if (ret >= 0)
		ret = sd_event_source_set_priority(made->telling, AFTERWARDS);
	if (ret >= 0)
		ret = sd_event_source_set_enabled(made->telling, SD_EVENT_OFF);
	if (ret < 0) {
		devtask_watch_destroy(made);
		return ret;
	}
	*watch = made;
	return 0;
}

static void free_folder(struct folder *folder)
{
	sd_event_source_disable_unref(folder->source);
	free(folder);
}

static void forget_paths(struct devtask_watch *watch)
{
	for (size_t i = 0; i < watch->path_count; i++)
		free(watch->paths[i]);
	watch->path_count = 0;
}

void devtask_watch_destroy(struct devtask_watch *watch)
{
	if (!watch)
		return;
	for (size_t i = 0; i < watch->folder_count; i++)
		free_folder(watch->folders[i]);
	forget_paths(watch);
	free(watch->folders);
	free(watch->paths);
	sd_event_source_disable_unref(watch->telling);
	sd_event_unref(watch->event);
	free(watch);
}

static bool watch_folder(struct devtask_watch *watch, const char *path)
{
	struct folder *folder, **grown;

	for (size_t i = 0; i < watch->folder_count; i++) {
		if (!strcmp(watch->folders[i]->path, path)) {
			watch->folders[i]->wanted = true;
			return false;
		}
	}
	grown = reallocarray(watch->folders, watch->folder_count + 1, sizeof(struct folder *));
	folder = calloc(1, sizeof(*folder) + strlen(path) + 1);
	if (grown)
		watch->folders = grown;
	if (!grown || !folder) {
		free(folder);
		return false;
	}
	folder->watch = watch;
	folder->wanted = true;
	strcpy(folder->path, path);
	if (sd_event_add_inotify(watch->event, &folder->source, path, CHANGES, hear, folder) < 0) {
		free(folder);
		return false;
	}
	watch->folders[watch->folder_count++] = folder;
	return true;
}

static bool is_folder(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISDIR(st.st_mode);
}

/* The folder that @path is in, or would be in: the deepest one that there is. */
static bool watch_above(struct devtask_watch *watch, const char *path)
{
	char above[PATH_MAX];
	char *slash;

	snprintf(above, sizeof(above), "%s", path);
	do {
		slash = strrchr(above, '/');
		if (!slash)
			return false;
		slash[slash == above] = '\0';
	} while (slash != above && !is_folder(above));
	return watch_folder(watch, above);
}

static bool add_one(struct devtask_watch *watch, const char *path)
{
	char **grown = reallocarray(watch->paths, watch->path_count + 1, sizeof(*grown));
	bool is_new = false;

	if (!grown)
		return false;
	watch->paths = grown;
	grown[watch->path_count] = strdup(path);
	watch->path_count += grown[watch->path_count] != NULL;
	if (is_folder(path))
		is_new = watch_folder(watch, path);
	return watch_above(watch, path) || is_new;
}

bool devtask_watch_add(struct devtask_watch *watch, const char *path)
{
	bool is_new = add_one(watch, path);
	char *real = realpath(path, NULL);

	/* Behind a symbolic link it is the file itself that gets replaced. */
	if (real && strcmp(real, path))
		is_new |= add_one(watch, real);
	free(real);
	return is_new;
}

void devtask_watch_begin(struct devtask_watch *watch)
{
	forget_paths(watch);
	for (size_t i = 0; i < watch->folder_count; i++)
		watch->folders[i]->wanted = false;
}

void devtask_watch_end(struct devtask_watch *watch)
{
	size_t kept = 0;

	for (size_t i = 0; i < watch->folder_count; i++) {
		if (watch->folders[i]->wanted)
			watch->folders[kept++] = watch->folders[i];
		else
			free_folder(watch->folders[i]);
	}
	watch->folder_count = kept;
}
