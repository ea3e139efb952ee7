// SPDX-License-Identifier: GPL-2.0-only
/* whose - see whose.h. */
#include <errno.h>

#include <json-c/json.h>

#include "call.h"
#include "whose.h"

int devtask_whose(const struct devtask_call *call, struct json_object *request, uid_t *uid,
		  struct devtask_error *error)
{
	struct json_object *all;

	if (!json_object_object_get_ex(request, "all", &all) || !json_object_get_boolean(all))
		return devtask_call_uid(call, uid, error);
	if (devtask_call_sender(call)->uid)
		return devtask_error_set(error, DEVTASK_EXIT_PERMISSION, -EPERM,
			"only root sees what belongs to other users; use sudo, or ask for your own");
	*uid = DEVTASK_WHOSE_ALL;
	return 0;
}
