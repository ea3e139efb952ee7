// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two hundred tasks at once, each on its own device, for a minute of virtual time: who keeps
 * the rules is left alone, who breaks one is cancelled, and nobody is mistaken for another.
 *
 * Every task sends a report each 4 to 4.9 s. Some stop at a known report, some lose their
 * device at a known moment; all others send a last one together at the end, and exit.
 */
#include <fcntl.h>
#include <sys/wait.h>

#include "kselftest_harness.h"

#include "clock.h"
#include "herd.h"
#include "scene.h"

#define MANY HERD_MAX
#define RUN_NS (60 * NSEC_PER_SEC)
#define INTERVAL_NS (5 * NSEC_PER_SEC)
#define TOLERANCE_NS (10 * NSEC_PER_MSEC)
#define GRACE_NS (5 * NSEC_PER_SEC)
#define LINGER_NS (500 * NSEC_PER_MSEC)
#define AT_ONCE_NS (50 * NSEC_PER_MSEC)
#define EVENTS_MAX 1024		/* what the module keeps */
#define TEST_TIMEOUT_S 600

enum fate { RUNS_ON, STOPS, LOSES_DEVICE };

/* One task, shared with its process. */
struct job {
	atomic_int ready, error;
	atomic_uint done;
	_Atomic uint64_t before_ns;	/* when it began its newest report */
};

/* The clock of them all. */
struct stage {
	_Atomic uint64_t begin_ns, end_ns;
	struct job of[MANY];
};

struct crowd;

struct job_ref {
	struct crowd *crowd;
	int number;
};

struct crowd {
	struct scene scene;
	struct herd herd;
	struct stage *stage;
	struct cage cage[MANY];
	pid_t pid[MANY];
	int status[MANY];		/* of waitpid(2) */
	uint64_t pulled_ns[MANY];
	int gate[2];			/* closed for writing = go */
	uint64_t before;		/* newest event when the test began */
	struct event *heard;
	int heard_n;
};

/* What the events say of one task. */
struct tale {
	int times[DEVTASK_EVENT_KIND_MAX + 1];
	const struct event *of[DEVTASK_EVENT_KIND_MAX + 1];
};

static enum fate fate_of(int i)
{
	if (i % 10 == 3)
		return STOPS;
	return i % 20 == 7 ? LOSES_DEVICE : RUNS_ON;
}

/* After so many reports a task that stops does. */
static unsigned int last_report_of(int i)
{
	return fate_of(i) == STOPS ? 1U + i / 20 : ~0U;
}

/* No two tasks begin together; later some meet. */
static uint64_t first_gap_ns(int i)
{
	return i * 24 * NSEC_PER_MSEC;
}

static uint64_t gap_ns(int i, unsigned int round)
{
	return (40 + (7 * i + 3 * round) % 10) * 100 * NSEC_PER_MSEC;
}

/* One each 5 s, never nearer than 10 ms to a report of the same task. */
static uint64_t loss_ns(int nth)
{
	return 2558 * NSEC_PER_MSEC + nth * 5 * NSEC_PER_SEC;
}

FIXTURE(two_hundred_tasks)
{
	struct crowd *crowd;
};

FIXTURE_SETUP(two_hundred_tasks)
{
	struct crowd *c = cage_share(sizeof(*c));
	uint32_t tasks;

	self->crowd = c;
	ASSERT_EQ(0, scene_open(&c->scene, 0));
	ASSERT_TRUE(clock_wait(!helper_info_get(&c->scene.helper, &c->before, &tasks) && !tasks,
			       2000));
	c->stage = cage_share(sizeof(*c->stage));
	c->heard = cage_share((EVENTS_MAX + 1) * sizeof(*c->heard));
	ASSERT_EQ(0, herd_plug(&c->herd, MANY, HERD_RAW_MAX));
	ASSERT_EQ(0, pipe2(c->gate, O_CLOEXEC));
}

