/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * x11_display - an X display: which process has the window that the keys go to (INI-2), and
 * when that may have changed. Must not know who wants to know.
 */
#ifndef DEVTASK_AGENT_X11_DISPLAY_H
#define DEVTASK_AGENT_X11_DISPLAY_H

#include <sys/types.h>

#include "error.h"

struct devtask_x11_display;

/*
 * Connects to the display that the environment names. Returns 0, or a negative errno with a
 * sentence: -ENOTCONN, -EPROTONOSUPPORT.
 */
int devtask_x11_display_open(struct devtask_x11_display **display, struct devtask_error *error);
void devtask_x11_display_close(struct devtask_x11_display *display);

/* The connection: readable when something may have changed; stays @display's. */
int devtask_x11_display_fd(const struct devtask_x11_display *display);

/*
 * The process as the server itself knows it, never as it calls itself; 0 = nobody. Whatever
 * changes after this was called is announced. -ENOTCONN: the display has ended.
 */
int devtask_x11_display_focus(struct devtask_x11_display *display, pid_t *pid);

/*
 * Takes what the display has announced. Returns 1 if the focus has to be asked for again, 0 if
 * not, -ENOTCONN: the display has ended.
 */
int devtask_x11_display_dispatch(struct devtask_x11_display *display);

#endif
