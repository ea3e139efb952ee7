// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rule "device stays attached": a use task ends with its device, a servicing task does
 * not, and what was open to the device says so.
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>

#include "kselftest_harness.h"

#include "blocked.h"
#include "clock.h"
#include "scene.h"
#include "usbfs.h"

#define NOTICE_NS (200 * NSEC_PER_MSEC)	/* from the cable to the cancellation */

FIXTURE(when_the_device_goes)
{
	struct scene scene;
	struct blocked *b;
};

FIXTURE_SETUP(when_the_device_goes)
{
	ASSERT_EQ(0, scene_open(&self->scene, SCENE_USB | SCENE_HID));
	self->b = cage_share(sizeof(*self->b));
	self->b->mute = self->scene.usb.mute;
}

FIXTURE_TEARDOWN(when_the_device_goes)
{
	scene_close(&self->scene);
}

static int begin(struct scene *s, struct blocked *b, enum devtask_type type, const char *node,
		 enum blocked_call call)
{
	int err = cage_begin(&s->cage, &s->helper, type, node);

	strcpy(b->path, node);
	b->call = call;
	if (err)
		return err;
	err = cage_spawn(&s->cage, blocked_task, b);
	if (err < 0)
		return err;
	return clock_wait(b->error || blocked_asleep(b), 10000) ? -b->error : -ETIMEDOUT;
}

static int event(struct scene *s, enum devtask_event_kind kind, struct event *e, int ms)
{
	return helper_event_wait(&s->ear, s->cage.task, kind, e, ms);
}

static void expect_lost_at_once(struct __test_metadata *_metadata, struct scene *s,
				struct blocked *b, uint64_t pulled)
{
	struct event canceled, revoked;
	struct claim_facts claim;

	ASSERT_EQ(0, event(s, DEVTASK_EVENT_KIND_CANCELED, &canceled, 4000));
	EXPECT_EQ(DEVTASK_REASON_CONDITION_LOSS, canceled.reason);
	EXPECT_EQ(DEVTASK_DETAIL_DEVICE_DETACHED, canceled.detail);
	EXPECT_GT(NOTICE_NS * clock_slow(), canceled.time_ns - pulled)
		TH_LOG("noticed after %.1f ms", (canceled.time_ns - pulled) / 1e6);
	ASSERT_EQ(0, event(s, DEVTASK_EVENT_KIND_REVOKED, &revoked, 1000));
	EXPECT_GT(50 * NSEC_PER_MSEC * clock_slow(), revoked.time_ns - canceled.time_ns);
	EXPECT_EQ(0, helper_claim_get(&s->helper, s->cage.claim[0], &claim));
	EXPECT_NE(DEVTASK_CLAIM_STATE_LIVE, claim.state);
	if (!b->path[0])
		return;
	EXPECT_TRUE(clock_wait(blocked_all_back(b), 1000));
	EXPECT_GT(0, b->one[0].ret);
	atomic_store(&b->again, 1);
	EXPECT_TRUE(clock_wait(atomic_load(&b->all_done), 1000));
	EXPECT_EQ(-ENODEV, b->one[0].read);
	EXPECT_EQ(POLLERR | POLLHUP, b->one[0].poll & (POLLERR | POLLHUP));
}

/* RUN-2, END-1 */
TEST_F_TIMEOUT(when_the_device_goes, a_use_task_in_a_usb_transfer_is_cancelled_and_revoked_at_once, 120)
{
	struct scene *s = &self->scene;
	uint64_t pulled;

	ASSERT_EQ(0, begin(s, self->b, DEVTASK_TYPE_USE, s->usb.node, BLOCKED_BULK));
	pulled = clock_now_ns();
	ASSERT_EQ(0, gadget_unplug(&s->usb));
	expect_lost_at_once(_metadata, s, self->b, pulled);
}

/* RUN-2, END-1 */
TEST_F_TIMEOUT(when_the_device_goes, a_use_task_that_reaps_is_cancelled_and_revoked_at_once, 120)
{
	struct scene *s = &self->scene;
	uint64_t pulled;

	ASSERT_EQ(0, begin(s, self->b, DEVTASK_TYPE_USE, s->usb.node, BLOCKED_REAP));
	pulled = clock_now_ns();
	ASSERT_EQ(0, gadget_unplug(&s->usb));
	expect_lost_at_once(_metadata, s, self->b, pulled);
}

/* RUN-2: the rule is about the device, not about an open file. */
TEST_F_TIMEOUT(when_the_device_goes, a_use_task_that_has_not_opened_it_is_cancelled, 120)
{
	struct scene *s = &self->scene;
	uint64_t pulled;

	ASSERT_EQ(0, cage_begin(&s->cage, &s->helper, DEVTASK_TYPE_USE, s->usb.node));
	pulled = clock_now_ns();
	ASSERT_EQ(0, gadget_unplug(&s->usb));
	expect_lost_at_once(_metadata, s, self->b, pulled);
}

/* RUN-2 */
TEST_F_TIMEOUT(when_the_device_goes, a_use_task_in_a_hid_read_is_cancelled_and_revoked_at_once, 120)
{
	struct scene *s = &self->scene;
	uint64_t pulled;

	ASSERT_EQ(0, begin(s, self->b, DEVTASK_TYPE_USE, s->hid.node, BLOCKED_READ));
	pulled = clock_now_ns();
	hid_unplug(&s->hid);
	expect_lost_at_once(_metadata, s, self->b, pulled);
}

