/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * keepsake - what is kept of the devices of a servicing task from its start (APP-8): when one is
 * away, neither sysfs nor udev know it any more. In a file beside the helper's socket, so that
 * another helper finds it. Must not know who waits for a device.
 */
#ifndef DEVTASK_DAEMON_KEEPSAKE_H
#define DEVTASK_DAEMON_KEEPSAKE_H

#include "error.h"
#include "message.h"
#include "port.h"

struct devtask_keepsake_device {
	uint32_t claim;			/* the newest that is known */
	uint64_t return_ns;		/* how long it may be away each time; 0: the default */
	uint64_t away_ns;		/* CLOCK_BOOTTIME since when it is; 0 = it is there */
	struct devtask_port_known known;
};

struct devtask_keepsake {
	char trigger[37];		/* of the task */
	unsigned int count;
	struct devtask_keepsake_device devices[DEVTASK_MESSAGE_DEVICES];
};

/* Where the files are: a directory of root alone. Returns a descriptor, or a negative errno. */
int devtask_keepsake_open(const char *directory, struct devtask_error *error);

/* All of it or, after an error or a crash, nothing of it: the file is renamed into its place. */
int devtask_keepsake_write(int directory, const struct devtask_keepsake *keepsake,
			   struct devtask_error *error);

/* -ENOENT: there is none; -EBADMSG: this is none. */
int devtask_keepsake_read(int directory, const char *trigger, struct devtask_keepsake *keepsake,
			  struct devtask_error *error);

void devtask_keepsake_remove(int directory, const char *trigger);

/* Removes every file of a task that @is_wanted knows nothing of. */
void devtask_keepsake_sweep(int directory,
			    bool (*is_wanted)(const char *trigger, void *context), void *context);

#endif
