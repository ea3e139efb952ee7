/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * follow - the module's events in order and without holes: what a full buffer or a late
 * start loses is fetched from the module's ring.
 */
#ifndef DEVTASK_CTL_FOLLOW_H
#define DEVTASK_CTL_FOLLOW_H

#include <stdbool.h>

#include "error.h"
#include "proto.h"

struct devtask_genl;
struct devtask_follow;

/* Returning true ends the following. */
typedef bool devtask_follow_fn(const struct devtask_event *event, void *context);

/*
 * Events with a number greater than @since; UINT64_MAX stands for "from now on". @genl
 * serves for questions meanwhile and stays the caller's.
 */
int devtask_follow_open(struct devtask_follow **follow, struct devtask_genl *genl,
			uint64_t since, struct devtask_error *error);
void devtask_follow_close(struct devtask_follow *follow);

/* Hands over what the ring holds. Returns 1 if @fn ended it, 0, or an error. */
int devtask_follow_replay(struct devtask_follow *follow, devtask_follow_fn *fn, void *context,
			  struct devtask_error *error);

/*
 * Waits for events until @fn ends it (returns 1) or descriptor @other is readable (returns
 * 0; -1 for none). -ENOENT if the module goes away.
 */
int devtask_follow_wait(struct devtask_follow *follow, int other, devtask_follow_fn *fn,
			void *context, struct devtask_error *error);

#endif
