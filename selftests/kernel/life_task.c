// SPDX-License-Identifier: GPL-2.0-only
/*
 * The life of a task and of a claim as the helper drives it: what is refused, by which
 * errno and with a sentence, and that nothing is left behind.
 */
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "kselftest_harness.h"

#include "clock.h"
#include "scene.h"

FIXTURE(life)
{
	struct scene scene;
	char dir[96];
	int dir_fd;
};

FIXTURE_SETUP(life)
{
	ASSERT_EQ(0, scene_open(&self->scene, 0));
	snprintf(self->dir, sizeof(self->dir), "/sys/fs/cgroup/ktest-life-%d", getpid());
	ASSERT_EQ(0, mkdir(self->dir, 0755));
	self->dir_fd = open(self->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ASSERT_LE(0, self->dir_fd);
}

FIXTURE_TEARDOWN(life)
{
	scene_close(&self->scene);
	close(self->dir_fd);
	rmdir(self->dir);
}

#define EXPECT_REFUSED(want, call) do {						\
	EXPECT_EQ(want, call);							\
	EXPECT_STRNE("", self->scene.helper.sentence) TH_LOG("no sentence");	\
} while (0)

static int create_at(struct wire *w, int fd, uint32_t *id)
{
	struct task_wish wish = { .type = DEVTASK_TYPE_USE, .cgroup_fd = fd };

	return helper_task_create(w, &wish, id);
}

static int create_on(struct wire *w, const char *path, int flags, uint32_t *id)
{
	int fd = open(path, flags | O_CLOEXEC), err;

	err = create_at(w, fd, id);
	close(fd);
	return err;
}

/* RUN, APP-5 */
TEST_F(life, a_task_needs_a_cgroup_directory_of_its_own)
{
	struct wire *w = &self->scene.helper;
	char path[160];
	uint32_t id;
	int pipes[2];

	ASSERT_EQ(0, pipe(pipes));
	EXPECT_REFUSED(-EINVAL, create_on(w, "/sys/fs/cgroup", O_RDONLY | O_DIRECTORY, &id));
	EXPECT_REFUSED(-EBADF, create_at(w, -1, &id));
	EXPECT_REFUSED(-EBADF, create_at(w, 1000, &id));
	EXPECT_REFUSED(-EBADF, create_at(w, pipes[0], &id));
	EXPECT_REFUSED(-EBADF, create_on(w, "/", O_RDONLY | O_DIRECTORY, &id));
	EXPECT_REFUSED(-EBADF, create_on(w, "/proc", O_RDONLY | O_DIRECTORY, &id));
	snprintf(path, sizeof(path), "%s/cgroup.procs", self->dir);
	EXPECT_REFUSED(-EBADF, create_on(w, path, O_RDONLY, &id));
	close(pipes[0]);
	close(pipes[1]);
}

/* spec: task-create */
TEST_F(life, a_removed_cgroup_gets_no_task)
{
	uint32_t id;

	ASSERT_EQ(0, rmdir(self->dir));
	EXPECT_GT(0, create_at(&self->scene.helper, self->dir_fd, &id));
	EXPECT_STRNE("", self->scene.helper.sentence);
}

/* spec: task-create */
TEST_F(life, one_cgroup_and_its_relatives_have_one_task)
{
	struct wire *w = &self->scene.helper;
	char below[160];
	uint32_t id, again;
	struct event e;

	snprintf(below, sizeof(below), "%s/below", self->dir);
	ASSERT_EQ(0, mkdir(below, 0755));
	ASSERT_EQ(0, create_at(w, self->dir_fd, &id));
	EXPECT_REFUSED(-EEXIST, create_at(w, self->dir_fd, &again));
	EXPECT_REFUSED(-EEXIST, create_on(w, below, O_RDONLY | O_DIRECTORY, &again));
	ASSERT_EQ(0, helper_task_end(w, id, 0));
	ASSERT_EQ(0, helper_event_wait(&self->scene.ear, id, DEVTASK_EVENT_KIND_ENDED, &e, 2000));
	ASSERT_EQ(0, create_on(w, below, O_RDONLY | O_DIRECTORY, &id));
	EXPECT_REFUSED(-EEXIST, create_at(w, self->dir_fd, &again));
	ASSERT_EQ(0, helper_task_end(w, id, 0));
	ASSERT_EQ(0, helper_event_wait(&self->scene.ear, id, DEVTASK_EVENT_KIND_ENDED, &e, 2000));
	ASSERT_EQ(0, create_at(w, self->dir_fd, &again));
	EXPECT_NE(id, again);
	ASSERT_EQ(0, helper_task_end(w, again, 0));
	rmdir(below);
}

