// SPDX-License-Identifier: GPL-2.0-only
/*
 * The helper's role and the module's own life: who may do what, what remains when the helper
 * dies, and that the module neither goes while it is needed nor stays when it is not.
 */
#include <fcntl.h>
#include <sched.h>
#include <sys/socket.h>

#include "kselftest_harness.h"

#include "clock.h"
#include "modules.h"
#include "pass.h"
#include "scene.h"

#define OWNER 1000
#define STRANGER 2000

FIXTURE(role)
{
	struct scene scene;
	struct task_wish wish;
};

FIXTURE_SETUP(role)
{
	ASSERT_EQ(0, scene_open(&self->scene, 0));
	self->wish = (struct task_wish) { .type = DEVTASK_TYPE_SERVICING, .uid = OWNER,
					  .arguments = "secret" };
}

FIXTURE_TEARDOWN(role)
{
	scene_close(&self->scene);
}

static int event(struct scene *s, enum devtask_event_kind kind, struct event *e, int ms)
{
	return helper_event_wait(&s->ear, s->cage.task, kind, e, ms);
}

/* spec: helper-bind */
TEST_F_TIMEOUT(role, is_held_by_one_socket_at_a_time, 60)
{
	struct wire second;

	ASSERT_EQ(0, wire_open(&second));
	EXPECT_EQ(-EBUSY, helper_bind(&second));
	EXPECT_STRNE("", second.sentence);
	EXPECT_EQ(-EBUSY, helper_bind(&self->scene.helper));
	wire_close(&self->scene.helper);
	EXPECT_TRUE(clock_wait(!helper_bind(&second), 1000));
	wire_close(&second);
}

/* spec: helper-bind */
TEST_F_TIMEOUT(role, needs_the_same_abi_version, 60)
{
	struct wire w;

	wire_close(&self->scene.helper);
	ASSERT_EQ(0, wire_open(&w));
	EXPECT_EQ(-EPROTO, helper_bind_abi(&w, DEVTASK_ABI_VERSION + 1));
	EXPECT_STRNE("", w.sentence);
	EXPECT_EQ(-EPROTO, helper_bind_abi(&w, 0));
	EXPECT_EQ(0, helper_bind(&w));
	wire_close(&w);
}

/* spec: task-create, spec: claim-create */
TEST_F_TIMEOUT(role, is_needed_for_what_only_the_helper_may_do, 60)
{
	struct scene *s = &self->scene;
	struct wire w;
	uint32_t id;

	ASSERT_EQ(0, cage_make(&s->cage, &s->helper, &self->wish));
	ASSERT_EQ(0, wire_open(&w));
	EXPECT_EQ(-EPERM, helper_task_create(&w, &self->wish, &id));
	EXPECT_STRNE("", w.sentence);
	EXPECT_EQ(-EPERM, helper_claim_create(&w, s->cage.task, "/dev/zero", &id));
	EXPECT_EQ(-EPERM, helper_task_start(&w, s->cage.task));
	EXPECT_EQ(-EPERM, helper_task_end(&w, s->cage.task, 0));
	EXPECT_EQ(-EPERM, helper_task_cancel(&w, s->cage.task, DEVTASK_REASON_UNINSTALL,
					     DEVTASK_DETAIL_BY_APP));
	EXPECT_STRNE("", w.sentence);
	EXPECT_EQ(0, helper_task_abort(&w, s->cage.task));
	wire_close(&w);
}

/* spec: helper-bind. A child of the helper has its descriptors, but not its role. */
TEST_F_TIMEOUT(role, is_not_inherited_with_the_socket, 60)
{
	struct scene *s = &self->scene;
	int *ret = cage_share(sizeof(*ret)), status;
	pid_t pid;

	ASSERT_EQ(0, cage_make(&s->cage, &s->helper, &self->wish));
	pid = fork();
	if (!pid) {
		*ret = helper_task_start(&s->helper, s->cage.task);
		_exit(0);
	}
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(-EPERM, *ret);
}

struct answers {
	int bind, create, start, end, claim, info, get, abort, abort_with_reason;
	int told_arguments;
	char sentence[256];
};

