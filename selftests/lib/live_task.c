// SPDX-License-Identifier: GPL-2.0-only
/*
 * The task's side of libdevtask against the loaded module: what a task is told, its guarded
 * descriptor, and its cancellation as something to poll.
 */
#include <fcntl.h>
#include <poll.h>

#include <devtask.h>

#include "kselftest_harness.h"

#include "clock.h"
#include "role.h"
#include "scene.h"

#define PATIENCE_MS 20000

/* Seen by the task's process, judged by the test: it has no harness. Texts are copies. */
struct seen {
	atomic_bool stay, up;
	int open_err, details_err, session_err, no_such_err, bytes, poll_before, poll_after;
	int dead_open_err, reason_result;
	struct devtask_details details;
	char trigger[64], device[64], arguments[4100], sentence[256];
	uint64_t remaining_later_ns, since_io_later_ns;
	enum devtask_reason reason;
	enum devtask_detail detail;
};

FIXTURE(a_task)
{
	struct scene scene;
	struct role role;
	struct seen *seen;
	struct devtask_session *session;
	struct devtask_trigger *trigger;
	uint32_t registration;
};

static void see_details(struct devtask_task *task, struct seen *seen)
{
	struct devtask_details *details;

	seen->details_err = devtask_task_details(task, &details);
	if (seen->details_err)
		return;
	seen->details = *details;
	snprintf(seen->trigger, sizeof(seen->trigger), "%s", details->trigger);
	snprintf(seen->device, sizeof(seen->device), "%s", details->device);
	snprintf(seen->arguments, sizeof(seen->arguments), "%s", details->arguments);
	devtask_details_free(details);
}

static void see_device(struct devtask_task *task, struct seen *seen)
{
	struct devtask_details *details;
	char zeros[100];
	int fd = devtask_task_open_device(task, 0, O_RDONLY | O_CLOEXEC);

	seen->bytes = fd < 0 ? fd : (int)read(fd, zeros, sizeof(zeros));
	close(fd);
	seen->no_such_err = devtask_task_open_device(task, 1, O_RDONLY);
	/* Later than the first details, and after an I/O. */
	if (!devtask_task_details(task, &details)) {
		seen->remaining_later_ns = details->remaining_ns;
		seen->since_io_later_ns = details->since_io_ns;
		devtask_details_free(details);
	}
}

static int see_poll(struct devtask_task *task, int timeout_ms)
{
	struct pollfd fd = { .fd = devtask_task_fd(task), .events = POLLIN };

	return poll(&fd, 1, timeout_ms) < 0 ? -1 : fd.revents;
}

static int program(void *arg)
{
	struct devtask_session *session;
	struct devtask_task *task;
	struct seen *seen = arg;

	seen->session_err = devtask_session_open(&session);
	snprintf(seen->sentence, sizeof(seen->sentence), "%s", devtask_sentence());
	seen->open_err = devtask_task_open(&task);
	if (seen->open_err)
		return 1;
	see_details(task, seen);
	clock_sleep_until(clock_now_ns() + 10 * NSEC_PER_MSEC);
	see_device(task, seen);
	seen->poll_before = see_poll(task, 0);
	seen->up = true;
	if (!seen->stay)
		return 0;
	seen->poll_after = see_poll(task, PATIENCE_MS);
	seen->reason_result = devtask_task_is_canceled(task, &seen->reason, &seen->detail);
	seen->dead_open_err = devtask_task_open_device(task, 0, O_RDONLY | O_CLOEXEC);
	return 0;
}

FIXTURE_SETUP(a_task)
{
	ASSERT_EQ(0, scene_open(&self->scene, 0));
	self->seen = cage_share(sizeof(*self->seen));
	self->role.program = program;
	self->role.arg = self->seen;
	self->role.node = "/dev/zero";
	ASSERT_EQ(0, role_start(&self->role, &self->scene.helper));
	ASSERT_EQ(0, devtask_session_open(&self->session)) TH_LOG("%s", devtask_sentence());
	ASSERT_EQ(0, devtask_trigger_create(DEVTASK_TYPE_SERVICING, "test:device", &self->trigger));
	ASSERT_EQ(0, devtask_session_register(self->session, "update", "Example.Update",
					      DEVTASK_TYPE_SERVICING, &self->registration, NULL));
}

FIXTURE_TEARDOWN(a_task)
{
	devtask_session_close(self->session);
	role_stop(&self->role);
	EXPECT_EQ(0, self->role.err) TH_LOG("%s", self->scene.helper.sentence);
	devtask_trigger_destroy(self->trigger);
	scene_close(&self->scene);
}

