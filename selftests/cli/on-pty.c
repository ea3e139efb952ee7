// SPDX-License-Identifier: GPL-2.0-only
/*
 * on-pty ROWSxCOLUMNS COMMAND [ARG...] - run COMMAND on a terminal of its own, and do to it what
 * standard input says, a line each:
 *   await TEXT       until it has shown TEXT since the last await that succeeded
 *   type TEXT        as if typed
 *   resize ROWSxCOLUMNS
 *   signal NUMBER    to COMMAND
 *   do SHELL-COMMAND in the meantime
 *   hang-up          the terminal goes away; nothing but end can follow
 *   end              until it ends; prints "status N" or "signal N", "modes kept" or "modes
 *                    changed", and what it showed last
 * A line that does not come true in time ends it with status 1 and what was shown.
 */
#include <ctype.h>
#include <err.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <utmp.h>

#define PATIENCE_MS 60000
#define SHOWN_MAX (1 << 20)
#define LAST_MAX 64

static struct {
	int master;
	int slave;	/* held, so that its modes can be asked when COMMAND has gone */
	pid_t child;
	struct termios before;
	char shown[SHOWN_MAX + 1];
	size_t length, seen;
} pty;

static struct winsize parse_size(const char *text)
{
	struct winsize size = { 0 };

	if (sscanf(text, "%hux%hu", &size.ws_row, &size.ws_col) != 2)
		errx(64, "\"%s\" is no ROWSxCOLUMNS", text);
	return size;
}

/* What curses draws with is not printed: readers of a log want text. */
static void print_visible(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (text[i] == '\033')
			fputs("\\e", stdout);
		else if (isprint((unsigned char)text[i]))
			putchar(text[i]);
		else if (text[i] == '\n')
			fputs("\\n", stdout);
	}
	putchar('\n');
	fflush(stdout);
}

/* Takes what it has shown. False if nothing came in time, or nothing can come any more. */
static bool take(int timeout_ms)
{
	struct pollfd fd = { .fd = pty.master, .events = POLLIN };
	ssize_t got;

	if (poll(&fd, 1, timeout_ms) != 1 || !(fd.revents & POLLIN))
		return false;
	if (pty.length == SHOWN_MAX)
		errx(1, "it shows too much");
	got = read(pty.master, pty.shown + pty.length, SHOWN_MAX - pty.length);
	if (got <= 0)
		return false;
	pty.length += (size_t)got;
	pty.shown[pty.length] = '\0';
	return true;
}

static void give_up(const char *what)
{
	printf("in vain: %s; it has shown: ", what);
	print_visible(pty.shown + pty.seen, pty.length - pty.seen);
	kill(pty.child, SIGKILL);
	exit(1);
}

static void await(const char *text)
{
	const char *found;

	while (!(found = memmem(pty.shown + pty.seen, pty.length - pty.seen, text, strlen(text))))
		if (!take(PATIENCE_MS))
			give_up(text);
	pty.seen = (size_t)(found - pty.shown) + strlen(text);
}

static bool modes_are_kept(void)
{
	struct termios now;

	return !tcgetattr(pty.slave, &now) && now.c_iflag == pty.before.c_iflag &&
	       now.c_oflag == pty.before.c_oflag && now.c_lflag == pty.before.c_lflag &&
	       now.c_cflag == pty.before.c_cflag;
}

static void end(void)
{
	size_t last;
	int status;

	while (waitpid(pty.child, &status, WNOHANG) != pty.child)
		if (pty.master < 0)
			poll(NULL, 0, 10);
		else
			take(10);
	while (pty.master >= 0 && take(0))
		;
	if (WIFSIGNALED(status))
		printf("signal %d\n", WTERMSIG(status));
	else
		printf("status %d\n", WEXITSTATUS(status));
	if (pty.master >= 0)
		printf("modes %s\n", modes_are_kept() ? "kept" : "changed");
	last = pty.length > LAST_MAX ? LAST_MAX : pty.length;
	print_visible(pty.shown + pty.length - last, last);
}

static void start(const char *size, char **command)
{
	struct winsize window = parse_size(size);

	if (openpty(&pty.master, &pty.slave, NULL, NULL, &window) ||
	    tcgetattr(pty.slave, &pty.before))
		err(1, "pty");
	pty.child = fork();
	if (pty.child < 0)
		err(1, "fork");
	if (!pty.child) {
		close(pty.master);
		if (login_tty(pty.slave))
			err(127, "login_tty");
		execvp(*command, command);
		err(127, "%s", *command);
	}
	fcntl(pty.master, F_SETFD, FD_CLOEXEC);
}

static void obey(const char *verb, const char *word)
{
	struct winsize size;

	if (!strcmp(verb, "await")) {
		await(word);
	} else if (!strcmp(verb, "type")) {
		if (write(pty.master, word, strlen(word)) < 0)
			err(1, "type");
	} else if (!strcmp(verb, "resize")) {
		size = parse_size(word);
		if (ioctl(pty.master, TIOCSWINSZ, &size))
			err(1, "resize");
	} else if (!strcmp(verb, "signal")) {
		kill(pty.child, atoi(word));
	} else if (!strcmp(verb, "do")) {
		if (system(word))
			give_up(word);
	} else if (!strcmp(verb, "hang-up")) {
		close(pty.slave);
		close(pty.master);
		pty.master = -1;
	} else if (!strcmp(verb, "end")) {
		end();
	} else {
		errx(64, "there is no \"%s\"", verb);
	}
}

int main(int argc, char **argv)
{
	char line[256], *word;

	if (argc < 3)
		errx(64, "usage: on-pty ROWSxCOLUMNS COMMAND [ARG...]");
	start(argv[1], argv + 2);
	while (fgets(line, sizeof(line), stdin)) {
		line[strcspn(line, "\n")] = '\0';
		word = strchr(line, ' ');
		if (word)
			*word++ = '\0';
		obey(line, word ? word : "");
	}
	return 0;
}
