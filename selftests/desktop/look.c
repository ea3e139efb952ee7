// SPDX-License-Identifier: GPL-2.0-only
/*
 * look - the page as assistive technology finds it, on the accessibility bus:
 *   look tree            each thing that is shown: role, tab, name, tab, states
 *   look focus NAME      gives the keyboard to the button NAME
 * Keys are pressed by xdotool, as a person would.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <atspi/atspi.h>

#define PROGRAM	"org.devtask.Permissions"

typedef bool visit_fn(AtspiAccessible *thing, void *context);

static bool has(AtspiAccessible *thing, AtspiStateType state)
{
	AtspiStateSet *states = atspi_accessible_get_state_set(thing);
	bool found = states && atspi_state_set_contains(states, state);

	if (states)
		g_object_unref(states);
	return found;
}

/* Every thing that is shown, until @visit returns true. */
static bool walk(AtspiAccessible *thing, visit_fn *visit, void *context)
{
	int count = atspi_accessible_get_child_count(thing, NULL);
	bool over = visit(thing, context);

	for (int i = 0; !over && i < count; i++) {
		AtspiAccessible *child = atspi_accessible_get_child_at_index(thing, i, NULL);

		if (!child)
			continue;
		over = walk(child, visit, context);
		g_object_unref(child);
	}
	return over;
}

static bool print(AtspiAccessible *thing, void *context)
{
	g_autofree char *role = atspi_accessible_get_role_name(thing, NULL);
	g_autofree char *name = atspi_accessible_get_name(thing, NULL);

	(void)context;
	if (has(thing, ATSPI_STATE_SHOWING) && name && *name)
		printf("%s\t%s\t%s%s\n", role, name,
		       has(thing, ATSPI_STATE_SENSITIVE) ? "" : "insensitive ",
		       has(thing, ATSPI_STATE_FOCUSED) ? "focused" : "");
	return false;
}

static bool focus(AtspiAccessible *thing, void *context)
{
	g_autofree char *name = atspi_accessible_get_name(thing, NULL);

	if (g_strcmp0(name, context) || !has(thing, ATSPI_STATE_SHOWING) ||
	    atspi_accessible_get_role(thing, NULL) != ATSPI_ROLE_PUSH_BUTTON)
		return false;
	return atspi_component_grab_focus(atspi_accessible_get_component_iface(thing), NULL);
}

static AtspiAccessible *find_program(void)
{
	AtspiAccessible *desktop = atspi_get_desktop(0);
	int count = atspi_accessible_get_child_count(desktop, NULL);

	for (int i = 0; i < count; i++) {
		AtspiAccessible *program = atspi_accessible_get_child_at_index(desktop, i, NULL);
		g_autofree char *name = program ? atspi_accessible_get_name(program, NULL) : NULL;

		if (!g_strcmp0(name, PROGRAM))
			return program;
	}
	return NULL;
}

int main(int argc, char **argv)
{
	AtspiAccessible *program;

	if (atspi_init() > 1)
		return 1;
	program = find_program();
	if (!program)
		return 2;
	if (argc == 2 && !strcmp(argv[1], "tree"))
		return walk(program, print, NULL);
	if (argc == 3 && !strcmp(argv[1], "focus"))
		return !walk(program, focus, argv[2]);
	fprintf(stderr, "see the head of selftests/desktop/look.c\n");
	return 64;
}
