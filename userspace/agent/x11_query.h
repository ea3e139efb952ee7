/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * x11_query - questions to an X server about one window. Each may fail at any time, for the
 * window may go at any time. Must not know the focus.
 */
#ifndef DEVTASK_AGENT_X11_QUERY_H
#define DEVTASK_AGENT_X11_QUERY_H

#include <stdbool.h>
#include <sys/types.h>

#include <xcb/xcb.h>

/* Who made a window. */
struct devtask_x11_client {
	uint32_t base;	/* of its resources: which connection */
	pid_t pid;	/* as the server's kernel knows it */
};

/* False also for a client on another machine, and for the server itself. */
bool devtask_x11_query_client(xcb_connection_t *display, xcb_window_t window,
			      struct devtask_x11_client *client);

/* The window whose parent is the root; @root: that root. XCB_NONE if it went or is the root. */
xcb_window_t devtask_x11_query_top(xcb_connection_t *display, xcb_window_t window,
				   xcb_window_t *root);

/* A property that is a window; XCB_NONE if there is none. */
xcb_window_t devtask_x11_query_property(xcb_connection_t *display, xcb_window_t window,
					xcb_atom_t property);

#endif
