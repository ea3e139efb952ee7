// SPDX-License-Identifier: GPL-2.0-only
/*
 * Revocation of a task that does what it can to keep its device: it holds the device's lock
 * in a slow request, faults on memory that nobody provides, opens very often, forks without
 * end, leaks descriptors, leaves its cgroup.
 */
#include <fcntl.h>
#include <linux/hidraw.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "kselftest_harness.h"

#include "blocked.h"
#include "clock.h"
#include "pass.h"
#include "scene.h"
#include "usbfs.h"

#define LIMIT_NS (50 * NSEC_PER_MSEC)
/* A page fault of the kernel gives way to SIGKILL alone, which comes after half a second. */
#define KILL_NS (600 * NSEC_PER_MSEC)
/* What usbcore gives a request that it sends by itself, and 200 ms. */
#define REQUEST_NS (5200 * NSEC_PER_MSEC)

struct talk {
	char path[64];
	unsigned char source, mute, deaf;
	int sock;
	atomic_int tid[4], ready, done, go, forks;
	int error, result[4];
};

static int for_ever(void)
{
	for (;;)
		pause();
	return 0;
}

FIXTURE(a_task_that)
{
	struct scene scene;
	struct talk *t;
};

FIXTURE_SETUP(a_task_that)
{
	struct scene *s = &self->scene;

	ASSERT_EQ(0, scene_open(s, SCENE_USB | SCENE_HID));
	self->t = cage_share(sizeof(*self->t));
	self->t->source = s->usb.source;
	self->t->mute = s->usb.mute;
	self->t->deaf = s->usb.deaf;
	self->t->sock = -1;
}

FIXTURE_TEARDOWN(a_task_that)
{
	scene_close(&self->scene);
}

static int begin(struct scene *s, struct talk *t, const char *node, int (*fn)(void *arg))
{
	int err;

	strcpy(t->path, node);
	err = cage_begin(&s->cage, &s->helper, DEVTASK_TYPE_SERVICING, node);
	if (err)
		return err;
	err = cage_spawn_with(&s->cage, fn, t, t->sock);
	return err < 0 ? err : 0;
}

/* Cut now; the revocation must be over within @limit_ns, and the USB device free. */
static void expect_cut_within(struct __test_metadata *_metadata, struct scene *s, bool usb,
			      uint64_t limit_ns)
{
	struct event e = { 0 };
	uint64_t cut = clock_now_ns();

	ASSERT_EQ(0, cage_cut(&s->cage));
	ASSERT_EQ(0, helper_event_wait(&s->ear, s->cage.task, DEVTASK_EVENT_KIND_REVOKED, &e, 9000))
		TH_LOG("never revoked");
	EXPECT_GT(limit_ns * clock_slow(), e.time_ns - cut)
		TH_LOG("revoked after %.1f ms", (e.time_ns - cut) / 1e6);
	if (usb) {
		unsigned char buf[512];
		int fd = open(s->usb.node, O_RDWR | O_CLOEXEC);

		EXPECT_EQ(0, usbfs_claim(fd));
		EXPECT_EQ(GADGET_RECORD, usbfs_bulk(fd, s->usb.source, buf, 512, 2000));
		close(fd);
	}
}

static void expect_cut_in_time(struct __test_metadata *_metadata, struct scene *s, bool usb)
{
	expect_cut_within(_metadata, s, usb, LIMIT_NS);
}

static void *hang_control(void *arg)
{
	struct talk *t = arg;
	unsigned char buf[16];

	t->tid[1] = gettid();
	t->result[1] = usbfs_control(t->go, GADGET_HANG, buf, 16, 0);
	return NULL;
}

/*
 * Endpoint 0 hangs, and then a request comes that usbfs sends with the device's lock held
 * and 5 s of patience.
 */
static int hold_lock(void *arg)
{
	struct usbdevfs_setinterface alt = { .interface = 0, .altsetting = 0 };
	struct talk *t = arg;
	int fd = open(t->path, O_RDWR | O_CLOEXEC);
	pthread_t id;

	t->error = -usbfs_claim(fd);
	t->go = fd;
	pthread_create(&id, NULL, hang_control, t);
	while (!t->tid[1] || !blocked_thread_asleep(t->tid[1], SYS_ioctl))
		clock_pause();
	t->tid[0] = gettid();
	t->result[0] = ioctl(fd, USBDEVFS_SETINTERFACE, &alt) ? -errno : 0;
	atomic_store(&t->done, 1);
	return for_ever();
}

static bool asleep_in_ioctl(struct talk *t, int n)
{
	for (int i = 0; i < n; i++)
		if (!t->tid[i] || !blocked_thread_asleep(t->tid[i], SYS_ioctl))
			return false;
	return true;
}

/*
 * END-2: usbcore gives such a request 5 s, and nothing safe ends it sooner: whoever holds the
 * device's lock may as well be a hub that resets the device. It is cut off by then, not later.
 */
