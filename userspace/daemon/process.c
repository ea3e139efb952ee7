// SPDX-License-Identifier: GPL-2.0-only
/* process - see process.h. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "process.h"

/* The whole of a small file with its NUL; returns its length or a negative errno. */
static ssize_t read_text(const char *proc, pid_t pid, const char *name, char *text, size_t size)
{
	char path[512];
	ssize_t length;
	int fd;

	snprintf(path, sizeof(path), "%s/%d/%s", proc, pid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	length = read(fd, text, size - 1);
	if (length < 0)
		length = -errno;
	close(fd);
	if (length >= 0)
		text[length] = 0;
	return length;
}

/* As the kernel's new_encode_dev(). */
static dev_t decode_device(unsigned int number)
{
	return makedev((number >> 8) & 0xfff, (number & 0xff) | ((number >> 12) & 0xfff00));
}

int devtask_process_parse_stat(const char *text, struct devtask_process *process)
{
	/* A program may call itself "x) R 1 1 1": only the last ) ends its name. */
	const char *behind = strrchr(text, ')');
	int pid, parent, group, session, terminal, foreground;
	char state;

	if (!behind || sscanf(text, "%d (", &pid) != 1 ||
	    sscanf(behind + 1, " %c %d %d %d %d %d", &state, &parent, &group, &session, &terminal,
		   &foreground) != 6)
		return -EBADMSG;
	process->pid = pid;
	process->parent = parent;
	process->group = group;
	process->session = session;
	process->terminal = decode_device((unsigned int)terminal);
	process->foreground = foreground;
	process->is_dead = state == 'Z' || state == 'X' || state == 'x';
	process->is_stopped = state == 'T' || state == 't';
	return 0;
}

static int read_user(const char *proc, struct devtask_process *process)
{
	unsigned int real, effective;
	const char *line;
	char text[4096];

	if (read_text(proc, process->pid, "status", text, sizeof(text)) < 0)
		return -ESRCH;
	/* The name is in the first line, with its newlines escaped: it cannot forge this one. */
	line = strstr(text, "\nUid:");
	if (!line || sscanf(line, "\nUid: %u %u", &real, &effective) != 2)
		return -EBADMSG;
	process->uid = effective;
	return 0;
}

int devtask_process_read(const char *proc, pid_t pid, struct devtask_process *process)
{
	char text[1024];

	memset(process, 0, sizeof(*process));
	if (pid <= 0 || read_text(proc, pid, "stat", text, sizeof(text)) < 0)
		return -ESRCH;
	if (devtask_process_parse_stat(text, process) || process->pid != pid)
		return -EBADMSG;
	return read_user(proc, process);
}
