// SPDX-License-Identifier: GPL-2.0-only
/*
 * Deadline and grace at their real limits, in virtual time, and what a cancellation does to
 * the processes of a task.
 *
 *	running --rule--> canceling --5 s--> revoked --0.5 s--> killed
 *	running --device or consent gone--> revoked at once --5 s--> killed
 */
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#include "kselftest_harness.h"

#include "blocked.h"
#include "clock.h"
#include "scene.h"

#define GRACE_NS (5 * NSEC_PER_SEC)
#define KILL_NS (500 * NSEC_PER_MSEC)
#define TOLERANCE_NS (20 * NSEC_PER_MSEC)
#define TEST_TIMEOUT_S 4000

#define EXPECT_ABOUT(want, seen) do {					\
	EXPECT_LE((want), (seen));					\
	EXPECT_GE((want) + TOLERANCE_NS * clock_slow(), (seen));	\
} while (0)

struct life {
	char path[64];
	uint64_t every_ns;
	int obey;		/* end on SIGTERM */
	int error;
	atomic_int ios, late_error, terms, procs;
	_Atomic uint64_t last_ok_ns;
};

static struct life *life;	/* for the signal handler */

FIXTURE(a_task)
{
	struct scene scene;
	struct life *l;
};

FIXTURE_SETUP(a_task)
{
	ASSERT_EQ(0, scene_open(&self->scene, SCENE_HID));
	self->l = life = cage_share(sizeof(*life));
	strcpy(life->path, self->scene.hid.node);
	life->every_ns = 2 * NSEC_PER_SEC;
}

FIXTURE_TEARDOWN(a_task)
{
	scene_close(&self->scene);
}

static void on_term(int sig)
{
	(void)sig;
	atomic_fetch_add(&life->terms, 1);
	if (life->obey)
		_exit(7);
}

/* An I/O now and then for ever; SIGTERM is counted, and obeyed if so told. */
static int live(void *arg)
{
	struct life *l = arg;
	unsigned char out[9] = { 0 };
	int fd = open(l->path, O_RDWR | O_CLOEXEC);
	uint64_t next = clock_now_ns();

	signal(SIGTERM, on_term);
	if (fd < 0) {
		l->error = errno;
		return 1;
	}
	for (;;) {
		if (!l->every_ns) {
			pause();
			continue;
		}
		if (write(fd, out, sizeof(out)) == sizeof(out)) {
			atomic_fetch_add(&l->ios, 1);
			l->last_ok_ns = clock_now_ns();
		} else {
			l->late_error = errno;
		}
		next += l->every_ns;
		clock_sleep_until(next);
	}
}

static int begin(struct scene *s, struct life *l, enum devtask_type type)
{
	int err = cage_begin(&s->cage, &s->helper, type, l->path);

	return err ?: cage_spawn(&s->cage, live, l) < 0 ? -1 : 0;
}

static int event(struct scene *s, enum devtask_event_kind kind, struct event *e, int ms)
{
	return helper_event_wait(&s->ear, s->cage.task, kind, e, ms);
}

/* RUN-1 */
TEST_F_TIMEOUT(a_task, for_use_is_cancelled_after_600s_though_it_does_its_io, TEST_TIMEOUT_S)
{
	struct scene *s = &self->scene;
	struct event started, e;

	ASSERT_EQ(0, begin(s, self->l, DEVTASK_TYPE_USE));
	ASSERT_EQ(0, event(s, DEVTASK_EVENT_KIND_STARTED, &started, 1000));
	ASSERT_EQ(0, event(s, DEVTASK_EVENT_KIND_CANCELED, &e, 700000));
	EXPECT_EQ(DEVTASK_REASON_EXECUTION_TIME_EXCEEDED, e.reason);
	EXPECT_EQ(DEVTASK_DETAIL_WALL_CLOCK, e.detail);
	EXPECT_EQ(600 * NSEC_PER_SEC, e.required_ns);
	EXPECT_ABOUT(600 * NSEC_PER_SEC, e.measured_ns);
	EXPECT_ABOUT(600 * NSEC_PER_SEC, e.time_ns - started.time_ns);
	EXPECT_LE(299, atomic_load(&self->l->ios));
}

