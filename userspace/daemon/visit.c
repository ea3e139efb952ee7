// SPDX-License-Identifier: GPL-2.0-only
/*
 * visit - see visit.h. A number of a process may be another's a moment later. So the visitor takes
 * a descriptor of the process, then sees that the number is still in the cgroup and that the process
 * still lives: the namespace that it opened between is one of the task's.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/sched.h>

#include "confine.h"
#include "numbers.h"
#include "visit.h"

#define SPACES_MAX	64
#define PASSES_MAX	8

struct devtask_visit {
	int pidfd;
	bool is_late;
	sd_event_source *on_exit;
	sd_event_source *on_timeout;
	devtask_visit_fn *fn;
	void *context;
};

/* What the visitor, a process of its own, knows. */
struct visitor {
	int proc;
	int cgroup;
	const char *node;
	uint32_t claim;
	dev_t number;			/* of the device behind the node */
	ino_t spaces[SPACES_MAX];	/* been there; the first is the helper's own */
	int space_count;
	int done;			/* in so many the node is guarded */
	int failure;
};

static bool is_alive(int pidfd)
{
	struct pollfd poll_fd = { .fd = pidfd, .events = POLLIN };

	return !poll(&poll_fd, 1, 0);
}

static FILE *open_members(const struct visitor *visitor)
{
	int fd = openat(visitor->cgroup, "cgroup.procs", O_RDONLY | O_CLOEXEC);

	return fd < 0 ? NULL : fdopen(fd, "r");
}

static bool is_member(const struct visitor *visitor, int pid)
{
	FILE *members = open_members(visitor);
	bool found = false;
	int other;

	while (members && !found && fscanf(members, "%d", &other) == 1)
		found = other == pid;
	if (members)
		fclose(members);
	return found;
}

/* Returns a descriptor of its mount namespace, or -1 if it is no process of the task any more. */
static int open_space(const struct visitor *visitor, int pid)
{
	int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	char name[32];
	int space;

	if (pidfd < 0)
		return -1;
	snprintf(name, sizeof(name), "%d/ns/mnt", pid);
	space = openat(visitor->proc, name, O_RDONLY | O_CLOEXEC);
	if (space >= 0 && (!is_member(visitor, pid) || !is_alive(pidfd))) {
		close(space);
		space = -1;
	}
	close(pidfd);
	return space;
}

static bool is_new(struct visitor *visitor, int space)
{
	struct stat st;

	if (fstat(space, &st) || visitor->space_count == SPACES_MAX)
		return false;
	for (int i = 0; i < visitor->space_count; i++)
		if (visitor->spaces[i] == st.st_ino)
			return false;
	visitor->spaces[visitor->space_count++] = st.st_ino;
	return true;
}

/* A helper that was killed may have had it done; or the node is that of another device by now. */
static bool is_guarded(const struct visitor *visitor)
{
	struct statfs fs;
	struct stat st;

	return !statfs(visitor->node, &fs) && fs.f_type == DEVTASK_GUARD_MAGIC &&
	       !stat(visitor->node, &st) && st.st_rdev == visitor->number;
}

static void enter(struct visitor *visitor, int space)
{
	int ret = setns(space, CLONE_NEWNS) ? -errno : 0;

	if (!ret && !is_guarded(visitor))
		ret = devtask_confine_guard(visitor->claim, visitor->node);
	/* A namespace that the task has made for itself need not have the node. */
	if (!ret)
		visitor->done++;
	else if (!visitor->failure || visitor->failure == -ENOENT)
		visitor->failure = ret;
}

/* Returns false if nowhere was anything new. */
static bool pass(struct visitor *visitor)
{
	FILE *members = open_members(visitor);
	bool found = false;
	int pid;

	while (members && fscanf(members, "%d", &pid) == 1) {
		int space = open_space(visitor, pid);

		if (space < 0)
			continue;
		if (is_new(visitor, space)) {
			found = true;
			enter(visitor, space);
		}
		close(space);
	}
	if (members)
		fclose(members);
	return found;
}

