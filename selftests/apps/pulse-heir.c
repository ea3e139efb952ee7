// SPDX-License-Identifier: GPL-2.0-only
/*
 * pulse-heir FD ARGUMENTS: a program that is no app, or another one, and has inherited the session
 * FD of an app. Tries to have a task started in the app's name, and says what became of that.
 */
#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/devtask_app.h>

static union {
	struct devtask_app_event event;
	char bytes[8192];
} buffer;

int main(int argc, char **argv)
{
	struct devtask_app_request call = { .size = sizeof(call), .registration = 1 };
	static const char device[] = "hid:1209:0001";
	struct pollfd door = { .events = POLLIN };

	if (argc != 3) {
		fprintf(stderr, "usage: pulse-heir FD ARGUMENTS\n");
		return 1;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	door.fd = atoi(argv[1]);
	call.device = (uintptr_t)device;
	call.device_size = sizeof(device) - 1;
	call.arguments = (uintptr_t)argv[2];
	call.arguments_size = (uint32_t)strlen(argv[2]);
	if (ioctl(door.fd, DEVTASK_APP_REQUEST, &call)) {
		printf("request failed: %s\n", strerror(errno));
		return 1;
	}
	poll(&door, 1, -1);
	if (read(door.fd, &buffer, sizeof(buffer)) < (ssize_t)sizeof(buffer.event)) {
		printf("no event: %s\n", strerror(errno));
		return 1;
	}
	printf("verdict %u: %.*s\n", buffer.event.verdict, (int)buffer.event.text_size,
	       buffer.event.text);
	return buffer.event.verdict == DEVTASK_VERDICT_ALLOWED ? 0 : 2;
}
