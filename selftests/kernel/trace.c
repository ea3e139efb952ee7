// SPDX-License-Identifier: GPL-2.0-only
/*
 * What tracefs shows of a real task with a real device (ADM-3): each verdict, state, open, loss,
 * cancellation and revocation with its fields, and counters that are the device's own.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <sys/wait.h>

#include "kselftest_harness.h"

#include "app.h"
#include "ask.h"
#include "clock.h"
#include "play.h"
#include "scene.h"

#define TRACING "/sys/kernel/tracing/"
#define SHOWN_MAX (256 * 1024)
#define REPORTS 5

FIXTURE(trace)
{
	struct scene scene;
	int fd;
	uint32_t reg;
	struct cage cage;
	char *shown;
	size_t from;	/* what is before has been seen */
};

static int put(const char *file, const char *value)
{
	int fd = open(file, O_WRONLY | O_TRUNC | O_CLOEXEC), err = 0;

	if (fd < 0)
		return -errno;
	if (*value && write(fd, value, strlen(value)) < 0)
		err = -errno;
	close(fd);
	return err;
}

/* All that has been traced since the test began. */
static int look(char *shown)
{
	int fd = open(TRACING "trace", O_RDONLY | O_CLOEXEC);
	size_t length = 0;
	ssize_t got;

	if (fd < 0)
		return -errno;
	while ((got = read(fd, shown + length, SHOWN_MAX - 1 - length)) > 0)
		length += (size_t)got;
	close(fd);
	shown[length] = '\0';
	return got < 0 ? -errno : 0;
}

FIXTURE_SETUP(trace)
{
	ASSERT_EQ(0, scene_open(&self->scene, SCENE_HID));
	self->shown = cage_share(SHOWN_MAX);
	self->fd = app_open(O_CLOEXEC);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, put(TRACING "trace", ""));
	ASSERT_EQ(0, put(TRACING "events/devtask/enable", "1"));
	self->reg = play_register(&self->scene.helper, self->fd, DEVTASK_TYPE_USE, "sync", NULL);
	ASSERT_EQ(1, (int)self->reg);
}

FIXTURE_TEARDOWN(trace)
{
	put(TRACING "events/devtask/enable", "0");
	put(TRACING "trace", "");
	close(self->fd);
	cage_close(&self->cage);
	scene_close(&self->scene);
}

/* The next line that says this, after the last one that was found: what follows it, or NULL. */
static const char *find(FIXTURE_DATA(trace) *self, const char *event, const char *fields)
{
	char line[256];
	const char *found;

	snprintf(line, sizeof(line), " devtask_%s: %s", event, fields);
	if (look(self->shown))
		return NULL;
	found = strstr(self->shown + self->from, line);
	if (!found)
		return NULL;
	found += strlen(line);
	self->from = (size_t)(found - self->shown);
	return found;
}

