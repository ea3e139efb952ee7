// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a servicing task and its app are told besides the cancellation (APP-8, RUN-1), and the
 * phase in which the task must not be broken off (APP-9).
 */
#include <fcntl.h>
#include <poll.h>

#include "kselftest_harness.h"

#include "app.h"
#include "ask.h"
#include "clock.h"
#include "play.h"
#include "scene.h"
#include "worker.h"

#define KEPT 32		/* as linux/devtask_app.h says */

FIXTURE(servicing)
{
	struct scene scene;
	struct cage cage;
	struct worker *worker;
	int fd;
};

FIXTURE_SETUP(servicing)
{
	struct wire *w;

	ASSERT_EQ(0, scene_open(&self->scene, SCENE_HID));
	w = &self->scene.helper;
	self->fd = app_open(O_CLOEXEC);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(1, play_register(w, self->fd, DEVTASK_TYPE_SERVICING, "update", NULL));
	ASSERT_EQ(0, play_run(w, self->fd, 1, &self->cage, self->scene.hid.node));
	self->worker = worker_hire(&self->cage);
	ASSERT_TRUE(self->worker);
}

FIXTURE_TEARDOWN(servicing)
{
	close(self->fd);
	cage_close(&self->cage);
	scene_close(&self->scene);
}

static int event(struct scene *s, struct cage *cage, enum devtask_event_kind kind,
		 struct event *e)
{
	return helper_event_wait(&s->ear, cage->task, kind, e, 5000);
}

/* The next event of the app that is of this kind; others are passed over. */
static int hear(int fd, enum devtask_app_event_kind kind, struct app_event *e)
{
	int err;

	do {
		err = app_next(fd, e, 5000);
	} while (!err && e->head.kind != kind);
	return err;
}

/* What the task's own session gives: the event in @buf, its size as the result. */
static int read_own(struct worker *w)
{
	ssize_t n = read(w->door, w->buf, sizeof(w->buf));

	return n < 0 ? -errno : (int)n;
}

static int poll_own(struct worker *w)
{
	struct pollfd p = { .fd = w->door, .events = POLLIN | POLLPRI };

	poll(&p, 1, w->arg);
	return p.revents;
}

static struct devtask_app_event *own(struct worker *w)
{
	return (struct devtask_app_event *)w->buf;
}

static int seq_of_info(struct worker *w)
{
	struct devtask_app_info info;

	return app_info(w->door, &info) ?: (int)info.seq;
}

/* Out, and in again as a new claim; the event of each. */
static int reboot_device(struct scene *s, struct cage *cage)
{
	struct event e;
	int err;

	hid_unplug(&s->hid);
	err = event(s, cage, DEVTASK_EVENT_KIND_DETACHED, &e) ?: hid_plug(&s->hid);
	return err ?: helper_claim_replace(&s->helper, cage->task, s->hid.node, cage->claim[0],
					   &cage->claim[0]);
}

#define EXPECT_OWN(_kind, _seq, _flags) do {						\
	ASSERT_EQ(sizeof(struct devtask_app_event), (size_t)worker_do(w, read_own, 0));	\
	EXPECT_EQ(_kind, own(w)->kind);							\
	EXPECT_EQ((uint64_t)(_seq), own(w)->seq);					\
	EXPECT_EQ((uint32_t)(_flags), own(w)->flags);					\
	EXPECT_EQ(0, own(w)->claim);							\
	EXPECT_STREQ(HELPER_TRIGGER, own(w)->trigger);					\
} while (0)

