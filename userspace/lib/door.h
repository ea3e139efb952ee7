/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * door - the system calls on /dev/devtask, and nothing else of the library makes one on it.
 * Must not know what is asked. The tests on a host without the module put another room here.
 */
#ifndef LIBDEVTASK_DOOR_H
#define LIBDEVTASK_DOOR_H

#include <stddef.h>
#include <sys/types.h>

#define DEVTASK_DOOR_PATH "/dev/devtask"

/* All give a negative errno if they fail. A call that a signal ended is made again. */

/* A descriptor that never waits in read(2) and is closed by exec. */
int devtask_door_open(void);
int devtask_door_call(int fd, unsigned long command, void *argument);
ssize_t devtask_door_read(int fd, void *buffer, size_t size);

#endif