/* spec: task-create */
TEST_F(life, every_attribute_that_is_needed_is_asked_for)
{
	static const int needed[] = { DEVTASK_A_TASK_TYPE, DEVTASK_A_TASK_TRIGGER,
				      DEVTASK_A_TASK_PROGRAM, DEVTASK_A_TASK_UID,
				      DEVTASK_A_TASK_CGROUP_FD };
	struct wire *w = &self->scene.helper;

	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++) {
		struct wire_msg m;

		wire_begin(w, &m, DEVTASK_CMD_TASK_CREATE);
		for (size_t k = 0; k < sizeof(needed) / sizeof(needed[0]); k++) {
			if (i == k)
				continue;
			if (needed[k] == DEVTASK_A_TASK_TRIGGER)
				wire_put_str(&m, needed[k], HELPER_TRIGGER);
			else if (needed[k] == DEVTASK_A_TASK_PROGRAM)
				wire_put_str(&m, needed[k], "/bin/true");
			else
				wire_put_u32(&m, needed[k], needed[k] == DEVTASK_A_TASK_CGROUP_FD ?
							    self->dir_fd : 0);
		}
		EXPECT_REFUSED(-EINVAL, wire_ask(w, &m, NULL));
	}
}

/* RUN-10 */
TEST_F(life, limits_out_of_range_are_refused)
{
	static const struct task_wish bad[] = {
		{ .deadline_ns = 1 }, { .deadline_ns = NSEC_PER_SEC - 1 },
		{ .deadline_ns = 86400 * NSEC_PER_SEC + 1 }, { .deadline_ns = ~0ull },
		{ .deadline_ns = 1ull << 63 },
		{ .io_interval_ns = 1 }, { .io_interval_ns = 3600 * NSEC_PER_SEC + 1 },
		{ .io_interval_ns = ~0ull },
		{ .grace_ns = 60 * NSEC_PER_SEC + 1 }, { .grace_ns = ~0ull },
	};
	uint32_t id;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct task_wish wish = bad[i];

		wish.type = DEVTASK_TYPE_USE;
		wish.cgroup_fd = self->dir_fd;
		EXPECT_REFUSED(-ERANGE, helper_task_create(&self->scene.helper, &wish, &id));
	}
}

/* spec: task-get, spec: claim-get */
TEST_F(life, unknown_numbers_are_refused)
{
	static const uint32_t unknown[] = { 0, 77777, 0x7fffffff, 0x80000000, 0xffffffff };
	struct wire *w = &self->scene.helper;
	struct claim_facts claim;
	struct task_facts task;
	uint32_t id;

	for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++) {
		EXPECT_REFUSED(-ESRCH, helper_task_start(w, unknown[i]));
		EXPECT_REFUSED(-ESRCH, helper_task_abort(w, unknown[i]));
		EXPECT_REFUSED(-ESRCH, helper_task_end(w, unknown[i], 0));
		EXPECT_REFUSED(-ESRCH, helper_task_get(w, unknown[i], &task));
		EXPECT_REFUSED(-ESRCH, helper_claim_create(w, unknown[i], "/dev/zero", &id));
		EXPECT_REFUSED(-ENOENT, helper_claim_get(w, unknown[i], &claim));
	}
}

/* PRO-8, PRO-10 */
TEST_F(life, a_claim_needs_the_node_of_a_character_device)
{
	static const struct {
		const char *path;
		int err;
	} bad[] = {
		{ "/dev/no-such-node", -ENOENT }, { "", -ENOTTY }, { "/dev", -ENOTTY },
		{ "/etc/passwd", -ENOTTY }, { "/proc/self/exe", -ENOTTY },
		{ "/etc/passwd/x", -ENOTDIR },
	};
	struct wire *w = &self->scene.helper;
	struct claim_facts claim;
	uint32_t task, id;

	ASSERT_EQ(0, create_at(w, self->dir_fd, &task));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		EXPECT_REFUSED(bad[i].err, helper_claim_create(w, task, bad[i].path, &id));
	}
	ASSERT_EQ(0, helper_claim_create(w, task, "/dev/zero", &id));
	ASSERT_EQ(0, helper_claim_get(w, id, &claim));
	EXPECT_EQ(task, claim.task_id);
	EXPECT_EQ(DEVTASK_KIND_CHARDEV, claim.kind);
	EXPECT_EQ(DEVTASK_CLAIM_STATE_LIVE, claim.state);
	EXPECT_STREQ("/dev/zero", claim.path);
	EXPECT_EQ(1, claim.major);
	EXPECT_EQ(5, claim.minor);
	EXPECT_EQ(0, claim.guards);
	ASSERT_EQ(0, helper_task_end(w, task, 0));
}

