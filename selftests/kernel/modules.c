// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loading and unloading of kernel modules by the tests, see modules.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "modules.h"

void load_modules(const char *names)
{
	char cmd[256];

	snprintf(cmd, sizeof(cmd), "modprobe -q -a %s >/dev/null 2>&1", names);
	if (system(cmd) < 0)
		perror("modprobe");
}

int unload_devtask(void)
{
	return syscall(SYS_delete_module, "devtask", O_NONBLOCK) ? -errno : 0;
}

int reload_devtask(void)
{
	const char *env = getenv("DEVTASK_KO");
	char path[256];
	struct utsname u;
	int fd, err = 0;

	load_modules("usbcore hid");	/* what it needs */
	uname(&u);
	snprintf(path, sizeof(path), "build/module/%s/devtask.ko", u.release);
	fd = open(env ?: path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (syscall(SYS_finit_module, fd, "", 0))
		err = -errno;
	close(fd);
	return err;
}
