// SPDX-License-Identifier: GPL-2.0-only
/* reader - see reader.h. */
#include <unistd.h>

#include <gio/gio.h>

#include "changes.h"
#include "reader.h"

/* One happening brings several messages; a helper that ended may be there again in a second. */
#define GATHER_MS	80
#define RETURN_MS	1000
#define PATIENCE_MS	10000

struct devtask_reader {
	devtask_reader_fn *fn;		/* NULL: destroyed */
	void *context;
	struct devtask_changes *changes;
	struct devtask_gathering *gathering;
	bool reading;
	bool again;
	guint soon;
	guint patience;
};

/* What one reading brings back. */
struct reading {
	bool follow;
	int fd;
	struct devtask_gathering *gathering;
};

static void start(struct devtask_reader *reader);

static void free_reading(gpointer data)
{
	struct reading *reading = data;

	devtask_gathering_destroy(reading->gathering);
	if (reading->fd >= 0)
		close(reading->fd);
	g_free(reading);
}

/* First it follows, so that no change between is missed. */
static void read_beside(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
	struct reading *reading = data;

	(void)source;
	(void)cancellable;
	if (reading->follow)
		reading->fd = devtask_gather_follow(&(struct devtask_error){ 0 });
	reading->gathering = devtask_gather();
	g_task_return_boolean(task, TRUE);
}

static gboolean start_late(gpointer data)
{
	struct devtask_reader *reader = data;

	reader->soon = 0;
	start(reader);
	return G_SOURCE_REMOVE;
}

static void start_in(struct devtask_reader *reader, guint ms)
{
	if (!reader->soon)
		reader->soon = g_timeout_add(ms, start_late, reader);
}

static gboolean lose_patience(gpointer data)
{
	struct devtask_reader *reader = data;

	reader->patience = 0;
	reader->fn(NULL, reader->context);
	return G_SOURCE_REMOVE;
}

static void stop_patience(struct devtask_reader *reader)
{
	if (reader->patience)
		g_source_remove(reader->patience);
	reader->patience = 0;
}

static void take(struct devtask_reader *reader, struct reading *reading)
{
	stop_patience(reader);
	reader->reading = false;
	if (reading->fd >= 0)
		devtask_changes_take_helper(reader->changes, reading->fd);
	reading->fd = -1;
	if (reading->gathering) {
		devtask_gathering_destroy(reader->gathering);
		reader->gathering = reading->gathering;
		reading->gathering = NULL;
		reader->fn(reader->gathering, reader->context);
	}
	if (reader->again)
		start_in(reader, GATHER_MS);
	reader->again = false;
}

static void end_reading(GObject *source, GAsyncResult *result, gpointer data)
{
	struct devtask_reader *reader = data;

	(void)source;
	if (reader->fn)
		take(reader, g_task_get_task_data(G_TASK(result)));
	g_rc_box_release(reader);
}

static void start(struct devtask_reader *reader)
{
	struct reading *reading;
	GTask *task;

	if (reader->reading) {
		reader->again = true;
		return;
	}
	reader->reading = true;
	reader->patience = g_timeout_add(PATIENCE_MS, lose_patience, reader);
	reading = g_new0(struct reading, 1);
	reading->fd = -1;
	reading->follow = devtask_changes_need_helper(reader->changes);
	task = g_task_new(NULL, NULL, end_reading, g_rc_box_acquire(reader));
	g_task_set_task_data(task, reading, free_reading);
	g_task_run_in_thread(task, read_beside);
	g_object_unref(task);
}

static void hear_change(bool helper_left, void *context)
{
	struct devtask_reader *reader = context;

	/* With the module the helper goes. */
	if (helper_left)
		devtask_changes_find_module(reader->changes);
	start_in(reader, helper_left ? RETURN_MS : GATHER_MS);
}

struct devtask_reader *devtask_reader_create(devtask_reader_fn *fn, void *context)
{
	struct devtask_reader *reader = g_rc_box_new0(struct devtask_reader);

	reader->fn = fn;
	reader->context = context;
	reader->changes = devtask_changes_create(hear_change, reader);
	start(reader);
	return reader;
}

void devtask_reader_destroy(struct devtask_reader *reader)
{
	if (!reader)
		return;
	reader->fn = NULL;
	stop_patience(reader);
	if (reader->soon)
		g_source_remove(reader->soon);
	devtask_changes_destroy(reader->changes);
	devtask_gathering_destroy(reader->gathering);
	g_rc_box_release(reader);
}

void devtask_reader_again(struct devtask_reader *reader)
{
	devtask_changes_find_module(reader->changes);
	start(reader);
}

static void free_change(gpointer data)
{
	struct devtask_change *change = data;

	g_free(change->app);
	g_free(change->model);
	g_free(change);
}

static void change_beside(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
	struct devtask_change *change = data;

	(void)source;
	(void)cancellable;
	devtask_gather_change(change->offer, change->app, change->model, &change->error);
	g_task_return_boolean(task, TRUE);
}

static void end_change(GObject *source, GAsyncResult *result, gpointer data)
{
	struct devtask_reader *reader = data;
	struct devtask_change *change = g_task_get_task_data(G_TASK(result));

	(void)source;
	if (reader->fn) {
		change->done(change, change->context);
		start_in(reader, 0);
	}
	g_rc_box_release(reader);
}

void devtask_reader_change(struct devtask_reader *reader, struct devtask_change *change)
{
	GTask *task = g_task_new(NULL, NULL, end_change, g_rc_box_acquire(reader));

	g_task_set_task_data(task, change, free_change);
	g_task_run_in_thread(task, change_beside);
	g_object_unref(task);
}