/* RUN-1, RUN-3: servicing needs no I/O. */
TEST_F_TIMEOUT(a_task, for_servicing_is_cancelled_after_1800s_and_not_for_idleness, TEST_TIMEOUT_S)
{
	struct scene *s = &self->scene;
	struct event started, e;

	self->l->every_ns = 0;
	ASSERT_EQ(0, begin(s, self->l, DEVTASK_TYPE_SERVICING));
	ASSERT_EQ(0, event(s, DEVTASK_EVENT_KIND_STARTED, &started, 1000));
	ASSERT_EQ(0, helper_event_next(&s->ear, &e, 2000000));
	ASSERT_EQ(DEVTASK_EVENT_KIND_WARNING, e.kind);
	EXPECT_ABOUT(1740 * NSEC_PER_SEC, e.time_ns - started.time_ns);
	EXPECT_ABOUT(1740 * NSEC_PER_SEC, e.measured_ns);
	EXPECT_EQ(1800 * NSEC_PER_SEC, e.required_ns);
	EXPECT_FALSE(e.has_reason);
	/* The next thing that happens is the end: one warning is enough. */
	ASSERT_EQ(0, helper_event_next(&s->ear, &e, 2000000));
	ASSERT_EQ(DEVTASK_EVENT_KIND_CANCELED, e.kind);
	EXPECT_EQ(DEVTASK_REASON_EXECUTION_TIME_EXCEEDED, e.reason);
	EXPECT_EQ(DEVTASK_DETAIL_WALL_CLOCK, e.detail);
	EXPECT_ABOUT(1800 * NSEC_PER_SEC, e.time_ns - started.time_ns);
	EXPECT_EQ(0, e.ops);
}

/* RUN-1, RUN-10: the limit is a wish of the helper, and what is left can be read. */
TEST_F_TIMEOUT(a_task, has_the_deadline_that_the_helper_gave_and_says_what_is_left, TEST_TIMEOUT_S)
{
	struct task_wish wish = { .type = DEVTASK_TYPE_USE, .deadline_ns = 42 * NSEC_PER_SEC };
	struct scene *s = &self->scene;
	struct task_facts facts;
	struct event started, e;

	ASSERT_EQ(0, cage_make(&s->cage, &s->helper, &wish));
	ASSERT_EQ(0, cage_claim(&s->cage, s->hid.node));
	ASSERT_EQ(0, cage_mount(&s->cage));
	ASSERT_EQ(0, cage_start(&s->cage));
	ASSERT_LT(0, cage_spawn(&s->cage, live, self->l));
	ASSERT_EQ(0, event(s, DEVTASK_EVENT_KIND_STARTED, &started, 1000));
	clock_sleep_until(started.time_ns + 10 * NSEC_PER_SEC);
	ASSERT_EQ(0, helper_task_get(&s->helper, s->cage.task, &facts));
	EXPECT_EQ(42 * NSEC_PER_SEC, facts.deadline_ns);
	EXPECT_ABOUT(10 * NSEC_PER_SEC, facts.elapsed_ns);
	EXPECT_EQ(42 * NSEC_PER_SEC, facts.elapsed_ns + facts.remaining_ns);
	ASSERT_EQ(0, event(s, DEVTASK_EVENT_KIND_CANCELED, &e, 60000));
	EXPECT_ABOUT(42 * NSEC_PER_SEC, e.time_ns - started.time_ns);
}

/* RUN-1, RUN-10: when the warning comes is a wish of the helper, too; so is none. */
TEST_F_TIMEOUT(a_task, is_warned_when_the_helper_wants_it_or_not_at_all, TEST_TIMEOUT_S)
{
	static const struct {
		uint64_t deadline_s, warning_s;	/* 0: not given */
		bool none;
		uint64_t after_s;		/* 0: never */
	} rows[] = {
		{ 100, 0, false, 40 },
		{ 60, 0, false, 0 },
		{ 61, 0, false, 1 },
		{ 100, 90, false, 10 },
		{ 100, 100, false, 0 },
		{ 100, 0, true, 0 },
	};
	struct scene *s = &self->scene;
	struct event started, e;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct task_wish wish = {
			.type = DEVTASK_TYPE_SERVICING,
			.deadline_ns = rows[i].deadline_s * NSEC_PER_SEC,
			.warning_ns = rows[i].warning_s * NSEC_PER_SEC,
			.no_warning = rows[i].none,
		};

		ASSERT_EQ(0, cage_make(&s->cage, &s->helper, &wish));
		ASSERT_EQ(0, cage_start(&s->cage));
		ASSERT_EQ(0, event(s, DEVTASK_EVENT_KIND_STARTED, &started, 1000));
		ASSERT_EQ(0, helper_event_next(&s->ear, &e, 200000));
		EXPECT_EQ(rows[i].after_s ? DEVTASK_EVENT_KIND_WARNING : DEVTASK_EVENT_KIND_CANCELED,
			  e.kind) TH_LOG("row %zu", i);
		EXPECT_ABOUT((rows[i].after_s ?: rows[i].deadline_s) * NSEC_PER_SEC,
			     e.time_ns - started.time_ns);
		cage_close(&s->cage);
		ASSERT_EQ(0, event(s, DEVTASK_EVENT_KIND_ENDED, &e, 10000));
	}
}

