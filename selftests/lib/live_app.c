// SPDX-License-Identifier: GPL-2.0-only
/*
 * The app's side of libdevtask against the loaded module: from the registration to the completed
 * event, with every way to end a run. The helper's role is played in a thread.
 */
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

#include <devtask.h>

#include "kselftest_harness.h"

#include "clock.h"
#include "role.h"
#include "scene.h"

#define PATIENCE_MS 20000

/* What the task's process is to do, and has seen; shared with it. */
struct orders {
	bool stay;			/* until it is cancelled */
	atomic_bool finish;		/* end though it was to stay */
	atomic_bool up;
	enum devtask_reason reason;
	enum devtask_detail detail;
};

FIXTURE(an_app)
{
	struct scene scene;
	struct role role;
	struct orders *orders;
	struct devtask_session *session;
	struct devtask_trigger *trigger;
	uint32_t registration;
};

static bool is_canceled(struct devtask_task *task)
{
	struct pollfd fd = { .fd = devtask_task_fd(task), .events = POLLIN };

	return poll(&fd, 1, 0) == 1;
}

static int program(void *arg)
{
	struct orders *orders = arg;
	struct devtask_task *task;

	if (devtask_task_open(&task))
		return 90;
	for (uint32_t i = 1; i <= 100; i++)
		if (devtask_task_set_progress(task, i))
			return 91;
	orders->up = true;
	while (orders->stay && !orders->finish && !is_canceled(task))
		clock_pause();
	if (devtask_task_is_canceled(task, &orders->reason, &orders->detail) == 1)
		devtask_task_set_result(task, "stopped cleanly");
	else if (devtask_task_set_result(task, "first") || devtask_task_set_result(task, "done"))
		return 92;
	return 3;
}

FIXTURE_SETUP(an_app)
{
	ASSERT_EQ(0, scene_open(&self->scene, 0));
	self->orders = cage_share(sizeof(*self->orders));
	self->role.program = program;
	self->role.arg = self->orders;
	ASSERT_EQ(0, role_start(&self->role, &self->scene.helper));
	ASSERT_EQ(0, devtask_session_open(&self->session)) TH_LOG("%s", devtask_sentence());
	ASSERT_EQ(0, devtask_trigger_create(DEVTASK_TYPE_USE, "test:device", &self->trigger));
	ASSERT_EQ(0, devtask_session_register(self->session, "sync", "Example.Sync",
					      DEVTASK_TYPE_USE, &self->registration, NULL))
		TH_LOG("%s", devtask_sentence());
}

FIXTURE_TEARDOWN(an_app)
{
	devtask_session_close(self->session);
	role_stop(&self->role);
	EXPECT_EQ(0, self->role.err) TH_LOG("%s", self->scene.helper.sentence);
	devtask_trigger_destroy(self->trigger);
	scene_close(&self->scene);
}

/* The next event has to be of this kind; NULL otherwise. */
static struct devtask_event *expect(struct devtask_session *session, enum devtask_session_event kind)
{
	struct devtask_event *event;

	if (devtask_session_next(session, PATIENCE_MS, &event)) {
		fprintf(stderr, "# %s\n", devtask_sentence());
		return NULL;
	}
	if (event->kind == kind)
		return event;
	fprintf(stderr, "# \"%s\" came\n", devtask_event_name(event->kind));
	devtask_event_free(event);
	return NULL;
}

static bool came(struct devtask_session *session, enum devtask_session_event kind)
{
	struct devtask_event *event = expect(session, kind);

	devtask_event_free(event);
	return event;
}

static int begin(struct devtask_session *session, uint32_t registration,
		 struct devtask_trigger *trigger)
{
	struct devtask_event *verdict;
	int err = devtask_session_request_wait(session, registration, trigger, PATIENCE_MS, &verdict);

	if (err)
		return err;
	err = (int)verdict->verdict;
	devtask_event_free(verdict);
	return err;
}

