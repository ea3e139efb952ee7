// SPDX-License-Identifier: GPL-2.0-only
/*
 * foreground_tty - see foreground_tty.h. What makes a terminal count:
 *
 *  virtual     it is the one that the machine shows (/sys/class/tty/tty0/active), in text.
 *              A process cannot take the terminal of another login for its own.
 *  pseudo      logind says that it is the terminal of the process's login session, that this
 *              is a text session, and active. Anybody can make a pseudo terminal: alone it
 *              says nothing.
 *  others      (serial lines, consoles) it is the session's terminal, or login(1) gave it
 *              to the user, or it is root who asks. Being in a group that may open a
 *              serial line is not enough.
 *
 * Inside a graphical session no terminal counts: there the display's agent knows.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "foreground_facts.h"
#include "foreground_tty.h"
#include "login.h"
#include "process.h"

/* From Documentation/admin-guide/devices.txt */
#define MAJOR_VIRTUAL		4	/* minor 1 to 63; serial lines follow */
#define MINOR_SERIAL		64
#define MAJOR_PSEUDO		136
#define MAJOR_PSEUDO_LAST	143
#define MAJOR_PSEUDO_BSD	3

enum kind {
	KIND_VIRTUAL,
	KIND_PSEUDO,
	KIND_OTHER,
};

static enum kind kind_of(dev_t terminal)
{
	unsigned int number = major(terminal);

	if (number == MAJOR_VIRTUAL && minor(terminal) < MINOR_SERIAL)
		return KIND_VIRTUAL;
	if ((number >= MAJOR_PSEUDO && number <= MAJOR_PSEUDO_LAST) || number == MAJOR_PSEUDO_BSD)
		return KIND_PSEUDO;
	return KIND_OTHER;
}

int devtask_foreground_tty_name(const struct devtask_foreground_roots *roots,
				const struct devtask_process *process, char *name, size_t size)
{
	unsigned int high = major(process->terminal), low = minor(process->terminal);
	char path[512], target[512];
	ssize_t length;

	if (high >= MAJOR_PSEUDO && high <= MAJOR_PSEUDO_LAST) {
		snprintf(name, size, "pts/%u", (high - MAJOR_PSEUDO) * 256 + low);
		return 0;
	}
	snprintf(path, sizeof(path), "%s/dev/char/%u:%u", roots->sys, high, low);
	length = readlink(path, target, sizeof(target) - 1);
	if (length < 0)
		return -ENODEV;
	target[length] = 0;
	snprintf(name, size, "%s", strrchr(target, '/') ? strrchr(target, '/') + 1 : target);
	return 0;
}

/* The virtual terminal that the machine shows; empty if there is none. */
static void read_active(const struct devtask_foreground_roots *roots, char name[static 32])
{
	char path[512];
	ssize_t length;
	int fd;

	name[0] = 0;
	snprintf(path, sizeof(path), "%s/class/tty/tty0/active", roots->sys);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	length = read(fd, name, 31);
	name[length > 0 ? length : 0] = 0;
	name[strcspn(name, "\n")] = 0;
	close(fd);
}

static int __attribute__((format(printf, 2, 3)))
say_no(struct devtask_foreground_why *why, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(why->sentence, sizeof(why->sentence), format, args);
	va_end(args);
	return 0;
}

static int judge_virtual(const struct devtask_foreground_roots *roots, const char *name,
			 struct devtask_foreground_why *why)
{
	char active[32], path[512];

	read_active(roots, active);
	if (!*active)
		return say_no(why, "nobody can tell which virtual terminal is shown");
	if (strcmp(active, name))
		return say_no(why, "the app's terminal /dev/%s is not shown; /dev/%s is", name, active);
	snprintf(path, sizeof(path), "%s/%s", roots->dev, name);
	if (!roots->shows_text(path))
		return say_no(why, "/dev/%s shows a graphical display, not the app's text", name);
	return 1;
}

static int judge_pseudo(const struct devtask_login *login, const char *name,
			struct devtask_foreground_why *why)
{
	if (!login)
		return say_no(why, "the app's terminal /dev/%s is a pseudo terminal outside of any login "
			      "session, which anybody can make", name);
	if (strcmp(login->type, "tty"))
		return say_no(why, "login session %s of the app is of type %s; only in one of type tty "
			      "does a pseudo terminal count", login->id, login->type);
	if (strcmp(login->terminal, name))
		return say_no(why, "the app's terminal /dev/%s is not the terminal of login session %s, "
			      "which is %s%s", name, login->id, *login->terminal ? "/dev/" : "unknown",
			      login->terminal);
	if (!login->is_active)
		return say_no(why, "login session %s of the app is not active", login->id);
	return 1;
}

static int judge_other(const struct devtask_foreground_roots *roots,
		       const struct devtask_process *process, const struct devtask_login *login,
		       const char *name, struct devtask_foreground_why *why)
{
	char path[512];
	struct stat st;

	if (login && !strcmp(login->terminal, name))
		return login->is_active ? 1 :
		       say_no(why, "login session %s of the app is not active", login->id);
	snprintf(path, sizeof(path), "%s/%s", roots->dev, name);
	if (!process->uid || (!stat(path, &st) && st.st_uid == process->uid))
		return 1;
	return say_no(why, "nobody has logged in as user %u on the app's terminal /dev/%s",
		      process->uid, name);
}

int devtask_foreground_tty_has(const struct devtask_foreground_roots *roots,
			       const struct devtask_process *process,
			       struct devtask_foreground_why *why)
{
	struct devtask_login login, *known = &login;
	char name[64];

	if (!process->terminal)
		return -ENOTTY;
	snprintf(why->provider, sizeof(why->provider), "tty");
	why->measured = (uint64_t)process->group;
	why->required = process->foreground > 0 ? (uint64_t)process->foreground : 0;
	if (devtask_foreground_tty_name(roots, process, name, sizeof(name)))
		return say_no(why, "the app's terminal %u:%u is gone", major(process->terminal),
			      minor(process->terminal));
	if (roots->login(process->pid, &login))
		known = NULL;
	if (known && devtask_login_is_graphical(known))
		return say_no(why, "login session %s of the app is graphical (%s): an agent of that "
			      "display has to report its window", known->id, known->type);
	if (process->foreground <= 0 || process->group != process->foreground)
		return say_no(why, "the app's process group %d is not the foreground group %d of /dev/%s",
			      process->group, process->foreground, name);
	switch (kind_of(process->terminal)) {
	case KIND_VIRTUAL:
		return judge_virtual(roots, name, why);
	case KIND_PSEUDO:
		return judge_pseudo(known, name, why);
	case KIND_OTHER:
		return judge_other(roots, process, known, name, why);
	}
	return 0;
}
