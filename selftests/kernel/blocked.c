// SPDX-License-Identifier: GPL-2.0-only
/*
 * A task whose threads all sleep in one call, see blocked.h. Must not know who revokes.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/hidraw.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "blocked.h"
#include "clock.h"
#include "gadget.h"
#include "pass.h"
#include "uring.h"
#include "usbfs.h"

struct thread {
	struct blocked *b;
	struct blocked_one *o;
	int fd;
};

static bool is_usb(enum blocked_call call)
{
	return call >= BLOCKED_BULK;
}

static long syscall_of(enum blocked_call call)
{
	switch (call) {
	case BLOCKED_READ:
		return SYS_read;
	case BLOCKED_POLL:
	case BLOCKED_USB_POLL:
		return SYS_poll;
	case BLOCKED_EPOLL:
		return SYS_epoll_wait;
	case BLOCKED_URING_WORKER:
	case BLOCKED_URING_ARMED:
	case BLOCKED_URING_POLL:
		return SYS_io_uring_enter;
	case BLOCKED_FEATURE:
	case BLOCKED_BULK:
	case BLOCKED_CONTROL:
	case BLOCKED_REAP:
	case BLOCKED_REAP_IDLE:
		return SYS_ioctl;
	}
	return -1;
}

bool blocked_thread_asleep(pid_t tid, long nr)
{
	char path[64], buf[128] = "";
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/syscall", tid);
	f = fopen(path, "re");
	if (!f)
		return false;
	if (!fgets(buf, sizeof(buf), f))
		buf[0] = 0;
	fclose(f);
	/* "running" while it runs, else the number and arguments of the call it sleeps in */
	return buf[0] >= '0' && buf[0] <= '9' && atol(buf) == nr;
}

static bool asleep_now(struct blocked *b)
{
	long nr = syscall_of(b->call);

	if (!b->threads)
		return false;
	for (int i = 0; i < b->threads; i++) {
		int tid = atomic_load(&b->one[i].tid);

		if (!tid || atomic_load(&b->one[i].back) || !blocked_thread_asleep(tid, nr))
			return false;
	}
	return true;
}

bool blocked_asleep(struct blocked *b)
{
	for (int i = 0; i < 10; i++, clock_pause())
		if (!asleep_now(b))
			return false;
	return true;
}

bool blocked_all_back(struct blocked *b)
{
	for (int i = 0; i < b->threads; i++)
		if (!atomic_load(&b->one[i].back))
			return false;
	return b->threads;
}

static int do_poll(int fd, short events, int timeout, int *revents)
{
	struct pollfd p = { .fd = fd, .events = events };
	int ret = poll(&p, 1, timeout);

	*revents = p.revents;
	return ret < 0 ? -errno : ret;
}

static int do_epoll(int fd, int *revents)
{
	struct epoll_event e = { .events = EPOLLIN }, out = { 0 };
	int ep = epoll_create1(EPOLL_CLOEXEC), ret = -1;

	if (ep >= 0 && !epoll_ctl(ep, EPOLL_CTL_ADD, fd, &e))
		ret = epoll_wait(ep, &out, 1, -1);
	ret = ret < 0 ? -errno : ret;
	*revents = out.events;
	close(ep);
	return ret;
}

static int do_call(struct thread *t)
{
	struct blocked_one *o = t->o;
	struct usbdevfs_urb *urb = NULL;
	unsigned char buf[512] = { 0 };
	int ret;

	switch (t->b->call) {
	case BLOCKED_READ:
		ret = read(t->fd, buf, sizeof(buf));
		return ret < 0 ? -errno : ret;
	case BLOCKED_POLL:
		return do_poll(t->fd, POLLIN, -1, &o->revents);
	case BLOCKED_USB_POLL:
		return do_poll(t->fd, POLLOUT, -1, &o->revents);
	case BLOCKED_EPOLL:
		return do_epoll(t->fd, &o->revents);
	case BLOCKED_URING_WORKER:
	case BLOCKED_URING_ARMED:
		return uring_read(t->fd, buf, sizeof(buf), t->b->call == BLOCKED_URING_WORKER);
	case BLOCKED_URING_POLL:
		ret = uring_poll(t->fd, POLLIN);
		o->revents = ret;
		return ret;
	case BLOCKED_FEATURE:
		ret = ioctl(t->fd, HIDIOCGFEATURE(9), buf);
		return ret < 0 ? -errno : ret;
	case BLOCKED_BULK:
		return usbfs_bulk(t->fd, t->b->mute, buf, sizeof(buf), 0);
	case BLOCKED_CONTROL:
		return usbfs_control(t->fd, GADGET_HANG, buf, 16, 0);
	case BLOCKED_REAP:
	case BLOCKED_REAP_IDLE:
		ret = usbfs_reap(t->fd, &urb);
		/* A transfer that revocation ended is handed over with its error. */
		return ret ?: urb && urb->status ? urb->status : 0;
	}
	return -EINVAL;
}

