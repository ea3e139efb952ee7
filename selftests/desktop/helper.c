// SPDX-License-Identifier: GPL-2.0-only
/*
 * helper SOCKET DIRECTORY - the helper's real rooms for stored answers, without module and tasks:
 * listens at SOCKET, keeps answers in DIRECTORY, ends by SIGTERM. Says "ready" on standard output.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include <systemd/sd-event.h>

#include "consent.h"
#include "consent_verbs.h"
#include "control.h"

static int fail(const struct devtask_error *error)
{
	fprintf(stderr, "helper: %s\n", error->text);
	return 1;
}

int main(int argc, char **argv)
{
	struct devtask_control *control;
	struct devtask_consent *consent;
	struct devtask_error error;
	sd_event *loop;
	sigset_t set;

	if (argc != 3) {
		fprintf(stderr, "usage: helper SOCKET DIRECTORY\n");
		return 64;
	}
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	if (sd_event_default(&loop) < 0 || sd_event_add_signal(loop, NULL, SIGTERM, NULL, NULL) < 0)
		return 1;
	if (devtask_consent_create(&consent, argv[2], &error) ||
	    devtask_control_create(&control, loop, argv[1], &error) ||
	    devtask_control_add(control, devtask_consent_verbs, consent))
		return fail(&error);
	puts("ready");
	fflush(stdout);
	sd_event_loop(loop);
	devtask_control_destroy(control);
	devtask_consent_destroy(consent);
	sd_event_unref(loop);
	return 0;
}