static int go(struct visitor *visitor)
{
	int space = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
	struct stat st;

	visitor->proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (space < 0 || visitor->proc < 0)
		return -errno;
	if (stat(visitor->node, &st) || !S_ISCHR(st.st_mode))
		return -ENOENT;
	visitor->number = st.st_rdev;
	/* Nothing is mounted where everybody sees it, whoever is in that cgroup. */
	is_new(visitor, space);
	close(space);
	/* A process that left a namespace behind its back is found when it is looked for again. */
	for (int i = 0; i < PASSES_MAX && pass(visitor); i++)
		;
	if (visitor->failure && (visitor->failure != -ENOENT || !visitor->done))
		return visitor->failure;
	return visitor->done ? 0 : -ESRCH;
}

static void finish(struct devtask_visit *visit, int result)
{
	devtask_visit_fn *fn = visit->fn;
	void *context = visit->context;

	devtask_visit_cancel(visit);
	fn(result, context);
}

static int on_exit_of_visitor(sd_event_source *source, int fd, uint32_t revents, void *context)
{
	struct devtask_visit *visit = context;
	siginfo_t info = { 0 };

	(void)source;
	(void)revents;
	if (waitid(P_PIDFD, (id_t)fd, &info, WEXITED | WNOHANG) || !info.si_pid)
		return 0;
	if (visit->is_late)
		finish(visit, -ETIMEDOUT);
	else
		finish(visit, info.si_code == CLD_EXITED ? -info.si_status : -EINTR);
	return 0;
}

static int on_timeout(sd_event_source *source, uint64_t usec, void *context)
{
	struct devtask_visit *visit = context;

	(void)source;
	(void)usec;
	visit->is_late = true;
	syscall(SYS_pidfd_send_signal, visit->pidfd, SIGKILL, NULL, 0);
	return 0;
}

static int watch(struct devtask_visit *visit, sd_event *loop)
{
	int ret = sd_event_add_io(loop, &visit->on_exit, visit->pidfd, EPOLLIN, on_exit_of_visitor,
				  visit);

	if (ret >= 0)
		ret = sd_event_add_time_relative(loop, &visit->on_timeout, CLOCK_MONOTONIC,
						 DEVTASK_VISIT_TIMEOUT_US, 0, on_timeout, visit);
	return ret < 0 ? ret : 0;
}

int devtask_visit_start(struct devtask_visit **visit, sd_event *loop, int cgroup, uint32_t claim,
			const char *node, devtask_visit_fn *fn, void *context,
			struct devtask_error *error)
{
	struct visitor visitor = { .cgroup = cgroup, .node = node, .claim = claim };
	struct devtask_visit *self = calloc(1, sizeof(*self));
	struct clone_args args = { 0 };
	long pid;
	int ret;

	if (!self)
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -ENOMEM, "out of memory");
	self->pidfd = -1;
	self->fn = fn;
	self->context = context;
	args.flags = CLONE_PIDFD;
	args.exit_signal = SIGCHLD;
	args.pidfd = (uintptr_t)&self->pidfd;
	pid = syscall(SYS_clone3, &args, sizeof(args));
	if (!pid)
		_exit(-go(&visitor));
	ret = pid < 0 ? -errno : watch(self, loop);
	if (ret) {
		devtask_visit_cancel(self);
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, ret,
					 "cannot enter the task: %s", strerror(-ret));
	}
	*visit = self;
	return 0;
}

void devtask_visit_cancel(struct devtask_visit *visit)
{
	if (!visit)
		return;
	sd_event_source_disable_unref(visit->on_exit);
	sd_event_source_disable_unref(visit->on_timeout);
	if (visit->pidfd >= 0) {
		siginfo_t info;

		/* If it has been reaped there is nobody to be waited for. */
		syscall(SYS_pidfd_send_signal, visit->pidfd, SIGKILL, NULL, 0);
		waitid(P_PIDFD, (id_t)visit->pidfd, &info, WEXITED);
		close(visit->pidfd);
	}
	free(visit);
}