/* END-1 */
TEST_F_TIMEOUT(a_task, that_ignores_its_cancellation_keeps_its_device_5s_and_lives_5500_ms,
	       TEST_TIMEOUT_S)
{
	struct event canceled, revoked, killed, e;
	struct scene *s = &self->scene;
	struct task_facts facts;

	self->l->every_ns = 100 * NSEC_PER_MSEC;
	ASSERT_EQ(0, begin(s, self->l, DEVTASK_TYPE_USE));
	ASSERT_TRUE(clock_wait(atomic_load(&self->l->ios) > 3, 5000));
	ASSERT_EQ(0, helper_task_cancel(&s->helper, s->cage.task, DEVTASK_REASON_SYSTEM_POLICY,
					DEVTASK_DETAIL_BY_ADMIN));
	ASSERT_EQ(0, event(s, DEVTASK_EVENT_KIND_CANCELED, &canceled, 1000));
	ASSERT_EQ(0, helper_task_get(&s->helper, s->cage.task, &facts));
	EXPECT_EQ(DEVTASK_STATE_CANCELING, facts.state);
	ASSERT_EQ(0, event(s, DEVTASK_EVENT_KIND_REVOKED, &revoked, 10000));
	EXPECT_ABOUT(GRACE_NS, revoked.time_ns - canceled.time_ns);
	/* Its device was open until the end of the grace, and is not after it. */
	EXPECT_LE(canceled.time_ns + GRACE_NS - 200 * NSEC_PER_MSEC, self->l->last_ok_ns);
	EXPECT_GE(revoked.time_ns, self->l->last_ok_ns);
	EXPECT_TRUE(clock_wait(atomic_load(&self->l->late_error), 400));
	EXPECT_EQ(ENODEV, atomic_load(&self->l->late_error));
	EXPECT_FALSE(cage_is_empty(&s->cage));
	ASSERT_EQ(0, event(s, DEVTASK_EVENT_KIND_KILLED, &killed, 5000));
	EXPECT_ABOUT(KILL_NS, killed.time_ns - revoked.time_ns);
	EXPECT_TRUE(clock_wait(cage_is_empty(&s->cage), 1000));
	EXPECT_EQ(1, atomic_load(&self->l->terms));
	ASSERT_EQ(0, helper_task_end(&s->helper, s->cage.task, SIGKILL));
	ASSERT_EQ(0, event(s, DEVTASK_EVENT_KIND_ENDED, &e, 1000));
	EXPECT_EQ(SIGKILL, e.exit_status);
	EXPECT_EQ(DEVTASK_REASON_SYSTEM_POLICY, e.reason);
}

/* END-1: no grace with the device open when the user took it back, but time to exit. */
TEST_F_TIMEOUT(a_task, whose_consent_is_revoked_has_5s_to_exit_without_its_device, TEST_TIMEOUT_S)
{
	struct event canceled, revoked, killed;
	struct scene *s = &self->scene;

	self->l->every_ns = 100 * NSEC_PER_MSEC;
	ASSERT_EQ(0, begin(s, self->l, DEVTASK_TYPE_USE));
	ASSERT_TRUE(clock_wait(atomic_load(&self->l->ios) > 3, 5000));
	ASSERT_EQ(0, cage_cut(&s->cage));
	ASSERT_EQ(0, event(s, DEVTASK_EVENT_KIND_CANCELED, &canceled, 1000));
	EXPECT_EQ(DEVTASK_DETAIL_CONSENT_REVOKED, canceled.detail);
	ASSERT_EQ(0, event(s, DEVTASK_EVENT_KIND_REVOKED, &revoked, 1000));
	EXPECT_GT(50 * NSEC_PER_MSEC * clock_slow(), revoked.time_ns - canceled.time_ns);
	ASSERT_EQ(0, event(s, DEVTASK_EVENT_KIND_KILLED, &killed, 10000));
	EXPECT_ABOUT(GRACE_NS, killed.time_ns - canceled.time_ns);
	EXPECT_EQ(1, atomic_load(&self->l->terms));
}

