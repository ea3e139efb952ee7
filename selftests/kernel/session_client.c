// SPDX-License-Identifier: GPL-2.0-only
/*
 * An app for both word sizes: registers, asks to explain, reads the verdict. Its exit status says
 * which step was wrong.
 */
#include <string.h>

#include "app.h"

int main(void)
{
	struct devtask_app_status status;
	struct devtask_app_info info;
	struct app_event e;
	char name[256];
	int fd = app_open(0);

	if (fd < 0 || app_info(fd, &info) || info.abi_version != DEVTASK_ABI_VERSION)
		return 1;
	if (app_register(fd, DEVTASK_TYPE_USE, "narrow", "Narrow", NULL) != 1)
		return 2;
	if (app_request(fd, 1, "usb:1209:0032", "thirty-two", DEVTASK_APP_REQUEST_EXPLAIN, NULL))
		return 3;
	if (app_expect(fd, DEVTASK_APP_EVENT_VERDICT, &e) || strcmp(e.text, "narrow no"))
		return 4;
	if (app_status(fd, 1, false, &status, name) || strcmp(name, "narrow"))
		return 5;
	return status.seq == e.head.seq && !app_replay(fd, 0) ? 0 : 6;
}
