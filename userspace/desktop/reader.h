/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * reader - keeps what is shown fresh: reads it beside the thread that draws, whenever something
 * may have changed, and hands changes on to the helper. Must not know widgets.
 */
#ifndef DEVTASK_DESKTOP_READER_H
#define DEVTASK_DESKTOP_READER_H

#include "gather.h"

struct devtask_reader;

/* @gathering is the reader's and valid until the next; NULL: the helper does not answer. */
typedef void devtask_reader_fn(const struct devtask_gathering *gathering, void *context);

/* Begins to read. */
struct devtask_reader *devtask_reader_create(devtask_reader_fn *fn, void *context);
void devtask_reader_destroy(struct devtask_reader *reader);

/* Reads again, also what nobody tells of. */
void devtask_reader_again(struct devtask_reader *reader);

/* One answer to be changed; the owner of @context frees it after @done, which is called once. */
struct devtask_change {
	enum devtask_permission_offer offer;
	char *app;
	char *model;
	struct devtask_error error;	/* exit is not 0: it was not done, and why */
	void (*done)(struct devtask_change *change, void *context);
	void *context;
};

/* Takes @change, which g_new() made, with its texts. It is freed after @done. */
void devtask_reader_change(struct devtask_reader *reader, struct devtask_change *change);

#endif