/* APP-1, APP-3, END-4: progress is the newest, the result the last one. */
TEST_F(an_app, hears_of_a_run_from_its_verdict_to_its_end)
{
	struct devtask_event *event;
	uint64_t request;

	ASSERT_EQ(0, devtask_trigger_set_arguments(self->trigger, "all \xc3( of it"));
	devtask_trigger_set_estimate_ns(self->trigger, 60 * NSEC_PER_SEC);
	ASSERT_EQ(0, devtask_session_request_wait(self->session, self->registration, self->trigger,
						  PATIENCE_MS, &event));
	EXPECT_EQ(DEVTASK_SESSION_EVENT_VERDICT, event->kind);
	EXPECT_EQ(DEVTASK_VERDICT_ALLOWED, event->verdict);
	EXPECT_STREQ(HELPER_TRIGGER, event->trigger);
	EXPECT_STREQ("test:device", self->role.request.device);
	EXPECT_STREQ("all \xc3( of it", self->role.request.arguments);
	EXPECT_EQ(60 * NSEC_PER_SEC, self->role.request.estimate_ns);
	request = event->request;
	devtask_event_free(event);
	/* Whatever has come by then is in the queue: nothing more is waited for. */
	ASSERT_TRUE(clock_wait(self->role.runs == 1, PATIENCE_MS));
	EXPECT_TRUE(came(self->session, DEVTASK_SESSION_EVENT_STARTED));
	event = expect(self->session, DEVTASK_SESSION_EVENT_PROGRESS);
	ASSERT_TRUE(event);
	EXPECT_EQ(100, event->progress);
	devtask_event_free(event);
	event = expect(self->session, DEVTASK_SESSION_EVENT_COMPLETED);
	ASSERT_TRUE(event);
	EXPECT_EQ(request, event->request);
	EXPECT_EQ(self->registration, event->registration);
	EXPECT_TRUE(event->has_exit_status);
	EXPECT_EQ(3, WEXITSTATUS(event->exit_status));
	EXPECT_FALSE(event->canceled);
	EXPECT_STREQ("done", event->text);
	EXPECT_LT(0, event->duration_ns);
	devtask_event_free(event);
	EXPECT_EQ(-EAGAIN, devtask_session_next(self->session, 0, &event));
}

/* APP-1 */
TEST_F(an_app, gets_a_refusal_as_a_verdict_with_reasons)
{
	struct devtask_event *event;

	self->role.answer = ROLE_REFUSE;
	for (int explain = 0; explain < 2; explain++) {
		ASSERT_EQ(0, (explain ? devtask_session_explain_wait : devtask_session_request_wait)(
				self->session, self->registration, self->trigger, PATIENCE_MS, &event));
		EXPECT_EQ(DEVTASK_VERDICT_LOW_BATTERY, event->verdict);
		EXPECT_EQ(1ull << DEVTASK_CHECK_BATTERY, event->reasons);
		EXPECT_EQ(20, event->measured);
		EXPECT_EQ(33, event->required);
		EXPECT_STREQ(ROLE_SENTENCE, event->text);
		devtask_event_free(event);
		EXPECT_EQ(explain ? DEVTASK_ASK_KIND_EXPLAIN : DEVTASK_ASK_KIND_REQUEST,
			  self->role.request.kind);
	}
	self->role.answer = ROLE_RUN;
	ASSERT_EQ(0, devtask_session_explain_wait(self->session, self->registration, self->trigger,
						  PATIENCE_MS, &event));
	EXPECT_EQ(DEVTASK_VERDICT_ALLOWED, event->verdict);
	devtask_event_free(event);
	EXPECT_EQ(0, self->role.runs);
}

