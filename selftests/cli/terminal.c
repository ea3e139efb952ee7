// SPDX-License-Identifier: GPL-2.0-only
/*
 * terminal PATH|pty [UID] - two processes on a terminal of their own, one in its foreground group
 * and one not, as UID. Prints "FOREGROUND BACKGROUND". SIGUSR1 swaps them, SIGUSR2 switches a
 * virtual terminal to graphics and back; each prints a line when done. Ends with SIGTERM.
 */
#include <err.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <linux/kd.h>

static int open_terminal(const char *path)
{
	const char *slave;
	int fd;

	if (strcmp(path, "pty"))
		return open(path, O_RDWR | O_NOCTTY | O_NONBLOCK);
	fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (fd < 0 || grantpt(fd) || unlockpt(fd))
		err(1, "pty");
	slave = ptsname(fd);
	return open(slave, O_RDWR | O_NOCTTY);
}

static pid_t start(uid_t uid)
{
	pid_t pid = fork();

	if (pid < 0)
		err(1, "fork");
	if (!pid) {
		setpgid(0, 0);
		if (uid && (setgid(uid) || setuid(uid)))
			err(1, "setuid");
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			pause();
	}
	setpgid(pid, pid);
	return pid;
}

static void say(pid_t one, pid_t two)
{
	printf("%d %d\n", one, two);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	uid_t uid = argc > 2 ? (uid_t)atoi(argv[2]) : 0;
	bool graphics = false;
	sigset_t set;
	pid_t one, two;
	int fd, got;

	if (argc < 2)
		errx(64, "usage: terminal PATH|pty [UID]");
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGUSR2);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	/* A leader of a group of its own could not begin a session. */
	if (getpgrp() == getpid())
		errx(64, "start it in a group of another");
	setsid();
	signal(SIGTTOU, SIG_IGN);
	fd = open_terminal(argv[1]);
	if (fd < 0 || ioctl(fd, TIOCSCTTY, 0))
		err(1, "%s", argv[1]);
	one = start(uid);
	two = start(uid);
	if (tcsetpgrp(fd, one))
		err(1, "tcsetpgrp");
	say(one, two);
	while (!sigwait(&set, &got) && got != SIGTERM && got != SIGHUP) {
		if (got == SIGUSR1) {
			pid_t old = one;

			one = two;
			two = old;
			if (tcsetpgrp(fd, one))
				err(1, "tcsetpgrp");
		} else {
			graphics = !graphics;
			if (ioctl(fd, KDSETMODE, graphics ? KD_GRAPHICS : KD_TEXT))
				err(1, "KDSETMODE");
		}
		say(one, two);
	}
	kill(one, SIGKILL);
	kill(two, SIGKILL);
	return 0;
}
