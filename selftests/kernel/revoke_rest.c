// SPDX-License-Identifier: GPL-2.0-only
/*
 * Revocation of what is not a sleeping call: pending transfers, mappings, frozen tasks,
 * readiness lists, closed and reopened files, and what can be done with the node afterwards.
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "kselftest_harness.h"

#include "blocked.h"
#include "clock.h"
#include "scene.h"
#include "uring.h"
#include "usbfs.h"

#define LIMIT_NS (50 * NSEC_PER_MSEC)
#define URBS 8

/* What a task of these tests and its test tell one another. */
struct talk {
	char path[64];
	unsigned char source, sink, mute, deaf;
	atomic_int ready, go, done;
	int error, result[8];
};

FIXTURE(revoking)
{
	struct scene scene;
	struct talk *t;
};

FIXTURE_SETUP(revoking)
{
	struct scene *s = &self->scene;

	ASSERT_EQ(0, scene_open(s, SCENE_USB | SCENE_HID));
	self->t = cage_share(sizeof(*self->t));
	strcpy(self->t->path, s->usb.node);
	self->t->source = s->usb.source;
	self->t->sink = s->usb.sink;
	self->t->mute = s->usb.mute;
	self->t->deaf = s->usb.deaf;
}

FIXTURE_TEARDOWN(revoking)
{
	scene_close(&self->scene);
}

/* Begin with @node claimed and fn running until it says that it is ready. */
static int begin(struct scene *s, struct talk *t, const char *node, int (*fn)(void *arg))
{
	int err;

	strcpy(t->path, node);
	err = cage_begin(&s->cage, &s->helper, DEVTASK_TYPE_SERVICING, node);
	if (err)
		return err;
	err = cage_spawn(&s->cage, fn, t);
	if (err < 0)
		return err;
	return clock_wait(atomic_load(&t->ready) || t->error, 10000) ? -t->error : -ETIMEDOUT;
}

static void tell_ready_and_wait(struct talk *t)
{
	atomic_store(&t->ready, 1);
	while (!atomic_load(&t->go))
		clock_pause();
}

static bool proceed(struct talk *t)
{
	atomic_store(&t->go, 1);
	return clock_wait(atomic_load(&t->done), 5000);
}

static int open_and_claim(struct talk *t)
{
	int fd = open(t->path, O_RDWR | O_CLOEXEC), err;

	if (fd < 0) {
		t->error = errno;
		return fd;
	}
	err = usbfs_claim(fd);
	t->error = -err;
	return err ? -1 : fd;
}

static int revoked_within(struct scene *s, uint64_t cut, struct event *e)
{
	int err = helper_event_wait(&s->ear, s->cage.task, DEVTASK_EVENT_KIND_REVOKED, e, 5000);

	if (!err && e->time_ns - cut > LIMIT_NS * clock_slow())
		fprintf(stderr, "# revoked after %.1f ms\n", (e->time_ns - cut) / 1e6);
	return err;
}

static int pending_task(void *arg)
{
	static struct usbdevfs_urb out[URBS], in[URBS], *urb;
	static unsigned char buf[2 * URBS][512];
	struct talk *t = arg;
	int fd = open_and_claim(t);

	for (int i = 0; fd >= 0 && i < URBS; i++)
		if (usbfs_submit(fd, &out[i], t->deaf, buf[i], 512) ||
		    usbfs_submit(fd, &in[i], t->mute, buf[URBS + i], 512))
			t->error = EIO;
	if (fd < 0 || t->error)
		return 1;
	tell_ready_and_wait(t);
	t->result[0] = usbfs_reap_now(fd, &urb);
	t->result[1] = usbfs_submit(fd, &out[0], t->sink, buf[0], 512);
	t->result[2] = usbfs_discard(fd, &out[1]);
	atomic_store(&t->done, 1);
	pause();
	return 0;
}

