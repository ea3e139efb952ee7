// SPDX-License-Identifier: GPL-2.0-only
/*
 * From the request of an app to "completed": verdict, start, progress, result, and each way to
 * give it up.
 */
#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>

#include "kselftest_harness.h"

#include "app.h"
#include "ask.h"
#include "clock.h"
#include "play.h"
#include "scene.h"

FIXTURE(run)
{
	struct scene scene;
	int fd;
	uint32_t reg;
	struct cage cage;
};

FIXTURE_SETUP(run)
{
	ASSERT_EQ(0, scene_open(&self->scene, 0));
	self->fd = app_open(O_CLOEXEC);
	ASSERT_LE(0, self->fd);
	self->reg = play_register(&self->scene.helper, self->fd, DEVTASK_TYPE_USE, "sync", NULL);
	ASSERT_EQ(1, (int)self->reg);
}

FIXTURE_TEARDOWN(run)
{
	close(self->fd);
	cage_close(&self->cage);
	scene_close(&self->scene);
}

static int sync_and_tell(void *arg)
{
	int fd = app_open(O_CLOEXEC);

	(void)arg;
	if (fd < 0 || app_progress(fd, 7) || app_result(fd, "first") || app_result(fd, "12 files"))
		return 1;
	return 42;
}

/* APP-1, APP-3, END-4, spec: ask-answer */
TEST_F(run, an_allowed_request_runs_and_completes)
{
	struct wire *w = &self->scene.helper;
	struct devtask_app_status status;
	struct app_event e;
	struct task_facts task;
	uint64_t id, seq;
	int exit_status;
	pid_t pid;

	ASSERT_EQ(0, play_prepare(w, self->fd, self->reg, &self->cage, NULL, &id));
	ASSERT_EQ(0, app_status(self->fd, self->reg, false, &status, NULL));
	EXPECT_EQ(DEVTASK_APP_PHASE_WAITING, status.phase);
	EXPECT_EQ(1, status.request);
	EXPECT_EQ(0, app_poll(self->fd));
	ASSERT_EQ(0, ask_allow(w, id));
	ASSERT_EQ(0, app_expect(self->fd, DEVTASK_APP_EVENT_VERDICT, &e));
	EXPECT_EQ(DEVTASK_VERDICT_ALLOWED, e.head.verdict);
	EXPECT_EQ(0, e.head.reasons);
	EXPECT_EQ(1, e.head.request);
	EXPECT_EQ(self->reg, e.head.registration);
	EXPECT_STREQ(HELPER_TRIGGER, e.head.trigger);
	seq = e.head.seq;
	ASSERT_EQ(0, cage_start(&self->cage));
	ASSERT_EQ(0, app_expect(self->fd, DEVTASK_APP_EVENT_STARTED, &e));
	EXPECT_EQ(seq + 1, e.head.seq);
	pid = cage_spawn(&self->cage, sync_and_tell, NULL);
	ASSERT_EQ(pid, waitpid(pid, &exit_status, 0));
	ASSERT_EQ(42 << 8, exit_status);
	ASSERT_EQ(0, app_expect(self->fd, DEVTASK_APP_EVENT_PROGRESS, &e));
	EXPECT_EQ(7, e.head.progress);
	ASSERT_EQ(0, app_status(self->fd, self->reg, false, &status, NULL));
	EXPECT_EQ(DEVTASK_APP_PHASE_RUNNING, status.phase);
	EXPECT_EQ(DEVTASK_STATE_RUNNING, status.state);
	EXPECT_EQ(7, status.progress);
	EXPECT_EQ(e.head.seq, status.seq);
	EXPECT_GE(600 * NSEC_PER_SEC, status.remaining_ns + status.elapsed_ns);
	ASSERT_EQ(0, helper_task_get(w, self->cage.task, &task));
	EXPECT_STREQ(APP_NAME, task.app);
	EXPECT_STREQ("sync", task.registration);
	EXPECT_EQ(getpid(), (pid_t)task.app_pid);
	EXPECT_TRUE(task.progressed);
	EXPECT_EQ(7, task.progress);
	EXPECT_EQ(0, task.report_only);
	ASSERT_EQ(0, helper_task_end(w, self->cage.task, exit_status));
	ASSERT_EQ(0, app_expect(self->fd, DEVTASK_APP_EVENT_COMPLETED, &e));
	EXPECT_EQ(DEVTASK_APP_EVENT_HAS_EXIT, e.head.flags);
	EXPECT_EQ(42 << 8, (int)e.head.exit_status);
	EXPECT_STREQ("12 files", e.text);
	EXPECT_EQ(1, e.head.request);
	EXPECT_LT(0, e.head.duration_ns);
	ASSERT_EQ(0, app_status(self->fd, self->reg, false, &status, NULL));
	EXPECT_EQ(DEVTASK_APP_PHASE_IDLE, status.phase);
	EXPECT_EQ(-ESRCH, app_cancel(self->fd, self->reg));
}