FIXTURE_TEARDOWN(two_hundred_tasks)
{
	struct crowd *c = self->crowd;

	for (int i = 0; i < MANY; i++)
		cage_close(&c->cage[i]);
	herd_unplug(&c->herd);
	scene_close(&c->scene);
}

static int report(struct crowd *c, int i, int fd)
{
	struct job *job = &c->stage->of[i];

	job->before_ns = clock_now_ns();
	if (herd_report(&c->herd, i, fd, job->done) != herd_report_size(&c->herd, i)) {
		job->error = errno ?: EIO;
		return -1;
	}
	job->done++;
	return 0;
}

/* Returns false if the task has stopped or has failed. */
static bool report_until_end(struct crowd *c, int i, int fd)
{
	struct job *job = &c->stage->of[i];
	uint64_t next = c->stage->begin_ns + first_gap_ns(i);

	while (next < c->stage->end_ns) {
		clock_sleep_until(next);
		if (report(c, i, fd) || job->done == last_report_of(i))
			return false;
		next += gap_ns(i, job->done);
	}
	clock_sleep_until(c->stage->end_ns);
	return !report(c, i, fd);
}

static int work(void *arg)
{
	struct job_ref *ref = arg;
	struct crowd *c = ref->crowd;
	struct job *job = &c->stage->of[ref->number];
	int fd = open(c->herd.node[ref->number], O_RDWR | O_CLOEXEC);
	char nothing;

	if (fd < 0)
		job->error = errno;
	job->ready = 1;
	if (fd < 0 || read(c->gate[0], &nothing, 1))
		return 1;
	if (report_until_end(c, ref->number, fd))
		return 0;
	for (;;)
		pause();
}

static int hear(struct crowd *c, int ms)
{
	int err;

	if (c->heard_n > EVENTS_MAX)
		return -ENOSPC;
	err = helper_event_next(&c->scene.ear, &c->heard[c->heard_n], ms);
	c->heard_n += !err;
	return err;
}

/* All that has been said by now: 0 or -errno. */
static int hear_all(struct crowd *c)
{
	int err;

	while (!(err = hear(c, 0)))
		;
	return err == -ETIMEDOUT ? 0 : err;
}

static int hear_until(struct crowd *c, uint64_t when_ns)
{
	uint64_t now;
	int err;

	while ((now = clock_now_ns()) < when_ns) {
		err = hear(c, (when_ns - now) / NSEC_PER_MSEC + 1);
		if (err && err != -ETIMEDOUT)
			return err;
	}
	return 0;
}

/* A prepared task whose process has opened the device and waits for the gate. */
static int prepare(struct crowd *c, int i)
{
	struct task_wish wish = { .type = DEVTASK_TYPE_USE };
	struct job_ref ref = { c, i };
	int err;

	err = cage_make(&c->cage[i], &c->scene.helper, &wish) ?:
	      cage_claim(&c->cage[i], c->herd.node[i]);
	if (err)
		return err;
	c->pid[i] = cage_spawn_with(&c->cage[i], work, &ref, c->gate[0]);
	if (c->pid[i] < 0)
		return c->pid[i];
	if (!clock_wait(c->stage->of[i].ready, 5000))
		return -ETIMEDOUT;
	return -c->stage->of[i].error ?: hear_all(c);
}

static int start_all(struct crowd *c)
{
	int err = 0;

	for (int i = 0; i < MANY && !err; i++)
		err = cage_start(&c->cage[i]) ?: hear_all(c);
	c->stage->begin_ns = clock_now_ns();
	c->stage->end_ns = c->stage->begin_ns + RUN_NS;
	close(c->gate[1]);
	return err;
}

