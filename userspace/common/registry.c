// SPDX-License-Identifier: GPL-2.0-only
/* registry - see registry.h. */
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "registry.h"
#include "watch.h"

#define TURNS_MAX 4	/* of looking again because more had to be watched */

struct devtask_registry {
	char *folders;
	char *taskdirs;
	uid_t owner;
	struct devtask_snapshot now;
	struct devtask_watch *watch;	/* NULL until somebody wants to be told */
	devtask_registry_fn *changed;
	void *context;
};

static int no_memory(struct devtask_error *error)
{
	return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -ENOMEM, "out of memory");
}

int devtask_registry_create(struct devtask_registry **registry, const char *folders,
			    const char *taskdirs, uid_t owner, struct devtask_error *error)
{
	struct devtask_registry *made = calloc(1, sizeof(*made));

	if (made) {
		made->folders = strdup(folders ?: DEVTASK_REGISTRY_FOLDERS);
		made->taskdirs = strdup(taskdirs ?: DEVTASK_TASKDIR_ROOTS);
		made->owner = owner;
	}
	if (!made || !made->folders || !made->taskdirs ||
	    devtask_snapshot_take(made->folders, made->taskdirs, owner, &made->now)) {
		devtask_registry_destroy(made);
		return no_memory(error);
	}
	*registry = made;
	return 0;
}

void devtask_registry_destroy(struct devtask_registry *registry)
{
	if (!registry)
		return;
	devtask_watch_destroy(registry->watch);
	devtask_snapshot_clear(&registry->now);
	free(registry->folders);
	free(registry->taskdirs);
	free(registry);
}

static bool same_file(const struct devtask_program *a, const struct devtask_program *b)
{
	return a->dev == b->dev && a->inode == b->inode && a->size == b->size &&
	       a->written.tv_sec == b->written.tv_sec && a->written.tv_nsec == b->written.tv_nsec;
}

static bool same_program(const struct devtask_program *a, const struct devtask_program *b)
{
	if (!a->path || !b->path)
		return a->path == b->path;
	return !strcmp(a->path, b->path) && same_file(a, b);
}

static bool same_programs(const struct devtask_program *a, const struct devtask_program *b,
			  size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!same_program(&a[i], &b[i]))
			return false;
	return true;
}

/* It had an executable and has none any more. */
static bool lost_executable(const struct devtask_installed *old, const struct devtask_installed *new)
{
	bool had = false;

	for (size_t i = 0; i < old->app->application_count; i++)
		had |= old->executables[i].path != NULL;
	for (size_t i = 0; i < new->app->application_count; i++)
		had &= !new->executables[i].path;
	return had;
}

static bool is_broken(const struct devtask_snapshot *snapshot, const struct devtask_app *app)
{
	for (size_t i = 0; i < snapshot->broken_count; i++) {
		const struct devtask_broken *broken = &snapshot->broken[i];

		if (broken->name ? !strcmp(broken->name, app->name) :
				   !strcmp(broken->path, app->path))
			return true;
	}
	return false;
}

/* What has become of @old; false if nothing has. */
static bool compare(const struct devtask_installed *old, const struct devtask_snapshot *snapshot,
		    enum devtask_registry_change *change)
{
	const struct devtask_installed *new = devtask_snapshot_find(snapshot, old->app->name);

	*change = DEVTASK_REGISTRY_UPDATED;
	if (!new || lost_executable(old, new)) {
		if (new || !is_broken(snapshot, old->app))
			*change = DEVTASK_REGISTRY_REMOVED;
		return true;
	}
	return strcmp(old->app->path, new->app->path) ||
	       !same_file(&old->manifest, &new->manifest) ||
	       old->app->application_count != new->app->application_count ||
	       old->app->entry_point_count != new->app->entry_point_count ||
	       !same_programs(old->executables, new->executables, new->app->application_count) ||
	       !same_programs(old->programs, new->programs, new->app->entry_point_count);
}

/* Everything whose appearance, change or end would change the snapshot. */
static bool add_programs(struct devtask_registry *registry, const struct devtask_app *app,
			 const struct devtask_program_name *name,
			 const struct devtask_program *found)
{
	const char *named = name->native && *name->native == '/' ? name->native : NULL;
	bool is_new = false;

	if (!named && !name->native && name->executable && *name->executable == '/')
		named = name->executable;
	if (named)
		return devtask_watch_add(registry->watch, named);
	for (const char *root = registry->taskdirs; *root;) {
		size_t length = strcspn(root, ":");
		char path[PATH_MAX];

		snprintf(path, sizeof(path), "%.*s/%s", (int)length, root, app->name);
		is_new |= devtask_watch_add(registry->watch, path);
		root += length + (root[length] == ':');
	}
	/* It may lie in a folder below. */
	return (found->path && devtask_watch_add(registry->watch, found->path)) || is_new;
}

static bool watch_all(struct devtask_registry *registry)
{
	bool is_new = false;

	devtask_watch_begin(registry->watch);
	for (const char *folder = registry->folders; *folder;) {
		size_t length = strcspn(folder, ":");
		char path[PATH_MAX];

		snprintf(path, sizeof(path), "%.*s", (int)length, folder);
		is_new |= length && devtask_watch_add(registry->watch, path);
		folder += length + (folder[length] == ':');
	}
	for (size_t i = 0; i < registry->now.app_count; i++) {
		const struct devtask_installed *one = &registry->now.apps[i];

		for (size_t n = 0; n < one->app->application_count; n++)
			is_new |= add_programs(registry, one->app,
					       &one->app->applications[n].program,
					       &one->executables[n]);
		for (size_t n = 0; n < one->app->entry_point_count; n++)
			is_new |= add_programs(registry, one->app,
					       &one->app->entry_points[n].program,
					       &one->programs[n]);
	}
	devtask_watch_end(registry->watch);
	return is_new;
}

