// SPDX-License-Identifier: GPL-2.0-only
/*
 * The five-second rule at its real limit, in virtual time: what counts as an I/O, when the
 * window starts, and to which millisecond a task that stops is cancelled.
 */
#include <fcntl.h>
#include <linux/hidraw.h>
#include <sys/ioctl.h>

#include "kselftest_harness.h"

#include "clock.h"
#include "scene.h"
#include "usbfs.h"

#define INTERVAL_NS (5 * NSEC_PER_SEC)
#define TOLERANCE_NS (10 * NSEC_PER_MSEC)
#define TEST_TIMEOUT_S 600

struct work {
	char path[64];
	unsigned char source, sink, mute, deaf;
	int rounds;
	uint64_t every_ns;
	int (*once)(int fd, struct work *w);
	int error;
	atomic_int rounds_done;
	/* around the last completed I/O */
	_Atomic uint64_t before_ns, after_ns;
};

FIXTURE(a_use_task)
{
	struct scene scene;
	struct work *w;
};

FIXTURE_SETUP(a_use_task)
{
	struct scene *s = &self->scene;

	ASSERT_EQ(0, scene_open(s, SCENE_USB | SCENE_HID));
	self->w = cage_share(sizeof(*self->w));
	self->w->source = s->usb.source;
	self->w->sink = s->usb.sink;
	self->w->mute = s->usb.mute;
	self->w->deaf = s->usb.deaf;
}

FIXTURE_TEARDOWN(a_use_task)
{
	scene_close(&self->scene);
}

/* Does w->once every w->every_ns, w->rounds times, then nothing for ever. */
static int work_task(void *arg)
{
	struct work *w = arg;
	int fd = open(w->path, O_RDWR | O_CLOEXEC);
	uint64_t next = clock_now_ns(), before;

	if (fd < 0) {
		w->error = errno;
		return 1;
	}
	if (strstr(w->path, "usb") && usbfs_claim(fd)) {
		w->error = EBUSY;
		return 1;
	}
	for (int i = 0; i < w->rounds; i++) {
		before = clock_now_ns();
		if (w->once(fd, w)) {
			w->error = EIO;
			return 1;
		}
		w->after_ns = clock_now_ns();
		w->before_ns = before;
		w->rounds_done = i + 1;
		next += w->every_ns;
		clock_sleep_until(next);
	}
	for (;;)
		pause();
}

static int hid_write(int fd, struct work *w)
{
	unsigned char out[9] = { 0, 1, 2, 3 };

	(void)w;
	return write(fd, out, sizeof(out)) == sizeof(out) ? 0 : -1;
}

static int usb_bulk(int fd, struct work *w)
{
	unsigned char buf[512];

	return usbfs_bulk(fd, w->source, buf, sizeof(buf), 1000) == GADGET_RECORD ? 0 : -1;
}

static int usb_reap(int fd, struct work *w)
{
	struct usbdevfs_urb urb, *done;
	unsigned char buf[512];

	return usbfs_submit(fd, &urb, w->source, buf, sizeof(buf)) ?:
	       usbfs_reap(fd, &done) ?: urb.status;
}

static int run(struct scene *s, struct work *w, const char *node, int (*once)(int, struct work *),
	       int rounds, uint64_t every_ns)
{
	int err;

	strcpy(w->path, node);
	w->once = once;
	w->rounds = rounds;
	w->every_ns = every_ns;
	err = cage_begin(&s->cage, &s->helper, DEVTASK_TYPE_USE, node);
	if (err)
		return err;
	err = cage_spawn(&s->cage, work_task, w);
	return err < 0 ? err : 0;
}

static int started_and_canceled(struct scene *s, struct event *started, struct event *canceled,
				int ms)
{
	return helper_event_wait(&s->ear, s->cage.task, DEVTASK_EVENT_KIND_STARTED, started, 1000) ?:
	       helper_event_wait(&s->ear, s->cage.task, DEVTASK_EVENT_KIND_CANCELED, canceled, ms);
}