/* spec: event-ntf, ADM-2: events name the app. */
TEST_F(run, events_of_the_helper_name_the_app)
{
	struct event e;

	ASSERT_EQ(0, play_run(&self->scene.helper, self->fd, self->reg, &self->cage, NULL));
	ASSERT_EQ(0, helper_event_wait(&self->scene.ear, self->cage.task,
				       DEVTASK_EVENT_KIND_STARTED, &e, 2000));
	EXPECT_STREQ(APP_NAME, e.app);
	EXPECT_EQ(geteuid(), e.uid);
}

/* INI-2: verdict, reasons, numbers and sentence reach the app as they are. */
TEST_F(run, a_refused_request_says_why)
{
	struct wire *w = &self->scene.helper;
	struct app_event e;
	struct ask ask;

	ASSERT_EQ(0, app_request(self->fd, self->reg, "usb:1209:0001", NULL, 0, NULL));
	ASSERT_EQ(0, ask_wait(w, DEVTASK_ASK_KIND_REQUEST, &ask, 1000));
	ASSERT_EQ(0, ask_answer(w, &(struct ask_reply) {
		.id = ask.id, .verdict = DEVTASK_VERDICT_LOW_BATTERY,
		.reasons = 1ull << DEVTASK_CHECK_BATTERY, .measured = 21, .required = 33,
		.sentence = "battery 21 %, needs more than 33 % or AC", .trigger = HELPER_TRIGGER,
	}));
	ASSERT_EQ(0, app_expect(self->fd, DEVTASK_APP_EVENT_VERDICT, &e));
	EXPECT_EQ(DEVTASK_VERDICT_LOW_BATTERY, e.head.verdict);
	EXPECT_EQ(1ull << DEVTASK_CHECK_BATTERY, e.head.reasons);
	EXPECT_EQ(21, e.head.measured);
	EXPECT_EQ(33, e.head.required);
	EXPECT_STREQ("battery 21 %, needs more than 33 % or AC", e.text);
	EXPECT_STREQ(HELPER_TRIGGER, e.head.trigger);
	EXPECT_EQ(-ESRCH, app_cancel(self->fd, self->reg));
	EXPECT_EQ(-ETIMEDOUT, app_next(self->fd, &e, 50));
}

/* APP-1: explain starts nothing, and needs no task when it is allowed. */
TEST_F(run, an_explain_is_answered_without_a_task)
{
	struct wire *w = &self->scene.helper;
	struct app_event e;
	struct ask ask;

	ASSERT_EQ(0, app_request(self->fd, self->reg, "usb:1:1", NULL,
				 DEVTASK_APP_REQUEST_EXPLAIN, NULL));
	ASSERT_EQ(0, ask_wait(w, DEVTASK_ASK_KIND_EXPLAIN, &ask, 1000));
	ASSERT_EQ(0, ask_allow(w, ask.id));
	ASSERT_EQ(0, app_expect(self->fd, DEVTASK_APP_EVENT_VERDICT, &e));
	EXPECT_EQ(DEVTASK_VERDICT_ALLOWED, e.head.verdict);
	EXPECT_EQ(-ETIMEDOUT, app_next(self->fd, &e, 50));
	EXPECT_EQ(0, app_request(self->fd, self->reg, "usb:1:1", NULL, 0, NULL));
}