/* APP-8 */
TEST_F_TIMEOUT(servicing, task_and_app_are_told_that_the_device_is_gone_and_back, 120)
{
	struct worker *w = self->worker;
	struct app_event e;

	EXPECT_EQ(-EAGAIN, worker_do(w, read_own, 0));
	EXPECT_EQ(0, worker_do(w, poll_own, 0));
	ASSERT_EQ(0, reboot_device(&self->scene, &self->cage)) TH_LOG("%s", self->scene.helper.sentence);
	ASSERT_EQ(0, hear(self->fd, DEVTASK_APP_EVENT_DEVICE, &e));
	EXPECT_EQ(0, e.head.flags);
	EXPECT_EQ(0, e.head.claim);
	EXPECT_EQ(1, e.head.registration);
	ASSERT_EQ(0, hear(self->fd, DEVTASK_APP_EVENT_DEVICE, &e));
	EXPECT_EQ(DEVTASK_APP_EVENT_HAS_DEVICE, e.head.flags);
	/* A program that waits for its cancellation alone is not woken. */
	EXPECT_EQ(POLLPRI, worker_do(w, poll_own, 5000));
	EXPECT_EQ(2, worker_do(w, seq_of_info, 0));
	EXPECT_OWN(DEVTASK_APP_EVENT_DEVICE, 1, 0);
	EXPECT_OWN(DEVTASK_APP_EVENT_DEVICE, 2, DEVTASK_APP_EVENT_HAS_DEVICE);
	EXPECT_EQ(-EAGAIN, worker_do(w, read_own, 0));
	EXPECT_EQ(0, worker_do(w, poll_own, 0));
	ASSERT_EQ(0, app_cancel(self->fd, 1));
	EXPECT_EQ(POLLIN | POLLHUP, worker_do(w, poll_own, 5000));
	EXPECT_EQ(3, worker_do(w, seq_of_info, 0));
	EXPECT_OWN(DEVTASK_APP_EVENT_CANCELED, 3, DEVTASK_APP_EVENT_HAS_REASON);
	EXPECT_EQ(0, worker_do(w, read_own, 0));
	ASSERT_EQ(0, hear(self->fd, DEVTASK_APP_EVENT_CANCELED, &e));
}

static int reopen_own(struct worker *w)
{
	close(w->door);
	w->door = app_open(O_CLOEXEC | O_NONBLOCK);
	return w->door < 0 ? w->door : 0;
}

/* APP-4 for the task: the newest 32 are kept, the others are counted. */
TEST_F_TIMEOUT(servicing, a_task_that_does_not_read_is_told_how_much_it_has_missed, 300)
{
	struct worker *w = self->worker;

	for (int i = 0; i < KEPT / 2 + 2; i++)
		ASSERT_EQ(0, reboot_device(&self->scene, &self->cage));
	EXPECT_OWN(DEVTASK_APP_EVENT_DEVICE, 5, 0);
	EXPECT_EQ(4, own(w)->lost);
	EXPECT_OWN(DEVTASK_APP_EVENT_DEVICE, 6, DEVTASK_APP_EVENT_HAS_DEVICE);
	EXPECT_EQ(0, own(w)->lost);
	ASSERT_EQ(0, worker_do(w, reopen_own, 0));
	EXPECT_EQ(POLLPRI, worker_do(w, poll_own, 0));
	for (int i = 0; i < KEPT; i++)
		EXPECT_OWN(DEVTASK_APP_EVENT_DEVICE, 5 + i, i % 2 ? DEVTASK_APP_EVENT_HAS_DEVICE : 0);
	EXPECT_EQ(-EAGAIN, worker_do(w, read_own, 0));
}

/* RUN-1: both are told, once. */
TEST_F_TIMEOUT(servicing, task_and_app_are_warned_a_minute_before_the_limit, 4000)
{
	struct worker *w = self->worker;
	struct app_event e;

	clock_sleep_until(clock_now_ns() + 1735 * NSEC_PER_SEC);
	EXPECT_EQ(0, worker_do(w, poll_own, 0));
	clock_sleep_until(clock_now_ns() + 6 * NSEC_PER_SEC);
	EXPECT_EQ(POLLPRI, worker_do(w, poll_own, 0));
	EXPECT_OWN(DEVTASK_APP_EVENT_WARNING, 1, 0);
	EXPECT_LE(1740 * NSEC_PER_SEC, own(w)->measured);
	EXPECT_GE(1740 * NSEC_PER_SEC + 20 * NSEC_PER_MSEC * clock_slow(), own(w)->measured);
	EXPECT_EQ(1800 * NSEC_PER_SEC, own(w)->required);
	ASSERT_EQ(0, hear(self->fd, DEVTASK_APP_EVENT_WARNING, &e));
	EXPECT_EQ(own(w)->measured, e.head.measured);
	EXPECT_EQ(1800 * NSEC_PER_SEC, e.head.required);
	EXPECT_EQ(0, e.head.flags);
	clock_sleep_until(clock_now_ns() + 60 * NSEC_PER_SEC);
	EXPECT_OWN(DEVTASK_APP_EVENT_CANCELED, 2, DEVTASK_APP_EVENT_HAS_REASON);
	EXPECT_EQ(DEVTASK_DETAIL_WALL_CLOCK, own(w)->detail);
	ASSERT_EQ(0, app_next(self->fd, &e, 5000));
	EXPECT_EQ(DEVTASK_APP_EVENT_CANCELED, e.head.kind) TH_LOG("warned twice?");
}

static int set_unsafe(struct worker *w)
{
	return app_unsafe(w->door, w->arg);
}

