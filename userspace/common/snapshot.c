// SPDX-License-Identifier: GPL-2.0-only
/* snapshot - see snapshot.h. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clean.h"
#include "manifest.h"
#include "mistakes.h"
#include "snapshot.h"
#include "trust.h"

#define FILES_MAX 4096	/* in one folder */

struct taking {
	struct devtask_snapshot *snapshot;
	const char *taskdirs;
	uid_t owner;
	size_t rank;
	bool out_of_memory;
};

static void clear_programs(struct devtask_program *programs, size_t count)
{
	for (size_t i = 0; programs && i < count; i++)
		free(programs[i].path);
	free(programs);
}

static void clear_installed(struct devtask_installed *installed)
{
	if (!installed->app)
		return;
	clear_programs(installed->executables, installed->app->application_count);
	clear_programs(installed->programs, installed->app->entry_point_count);
	devtask_app_destroy(installed->app);
}

void devtask_snapshot_clear(struct devtask_snapshot *snapshot)
{
	for (size_t i = 0; i < snapshot->app_count; i++)
		clear_installed(&snapshot->apps[i]);
	for (size_t i = 0; i < snapshot->broken_count; i++) {
		free(snapshot->broken[i].path);
		free(snapshot->broken[i].name);
		free(snapshot->broken[i].text);
	}
	free(snapshot->apps);
	free(snapshot->broken);
	*snapshot = (struct devtask_snapshot){ 0 };
}

const struct devtask_installed *devtask_snapshot_find(const struct devtask_snapshot *snapshot,
						      const char *name)
{
	for (size_t i = 0; i < snapshot->app_count; i++)
		if (!strcmp(snapshot->apps[i].app->name, name))
			return &snapshot->apps[i];
	return NULL;
}

/* Takes @text, which may be NULL for lack of memory. @name may be NULL. */
static void add_broken(struct taking *taking, const char *path, const char *name, char *text)
{
	struct devtask_snapshot *snapshot = taking->snapshot;
	struct devtask_broken one = { .path = strdup(path), .text = text }, *grown;

	one.name = name ? strdup(name) : NULL;
	grown = reallocarray(snapshot->broken, snapshot->broken_count + 1, sizeof(*grown));
	if (grown)
		snapshot->broken = grown;
	if (!grown || !one.path || !text || (name && !one.name)) {
		taking->out_of_memory = true;
		free(one.path);
		free(one.name);
		free(one.text);
		return;
	}
	devtask_clean(text);
	snapshot->broken[snapshot->broken_count++] = one;
}

/* A mistake that is the whole file's. */
static void break_file(struct taking *taking, const char *path, const char *name, const char *what)
{
	char *text;

	if (asprintf(&text, "%s:1:1: %s", path, what) < 0)
		text = NULL;
	add_broken(taking, path, name, text);
}

static void break_manifest(struct taking *taking, const char *path, const char *name,
			   const struct devtask_mistakes *mistakes)
{
	const struct devtask_mistake *first = devtask_mistakes_first(mistakes);
	char *text;

	if (!first) {
		taking->out_of_memory = true;
		return;
	}
	if (asprintf(&text, "%s:%u:%u: %s%s", path, first->line, first->column, first->text,
		     mistakes->errors > 1 ? " (more: devtaskctl lint)" : "") < 0)
		text = NULL;
	add_broken(taking, path, name, text);
}

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static void drop(struct devtask_snapshot *snapshot, size_t which)
{
	clear_installed(&snapshot->apps[which]);
	snapshot->app_count--;
	memmove(&snapshot->apps[which], &snapshot->apps[which + 1],
		(snapshot->app_count - which) * sizeof(*snapshot->apps));
}

/*
 * What the administrator wrote to override a vendor's manifest must not grant more when it is
 * broken: the vendor's is not used then. If its name cannot be read, that of the file counts.
 */
static void withhold(struct taking *taking, const char *path, const char *name)
{
	struct devtask_snapshot *snapshot = taking->snapshot;

	for (size_t i = snapshot->app_count; i-- > 0;) {
		struct devtask_app *app = snapshot->apps[i].app;
		char *text;

		if (snapshot->apps[i].rank >= taking->rank)
			continue;
		if (name ? strcmp(name, app->name) != 0 :
			   strcmp(last_part(path), last_part(app->path)) != 0)
			continue;
		if (asprintf(&text, "%s:1:1: app %s is not used, for %s overrides it and is broken; "
			     "correct or remove that file", app->path, app->name, path) < 0)
			text = NULL;
		add_broken(taking, app->path, app->name, text);
		drop(snapshot, i);
	}
}

static struct devtask_program *find_executables(struct taking *taking,
						const struct devtask_app *app)
{
	struct devtask_program *list = calloc(app->application_count + 1, sizeof(*list));

	for (size_t i = 0; list && i < app->application_count; i++)
		devtask_taskdir_find(taking->taskdirs, taking->owner, app->name, "the application",
				     &app->applications[i].program, &list[i]);
	return list;
}

static struct devtask_program *find_programs(struct taking *taking, const struct devtask_app *app)
{
	struct devtask_program *list = calloc(app->entry_point_count + 1, sizeof(*list));
	char what[300];

	for (size_t i = 0; list && i < app->entry_point_count; i++) {
		snprintf(what, sizeof(what), "entry point %s",
			 app->entry_points[i].program.entry_point);
		devtask_taskdir_find(taking->taskdirs, taking->owner, app->name, what,
				     &app->entry_points[i].program, &list[i]);
	}
	return list;
}

