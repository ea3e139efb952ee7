// SPDX-License-Identifier: GPL-2.0-only
/*
 * Revocation at random moments of everything that a task can do at once. No single round
 * proves much; together, and on the kernel with KASAN and lockdep, they do.
 */
#include <fcntl.h>
#include <linux/hidraw.h>
#include <poll.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/stat.h>

#include "kselftest_harness.h"

#include "clock.h"
#include "scene.h"
#include "uring.h"
#include "usbfs.h"

/* A kernel that checks itself is slow, and looks closer: a quarter of the rounds. */
#define SCALED(rounds) (clock_slow() > 1 ? (rounds) / 4 : (rounds))
#define ROUNDS SCALED(60)
#define FEW_ROUNDS SCALED(20)
#define THREADS 8
#define TEST_TIMEOUT_S 900
/* A bound for a machine with more to do than run this; the 50 ms are revoke_blocked's. */
#define LIMIT_MS 2000

struct hammer {
	char path[64];
	unsigned char source, sink, mute;
	atomic_uint calls;
	atomic_uint dead;	/* threads that have met the end */
	atomic_int fd;		/* shared by all threads, -1 while closed */
	atomic_int reopen;	/* close and open it again all the time */
};

FIXTURE(revoking_while)
{
	struct scene scene;
	struct hammer *h;
	uint64_t worst_ns;
};

FIXTURE_SETUP(revoking_while)
{
	const char *env = getenv("DEVTASK_SEED");
	struct scene *s = &self->scene;
	unsigned int seed = 1;

	if (env)
		seed = strtoul(env, NULL, 0);
	else if (getrandom(&seed, sizeof(seed), 0) != sizeof(seed))
		seed = 1;
	srandom(seed);
	TH_LOG("seed: DEVTASK_SEED=%u", seed);
	ASSERT_EQ(0, scene_open(s, SCENE_USB | SCENE_HID));
	self->h = cage_share(sizeof(*self->h));
	self->h->source = s->usb.source;
	self->h->sink = s->usb.sink;
	self->h->mute = s->usb.mute;
}

FIXTURE_TEARDOWN(revoking_while)
{
	scene_close(&self->scene);
}

static void bulk_io(struct hammer *h, int fd)
{
	unsigned char buf[512];

	usbfs_bulk(fd, h->source, buf, sizeof(buf), 0);
	usbfs_bulk(fd, h->sink, buf, 100, 0);
}

static void bulk_wait(struct hammer *h, int fd)
{
	unsigned char buf[512];

	usbfs_bulk(fd, h->mute, buf, sizeof(buf), random() & 1 ? 0 : 2);
}

static void control_io(struct hammer *h, int fd)
{
	unsigned char buf[16];

	(void)h;
	usbfs_control(fd, GADGET_ASK, buf, sizeof(buf), 0);
}

static void async_io(struct hammer *h, int fd)
{
	struct usbdevfs_urb urb, silent, *done;
	unsigned char buf[512];

	usbfs_submit(fd, &silent, h->mute, buf, sizeof(buf));
	if (!usbfs_submit(fd, &urb, h->source, buf, sizeof(buf)))
		usbfs_reap(fd, &done);
	usbfs_discard(fd, &silent);
	usbfs_reap_now(fd, &done);
}

static void map_io(struct hammer *h, int fd)
{
	unsigned char *map = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (map == MAP_FAILED)
		return;
	usbfs_bulk(fd, h->sink, map, 100, 0);
	map[0] = 1;
	munmap(map, 4096);
}

static void wait_io(struct hammer *h, int fd)
{
	struct epoll_event e = { .events = EPOLLIN | EPOLLOUT }, out;
	struct pollfd p = { .fd = fd, .events = POLLIN | POLLOUT };
	int ep = epoll_create1(EPOLL_CLOEXEC);

	(void)h;
	poll(&p, 1, 1);
	if (!epoll_ctl(ep, EPOLL_CTL_ADD, fd, &e))
		epoll_wait(ep, &out, 1, 1);
	close(ep);
}