/* spec: claim-create */
TEST_F(life, claims_of_one_task_are_bounded)
{
	struct wire *w = &self->scene.helper;
	uint32_t task, id;
	int n = 0, err = 0;

	ASSERT_EQ(0, create_at(w, self->dir_fd, &task));
	while (!err && n < 1000) {
		err = helper_claim_create(w, task, "/dev/zero", &id);
		n += !err;
	}
	EXPECT_EQ(-ENOSPC, err);
	EXPECT_STRNE("", w->sentence);
	EXPECT_EQ(16, n);
	ASSERT_EQ(0, helper_task_end(w, task, 0));
}

/* spec: task-start, spec: task-end */
TEST_F(life, steps_in_the_wrong_order_are_refused)
{
	struct wire *w = &self->scene.helper;
	struct task_facts facts;
	struct event e;
	uint32_t task, id;

	ASSERT_EQ(0, create_at(w, self->dir_fd, &task));
	ASSERT_EQ(0, helper_task_get(w, task, &facts));
	EXPECT_EQ(DEVTASK_STATE_PREPARED, facts.state);
	EXPECT_EQ(0, facts.elapsed_ns);
	ASSERT_EQ(0, helper_task_start(w, task));
	EXPECT_REFUSED(-EALREADY, helper_task_start(w, task));
	ASSERT_EQ(0, helper_task_abort(w, task));
	EXPECT_REFUSED(-EALREADY, helper_task_abort(w, task));
	EXPECT_REFUSED(-ECANCELED, helper_task_start(w, task));
	EXPECT_REFUSED(-ECANCELED, helper_claim_create(w, task, "/dev/zero", &id));
	ASSERT_EQ(0, helper_task_end(w, task, 0));
	/* told before, or already gone */
	EXPECT_GT(0, helper_task_end(w, task, 0));
	EXPECT_STRNE("", w->sentence);
	ASSERT_EQ(0, helper_event_wait(&self->scene.ear, task, DEVTASK_EVENT_KIND_ENDED, &e, 2000));
	EXPECT_REFUSED(-ESRCH, helper_task_get(w, task, &facts));
	EXPECT_REFUSED(-ESRCH, helper_task_end(w, task, 0));
}

/* APP-2, APP-5: what the request said is told again, unchanged. */
TEST_F(life, a_task_says_what_it_was_made_of)
{
	char arguments[201], program[201];
	struct task_wish wish = {
		.type = DEVTASK_TYPE_USE, .cgroup_fd = self->dir_fd, .uid = 1234,
		.program = program, .arguments = arguments, .device = "usb:1209:0008",
		.deadline_ns = 60 * NSEC_PER_SEC, .io_interval_ns = 2 * NSEC_PER_SEC,
		.grace_ns = NSEC_PER_SEC,
	};
	struct wire *w = &self->scene.helper;
	struct task_facts f;
	struct stat st;
	uint32_t task;

	memset(arguments, 0xc3, 200);	/* not text, not UTF-8 */
	memset(program, 'p', 200);
	arguments[200] = program[200] = 0;
	program[0] = '/';
	ASSERT_EQ(0, helper_task_create(w, &wish, &task));
	ASSERT_EQ(0, helper_task_get(w, task, &f));
	EXPECT_EQ(task, f.id);
	EXPECT_EQ(DEVTASK_TYPE_USE, f.type);
	EXPECT_EQ(1234, f.uid);
	EXPECT_STREQ(HELPER_TRIGGER, f.trigger);
	EXPECT_STREQ(program, f.program);
	EXPECT_STREQ(arguments, f.arguments);
	EXPECT_STREQ("usb:1209:0008", f.device);
	EXPECT_EQ(60 * NSEC_PER_SEC, f.deadline_ns);
	EXPECT_EQ(2 * NSEC_PER_SEC, f.io_interval_ns);
	EXPECT_EQ(NSEC_PER_SEC, f.grace_ns);
	ASSERT_EQ(0, fstat(self->dir_fd, &st));
	EXPECT_EQ(st.st_ino, f.cgroup_id);
	ASSERT_EQ(0, helper_task_end(w, task, 0));
}

