// SPDX-License-Identifier: GPL-2.0-only
/*
 * The task's side of /dev/devtask: what it is to do, its device as a descriptor, progress and
 * result, and its cancellation as something to poll.
 */
#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "kselftest_harness.h"

#include "app.h"
#include "ask.h"
#include "clock.h"
#include "play.h"
#include "scene.h"

FIXTURE(seat)
{
	struct scene scene;
	int fd;
	struct cage cage;
};

FIXTURE_SETUP(seat)
{
	ASSERT_EQ(0, scene_open(&self->scene, 0));
	self->fd = app_open(O_CLOEXEC);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(1, play_register(&self->scene.helper, self->fd, DEVTASK_TYPE_USE, "sync", NULL));
}

FIXTURE_TEARDOWN(seat)
{
	close(self->fd);
	cage_close(&self->cage);
	scene_close(&self->scene);
}

#define EXPECT_STATUS(want, spawned) do {					\
	pid_t __pid = spawned;							\
	int __status;								\
	ASSERT_LT(0, __pid);							\
	ASSERT_EQ(__pid, waitpid(__pid, &__status, 0));				\
	EXPECT_EQ(want, WEXITSTATUS(__status));					\
	EXPECT_TRUE(WIFEXITED(__status));					\
} while (0)

static int look_at_details(void *arg)
{
	int fd = app_open(O_CLOEXEC);
	struct devtask_app_details d;
	struct devtask_app_info info;
	char device[256], arguments[4097];

	(void)arg;
	if (fd < 0 || app_info(fd, &info) || !info.is_task || info.seq)
		return 1;
	if (app_details(fd, &d, device, arguments))
		return 2;
	if (strcmp(device, "test:device") || strcmp(arguments, "all of it"))
		return 3;
	if (d.type != DEVTASK_TYPE_USE || d.state != DEVTASK_STATE_RUNNING || d.claims != 1)
		return 4;
	if (d.estimate_ns != 60 * NSEC_PER_SEC || d.detail || strcmp(d.trigger, HELPER_TRIGGER))
		return 5;
	if (d.elapsed_ns + d.remaining_ns != 600 * NSEC_PER_SEC || d.since_io_ns > d.elapsed_ns ||
	    d.io_interval_ns != 3600 * NSEC_PER_SEC)
		return 6;
	d.device_size = 3;
	d.device = (uintptr_t)device;
	if (ioctl(fd, DEVTASK_APP_DETAILS, &d) != -1 || errno != ENOSPC || d.device_size != 11)
		return 7;
	d.device = 0;
	d.arguments = 0;
	return ioctl(fd, DEVTASK_APP_DETAILS, &d) || d.arguments_size != 9 ? 8 : 0;
}

/* APP-2, RUN-10 */
TEST_F(seat, a_task_learns_what_it_is_to_do)
{
	ASSERT_EQ(0, play_run(&self->scene.helper, self->fd, 1, &self->cage, "/dev/zero"));
	EXPECT_STATUS(0, cage_spawn(&self->cage, look_at_details, NULL));
}

static int call_as_an_app(void *arg)
{
	int fd = app_open(O_CLOEXEC);
	struct devtask_app_status status;

	(void)arg;
	if (app_register(fd, DEVTASK_TYPE_SERVICING, "x", "x", NULL) != -EPERM)
		return 1;
	if (app_request(fd, 1, "usb:1:1", NULL, 0, NULL) != -EPERM || app_cancel(fd, 1) != -EPERM)
		return 2;
	if (app_unregister(fd, 1, true) != -EPERM || app_replay(fd, 0) != -EPERM)
		return 3;
	return app_status(fd, 1, false, &status, NULL) == -EPERM ? 0 : 4;
}

/* REG-5, APP-2: a task is no app, not before its start either, and an app is no task. */
TEST_F(seat, a_task_may_not_ask_and_an_app_may_not_answer)
{
	struct devtask_app_details d;
	uint64_t id;

	ASSERT_EQ(0, play_prepare(&self->scene.helper, self->fd, 1, &self->cage, NULL, &id));
	EXPECT_STATUS(0, cage_spawn(&self->cage, call_as_an_app, NULL));
	ASSERT_EQ(0, ask_allow(&self->scene.helper, id));
	ASSERT_EQ(0, cage_start(&self->cage));
	EXPECT_STATUS(0, cage_spawn(&self->cage, call_as_an_app, NULL));
	EXPECT_EQ(-EPERM, app_details(self->fd, &d, NULL, NULL));
	EXPECT_EQ(-EPERM, app_open_claim(self->fd, 0, O_RDONLY));
	EXPECT_EQ(-EPERM, app_progress(self->fd, 1));
	EXPECT_EQ(-EPERM, app_result(self->fd, "x"));
}

