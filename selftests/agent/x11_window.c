// SPDX-License-Identifier: GPL-2.0-only
/*
 * x11_window - a program with a window, as small as they get:
 *   x11_window [CLAIM]   shows a window and prints its number; CLAIM is the process that it says
 *                        to be in _NET_WM_PID, itself if none is given
 * Then it does what it reads, a word a line, and prints "ok" when the server has done so:
 *   focus       takes the focus            inner       gives it to a window within its own
 *   nobody      nobody has the focus       root        the root has it
 *   pointer     whoever is under the pointer has it
 *   destroy     destroys the window        hide        hides it
 *   grab        takes the keyboard by another window of its own
 *   ungrab      gives it back
 *   manage      is the window manager now  unmanage    and no longer, but forgets to say so
 *   active ID   says, as that manager, that window ID is the active one
 *   managed     waits until another window manager is there
 *   ask ID      asks a window manager, as a task bar does, to make window ID the active one
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <xcb/xcb.h>

static xcb_connection_t *display;
static xcb_window_t root, window, inner, other, manager;

static void sync_server(void)
{
	free(xcb_get_input_focus_reply(display, xcb_get_input_focus(display), NULL));
	if (xcb_connection_has_error(display))
		exit(1);
}

static xcb_atom_t atom(const char *name)
{
	xcb_intern_atom_reply_t *reply;
	xcb_atom_t found;

	reply = xcb_intern_atom_reply(display, xcb_intern_atom(display, 0, (uint16_t)strlen(name),
							       name), NULL);
	if (!reply)
		exit(1);
	found = reply->atom;
	free(reply);
	return found;
}

static void set(xcb_window_t on, const char *property, xcb_atom_t type, uint32_t value)
{
	xcb_change_property(display, XCB_PROP_MODE_REPLACE, on, atom(property), type, 32, 1, &value);
}

static xcb_window_t make(xcb_window_t parent, uint32_t is_unmanaged)
{
	xcb_window_t id = xcb_generate_id(display);

	xcb_create_window(display, XCB_COPY_FROM_PARENT, id, parent, 0, 0, 64, 64, 0,
			  XCB_WINDOW_CLASS_INPUT_OUTPUT, XCB_COPY_FROM_PARENT,
			  XCB_CW_OVERRIDE_REDIRECT, &is_unmanaged);
	return id;
}

static void give_focus(xcb_window_t to)
{
	xcb_set_input_focus(display, XCB_INPUT_FOCUS_POINTER_ROOT, to, XCB_CURRENT_TIME);
}

static void ask(xcb_window_t id)
{
	xcb_client_message_event_t event = {
		.response_type = XCB_CLIENT_MESSAGE, .format = 32, .window = id,
		.type = atom("_NET_ACTIVE_WINDOW"), .data.data32 = { 2, XCB_CURRENT_TIME, 0 },
	};

	xcb_send_event(display, 0, root, XCB_EVENT_MASK_SUBSTRUCTURE_NOTIFY |
		       XCB_EVENT_MASK_SUBSTRUCTURE_REDIRECT, (const char *)&event);
}

static void grab(void)
{
	other = make(root, 1);
	xcb_map_window(display, other);
	free(xcb_grab_keyboard_reply(display, xcb_grab_keyboard(display, 0, other, XCB_CURRENT_TIME,
		XCB_GRAB_MODE_ASYNC, XCB_GRAB_MODE_ASYNC), NULL));
}

static void manage(void)
{
	manager = make(root, 1);
	set(manager, "_NET_SUPPORTING_WM_CHECK", XCB_ATOM_WINDOW, manager);
	set(root, "_NET_SUPPORTING_WM_CHECK", XCB_ATOM_WINDOW, manager);
}

static xcb_window_t named_by(xcb_window_t on)
{
	xcb_get_property_reply_t *reply;
	xcb_window_t found = XCB_NONE;

	reply = xcb_get_property_reply(display, xcb_get_property(display, 0, on,
		atom("_NET_SUPPORTING_WM_CHECK"), XCB_ATOM_WINDOW, 0, 1), NULL);
	if (reply && xcb_get_property_value_length(reply) == (int)sizeof(found))
		found = *(xcb_window_t *)xcb_get_property_value(reply);
	free(reply);
	return found;
}

static void await_manager(void)
{
	const uint32_t mask = XCB_EVENT_MASK_PROPERTY_CHANGE;
	xcb_window_t found;

	xcb_change_window_attributes(display, root, XCB_CW_EVENT_MASK, &mask);
	while (!(found = named_by(root)) || named_by(found) != found)
		free(xcb_wait_for_event(display));
}

static void run(const char *word, xcb_window_t id)
{
	if (!strcmp(word, "focus")) {
		give_focus(window);
	} else if (!strcmp(word, "inner")) {
		inner = make(window, 0);
		xcb_map_window(display, inner);
		give_focus(inner);
	} else if (!strcmp(word, "nobody")) {
		give_focus(XCB_NONE);
	} else if (!strcmp(word, "root")) {
		give_focus(root);
	} else if (!strcmp(word, "pointer")) {
		give_focus(XCB_INPUT_FOCUS_POINTER_ROOT);
	} else if (!strcmp(word, "destroy")) {
		xcb_destroy_window(display, window);
	} else if (!strcmp(word, "hide")) {
		xcb_unmap_window(display, window);
	} else if (!strcmp(word, "grab")) {
		grab();
	} else if (!strcmp(word, "ungrab")) {
		xcb_ungrab_keyboard(display, XCB_CURRENT_TIME);
	} else if (!strcmp(word, "manage")) {
		manage();
	} else if (!strcmp(word, "unmanage")) {
		xcb_destroy_window(display, manager);
	} else if (!strcmp(word, "active")) {
		set(root, "_NET_ACTIVE_WINDOW", XCB_ATOM_WINDOW, id);
	} else if (!strcmp(word, "managed")) {
		await_manager();
	} else if (!strcmp(word, "ask")) {
		ask(id);
	} else {
		exit(64);
	}
}

int main(int argc, char **argv)
{
	char line[64], word[16];
	unsigned int id;

	setvbuf(stdout, NULL, _IOLBF, 0);
	display = xcb_connect(NULL, NULL);
	if (xcb_connection_has_error(display))
		return 1;
	root = xcb_setup_roots_iterator(xcb_get_setup(display)).data->root;
	window = make(root, 0);
	set(window, "_NET_WM_PID", XCB_ATOM_CARDINAL,
	    (uint32_t)(argc > 1 ? atoi(argv[1]) : getpid()));
	xcb_map_window(display, window);
	sync_server();
	printf("%u\n", window);
	while (fgets(line, sizeof(line), stdin)) {
		id = XCB_NONE;
		if (sscanf(line, "%15s %u", word, &id) < 1)
			return 64;
		run(word, id);
		sync_server();
		puts("ok");
	}
	return 0;
}