/* INI-6: one run of a registration at a time. */
TEST_F(run, a_second_request_waits_for_the_end_of_the_first)
{
	struct wire *w = &self->scene.helper;
	struct app_event e;

	ASSERT_EQ(0, play_run(w, self->fd, self->reg, &self->cage, NULL));
	EXPECT_EQ(-EBUSY, app_request(self->fd, self->reg, "usb:1:1", NULL, 0, NULL));
	ASSERT_EQ(0, helper_task_end(w, self->cage.task, 0));
	ASSERT_EQ(0, app_expect(self->fd, DEVTASK_APP_EVENT_VERDICT, &e));
	ASSERT_EQ(0, app_expect(self->fd, DEVTASK_APP_EVENT_STARTED, &e));
	ASSERT_EQ(0, app_expect(self->fd, DEVTASK_APP_EVENT_COMPLETED, &e));
	EXPECT_EQ(0, app_request(self->fd, self->reg, "usb:1:1", NULL, 0, NULL));
	EXPECT_EQ(-EBUSY, app_request(self->fd, self->reg, "usb:1:1", NULL, 0, NULL));
}

static void expect_canceled_by_app(struct __test_metadata *_metadata, struct app_event *e, int fd)
{
	ASSERT_EQ(0, app_expect(fd, DEVTASK_APP_EVENT_VERDICT, e));
	ASSERT_EQ(0, app_expect(fd, DEVTASK_APP_EVENT_STARTED, e));
	ASSERT_EQ(0, app_expect(fd, DEVTASK_APP_EVENT_CANCELED, e));
	EXPECT_EQ(DEVTASK_APP_EVENT_HAS_REASON, e->head.flags);
	EXPECT_EQ(DEVTASK_REASON_ABORT, e->head.reason);
	EXPECT_EQ(DEVTASK_DETAIL_BY_APP, e->head.detail);
}

/* RUN-5 */
TEST_F(run, the_app_cancels_its_task)
{
	struct wire *w = &self->scene.helper;
	struct app_event e;

	ASSERT_EQ(0, play_run(w, self->fd, self->reg, &self->cage, NULL));
	ASSERT_EQ(0, app_cancel(self->fd, self->reg));
	EXPECT_EQ(-EALREADY, app_cancel(self->fd, self->reg));
	expect_canceled_by_app(_metadata, &e, self->fd);
	ASSERT_EQ(0, helper_task_end(w, self->cage.task, 15));
	ASSERT_EQ(0, app_expect(self->fd, DEVTASK_APP_EVENT_COMPLETED, &e));
	EXPECT_EQ(DEVTASK_APP_EVENT_HAS_REASON | DEVTASK_APP_EVENT_HAS_EXIT, e.head.flags);
	EXPECT_EQ(DEVTASK_DETAIL_BY_APP, e.head.detail);
	EXPECT_EQ(15, e.head.exit_status);
}

/* END-3: unregister(cancel=true) */
TEST_F(run, unregistering_with_cancel_ends_the_task)
{
	struct wire *w = &self->scene.helper;
	struct app_event e;

	ASSERT_EQ(0, play_run(w, self->fd, self->reg, &self->cage, NULL));
	ASSERT_EQ(0, app_unregister(self->fd, self->reg, true));
	EXPECT_EQ(-ENOENT, app_cancel(self->fd, self->reg));
	expect_canceled_by_app(_metadata, &e, self->fd);
	ASSERT_EQ(0, helper_task_end(w, self->cage.task, 0));
	ASSERT_EQ(0, app_expect(self->fd, DEVTASK_APP_EVENT_COMPLETED, &e));
}

