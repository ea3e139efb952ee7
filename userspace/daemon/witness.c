// SPDX-License-Identifier: GPL-2.0-only
/*
 * witness - see witness.h. The kernel noted the effective group when the sender connected. Only
 * the setgid file gives that group, and what runs from it cannot be told by its user what to
 * do: it ignores LD_PRELOAD and cannot be traced. That the file which the process runs is the
 * installed one holds even where somebody was made a member of the group by mistake.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "witness.h"

static int check_file(const char *program, struct stat *file, struct devtask_error *error)
{
	if (stat(program, file))
		return devtask_error_set(error, DEVTASK_EXIT_NOT_THERE, -errno,
			"the consent agent %s is not installed: %s", program, strerror(errno));
	if (!S_ISREG(file->st_mode) || file->st_uid || (file->st_mode & 022) ||
	    !(file->st_mode & S_ISGID) || !(file->st_mode & S_IXGRP) || !file->st_gid)
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -EPERM,
			"the consent agent %s must be root's, setgid to the group "
			DEVTASK_AGENT_GROUP ", and writable by root only; install it again", program);
	return 0;
}

static int refuse(const struct ucred *who, const char *program, struct devtask_error *error)
{
	return devtask_error_set(error, DEVTASK_EXIT_PERMISSION, -EPERM,
		"process %d is not the consent agent %s; start that with: devtaskctl agent",
		who->pid, program);
}

/*
 * The descriptor of /proc/PID stays with one process, whoever gets its number. That it is the
 * sender's is told by the pidfd; one that is opened here may name a successor, which then
 * lives: a stranger that took over the connection of an agent, which agents give to nobody.
 */
static int look_at_program(const struct ucred *who, int pidfd, struct stat *file)
{
	struct pollfd life = { .fd = pidfd, .events = POLLIN };
	int own = -1, directory, ret = 0;
	char path[32];

	snprintf(path, sizeof(path), "/proc/%d", who->pid);
	if (pidfd < 0)
		life.fd = own = (int)syscall(SYS_pidfd_open, who->pid, 0);
	directory = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (life.fd < 0 || directory < 0 || fstatat(directory, "exe", file, 0))
		ret = -errno;
	else if (poll(&life, 1, 0))
		ret = -ESRCH;
	if (directory >= 0)
		close(directory);
	if (own >= 0)
		close(own);
	return ret;
}

int devtask_witness_check(const char *program, const struct ucred *who, int pidfd,
			  struct devtask_error *error)
{
	struct stat file, running;
	int ret = check_file(program, &file, error);

	if (ret)
		return ret;
	if (who->gid != file.st_gid)
		return refuse(who, program, error);
	ret = look_at_program(who, pidfd, &running);
	if (ret == -EACCES || ret == -EPERM)
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, ret,
			"the helper may not see which program process %d runs; its unit needs "
			"CAP_SYS_PTRACE", who->pid);
	if (ret || running.st_dev != file.st_dev || running.st_ino != file.st_ino)
		return refuse(who, program, error);
	return 0;
}