static void expect_idle(struct __test_metadata *_metadata, const struct event *e)
{
	EXPECT_EQ(DEVTASK_REASON_IDLE_TASK, e->reason);
	EXPECT_EQ(DEVTASK_DETAIL_NO_IO, e->detail);
	EXPECT_EQ(INTERVAL_NS, e->required_ns);
	EXPECT_LE(INTERVAL_NS, e->measured_ns);
	EXPECT_GE(INTERVAL_NS + TOLERANCE_NS, e->measured_ns);
}

static void expect_5s_after_last_io(struct __test_metadata *_metadata, struct scene *s,
				    struct work *w, const char *node,
				    int (*once)(int, struct work *))
{
	struct event started, e;

	ASSERT_EQ(0, run(s, w, node, once, 7, 333 * NSEC_PER_MSEC)) TH_LOG("%s", s->helper.sentence);
	ASSERT_EQ(0, started_and_canceled(s, &started, &e, 30000));
	EXPECT_EQ(0, w->error);
	EXPECT_EQ(7, w->rounds_done);
	EXPECT_LE(INTERVAL_NS, e.time_ns - w->before_ns);
	EXPECT_GE(INTERVAL_NS + TOLERANCE_NS, e.time_ns - w->after_ns);
	TH_LOG("cancelled %.3f ms after the last I/O", (e.time_ns - w->after_ns) / 1e6);
	expect_idle(_metadata, &e);
}

/* RUN-3 */
TEST_F_TIMEOUT(a_use_task, that_stops_writing_hid_reports_is_cancelled_after_5s, TEST_TIMEOUT_S)
{
	expect_5s_after_last_io(_metadata, &self->scene, self->w, self->scene.hid.node, hid_write);
}

/* RUN-3 */
TEST_F_TIMEOUT(a_use_task, that_stops_bulk_transfers_is_cancelled_after_5s, TEST_TIMEOUT_S)
{
	expect_5s_after_last_io(_metadata, &self->scene, self->w, self->scene.usb.node, usb_bulk);
}

/* RUN-3 */
TEST_F_TIMEOUT(a_use_task, that_stops_reaping_is_cancelled_after_5s, TEST_TIMEOUT_S)
{
	expect_5s_after_last_io(_metadata, &self->scene, self->w, self->scene.usb.node, usb_reap);
}

/* RUN-3 */
TEST_F_TIMEOUT(a_use_task, with_an_io_every_4900_ms_runs_on, TEST_TIMEOUT_S)
{
	struct scene *s = &self->scene;
	struct task_facts facts;
	struct event started, e;

	ASSERT_EQ(0, run(s, self->w, s->usb.node, usb_bulk, 12, 4900 * NSEC_PER_MSEC));
	ASSERT_EQ(0, started_and_canceled(s, &started, &e, 90000));
	EXPECT_EQ(12, self->w->rounds_done);
	EXPECT_LE(INTERVAL_NS, e.time_ns - self->w->before_ns);
	EXPECT_GE(INTERVAL_NS + TOLERANCE_NS, e.time_ns - self->w->after_ns);
	EXPECT_EQ(0, helper_task_get(&s->helper, s->cage.task, &facts));
	EXPECT_EQ(12, facts.ops);
	EXPECT_EQ(12 * GADGET_RECORD, facts.bytes);
}

/* RUN-3: the first window starts when the entry point starts, not before. */
TEST_F_TIMEOUT(a_use_task, has_5s_from_its_start_for_its_first_io, TEST_TIMEOUT_S)
{
	struct scene *s = &self->scene;
	struct task_wish wish = { .type = DEVTASK_TYPE_USE };
	struct event started, e;

	ASSERT_EQ(0, cage_make(&s->cage, &s->helper, &wish));
	ASSERT_EQ(0, cage_claim(&s->cage, s->hid.node));
	strcpy(self->w->path, s->hid.node);
	ASSERT_LT(0, cage_spawn(&s->cage, work_task, self->w));
	clock_sleep_until(clock_now_ns() + 20 * NSEC_PER_SEC);
	ASSERT_EQ(0, cage_start(&s->cage));
	ASSERT_EQ(0, started_and_canceled(s, &started, &e, 20000));
	EXPECT_LE(INTERVAL_NS, e.time_ns - started.time_ns);
	EXPECT_GE(INTERVAL_NS + TOLERANCE_NS, e.time_ns - started.time_ns);
	expect_idle(_metadata, &e);
}

