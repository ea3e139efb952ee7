/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * x11_link - the helper's end of the watcher of a display: introduces it, tells it who has the
 * focus, waits for another helper when it ends. Must not know displays.
 */
#ifndef DEVTASK_AGENT_X11_LINK_H
#define DEVTASK_AGENT_X11_LINK_H

#include <sys/types.h>

#include <systemd/sd-event.h>

#include "error.h"

struct devtask_x11_link;

struct devtask_x11_link_events {
	/* The helper has accepted us; @session is logind's name of ours, perhaps empty. */
	void (*on_attached)(const char *session, void *context);
	/* It never will. */
	void (*on_refused)(const struct devtask_error *error, void *context);
};

/*
 * @display: a connection to the display, of which the helper gets a copy each time. Events come
 * from the loop, on_attached again for each helper. Returns 0, or a negative errno with a sentence.
 */
int devtask_x11_link_create(struct devtask_x11_link **link, sd_event *loop, int display,
			    const struct devtask_x11_link_events *events, void *context,
			    struct devtask_error *error);
void devtask_x11_link_destroy(struct devtask_x11_link *link);

/* 0: nobody. Said once for each change; lost if there is no helper, until on_attached. */
void devtask_x11_link_tell(struct devtask_x11_link *link, pid_t pid);

#endif