/* Everything, as user @uid; with @in_ns as root of a user namespace of its own. */
static void ask_as(struct scene *s, uid_t uid, bool in_ns, struct answers *a)
{
	struct task_wish wish = { .type = DEVTASK_TYPE_USE, .cgroup_fd = s->cage.dir_fd };
	pid_t pid = fork();

	if (!pid) {
		struct task_facts f = { 0 };
		uint64_t seq;
		uint32_t id;
		struct wire w;

		memset(a, 0x7f, sizeof(*a));
		if (setresgid(uid, uid, uid) || setresuid(uid, uid, uid) ||
		    (in_ns && unshare(CLONE_NEWUSER)) || wire_open(&w))
			_exit(1);
		a->bind = helper_bind(&w);
		a->create = helper_task_create(&w, &wish, &id);
		a->start = helper_task_start(&w, s->cage.task);
		a->end = helper_task_end(&w, s->cage.task, 0);
		a->claim = helper_claim_create(&w, s->cage.task, "/dev/zero", &id);
		a->info = helper_info_get(&w, &seq, &id);
		a->get = helper_task_get(&w, s->cage.task, &f);
		a->told_arguments = f.told_arguments;
		a->abort_with_reason = helper_task_cancel(&w, s->cage.task, DEVTASK_REASON_ABORT,
							  DEVTASK_DETAIL_BY_APP);
		a->abort = helper_task_abort(&w, s->cage.task);
		strcpy(a->sentence, w.sentence);
		_exit(0);
	}
	waitpid(pid, NULL, 0);
}

/* ADM-1, END-3: a stranger sees that there is a task, and can do nothing to it. */
TEST_F_TIMEOUT(role, is_nothing_for_a_stranger, 60)
{
	struct answers *a = cage_share(sizeof(*a));
	struct scene *s = &self->scene;

	ASSERT_EQ(0, cage_make(&s->cage, &s->helper, &self->wish));
	for (int in_ns = 0; in_ns < 2; in_ns++) {
		ask_as(s, STRANGER, in_ns, a);
		EXPECT_EQ(-EPERM, a->bind);
		EXPECT_EQ(-EPERM, a->create);
		EXPECT_EQ(-EPERM, a->start);
		EXPECT_EQ(-EPERM, a->end);
		EXPECT_EQ(-EPERM, a->claim);
		EXPECT_EQ(0, a->info);
		EXPECT_EQ(0, a->get);
		EXPECT_FALSE(a->told_arguments);
		EXPECT_EQ(-EPERM, a->abort_with_reason);
		EXPECT_EQ(-EPERM, a->abort);
		EXPECT_STRNE("", a->sentence);
	}
}

/* END-3: cancelling one's own task never needs authorisation. */
TEST_F_TIMEOUT(role, of_the_owner_is_to_cancel_without_a_reason, 60)
{
	struct answers *a = cage_share(sizeof(*a));
	struct scene *s = &self->scene;
	struct event e;

	ASSERT_EQ(0, cage_make(&s->cage, &s->helper, &self->wish));
	ask_as(s, OWNER, false, a);
	EXPECT_EQ(-EPERM, a->bind);
	EXPECT_EQ(-EPERM, a->create);
	EXPECT_EQ(-EPERM, a->end);
	EXPECT_TRUE(a->told_arguments);
	EXPECT_EQ(-EPERM, a->abort_with_reason);
	EXPECT_EQ(0, a->abort);
	ASSERT_EQ(0, event(s, DEVTASK_EVENT_KIND_CANCELED, &e, 1000));
	EXPECT_EQ(DEVTASK_REASON_ABORT, e.reason);
	EXPECT_EQ(DEVTASK_DETAIL_BY_ADMIN, e.detail);
}

/* RUN-11 */
TEST_F_TIMEOUT(role, given_up_cancels_what_has_not_started, 60)
{
	struct scene *s = &self->scene;
	struct event e;

	ASSERT_EQ(0, cage_make(&s->cage, &s->helper, &self->wish));
	wire_close(&s->helper);
	ASSERT_EQ(0, event(s, DEVTASK_EVENT_KIND_CANCELED, &e, 1000));
	EXPECT_EQ(DEVTASK_DETAIL_HELPER_LOST, e.detail);
	ASSERT_EQ(0, scene_bind(&s->helper));
}

static int idle_with_zero(void *arg)
{
	atomic_int *terms = arg;
	int fd = open("/dev/zero", O_RDWR | O_CLOEXEC);
	char c;

	atomic_store(terms, fd >= 0 && read(fd, &c, 1) == 1 ? 1 : -1);
	for (;;)
		pause();
	return 0;
}

