// SPDX-License-Identifier: GPL-2.0-only
/*
 * terminal - see terminal.h. SIGTTOU and SIGTTIN are blocked by main: taking the foreground
 * does not stop us, and reading without it fails.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "terminal.h"

/* From Documentation/admin-guide/devices.txt */
#define MAJOR_PSEUDO		136
#define MAJOR_PSEUDO_LAST	143
#define MAJOR_PSEUDO_BSD	3

static bool is_pseudo(dev_t number)
{
	return (major(number) >= MAJOR_PSEUDO && major(number) <= MAJOR_PSEUDO_LAST) ||
	       major(number) == MAJOR_PSEUDO_BSD;
}

/* /dev/tty is whatever our terminal is; its own name tells whose it is. */
static int find_number(dev_t *number)
{
	unsigned int value;
	int fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC), ret = 0;

	if (fd < 0)
		return -errno;
	if (ioctl(fd, TIOCGDEV, &value))
		ret = -errno;
	else
		*number = makedev((value >> 8) & 0xfff, (value & 0xff) | ((value >> 12) & 0xfff00));
	close(fd);
	return ret;
}

static int find_name(dev_t number, char *name, size_t size)
{
	char path[64], target[256], *last;
	int used;
	ssize_t length;

	if (is_pseudo(number) && major(number) != MAJOR_PSEUDO_BSD) {
		snprintf(name, size, "pts/%u",
			 (major(number) - MAJOR_PSEUDO) * 256 + minor(number));
		return 0;
	}
	snprintf(path, sizeof(path), "/sys/dev/char/%u:%u", major(number), minor(number));
	length = readlink(path, target, sizeof(target) - 1);
	if (length < 0)
		return -errno;
	target[length] = 0;
	last = strrchr(target, '/');
	used = snprintf(name, size, "%s", last ? last + 1 : target);
	return used < (int)size ? 0 : -ENAMETOOLONG;
}

int devtask_terminal_open(struct devtask_terminal *terminal, struct devtask_error *error)
{
	char path[80];
	struct termios mode;
	struct stat file;
	dev_t number;

	if (find_number(&number) || find_name(number, terminal->name, sizeof(terminal->name)))
		return devtask_error_set(error, DEVTASK_EXIT_UNAVAILABLE, -ENOTTY,
			"there is no terminal to ask on; start the agent on a terminal of your login");
	snprintf(path, sizeof(path), "/dev/%s", terminal->name);
	terminal->fd = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (terminal->fd < 0 || fstat(terminal->fd, &file) || !S_ISCHR(file.st_mode) ||
	    file.st_rdev != number || tcgetattr(terminal->fd, &mode))
		return devtask_error_set(error, DEVTASK_EXIT_UNAVAILABLE, -ENOTTY,
			"cannot open the terminal %s: %s", path, strerror(errno));
	if (file.st_uid != getuid())
		return devtask_error_set(error, DEVTASK_EXIT_PERMISSION, -EPERM,
			"%s is not the terminal of your login (it is user %u's); log in there, or start "
			"the agent on your own", path, file.st_uid);
	terminal->is_pseudo = is_pseudo(number);
	terminal->is_utf8 = mode.c_iflag & IUTF8;
	return 0;
}

void devtask_terminal_write(const struct devtask_terminal *terminal, const char *text)
{
	size_t left = strlen(text);

	while (left) {
		ssize_t done = write(terminal->fd, text, left);

		if (done <= 0)
			return;
		text += done;
		left -= (size_t)done;
	}
}

int devtask_terminal_enter(struct devtask_terminal *terminal)
{
	struct termios mode;

	terminal->before = tcgetpgrp(terminal->fd);
	if (terminal->before < 0 || tcgetattr(terminal->fd, &terminal->usual) ||
	    tcsetpgrp(terminal->fd, getpgrp()))
		return -errno;
	mode = terminal->usual;
	cfmakeraw(&mode);
	mode.c_iflag |= terminal->usual.c_iflag & IUTF8;
	if (!tcsetattr(terminal->fd, TCSAFLUSH, &mode))
		return 0;
	devtask_terminal_exit(terminal);
	return -EIO;
}

/* Somebody else who took the foreground meanwhile, as a shell may, keeps it. */
void devtask_terminal_exit(struct devtask_terminal *terminal)
{
	tcsetattr(terminal->fd, TCSAFLUSH, &terminal->usual);
	if (tcgetpgrp(terminal->fd) == getpgrp())
		tcsetpgrp(terminal->fd, terminal->before);
}