static int run(struct devtask_session *session, uint32_t registration,
	       struct devtask_trigger *trigger)
{
	struct devtask_event *verdict;
	int err = devtask_session_request_wait(session, registration, trigger, PATIENCE_MS, &verdict);

	if (!err)
		devtask_event_free(verdict);
	return err;
}

/* APP-2: 4096 bytes of anything but NUL, unchanged. RUN-10: what is left of its time. */
TEST_F(a_task, knows_its_request_and_its_time)
{
	struct seen *seen = self->seen;
	char arguments[4097] = "";

	for (int i = 0; i < 4096; i++)
		arguments[i] = (char)(1 + i % 255);
	ASSERT_EQ(0, devtask_trigger_set_arguments(self->trigger, arguments));
	devtask_trigger_set_estimate_ns(self->trigger, 61 * NSEC_PER_SEC);
	ASSERT_EQ(0, run(self->session, self->registration, self->trigger));
	ASSERT_TRUE(clock_wait(self->role.runs == 1, PATIENCE_MS));
	ASSERT_EQ(0, seen->open_err);
	ASSERT_EQ(0, seen->details_err);
	EXPECT_EQ(DEVTASK_TYPE_SERVICING, seen->details.type);
	EXPECT_EQ(DEVTASK_STATE_RUNNING, seen->details.state);
	EXPECT_EQ(1, seen->details.devices);
	EXPECT_EQ(61 * NSEC_PER_SEC, seen->details.estimate_ns);
	EXPECT_STREQ(HELPER_TRIGGER, seen->trigger);
	EXPECT_STREQ("test:device", seen->device);
	EXPECT_EQ(0, memcmp(arguments, seen->arguments, 4097));
	EXPECT_FALSE(seen->details.canceled);
	EXPECT_EQ(1800 * NSEC_PER_SEC, seen->details.elapsed_ns + seen->details.remaining_ns);
	EXPECT_GE(seen->details.remaining_ns - 10 * NSEC_PER_MSEC, seen->remaining_later_ns);
	EXPECT_EQ(0, seen->details.io_interval_ns);
	EXPECT_GT(10 * NSEC_PER_MSEC, seen->since_io_later_ns);
}

/* PRO-9: counted and guarded like one that was opened by its path. */
TEST_F(a_task, opens_its_device_by_number)
{
	struct devtask_event *event;
	uint64_t ops = 0;

	ASSERT_EQ(0, run(self->session, self->registration, self->trigger));
	while (!devtask_session_next(self->session, PATIENCE_MS, &event)) {
		bool ended = event->kind == DEVTASK_SESSION_EVENT_COMPLETED;

		ops = event->ops;
		devtask_event_free(event);
		if (ended)
			break;
	}
	EXPECT_EQ(100, self->seen->bytes);
	EXPECT_EQ(-ENXIO, self->seen->no_such_err);
	EXPECT_EQ(1, ops);
}

/* END-1, END-5: the cancellation is a descriptor, and the reason can be asked for. */
TEST_F(a_task, polls_for_its_cancellation_and_learns_why)
{
	struct seen *seen = self->seen;
	struct devtask_event *event;

	seen->stay = true;
	ASSERT_EQ(0, run(self->session, self->registration, self->trigger));
	ASSERT_TRUE(clock_wait(seen->up, PATIENCE_MS));
	EXPECT_EQ(0, seen->poll_before);
	ASSERT_EQ(0, devtask_session_cancel_wait(self->session, self->registration, PATIENCE_MS,
						 &event));
	devtask_event_free(event);
	EXPECT_EQ(POLLIN | POLLHUP, seen->poll_after);
	EXPECT_EQ(1, seen->reason_result);
	EXPECT_EQ(DEVTASK_REASON_ABORT, seen->reason);
	EXPECT_EQ(DEVTASK_DETAIL_BY_APP, seen->detail);
}

/* APP-5: a task is no app, and an app no task. */
TEST_F(a_task, asks_for_no_tasks_and_an_app_has_no_details)
{
	struct devtask_task *task;

	EXPECT_EQ(-ESRCH, devtask_task_open(&task));
	ASSERT_EQ(0, run(self->session, self->registration, self->trigger));
	ASSERT_TRUE(clock_wait(self->role.runs == 1, PATIENCE_MS));
	EXPECT_EQ(-EOPNOTSUPP, self->seen->session_err);
	EXPECT_STREQ("a task cannot ask for tasks itself", self->seen->sentence);
}

TEST_HARNESS_MAIN