/* END-3: unregister(cancel=false); name and type are free at once, the events still come. */
TEST_F(run, unregistering_without_cancel_lets_the_task_finish)
{
	struct wire *w = &self->scene.helper;
	struct task_facts task;
	struct app_event e;

	ASSERT_EQ(0, play_run(w, self->fd, self->reg, &self->cage, NULL));
	ASSERT_EQ(0, app_unregister(self->fd, self->reg, false));
	EXPECT_EQ(2, play_register(w, self->fd, DEVTASK_TYPE_USE, "sync", NULL));
	ASSERT_EQ(0, helper_task_get(w, self->cage.task, &task));
	EXPECT_EQ(DEVTASK_STATE_RUNNING, task.state);
	EXPECT_FALSE(task.canceled);
	ASSERT_EQ(0, helper_task_end(w, self->cage.task, 0));
	ASSERT_EQ(0, app_expect(self->fd, DEVTASK_APP_EVENT_VERDICT, &e));
	ASSERT_EQ(0, app_expect(self->fd, DEVTASK_APP_EVENT_STARTED, &e));
	ASSERT_EQ(0, app_expect(self->fd, DEVTASK_APP_EVENT_COMPLETED, &e));
	EXPECT_EQ(self->reg, e.head.registration);
}

static void expect_withdrawn(struct __test_metadata *_metadata, struct wire *w, int fd)
{
	struct app_event e;
	struct ask ask;
	bool gone;

	ASSERT_EQ(0, app_expect(fd, DEVTASK_APP_EVENT_COMPLETED, &e));
	EXPECT_EQ(DEVTASK_APP_EVENT_HAS_REASON, e.head.flags);
	EXPECT_EQ(DEVTASK_REASON_ABORT, e.head.reason);
	EXPECT_EQ(DEVTASK_DETAIL_BY_APP, e.head.detail);
	ASSERT_EQ(0, ask_hear(w, &ask, &gone, 1000));
	EXPECT_TRUE(gone);
	EXPECT_EQ(-ENOENT, ask_refuse(w, ask.id, "too late"));
	EXPECT_STRNE("", w->sentence);
	EXPECT_EQ(-ETIMEDOUT, app_next(fd, &e, 50));
}

/* RUN-5, spec: ask-gone-ntf */
TEST_F(run, a_request_without_a_verdict_is_withdrawn)
{
	struct wire *w = &self->scene.helper;
	struct ask ask;
	bool gone;

	ASSERT_EQ(0, app_request(self->fd, self->reg, "usb:1:1", NULL, 0, NULL));
	ASSERT_EQ(0, ask_hear(w, &ask, &gone, 1000));
	EXPECT_FALSE(gone);
	ASSERT_EQ(0, app_cancel(self->fd, self->reg));
	EXPECT_EQ(-ESRCH, app_cancel(self->fd, self->reg));
	expect_withdrawn(_metadata, w, self->fd);
	ASSERT_EQ(0, app_request(self->fd, self->reg, "usb:1:1", NULL, 0, NULL));
	ASSERT_EQ(0, ask_hear(w, &ask, &gone, 1000));
	ASSERT_EQ(0, app_unregister(self->fd, self->reg, false));
	expect_withdrawn(_metadata, w, self->fd);
}

/* RUN-5: the task that was made for it never starts. */
TEST_F(run, a_withdrawn_request_takes_its_prepared_task_along)
{
	struct wire *w = &self->scene.helper;
	struct task_facts task;
	struct app_event e;
	uint64_t id;

	ASSERT_EQ(0, play_prepare(w, self->fd, self->reg, &self->cage, NULL, &id));
	ASSERT_EQ(0, app_cancel(self->fd, self->reg));
	EXPECT_EQ(-ENOENT, ask_allow(w, id));
	EXPECT_EQ(-ECANCELED, cage_start(&self->cage));
	ASSERT_EQ(0, helper_task_get(w, self->cage.task, &task));
	EXPECT_EQ(DEVTASK_DETAIL_BY_APP, task.detail);
	ASSERT_EQ(0, app_expect(self->fd, DEVTASK_APP_EVENT_COMPLETED, &e));
	EXPECT_EQ(-ETIMEDOUT, app_next(self->fd, &e, 50));
}

