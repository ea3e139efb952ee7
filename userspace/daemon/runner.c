// SPDX-License-Identifier: GPL-2.0-only
/*
 * runner - see runner.h. The new process tells each failure over a channel that closes
 * itself when the program is executed: silence after the release means success. A helper
 * that dies before the release closes the other end, and the new process goes too.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/close_range.h>
#include <linux/sched.h>

#include "confine.h"
#include "descriptors.h"
#include "runner.h"

#define FIRST_GUARD	3

enum step {
	STEP_READY,
	STEP_MOUNTS,
	STEP_GUARD,
	STEP_OPEN,
	STEP_STDIO,
	STEP_USER,
	STEP_DIRECTORY,
	STEP_PROGRAM,
	STEP_EXEC,
};

struct report {
	enum step step;
	int err;	/* negative errno */
	int index;	/* of the guard */
};

static void __attribute__((noreturn)) give_up(int channel, enum step step, int err, int index)
{
	struct report report = { .step = step, .err = err, .index = index };
	ssize_t sent = write(channel, &report, sizeof(report));

	_exit(sent < 0 ? 2 : 1);
}

static void reset_signals(void)
{
	struct sigaction action = { .sa_handler = SIG_DFL };
	sigset_t none;

	for (int signal = 1; signal < NSIG; signal++)
		sigaction(signal, &action, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Not every node can be written. */
static int open_guard(const char *node)
{
	int fd = open(node, O_RDWR | O_CLOEXEC | O_NOCTTY);

	if (fd < 0 && (errno == EACCES || errno == EROFS))
		fd = open(node, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	return fd;
}

/* Descriptors 0 to 2 are the caller's, then one guard each, and no others but @channel. */
static int arrange_descriptors(const struct devtask_launch *launch, int channel)
{
	int end = FIRST_GUARD + launch->guard_count;

	channel = fcntl(channel, F_DUPFD_CLOEXEC, end);
	if (channel < 0)
		_exit(1);
	for (int i = 0; i < 3; i++)
		if (dup2(launch->stdio[i], i) < 0)
			give_up(channel, STEP_STDIO, -errno, 0);
	for (int i = 0; i < launch->guard_count; i++) {
		int fd = open_guard(launch->guards[i].node);

		if (fd < 0)
			give_up(channel, STEP_OPEN, -errno, i);
		/* The target may be a number that the helper used: dup2 closes that copy. */
		if (fd != FIRST_GUARD + i && dup2(fd, FIRST_GUARD + i) < 0)
			give_up(channel, STEP_OPEN, -errno, i);
		if (fd == FIRST_GUARD + i)
			fcntl(fd, F_SETFD, 0);
	}
	close_range((unsigned int)end, ~0U, CLOSE_RANGE_CLOEXEC);
	return channel;
}

static void put_up_walls(const struct devtask_launch *launch, int channel)
{
	int ret = devtask_confine_mounts();

	if (ret)
		give_up(channel, STEP_MOUNTS, ret, 0);
	for (int i = 0; i < launch->guard_count; i++) {
		ret = devtask_confine_guard(launch->guards[i].claim, launch->guards[i].node);
		if (ret)
			give_up(channel, STEP_GUARD, ret, i);
	}
}

static void become_user(const struct devtask_launch *launch, int channel)
{
	int ret;

	devtask_confine_priority();
	ret = devtask_confine_user(&launch->user);
	if (ret)
		give_up(channel, STEP_USER, ret, 0);
	umask(022);
	if (chdir(launch->directory))
		give_up(channel, STEP_DIRECTORY, -errno, 0);
	if (access(launch->program, X_OK))
		give_up(channel, STEP_PROGRAM, -errno, 0);
}

static void wait_for_release(int channel)
{
	struct report ready = { .step = STEP_READY };
	char go;

	if (write(channel, &ready, sizeof(ready)) != sizeof(ready) || read(channel, &go, 1) != 1)
		_exit(1);
}

static void __attribute__((noreturn)) be_the_task(const struct devtask_launch *launch, int channel)
{
	struct devtask_environ_facts facts = launch->facts;
	char **environ;

	setsid();
	reset_signals();
	put_up_walls(launch, channel);
	channel = arrange_descriptors(launch, channel);
	/* Not earlier: among what the helper has open there are greater numbers. */
	devtask_descriptors_restore();
	become_user(launch, channel);
	facts.pid = getpid();
	environ = devtask_environ_build(launch->environ, &facts);
	if (!environ)
		give_up(channel, STEP_EXEC, -ENOMEM, 0);
	wait_for_release(channel);
	execve(launch->program, launch->argv, environ);
	give_up(channel, STEP_EXEC, -errno, 0);
}

int devtask_runner_launch(const struct devtask_launch *launch, struct devtask_launched *launched,
			  struct devtask_error *error)
{
	struct clone_args args = { 0 };
	int pair[2];
	long pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -errno,
					 "cannot make a socket pair: %s", strerror(errno));
	args.flags = CLONE_INTO_CGROUP | CLONE_NEWNS | CLONE_PIDFD;
	args.exit_signal = SIGCHLD;
	args.cgroup = (uint64_t)launch->cgroup;
	args.pidfd = (uintptr_t)&launched->pidfd;
	pid = syscall(SYS_clone3, &args, sizeof(args));
	if (!pid) {
		close(pair[0]);
		be_the_task(launch, pair[1]);
	}
	close(pair[1]);
	if (pid < 0) {
		close(pair[0]);
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -errno,
					 "cannot start a process for the task: %s",
					 strerror(errno));
	}
	launched->pid = (pid_t)pid;
	launched->channel = pair[0];
	return 0;
}

int devtask_runner_release(int channel)
{
	return send(channel, "", 1, MSG_NOSIGNAL) == 1 ? 0 : -errno;
}

static void tell_program(const struct devtask_launch *launch, int err, struct devtask_error *error)
{
	switch (-err) {
	case ENOENT:
	case ENOTDIR:
		devtask_error_set(error, DEVTASK_EXIT_NO_PROGRAM, err,
			"no such program: %s; check the path (a script may name an interpreter "
			"that is not there)", launch->program);
		return;
	case EACCES:
	case EPERM:
		devtask_error_set(error, DEVTASK_EXIT_CANNOT_RUN, err,
			"%s is not executable for user %s; see: ls -l %s", launch->program,
			launch->user.name, launch->program);
		return;
	case ENOEXEC:
		devtask_error_set(error, DEVTASK_EXIT_CANNOT_RUN, err,
			"%s is neither a program of this machine nor a script that begins with "
			"#!; name its interpreter", launch->program);
		return;
	default:
		devtask_error_set(error, DEVTASK_EXIT_CANNOT_RUN, err, "cannot run %s: %s",
				  launch->program, strerror(-err));
	}
}

static void tell(const struct devtask_launch *launch, const struct report *report,
		 struct devtask_error *error)
{
	const char *why = strerror(-report->err);
	const char *node = report->index < launch->guard_count ?
			   launch->guards[report->index].node : "";

	switch (report->step) {
	case STEP_PROGRAM:
	case STEP_EXEC:
		tell_program(launch, report->err, error);
		return;
	case STEP_DIRECTORY:
		devtask_error_set(error, DEVTASK_EXIT_CANNOT_RUN, report->err,
			"user %s cannot enter the directory %s (%s); start from another one",
			launch->user.name, launch->directory, why);
		return;
	case STEP_GUARD:
		devtask_error_set(error, DEVTASK_EXIT_FAILURE, report->err,
			"cannot mount the guarded node over %s: %s", node, why);
		return;
	case STEP_OPEN:
		devtask_error_set(error, DEVTASK_EXIT_FAILURE, report->err,
			"cannot open %s: %s; is it still attached, and not in use by another "
			"program?", node, why);
		return;
	case STEP_MOUNTS:
	case STEP_STDIO:
	case STEP_USER:
	case STEP_READY:
		devtask_error_set(error, DEVTASK_EXIT_FAILURE, report->err,
			"cannot confine the task (step %d): %s; devtaskd needs all capabilities "
			"of its unit file", (int)report->step, why);
		return;
	}
}

enum devtask_launch_state devtask_runner_hear(const struct devtask_launch *launch, int channel,
					      struct devtask_error *error)
{
	struct report report;
	ssize_t length = recv(channel, &report, sizeof(report), MSG_DONTWAIT);

	if (!length || (length < 0 && errno == ECONNRESET))
		return DEVTASK_LAUNCH_DONE;
	if (length != sizeof(report)) {
		devtask_error_set(error, DEVTASK_EXIT_FAILURE, -EIO,
				  "lost touch with the new process of the task");
		return DEVTASK_LAUNCH_FAILED;
	}
	if (report.step == STEP_READY)
		return DEVTASK_LAUNCH_READY;
	tell(launch, &report, error);
	return DEVTASK_LAUNCH_FAILED;
}