/* Whatever it does, it is cancelled 5 s after its start, and nothing was counted. */
static void expect_no_io(struct __test_metadata *_metadata, struct scene *s, struct work *w,
			 const char *node, int (*once)(int, struct work *), uint64_t every_ns)
{
	struct task_facts facts;
	struct event started, e;

	ASSERT_EQ(0, run(s, w, node, once, 1000, every_ns));
	ASSERT_EQ(0, started_and_canceled(s, &started, &e, 30000))
		TH_LOG("not cancelled; rounds %d, error %d", w->rounds_done, w->error);
	EXPECT_EQ(0, w->error);
	EXPECT_LT(0, w->rounds_done);
	EXPECT_LE(INTERVAL_NS, e.time_ns - started.time_ns);
	EXPECT_GE(INTERVAL_NS + TOLERANCE_NS, e.time_ns - started.time_ns);
	expect_idle(_metadata, &e);
	EXPECT_EQ(0, e.ops);
	EXPECT_EQ(0, helper_task_get(&s->helper, s->cage.task, &facts));
	EXPECT_EQ(0, facts.ops);
	EXPECT_EQ(0, facts.bytes);
}

static int submit_for_ever(int fd, struct work *w)
{
	static struct usbdevfs_urb urb[64];
	static unsigned char buf[64][512];
	int i = w->rounds_done % 64;

	return usbfs_submit(fd, &urb[i], i & 1 ? w->mute : w->deaf, buf[i], 512);
}

/* RUN-3 */
TEST_F_TIMEOUT(a_use_task, gains_nothing_by_submitting, TEST_TIMEOUT_S)
{
	expect_no_io(_metadata, &self->scene, self->w, self->scene.usb.node, submit_for_ever,
		     500 * NSEC_PER_MSEC);
}

static int time_out(int fd, struct work *w)
{
	unsigned char buf[512];

	return usbfs_bulk(fd, w->mute, buf, sizeof(buf), 100) == -ETIMEDOUT &&
	       usbfs_control(fd, GADGET_HANG, buf, 16, 100) == -ETIMEDOUT ? 0 : -1;
}

/* RUN-3 */
TEST_F_TIMEOUT(a_use_task, gains_nothing_by_failing_transfers, TEST_TIMEOUT_S)
{
	expect_no_io(_metadata, &self->scene, self->w, self->scene.usb.node, time_out,
		     500 * NSEC_PER_MSEC);
}

/* A discarded transfer is reaped, but it has not succeeded. */
static int discard(int fd, struct work *w)
{
	struct usbdevfs_urb urb, *done = NULL;
	unsigned char buf[512];

	if (usbfs_submit(fd, &urb, w->mute, buf, sizeof(buf)) || usbfs_discard(fd, &urb))
		return -1;
	return usbfs_reap(fd, &done) || done != &urb || !urb.status;
}

/* RUN-3 */
TEST_F_TIMEOUT(a_use_task, gains_nothing_by_reaping_failed_transfers, TEST_TIMEOUT_S)
{
	expect_no_io(_metadata, &self->scene, self->w, self->scene.usb.node, discard,
		     500 * NSEC_PER_MSEC);
}

/* Questions that the kernel answers by itself. */
static int ask_usbfs(int fd, struct work *w)
{
	struct usbdevfs_getdriver driver = { .interface = 0 };
	struct usbdevfs_connectinfo info;
	struct usbdevfs_urb *done;
	unsigned char buf[64];

	(void)w;
	lseek(fd, 0, SEEK_SET);
	if (usbfs_capabilities(fd) || ioctl(fd, USBDEVFS_GETDRIVER, &driver) ||
	    ioctl(fd, USBDEVFS_CONNECTINFO, &info) || read(fd, buf, sizeof(buf)) <= 0)
		return -1;
	return usbfs_reap_now(fd, &done) == -EAGAIN && !usbfs_release(fd) && !usbfs_claim(fd) ? 0 : -1;
}

