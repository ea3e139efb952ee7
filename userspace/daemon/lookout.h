/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * lookout - tells of devices as the kernel announces them, before udev has seen to them: a task
 * may hear of its device from udev, and then its node is guarded already (APP-8). Must not know
 * which device anybody waits for.
 */
#ifndef DEVTASK_DAEMON_LOOKOUT_H
#define DEVTASK_DAEMON_LOOKOUT_H

#include <systemd/sd-event.h>

#include "error.h"

struct devtask_lookout;
struct udev_device;

/*
 * A device has come, or was there at a scan. It has what sysfs knows, and nothing of udev's
 * database. NULL: some may have been missed, scan.
 */
typedef void devtask_lookout_fn(struct udev_device *device, void *context);

int devtask_lookout_create(struct devtask_lookout **lookout, sd_event *loop,
			   devtask_lookout_fn *fn, void *context, struct devtask_error *error);
void devtask_lookout_destroy(struct devtask_lookout *lookout);

/* Tells of each device of @subsystem that is there. 0 or a negative errno. */
int devtask_lookout_scan(struct devtask_lookout *lookout, const char *subsystem);

#endif
