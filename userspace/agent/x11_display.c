// SPDX-License-Identifier: GPL-2.0-only
/*
 * x11_display - see x11_display.h. The server's input focus is what counts. Where a window
 * manager runs, what it holds for active must be the same client's; where none runs, the top
 * window around the focus must be. While another client has grabbed the keyboard, as a screen
 * locker does, the keys go to that one: then it is nobody.
 *
 * Of the window with the focus we are told when it loses it; whichever gets it then, we ask.
 * First a window is watched and then the focus is asked for again, so no change is missed.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <xcb/res.h>
#include <xcb/xcb.h>

#include "x11_display.h"
#include "x11_query.h"

/* The focus moves on while we look: after so many times its next move is waited for. */
#define TRIES_MAX 16

struct devtask_x11_display {
	xcb_connection_t *connection;
	xcb_atom_t active_window;	/* _NET_ACTIVE_WINDOW */
	xcb_atom_t manager;		/* _NET_SUPPORTING_WM_CHECK */
	xcb_window_t probe;		/* never shown */
	xcb_window_t watched;		/* the last one that had the focus; never a root */
};

static void select_events(xcb_connection_t *connection, xcb_window_t window, uint32_t mask)
{
	xcb_change_window_attributes(connection, window, XCB_CW_EVENT_MASK, &mask);
}

static xcb_atom_t find_atom(xcb_connection_t *connection, const char *name)
{
	xcb_intern_atom_reply_t *reply;
	xcb_atom_t atom = XCB_ATOM_NONE;

	reply = xcb_intern_atom_reply(connection, xcb_intern_atom(connection, 0,
				      (uint16_t)strlen(name), name), NULL);
	if (reply)
		atom = reply->atom;
	free(reply);
	return atom;
}

/* Version 1.2 has the processes of clients. */
static bool knows_processes(xcb_connection_t *connection)
{
	const xcb_query_extension_reply_t *extension;
	xcb_res_query_version_reply_t *reply;
	bool ret;

	extension = xcb_get_extension_data(connection, &xcb_res_id);
	if (!extension || !extension->present)
		return false;
	reply = xcb_res_query_version_reply(connection, xcb_res_query_version(connection, 1, 2),
					    NULL);
	ret = reply && (reply->server_major > 1 ||
			(reply->server_major == 1 && reply->server_minor >= 2));
	free(reply);
	return ret;
}

/* The root's own focus, and the changes of it to and from nobody. */
static void watch_roots(struct devtask_x11_display *display)
{
	xcb_screen_iterator_t screens;

	screens = xcb_setup_roots_iterator(xcb_get_setup(display->connection));
	for (; screens.rem; xcb_screen_next(&screens)) {
		select_events(display->connection, screens.data->root,
			      XCB_EVENT_MASK_FOCUS_CHANGE | XCB_EVENT_MASK_PROPERTY_CHANGE);
		if (display->probe)
			continue;
		display->probe = xcb_generate_id(display->connection);
		xcb_create_window(display->connection, 0, display->probe, screens.data->root,
				  -1, -1, 1, 1, 0, XCB_WINDOW_CLASS_INPUT_ONLY,
				  XCB_COPY_FROM_PARENT, 0, NULL);
	}
}

int devtask_x11_display_open(struct devtask_x11_display **display, struct devtask_error *error)
{
	const char *name = getenv("DISPLAY");
	struct devtask_x11_display *self = calloc(1, sizeof(*self));

	if (!self)
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -ENOMEM, "out of memory");
	self->connection = xcb_connect(NULL, NULL);
	if (xcb_connection_has_error(self->connection)) {
		devtask_x11_display_close(self);
		return devtask_error_set(error, DEVTASK_EXIT_UNAVAILABLE, -ENOTCONN,
			"cannot connect to the display %s; DISPLAY and XAUTHORITY must be those of an "
			"X session", name ? name : "(none)");
	}
	if (!knows_processes(self->connection)) {
		devtask_x11_display_close(self);
		return devtask_error_set(error, DEVTASK_EXIT_UNAVAILABLE, -EPROTONOSUPPORT,
			"the X server cannot tell the processes of its clients; it needs the extension "
			"X-Resource 1.2");
	}
	self->active_window = find_atom(self->connection, "_NET_ACTIVE_WINDOW");
	self->manager = find_atom(self->connection, "_NET_SUPPORTING_WM_CHECK");
	watch_roots(self);
	*display = self;
	return 0;
}

void devtask_x11_display_close(struct devtask_x11_display *display)
{
	if (!display)
		return;
	xcb_disconnect(display->connection);
	free(display);
}

