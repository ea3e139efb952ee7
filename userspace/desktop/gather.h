/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * gather - all that the page shows, asked of the helper, the module, the manifests and udev; and
 * the changes that it asks for. Blocks, so it is called beside the thread that draws. Must not
 * know widgets.
 */
#ifndef DEVTASK_DESKTOP_GATHER_H
#define DEVTASK_DESKTOP_GATHER_H

#include "error.h"
#include "permission.h"

struct devtask_gathering {
	struct devtask_permissions permissions;
	struct devtask_error error;	/* exit is not 0: there is no list, and why */
	char notice[512];		/* what is to be said besides, or "" */
};

/* Never NULL but for lack of memory. To be freed. */
struct devtask_gathering *devtask_gather(void);
void devtask_gathering_destroy(struct devtask_gathering *gathering);

/* Refuses or has it ask again. Returns 0 or an error with the helper's own sentence. */
int devtask_gather_change(enum devtask_permission_offer change, const char *app,
			  const char *model, struct devtask_error *error);

/*
 * Asks the helper to say when answers of this user change. Returns a descriptor, to be closed,
 * which is readable when some did, and at its end when the helper has gone; or an error.
 */
int devtask_gather_follow(struct devtask_error *error);

#endif
