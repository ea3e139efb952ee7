// SPDX-License-Identifier: GPL-2.0-only
/*
 * Revocation while the task sleeps inside the driver, in every call that can sleep and in
 * every way in which it can have come by the descriptor.
 *
 *	task: sleeping in CALL on HOW  --  cut  -->  back within 50 ms, error
 *	device: no transfer any more            others: claim and use it at once
 */
#include <fcntl.h>
#include <poll.h>

#include "kselftest_harness.h"

#include "blocked.h"
#include "clock.h"
#include "scene.h"
#include "usbfs.h"

#define LIMIT_NS (50 * NSEC_PER_MSEC)
#define TEST_TIMEOUT_S 300

FIXTURE(a_task_blocked_in)
{
	struct scene scene;
	struct blocked *b;
};

FIXTURE_VARIANT(a_task_blocked_in)
{
	enum blocked_call call;
	enum blocked_how how;
	int device;
};

#define VARIANT(name, what, way, dev)					\
	FIXTURE_VARIANT_ADD(a_task_blocked_in, name) {			\
		.call = what, .how = way, .device = dev,		\
	}

#define EVERY_WAY(name, what, dev)					\
	VARIANT(name##_in_one_thread, what, BLOCKED_ONE, dev);		\
	VARIANT(name##_in_eight_threads, what, BLOCKED_EIGHT, dev);	\
	VARIANT(name##_on_a_duplicate, what, BLOCKED_DUP, dev);		\
	VARIANT(name##_in_a_child, what, BLOCKED_FORK, dev);		\
	VARIANT(name##_on_a_passed_descriptor, what, BLOCKED_PASSED, dev)

EVERY_WAY(hid_read, BLOCKED_READ, SCENE_HID);
EVERY_WAY(hid_poll, BLOCKED_POLL, SCENE_HID);
EVERY_WAY(hid_epoll, BLOCKED_EPOLL, SCENE_HID);
EVERY_WAY(hid_uring_read_in_a_worker, BLOCKED_URING_WORKER, SCENE_HID);
EVERY_WAY(hid_uring_read_armed, BLOCKED_URING_ARMED, SCENE_HID);
EVERY_WAY(hid_uring_poll, BLOCKED_URING_POLL, SCENE_HID);
EVERY_WAY(hid_feature_request, BLOCKED_FEATURE, SCENE_HID);
EVERY_WAY(usb_bulk_without_timeout, BLOCKED_BULK, SCENE_USB);
EVERY_WAY(usb_control_without_timeout, BLOCKED_CONTROL, SCENE_USB);
EVERY_WAY(usb_reap_with_a_pending_transfer, BLOCKED_REAP, SCENE_USB);
EVERY_WAY(usb_reap_with_none_pending, BLOCKED_REAP_IDLE, SCENE_USB);
EVERY_WAY(usb_poll, BLOCKED_USB_POLL, SCENE_USB);

FIXTURE_SETUP(a_task_blocked_in)
{
	struct scene *s = &self->scene;
	const char *node;

	ASSERT_EQ(0, scene_open(s, variant->device));
	node = variant->device == SCENE_HID ? s->hid.node : s->usb.node;
	if (variant->device == SCENE_HID)
		atomic_store(&s->hid.state->silent, 1);
	self->b = cage_share(sizeof(*self->b));
	self->b->call = variant->call;
	self->b->how = variant->how;
	self->b->mute = s->usb.mute;
	strcpy(self->b->path, node);
	ASSERT_EQ(0, cage_begin(&s->cage, &s->helper, DEVTASK_TYPE_SERVICING, node))
		TH_LOG("%s", s->helper.sentence);
	ASSERT_LT(0, cage_spawn(&s->cage, blocked_task, self->b));
	ASSERT_TRUE(clock_wait(self->b->error || blocked_asleep(self->b), 10000))
		TH_LOG("the task does not fall asleep in the call; first call said %d",
		       self->b->one[0].ret);
	ASSERT_EQ(0, self->b->error);
}

FIXTURE_TEARDOWN(a_task_blocked_in)
{
	scene_close(&self->scene);
}

static unsigned int traffic(struct scene *s)
{
	return s->usb.state ? gadget_traffic(&s->usb) : hid_traffic(&s->hid);
}

/* The error that the call itself is to bring back. */
static bool right_answer(const struct blocked *b, const struct blocked_one *o)
{
	switch (b->call) {
	case BLOCKED_POLL:
	case BLOCKED_EPOLL:
	case BLOCKED_USB_POLL:
	case BLOCKED_URING_POLL:
		return (o->revents & (POLLERR | POLLHUP)) == (POLLERR | POLLHUP);
	case BLOCKED_REAP:	/* or the transfer itself, with the status of a dead one */
		return o->ret == -ENODEV || o->ret == -ESHUTDOWN || o->ret == -ENOENT;
	default:
		return o->ret == -ENODEV;
	}
}

/* END-2, RUN-7 */
TEST_F_TIMEOUT(a_task_blocked_in, is_back_within_50_ms_and_the_device_is_free, TEST_TIMEOUT_S)
{
	struct scene *s = &self->scene;
	struct blocked *b = self->b;
	unsigned int seen;
	struct event e;
	uint64_t cut;

	cut = clock_now_ns();
	ASSERT_EQ(0, cage_cut(&s->cage)) TH_LOG("%s", s->helper.sentence);
	EXPECT_TRUE(clock_wait(blocked_all_back(b), 5000));
	for (int i = 0; i < b->threads; i++) {
		struct blocked_one *o = &b->one[i];

		EXPECT_TRUE(atomic_load(&o->back)) TH_LOG("thread %d is still in the call", i);
		if (!atomic_load(&o->back))
			continue;
		EXPECT_GT(LIMIT_NS * clock_slow(), o->back_ns - cut)
			TH_LOG("thread %d took %.1f ms", i, (o->back_ns - cut) / 1e6);
		EXPECT_TRUE(right_answer(b, o))
			TH_LOG("thread %d: returned %d, revents %#x", i, o->ret, o->revents);
	}
	ASSERT_EQ(0, helper_event_wait(&s->ear, s->cage.task, DEVTASK_EVENT_KIND_REVOKED, &e, 5000));
	EXPECT_GT(LIMIT_NS * clock_slow(), e.time_ns - cut)
		TH_LOG("event after %.1f ms", (e.time_ns - cut) / 1e6);

	if (variant->device == SCENE_USB) {
		unsigned char record[512];
		int fd = open(s->usb.node, O_RDWR | O_CLOEXEC);
		uint64_t asked = clock_now_ns();

		EXPECT_EQ(0, usbfs_claim(fd));
		EXPECT_EQ(GADGET_RECORD, usbfs_bulk(fd, s->usb.source, record, 512, 2000));
		EXPECT_GT(LIMIT_NS * clock_slow(), clock_now_ns() - asked);
		EXPECT_EQ(16, usbfs_control(fd, GADGET_ASK, record, 16, 2000));
		EXPECT_EQ(0, usbfs_release(fd));
		close(fd);
	}

	/* The device counts a transfer just after the host has its result. */
	clock_sleep_until(clock_now_ns() + 50 * NSEC_PER_MSEC);
	seen = traffic(s);
	atomic_store(&b->again, 1);
	EXPECT_TRUE(clock_wait(atomic_load(&b->all_done), 5000));
	EXPECT_EQ(seen, traffic(s)) TH_LOG("a transfer has reached the device");
	for (int i = 0; i < b->threads; i++) {
		EXPECT_EQ(-ENODEV, b->one[i].read);
		EXPECT_EQ(-ENODEV, b->one[i].ioctl);
		EXPECT_EQ(-ENODEV, b->one[i].map);
		EXPECT_EQ(POLLERR | POLLHUP, b->one[i].poll & (POLLERR | POLLHUP));
		if (variant->device == SCENE_HID) {
			EXPECT_EQ(-ENODEV, b->one[i].write);
		}
	}
}

TEST_HARNESS_MAIN
