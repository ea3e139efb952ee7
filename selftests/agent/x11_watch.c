// SPDX-License-Identifier: GPL-2.0-only
/* x11_watch - what devtask-x11 would tell a helper: a line with the process at each change. */
#include <poll.h>
#include <stdio.h>

#include "x11_display.h"

int main(void)
{
	struct devtask_x11_display *display;
	struct devtask_error error;
	struct pollfd wait = { .events = POLLIN };
	pid_t pid, told = -1;
	int ret;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (devtask_x11_display_open(&display, &error)) {
		fprintf(stderr, "%s\n", error.text);
		return error.exit;
	}
	wait.fd = devtask_x11_display_fd(display);
	do {
		ret = devtask_x11_display_focus(display, &pid);
		if (!ret && pid != told) {
			printf("%d\n", pid);
			told = pid;
		}
		while (!ret && !(ret = devtask_x11_display_dispatch(display)))
			poll(&wait, 1, -1);
		ret = ret < 0 ? ret : 0;
	} while (!ret);
	puts("end");
	devtask_x11_display_close(display);
	return 0;
}
