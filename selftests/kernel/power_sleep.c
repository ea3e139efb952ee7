// SPDX-License-Identifier: GPL-2.0-only
/*
 * The system does not go to sleep while a servicing task has its device, whoever wants it to
 * (APP-9). It is really asked to sleep, by /sys/power/state; where it would not wake up in a
 * test machine, the kernel's own test mode stops before the machine does.
 */
#include <fcntl.h>

#include "kselftest_harness.h"

#include "clock.h"
#include "scene.h"

#define POWER "/sys/power/"

FIXTURE(sleep)
{
	struct scene scene;
	int log;
};

static int put(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), err = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, value, strlen(value)) < 0)
		err = -errno;
	close(fd);
	return err;
}

FIXTURE_SETUP(sleep)
{
	ASSERT_EQ(0, scene_open(&self->scene, 0));
	self->log = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	ASSERT_LE(0, self->log);
	lseek(self->log, 0, SEEK_END);
	/* Everything is frozen and thawed again, without a delay. */
	ASSERT_EQ(0, put(POWER "pm_test", "freezer"));
	ASSERT_EQ(0, put("/sys/module/suspend/parameters/pm_test_delay", "0"));
}

FIXTURE_TEARDOWN(sleep)
{
	put(POWER "pm_test", "none");
	close(self->log);
	scene_close(&self->scene);
}

/* How often the log says this since the test began. */
static int logged(int log, const char *what)
{
	char line[2048];
	int count = 0;
	ssize_t n;

	while ((n = read(log, line, sizeof(line) - 1)) > 0) {
		line[n] = '\0';
		count += !!strstr(line, what);
	}
	return count;
}

static int go_to_sleep(void)
{
	return put(POWER "state", "freeze");
}

/* APP-9 */
TEST_F_TIMEOUT(sleep, is_refused_while_a_servicing_task_runs_and_until_its_grace_is_over, 120)
{
	struct scene *s = &self->scene;
	char line[64];
	struct event e;

	EXPECT_EQ(0, go_to_sleep());
	ASSERT_EQ(0, cage_begin(&s->cage, &s->helper, DEVTASK_TYPE_SERVICING, "/dev/zero"));
	EXPECT_EQ(0, logged(self->log, "not going to sleep"));
	EXPECT_EQ(-EBUSY, go_to_sleep());
	snprintf(line, sizeof(line), "not going to sleep: task %u ", s->cage.task);
	EXPECT_EQ(1, logged(self->log, line));
	ASSERT_EQ(0, helper_task_abort(&s->helper, s->cage.task));
	ASSERT_EQ(0, helper_event_wait(&s->ear, s->cage.task, DEVTASK_EVENT_KIND_CANCELED, &e, 2000));
	EXPECT_EQ(-EBUSY, go_to_sleep());
	ASSERT_EQ(0, helper_event_wait(&s->ear, s->cage.task, DEVTASK_EVENT_KIND_REVOKED, &e, 9000));
	EXPECT_EQ(0, go_to_sleep());
	ASSERT_EQ(0, helper_task_end(&s->helper, s->cage.task, 0));
	EXPECT_EQ(0, go_to_sleep());
}

/* APP-9: hibernation is no way round. (That it works otherwise is not tried: it takes minutes.) */
TEST_F_TIMEOUT(sleep, on_disk_is_refused_too, 120)
{
	struct scene *s = &self->scene;
	char states[64] = "";
	int fd = open(POWER "state", O_RDONLY | O_CLOEXEC);

	ASSERT_LT(0, read(fd, states, sizeof(states) - 1));
	close(fd);
	if (!strstr(states, "disk"))
		SKIP(return, "this kernel cannot hibernate");
	ASSERT_EQ(0, cage_begin(&s->cage, &s->helper, DEVTASK_TYPE_SERVICING, "/dev/zero"));
	EXPECT_EQ(-EBUSY, put(POWER "state", "disk"));
	EXPECT_NE(0, logged(self->log, "not going to sleep"));
}

/* APP-6, APP-9: a sync can go on after the sleep, and what has not started needs nothing. */
TEST_F_TIMEOUT(sleep, is_not_refused_for_a_use_task_and_not_for_one_that_has_not_started, 120)
{
	struct task_wish wish = { .type = DEVTASK_TYPE_SERVICING };
	struct scene *s = &self->scene;
	struct cage prepared;

	ASSERT_EQ(0, cage_begin(&s->cage, &s->helper, DEVTASK_TYPE_USE, "/dev/zero"));
	ASSERT_EQ(0, cage_make(&prepared, &s->helper, &wish));
	EXPECT_EQ(0, go_to_sleep());
	cage_close(&prepared);
}

/*
 * APP-9: the log of a program that tries again and again is not flooded. The last test: it uses up
 * what may be said for some seconds.
 */
TEST_F_TIMEOUT(sleep, is_refused_as_often_as_it_is_tried_and_the_log_stays_short, 120)
{
	struct scene *s = &self->scene;
	int said;

	ASSERT_EQ(0, cage_begin(&s->cage, &s->helper, DEVTASK_TYPE_SERVICING, "/dev/zero"));
	for (int i = 0; i < 100; i++)
		ASSERT_EQ(-EBUSY, go_to_sleep());
	said = logged(self->log, "not going to sleep");
	EXPECT_GT(50, said) TH_LOG("%d lines", said);
}

TEST_HARNESS_MAIN
