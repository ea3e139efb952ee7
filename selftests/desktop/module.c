// SPDX-License-Identifier: GPL-2.0-only
/*
 * module - stands in for the rooms genl and query where no module can be loaded. The tasks are the
 * lines "APP UID MODEL" of the file tasks in $DESKTOP_MODULE, and whatever happens in that folder
 * is an event of the module's.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "genl.h"
#include "query.h"

struct devtask_genl {
	int events;
};

static const char *folder(void)
{
	const char *path = getenv("DESKTOP_MODULE");

	return path ? path : "/nonexistent";
}

int devtask_genl_open(struct devtask_genl **genl, struct devtask_error *error)
{
	struct devtask_genl *self = calloc(1, sizeof(*self));

	self->events = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (inotify_add_watch(self->events, folder(), IN_MOVED_TO) < 0) {
		devtask_genl_close(self);
		return devtask_error_set(error, DEVTASK_EXIT_UNAVAILABLE, -ENOENT,
					 "the kernel module is not loaded");
	}
	*genl = self;
	return 0;
}

void devtask_genl_close(struct devtask_genl *genl)
{
	if (genl)
		close(genl->events);
	free(genl);
}

int devtask_genl_connect(struct devtask_genl **genl, struct devtask_error *error)
{
	return devtask_genl_open(genl, error);
}

int devtask_genl_listen(struct devtask_genl *genl, struct devtask_error *error)
{
	(void)genl;
	(void)error;
	return 0;
}

int devtask_genl_descriptor(const struct devtask_genl *genl)
{
	return genl->events;
}

int devtask_genl_receive(struct devtask_genl *genl, devtask_genl_fn *fn, void *context)
{
	char events[4096];

	while (read(genl->events, events, sizeof(events)) > 0)
		fn(NULL, 0, context);
	return 0;
}

/* Line N of the file is task N and its claim. */
static int read_tasks(struct devtask_task *tasks, struct devtask_claim *claims, int max)
{
	char path[256];
	int count = 0;
	FILE *file;

	snprintf(path, sizeof(path), "%s/tasks", folder());
	file = fopen(path, "re");
	while (file && count < max && fscanf(file, "%255s %u %255s", tasks[count].app,
					     &tasks[count].uid, claims[count].hardware_id) == 3) {
		tasks[count].id = claims[count].task_id = (uint32_t)count + 1;
		tasks[count].state = DEVTASK_STATE_RUNNING;
		count++;
	}
	if (file)
		fclose(file);
	return count;
}

int devtask_query_tasks(struct devtask_genl *genl, struct devtask_task **tasks,
			struct devtask_error *error)
{
	struct devtask_claim claims[4];

	(void)genl;
	(void)error;
	*tasks = calloc(4, sizeof(**tasks));
	return read_tasks(*tasks, claims, 4);
}

int devtask_query_claims(struct devtask_genl *genl, struct devtask_claim **claims,
			 struct devtask_error *error)
{
	struct devtask_task tasks[4];

	(void)genl;
	(void)error;
	*claims = calloc(4, sizeof(**claims));
	return read_tasks(tasks, *claims, 4);
}