/* END-2: pending transfers never reach the device, even when it gets round to them later. */
TEST_F_TIMEOUT(revoking, takes_back_pending_transfers, 120)
{
	struct scene *s = &self->scene;
	struct event e;
	uint64_t cut;

	ASSERT_EQ(0, begin(s, self->t, s->usb.node, pending_task));
	cut = clock_now_ns();
	ASSERT_EQ(0, cage_cut(&s->cage));
	ASSERT_EQ(0, revoked_within(s, cut, &e));
	EXPECT_GT(LIMIT_NS * clock_slow(), e.time_ns - cut);
	atomic_store(&s->usb.state->drain_deaf, 1);
	atomic_store(&s->usb.state->feed_mute, 1);
	clock_sleep_until(clock_now_ns() + 300 * NSEC_PER_MSEC);
	EXPECT_EQ(0, atomic_load(&s->usb.state->deaf));
	EXPECT_EQ(0, atomic_load(&s->usb.state->mute));
	ASSERT_TRUE(proceed(self->t));
	EXPECT_EQ(-ENODEV, self->t->result[0]);
	EXPECT_EQ(-ENODEV, self->t->result[1]);
	EXPECT_EQ(-ENODEV, self->t->result[2]);
	EXPECT_EQ(0, atomic_load(&s->usb.state->sink));
}

static int mapping_task(void *arg)
{
	static struct usbdevfs_urb out, *urb;
	struct talk *t = arg;
	int fd = open_and_claim(t);
	unsigned char *map;

	if (fd < 0)
		return 1;
	map = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED) {
		t->error = errno;
		return 1;
	}
	memset(map, 0x11, 8192);
	if (usbfs_submit(fd, &out, t->sink, map, 4000) || usbfs_reap(fd, &urb) || urb->status ||
	    usbfs_submit(fd, &out, t->deaf, map, 4000)) {
		t->error = EIO;
		return 1;
	}
	tell_ready_and_wait(t);
	map[0] = 0x22;
	map[5000] = map[0];
	t->result[0] = map[5000];
	t->result[1] = usbfs_submit(fd, &out, t->sink, map, 4000);
	close(fd);
	map[1] = 0x33;
	t->result[2] = map[1];
	t->result[3] = munmap(map, 8192);
	atomic_store(&t->done, 1);
	pause();
	return 0;
}

/* END-2, PRO-1: a mapping of usbfs memory is harmless memory afterwards. */
TEST_F_TIMEOUT(revoking, leaves_a_usbfs_mapping_touchable_but_dead, 120)
{
	struct scene *s = &self->scene;
	struct event e;
	uint64_t cut;
	int fd;

	ASSERT_EQ(0, begin(s, self->t, s->usb.node, mapping_task)) TH_LOG("%d", self->t->error);
	cut = clock_now_ns();
	ASSERT_EQ(0, cage_cut(&s->cage));
	ASSERT_EQ(0, revoked_within(s, cut, &e));
	EXPECT_GT(LIMIT_NS * clock_slow(), e.time_ns - cut);
	fd = open(s->usb.node, O_RDWR | O_CLOEXEC);
	EXPECT_EQ(0, usbfs_claim(fd));
	close(fd);
	ASSERT_TRUE(proceed(self->t));
	EXPECT_EQ(0x22, self->t->result[0]);
	EXPECT_EQ(-ENODEV, self->t->result[1]);
	EXPECT_EQ(0x33, self->t->result[2]);
	EXPECT_EQ(0, self->t->result[3]);
	atomic_store(&s->usb.state->drain_deaf, 1);
	clock_sleep_until(clock_now_ns() + 100 * NSEC_PER_MSEC);
	EXPECT_EQ(1, atomic_load(&s->usb.state->sink));
	EXPECT_EQ(0, atomic_load(&s->usb.state->deaf));
}

/*
 * A transfer on endpoint 0 belongs to no interface, and a live mapping keeps the usbfs file
 * open: neither may keep such a transfer alive.
 */
static int mapping_control_task(void *arg)
{
	static unsigned char setup[8 + 16] = { 0xc1, GADGET_HANG, 0, 0, 0, 0, 16, 0 };
	static struct usbdevfs_urb hung, more;
	struct talk *t = arg;
	int fd = open_and_claim(t);
	unsigned char *map;

	if (fd < 0)
		return 1;
	map = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED) {
		t->error = errno;
		return 1;
	}
	hung = (struct usbdevfs_urb) {
		.type = USBDEVFS_URB_TYPE_CONTROL,
		.endpoint = 0x80,
		.buffer = setup,
		.buffer_length = sizeof(setup),
	};
	more = hung;
	more.buffer = memcpy(map, setup, sizeof(setup));
	map[1] = GADGET_ASK;
	if (ioctl(fd, USBDEVFS_SUBMITURB, &hung) || ioctl(fd, USBDEVFS_SUBMITURB, &more)) {
		t->error = errno;
		return 1;
	}
	tell_ready_and_wait(t);
	t->result[0] = map[1];
	atomic_store(&t->done, 1);
	pause();
	return 0;
}

