/* SPDX-License-Identifier: GPL-2.0-only */
/* query - what programs ask the module, as lists of objects. Must not know what for. */
#ifndef DEVTASK_QUERY_H
#define DEVTASK_QUERY_H

#include <stdbool.h>
#include <stddef.h>

#include "error.h"
#include "proto.h"

struct devtask_genl;

int devtask_query_info(struct devtask_genl *genl, struct devtask_info *info,
		       struct devtask_error *error);

/* All tasks, all claims; the caller frees the list. Return how many, or an error. */
int devtask_query_tasks(struct devtask_genl *genl, struct devtask_task **tasks,
			struct devtask_error *error);
int devtask_query_claims(struct devtask_genl *genl, struct devtask_claim **claims,
			 struct devtask_error *error);

/* The task that @text names by number or by trigger; -ENOENT if there is none. */
int devtask_query_task(struct devtask_genl *genl, const char *text, struct devtask_task *task,
		       struct devtask_error *error);

/*
 * -EALREADY: it was cancelled before; -EBUSY: it says that its device may be damaged if it is
 * stopped now, and who cancels has not @confirmed to know that.
 */
int devtask_query_cancel(struct devtask_genl *genl, uint32_t id, bool confirmed,
			 struct devtask_error *error);

#endif
