// SPDX-License-Identifier: GPL-2.0-only
/*
 * screen - see screen.h. Signals come through a descriptor, so none finds the terminal half
 * taken; only SIGTSTP is left to curses, which gives the terminal back while the program stops.
 */
#include <errno.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include <curses.h>

#include "duration.h"
#include "screen.h"

struct devtask_screen {
	SCREEN *curses;
	int signals;
	int fatal;	/* the signal that ended it, 0 = none */
	sigset_t before;
};

static const int caught[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH };

bool devtask_screen_is_there(void)
{
	return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

static int catch_signals(struct devtask_screen *screen)
{
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(caught) / sizeof(*caught); i++)
		sigaddset(&set, caught[i]);
	screen->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (screen->signals < 0 || sigprocmask(SIG_BLOCK, &set, &screen->before))
		return -errno;
	return 0;
}

static int take_terminal(struct devtask_screen *screen)
{
	/* Characters of more than one byte are counted in the user's own encoding. */
	setlocale(LC_CTYPE, "");
	screen->curses = newterm(NULL, stdout, stdin);
	if (!screen->curses)
		return -ENOTSUP;
	set_term(screen->curses);
	cbreak();
	noecho();
	nonl();
	nodelay(stdscr, TRUE);
	curs_set(0);
	return 0;
}

int devtask_screen_open(struct devtask_screen **screen, struct devtask_error *error)
{
	struct devtask_screen *self = calloc(1, sizeof(*self));
	int ret;

	if (!self)
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -ENOMEM, "out of memory");
	ret = catch_signals(self);
	if (ret) {
		free(self);
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, ret,
					 "cannot take signals: %s", strerror(-ret));
	}
	ret = take_terminal(self);
	if (ret) {
		devtask_screen_close(self);
		return devtask_error_set(error, DEVTASK_EXIT_UNAVAILABLE, ret,
			"this terminal (TERM is \"%.32s\") cannot show it; use --batch",
			getenv("TERM") ? getenv("TERM") : "");
	}
	*screen = self;
	return 0;
}

static int count_lines(const char *text)
{
	int count = 0;

	for (; *text; text++)
		count += *text == '\n';
	return count;
}

/* One that is longer than the terminal is wide goes on in the next: that is cleared. */
static void show_line(int row, const char *line, int length, bool bold)
{
	if (bold)
		attron(A_BOLD);
	mvaddnstr(row, 0, line, length);
	if (bold)
		attroff(A_BOLD);
	if (move(row + 1, 0) == OK)
		clrtobot();
}

void devtask_screen_show(struct devtask_screen *screen, const char *text, int bold)
{
	int total = count_lines(text), fit = total <= LINES ? total : LINES - 1;

	(void)screen;
	erase();
	for (int row = 0; row < fit; row++) {
		int length = (int)strcspn(text, "\n");

		show_line(row, text, length, row == bold);
		text += length + 1;
	}
	if (fit < total)
		mvprintw(fit > 0 ? fit : 0, 0, "%d more", total - fit);
	refresh();
}

static void take_size(void)
{
	struct winsize size;

	if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_row && size.ws_col)
		resizeterm(size.ws_row, size.ws_col);
	/* What the terminal made of the old picture is its own matter. */
	clearok(curscr, TRUE);
}

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * DEVTASK_NSEC_PER_SEC + (uint64_t)now.tv_nsec;
}

static int milliseconds_until(uint64_t until_ns)
{
	uint64_t now = now_ns(), left;

	if (until_ns <= now)
		return 0;
	left = (until_ns - now + DEVTASK_NSEC_PER_MSEC - 1) / DEVTASK_NSEC_PER_MSEC;
	return left < INT32_MAX ? (int)left : INT32_MAX;
}

/* Returns true if one of them calls for something. */
static bool read_signals(struct devtask_screen *screen, enum devtask_screen_call *call)
{
	struct signalfd_siginfo info;
	bool any = false;

	while (read(screen->signals, &info, sizeof(info)) == sizeof(info)) {
		any = true;
		if (info.ssi_signo == SIGWINCH) {
			take_size();
			*call = DEVTASK_SCREEN_RESIZED;
			continue;
		}
		screen->fatal = (int)info.ssi_signo;
		*call = DEVTASK_SCREEN_QUIT;
		return true;
	}
	return any;
}

static bool read_keys(enum devtask_screen_call *call)
{
	int key;

	while ((key = getch()) != ERR) {
		if (key == 'q' || key == 'Q') {
			*call = DEVTASK_SCREEN_QUIT;
			return true;
		}
		if (key == ' ') {
			*call = DEVTASK_SCREEN_DUE;
			return true;
		}
	}
	return false;
}

enum devtask_screen_call devtask_screen_wait(struct devtask_screen *screen, uint64_t until_ns)
{
	enum devtask_screen_call call = DEVTASK_SCREEN_DUE;
	struct pollfd fds[] = {
		{ .fd = screen->signals, .events = POLLIN },
		{ .fd = STDIN_FILENO, .events = POLLIN },
	};

	for (;;) {
		int ready = poll(fds, 2, milliseconds_until(until_ns));

		if (!ready || (ready < 0 && errno != EINTR))
			return DEVTASK_SCREEN_DUE;
		if (ready < 0)
			continue;
		if (read_signals(screen, &call) || read_keys(&call))
			return call;
		if (fds[1].revents & (POLLHUP | POLLERR | POLLNVAL))
			return DEVTASK_SCREEN_QUIT;
	}
}

void devtask_screen_close(struct devtask_screen *screen)
{
	int fatal;

	if (!screen)
		return;
	fatal = screen->fatal;
	if (screen->curses) {
		endwin();
		delscreen(screen->curses);
	}
	fflush(stdout);
	close(screen->signals);
	/* After a copy of it is taken: it comes as soon as it may. */
	if (fatal) {
		signal(fatal, SIG_DFL);
		raise(fatal);
	}
	sigprocmask(SIG_SETMASK, &screen->before, NULL);
	free(screen);
}
