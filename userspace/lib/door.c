// SPDX-License-Identifier: LGPL-2.1-or-later
/* door - see door.h. */
#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "door.h"

int devtask_door_open(void)
{
	int fd = open(DEVTASK_DOOR_PATH, O_RDWR | O_NONBLOCK | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

int devtask_door_call(int fd, unsigned long command, void *argument)
{
	int result;

	do
		result = ioctl(fd, command, argument);
	while (result < 0 && errno == EINTR);
	return result < 0 ? -errno : result;
}

ssize_t devtask_door_read(int fd, void *buffer, size_t size)
{
	ssize_t result;

	do
		result = read(fd, buffer, size);
	while (result < 0 && errno == EINTR);
	return result < 0 ? -errno : result;
}