/* RUN-1, RUN-3, END-1, RUN-10: what the table of limits says is what a task gets. */
TEST_F(life, limits_not_given_are_those_of_the_type)
{
	struct task_wish wish = { .type = DEVTASK_TYPE_USE, .cgroup_fd = self->dir_fd };
	struct wire *w = &self->scene.helper;
	struct task_facts f;
	struct event e;
	uint32_t task;

	ASSERT_EQ(0, helper_task_create(w, &wish, &task));
	ASSERT_EQ(0, helper_task_get(w, task, &f));
	EXPECT_EQ(600 * NSEC_PER_SEC, f.deadline_ns);
	EXPECT_EQ(5 * NSEC_PER_SEC, f.io_interval_ns);
	EXPECT_EQ(5 * NSEC_PER_SEC, f.grace_ns);
	ASSERT_EQ(0, helper_task_end(w, task, 0));
	ASSERT_EQ(0, helper_event_wait(&self->scene.ear, task, DEVTASK_EVENT_KIND_ENDED, &e, 2000));
	wish.type = DEVTASK_TYPE_SERVICING;
	ASSERT_EQ(0, helper_task_create(w, &wish, &task));
	ASSERT_EQ(0, helper_task_get(w, task, &f));
	EXPECT_EQ(1800 * NSEC_PER_SEC, f.deadline_ns);
	EXPECT_EQ(0, f.io_interval_ns);
	EXPECT_EQ(5 * NSEC_PER_SEC, f.grace_ns);
	ASSERT_EQ(0, helper_task_end(w, task, 0));
}

/* APP-2: 4096 bytes of arguments are allowed, in get and dump as well; one more is not. */
TEST_F(life, arguments_are_bounded_at_4096_bytes)
{
	static char arguments[4098];
	struct task_wish wish = { .type = DEVTASK_TYPE_USE, .cgroup_fd = self->dir_fd,
				  .arguments = arguments };
	struct wire *w = &self->scene.helper;
	struct task_facts f;
	uint32_t task, ids[4];

	memset(arguments, 'a', 4097);
	EXPECT_REFUSED(-EINVAL, helper_task_create(w, &wish, &task));
	arguments[4096] = 0;
	ASSERT_EQ(0, helper_task_create(w, &wish, &task));
	ASSERT_EQ(0, helper_task_get(w, task, &f));
	EXPECT_TRUE(f.told_arguments);
	EXPECT_EQ(1, helper_task_list(w, ids, 4));
	ASSERT_EQ(0, helper_task_end(w, task, 0));
}

/* PRO-9, ADM-3 */
static int open_twice_and_read(void *arg)
{
	atomic_int *phase = arg;
	int a = open("/dev/zero", O_RDWR | O_CLOEXEC), b = open("/dev/zero", O_RDWR | O_CLOEXEC);
	char buf[100];

	for (int i = 0; i < 7; i++)
		if (read(a, buf, 10) != 10 || read(b, buf, 90) != 90)
			return 1;
	atomic_store(phase, 1);
	while (atomic_load(phase) != 2)
		clock_pause();
	close(a);
	close(b);
	atomic_store(phase, 3);
	for (;;)
		pause();
	return 0;
}

/* ADM-3 */
TEST_F(life, a_claim_counts_its_open_files_operations_and_bytes)
{
	struct scene *s = &self->scene;
	atomic_int *phase = cage_share(sizeof(*phase));
	struct claim_facts claim;
	struct task_facts task;

	ASSERT_EQ(0, cage_begin(&s->cage, &s->helper, DEVTASK_TYPE_SERVICING, "/dev/zero"));
	ASSERT_LT(0, cage_spawn(&s->cage, open_twice_and_read, phase));
	ASSERT_TRUE(clock_wait(atomic_load(phase) == 1, 5000));
	ASSERT_EQ(0, helper_claim_get(&s->helper, s->cage.claim[0], &claim));
	EXPECT_EQ(2, claim.guards);
	EXPECT_EQ(14, claim.ops);
	EXPECT_EQ(700, claim.bytes);
	ASSERT_EQ(0, helper_task_get(&s->helper, s->cage.task, &task));
	EXPECT_EQ(14, task.ops);
	EXPECT_EQ(700, task.bytes);
	atomic_store(phase, 2);
	ASSERT_TRUE(clock_wait(atomic_load(phase) == 3, 2000));
	ASSERT_EQ(0, helper_claim_get(&s->helper, s->cage.claim[0], &claim));
	EXPECT_EQ(0, claim.guards);
	EXPECT_EQ(14, claim.ops);
}

TEST_HARNESS_MAIN