static int reload_once(struct devtask_registry *registry, struct devtask_error *error)
{
	struct devtask_snapshot old = registry->now, new;
	enum devtask_registry_change change;

	if (devtask_snapshot_take(registry->folders, registry->taskdirs, registry->owner, &new))
		return no_memory(error);
	registry->now = new;
	for (size_t i = 0; registry->changed && i < old.app_count; i++)
		if (compare(&old.apps[i], &registry->now, &change))
			registry->changed(registry->context, old.apps[i].app->name, change);
	devtask_snapshot_clear(&old);
	return 0;
}

int devtask_registry_reload(struct devtask_registry *registry, struct devtask_error *error)
{
	int ret = 0;

	/* What changed before a new watch was there has not been told. */
	for (int turn = 0; !ret && turn < TURNS_MAX; turn++) {
		ret = reload_once(registry, error);
		if (!registry->watch || !watch_all(registry))
			break;
	}
	return ret;
}

static void hear_change(void *context)
{
	devtask_registry_reload(context, NULL);
}

int devtask_registry_watch(struct devtask_registry *registry, struct sd_event *event,
			   devtask_registry_fn *changed, void *context,
			   struct devtask_error *error)
{
	int ret;

	ret = devtask_watch_create(&registry->watch, event, hear_change, registry);
	if (ret)
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, ret,
					 "cannot watch the folders of manifests: %s", strerror(-ret));
	registry->changed = changed;
	registry->context = context;
	watch_all(registry);
	return devtask_registry_reload(registry, error);
}

static const struct devtask_app *find_by_executable(const struct devtask_registry *registry,
						    const struct devtask_sender *sender)
{
	for (size_t i = 0; i < registry->now.app_count; i++) {
		const struct devtask_installed *one = &registry->now.apps[i];

		for (size_t n = 0; n < one->app->application_count; n++)
			if (one->executables[n].path &&
			    one->executables[n].dev == sender->executable_dev &&
			    one->executables[n].inode == sender->executable_inode)
				return one->app;
	}
	return NULL;
}

static const struct devtask_app *find_by_source(const struct devtask_registry *registry,
						const struct devtask_sender *sender)
{
	for (size_t i = 0; i < registry->now.app_count; i++) {
		const struct devtask_app *app = registry->now.apps[i].app;

		for (size_t n = 0; n < app->source_count; n++)
			if (devtask_sender_is_from(sender, app->sources[n].kind,
						   app->sources[n].id))
				return app;
	}
	return NULL;
}

/* The app that names this path: then the file there is another one than the sender runs. */
static const struct devtask_app *find_by_path(const struct devtask_registry *registry,
					      const char *path)
{
	size_t length = strlen(path), ending = strlen(" (deleted)");

	if (length > ending && !strcmp(path + length - ending, " (deleted)"))
		length -= ending;
	for (size_t i = 0; i < registry->now.app_count; i++) {
		const struct devtask_installed *one = &registry->now.apps[i];

		for (size_t n = 0; n < one->app->application_count; n++)
			if (one->executables[n].path &&
			    strlen(one->executables[n].path) == length &&
			    !strncmp(one->executables[n].path, path, length))
				return one->app;
	}
	return NULL;
}

const struct devtask_app *devtask_registry_find(struct devtask_registry *registry,
						const struct devtask_sender *sender,
						struct devtask_error *error)
{
	const char *path = sender->executable ?: "its executable";
	const struct devtask_app *app = find_by_executable(registry, sender) ?:
					find_by_source(registry, sender);

	if (app)
		return app;
	/* Perhaps the program is new and what tells so is still on its way. */
	if (find_by_path(registry, path) && !devtask_registry_reload(registry, error)) {
		app = find_by_executable(registry, sender);
		if (app)
			return app;
	}
	app = find_by_path(registry, path);
	if (app)
		devtask_error_set(error, DEVTASK_EXIT_DENIED_BY_SYSTEM, -ESTALE,
			"%.300s of app %s was replaced since this process was started; start the app "
			"again", path, app->name);
	else
		devtask_error_set(error, DEVTASK_EXIT_DENIED_BY_SYSTEM, -ENOENT,
			"no manifest names %.300s as the executable of an app; see devtaskctl apps and "
			"devtask-manifest(5)", path);
	return NULL;
}

const struct devtask_app *devtask_registry_by_name(const struct devtask_registry *registry,
						   const char *name)
{
	const struct devtask_installed *one = devtask_snapshot_find(&registry->now, name);

	return one ? one->app : NULL;
}

const char *devtask_registry_program(const struct devtask_registry *registry,
				     const struct devtask_app *app,
				     const struct devtask_entry_point *entry,
				     struct devtask_error *error)
{
	const struct devtask_installed *one = devtask_snapshot_find(&registry->now, app->name);
	size_t which = (size_t)(entry - app->entry_points);

	if (!one || one->app != app || which >= app->entry_point_count) {
		devtask_error_set(error, DEVTASK_EXIT_FAILURE, -ESTALE,
				  "the app was updated meanwhile; try again");
		return NULL;
	}
	if (!one->programs[which].path && error)
		*error = one->programs[which].error;
	return one->programs[which].path;
}

const struct devtask_installed *devtask_registry_apps(const struct devtask_registry *registry,
						      size_t *count)
{
	*count = registry->now.app_count;
	return registry->now.apps;
}

const struct devtask_broken *devtask_registry_broken(const struct devtask_registry *registry,
						     size_t *count)
{
	*count = registry->now.broken_count;
	return registry->now.broken;
}