/* Listen until the end, and take the devices away when it is time. */
static int watch(struct crowd *c)
{
	int err = 0, nth = 0;

	for (int i = 0; i < MANY && !err; i++) {
		if (fate_of(i) != LOSES_DEVICE)
			continue;
		err = hear_until(c, c->stage->begin_ns + loss_ns(nth++));
		c->pulled_ns[i] = clock_now_ns();
		err = err ?: herd_pull(&c->herd, i);
	}
	return err ?: hear_until(c, c->stage->end_ns);
}

static bool all_exited(struct crowd *c)
{
	bool all = true;

	for (int i = 0; i < MANY; i++) {
		if (c->pid[i] && waitpid(c->pid[i], &c->status[i], WNOHANG) == c->pid[i])
			c->pid[i] = 0;
		all = all && !c->pid[i];
	}
	return all;
}

static bool devices_have_all(struct crowd *c)
{
	for (int i = 0; i < MANY; i++)
		if (c->herd.state[i].outputs != c->stage->of[i].done)
			return false;
	return true;
}

static bool module_is_empty(struct crowd *c)
{
	uint32_t tasks;
	uint64_t newest;

	return !hear_all(c) && !helper_info_get(&c->scene.helper, &newest, &tasks) && !tasks &&
	       !hear_all(c) && c->before + c->heard_n == newest;
}

static int end_all(struct crowd *c)
{
	int err = 0;

	for (int i = 0; i < MANY && !err; i++)
		err = helper_task_end(&c->scene.helper, c->cage[i].task, c->status[i]) ?:
		      hear_all(c);
	return err ?: clock_wait(module_is_empty(c), 5000) ? 0 : -ETIMEDOUT;
}

static void tell(const struct crowd *c, int i, struct tale *t)
{
	memset(t, 0, sizeof(*t));
	for (int k = 0; k < c->heard_n; k++) {
		const struct event *e = &c->heard[k];

		if (e->task_id != c->cage[i].task || e->kind > DEVTASK_EVENT_KIND_MAX)
			continue;
		t->times[e->kind]++;
		t->of[e->kind] = e;
	}
}

/* Before the end is told: the module, the task and its device have counted the same. */
static void expect_same_counts(struct __test_metadata *_metadata, struct crowd *c, int i)
{
	unsigned int n = c->herd.state[i].outputs;
	struct claim_facts claim;
	struct task_facts task;

	ASSERT_EQ(0, helper_task_get(&c->scene.helper, c->cage[i].task, &task));
	ASSERT_EQ(0, helper_claim_get(&c->scene.helper, c->cage[i].claim[0], &claim));
	EXPECT_EQ(fate_of(i) != RUNS_ON, task.canceled) TH_LOG("task %d", i);
	EXPECT_EQ(fate_of(i) == RUNS_ON ? DEVTASK_STATE_RUNNING : DEVTASK_STATE_REVOKED, task.state)
		TH_LOG("task %d", i);
	EXPECT_EQ(n, c->stage->of[i].done) TH_LOG("task %d", i);
	EXPECT_EQ(n, task.ops) TH_LOG("task %d", i);
	EXPECT_EQ(n, claim.ops) TH_LOG("task %d", i);
	EXPECT_EQ(n * herd_report_size(&c->herd, i), task.bytes) TH_LOG("task %d", i);
	EXPECT_EQ(task.bytes, claim.bytes) TH_LOG("task %d", i);
}

static void expect_left_alone(struct __test_metadata *_metadata, struct crowd *c, int i,
			      const struct tale *t)
{
	EXPECT_EQ(0, t->times[DEVTASK_EVENT_KIND_CANCELED]) TH_LOG("task %d", i);
	EXPECT_EQ(0, t->times[DEVTASK_EVENT_KIND_KILLED]) TH_LOG("task %d", i);
	EXPECT_FALSE(t->of[DEVTASK_EVENT_KIND_ENDED]->has_reason) TH_LOG("task %d", i);
	EXPECT_EQ(0, c->status[i]) TH_LOG("task %d", i);
	EXPECT_EQ(0, c->stage->of[i].error) TH_LOG("task %d", i);
	/* 60 s of gaps up to 4.9 s, and the last one together. */
	EXPECT_LE(13, c->stage->of[i].done) TH_LOG("task %d", i);
}