/* END-1, END-4 */
TEST_F_TIMEOUT(a_task, that_obeys_its_cancellation_is_not_killed, TEST_TIMEOUT_S)
{
	struct scene *s = &self->scene;
	struct event e;
	int kinds[__DEVTASK_EVENT_KIND_MAX] = { 0 };

	self->l->obey = 1;
	self->l->every_ns = 100 * NSEC_PER_MSEC;
	ASSERT_EQ(0, begin(s, self->l, DEVTASK_TYPE_USE));
	ASSERT_TRUE(clock_wait(atomic_load(&self->l->ios) > 3, 5000));
	ASSERT_EQ(0, helper_task_abort(&s->helper, s->cage.task));
	ASSERT_TRUE(clock_wait(cage_is_empty(&s->cage), 1000));
	ASSERT_EQ(0, helper_task_end(&s->helper, s->cage.task, 7 << 8));
	while (!helper_event_next(&s->ear, &e, 10000))
		kinds[e.kind]++;
	EXPECT_EQ(1, kinds[DEVTASK_EVENT_KIND_CANCELED]);
	EXPECT_EQ(1, kinds[DEVTASK_EVENT_KIND_ENDED]);
	EXPECT_EQ(0, kinds[DEVTASK_EVENT_KIND_KILLED]);
	EXPECT_EQ(1, atomic_load(&self->l->terms));
}

/* END-1, END-5: of several reasons the first one counts, and there is one cancellation. */
TEST_F_TIMEOUT(a_task, is_cancelled_once_and_the_first_reason_wins, TEST_TIMEOUT_S)
{
	struct scene *s = &self->scene;
	struct task_facts facts;
	struct event e, first;
	int canceled = 0;

	self->l->every_ns = 0;	/* the idle rule fires later, too */
	ASSERT_EQ(0, begin(s, self->l, DEVTASK_TYPE_USE));
	clock_sleep_until(clock_now_ns() + 3 * NSEC_PER_SEC);
	ASSERT_EQ(0, helper_task_cancel(&s->helper, s->cage.task, DEVTASK_REASON_TERMINATING,
					DEVTASK_DETAIL_APP_EXITED));
	EXPECT_EQ(-EALREADY, helper_task_cancel(&s->helper, s->cage.task, DEVTASK_REASON_UNINSTALL,
						DEVTASK_DETAIL_BY_ADMIN));
	EXPECT_STRNE("", s->helper.sentence);
	EXPECT_EQ(-EALREADY, helper_task_abort(&s->helper, s->cage.task));
	memset(&first, 0, sizeof(first));
	while (!helper_event_next(&s->ear, &e, 8000)) {
		if (e.kind != DEVTASK_EVENT_KIND_CANCELED)
			continue;
		first = e;
		canceled++;
	}
	EXPECT_EQ(1, canceled);
	EXPECT_EQ(DEVTASK_REASON_TERMINATING, first.reason);
	EXPECT_EQ(DEVTASK_DETAIL_APP_EXITED, first.detail);
	ASSERT_EQ(0, helper_task_get(&s->helper, s->cage.task, &facts));
	EXPECT_EQ(DEVTASK_REASON_TERMINATING, facts.reason);
	EXPECT_EQ(DEVTASK_DETAIL_APP_EXITED, facts.detail);
}

/* END-1: a short grace is a wish of the helper, too. */
TEST_F_TIMEOUT(a_task, has_the_grace_that_the_helper_gave, TEST_TIMEOUT_S)
{
	struct task_wish wish = { .type = DEVTASK_TYPE_SERVICING, .grace_ns = NSEC_PER_SEC };
	struct event canceled, revoked;
	struct scene *s = &self->scene;

	ASSERT_EQ(0, cage_make(&s->cage, &s->helper, &wish));
	ASSERT_EQ(0, cage_claim(&s->cage, s->hid.node));
	ASSERT_EQ(0, cage_mount(&s->cage));
	ASSERT_EQ(0, cage_start(&s->cage));
	ASSERT_LT(0, cage_spawn(&s->cage, live, self->l));
	ASSERT_EQ(0, helper_task_abort(&s->helper, s->cage.task));
	ASSERT_EQ(0, event(s, DEVTASK_EVENT_KIND_CANCELED, &canceled, 1000));
	ASSERT_EQ(0, event(s, DEVTASK_EVENT_KIND_REVOKED, &revoked, 9000));
	EXPECT_ABOUT(NSEC_PER_SEC, revoked.time_ns - canceled.time_ns);
}