int devtask_x11_display_fd(const struct devtask_x11_display *display)
{
	return xcb_get_file_descriptor(display->connection);
}

static xcb_window_t find_focus(const struct devtask_x11_display *display)
{
	xcb_get_input_focus_reply_t *reply;
	xcb_window_t focus = XCB_NONE;

	reply = xcb_get_input_focus_reply(display->connection,
					  xcb_get_input_focus(display->connection), NULL);
	if (reply && reply->focus != XCB_INPUT_FOCUS_POINTER_ROOT)
		focus = reply->focus;
	free(reply);
	return focus;
}

static bool is_root(const struct devtask_x11_display *display, xcb_window_t window)
{
	xcb_screen_iterator_t screens;

	screens = xcb_setup_roots_iterator(xcb_get_setup(display->connection));
	for (; screens.rem; xcb_screen_next(&screens))
		if (screens.data->root == window)
			return true;
	return false;
}

static void watch(struct devtask_x11_display *display, xcb_window_t focus)
{
	if (display->watched && display->watched != focus)
		select_events(display->connection, display->watched, 0);
	if (focus)
		select_events(display->connection, focus, XCB_EVENT_MASK_FOCUS_CHANGE |
			      XCB_EVENT_MASK_STRUCTURE_NOTIFY);
	display->watched = focus;
}

/* The window with the focus, which is watched; XCB_NONE: none, or the root. */
static xcb_window_t watch_focus(struct devtask_x11_display *display)
{
	for (int tries = 0; tries < TRIES_MAX; tries++) {
		xcb_window_t focus = find_focus(display);

		if (is_root(display, focus))
			focus = XCB_NONE;
		/* The roots are watched anyway. */
		if (!focus || (tries && focus == display->watched)) {
			watch(display, focus);
			return focus;
		}
		watch(display, focus);
	}
	return XCB_NONE;
}

/*
 * A window that is not shown can have no grab, but whether another client has one is answered
 * before that.
 */
static bool keyboard_is_taken(const struct devtask_x11_display *display)
{
	xcb_grab_keyboard_reply_t *reply;
	bool ret;

	reply = xcb_grab_keyboard_reply(display->connection,
		xcb_grab_keyboard(display->connection, 0, display->probe, XCB_CURRENT_TIME,
				  XCB_GRAB_MODE_ASYNC, XCB_GRAB_MODE_ASYNC), NULL);
	ret = !reply || reply->status != XCB_GRAB_STATUS_NOT_VIEWABLE;
	free(reply);
	return ret;
}

/* The root names a window of the manager, and that one names itself: else it is a dead one's. */
static bool is_managed(const struct devtask_x11_display *display, xcb_window_t root)
{
	xcb_window_t manager = devtask_x11_query_property(display->connection, root,
							  display->manager);

	return manager && devtask_x11_query_property(display->connection, manager,
						     display->manager) == manager;
}

int devtask_x11_display_focus(struct devtask_x11_display *display, pid_t *pid)
{
	xcb_connection_t *connection = display->connection;
	struct devtask_x11_client client, other;
	xcb_window_t focus = watch_focus(display), top, root = XCB_NONE;

	*pid = 0;
	top = focus ? devtask_x11_query_top(connection, focus, &root) : XCB_NONE;
	if (top && is_managed(display, root))
		top = devtask_x11_query_property(connection, root, display->active_window);
	if (top && devtask_x11_query_client(connection, focus, &client) &&
	    devtask_x11_query_client(connection, top, &other) &&
	    client.base == other.base && client.pid == other.pid &&
	    !keyboard_is_taken(display))
		*pid = client.pid;
	return xcb_connection_has_error(connection) ? -ENOTCONN : 0;
}

static bool matters(const struct devtask_x11_display *display, const xcb_generic_event_t *event)
{
	switch (event->response_type & 0x7f) {
	case 0:			/* an error: what we asked about has gone */
	case XCB_FOCUS_IN:
	case XCB_FOCUS_OUT:
	case XCB_DESTROY_NOTIFY:
	case XCB_UNMAP_NOTIFY:
	case XCB_REPARENT_NOTIFY:
		return true;
	case XCB_PROPERTY_NOTIFY: {
		xcb_atom_t atom = ((const xcb_property_notify_event_t *)event)->atom;

		return atom == display->active_window || atom == display->manager;
	}
	default:
		return false;
	}
}

int devtask_x11_display_dispatch(struct devtask_x11_display *display)
{
	xcb_generic_event_t *event;
	int ret = 0;

	while ((event = xcb_poll_for_event(display->connection))) {
		ret |= matters(display, event);
		free(event);
	}
	return xcb_connection_has_error(display->connection) ? -ENOTCONN : ret;
}