/* END-2 */
TEST_F_TIMEOUT(revoking, ends_pending_control_transfers_under_a_live_mapping, 120)
{
	struct scene *s = &self->scene;
	unsigned char buf[16];
	struct event e;
	uint64_t cut;
	int fd;

	ASSERT_EQ(0, begin(s, self->t, s->usb.node, mapping_control_task));
	ASSERT_TRUE(clock_wait(atomic_load(&s->usb.state->hung) == 1, 2000));
	cut = clock_now_ns();
	ASSERT_EQ(0, cage_cut(&s->cage));
	ASSERT_EQ(0, revoked_within(s, cut, &e));
	EXPECT_GT(LIMIT_NS * clock_slow(), e.time_ns - cut);
	clock_sleep_until(clock_now_ns() + 200 * NSEC_PER_MSEC);
	EXPECT_EQ(0, atomic_load(&s->usb.state->setups))
		TH_LOG("the second request has reached the device");
	fd = open(s->usb.node, O_RDWR | O_CLOEXEC);
	EXPECT_EQ(0, usbfs_claim(fd));
	EXPECT_EQ(16, usbfs_control(fd, GADGET_ASK, buf, 16, 2000));
	EXPECT_TRUE(clock_wait(atomic_load(&s->usb.state->setups) == 1, 1000));
	close(fd);
	ASSERT_TRUE(proceed(self->t));
}

static int frozen_read_task(void *arg)
{
	struct talk *t = arg;
	int fd = open(t->path, O_RDWR | O_CLOEXEC);
	unsigned char buf[64];

	if (fd < 0) {
		t->error = errno;
		return 1;
	}
	atomic_store(&t->ready, gettid());
	t->result[0] = read(fd, buf, sizeof(buf)) < 0 ? -errno : 0;
	t->result[1] = read(fd, buf, sizeof(buf)) < 0 ? -errno : 0;
	atomic_store(&t->done, 1);
	pause();
	return 0;
}

/* END-2, APP-6: a frozen task loses its device like any other. */
TEST_F_TIMEOUT(revoking, works_on_a_frozen_task, 120)
{
	struct scene *s = &self->scene;
	struct claim_facts claim;
	struct event e;
	uint64_t cut;

	ASSERT_EQ(0, begin(s, self->t, s->hid.node, frozen_read_task));
	ASSERT_TRUE(clock_wait(blocked_thread_asleep(atomic_load(&self->t->ready), SYS_read), 5000));
	ASSERT_EQ(0, cage_set(&s->cage, "cgroup.freeze", "1"));
	ASSERT_TRUE(clock_wait(cage_is_frozen(&s->cage), 5000));
	cut = clock_now_ns();
	ASSERT_EQ(0, cage_cut(&s->cage));
	ASSERT_EQ(0, revoked_within(s, cut, &e));
	EXPECT_GT(LIMIT_NS * clock_slow(), e.time_ns - cut);
	EXPECT_EQ(0, helper_claim_get(&s->helper, s->cage.claim[0], &claim));
	EXPECT_EQ(DEVTASK_CLAIM_STATE_REVOKED, claim.state);
	EXPECT_FALSE(atomic_load(&self->t->done));
	ASSERT_EQ(0, cage_set(&s->cage, "cgroup.freeze", "0"));
	ASSERT_TRUE(clock_wait(atomic_load(&self->t->done), 1000));
	EXPECT_EQ(-ENODEV, self->t->result[0]);
	EXPECT_EQ(-ENODEV, self->t->result[1]);
}

static int frozen_bulk_task(void *arg)
{
	struct talk *t = arg;
	int fd = open_and_claim(t);
	unsigned char buf[512];

	if (fd < 0)
		return 1;
	atomic_store(&t->ready, gettid());
	t->result[0] = usbfs_bulk(fd, t->mute, buf, sizeof(buf), 0);
	atomic_store(&t->done, 1);
	pause();
	return 0;
}