static void file_io(struct hammer *h, int fd)
{
	int copy = dup(fd), other = open(h->path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	char buf[64];

	read(other, buf, sizeof(buf));
	fcntl(copy, F_SETFL, O_RDWR | (random() & 1 ? O_ASYNC : 0));
	lseek(copy, 0, SEEK_SET);
	close(copy);
	close(other);
}

static void hid_io(struct hammer *h, int fd)
{
	unsigned char out[9] = { 0 }, in[64];

	(void)h;
	write(fd, out, sizeof(out));
	read(fd, in, sizeof(in));
}

static void feature_io(struct hammer *h, int fd)
{
	unsigned char buf[9] = { 0 };

	(void)h;
	ioctl(fd, HIDIOCGFEATURE(9), buf);
}

/*
 * While others close and open, the number may have become that of another file, a ring for
 * one, which nothing would ever wake: so it is held and looked at first.
 */
static void ring_io(struct hammer *h, int fd)
{
	unsigned char out[9] = { 0 }, in[64];
	int held = dup(fd);
	struct stat st;

	(void)h;
	if (held >= 0 && !fstat(held, &st) && S_ISCHR(st.st_mode)) {
		write(held, out, sizeof(out));
		uring_read(held, in, sizeof(in), random() & 1);
	}
	close(held);
}

static void (* const usb_work[THREADS])(struct hammer *h, int fd) = {
	bulk_io, bulk_io, bulk_wait, control_io, async_io, map_io, wait_io, file_io,
};

static void (* const hid_work[THREADS])(struct hammer *h, int fd) = {
	hid_io, hid_io, hid_io, feature_io, ring_io, wait_io, file_io, file_io,
};

/*
 * On 6.1 a thread was once seen to spin in io_uring's own task work after its descriptor had been
 * closed and reopened under it and the task was revoked (Documentation/testing.rst, "Open").
 * Until that is understood, rings are left out where descriptors change.
 */
static void (* const hid_reopen_work[THREADS])(struct hammer *h, int fd) = {
	hid_io, hid_io, hid_io, feature_io, wait_io, wait_io, file_io, file_io,
};

struct thread {
	struct hammer *h;
	void (*work)(struct hammer *h, int fd);
};

static bool is_dead(int fd)
{
	struct pollfd p = { .fd = fd };

	return poll(&p, 1, 0) == 1 && (p.revents & POLLERR);
}

static void *hammer_thread(void *arg)
{
	struct thread *t = arg;
	bool met = false;

	for (;;) {
		int fd = atomic_load(&t->h->fd);

		t->work(t->h, fd);
		atomic_fetch_add(&t->h->calls, 1);
		if (!met && is_dead(fd)) {
			atomic_fetch_add(&t->h->dead, 1);
			met = true;
		}
		if (met)
			clock_pause();	/* it goes on trying, but leaves the machine to others */
	}
	return NULL;
}

static int hammer(void *arg)
{
	struct hammer *h = arg;
	bool usb = strstr(h->path, "usb");
	void (* const *work)(struct hammer *h, int fd) = usb ? usb_work :
		atomic_load(&h->reopen) ? hid_reopen_work : hid_work;
	struct thread t[THREADS];
	pthread_t id;
	int fd = open(h->path, O_RDWR | O_CLOEXEC);

	signal(SIGIO, SIG_IGN);
	if (usb)
		usbfs_claim(fd);
	atomic_store(&h->fd, fd);
	for (int i = 0; i < THREADS; i++) {
		t[i] = (struct thread) { h, work[i] };
		pthread_create(&id, NULL, hammer_thread, &t[i]);
	}
	while (atomic_load(&h->reopen)) {
		int next = open(h->path, O_RDWR | O_CLOEXEC);

		if (next < 0)
			break;
		/* Use without a claim works as well, but usbfs logs each one. */
		if (usb) {
			usbfs_release(atomic_load(&h->fd));
			usbfs_claim(next);
		}
		close(atomic_exchange(&h->fd, next));
	}
	for (;;)
		pause();
	return 0;
}

static void sleep_random(unsigned int max_us)
{
	clock_sleep_until(clock_now_ns() + random() % max_us * 1000);
}

static int begin(struct scene *s, struct hammer *h, const char *node, bool reopen)
{
	unsigned int calls;
	int err;

	strcpy(h->path, node);
	h->calls = h->dead = 0;
	h->reopen = reopen;
	err = cage_begin(&s->cage, &s->helper, DEVTASK_TYPE_SERVICING, node);
	if (err)
		return err;
	err = cage_spawn(&s->cage, hammer, h);
	if (err < 0)
		return err;
	calls = 10 + random() % 100;
	return clock_wait(atomic_load(&h->calls) > calls, 20000) ? 0 : -ETIMEDOUT;
}

/* The revocation is over, and every thread has met it. */
static void expect_revoked(struct __test_metadata *_metadata, struct scene *s, struct hammer *h,
			   uint64_t *worst_ns)
{
	struct claim_facts claim;
	struct event e;

	ASSERT_EQ(0, helper_event_wait(&s->ear, s->cage.task, DEVTASK_EVENT_KIND_REVOKED, &e,
				       LIMIT_MS)) cage_show_stacks(&s->cage);
	if (e.measured_ns > *worst_ns)
		*worst_ns = e.measured_ns;
	/* A machine that is so slow that the linger passes has killed them. */
	EXPECT_TRUE(clock_wait(atomic_load(&h->dead) == THREADS || cage_is_empty(&s->cage), LIMIT_MS)) {
		TH_LOG("%u of %u threads have met the end", atomic_load(&h->dead), THREADS);
		cage_show_stacks(&s->cage);
	}
	ASSERT_EQ(0, helper_claim_get(&s->helper, s->cage.claim[0], &claim));
	EXPECT_EQ(DEVTASK_CLAIM_STATE_REVOKED, claim.state);
}

static void expect_free(struct __test_metadata *_metadata, struct scene *s)
{
	unsigned char buf[512];
	int fd = open(s->usb.node, O_RDWR | O_CLOEXEC);

	EXPECT_EQ(0, usbfs_claim(fd));
	EXPECT_EQ(GADGET_RECORD, usbfs_bulk(fd, s->usb.source, buf, sizeof(buf), 2000));
	EXPECT_EQ(16, usbfs_control(fd, GADGET_ASK, buf, 16, 2000));
	close(fd);
}

static void rounds(struct __test_metadata *_metadata, struct scene *s, struct hammer *h, bool usb,
		   bool reopen)
{
	int n = reopen ? FEW_ROUNDS : ROUNDS;
	uint64_t worst_ns = 0;

	for (int i = 0; i < n; i++) {
		ASSERT_EQ(0, begin(s, h, usb ? s->usb.node : s->hid.node, reopen));
		sleep_random(20000);
		ASSERT_EQ(0, cage_cut(&s->cage));
		expect_revoked(_metadata, s, h, &worst_ns);
		if (usb)
			expect_free(_metadata, s);
		cage_close(&s->cage);
	}
	TH_LOG("%d rounds, the slowest revocation took %.1f ms", n, worst_ns / 1e6);
}

/* END-2 */
TEST_F_TIMEOUT(revoking_while, eight_threads_use_a_usb_device, TEST_TIMEOUT_S)
{
	rounds(_metadata, &self->scene, self->h, true, false);
}

/* END-2 */
TEST_F_TIMEOUT(revoking_while, eight_threads_use_a_hid_device, TEST_TIMEOUT_S)
{
	rounds(_metadata, &self->scene, self->h, false, false);
}

/* END-2 */
TEST_F_TIMEOUT(revoking_while, a_usb_device_is_closed_and_reopened_under_its_users, TEST_TIMEOUT_S)
{
	rounds(_metadata, &self->scene, self->h, true, true);
}

/* END-2 */
TEST_F_TIMEOUT(revoking_while, a_hid_device_is_closed_and_reopened_under_its_users, TEST_TIMEOUT_S)
{
	rounds(_metadata, &self->scene, self->h, false, true);
}

/* END-2, RUN-2 */
TEST_F_TIMEOUT(revoking_while, the_usb_device_is_unplugged, TEST_TIMEOUT_S)
{
	struct scene *s = &self->scene;
	uint64_t worst_ns = 0;

	for (int i = 0; i < FEW_ROUNDS; i++) {
		pid_t pid;

		ASSERT_EQ(0, begin(s, self->h, s->usb.node, i & 1));
		pid = fork();
		if (!pid) {
			sleep_random(10000);
			_exit(gadget_unplug(&s->usb) ? 1 : 0);
		}
		sleep_random(10000);
		ASSERT_EQ(0, cage_cut(&s->cage));
		expect_revoked(_metadata, s, self->h, &worst_ns);
		ASSERT_EQ(pid, waitpid(pid, NULL, 0));
		cage_close(&s->cage);
		ASSERT_EQ(0, gadget_replug(&s->usb));
		expect_free(_metadata, s);
	}
	TH_LOG("%d rounds, the slowest revocation took %.1f ms", FEW_ROUNDS, worst_ns / 1e6);
}

/* END-2, RUN-2 */
TEST_F_TIMEOUT(revoking_while, the_hid_device_is_unplugged, TEST_TIMEOUT_S)
{
	struct scene *s = &self->scene;
	uint64_t worst_ns = 0;

	for (int i = 0; i < FEW_ROUNDS; i++) {
		pid_t pid;

		ASSERT_EQ(0, begin(s, self->h, s->hid.node, i & 1));
		pid = fork();
		if (!pid) {
			sleep_random(10000);
			ASSERT_EQ(0, cage_set(&s->cage, "cgroup.freeze", i & 2 ? "1" : "0"));
			_exit(0);
		}
		sleep_random(10000);
		if (i & 4)
			hid_unplug(&s->hid);
		ASSERT_EQ(0, cage_cut(&s->cage));
		if (!(i & 4))
			hid_unplug(&s->hid);
		ASSERT_EQ(pid, waitpid(pid, NULL, 0));
		ASSERT_EQ(0, cage_set(&s->cage, "cgroup.freeze", "0"));
		expect_revoked(_metadata, s, self->h, &worst_ns);
		cage_close(&s->cage);
		ASSERT_EQ(0, hid_plug(&s->hid));
	}
	TH_LOG("%d rounds, the slowest revocation took %.1f ms", FEW_ROUNDS, worst_ns / 1e6);
}

/* END-4: the end of the tree, told at any moment of a cancellation, is the end. */
TEST_F_TIMEOUT(revoking_while, the_end_is_told, TEST_TIMEOUT_S)
{
	struct scene *s = &self->scene;
	struct event e;

	for (int i = 0; i < FEW_ROUNDS; i++) {
		ASSERT_EQ(0, begin(s, self->h, i & 1 ? s->usb.node : s->hid.node, i & 2));
		if (i & 4)
			ASSERT_EQ(0, cage_cut(&s->cage));
		sleep_random(3000);
		ASSERT_EQ(0, helper_task_end(&s->helper, s->cage.task, 0));
		if (!(i & 4))
			cage_cut(&s->cage);
		ASSERT_EQ(0, helper_event_wait(&s->ear, s->cage.task, DEVTASK_EVENT_KIND_ENDED, &e,
					       LIMIT_MS)) TH_LOG("round %d", i);
		cage_close(&s->cage);
		if (i & 1)
			expect_free(_metadata, s);
	}
}

TEST_HARNESS_MAIN