/* Cancelled once for that, its device gone @revoke_ns and it itself @kill_ns later. */
static void expect_end(struct __test_metadata *_metadata, struct crowd *c, int i,
		       const struct tale *t, enum devtask_reason reason,
		       enum devtask_detail detail, uint64_t revoke_ns, uint64_t kill_ns)
{
	const struct event *canceled = t->of[DEVTASK_EVENT_KIND_CANCELED];
	const struct event *revoked = t->of[DEVTASK_EVENT_KIND_REVOKED];
	const struct event *killed = t->of[DEVTASK_EVENT_KIND_KILLED];

	ASSERT_EQ(1, t->times[DEVTASK_EVENT_KIND_CANCELED]) TH_LOG("task %d", i);
	ASSERT_EQ(1, t->times[DEVTASK_EVENT_KIND_KILLED]) TH_LOG("task %d", i);
	EXPECT_EQ(reason, canceled->reason) TH_LOG("task %d", i);
	EXPECT_EQ(detail, canceled->detail) TH_LOG("task %d", i);
	EXPECT_EQ(reason, t->of[DEVTASK_EVENT_KIND_ENDED]->reason) TH_LOG("task %d", i);
	EXPECT_EQ(c->herd.state[i].outputs, canceled->ops) TH_LOG("task %d", i);
	EXPECT_LE(revoke_ns, revoked->time_ns - canceled->time_ns) TH_LOG("task %d", i);
	EXPECT_GE(revoke_ns + AT_ONCE_NS, revoked->time_ns - canceled->time_ns)
		TH_LOG("task %d", i);
	EXPECT_LE(kill_ns, killed->time_ns - canceled->time_ns) TH_LOG("task %d", i);
	EXPECT_GE(kill_ns + 2 * AT_ONCE_NS, killed->time_ns - canceled->time_ns)
		TH_LOG("task %d", i);
	EXPECT_TRUE(WIFSIGNALED(c->status[i]) && WTERMSIG(c->status[i]) == SIGKILL)
		TH_LOG("task %d: status %x", i, c->status[i]);
}

static void expect_idle(struct __test_metadata *_metadata, struct crowd *c, int i,
			const struct tale *t)
{
	const struct event *e = t->of[DEVTASK_EVENT_KIND_CANCELED];
	const struct job *job = &c->stage->of[i];
	uint64_t arrived_ns = c->herd.state[i].last_ns;

	expect_end(_metadata, c, i, t, DEVTASK_REASON_IDLE_TASK, DEVTASK_DETAIL_NO_IO, GRACE_NS,
		   GRACE_NS + LINGER_NS);
	EXPECT_EQ(last_report_of(i), job->done) TH_LOG("task %d", i);
	EXPECT_EQ(INTERVAL_NS, e->required_ns) TH_LOG("task %d", i);
	EXPECT_LE(INTERVAL_NS, e->measured_ns) TH_LOG("task %d", i);
	EXPECT_GE(INTERVAL_NS + TOLERANCE_NS, e->measured_ns) TH_LOG("task %d", i);
	EXPECT_LE(job->before_ns, arrived_ns) TH_LOG("task %d", i);
	EXPECT_LE(INTERVAL_NS, e->time_ns - job->before_ns) TH_LOG("task %d", i);
	EXPECT_GE(INTERVAL_NS + TOLERANCE_NS, e->time_ns - arrived_ns) TH_LOG("task %d", i);
	TH_LOG("task %d stopped after %u: measured %.3f ms, %.3f ms after its device had the last",
	       i, job->done, e->measured_ns / 1e6, (e->time_ns - arrived_ns) / 1e6);
}

