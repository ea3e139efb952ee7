// SPDX-License-Identifier: GPL-2.0-only
/*
 * x11_main - devtask-x11: tells the helper which process has the window with the focus, for as
 * long as the display is there (INI-2).
 */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>

#include <systemd/sd-event.h>

#include "harden.h"
#include "x11_display.h"
#include "x11_link.h"
#include "x11_lock.h"

static const char usage[] =
	"Usage: devtask-x11 [OPTION]...\n"
	"Tell devtask which program has the focus on this X display, until the display ends.\n"
	"Started with the session; better not by hand.\n"
	"\n"
	"  -h, --help     show this and exit\n"
	"      --version  show the version and exit\n"
	"\n"
	"Exit status: 0 the display has ended, or a signal came, 64 usage, 69 no display, 77 the\n"
	"display or this program is not one that can be trusted.\n";

struct watcher {
	sd_event *loop;
	struct devtask_x11_display *display;
	struct devtask_x11_link *link;
	struct devtask_x11_lock *lock;
};

static int parse(int argc, char **argv)
{
	static const struct option list[] = {
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'v' },
		{ 0 },
	};

	switch (getopt_long(argc, argv, "h", list, NULL)) {
	case -1:
		break;
	case 'h':
		fputs(usage, stdout);
		return DEVTASK_EXIT_OK;
	case 'v':
		printf("devtask-x11 %s (ABI %u)\n", DEVTASK_VERSION,
		       (unsigned int)DEVTASK_PROGRAM_ABI);
		return DEVTASK_EXIT_OK;
	default:
		fputs("See devtask-x11 --help.\n", stderr);
		return DEVTASK_EXIT_USAGE;
	}
	if (optind == argc)
		return -1;
	fprintf(stderr, "devtask-x11: takes no argument \"%s\"; see devtask-x11 --help\n",
		argv[optind]);
	return DEVTASK_EXIT_USAGE;
}

static int fail(const struct devtask_error *error)
{
	fprintf(stderr, "devtask-x11: %s\n", error->text);
	return error->exit;
}

/* What comes in while we ask is not announced by the descriptor any more. */
static int look(struct watcher *watcher)
{
	int ret;

	do {
		pid_t pid;

		ret = devtask_x11_display_focus(watcher->display, &pid);
		if (!ret) {
			if (devtask_x11_lock_is_locked(watcher->lock))
				pid = 0;
			devtask_x11_link_tell(watcher->link, pid);
			ret = devtask_x11_display_dispatch(watcher->display);
		}
	} while (ret > 0);
	return ret < 0 ? sd_event_exit(watcher->loop, DEVTASK_EXIT_OK) : 0;
}

static int on_display(sd_event_source *source, int fd, uint32_t revents, void *context)
{
	struct watcher *watcher = context;
	int ret = devtask_x11_display_dispatch(watcher->display);

	(void)source;
	(void)fd;
	(void)revents;
	if (ret < 0)
		return sd_event_exit(watcher->loop, DEVTASK_EXIT_OK);
	return ret ? look(watcher) : 0;
}

static void on_lock(void *context)
{
	look(context);
}

static void on_attached(const char *session, void *context)
{
	struct watcher *watcher = context;

	if (*session && !watcher->lock &&
	    devtask_x11_lock_create(&watcher->lock, watcher->loop, session, on_lock, watcher)) {
		sd_event_exit(watcher->loop, DEVTASK_EXIT_FAILURE);
		return;
	}
	look(watcher);
}

static void on_refused(const struct devtask_error *error, void *context)
{
	struct watcher *watcher = context;

	sd_event_exit(watcher->loop, fail(error));
}

static int watch_signals(sd_event *loop)
{
	static const int ending[] = { SIGTERM, SIGINT, SIGHUP };
	sigset_t set;
	int ret = 0;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(ending) / sizeof(*ending); i++)
		sigaddset(&set, ending[i]);
	sigprocmask(SIG_BLOCK, &set, NULL);
	for (size_t i = 0; ret >= 0 && i < sizeof(ending) / sizeof(*ending); i++)
		ret = sd_event_add_signal(loop, NULL, ending[i], NULL, NULL);
	return ret;
}

static int start(struct watcher *watcher, struct devtask_error *error)
{
	static const struct devtask_x11_link_events events = { on_attached, on_refused };
	int fd, ret = sd_event_default(&watcher->loop);

	if (ret >= 0)
		ret = watch_signals(watcher->loop);
	if (ret < 0)
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, ret,
					 "cannot make the event loop: %s", strerror(-ret));
	ret = devtask_x11_display_open(&watcher->display, error);
	if (ret)
		return ret;
	fd = devtask_x11_display_fd(watcher->display);
	ret = sd_event_add_io(watcher->loop, NULL, fd, EPOLLIN, on_display, watcher);
	if (ret < 0)
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, ret,
					 "cannot watch the display: %s", strerror(-ret));
	return devtask_x11_link_create(&watcher->link, watcher->loop, fd, &events, watcher, error);
}

static int run(void)
{
	struct watcher watcher = { 0 };
	struct devtask_error error;
	int ret;

	if (!devtask_harden_is_setgid()) {
		devtask_error_set(&error, DEVTASK_EXIT_PERMISSION, -EPERM,
			"this program is not installed setgid to the group devtask-agent; the installed "
			"one is " DEVTASK_PATH_X11);
		return fail(&error);
	}
	ret = start(&watcher, &error) ? fail(&error) : sd_event_loop(watcher.loop);
	devtask_x11_lock_destroy(watcher.lock);
	devtask_x11_link_destroy(watcher.link);
	devtask_x11_display_close(watcher.display);
	sd_event_unref(watcher.loop);
	return ret < 0 ? DEVTASK_EXIT_FAILURE : ret;
}

int main(int argc, char **argv)
{
	int ret;

	devtask_harden();
	ret = parse(argc, argv);
	return ret >= 0 ? ret : run();
}