/* RUN-11: the question stays, and the next helper makes another task for it. */
TEST_F(run, the_next_helper_makes_a_new_task_for_an_old_request)
{
	struct wire *w = &self->scene.helper;
	struct task_wish wish = { .type = DEVTASK_TYPE_USE, .uid = geteuid() };
	struct task_facts task;
	struct app_event e;
	struct event told;
	struct cage old;
	struct ask ask;
	uint64_t id;

	ASSERT_EQ(0, play_prepare(w, self->fd, self->reg, &old, NULL, &id));
	wire_close(w);
	ASSERT_EQ(0, helper_event_wait(&self->scene.ear, old.task, DEVTASK_EVENT_KIND_CANCELED,
				       &told, 2000));
	EXPECT_EQ(DEVTASK_DETAIL_HELPER_LOST, told.detail);
	ASSERT_EQ(0, wire_open(w));
	ASSERT_TRUE(clock_wait(!helper_bind(w), 2000));
	ASSERT_EQ(1, ask_list(w, &ask, 1));
	EXPECT_EQ(-EINVAL, ask_allow(w, id));
	wish.ask_id = id;
	ASSERT_EQ(0, cage_make(&self->cage, w, &wish));
	ASSERT_EQ(0, ask_allow(w, id));
	ASSERT_EQ(0, cage_start(&self->cage));
	ASSERT_EQ(0, app_expect(self->fd, DEVTASK_APP_EVENT_VERDICT, &e));
	ASSERT_EQ(0, app_expect(self->fd, DEVTASK_APP_EVENT_STARTED, &e));
	ASSERT_EQ(0, helper_task_get(w, self->cage.task, &task));
	EXPECT_STREQ(APP_NAME, task.app);
	old.helper = w;
	cage_close(&old);
	EXPECT_EQ(-ETIMEDOUT, app_next(self->fd, &e, 50));
}

/* spec: task-create, APP-5: the task is the one that was asked for, of the user who asked. */
TEST_F(run, a_task_that_does_not_fit_the_request_is_refused)
{
	struct task_wish wish = { .type = DEVTASK_TYPE_USE, .uid = 4711 };
	struct wire *w = &self->scene.helper;
	struct cage again;
	struct ask ask;

	ASSERT_EQ(0, app_request(self->fd, self->reg, "usb:1:1", NULL, 0, NULL));
	ASSERT_EQ(0, ask_wait(w, DEVTASK_ASK_KIND_REQUEST, &ask, 1000));
	wish.ask_id = ask.id;
	EXPECT_EQ(-EINVAL, cage_make(&self->cage, w, &wish));
	EXPECT_TRUE(strstr(w->sentence, "uid")) TH_LOG("%s", w->sentence);
	wish.uid = geteuid();
	wish.type = DEVTASK_TYPE_SERVICING;
	EXPECT_EQ(-EINVAL, cage_make(&self->cage, w, &wish));
	EXPECT_TRUE(strstr(w->sentence, "type")) TH_LOG("%s", w->sentence);
	wish.type = DEVTASK_TYPE_USE;
	wish.ask_id = ask.id + 1;
	EXPECT_EQ(-ENOENT, cage_make(&self->cage, w, &wish));
	wish.ask_id = ask.id;
	ASSERT_EQ(0, cage_make(&self->cage, w, &wish));
	EXPECT_EQ(-EEXIST, cage_make(&again, w, &wish));
	EXPECT_TRUE(strstr(w->sentence, "made")) TH_LOG("%s", w->sentence);
	/* ended before the answer: the request can have another one, or a refusal */
	ASSERT_EQ(0, helper_task_end(w, self->cage.task, 0));
	ASSERT_TRUE(clock_wait(ask_allow(w, ask.id) == -EINVAL, 2000));
	EXPECT_EQ(0, ask_refuse(w, ask.id, "could not be started"));
}

TEST_HARNESS_MAIN