/* REG-5, REG-7: the refusal names the holder; registrations are listed. */
TEST_F(an_app, registers_each_name_and_type_once)
{
	struct devtask_session *s = self->session;
	struct devtask_status *status;
	uint64_t reasons = 0;
	uint32_t second;

	EXPECT_EQ(-EEXIST, devtask_session_register(s, "sync", "Other", DEVTASK_TYPE_SERVICING,
						    &second, &reasons));
	EXPECT_TRUE(strstr(devtask_sentence(), "\"sync\"")) TH_LOG("%s", devtask_sentence());
	EXPECT_EQ(1ull << DEVTASK_CHECK_REGISTRATION, reasons);
	EXPECT_EQ(-EACCES, devtask_session_register(s, "update", "Refused", DEVTASK_TYPE_SERVICING,
						    &second, &reasons));
	EXPECT_STREQ("the manifest has no entry point Refused", devtask_sentence());
	EXPECT_EQ(1ull << DEVTASK_CHECK_ENTRY_POINT, reasons);
	ASSERT_EQ(0, devtask_session_register(s, "update", "Example.Update", DEVTASK_TYPE_SERVICING,
					      &second, NULL));
	ASSERT_EQ(0, devtask_session_status_next(s, 0, &status));
	EXPECT_STREQ("sync", status->name);
	EXPECT_EQ(DEVTASK_TYPE_USE, status->type);
	devtask_status_free(status);
	ASSERT_EQ(0, devtask_session_status_next(s, self->registration, &status));
	EXPECT_STREQ("update", status->name);
	EXPECT_EQ(second, status->registration);
	devtask_status_free(status);
	EXPECT_EQ(-ENOENT, devtask_session_status_next(s, second, &status));
	EXPECT_EQ(0, devtask_session_unregister(s, self->registration, false));
	EXPECT_EQ(-ENOENT, devtask_session_unregister(s, self->registration, false));
	EXPECT_EQ(0, devtask_session_register(s, "sync", "Example.Sync", DEVTASK_TYPE_USE,
					      &self->registration, NULL));
}

/* REG-6: and neither the name nor the type is taken by what was refused. */
TEST_F(an_app, is_refused_a_condition)
{
	static const char *const conditions[] = { "InternetAvailable" };
	struct devtask_session *s = self->session;
	uint64_t reasons = 0;
	uint32_t second = 0;

	EXPECT_EQ(-EOPNOTSUPP,
		  devtask_session_register_with_conditions(s, "update", "Example.Update",
							   DEVTASK_TYPE_SERVICING, conditions, 1,
							   &second, &reasons));
	EXPECT_STREQ("a device task can have no conditions: leave them out", devtask_sentence());
	EXPECT_EQ(1ull << DEVTASK_CHECK_CONDITIONS, reasons);
	EXPECT_EQ(0, devtask_session_register_with_conditions(s, "update", "Example.Update",
							      DEVTASK_TYPE_SERVICING, NULL, 0,
							      &second, &reasons));
	EXPECT_EQ(0, reasons);
	EXPECT_EQ(0, devtask_session_unregister(s, second, false));
}

/* APP-1, RUN-10 */
TEST_F(an_app, knows_how_its_task_is_and_how_long_is_left)
{
	struct devtask_status *status;

	self->orders->stay = true;
	ASSERT_EQ(0, begin(self->session, self->registration, self->trigger));
	ASSERT_TRUE(clock_wait(self->orders->up, PATIENCE_MS));
	ASSERT_EQ(0, devtask_session_status(self->session, self->registration, &status));
	EXPECT_EQ(DEVTASK_SESSION_PHASE_RUNNING, status->phase);
	EXPECT_EQ(DEVTASK_STATE_RUNNING, status->state);
	EXPECT_EQ(100, status->progress);
	EXPECT_LT(0, status->elapsed_ns);
	EXPECT_EQ(600 * NSEC_PER_SEC, status->elapsed_ns + status->remaining_ns);
	EXPECT_EQ(5 * NSEC_PER_SEC, status->io_interval_ns);
	EXPECT_LE(status->since_io_ns, status->elapsed_ns);
	devtask_status_free(status);
	EXPECT_EQ(-EBUSY, devtask_session_request(self->session, self->registration, self->trigger,
						  NULL));
	self->orders->finish = true;
	ASSERT_TRUE(clock_wait(self->role.runs == 1, PATIENCE_MS));
	ASSERT_EQ(0, devtask_session_status(self->session, self->registration, &status));
	EXPECT_EQ(DEVTASK_SESSION_PHASE_IDLE, status->phase);
	EXPECT_EQ(0, status->state);
	devtask_status_free(status);
}

