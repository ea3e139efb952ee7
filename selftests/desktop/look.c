// SPDX-License-Identifier: GPL-2.0-only
/*
 * look - the page as assistive technology finds it, on the accessibility bus:
 *   look tree       each thing that is shown and has a name: role, tab, name, tab, states
 *   look at NAME    the middle, in the window's pixels, of the button whose name begins so
 *   look focused    the name of what has the keyboard
 * Exit status 1: there is no such thing, 2: the page is not there. Keys and clicks are xdotool's.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <atspi/atspi.h>

#define PROGRAM	"org.devtask.Permissions"

typedef bool visit_fn(AtspiAccessible *thing, const char *name, const AtspiRect *place,
		      const char *wanted);

static bool has(AtspiAccessible *thing, AtspiStateType state)
{
	AtspiStateSet *states = atspi_accessible_get_state_set(thing);
	bool found = states && atspi_state_set_contains(states, state);

	if (states)
		g_object_unref(states);
	return found;
}

/* What is not shown has no size. Returns true when @visit did. */
static bool visit_shown(AtspiAccessible *thing, visit_fn *visit, const char *wanted)
{
	AtspiComponent *component = atspi_accessible_get_component_iface(thing);
	AtspiRect *place = component ? atspi_component_get_extents(component,
					ATSPI_COORD_TYPE_WINDOW, NULL) : NULL;
	g_autofree char *name = atspi_accessible_get_name(thing, NULL);
	bool over = place && place->height > 0 && name && *name &&
		    visit(thing, name, place, wanted);

	g_free(place);
	if (component)
		g_object_unref(component);
	return over;
}

static bool walk(AtspiAccessible *thing, visit_fn *visit, const char *wanted)
{
	int count = atspi_accessible_get_child_count(thing, NULL);
	bool over = visit_shown(thing, visit, wanted);

	for (int i = 0; !over && i < count; i++) {
		AtspiAccessible *child = atspi_accessible_get_child_at_index(thing, i, NULL);

		if (!child)
			continue;
		over = walk(child, visit, wanted);
		g_object_unref(child);
	}
	return over;
}

static bool print(AtspiAccessible *thing, const char *name, const AtspiRect *place,
		  const char *wanted)
{
	g_autofree char *role = atspi_accessible_get_role_name(thing, NULL);

	(void)place;
	(void)wanted;
	printf("%s\t%s\t%s\n", role, name,
	       has(thing, ATSPI_STATE_SENSITIVE) ? "" : "insensitive");
	return false;
}

static bool locate(AtspiAccessible *thing, const char *name, const AtspiRect *place,
		   const char *wanted)
{
	if (!g_str_has_prefix(name, wanted) ||
	    atspi_accessible_get_role(thing, NULL) != ATSPI_ROLE_PUSH_BUTTON)
		return false;
	printf("%d %d\n", place->x + place->width / 2, place->y + place->height / 2);
	return true;
}

static bool name_focused(AtspiAccessible *thing, const char *name, const AtspiRect *place,
			 const char *wanted)
{
	(void)place;
	(void)wanted;
	if (!has(thing, ATSPI_STATE_FOCUSED))
		return false;
	puts(name);
	return true;
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
	const char *what = argc > 1 ? argv[1] : "";
	AtspiAccessible *program;

	if (atspi_init() > 1)
		return 2;
	program = find_program();
	if (!program)
		return 2;
	if (argc == 2 && !strcmp(what, "tree"))
		return walk(program, print, NULL);
	if (argc == 3 && !strcmp(what, "at"))
		return !walk(program, locate, argv[2]);
	if (argc == 2 && !strcmp(what, "focused"))
		return !walk(program, name_focused, NULL);
	fprintf(stderr, "see the head of selftests/desktop/look.c\n");
	return 64;
}