/* END-2: such a call keeps its cgroup from freezing; revocation must not wait for that. */
TEST_F_TIMEOUT(revoking, works_on_a_task_that_is_about_to_freeze_in_a_transfer, 120)
{
	struct scene *s = &self->scene;
	struct event e;
	uint64_t cut;
	int fd;

	ASSERT_EQ(0, begin(s, self->t, s->usb.node, frozen_bulk_task));
	ASSERT_TRUE(clock_wait(blocked_thread_asleep(atomic_load(&self->t->ready), SYS_ioctl), 5000));
	ASSERT_EQ(0, cage_set(&s->cage, "cgroup.freeze", "1"));
	cut = clock_now_ns();
	ASSERT_EQ(0, cage_cut(&s->cage));
	ASSERT_EQ(0, revoked_within(s, cut, &e));
	EXPECT_GT(LIMIT_NS * clock_slow(), e.time_ns - cut);
	EXPECT_TRUE(clock_wait(cage_is_frozen(&s->cage), 1000));
	fd = open(s->usb.node, O_RDWR | O_CLOEXEC);
	EXPECT_EQ(0, usbfs_claim(fd));
	close(fd);
	ASSERT_EQ(0, cage_set(&s->cage, "cgroup.freeze", "0"));
	ASSERT_TRUE(clock_wait(atomic_load(&self->t->done), 1000));
	EXPECT_EQ(-ENODEV, self->t->result[0]);
}

static int epoll_task(void *arg)
{
	struct epoll_event e = { .events = EPOLLIN | EPOLLET }, out = { 0 };
	struct talk *t = arg;
	int fd = open(t->path, O_RDWR | O_CLOEXEC), copy = dup(fd);
	int ep = epoll_create1(EPOLL_CLOEXEC);

	if (fd < 0 || epoll_ctl(ep, EPOLL_CTL_ADD, fd, &e) ||
	    epoll_ctl(ep, EPOLL_CTL_ADD, copy, &e)) {
		t->error = errno;
		return 1;
	}
	tell_ready_and_wait(t);
	t->result[0] = epoll_wait(ep, &out, 1, 1000);
	t->result[1] = out.events;
	/* The lists must still be whole after the driver's file has gone. */
	t->result[2] = epoll_ctl(ep, EPOLL_CTL_DEL, fd, NULL);
	t->result[3] = epoll_ctl(ep, EPOLL_CTL_ADD, fd, &e);
	t->result[4] = epoll_wait(ep, &out, 1, 1000);
	close(fd);
	close(copy);
	close(ep);
	atomic_store(&t->done, 1);
	pause();
	return 0;
}

static void check_epoll(struct __test_metadata *_metadata, struct scene *s, struct talk *t,
			const char *node)
{
	struct event e;

	ASSERT_EQ(0, begin(s, t, node, epoll_task));
	ASSERT_EQ(0, cage_cut(&s->cage));
	ASSERT_EQ(0, revoked_within(s, clock_now_ns(), &e));
	ASSERT_TRUE(proceed(t));
	EXPECT_EQ(1, t->result[0]);
	EXPECT_EQ(EPOLLERR | EPOLLHUP, t->result[1] & (EPOLLERR | EPOLLHUP));
	EXPECT_EQ(0, t->result[2]);
	EXPECT_EQ(0, t->result[3]);
	EXPECT_EQ(1, t->result[4]);
}

/* END-2: the driver's wait queue is gone, the readiness lists of the task are not. */
TEST_F_TIMEOUT(revoking, keeps_epoll_whole_on_usb, 120)
{
	check_epoll(_metadata, &self->scene, self->t, self->scene.usb.node);
}

/* END-2 */
TEST_F_TIMEOUT(revoking, keeps_epoll_whole_on_hid, 120)
{
	check_epoll(_metadata, &self->scene, self->t, self->scene.hid.node);
}

