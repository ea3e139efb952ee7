// SPDX-License-Identifier: GPL-2.0-only
/*
 * main - devtask-permissions' entry: the user's own page of stored answers (CON-4). It has no
 * rights but the user's: it takes permissions back and cannot give any (CON-6).
 */
#include <getopt.h>
#include <stdio.h>

#include <adwaita.h>

#include "names.h"
#include "page.h"

#define NAME	"org.devtask.Permissions"

static const char usage[] =
	"Usage: devtask-permissions [OPTION]...\n"
	"Show which apps may use which devices in the background, and take permissions back.\n"
	"On a terminal: devtaskctl consent.\n"
	"\n"
	"  -h, --help     show this and exit\n"
	"      --version  show the version and exit\n"
	"\n"
	"Exit status: 0 the window was closed, 64 usage, 69 no display.\n";

/* Returns -1 to go on, or the exit status. */
static int parse(int argc, char **argv)
{
	static const struct option list[] = {
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'v' },
		{ 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "h", list, NULL)) >= 0) {
		switch (option) {
		case 'h':
			fputs(usage, stdout);
			return DEVTASK_EXIT_OK;
		case 'v':
			printf("devtask-permissions %s (ABI %u)\n", DEVTASK_VERSION,
			       (unsigned int)DEVTASK_PROGRAM_ABI);
			return DEVTASK_EXIT_OK;
		default:
			fputs("See devtask-permissions --help.\n", stderr);
			return DEVTASK_EXIT_USAGE;
		}
	}
	if (optind == argc)
		return -1;
	fprintf(stderr, "devtask-permissions: takes no argument \"%s\"; see devtask-permissions "
		"--help\n", argv[optind]);
	return DEVTASK_EXIT_USAGE;
}

/* A second start shows the window that is there. */
static void activate(GApplication *application, gpointer data)
{
	GtkWindow *window = gtk_application_get_active_window(GTK_APPLICATION(application));

	(void)data;
	if (!window)
		window = devtask_page_create(ADW_APPLICATION(application));
	gtk_window_present(window);
}

int main(int argc, char **argv)
{
	int ret = parse(argc, argv);
	AdwApplication *application;

	if (ret >= 0)
		return ret;
	if (!gtk_init_check()) {
		fputs("devtask-permissions: there is no display; start it in a graphical session, or "
		      "use: devtaskctl consent\n", stderr);
		return DEVTASK_EXIT_UNAVAILABLE;
	}
	g_set_prgname(NAME);
	g_set_application_name("Device Permissions");
	application = adw_application_new(NAME, G_APPLICATION_DEFAULT_FLAGS);
	g_signal_connect(application, "activate", G_CALLBACK(activate), NULL);
	ret = g_application_run(G_APPLICATION(application), 0, NULL);
	g_object_unref(application);
	return ret ? DEVTASK_EXIT_FAILURE : DEVTASK_EXIT_OK;
}
