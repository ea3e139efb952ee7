// SPDX-License-Identifier: GPL-2.0-only
/*
 * unsafe-task: the program of a task that says that its device must not be taken away now, says
 * "unsafe", and goes on until it is cancelled.
 */
#include <devtask.h>
#include <poll.h>
#include <stdio.h>

int main(void)
{
	struct devtask_task *task;
	struct pollfd canceled = { 0 };

	if (devtask_task_open(&task) || devtask_task_set_unsafe(task, true)) {
		printf("failed: %s\n", devtask_sentence());
		return 1;
	}
	puts("unsafe");
	fflush(stdout);
	canceled.fd = devtask_task_fd(task);
	canceled.events = POLLIN;
	while (poll(&canceled, 1, -1) != 1)
		;
	devtask_task_close(task);
	return 0;
}