static int reopen_task(void *arg)
{
	struct talk *t = arg;
	int fd = open(t->path, O_RDWR | O_CLOEXEC), path_fd = open(t->path, O_PATH | O_CLOEXEC);
	char self_path[64];

	t->error = fd < 0 ? errno : 0;
	tell_ready_and_wait(t);
	t->result[0] = open(t->path, O_RDWR | O_CLOEXEC) < 0 ? -errno : 0;
	t->result[1] = open(t->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC) < 0 ? -errno : 0;
	snprintf(self_path, sizeof(self_path), "/proc/self/fd/%d", fd);
	t->result[2] = open(self_path, O_RDWR | O_CLOEXEC) < 0 ? -errno : 0;
	snprintf(self_path, sizeof(self_path), "/proc/self/fd/%d", path_fd);
	t->result[3] = open(self_path, O_RDWR | O_CLOEXEC) < 0 ? -errno : 0;
	t->result[4] = lseek(fd, 0, SEEK_CUR) < 0 ? -errno : 0;
	atomic_store(&t->done, 1);
	pause();
	return 0;
}

/* END-2: nothing resurrects a guard. */
TEST_F_TIMEOUT(revoking, makes_every_reopening_fail, 120)
{
	struct scene *s = &self->scene;
	struct event e;

	ASSERT_EQ(0, begin(s, self->t, s->hid.node, reopen_task));
	ASSERT_EQ(0, cage_cut(&s->cage));
	ASSERT_EQ(0, revoked_within(s, clock_now_ns(), &e));
	ASSERT_TRUE(proceed(self->t));
	for (int i = 0; i < 4; i++) {
		EXPECT_EQ(-ENODEV, self->t->result[i]) TH_LOG("way %d", i);
	}
}

static int ring_task(void *arg)
{
	struct talk *t = arg;
	int fd = open(t->path, O_RDWR | O_CLOEXEC);
	unsigned char buf[64];
	uint64_t begin;

	t->error = fd < 0 ? errno : 0;
	tell_ready_and_wait(t);
	begin = clock_now_ns();
	t->result[0] = uring_read(fd, buf, sizeof(buf), false);
	t->result[1] = (clock_now_ns() - begin) / 1000;
	begin = clock_now_ns();
	t->result[2] = uring_read(fd, buf, sizeof(buf), true);
	t->result[3] = (clock_now_ns() - begin) / 1000;
	t->result[4] = uring_poll(fd, POLLIN);
	atomic_store(&t->done, 1);
	pause();
	return 0;
}

/*
 * END-2: io_uring asks poll first and reads when that says "ready". A dead file is ready and
 * has nothing; that must end, not go round.
 */
TEST_F_TIMEOUT(revoking, lets_io_uring_on_the_dead_file_end_at_once, 120)
{
	struct scene *s = &self->scene;
	struct event e;

	ASSERT_EQ(0, begin(s, self->t, s->hid.node, ring_task));
	ASSERT_EQ(0, cage_cut(&s->cage));
	ASSERT_EQ(0, revoked_within(s, clock_now_ns(), &e));
	ASSERT_TRUE(proceed(self->t)) cage_show_stacks(&s->cage);
	EXPECT_EQ(-ENODEV, self->t->result[0]);
	EXPECT_EQ(-ENODEV, self->t->result[2]);
	EXPECT_EQ(POLLERR | POLLHUP, self->t->result[4] & (POLLERR | POLLHUP));
	EXPECT_GT(50000 * (int)clock_slow(), self->t->result[1]);
	EXPECT_GT(50000 * (int)clock_slow(), self->t->result[3]);
	TH_LOG("polled first: %d us, by a worker: %d us", self->t->result[1], self->t->result[3]);
}

/* END-2, END-1: what is revoked is revoked once, with one event and its duration. */
TEST_F_TIMEOUT(revoking, happens_once_and_says_how_long_it_took, 120)
{
	struct scene *s = &self->scene;
	struct event e;
	uint64_t cut;

	ASSERT_EQ(0, begin(s, self->t, s->hid.node, frozen_read_task));
	cut = clock_now_ns();
	ASSERT_EQ(0, cage_cut(&s->cage));
	ASSERT_EQ(0, revoked_within(s, cut, &e));
	EXPECT_LT(0, e.measured_ns);
	EXPECT_GT(LIMIT_NS * clock_slow(), e.measured_ns);
	EXPECT_EQ(-EALREADY, cage_cut(&s->cage));
	EXPECT_EQ(-ETIMEDOUT, helper_event_wait(&s->ear, s->cage.task, DEVTASK_EVENT_KIND_REVOKED,
						&e, 300));
}

TEST_HARNESS_MAIN