TEST_F_TIMEOUT(a_task_that, holds_the_devices_lock_in_a_request_loses_it_by_the_requests_own_limit,
	       120)
{
	struct scene *s = &self->scene;

	ASSERT_EQ(0, begin(s, self->t, s->usb.node, hold_lock));
	ASSERT_TRUE(clock_wait(asleep_in_ioctl(self->t, 2), 4000)) TH_LOG("%d", self->t->error);
	clock_sleep_until(clock_now_ns() + 100 * NSEC_PER_MSEC);
	ASSERT_TRUE(asleep_in_ioctl(self->t, 2));
	expect_cut_within(_metadata, s, true, REQUEST_NS);
	/* Back, or dead by the SIGKILL that came while it was inside. */
	EXPECT_TRUE(clock_wait(atomic_load(&self->t->done) || cage_is_empty(&s->cage), 1000));
}

/* A page that nobody ever provides. */
static void *endless_page(void)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register reg = { .mode = UFFDIO_REGISTER_MODE_MISSING };
	int uffd = syscall(SYS_userfaultfd, O_CLOEXEC);
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	reg.range.start = (unsigned long)page;
	reg.range.len = 4096;
	if (uffd < 0 || ioctl(uffd, UFFDIO_API, &api) || ioctl(uffd, UFFDIO_REGISTER, &reg))
		return NULL;
	return page;
}

static int fault_in_write(void *arg)
{
	struct talk *t = arg;
	int fd = open(t->path, O_RDWR | O_CLOEXEC);
	void *page = endless_page();

	if (!page || fd < 0) {
		t->error = errno;
		return 1;
	}
	t->tid[0] = gettid();
	t->result[0] = write(fd, page, 9) < 0 ? -errno : 0;
	atomic_store(&t->done, 1);
	return for_ever();
}

/* END-2 */
TEST_F_TIMEOUT(a_task_that, faults_on_a_page_that_never_comes_is_killed_and_loses_a_hid_device, 120)
{
	struct scene *s = &self->scene;

	ASSERT_EQ(0, begin(s, self->t, s->hid.node, fault_in_write));
	clock_wait(self->t->error || self->t->tid[0], 4000);
	if (self->t->error)
		SKIP(return, "no userfaultfd: %s", strerror(self->t->error));
	ASSERT_TRUE(clock_wait(blocked_thread_asleep(self->t->tid[0], SYS_write), 4000));
	expect_cut_within(_metadata, s, false, KILL_NS);
	EXPECT_TRUE(clock_wait(atomic_load(&self->t->done) || cage_is_empty(&s->cage), 1000));
	EXPECT_EQ(0, hid_traffic(&s->hid));
}

/* usbfs copies the buffer of a transfer with the device's lock held. */
static int fault_in_submit(void *arg)
{
	struct talk *t = arg;
	int fd = open(t->path, O_RDWR | O_CLOEXEC);
	void *page = endless_page();
	struct usbdevfs_urb urb;

	if (!page || fd < 0 || usbfs_claim(fd)) {
		t->error = errno ?: EBUSY;
		return 1;
	}
	t->tid[0] = gettid();
	t->result[0] = usbfs_submit(fd, &urb, t->deaf, page, 512);
	atomic_store(&t->done, 1);
	return for_ever();
}

/* END-2 */
TEST_F_TIMEOUT(a_task_that, faults_on_a_page_that_never_comes_is_killed_and_loses_a_usb_device, 120)
{
	struct scene *s = &self->scene;

	ASSERT_EQ(0, begin(s, self->t, s->usb.node, fault_in_submit));
	clock_wait(self->t->error || self->t->tid[0], 4000);
	if (self->t->error)
		SKIP(return, "no userfaultfd: %s", strerror(self->t->error));
	ASSERT_TRUE(clock_wait(asleep_in_ioctl(self->t, 1), 4000));
	expect_cut_within(_metadata, s, true, KILL_NS);
	EXPECT_TRUE(clock_wait(atomic_load(&self->t->done) || cage_is_empty(&s->cage), 1000));
	EXPECT_EQ(0, atomic_load(&s->usb.state->deaf));
}

/* Opens until it is refused, then reads on all of it. */
static int open_often(void *arg)
{
	struct talk *t = arg;
	int fd;

	for (int i = 0; i < 2000; i++) {
		fd = open(t->path, O_RDWR | O_CLOEXEC);
		if (fd < 0) {
			t->error = errno;
			break;
		}
		t->result[0] = i + 1;
	}
	atomic_store(&t->ready, 1);
	return for_ever();
}

/* END-2: the number of open files is bounded, and so is the time to revoke them all. */
TEST_F_TIMEOUT(a_task_that, opens_as_often_as_it_can_loses_all_of_it_in_time, 240)
{
	struct scene *s = &self->scene;
	struct claim_facts claim;

	ASSERT_EQ(0, begin(s, self->t, s->usb.node, open_often));
	ASSERT_TRUE(clock_wait(atomic_load(&self->t->ready), 60000));
	EXPECT_EQ(EMFILE, self->t->error);
	ASSERT_EQ(0, helper_claim_get(&s->helper, s->cage.claim[0], &claim));
	EXPECT_EQ(self->t->result[0], (int)claim.guards);
	TH_LOG("%d open files", self->t->result[0]);
	expect_cut_in_time(_metadata, s, true);
}

