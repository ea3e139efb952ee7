// SPDX-License-Identifier: GPL-2.0-only
/* x11_query - see x11_query.h. */
#include <stdlib.h>

#include <xcb/res.h>

#include "x11_query.h"

/* Windows are nested by programs, for which nobody vouches. */
#define DEPTH_MAX 64

static bool read_client(const xcb_res_query_client_ids_reply_t *reply,
			struct devtask_x11_client *client)
{
	xcb_res_client_id_value_iterator_t ids = xcb_res_query_client_ids_ids_iterator(reply);
	const xcb_res_client_id_value_t *id = ids.data;
	uint32_t pid;

	/* One window has one client, and what has no process here has no value. */
	if (reply->num_ids != 1 || !(id->spec.mask & XCB_RES_CLIENT_ID_MASK_LOCAL_CLIENT_PID) ||
	    xcb_res_client_id_value_value_length(id) != 1)
		return false;
	pid = *xcb_res_client_id_value_value(id);
	client->base = id->spec.client;
	client->pid = (pid_t)pid;
	return client->base && pid && pid <= INT32_MAX;
}

bool devtask_x11_query_client(xcb_connection_t *display, xcb_window_t window,
			      struct devtask_x11_client *client)
{
	const xcb_res_client_id_spec_t spec = { window, XCB_RES_CLIENT_ID_MASK_LOCAL_CLIENT_PID };
	xcb_res_query_client_ids_reply_t *reply;
	bool ret;

	reply = xcb_res_query_client_ids_reply(display,
					       xcb_res_query_client_ids(display, 1, &spec), NULL);
	ret = reply && read_client(reply, client);
	free(reply);
	return ret;
}

xcb_window_t devtask_x11_query_top(xcb_connection_t *display, xcb_window_t window,
				   xcb_window_t *root)
{
	xcb_window_t parent;

	for (int depth = 0; depth < DEPTH_MAX; depth++) {
		xcb_query_tree_reply_t *reply;

		reply = xcb_query_tree_reply(display, xcb_query_tree(display, window), NULL);
		if (!reply)
			return XCB_NONE;
		parent = reply->parent;
		*root = reply->root;
		free(reply);
		if (parent == *root)
			return window;
		if (!parent)
			return XCB_NONE;
		window = parent;
	}
	return XCB_NONE;
}

xcb_window_t devtask_x11_query_property(xcb_connection_t *display, xcb_window_t window,
					xcb_atom_t property)
{
	xcb_get_property_reply_t *reply;
	xcb_window_t found = XCB_NONE;

	reply = xcb_get_property_reply(display, xcb_get_property(display, 0, window, property,
								 XCB_ATOM_WINDOW, 0, 1), NULL);
	if (reply && reply->type == XCB_ATOM_WINDOW && reply->format == 32 &&
	    xcb_get_property_value_length(reply) == (int)sizeof(found))
		found = *(const xcb_window_t *)xcb_get_property_value(reply);
	free(reply);
	return found;
}