static void later_calls(struct thread *t)
{
	struct blocked_one *o = t->o;
	unsigned char buf[512] = { 0 };
	void *p;

	o->read = read(t->fd, buf, sizeof(buf)) < 0 ? -errno : 0;
	o->write = write(t->fd, buf, 9) < 0 ? -errno : 0;
	if (is_usb(t->b->call))
		o->ioctl = usbfs_control(t->fd, GADGET_ASK, buf, 16, 1000);
	else
		o->ioctl = ioctl(t->fd, HIDIOCGFEATURE(9), buf) < 0 ? -errno : 0;
	do_poll(t->fd, POLLIN | POLLOUT, 0, &o->poll);
	p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, t->fd, 0);
	o->map = p == MAP_FAILED ? -errno : 0;
}

static void *run(void *arg)
{
	struct thread *t = arg;
	struct blocked_one *o = t->o;
	int ret;

	atomic_store(&o->tid, gettid());
	ret = do_call(t);
	o->back_ns = clock_now_ns();
	o->ret = ret;
	atomic_store(&o->back, 1);
	while (!atomic_load(&t->b->again))
		clock_pause();
	later_calls(t);
	return NULL;
}

static void run_eight(struct blocked *b, int fd)
{
	struct thread t[BLOCKED_MAX];
	pthread_t id[BLOCKED_MAX];

	for (int i = 0; i < BLOCKED_MAX; i++) {
		t[i] = (struct thread) { .b = b, .o = &b->one[i], .fd = fd };
		if (pthread_create(&id[i], NULL, run, &t[i]))
			b->error = EAGAIN;
	}
	b->threads = BLOCKED_MAX;
	for (int i = 0; i < BLOCKED_MAX; i++)
		pthread_join(id[i], NULL);
}

/* Another process makes the call, on the inherited or on a passed descriptor. */
static void run_other(struct blocked *b, int fd, bool passed)
{
	struct thread t = { .b = b, .o = &b->one[0], .fd = fd };
	int sock[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, sock)) {
		b->error = errno;
		return;
	}
	pid = fork();
	if (!pid) {
		if (passed) {
			close(fd);
			t.fd = pass_receive(sock[0]);
		}
		run(&t);
		_exit(0);
	}
	if (passed)
		pass_send(sock[1], fd);
	close(fd);
	b->threads = 1;
	waitpid(pid, NULL, 0);
}

static void run_one(struct blocked *b, int fd)
{
	struct thread t = { .b = b, .o = &b->one[0], .fd = fd };

	b->threads = 1;
	run(&t);
}

static int prepare(struct blocked *b, int fd)
{
	static struct usbdevfs_urb urb;
	static unsigned char buf[512];
	int err = 0;

	if (is_usb(b->call))
		err = usbfs_claim(fd);
	if (!err && (b->call == BLOCKED_REAP || b->call == BLOCKED_USB_POLL))
		err = usbfs_submit(fd, &urb, b->mute, buf, sizeof(buf));
	return err;
}

int blocked_task(void *arg)
{
	struct blocked *b = arg;
	int fd = open(b->path, O_RDWR | O_CLOEXEC), err;

	if (fd < 0) {
		b->error = errno;
		return 1;
	}
	err = prepare(b, fd);
	if (err) {
		b->error = -err;
		return 1;
	}
	switch (b->how) {
	case BLOCKED_ONE:
		run_one(b, fd);
		break;
	case BLOCKED_EIGHT:
		run_eight(b, fd);
		break;
	case BLOCKED_DUP: {
		int copy = dup(fd);

		close(fd);
		run_one(b, copy);
		break;
	}
	case BLOCKED_FORK:
	case BLOCKED_PASSED:
		run_other(b, fd, b->how == BLOCKED_PASSED);
		break;
	}
	atomic_store(&b->all_done, 1);
	return 0;
}