static int use_handed_down(void *arg)
{
	int fd = *(int *)arg;
	struct devtask_app_details d;
	struct devtask_app_info info;
	char buf[256];

	if (app_info(fd, &info) != -EPERM || app_details(fd, &d, NULL, NULL) != -EPERM)
		return 1;
	return read(fd, buf, sizeof(buf)) == -1 && errno == EPERM && app_poll(fd) & POLLERR ? 0 : 2;
}

/* REG-5: the app's descriptor, handed to its task, is of no use there. */
TEST_F(seat, an_app_cannot_lend_its_session_to_a_task)
{
	ASSERT_EQ(0, play_run(&self->scene.helper, self->fd, 1, &self->cage, NULL));
	EXPECT_STATUS(0, cage_spawn_with(&self->cage, use_handed_down, &self->fd, self->fd));
}

static int open_and_read(void *arg)
{
	int fd = app_open(O_CLOEXEC), dev;
	struct stat st;
	char buf[100], path[64];

	(void)arg;
	dev = app_open_claim(fd, 0, O_RDWR | O_CLOEXEC | O_NONBLOCK);
	if (dev < 0)
		return 1;
	if (read(dev, buf, sizeof(buf)) != sizeof(buf) || write(dev, buf, 50) != 50)
		return 2;
	if (!(fcntl(dev, F_GETFD) & FD_CLOEXEC) || !(fcntl(dev, F_GETFL) & O_NONBLOCK) ||
	    (fcntl(dev, F_GETFL) & O_ACCMODE) != O_RDWR)
		return 3;
	/* It looks like the node: hidapi and its like find the device by its number. */
	if (fstat(dev, &st) || !S_ISCHR(st.st_mode) || st.st_rdev != ((1 << 8) | 5))
		return 4;
	if (app_open_claim(fd, 1, O_RDWR) != -ENXIO || app_open_claim(fd, ~0u, O_RDWR) != -ENXIO)
		return 5;
	if (app_open_claim(fd, 0, O_RDWR | O_CREAT) != -EINVAL ||
	    app_open_claim(fd, 0, O_ACCMODE) != -EINVAL)
		return 6;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", dev);
	close(open(path, O_RDONLY | O_CLOEXEC));
	dev = app_open_claim(fd, 0, O_WRONLY);
	return read(dev, buf, 1) == -1 && errno == EBADF && !close(dev) ? 0 : 7;
}

/* PRO-8, ADM-3: the same guarded device, and it counts. */
TEST_F(seat, a_task_gets_its_device_as_a_descriptor)
{
	struct wire *w = &self->scene.helper;
	struct claim_facts claim;

	ASSERT_EQ(0, play_run(w, self->fd, 1, &self->cage, "/dev/zero"));
	EXPECT_STATUS(0, cage_spawn(&self->cage, open_and_read, NULL));
	ASSERT_EQ(0, helper_claim_get(w, self->cage.claim[0], &claim));
	EXPECT_EQ(2, claim.ops);
	EXPECT_EQ(150, claim.bytes);
	EXPECT_EQ(0, claim.guards);
}

struct cut {
	atomic_int ready, before, after, again, poll;
};

static int use_until_cut(void *arg)
{
	int fd = app_open(O_CLOEXEC), dev = app_open_claim(fd, 0, O_RDONLY);
	struct pollfd p = { .fd = fd, .events = POLLIN };
	struct cut *cut = arg;
	char c;

	atomic_store(&cut->before, read(dev, &c, 1) == 1);
	atomic_store(&cut->ready, 1);
	poll(&p, 1, -1);
	atomic_store(&cut->poll, p.revents);
	while (read(dev, &c, 1) == 1)
		clock_pause();
	atomic_store(&cut->after, errno);
	atomic_store(&cut->again, app_open_claim(fd, 0, O_RDONLY));
	atomic_store(&cut->ready, 2);
	for (;;)
		pause();
	return 0;
}

/* END-2 */
TEST_F(seat, nothing_is_opened_after_the_revocation)
{
	struct cut *cut = cage_share(sizeof(*cut));

	ASSERT_EQ(0, play_run(&self->scene.helper, self->fd, 1, &self->cage, "/dev/zero"));
	ASSERT_LT(0, cage_spawn(&self->cage, use_until_cut, cut));
	ASSERT_TRUE(clock_wait(atomic_load(&cut->ready) == 1, 5000));
	EXPECT_EQ(1, atomic_load(&cut->before));
	ASSERT_EQ(0, cage_cut(&self->cage));
	ASSERT_TRUE(clock_wait(atomic_load(&cut->ready) == 2, 5000));
	EXPECT_EQ(POLLIN | POLLHUP, atomic_load(&cut->poll));
	EXPECT_EQ(ENODEV, atomic_load(&cut->after));
	EXPECT_EQ(-ENODEV, atomic_load(&cut->again));
}

