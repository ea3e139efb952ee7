/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * siblings - the device nodes that lead to one and the same device: of a USB device its usbfs
 * node and what its interfaces became (hidraw, tty, disk, camera, sound). Must not know tasks.
 *
 * Input nodes (events, mice, joysticks) are left out: through them a display server or console
 * hears what a kernel driver has understood; nobody talks to the device there, and whoever was
 * refused one would not hear the keyboard again after the update.
 */
#ifndef DEVTASK_DAEMON_SIBLINGS_H
#define DEVTASK_DAEMON_SIBLINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "error.h"

struct udev_device;

#define DEVTASK_SIBLINGS_MAX	32

struct devtask_sibling {
	dev_t number;
	bool is_block;
	bool reading_is_io;	/* one that is open for reading alone can do I/O, too */
	char node[64];
};

struct devtask_siblings {
	char device[512];	/* sysfs path that they share */
	size_t count;
	struct devtask_sibling list[DEVTASK_SIBLINGS_MAX];
};

/* All nodes of the device of character device @number. -ENODEV: it is gone. -E2BIG: too many. */
int devtask_siblings_find(dev_t number, struct devtask_siblings *siblings,
			  struct devtask_error *error);

/* Fills @sibling if the node of @udev leads to the device at @device; false if not. */
bool devtask_siblings_add_up(struct udev_device *udev, const char *device,
			     struct devtask_sibling *sibling);

bool devtask_siblings_have(const struct devtask_siblings *siblings, bool is_block, dev_t number);

#endif
