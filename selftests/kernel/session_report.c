// SPDX-License-Identifier: GPL-2.0-only
/*
 * Developer mode (ADM-4): a rule that is broken is told and counted, and the task goes on; what
 * people, apps and the system want still ends it.
 */
#include "kselftest_harness.h"

#include "clock.h"
#include "scene.h"

FIXTURE(report_only)
{
	struct scene scene;
};

FIXTURE_SETUP(report_only)
{
	ASSERT_EQ(0, scene_open(&self->scene, SCENE_HID));
}

FIXTURE_TEARDOWN(report_only)
{
	scene_close(&self->scene);
}

static int begin(struct scene *s, uint64_t io_interval_ns, uint64_t deadline_ns, const char *path)
{
	struct task_wish wish = { .type = DEVTASK_TYPE_USE, .report_only = true,
				  .io_interval_ns = io_interval_ns, .deadline_ns = deadline_ns };
	int err = cage_make(&s->cage, &s->helper, &wish);

	if (!err && path)
		err = cage_claim(&s->cage, path);
	return err ?: cage_start(&s->cage);
}

static void expect_violation(struct __test_metadata *_metadata, struct scene *s, struct event *e,
			     enum devtask_reason reason, enum devtask_detail detail)
{
	struct task_facts task;

	ASSERT_EQ(0, helper_event_wait(&s->ear, s->cage.task, DEVTASK_EVENT_KIND_VIOLATED, e,
				       30000));
	EXPECT_EQ(reason, e->reason);
	EXPECT_EQ(detail, e->detail);
	ASSERT_EQ(0, helper_task_get(&s->helper, s->cage.task, &task));
	EXPECT_EQ(DEVTASK_STATE_RUNNING, task.state);
	EXPECT_FALSE(task.canceled);
	EXPECT_EQ(1, task.report_only);
}

/* ADM-4, RUN-3: one violation for each interval without I/O. */
TEST_F(report_only, an_idle_task_is_told_of_once_an_interval)
{
	struct scene *s = &self->scene;
	struct event e;
	uint64_t first;

	ASSERT_EQ(0, begin(s, 5 * NSEC_PER_SEC, 0, NULL));
	expect_violation(_metadata, s, &e, DEVTASK_REASON_IDLE_TASK, DEVTASK_DETAIL_NO_IO);
	EXPECT_LE(5 * NSEC_PER_SEC, e.measured_ns);
	EXPECT_EQ(5 * NSEC_PER_SEC, e.required_ns);
	first = e.time_ns;
	expect_violation(_metadata, s, &e, DEVTASK_REASON_IDLE_TASK, DEVTASK_DETAIL_NO_IO);
	EXPECT_LE(10 * NSEC_PER_SEC, e.measured_ns);
	EXPECT_LE(first + 4990 * NSEC_PER_MSEC, e.time_ns);
	EXPECT_GE(first + 5200 * NSEC_PER_MSEC * clock_slow(), e.time_ns);
}

/* ADM-4, RUN-1 */
TEST_F(report_only, a_task_past_its_deadline_goes_on)
{
	struct scene *s = &self->scene;
	struct event e;

	ASSERT_EQ(0, begin(s, 3600 * NSEC_PER_SEC, 2 * NSEC_PER_SEC, NULL));
	expect_violation(_metadata, s, &e, DEVTASK_REASON_EXECUTION_TIME_EXCEEDED,
			 DEVTASK_DETAIL_WALL_CLOCK);
	EXPECT_LE(2 * NSEC_PER_SEC, e.measured_ns);
	EXPECT_EQ(-ETIMEDOUT, helper_event_wait(&s->ear, s->cage.task, DEVTASK_EVENT_KIND_CANCELED,
						&e, 500));
}

/* ADM-4, RUN-2 */
TEST_F(report_only, a_task_outlives_its_device)
{
	struct scene *s = &self->scene;
	struct event e;

	ASSERT_EQ(0, begin(s, 3600 * NSEC_PER_SEC, 0, s->hid.node));
	hid_unplug(&s->hid);
	expect_violation(_metadata, s, &e, DEVTASK_REASON_CONDITION_LOSS,
			 DEVTASK_DETAIL_DEVICE_DETACHED);
}

/* ADM-4, RUN-4: what the helper measures is reported in the same way. */
TEST_F(report_only, a_rule_of_the_helper_is_told_too)
{
	struct scene *s = &self->scene;
	struct event e;

	ASSERT_EQ(0, begin(s, 3600 * NSEC_PER_SEC, 0, NULL));
	ASSERT_EQ(0, helper_task_cancel(&s->helper, s->cage.task, DEVTASK_REASON_IDLE_TASK,
					DEVTASK_DETAIL_CPU_FLOOR));
	expect_violation(_metadata, s, &e, DEVTASK_REASON_IDLE_TASK, DEVTASK_DETAIL_CPU_FLOOR);
}

/* ADM-4, RUN-5, RUN-7, RUN-8 */
TEST_F(report_only, people_and_apps_still_end_a_task)
{
	static const struct {
		enum devtask_reason reason;
		enum devtask_detail detail;
	} wants[] = {
		{ DEVTASK_REASON_ABORT, DEVTASK_DETAIL_BY_ADMIN },
		{ DEVTASK_REASON_ABORT, DEVTASK_DETAIL_BY_APP },
		{ DEVTASK_REASON_TERMINATING, DEVTASK_DETAIL_APP_EXITED },
		{ DEVTASK_REASON_RESOURCE_REVOCATION, DEVTASK_DETAIL_CONSENT_REVOKED },
		{ DEVTASK_REASON_LOGGING_OFF, DEVTASK_DETAIL_USER_LOGGED_OFF },
	};
	struct scene *s = &self->scene;
	struct event e;

	for (size_t i = 0; i < sizeof(wants) / sizeof(wants[0]); i++) {
		ASSERT_EQ(0, begin(s, 3600 * NSEC_PER_SEC, 0, NULL));
		ASSERT_EQ(0, helper_task_cancel(&s->helper, s->cage.task, wants[i].reason,
						wants[i].detail));
		ASSERT_EQ(0, helper_event_wait(&s->ear, s->cage.task, DEVTASK_EVENT_KIND_CANCELED,
					       &e, 2000));
		EXPECT_EQ(wants[i].reason, e.reason);
		EXPECT_EQ(wants[i].detail, e.detail);
		cage_close(&s->cage);
	}
}

TEST_HARNESS_MAIN