static int wait_for_cancellation(void *arg)
{
	int fd = app_open(O_CLOEXEC | O_NONBLOCK), ep = epoll_create1(0);
	struct epoll_event what = { .events = EPOLLIN }, got;
	struct devtask_app_details d;
	atomic_int *ready = arg;
	struct app_event e;

	if (read(fd, &e, sizeof(e)) != -1 || errno != EAGAIN || app_poll(fd))
		return 1;
	epoll_ctl(ep, EPOLL_CTL_ADD, fd, &what);
	atomic_store(ready, 1);
	if (epoll_wait(ep, &got, 1, 30000) != 1 || got.events != (EPOLLIN | EPOLLHUP))
		return 2;
	if (read(fd, &e, 10) != -1 || errno != EMSGSIZE)
		return 3;
	if (read(fd, &e, sizeof(e)) != sizeof(e.head))
		return 4;
	if (e.head.kind != DEVTASK_APP_EVENT_CANCELED || e.head.reason != DEVTASK_REASON_ABORT ||
	    e.head.detail != DEVTASK_DETAIL_BY_APP || strcmp(e.head.trigger, HELPER_TRIGGER))
		return 5;
	if (read(fd, &e, sizeof(e)) || app_poll(fd) != (POLLIN | POLLHUP))
		return 6;
	if (app_details(fd, &d, NULL, NULL) || d.detail != DEVTASK_DETAIL_BY_APP)
		return 7;
	return app_result(fd, "half of it") ? 8 : 0;
}

/* END-1, RUN-5, END-4 */
TEST_F(seat, a_cancellation_can_be_polled_and_read)
{
	atomic_int *ready = cage_share(sizeof(*ready));
	struct app_event e;
	pid_t pid;

	ASSERT_EQ(0, play_run(&self->scene.helper, self->fd, 1, &self->cage, NULL));
	pid = cage_spawn(&self->cage, wait_for_cancellation, ready);
	ASSERT_TRUE(clock_wait(atomic_load(ready) == 1, 5000));
	ASSERT_EQ(0, app_cancel(self->fd, 1));
	EXPECT_STATUS(0, pid);
	ASSERT_EQ(0, helper_task_end(&self->scene.helper, self->cage.task, 0));
	do {
		ASSERT_EQ(0, app_next(self->fd, &e, 2000));
	} while (e.head.kind != DEVTASK_APP_EVENT_COMPLETED);
	EXPECT_STREQ("half of it", e.text);
	EXPECT_EQ(DEVTASK_DETAIL_BY_APP, e.head.detail);
}

static int give_bad_results(void *arg)
{
	static char much[4097];
	int fd = app_open(O_CLOEXEC);
	struct devtask_app_result c = { .size = sizeof(c), .result = (uintptr_t)much };

	(void)arg;
	memset(much, 'r', sizeof(much));
	c.result_size = 4097;
	if (ioctl(fd, DEVTASK_APP_RESULT, &c) != -1 || errno != EINVAL)
		return 1;
	c.result = (uintptr_t)"a\0b";
	c.result_size = 3;
	if (ioctl(fd, DEVTASK_APP_RESULT, &c) != -1 || errno != EINVAL)
		return 2;
	c.result = 8;
	if (ioctl(fd, DEVTASK_APP_RESULT, &c) != -1 || errno != EFAULT)
		return 3;
	c.result = (uintptr_t)much;
	c.result_size = 4096;
	return ioctl(fd, DEVTASK_APP_RESULT, &c) ? 4 : 0;
}

/* END-4: up to 4096 bytes, in one event. */
TEST_F(seat, a_result_of_4096_bytes_arrives_whole)
{
	struct app_event e;

	ASSERT_EQ(0, play_run(&self->scene.helper, self->fd, 1, &self->cage, NULL));
	EXPECT_STATUS(0, cage_spawn(&self->cage, give_bad_results, NULL));
	ASSERT_EQ(0, helper_task_end(&self->scene.helper, self->cage.task, 0));
	do {
		ASSERT_EQ(0, app_next(self->fd, &e, 2000));
	} while (e.head.kind != DEVTASK_APP_EVENT_COMPLETED);
	EXPECT_EQ(4096, e.head.text_size);
	EXPECT_EQ(sizeof(e.head) + 4096, e.head.size);
	EXPECT_EQ(4096, strspn(e.text, "r"));
}

static int open_often(void *arg)
{
	int n = 0, fd;

	(void)arg;
	while ((fd = app_open(O_CLOEXEC)) >= 0 && n < 200)
		n++;
	return fd == -EDQUOT ? n : 255;
}

/* spec: task-get; a task opens a bounded number of files. */
TEST_F(seat, a_task_has_64_sessions)
{
	ASSERT_EQ(0, play_run(&self->scene.helper, self->fd, 1, &self->cage, NULL));
	EXPECT_STATUS(64, cage_spawn(&self->cage, open_often, NULL));
	EXPECT_STATUS(64, cage_spawn(&self->cage, open_often, NULL));
}

TEST_HARNESS_MAIN