/* END-3, RUN-5 */
TEST_F(an_app, that_cancels_and_waits_is_back_when_the_task_has_ended)
{
	struct devtask_event *event;

	self->orders->stay = true;
	ASSERT_EQ(0, begin(self->session, self->registration, self->trigger));
	ASSERT_TRUE(clock_wait(self->orders->up, PATIENCE_MS));
	ASSERT_EQ(0, devtask_session_cancel_wait(self->session, self->registration, PATIENCE_MS,
						 &event)) TH_LOG("%s", devtask_sentence());
	EXPECT_EQ(DEVTASK_SESSION_EVENT_COMPLETED, event->kind);
	EXPECT_TRUE(event->canceled);
	EXPECT_EQ(DEVTASK_REASON_ABORT, event->reason);
	EXPECT_EQ(DEVTASK_DETAIL_BY_APP, event->detail);
	EXPECT_EQ(3, WEXITSTATUS(event->exit_status));
	EXPECT_STREQ("stopped cleanly", event->text);
	devtask_event_free(event);
	EXPECT_EQ(DEVTASK_DETAIL_BY_APP, self->orders->detail);
	/* What came before it has stayed. */
	EXPECT_TRUE(came(self->session, DEVTASK_SESSION_EVENT_STARTED));
	EXPECT_TRUE(came(self->session, DEVTASK_SESSION_EVENT_PROGRESS));
	EXPECT_TRUE(came(self->session, DEVTASK_SESSION_EVENT_CANCELED));
	EXPECT_EQ(-ESRCH, devtask_session_cancel_wait(self->session, self->registration, 0, &event));
}

/* END-3, RUN-5: without an answer there is nothing to end; "completed" says so. */
TEST_F(an_app, can_withdraw_a_request_that_waits)
{
	struct devtask_event *event;

	self->role.answer = ROLE_WAIT;
	EXPECT_EQ(-ETIMEDOUT, devtask_session_request_wait(self->session, self->registration,
							   self->trigger, 50, &event));
	ASSERT_EQ(0, devtask_session_cancel_wait(self->session, self->registration, PATIENCE_MS,
						 &event));
	EXPECT_EQ(DEVTASK_SESSION_EVENT_COMPLETED, event->kind);
	EXPECT_TRUE(event->canceled);
	EXPECT_FALSE(event->has_exit_status);
	devtask_event_free(event);
	self->role.answer = ROLE_RUN;
	EXPECT_EQ(0, begin(self->session, self->registration, self->trigger));
}

/* END-3 */
TEST_F(an_app, that_unregisters_may_let_its_task_finish)
{
	struct devtask_event *event;

	self->orders->stay = true;
	ASSERT_EQ(0, begin(self->session, self->registration, self->trigger));
	ASSERT_TRUE(clock_wait(self->orders->up, PATIENCE_MS));
	ASSERT_EQ(0, devtask_session_unregister(self->session, self->registration, false));
	self->orders->finish = true;
	EXPECT_TRUE(came(self->session, DEVTASK_SESSION_EVENT_STARTED));
	EXPECT_TRUE(came(self->session, DEVTASK_SESSION_EVENT_PROGRESS));
	event = expect(self->session, DEVTASK_SESSION_EVENT_COMPLETED);
	ASSERT_TRUE(event);
	EXPECT_FALSE(event->canceled);
	EXPECT_STREQ("done", event->text);
	devtask_event_free(event);
}

/* END-3 */
TEST_F(an_app, that_unregisters_may_cancel_its_task)
{
	self->orders->stay = true;
	ASSERT_EQ(0, begin(self->session, self->registration, self->trigger));
	ASSERT_TRUE(clock_wait(self->orders->up, PATIENCE_MS));
	ASSERT_EQ(0, devtask_session_unregister(self->session, self->registration, true));
	ASSERT_TRUE(clock_wait(self->role.runs == 1, PATIENCE_MS));
	EXPECT_EQ(DEVTASK_REASON_ABORT, self->orders->reason);
	EXPECT_EQ(DEVTASK_DETAIL_BY_APP, self->orders->detail);
}

/* RUN-6 */
TEST_F(an_app, that_closes_its_session_has_exited)
{
	self->orders->stay = true;
	ASSERT_EQ(0, begin(self->session, self->registration, self->trigger));
	ASSERT_TRUE(clock_wait(self->orders->up, PATIENCE_MS));
	devtask_session_close(self->session);
	self->session = NULL;
	ASSERT_TRUE(clock_wait(self->role.runs == 1, PATIENCE_MS));
	EXPECT_EQ(DEVTASK_REASON_TERMINATING, self->orders->reason);
	EXPECT_EQ(DEVTASK_DETAIL_APP_EXITED, self->orders->detail);
}