/* APP-9 */
TEST_F(servicing, an_unsafe_phase_is_broken_off_by_nobody_who_has_not_confirmed_it)
{
	struct wire *h = &self->scene.helper;
	struct worker *w = self->worker;
	struct task_facts task;
	struct app_event a;
	struct event e;

	EXPECT_EQ(-EINVAL, worker_do(w, set_unsafe, 2));
	EXPECT_EQ(-EPERM, app_unsafe(self->fd, 1));
	ASSERT_EQ(0, worker_do(w, set_unsafe, 1));
	ASSERT_EQ(0, helper_task_get(h, self->cage.task, &task));
	EXPECT_EQ(1, task.unsafe);
	EXPECT_EQ(-EBUSY, helper_task_abort(h, self->cage.task));
	EXPECT_TRUE(strstr(h->sentence, "confirm"));
	EXPECT_EQ(-EBUSY, helper_task_cancel(h, self->cage.task, DEVTASK_REASON_ABORT,
					     DEVTASK_DETAIL_BY_ADMIN));
	ASSERT_EQ(0, helper_task_get(h, self->cage.task, &task));
	EXPECT_EQ(DEVTASK_STATE_RUNNING, task.state);
	EXPECT_FALSE(task.canceled);
	ASSERT_EQ(0, helper_task_abort_confirmed(h, self->cage.task));
	ASSERT_EQ(0, event(&self->scene, &self->cage, DEVTASK_EVENT_KIND_CANCELED, &e));
	EXPECT_EQ(DEVTASK_DETAIL_BY_ADMIN, e.detail);
	EXPECT_EQ(1, e.unsafe);
	ASSERT_EQ(0, hear(self->fd, DEVTASK_APP_EVENT_CANCELED, &a));
	EXPECT_EQ(DEVTASK_APP_EVENT_HAS_REASON | DEVTASK_APP_EVENT_UNSAFE, a.head.flags);
	EXPECT_OWN(DEVTASK_APP_EVENT_CANCELED, 1,
		   DEVTASK_APP_EVENT_HAS_REASON | DEVTASK_APP_EVENT_UNSAFE);
	EXPECT_EQ(-EALREADY, helper_task_abort(h, self->cage.task));
	/* It may say that it is through, and no new phase begins. */
	EXPECT_EQ(0, worker_do(w, set_unsafe, 0));
	EXPECT_EQ(-ECANCELED, worker_do(w, set_unsafe, 1));
	ASSERT_EQ(0, helper_task_get(h, self->cage.task, &task));
	EXPECT_EQ(0, task.unsafe);
}

/* APP-9: after the phase everything is as before. */
TEST_F(servicing, a_phase_that_is_over_holds_up_nobody)
{
	struct wire *h = &self->scene.helper;
	struct worker *w = self->worker;
	struct event e;

	ASSERT_EQ(0, worker_do(w, set_unsafe, 1));
	ASSERT_EQ(0, worker_do(w, set_unsafe, 0));
	ASSERT_EQ(0, helper_task_abort(h, self->cage.task));
	ASSERT_EQ(0, event(&self->scene, &self->cage, DEVTASK_EVENT_KIND_CANCELED, &e));
	EXPECT_EQ(0, e.unsafe);
}

/* APP-9, RUN-1, RUN-7: a rule does not ask. */
TEST_F(servicing, a_rule_breaks_off_an_unsafe_phase_and_it_is_told)
{
	struct worker *w = self->worker;
	struct event e;

	ASSERT_EQ(0, worker_do(w, set_unsafe, 1));
	ASSERT_EQ(0, cage_cut(&self->cage));
	ASSERT_EQ(0, event(&self->scene, &self->cage, DEVTASK_EVENT_KIND_CANCELED, &e));
	EXPECT_EQ(DEVTASK_DETAIL_CONSENT_REVOKED, e.detail);
	EXPECT_EQ(1, e.unsafe);
}

/* APP-9, END-3: the app is the one who knows. */
TEST_F(servicing, an_app_may_break_off_an_unsafe_phase_and_it_is_told)
{
	struct worker *w = self->worker;
	struct event e;

	ASSERT_EQ(0, worker_do(w, set_unsafe, 1));
	ASSERT_EQ(0, app_unregister(self->fd, 1, true));
	ASSERT_EQ(0, event(&self->scene, &self->cage, DEVTASK_EVENT_KIND_CANCELED, &e));
	EXPECT_EQ(DEVTASK_DETAIL_BY_APP, e.detail);
	EXPECT_EQ(1, e.unsafe);
}

TEST_HARNESS_MAIN
