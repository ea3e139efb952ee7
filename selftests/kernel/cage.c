// SPDX-License-Identifier: GPL-2.0-only
/*
 * One background task of the tests, see cage.h. Must not know which devices there are.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cage.h"
#include "clock.h"

#define CGROUPS "/sys/fs/cgroup"

static int write_at(int dir_fd, const char *file, const char *value)
{
	int fd = openat(dir_fd, file, O_WRONLY | O_CLOEXEC);
	int err = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, value, strlen(value)) < 0)
		err = -errno;
	close(fd);
	return err;
}

/* Is "key 1" a line of cgroup.events? */
static bool event_is_set(struct cage *c, const char *key)
{
	char buf[256] = "", want[64];
	int fd = openat(c->dir_fd, "cgroup.events", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, buf, sizeof(buf) - 1);

	if (fd >= 0)
		close(fd);
	snprintf(want, sizeof(want), "%s 1", key);
	return n > 0 && strstr(buf, want);
}

bool cage_is_frozen(struct cage *c)
{
	return event_is_set(c, "frozen");
}

bool cage_is_empty(struct cage *c)
{
	return !event_is_set(c, "populated");
}

int cage_set(struct cage *c, const char *file, const char *value)
{
	return write_at(c->dir_fd, file, value);
}

int cage_make(struct cage *c, struct wire *helper, struct task_wish *wish)
{
	static unsigned int serial;
	int err;

	memset(c, 0, sizeof(*c));
	c->helper = helper;
	c->ns_fd = -1;
	snprintf(c->dir, sizeof(c->dir), CGROUPS "/ktest-%d-%u", getpid(), ++serial);
	if (mkdir(c->dir, 0755))
		return -errno;
	c->dir_fd = open(c->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (c->dir_fd < 0)
		return -errno;
	wish->cgroup_fd = c->dir_fd;
	err = helper_task_create(helper, wish, &c->task);
	if (err) {
		close(c->dir_fd);
		rmdir(c->dir);
		c->dir[0] = 0;
	}
	return err;
}

int cage_claim(struct cage *c, const char *path)
{
	int err;

	if (c->nodes == CAGE_NODES)
		return -ENOSPC;
	err = helper_claim_create(c->helper, c->task, path, &c->claim[c->nodes]);
	if (!err)
		snprintf(c->path[c->nodes++], sizeof(c->path[0]), "%s", path);
	return err;
}

static int mount_guards(struct cage *c)
{
	char option[32];

	if (unshare(CLONE_NEWNS) || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL))
		return errno;
	for (unsigned int i = 0; i < c->nodes; i++) {
		snprintf(option, sizeof(option), "claim=%u", c->claim[i]);
		if (mount("none", c->path[i], "devtask", 0, option))
			return errno;
	}
	return 0;
}

/*
 * A child makes the namespace and stays until its descriptor is held here; so the test
 * itself keeps the outside view.
 */
int cage_mount(struct cage *c)
{
	int ready[2], held[2], err = EIO;
	char path[64];
	pid_t pid;

	if (pipe2(ready, O_CLOEXEC) || pipe2(held, O_CLOEXEC))
		return -errno;
	pid = fork();
	if (!pid) {
		int e = mount_guards(c);
		char c;

		close(held[1]);
		if (write(ready[1], &e, sizeof(e)) == sizeof(e) && read(held[0], &c, 1))
			_exit(1);
		_exit(0);
	}
	if (read(ready[0], &err, sizeof(err)) == sizeof(err) && !err) {
		snprintf(path, sizeof(path), "/proc/%d/ns/mnt", pid);
		c->ns_fd = open(path, O_RDONLY | O_CLOEXEC);
		if (c->ns_fd < 0)
			err = errno;
	}
	close(ready[0]);
	close(ready[1]);
	close(held[0]);
	close(held[1]);
	waitpid(pid, NULL, 0);
	return -err;
}

static void drop_descriptors(int keep_fd)
{
	if (keep_fd < 3) {
		close_range(3, ~0U, 0);
		return;
	}
	if (keep_fd > 3)
		close_range(3, keep_fd - 1, 0);
	close_range(keep_fd + 1, ~0U, 0);
}

pid_t cage_spawn_with(struct cage *c, int (*fn)(void *arg), void *arg, int keep_fd)
{
	int err = c->ns_fd < 0 ? cage_mount(c) : 0;
	pid_t pid;

	if (err)
		return err;
	fflush(NULL);
	pid = fork();
	if (pid)
		return pid < 0 ? -errno : pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGTERM, SIG_IGN);
	if (write_at(c->dir_fd, "cgroup.procs", "0") || setns(c->ns_fd, CLONE_NEWNS))
		_exit(99);
	drop_descriptors(keep_fd);
	_exit(fn(arg));
}

pid_t cage_spawn(struct cage *c, int (*fn)(void *arg), void *arg)
{
	return cage_spawn_with(c, fn, arg, -1);
}

int cage_start(struct cage *c)
{
	return helper_task_start(c->helper, c->task);
}

int cage_begin(struct cage *c, struct wire *helper, enum devtask_type type, const char *path)
{
	struct task_wish wish = { .type = type };
	int err = cage_make(c, helper, &wish);

	if (!err && path)
		err = cage_claim(c, path);
	if (!err)
		err = cage_mount(c);
	return err ?: cage_start(c);
}

int cage_cut(struct cage *c)
{
	return helper_task_cancel(c->helper, c->task, DEVTASK_REASON_RESOURCE_REVOCATION,
				  DEVTASK_DETAIL_CONSENT_REVOKED);
}

void cage_show_stacks(struct cage *c)
{
	char tid[32], path[64], line[128];
	int fd = openat(c->dir_fd, "cgroup.threads", O_RDONLY | O_CLOEXEC);
	FILE *threads = fd < 0 ? NULL : fdopen(fd, "r"), *stack;

	while (threads && fgets(tid, sizeof(tid), threads)) {
		snprintf(path, sizeof(path), "/proc/%d/stack", atoi(tid));
		stack = fopen(path, "re");
		fprintf(stderr, "# thread %s", tid);
		while (stack && fgets(line, sizeof(line), stack))
			fprintf(stderr, "#    %s", line);
		if (stack)
			fclose(stack);
	}
	if (threads)
		fclose(threads);
}

void cage_close(struct cage *c)
{
	if (!c->dir[0])
		return;
	cage_set(c, "cgroup.kill", "1");
	if (!clock_wait(cage_is_empty(c), 10000))
		fprintf(stderr, "# %s does not become empty\n", c->dir);
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
	helper_task_end(c->helper, c->task, 0);
	if (c->ns_fd >= 0)
		close(c->ns_fd);
	close(c->dir_fd);
	rmdir(c->dir);
	c->dir[0] = 0;
}

void *cage_share(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}
