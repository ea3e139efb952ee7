// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events: numbered without gaps, told to listeners, kept for those who come late, and the
 * same both ways.
 */
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "kselftest_harness.h"

#include "clock.h"
#include "scene.h"

#define RING 1024

FIXTURE(events)
{
	struct scene scene;
	char dir[96];
	int dir_fd;
	uint64_t before;	/* newest event when the test began */
	struct event *told;	/* room for the ring and more */
};

FIXTURE_SETUP(events)
{
	uint32_t tasks;

	ASSERT_EQ(0, scene_open(&self->scene, 0));
	snprintf(self->dir, sizeof(self->dir), "/sys/fs/cgroup/ktest-events-%d", getpid());
	ASSERT_EQ(0, mkdir(self->dir, 0755));
	self->dir_fd = open(self->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	/* What was left over from another test is ended by now, and heard. */
	ASSERT_TRUE(clock_wait(!helper_info_get(&self->scene.helper, &self->before, &tasks) &&
			       !tasks, 2000));
	wire_close(&self->scene.ear);
	ASSERT_EQ(0, wire_open(&self->scene.ear));
	ASSERT_EQ(0, wire_listen(&self->scene.ear));
	self->told = cage_share(2 * RING * sizeof(struct event));
}

FIXTURE_TEARDOWN(events)
{
	scene_close(&self->scene);
	close(self->dir_fd);
	rmdir(self->dir);
}

/* A task that is made and ended at once: created, revoked (of nothing), ended. */
static int short_task(struct wire *w, int dir_fd, bool cancel)
{
	struct task_wish wish = { .type = DEVTASK_TYPE_SERVICING, .cgroup_fd = dir_fd,
				  .device = "usb:1209:0008", .program = "/bin/prog" };
	uint32_t id, err;

	/* The end of the one before is not waited for by task-end. */
	clock_wait((err = helper_task_create(w, &wish, &id)) != (uint32_t)-EEXIST, 2000);
	if (err)
		return err;
	if (cancel && helper_task_cancel(w, id, DEVTASK_REASON_LOGGING_OFF, DEVTASK_DETAIL_BY_ADMIN))
		return -1;
	return helper_task_end(w, id, 3 << 8);
}

static bool all_ended(struct wire *w)
{
	uint32_t tasks;
	uint64_t seq;

	return !helper_info_get(w, &seq, &tasks) && !tasks;
}

static bool same(const struct event *a, const struct event *b)
{
	return !memcmp(a, b, sizeof(*a));
}

/* ADM-2, APP-4 */
TEST_F(events, are_the_same_for_a_listener_and_in_the_replay)
{
	struct scene *s = &self->scene;
	struct event heard;
	int n;

	for (int i = 0; i < 5; i++)
		ASSERT_EQ(0, short_task(&s->helper, self->dir_fd, i & 1));
	ASSERT_TRUE(clock_wait(all_ended(&s->helper), 2000));
	n = helper_event_list(&s->helper, self->before, self->told, 2 * RING);
	EXPECT_LE(10, n);
	for (int i = 0; i < n; i++) {
		ASSERT_EQ(0, helper_event_next(&s->ear, &heard, 1000));
		EXPECT_EQ(self->before + 1 + i, heard.seq);
		EXPECT_TRUE(same(&heard, &self->told[i])) TH_LOG("event %d differs", i);
	}
	EXPECT_EQ(-ETIMEDOUT, helper_event_next(&s->ear, &heard, 100));
}

/* ADM-2 */
TEST_F(events, say_what_happened_to_whom)
{
	struct scene *s = &self->scene;
	struct event *e = self->told;
	uint32_t task;
	uint64_t t0 = clock_now_ns();
	int n;

	ASSERT_EQ(0, short_task(&s->helper, self->dir_fd, true));
	ASSERT_TRUE(clock_wait(all_ended(&s->helper), 2000));
	n = helper_event_list(&s->helper, self->before, e, 2 * RING);
	ASSERT_LE(3, n);
	task = e[0].task_id;
	EXPECT_EQ(DEVTASK_EVENT_KIND_CREATED, e[0].kind);
	EXPECT_FALSE(e[0].has_reason);
	EXPECT_EQ(DEVTASK_EVENT_KIND_ENDED, e[n - 1].kind);
	EXPECT_TRUE(e[n - 1].has_exit_status);
	EXPECT_EQ(3 << 8, e[n - 1].exit_status);
	EXPECT_EQ(DEVTASK_REASON_LOGGING_OFF, e[n - 1].reason);
	EXPECT_EQ(DEVTASK_DETAIL_BY_ADMIN, e[n - 1].detail);
	for (int i = 0; i < n; i++) {
		EXPECT_EQ(task, e[i].task_id);
		EXPECT_EQ(DEVTASK_TYPE_SERVICING, e[i].type);
		EXPECT_STREQ(HELPER_TRIGGER, e[i].trigger);
		EXPECT_STREQ("/bin/prog", e[i].program);
		EXPECT_STREQ("usb:1209:0008", e[i].device);
		EXPECT_LE(t0, e[i].time_ns);
		EXPECT_GE(clock_now_ns(), e[i].time_ns);
		if (i) {
			EXPECT_LE(e[i - 1].time_ns, e[i].time_ns);
		}
	}
}

/* APP-4 */
TEST_F(events, after_a_number_are_those_with_a_greater_one)
{
	struct scene *s = &self->scene;
	uint64_t newest;
	uint32_t tasks;
	int n;

	for (int i = 0; i < 4; i++)
		ASSERT_EQ(0, short_task(&s->helper, self->dir_fd, false));
	ASSERT_TRUE(clock_wait(all_ended(&s->helper), 2000));
	ASSERT_EQ(0, helper_info_get(&s->helper, &newest, &tasks));
	n = helper_event_list(&s->helper, newest - 3, self->told, RING);
	ASSERT_EQ(3, n);
	EXPECT_EQ(newest - 2, self->told[0].seq);
	EXPECT_EQ(newest, self->told[2].seq);
	EXPECT_EQ(0, helper_event_list(&s->helper, newest, self->told, RING));
	EXPECT_EQ(0, helper_event_list(&s->helper, newest + 1, self->told, RING));
	EXPECT_EQ(0, helper_event_list(&s->helper, ~0ull, self->told, RING));
	EXPECT_EQ(0, helper_event_list(&s->helper, 1ull << 63, self->told, RING));
}

/* APP-4: the ring holds the newest 1024, and the dump of all of it is whole. */
TEST_F_TIMEOUT(events, beyond_the_ring_push_out_the_oldest, 300)
{
	struct scene *s = &self->scene;
	uint64_t newest;
	uint32_t tasks;
	int n;

	do {
		for (int i = 0; i < 50; i++)
			ASSERT_EQ(0, short_task(&s->helper, self->dir_fd, true));
		ASSERT_EQ(0, helper_info_get(&s->helper, &newest, &tasks));
	} while (newest < self->before + RING + 100);
	ASSERT_TRUE(clock_wait(all_ended(&s->helper), 2000));
	ASSERT_EQ(0, helper_info_get(&s->helper, &newest, &tasks));
	n = helper_event_list(&s->helper, 0, self->told, 2 * RING);
	ASSERT_EQ(RING, n);
	for (int i = 0; i < n; i++) {
		ASSERT_EQ(newest - RING + 1 + i, self->told[i].seq);
		ASSERT_STREQ(HELPER_TRIGGER, self->told[i].trigger);
	}
	EXPECT_EQ(RING, helper_event_list(&s->helper, newest - RING, self->told, 2 * RING));
	EXPECT_EQ(RING - 1, helper_event_list(&s->helper, newest - RING + 1, self->told, 2 * RING));
}

/* APP-4: a listener that is too slow is told so, and finds what it lost. */
TEST_F_TIMEOUT(events, lost_by_a_slow_listener_are_noticed_and_fetched_again, 120)
{
	struct scene *s = &self->scene;
	int small = 4096, err, n;
	uint64_t last = self->before;
	struct event e;
	bool lost = false;

	ASSERT_EQ(0, setsockopt(s->ear.fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small)));
	for (int i = 0; i < 60; i++)
		ASSERT_EQ(0, short_task(&s->helper, self->dir_fd, true));
	ASSERT_TRUE(clock_wait(all_ended(&s->helper), 2000));
	while ((err = helper_event_next(&s->ear, &e, 200)) != -ETIMEDOUT) {
		if (err == -ENOBUFS)
			lost = true;
		else if (!err && e.seq == last + 1)
			last = e.seq;
	}
	EXPECT_TRUE(lost);
	n = helper_event_list(&s->helper, last, self->told, 2 * RING);
	ASSERT_LT(0, n);
	EXPECT_EQ(last + 1, self->told[0].seq);
}

/* APP-4: a replay while new events come has no gap and no double. */
TEST_F_TIMEOUT(events, replayed_while_others_come_have_no_gap, 120)
{
	struct scene *s = &self->scene;
	pid_t pid = fork();

	if (!pid) {
		struct wire w;

		if (wire_open(&w))
			_exit(2);
		for (int round = 0; round < 40; round++) {
			int n = helper_event_list(&w, self->before, self->told, 2 * RING);

			for (int i = 0; i < n; i++)
				if (self->told[i].seq != self->before + 1 + i)
					_exit(1);
		}
		_exit(0);
	}
	for (int i = 0; i < 150; i++)
		ASSERT_EQ(0, short_task(&s->helper, self->dir_fd, true));
	for (int status = -1; pid; pid = 0) {
		ASSERT_EQ(pid, waitpid(pid, &status, 0));
		EXPECT_EQ(0, status);
	}
}

TEST_HARNESS_MAIN