/* RUN-2: as for USB, an open file is not needed for the rule to hold. */
TEST_F_TIMEOUT(when_the_device_goes, a_use_task_that_has_not_opened_its_hid_device_is_cancelled, 120)
{
	struct scene *s = &self->scene;
	uint64_t pulled;

	ASSERT_EQ(0, cage_begin(&s->cage, &s->helper, DEVTASK_TYPE_USE, s->hid.node));
	pulled = clock_now_ns();
	hid_unplug(&s->hid);
	expect_lost_at_once(_metadata, s, self->b, pulled);
}

/* RUN-2: it may go before the entry point has started, too. */
TEST_F_TIMEOUT(when_the_device_goes, a_prepared_use_task_never_starts, 120)
{
	struct task_wish wish = { .type = DEVTASK_TYPE_USE };
	struct scene *s = &self->scene;
	struct event e;

	ASSERT_EQ(0, cage_make(&s->cage, &s->helper, &wish));
	ASSERT_EQ(0, cage_claim(&s->cage, s->usb.node));
	ASSERT_EQ(0, gadget_unplug(&s->usb));
	ASSERT_EQ(0, event(s, DEVTASK_EVENT_KIND_CANCELED, &e, 2000));
	EXPECT_EQ(DEVTASK_DETAIL_DEVICE_DETACHED, e.detail);
	EXPECT_NE(0, cage_start(&s->cage));
	EXPECT_STRNE("", s->helper.sentence);
}

/* RUN-2: reboot and disconnect are allowed in servicing. */
TEST_F_TIMEOUT(when_the_device_goes, a_servicing_task_lives_on_with_a_dead_claim, 120)
{
	struct scene *s = &self->scene;
	struct task_facts task;
	struct claim_facts claim;
	struct event e;

	ASSERT_EQ(0, begin(s, self->b, DEVTASK_TYPE_SERVICING, s->usb.node, BLOCKED_BULK));
	ASSERT_EQ(0, gadget_unplug(&s->usb));
	EXPECT_TRUE(clock_wait(blocked_all_back(self->b), 2000));
	EXPECT_GT(0, self->b->one[0].ret);
	EXPECT_EQ(-ETIMEDOUT, event(s, DEVTASK_EVENT_KIND_CANCELED, &e, 1000));
	ASSERT_EQ(0, helper_task_get(&s->helper, s->cage.task, &task));
	EXPECT_EQ(DEVTASK_STATE_RUNNING, task.state);
	EXPECT_FALSE(task.canceled);
	ASSERT_EQ(0, helper_claim_get(&s->helper, s->cage.claim[0], &claim));
	EXPECT_EQ(DEVTASK_CLAIM_STATE_DETACHED, claim.state);
	atomic_store(&self->b->again, 1);
	EXPECT_TRUE(clock_wait(atomic_load(&self->b->all_done), 1000));
	EXPECT_EQ(-ENODEV, self->b->one[0].read);
	EXPECT_EQ(POLLHUP, self->b->one[0].poll & POLLHUP);
}

/* RUN-2, PRO-10: what was open to the old device stays dead. */
TEST_F_TIMEOUT(when_the_device_goes, an_open_guard_does_not_move_on_to_the_next_one, 120)
{
	struct scene *s = &self->scene;
	unsigned int seen;

	ASSERT_EQ(0, begin(s, self->b, DEVTASK_TYPE_SERVICING, s->hid.node, BLOCKED_READ));
	hid_unplug(&s->hid);
	EXPECT_TRUE(clock_wait(blocked_all_back(self->b), 2000));
	ASSERT_EQ(0, hid_plug(&s->hid));
	seen = hid_traffic(&s->hid);
	atomic_store(&self->b->again, 1);
	EXPECT_TRUE(clock_wait(atomic_load(&self->b->all_done), 1000));
	EXPECT_GT(0, self->b->one[0].read);
	EXPECT_GT(0, self->b->one[0].write);
	EXPECT_EQ(seen, hid_traffic(&s->hid));
}

/*
 * The guarded node is held by O_PATH: when devtmpfs removes the real node, the kernel takes
 * the mount over it away.
 */
static int open_held_node(void *arg)
{
	struct blocked *b = arg;
	int node = open(b->path, O_PATH | O_CLOEXEC);
	char path[64];

	atomic_store(&b->one[0].tid, gettid());
	while (!atomic_load(&b->again))
		clock_pause();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", node);
	b->error = open(path, O_RDWR | O_CLOEXEC) < 0 ? errno : 0;
	atomic_store(&b->all_done, 1);
	return 0;
}

/* RUN-2, PRO-10: hidraw gives the number of the old device to the next one. */
TEST_F_TIMEOUT(when_the_device_goes, the_next_one_with_its_name_is_not_reached_through_the_old_claim,
	       120)
{
	struct scene *s = &self->scene;
	struct blocked *b = self->b;

	ASSERT_EQ(0, cage_begin(&s->cage, &s->helper, DEVTASK_TYPE_SERVICING, s->hid.node));
	strcpy(b->path, s->hid.node);
	ASSERT_LT(0, cage_spawn(&s->cage, open_held_node, b));
	ASSERT_TRUE(clock_wait(atomic_load(&b->one[0].tid), 2000));
	hid_unplug(&s->hid);
	ASSERT_TRUE(clock_wait(access(b->path, F_OK), 2000));
	ASSERT_EQ(0, hid_plug(&s->hid));
	ASSERT_STREQ(b->path, s->hid.node) TH_LOG("the test needs the same number again");
	atomic_store(&b->again, 1);
	ASSERT_TRUE(clock_wait(atomic_load(&b->all_done), 2000));
	EXPECT_EQ(ENODEV, b->error) TH_LOG("the task has opened a device that it never claimed");
}

TEST_HARNESS_MAIN