static void expect_detached(struct __test_metadata *_metadata, struct crowd *c, int i,
			    const struct tale *t)
{
	uint64_t noticed_ns = t->of[DEVTASK_EVENT_KIND_CANCELED]->time_ns - c->pulled_ns[i];

	expect_end(_metadata, c, i, t, DEVTASK_REASON_CONDITION_LOSS,
		   DEVTASK_DETAIL_DEVICE_DETACHED, 0, GRACE_NS);
	EXPECT_GE(AT_ONCE_NS, noticed_ns) TH_LOG("task %d", i);
	EXPECT_TRUE(!c->stage->of[i].error || c->stage->of[i].error == ENODEV)
		TH_LOG("task %d: error %d", i, c->stage->of[i].error);
	TH_LOG("task %d lost its device: noticed after %.3f ms", i, noticed_ns / 1e6);
}

static void expect_fate(struct __test_metadata *_metadata, struct crowd *c, int i)
{
	struct tale t;

	tell(c, i, &t);
	ASSERT_EQ(1, t.times[DEVTASK_EVENT_KIND_CREATED]) TH_LOG("task %d", i);
	ASSERT_EQ(1, t.times[DEVTASK_EVENT_KIND_STARTED]) TH_LOG("task %d", i);
	ASSERT_EQ(1, t.times[DEVTASK_EVENT_KIND_REVOKED]) TH_LOG("task %d", i);
	ASSERT_EQ(1, t.times[DEVTASK_EVENT_KIND_ENDED]) TH_LOG("task %d", i);
	EXPECT_EQ(c->herd.state[i].outputs, t.of[DEVTASK_EVENT_KIND_ENDED]->ops)
		TH_LOG("task %d", i);
	ASSERT_EQ(fate_of(i) != RUNS_ON, t.times[DEVTASK_EVENT_KIND_CANCELED])
		TH_LOG("task %d", i);
	if (fate_of(i) == STOPS)
		expect_idle(_metadata, c, i, &t);
	else if (fate_of(i) == LOSES_DEVICE)
		expect_detached(_metadata, c, i, &t);
	else
		expect_left_alone(_metadata, c, i, &t);
}

static void expect_no_gap(struct __test_metadata *_metadata, struct crowd *c)
{
	struct event *again = cage_share((EVENTS_MAX + 1) * sizeof(*again));

	EXPECT_EQ(c->heard_n, helper_event_list(&c->scene.helper, c->before, again, EVENTS_MAX));
	for (int k = 0; k < c->heard_n; k++) {
		EXPECT_EQ(c->before + 1 + k, c->heard[k].seq);
		EXPECT_EQ(0, memcmp(&again[k], &c->heard[k], sizeof(*again))) TH_LOG("event %d", k);
	}
}

/* RUN-3, RUN-2, END-1, APP-5, ADM-3 */
TEST_F_TIMEOUT(two_hundred_tasks, are_each_judged_by_their_own_device_for_a_minute, TEST_TIMEOUT_S)
{
	struct crowd *c = self->crowd;

	for (int i = 0; i < MANY; i++) {
		ASSERT_EQ(0, prepare(c, i)) TH_LOG("task %d: %s", i, c->scene.helper.sentence);
	}
	ASSERT_EQ(0, start_all(c)) TH_LOG("%s", c->scene.helper.sentence);
	ASSERT_EQ(0, watch(c));
	EXPECT_TRUE(clock_wait(all_exited(c), 2000));
	EXPECT_TRUE(clock_wait(devices_have_all(c), 1000));
	for (int i = 0; i < MANY; i++)
		expect_same_counts(_metadata, c, i);
	ASSERT_EQ(0, end_all(c)) TH_LOG("%d events", c->heard_n);
	for (int i = 0; i < MANY; i++)
		expect_fate(_metadata, c, i);
	expect_no_gap(_metadata, c);
}

TEST_HARNESS_MAIN
