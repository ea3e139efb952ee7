// SPDX-License-Identifier: LGPL-2.1-or-later
/* hello - see hello.h. */
#include <errno.h>
#include <unistd.h>

#include <linux/devtask_app.h>

#include "door.h"
#include "hello.h"
#include "sentence.h"

static int check(const struct devtask_app_info *info, bool as_task)
{
	if (info->abi_version != DEVTASK_ABI_VERSION)
		return devtask_sentence_set(-EPROTO,
					    "the module speaks version %u, libdevtask version %u; "
					    "install both from one release",
					    info->abi_version, DEVTASK_ABI_VERSION);
	if (as_task && !info->is_task)
		return devtask_sentence_set(-ESRCH, "this process belongs to no running task; "
					    "devtask starts it when an app asks for it");
	if (!as_task && info->is_task)
		return devtask_sentence_set(-EOPNOTSUPP, "a task cannot ask for tasks itself");
	return 0;
}

int devtask_hello_open(bool as_task)
{
	struct devtask_app_info info = { .size = sizeof(info) };
	int door = devtask_door_open(), err;

	if (door == -ENOENT || door == -ENXIO || door == -ENODEV)
		return devtask_sentence_set(-ENOENT, "there is no %s: the module is not loaded; "
					    "modprobe devtask", DEVTASK_DOOR_PATH);
	if (door == -EDQUOT)
		return devtask_sentence_set(door, "this user has too many sessions open");
	if (door < 0)
		return devtask_sentence_of_errno(door, DEVTASK_DOOR_PATH);
	err = devtask_door_call(door, DEVTASK_APP_INFO, &info);
	if (err)
		devtask_sentence_of_errno(err, DEVTASK_DOOR_PATH);
	else
		err = check(&info, as_task);
	if (!err)
		return door;
	close(door);
	return err;
}