/* RUN-11: without a helper the kernel polices, revokes and kills; a new one takes over. */
TEST_F_TIMEOUT(role, given_up_leaves_running_tasks_policed_and_adoptable, 120)
{
	struct task_wish wish = { .type = DEVTASK_TYPE_USE, .io_interval_ns = NSEC_PER_SEC };
	struct event canceled, revoked, killed, ended;
	atomic_int *ok = cage_share(sizeof(*ok));
	struct scene *s = &self->scene;
	struct task_facts f;
	uint32_t ids[4];

	ASSERT_EQ(0, cage_make(&s->cage, &s->helper, &wish));
	ASSERT_EQ(0, cage_claim(&s->cage, "/dev/zero"));
	ASSERT_EQ(0, cage_mount(&s->cage));
	ASSERT_EQ(0, cage_start(&s->cage));
	ASSERT_LT(0, cage_spawn(&s->cage, idle_with_zero, ok));
	ASSERT_TRUE(clock_wait(atomic_load(ok), 2000));
	ASSERT_EQ(1, atomic_load(ok));
	wire_close(&s->helper);
	ASSERT_EQ(0, event(s, DEVTASK_EVENT_KIND_CANCELED, &canceled, 5000));
	EXPECT_EQ(DEVTASK_DETAIL_NO_IO, canceled.detail);
	ASSERT_EQ(0, event(s, DEVTASK_EVENT_KIND_REVOKED, &revoked, 10000));
	ASSERT_EQ(0, event(s, DEVTASK_EVENT_KIND_KILLED, &killed, 5000));
	EXPECT_TRUE(clock_wait(cage_is_empty(&s->cage), 1000));

	ASSERT_EQ(0, wire_open(&s->helper));
	ASSERT_EQ(0, helper_bind(&s->helper));
	ASSERT_EQ(1, helper_task_list(&s->helper, ids, 4));
	EXPECT_EQ(s->cage.task, ids[0]);
	ASSERT_EQ(0, helper_task_get(&s->helper, ids[0], &f));
	EXPECT_EQ(DEVTASK_STATE_REVOKED, f.state);
	ASSERT_EQ(0, helper_task_end(&s->helper, ids[0], 9));
	ASSERT_EQ(0, event(s, DEVTASK_EVENT_KIND_ENDED, &ended, 1000));
	EXPECT_EQ(9, ended.exit_status);
}

static bool is_busy(int err)
{
	return err == -EAGAIN || err == -EBUSY;
}

static int pass_zero(void *arg)
{
	int *sock = arg;
	int fd = open("/dev/zero", O_RDWR | O_CLOEXEC);

	return fd < 0 || pass_send(*sock, fd);
}

/* END-2: the module stays while a task, a mount or a leaked descriptor needs it. */
TEST_F_TIMEOUT(role, of_the_module_ends_only_when_nothing_needs_it, 120)
{
	struct scene *s = &self->scene;
	uint32_t tasks, task;
	int sock[2], fd, ns_fd;
	struct event e;
	uint64_t seq;

	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sock));
	ASSERT_EQ(0, cage_make(&s->cage, &s->helper, &self->wish));
	EXPECT_TRUE(is_busy(unload_devtask()));
	ASSERT_EQ(0, cage_claim(&s->cage, "/dev/zero"));
	ASSERT_LT(0, cage_spawn_with(&s->cage, pass_zero, &sock[0], sock[0]));
	fd = pass_receive(sock[1]);
	ASSERT_LE(0, fd);
	ns_fd = dup(s->cage.ns_fd);
	task = s->cage.task;
	cage_close(&s->cage);
	ASSERT_EQ(0, helper_event_wait(&s->ear, task, DEVTASK_EVENT_KIND_ENDED, &e, 5000));
	ASSERT_EQ(0, helper_info_get(&s->helper, &seq, &tasks));
	EXPECT_EQ(0, tasks);
	wire_close(&s->helper);
	wire_close(&s->ear);
	EXPECT_TRUE(is_busy(unload_devtask())) TH_LOG("gone under a mount and an open guard");
	close(ns_fd);
	EXPECT_TRUE(is_busy(unload_devtask())) TH_LOG("gone under an open guard");
	close(fd);
	ASSERT_TRUE(clock_wait(!unload_devtask(), 5000)) TH_LOG("cannot be unloaded any more");
	EXPECT_EQ(-ENOENT, wire_open(&s->helper));
	ASSERT_EQ(0, reload_devtask());
	ASSERT_EQ(0, scene_bind(&s->helper));
}

/* spec: helper-bind. Each load of the module starts with the role free. */
TEST_F_TIMEOUT(role, of_the_module_can_be_resumed_many_times, 300)
{
	struct scene *s = &self->scene;
	struct task_wish wish;

	wire_close(&s->ear);
	for (int i = 0; i < 10; i++) {
		wish = self->wish;
		ASSERT_EQ(0, cage_make(&s->cage, &s->helper, &wish));
		ASSERT_EQ(0, cage_claim(&s->cage, "/dev/zero"));
		ASSERT_EQ(0, cage_mount(&s->cage));
		cage_close(&s->cage);
		wire_close(&s->helper);
		ASSERT_TRUE(clock_wait(!unload_devtask(), 5000)) TH_LOG("round %d", i);
		ASSERT_EQ(0, reload_devtask());
		ASSERT_EQ(0, scene_bind(&s->helper));
	}
}

TEST_HARNESS_MAIN