/* A reader that forks another reader before it reads. */
static int fork_for_ever(void *arg)
{
	struct talk *t = arg;
	int fd = open(t->path, O_RDWR | O_CLOEXEC);
	unsigned char buf[512];

	for (;;) {
		/* 40 at a time, so that the machine goes on */
		while (atomic_load(&t->forks) >= 40)
			clock_pause();
		atomic_fetch_add(&t->forks, 1);
		if (!fork()) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			if (usbfs_bulk(fd, t->source, buf, sizeof(buf), 0) > 0)
				usbfs_bulk(fd, t->mute, buf, sizeof(buf), 0);
			atomic_fetch_add(&t->done, 1);
			atomic_fetch_sub(&t->forks, 1);
			_exit(0);
		}
	}
}

/* END-2 */
TEST_F_TIMEOUT(a_task_that, forks_readers_all_the_time_loses_its_device_in_time, 120)
{
	struct scene *s = &self->scene;

	ASSERT_EQ(0, begin(s, self->t, s->usb.node, fork_for_ever));
	ASSERT_TRUE(clock_wait(atomic_load(&self->t->forks) >= 40, 20000));
	expect_cut_in_time(_metadata, s, false);
	EXPECT_TRUE(clock_wait(atomic_load(&self->t->done) >= 40, 2000))
		TH_LOG("%d of 40 readers are back", atomic_load(&self->t->done));
}

static int leak(void *arg)
{
	struct talk *t = arg;
	int fd = open(t->path, O_RDWR | O_CLOEXEC);

	t->error = fd < 0 ? errno : -usbfs_claim(fd) ?: -pass_send(t->sock, fd);
	atomic_store(&t->ready, 1);
	return 0;
}

/* END-2, END-4: a descriptor that outlives the process tree holds nothing. */
TEST_F_TIMEOUT(a_task_that, leaks_its_descriptor_and_exits_keeps_nothing, 120)
{
	struct scene *s = &self->scene;
	unsigned char buf[512];
	int sock[2], fd, other;
	struct event e;

	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sock));
	self->t->sock = sock[0];
	ASSERT_EQ(0, begin(s, self->t, s->usb.node, leak));
	ASSERT_TRUE(clock_wait(atomic_load(&self->t->ready), 5000));
	ASSERT_EQ(0, self->t->error);
	fd = pass_receive(sock[1]);
	ASSERT_LE(0, fd);
	ASSERT_TRUE(clock_wait(cage_is_empty(&s->cage), 2000));
	ASSERT_EQ(0, helper_task_end(&s->helper, s->cage.task, 0));
	ASSERT_EQ(0, helper_event_wait(&s->ear, s->cage.task, DEVTASK_EVENT_KIND_ENDED, &e, 2000));
	other = open(s->usb.node, O_RDWR | O_CLOEXEC);
	EXPECT_EQ(0, usbfs_claim(other));
	EXPECT_EQ(GADGET_RECORD, usbfs_bulk(other, s->usb.source, buf, 512, 2000));
	EXPECT_EQ(-ENODEV, usbfs_capabilities(fd));
	close(other);
	close(fd);
}

static int sleep_in_read(void *arg)
{
	struct talk *t = arg;
	int fd = open(t->path, O_RDWR | O_CLOEXEC);
	char buf[64];

	t->tid[0] = gettid();
	t->result[0] = read(fd, buf, sizeof(buf)) < 0 ? -errno : 0;
	atomic_store(&t->done, 1);
	return for_ever();
}

/* END-2: only an administrator can move it; the device is taken back all the same. */
TEST_F_TIMEOUT(a_task_that, is_moved_out_of_its_cgroup_while_it_sleeps_loses_its_device, 120)
{
	struct scene *s = &self->scene;
	char pid[16];
	struct event e;
	int fd;

	ASSERT_EQ(0, begin(s, self->t, s->hid.node, sleep_in_read));
	ASSERT_TRUE(clock_wait(self->t->tid[0] && blocked_thread_asleep(self->t->tid[0], SYS_read),
			       5000));
	fd = open("/sys/fs/cgroup/cgroup.procs", O_WRONLY | O_CLOEXEC);
	snprintf(pid, sizeof(pid), "%d", self->t->tid[0]);
	ASSERT_LT(0, write(fd, pid, strlen(pid)));
	close(fd);
	ASSERT_EQ(0, cage_cut(&s->cage));
	EXPECT_EQ(0, helper_event_wait(&s->ear, s->cage.task, DEVTASK_EVENT_KIND_REVOKED, &e, 3000));
	EXPECT_TRUE(clock_wait(atomic_load(&self->t->done), 3000));
	EXPECT_EQ(-ENODEV, self->t->result[0]);
	kill(self->t->tid[0], SIGKILL);
}

TEST_HARNESS_MAIN