static bool is_idle(struct devtask_session *session, uint32_t registration)
{
	struct devtask_status *status;
	bool idle;

	if (devtask_session_status(session, registration, &status))
		return false;
	idle = status->phase == DEVTASK_SESSION_PHASE_IDLE;
	devtask_status_free(status);
	return idle;
}

/* APP-4: its event loop has heard nothing for a while. */
TEST_F_TIMEOUT(an_app, notices_lost_events_and_has_the_kept_ones_again, 120)
{
	struct pollfd fd = { .fd = devtask_session_fd(self->session), .events = POLLIN };
	struct devtask_event *event;
	uint64_t first = 0, last = 0;
	uint32_t lost = 0, n = 0;

	self->role.answer = ROLE_REFUSE;
	EXPECT_EQ(0, poll(&fd, 1, 0));
	for (int i = 0; i < 200; i++) {
		while (devtask_session_request(self->session, self->registration, self->trigger, NULL))
			clock_pause();
	}
	ASSERT_TRUE(clock_wait(is_idle(self->session, self->registration), PATIENCE_MS));
	EXPECT_EQ(1, poll(&fd, 1, 0));
	while (!devtask_session_next(self->session, 0, &event)) {
		lost += event->lost;
		first = n++ ? first : event->seq;
		EXPECT_LT(last, event->seq);
		last = event->seq;
		devtask_event_free(event);
	}
	EXPECT_LT(100, lost);
	EXPECT_EQ(200, n + lost);
	EXPECT_EQ(0, poll(&fd, 1, 0));
	ASSERT_EQ(0, devtask_session_replay(self->session, 0));
	EXPECT_EQ(1, poll(&fd, 1, 0));
	for (uint64_t seq = first; seq <= last; seq++) {
		ASSERT_EQ(0, devtask_session_next(self->session, 0, &event));
		EXPECT_EQ(seq, event->seq);
		EXPECT_STREQ(ROLE_SENTENCE, event->text);
		devtask_event_free(event);
	}
	EXPECT_EQ(-EAGAIN, devtask_session_next(self->session, 0, &event));
	EXPECT_EQ(-EINVAL, devtask_session_replay(self->session, last + 1000));
}

static int be_an_app(void)
{
	struct devtask_session *session;
	struct devtask_trigger *trigger;
	struct devtask_event *event;
	uint32_t registration;

	if (devtask_session_open(&session) ||
	    devtask_session_register(session, "mine", "Example.Sync", DEVTASK_TYPE_USE,
				     &registration, NULL) ||
	    devtask_trigger_create(DEVTASK_TYPE_USE, "test:device", &trigger) ||
	    devtask_session_request_wait(session, registration, trigger, PATIENCE_MS, &event))
		return 1;
	raise(SIGSTOP);
	do {
		devtask_event_free(event);
		if (devtask_session_next(session, PATIENCE_MS, &event))
			return 2;
	} while (event->kind != DEVTASK_SESSION_EVENT_COMPLETED);
	return !strcmp(event->text, "done") && !event->lost ? 0 : 3;
}

/* APP-4: stopped while its task ends; the task runs on, and "completed" waits. */
TEST_F(an_app, that_is_stopped_finds_its_events_when_it_goes_on)
{
	int status;
	pid_t pid;

	/* Its name and type are to be free for the other one. */
	ASSERT_EQ(0, devtask_session_unregister(self->session, self->registration, false));
	pid = fork();
	if (!pid)
		_exit(be_an_app());
	ASSERT_EQ(pid, waitpid(pid, &status, WUNTRACED));
	ASSERT_TRUE(WIFSTOPPED(status)) TH_LOG("%#x", status);
	ASSERT_TRUE(clock_wait(self->role.runs == 1, PATIENCE_MS));
	ASSERT_EQ(0, kill(pid, SIGCONT));
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);
}

TEST_HARNESS_MAIN