/* Takes @app. */
static void add_app(struct taking *taking, struct devtask_app *app, const struct stat *st)
{
	struct devtask_snapshot *snapshot = taking->snapshot;
	const struct devtask_installed *known = devtask_snapshot_find(snapshot, app->name);
	struct devtask_installed *grown;
	char what[PATH_MAX + 100];

	if (known && known->rank == taking->rank) {
		snprintf(what, sizeof(what), "app %s is in %s already; remove one of the two",
			 app->name, known->app->path);
		break_file(taking, app->path, app->name, what);
		devtask_app_destroy(app);
		return;
	}
	if (known)
		drop(snapshot, (size_t)(known - snapshot->apps));
	grown = reallocarray(snapshot->apps, snapshot->app_count + 1, sizeof(*grown));
	if (!grown) {
		taking->out_of_memory = true;
		devtask_app_destroy(app);
		return;
	}
	snapshot->apps = grown;
	grown += snapshot->app_count++;
	*grown = (struct devtask_installed){
		.app = app, .rank = taking->rank,
		.executables = find_executables(taking, app),
		.programs = find_programs(taking, app),
		.manifest = { .dev = st->st_dev, .inode = st->st_ino, .size = st->st_size,
			      .written = st->st_mtim },
	};
	taking->out_of_memory |= !grown->executables || !grown->programs;
}

static void take_file(struct taking *taking, int folder, const char *path, const char *file)
{
	struct devtask_mistakes mistakes = { 0 };
	struct devtask_error error;
	struct devtask_app *app;
	char *name = NULL;
	struct stat st;
	int ret, fd;

	fd = devtask_trust_open_at(folder, path, file, taking->owner, &st, &error);
	if (fd == -ENOENT)
		return;
	if (fd < 0) {
		break_file(taking, path, NULL, error.text);
		withhold(taking, path, NULL);
		return;
	}
	ret = devtask_manifest_read(fd, path, &app, &name, &mistakes);
	close(fd);
	if (!ret) {
		add_app(taking, app, &st);
	} else if (ret == -ENOMEM) {
		taking->out_of_memory = true;
	} else {
		break_manifest(taking, path, name, &mistakes);
		withhold(taking, path, name);
	}
	free(name);
	devtask_mistakes_clear(&mistakes);
}

static int is_manifest(const struct dirent *entry)
{
	static const char *const endings[] = { DEVTASK_SNAPSHOT_ENDINGS };
	size_t length = strlen(entry->d_name);

	for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++)
		if (*entry->d_name != '.' && length > strlen(endings[i]) &&
		    !strcmp(entry->d_name + length - strlen(endings[i]), endings[i]))
			return 1;
	return 0;
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static void take_folder(struct taking *taking, const char *folder)
{
	struct dirent **names = NULL;
	struct devtask_error error;
	char path[PATH_MAX + NAME_MAX + 2];
	struct stat st;
	int count, fd;

	fd = devtask_trust_open(folder, O_RDONLY | O_DIRECTORY, taking->owner, &st, &error);
	if (fd == -ENOENT)
		return;
	if (fd < 0) {
		break_file(taking, folder, NULL, error.text);
		return;
	}
	count = scandirat(fd, ".", &names, is_manifest, by_bytes);
	if (count < 0)
		break_file(taking, folder, NULL, strerror(errno));
	for (int i = 0; i < count; i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]->d_name);
		if (i < FILES_MAX)
			take_file(taking, fd, path, names[i]->d_name);
		free(names[i]);
	}
	if (count > FILES_MAX)
		break_file(taking, folder, NULL,
			   "there are more than 4096 manifests; remove those that are not needed");
	free(names);
	close(fd);
}

static int by_name(const void *a, const void *b)
{
	const struct devtask_installed *one = a, *other = b;

	return strcmp(one->app->name, other->app->name);
}

/* One executable cannot be two apps: the first by name keeps it. */
static void part_executables(struct devtask_snapshot *snapshot)
{
	const struct devtask_program *one;
	struct devtask_program *other;

	for (size_t i = 0; i < snapshot->app_count; i++) {
		for (size_t m = 0; m < snapshot->apps[i].app->application_count; m++) {
			one = &snapshot->apps[i].executables[m];
			for (size_t j = i + 1; one->path && j < snapshot->app_count; j++) {
				for (size_t n = 0; n < snapshot->apps[j].app->application_count; n++) {
					other = &snapshot->apps[j].executables[n];
					if (!other->path || other->dev != one->dev ||
					    other->inode != one->inode)
						continue;
					devtask_error_set(&other->error, DEVTASK_EXIT_FAILURE, -EEXIST,
						"%.300s is the executable of app %s already; name "
						"another one", other->path,
						snapshot->apps[i].app->name);
					free(other->path);
					other->path = NULL;
				}
			}
		}
	}
}

int devtask_snapshot_take(const char *folders, const char *taskdirs, uid_t owner,
			  struct devtask_snapshot *snapshot)
{
	struct taking taking = { .snapshot = snapshot, .taskdirs = taskdirs, .owner = owner };
	char folder[PATH_MAX];

	*snapshot = (struct devtask_snapshot){ 0 };
	for (; *folders; taking.rank++) {
		size_t length = strcspn(folders, ":");

		if (length && length < sizeof(folder)) {
			memcpy(folder, folders, length);
			folder[length] = '\0';
			take_folder(&taking, folder);
		}
		folders += length + (folders[length] == ':');
	}
	if (taking.out_of_memory) {
		devtask_snapshot_clear(snapshot);
		return -ENOMEM;
	}
	if (snapshot->app_count)
		qsort(snapshot->apps, snapshot->app_count, sizeof(*snapshot->apps), by_name);
	part_executables(snapshot);
	return 0;
}