static void wait_for_ever(struct life *l)
{
	signal(SIGTERM, on_term);
	atomic_fetch_add(&l->procs, 1);
	for (;;)
		pause();
}

/* A process, its child, a session leader of its own, and one in a sub-cgroup. */
static int family(void *arg)
{
	struct life *l = arg;
	char file[160];

	if (!fork()) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		wait_for_ever(l);
	}
	if (!fork()) {
		setsid();
		wait_for_ever(l);
	}
	if (!fork()) {
		int fd;

		snprintf(file, sizeof(file), "%s/inner", l->path);
		mkdir(file, 0755);
		strcat(file, "/cgroup.procs");
		fd = open(file, O_WRONLY | O_CLOEXEC);
		if (fd < 0 || write(fd, "0", 1) != 1)
			l->error = errno;
		wait_for_ever(l);
	}
	wait_for_ever(l);
	return 0;
}

/* END-1, APP-5: the whole tree is told, and the whole tree is killed. */
TEST_F_TIMEOUT(a_task, is_told_and_killed_in_all_its_processes, TEST_TIMEOUT_S)
{
	struct scene *s = &self->scene;
	char inner[160];
	struct event e;

	ASSERT_EQ(0, cage_begin(&s->cage, &s->helper, DEVTASK_TYPE_SERVICING, NULL));
	strcpy(self->l->path, s->cage.dir);
	ASSERT_LT(0, cage_spawn(&s->cage, family, self->l));
	ASSERT_TRUE(clock_wait(atomic_load(&self->l->procs) == 4, 5000));
	ASSERT_EQ(0, self->l->error);
	ASSERT_EQ(0, helper_task_abort(&s->helper, s->cage.task));
	EXPECT_TRUE(clock_wait(atomic_load(&self->l->terms) == 4, 1000))
		TH_LOG("%d of 4 processes were told", atomic_load(&self->l->terms));
	ASSERT_EQ(0, event(s, DEVTASK_EVENT_KIND_KILLED, &e, 10000));
	EXPECT_TRUE(clock_wait(cage_is_empty(&s->cage), 1000));
	EXPECT_EQ(4, atomic_load(&self->l->terms));
	snprintf(inner, sizeof(inner), "%s/inner", s->cage.dir);
	EXPECT_TRUE(clock_wait(!rmdir(inner), 1000));
}

/* END-1: freezing does not save a task from being killed. */
TEST_F_TIMEOUT(a_task, is_killed_though_it_is_frozen, TEST_TIMEOUT_S)
{
	struct scene *s = &self->scene;
	struct event e;

	ASSERT_EQ(0, begin(s, self->l, DEVTASK_TYPE_SERVICING));
	ASSERT_TRUE(clock_wait(atomic_load(&self->l->ios), 5000));
	ASSERT_EQ(0, cage_set(&s->cage, "cgroup.freeze", "1"));
	ASSERT_TRUE(clock_wait(cage_is_frozen(&s->cage), 1000));
	ASSERT_EQ(0, helper_task_abort(&s->helper, s->cage.task));
	ASSERT_EQ(0, event(s, DEVTASK_EVENT_KIND_REVOKED, &e, 10000));
	ASSERT_EQ(0, event(s, DEVTASK_EVENT_KIND_KILLED, &e, 10000));
	EXPECT_TRUE(clock_wait(cage_is_empty(&s->cage), 1000));
}

/* END-1: a stopped task cannot run its handler; it must die all the same. */
TEST_F_TIMEOUT(a_task, is_killed_though_it_is_stopped, TEST_TIMEOUT_S)
{
	struct scene *s = &self->scene;
	struct event e;
	pid_t pid;

	ASSERT_EQ(0, cage_begin(&s->cage, &s->helper, DEVTASK_TYPE_SERVICING, s->hid.node));
	pid = cage_spawn(&s->cage, live, self->l);
	ASSERT_LT(0, pid);
	ASSERT_TRUE(clock_wait(atomic_load(&self->l->ios), 5000));
	ASSERT_EQ(0, kill(pid, SIGSTOP));
	ASSERT_EQ(0, helper_task_abort(&s->helper, s->cage.task));
	ASSERT_EQ(0, event(s, DEVTASK_EVENT_KIND_KILLED, &e, 20000));
	EXPECT_TRUE(clock_wait(cage_is_empty(&s->cage), 1000));
}

TEST_HARNESS_MAIN