/* RUN-3 */
TEST_F_TIMEOUT(a_use_task, gains_nothing_by_asking_usbfs, TEST_TIMEOUT_S)
{
	expect_no_io(_metadata, &self->scene, self->w, self->scene.usb.node, ask_usbfs,
		     500 * NSEC_PER_MSEC);
}

static int ask_hidraw(int fd, struct work *w)
{
	struct hidraw_report_descriptor desc = { .size = 16 };
	struct hidraw_devinfo info;
	char name[64], buf[64];
	int size;

	(void)w;
	if (ioctl(fd, HIDIOCGRAWINFO, &info) || ioctl(fd, HIDIOCGRDESCSIZE, &size) ||
	    ioctl(fd, HIDIOCGRDESC, &desc) || ioctl(fd, HIDIOCGRAWNAME(sizeof(name)), name) < 0)
		return -1;
	fcntl(fd, F_SETFL, O_NONBLOCK);
	return read(fd, buf, sizeof(buf)) < 0 && errno == EAGAIN ? 0 : -1;
}

/* RUN-3 */
TEST_F_TIMEOUT(a_use_task, gains_nothing_by_asking_hidraw, TEST_TIMEOUT_S)
{
	expect_no_io(_metadata, &self->scene, self->w, self->scene.hid.node, ask_hidraw,
		     500 * NSEC_PER_MSEC);
}

static int open_and_close(int fd, struct work *w)
{
	(void)fd;
	fd = open(w->path, O_RDWR | O_CLOEXEC);
	return fd < 0 ? -1 : close(fd);
}

/* RUN-3 */
TEST_F_TIMEOUT(a_use_task, gains_nothing_by_opening, TEST_TIMEOUT_S)
{
	expect_no_io(_metadata, &self->scene, self->w, self->scene.hid.node, open_and_close,
		     500 * NSEC_PER_MSEC);
}

static int read_for_ever(int fd, struct work *w)
{
	char buf[64];

	w->rounds_done = 1;
	return read(fd, buf, sizeof(buf)) < 0 ? 0 : -1;
}

/* RUN-3: waiting is none, and does not keep the rule from firing while the call sleeps. */
TEST_F_TIMEOUT(a_use_task, gains_nothing_by_waiting_in_a_read, TEST_TIMEOUT_S)
{
	expect_no_io(_metadata, &self->scene, self->w, self->scene.hid.node, read_for_ever,
		     500 * NSEC_PER_MSEC);
}

/* RUN-3, RUN-10: the rule can be switched off for one task, and the limit is readable. */
TEST_F_TIMEOUT(a_use_task, says_how_long_ago_its_last_io_was, TEST_TIMEOUT_S)
{
	struct scene *s = &self->scene;
	struct task_facts facts;

	ASSERT_EQ(0, run(s, self->w, s->hid.node, hid_write, 1, NSEC_PER_SEC));
	ASSERT_TRUE(clock_wait(self->w->rounds_done == 1, 2000));
	clock_sleep_until(self->w->after_ns + 3 * NSEC_PER_SEC);
	ASSERT_EQ(0, helper_task_get(&s->helper, s->cage.task, &facts));
	EXPECT_EQ(DEVTASK_STATE_RUNNING, facts.state);
	EXPECT_EQ(INTERVAL_NS, facts.io_interval_ns);
	EXPECT_EQ(1, facts.ops);
	EXPECT_LE(3 * NSEC_PER_SEC, facts.since_io_ns);
	EXPECT_GE(3 * NSEC_PER_SEC + TOLERANCE_NS, facts.since_io_ns);
}

TEST_HARNESS_MAIN
