// SPDX-License-Identifier: GPL-2.0-only
/* login - see login.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <systemd/sd-login.h>

#include "login.h"

/* Takes @text, which sd-login allocated. */
static void keep(char *to, size_t size, char *text)
{
	snprintf(to, size, "%s", text ? text : "");
	free(text);
}

int devtask_login_find(pid_t pid, struct devtask_login *login)
{
	char *id = NULL, *text = NULL;
	int ret = sd_pid_get_session(pid, &id);

	memset(login, 0, sizeof(*login));
	if (ret < 0)
		return ret;
	ret = sd_session_get_type(id, &text);
	if (ret >= 0) {
		keep(login->type, sizeof(login->type), text);
		text = NULL;
		if (sd_session_get_tty(id, &text) >= 0)
			keep(login->terminal, sizeof(login->terminal), text);
		login->is_active = sd_session_is_active(id) > 0;
	}
	keep(login->id, sizeof(login->id), id);
	return ret < 0 ? ret : 0;
}

bool devtask_login_is_graphical(const struct devtask_login *login)
{
	return !strcmp(login->type, "x11") || !strcmp(login->type, "wayland") ||
	       !strcmp(login->type, "mir");
}