/* ... which must be the whole line. */
static bool has(FIXTURE_DATA(trace) *self, const char *event, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static bool has(FIXTURE_DATA(trace) *self, const char *event, const char *format, ...)
{
	char fields[200];
	const char *rest;
	va_list args;

	va_start(args, format);
	vsnprintf(fields, sizeof(fields), format, args);
	va_end(args);
	rest = find(self, event, fields);
	if (rest && *rest == '\n')
		return true;
	fprintf(stderr, "# no \"devtask_%s: %s\" in:\n%s", event, fields,
		self->shown + self->from);
	return false;
}

static int send_reports(void *arg)
{
	unsigned char report[1 + HID_REPORT] = { 0, 1 };
	int fd = open(arg, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return 1;
	for (int i = 0; i < REPORTS; i++)
		if (write(fd, report, sizeof(report)) != sizeof(report))
			return 2;
	return 0;
}

static int open_only(void *arg)
{
	return open(arg, O_RDWR | O_CLOEXEC) < 0 ? errno : 0;
}

/* The status with which a process of the task ends. */
static int run_inside(struct cage *cage, int (*fn)(void *arg), void *arg)
{
	pid_t pid = cage_spawn(cage, fn, arg);
	int status;

	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

/* ADM-3 */
TEST_F(trace, follows_a_task_from_its_verdict_to_its_end)
{
	struct wire *w = &self->scene.helper;
	char *node = self->scene.hid.node;
	struct claim_facts claim;
	struct task_facts task;
	struct app_event event;
	const char *registered;
	uint64_t id;

	registered = find(self, "verdict", "ask=");
	ASSERT_TRUE(registered);
	EXPECT_TRUE(strstr(registered, " kind=1 verdict=0 reasons=0x0\n"));
	ASSERT_EQ(0, play_prepare(w, self->fd, self->reg, &self->cage, node, &id));
	EXPECT_TRUE(has(self, "state", "task=%u state=1", self->cage.task));
	ASSERT_EQ(0, ask_allow(w, id));
	EXPECT_TRUE(has(self, "verdict", "ask=%" PRIu64 " kind=2 verdict=0 reasons=0x0", id));
	ASSERT_EQ(0, cage_start(&self->cage));
	EXPECT_TRUE(has(self, "state", "task=%u state=2", self->cage.task));
	ASSERT_EQ(0, run_inside(&self->cage, send_reports, node));
	EXPECT_TRUE(has(self, "open", "task=%u claim=%u verdict=0", self->cage.task,
			self->cage.claim[0]));
	/* Per device, per task, and what has reached the device. */
	ASSERT_EQ(0, helper_claim_get(w, self->cage.claim[0], &claim));
	EXPECT_EQ(REPORTS, claim.ops);
	EXPECT_EQ(REPORTS * (1 + HID_REPORT), claim.bytes);
	ASSERT_EQ(0, helper_task_get(w, self->cage.task, &task));
	EXPECT_EQ(claim.ops, task.ops);
	EXPECT_EQ(claim.bytes, task.bytes);
	EXPECT_GT(NSEC_PER_SEC * clock_slow(), task.since_io_ns);
	EXPECT_TRUE(clock_wait(self->scene.hid.state->outputs == REPORTS, 2000));
	ASSERT_EQ(0, helper_task_end(w, self->cage.task, 0));
	do {
		ASSERT_EQ(0, app_next(self->fd, &event, 2000));
	} while (event.head.kind != DEVTASK_APP_EVENT_COMPLETED);
	EXPECT_TRUE(has(self, "state", "task=%u state=5", self->cage.task));
	EXPECT_EQ(REPORTS, event.head.ops);
	EXPECT_EQ(REPORTS * (1 + HID_REPORT), event.head.bytes);
}

/* ADM-3: a verdict is traced with its reasons, an explanation like a request. */
TEST_F(trace, shows_each_verdict_and_its_reasons)
{
	struct ask_reply reply = {
		.verdict = DEVTASK_VERDICT_DENIED_BY_USER,
		.reasons = 1ull << DEVTASK_CHECK_CONSENT | 1ull << DEVTASK_CHECK_FOREGROUND,
		.sentence = "no",
	};
	struct wire *w = &self->scene.helper;
	struct app_event event;
	struct ask ask;

	ASSERT_EQ(0, app_request(self->fd, self->reg, "test:device", NULL, 0, NULL));
	ASSERT_EQ(0, ask_wait(w, DEVTASK_ASK_KIND_REQUEST, &ask, 5000));
	reply.id = ask.id;
	ASSERT_EQ(0, ask_answer(w, &reply));
	EXPECT_TRUE(has(self, "verdict", "ask=%" PRIu64 " kind=2 verdict=%u reasons=0x%" PRIx64,
			ask.id, reply.verdict, reply.reasons));
	ASSERT_EQ(0, app_expect(self->fd, DEVTASK_APP_EVENT_VERDICT, &event));
	EXPECT_EQ(reply.reasons, event.head.reasons);
	ASSERT_EQ(0, app_request(self->fd, self->reg, "test:device", NULL,
				 DEVTASK_APP_REQUEST_EXPLAIN, NULL));
	ASSERT_EQ(0, ask_wait(w, DEVTASK_ASK_KIND_EXPLAIN, &ask, 5000));
	reply.id = ask.id;
	reply.verdict = DEVTASK_VERDICT_LOW_BATTERY;
	reply.reasons = 1ull << DEVTASK_CHECK_BATTERY;
	ASSERT_EQ(0, ask_answer(w, &reply));
	EXPECT_TRUE(has(self, "verdict", "ask=%" PRIu64 " kind=3 verdict=%u reasons=0x%" PRIx64,
			ask.id, reply.verdict, reply.reasons));
}

/* ADM-3, END-5: the reason in numbers, then the way down; an open that comes too late is seen. */
TEST_F(trace, shows_why_a_task_is_cancelled_and_how_its_device_goes)
{
	struct wire *w = &self->scene.helper;
	char *node = self->scene.hid.node;
	struct task_facts task;
	struct event ended;
	uint32_t id;
	const char *revoked;

	ASSERT_EQ(0, play_run(w, self->fd, self->reg, &self->cage, node));
	id = self->cage.task;
	ASSERT_EQ(0, cage_cut(&self->cage));
	ASSERT_EQ(0, helper_task_get(w, id, &task));
	EXPECT_TRUE(has(self, "cancel", "task=%u reason=%u detail=%u measured_ns=0 required_ns=0",
			id, task.reason, task.detail));
	ASSERT_TRUE(clock_wait(!helper_task_get(w, id, &task) &&
			       task.state == DEVTASK_STATE_REVOKED, 5000));
	EXPECT_TRUE(has(self, "state", "task=%u state=3", id));
	revoked = find(self, "revoke", "task=");
	ASSERT_TRUE(revoked);
	EXPECT_EQ(id, strtoul(revoked, NULL, 10));
	revoked = strstr(revoked, " took_ns=");
	ASSERT_TRUE(revoked);
	EXPECT_GT(NSEC_PER_SEC * clock_slow(), strtoull(revoked + 9, NULL, 10));
	EXPECT_TRUE(strstr(revoked, " rounds=1\n")) TH_LOG("%s", revoked);
	EXPECT_EQ(ENODEV, run_inside(&self->cage, open_only, node));
	EXPECT_TRUE(has(self, "open", "task=%u claim=%u verdict=%d", id, self->cage.claim[0],
			-ENODEV));
	ASSERT_EQ(0, helper_task_end(w, id, 0));
	ASSERT_EQ(0, helper_event_wait(&self->scene.ear, id, DEVTASK_EVENT_KIND_ENDED, &ended, 5000));
	EXPECT_TRUE(has(self, "state", "task=%u state=5", id));
}

/* ADM-3, APP-8: a servicing task's device that goes, and the claim that takes its place. */
TEST_F(trace, shows_a_device_that_goes_and_comes_back)
{
	struct scene *s = &self->scene;
	struct event e;
	uint32_t old;

	ASSERT_EQ(0, cage_begin(&s->cage, &s->helper, DEVTASK_TYPE_SERVICING, s->hid.node));
	old = s->cage.claim[0];
	hid_unplug(&s->hid);
	ASSERT_EQ(0, helper_event_wait(&s->ear, s->cage.task, DEVTASK_EVENT_KIND_DETACHED, &e, 5000));
	EXPECT_TRUE(has(self, "device", "task=%u claim=%u is_back=0", s->cage.task, old));
	ASSERT_EQ(0, hid_plug(&s->hid));
	ASSERT_EQ(0, helper_claim_replace(&s->helper, s->cage.task, s->hid.node, old,
					  &s->cage.claim[0]));
	EXPECT_TRUE(has(self, "device", "task=%u claim=%u is_back=1", s->cage.task,
			s->cage.claim[0]));
}

TEST_HARNESS_MAIN
