// SPDX-License-Identifier: GPL-2.0-only
/*
 * Registering at /dev/devtask: who asks is told to the helper, what it answers reaches the app,
 * names and types are taken once, and a descriptor speaks for one process only.
 */
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>

#include "kselftest_harness.h"

#include "app.h"
#include "ask.h"
#include "clock.h"
#include "play.h"
#include "scene.h"

FIXTURE(session)
{
	struct scene scene;
	int fd;
};

FIXTURE_SETUP(session)
{
	ASSERT_EQ(0, scene_open(&self->scene, 0));
	self->fd = app_open(O_CLOEXEC);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(session)
{
	close(self->fd);
	scene_close(&self->scene);
}

struct registering {
	int fd;
	const char *name;
	int result;
	struct app_refusal refusal;
	pthread_t thread;
};

static void *register_it(void *arg)
{
	struct registering *r = arg;

	r->result = app_register(r->fd, DEVTASK_TYPE_USE, r->name, "Example.Sync", &r->refusal);
	return NULL;
}

static int begin(struct registering *r, struct wire *helper, struct ask *ask)
{
	if (pthread_create(&r->thread, NULL, register_it, r))
		return -EAGAIN;
	return ask_wait(helper, DEVTASK_ASK_KIND_REGISTER, ask, 5000);
}

/* spec: ask-ntf, REG-5 */
TEST_F(session, the_helper_is_told_who_asks)
{
	struct registering r = { .fd = self->fd, .name = "sync" };
	struct wire *w = &self->scene.helper;
	char self_path[256] = "";
	struct stat exe, cgroup;
	struct ask ask, listed;
	char path[512];
	bool gone;

	ASSERT_EQ(0, pthread_create(&r.thread, NULL, register_it, &r));
	ASSERT_EQ(0, ask_hear(w, &ask, &gone, 5000));
	EXPECT_FALSE(gone);
	ASSERT_EQ(0, ask_wait(w, DEVTASK_ASK_KIND_REGISTER, &listed, 1000));
	EXPECT_EQ(0, memcmp(&ask, &listed, sizeof(ask)));
	EXPECT_EQ(getpid(), (pid_t)ask.pid);
	EXPECT_EQ(geteuid(), ask.uid);
	EXPECT_EQ(getegid(), ask.gid);
	ASSERT_LT(0, readlink("/proc/self/exe", self_path, sizeof(self_path) - 1));
	EXPECT_STREQ(self_path, ask.executable);
	ASSERT_EQ(0, stat(self_path, &exe));
	EXPECT_EQ(exe.st_ino, ask.executable_inode);
	EXPECT_EQ(major(exe.st_dev), ask.executable_major);
	EXPECT_EQ(minor(exe.st_dev), ask.executable_minor);
	snprintf(path, sizeof(path), "/sys/fs/cgroup%s", ask.cgroup);
	ASSERT_EQ(0, stat(path, &cgroup));
	EXPECT_EQ(cgroup.st_ino, ask.cgroup_id);
	EXPECT_STREQ("sync", ask.registration);
	EXPECT_STREQ("Example.Sync", ask.entry_point);
	EXPECT_EQ(DEVTASK_TYPE_USE, ask.type);
	EXPECT_FALSE(ask.has_app);
	EXPECT_FALSE(ask.has_device);
	ASSERT_EQ(0, ask_answer(w, &(struct ask_reply) { .id = ask.id, .app = APP_NAME }));
	pthread_join(r.thread, NULL);
	EXPECT_EQ(1, r.result);
}

/* REG-5: a refusal comes with reasons and the helper's sentence. */
TEST_F(session, a_refused_registration_says_why)
{
	struct registering r = { .fd = self->fd, .name = "sync" };
	struct wire *w = &self->scene.helper;
	struct devtask_app_status status;
	struct ask ask;

	ASSERT_EQ(0, begin(&r, w, &ask));
	ASSERT_EQ(0, ask_answer(w, &(struct ask_reply) {
		.id = ask.id, .verdict = DEVTASK_VERDICT_DENIED_BY_SYSTEM,
		.reasons = 1ull << DEVTASK_CHECK_APP, .sentence = "no manifest names this program",
	}));
	pthread_join(r.thread, NULL);
	EXPECT_EQ(-EACCES, r.result);
	EXPECT_EQ(1ull << DEVTASK_CHECK_APP, r.refusal.reasons);
	EXPECT_STREQ("no manifest names this program", r.refusal.sentence);
	EXPECT_EQ(-ENOENT, app_status(self->fd, 0, true, &status, NULL));
	/* and is free again */
	EXPECT_LT(0, play_register(w, self->fd, DEVTASK_TYPE_USE, "sync", NULL));
}

/* REG-5, REG-7 */
TEST_F(session, a_name_and_a_type_are_taken_once)
{
	struct wire *w = &self->scene.helper;
	struct app_refusal refusal;

	ASSERT_EQ(1, play_register(w, self->fd, DEVTASK_TYPE_USE, "sync", NULL));
	EXPECT_EQ(-EEXIST, app_register(self->fd, DEVTASK_TYPE_SERVICING, "sync", "Other", &refusal));
	EXPECT_TRUE(strstr(refusal.sentence, "\"sync\"")) TH_LOG("%s", refusal.sentence);
	EXPECT_TRUE(strstr(refusal.sentence, "name"));
	EXPECT_EQ(1ull << DEVTASK_CHECK_REGISTRATION, refusal.reasons);
	EXPECT_EQ(-EEXIST, app_register(self->fd, DEVTASK_TYPE_USE, "other", "Other", &refusal));
	EXPECT_TRUE(strstr(refusal.sentence, "\"sync\"")) TH_LOG("%s", refusal.sentence);
	EXPECT_TRUE(strstr(refusal.sentence, "type use"));
	EXPECT_EQ(2, play_register(w, self->fd, DEVTASK_TYPE_SERVICING, "update", NULL));
	EXPECT_EQ(0, app_unregister(self->fd, 1, false));
	EXPECT_EQ(-ENOENT, app_unregister(self->fd, 1, false));
	EXPECT_EQ(3, play_register(w, self->fd, DEVTASK_TYPE_USE, "sync", NULL));
}

/* REG-7: per app, not per session; another app is not concerned. */
TEST_F(session, two_sessions_of_one_app_share_its_names)
{
	struct wire *w = &self->scene.helper;
	int again = app_open(O_CLOEXEC), other = app_open(O_CLOEXEC);
	struct registering r = { .fd = again, .name = "sync" };
	struct ask ask;

	ASSERT_EQ(1, play_register(w, self->fd, DEVTASK_TYPE_USE, "sync", NULL));
	ASSERT_EQ(0, begin(&r, w, &ask));
	ASSERT_EQ(0, ask_answer(w, &(struct ask_reply) { .id = ask.id, .app = APP_NAME }));
	pthread_join(r.thread, NULL);
	EXPECT_EQ(-EEXIST, r.result);
	EXPECT_TRUE(strstr(r.refusal.sentence, "\"sync\"")) TH_LOG("%s", r.refusal.sentence);
	EXPECT_EQ(1, play_register(w, other, DEVTASK_TYPE_USE, "sync", "Another.App"));
	close(self->fd);
	EXPECT_EQ(1, play_register(w, again, DEVTASK_TYPE_USE, "sync", NULL));
	close(again);
	close(other);
}

/* REG-5: registrations can be listed. */
TEST_F(session, registrations_are_listed)
{
	struct wire *w = &self->scene.helper;
	struct devtask_app_status status;
	char name[256];

	EXPECT_EQ(-ENOENT, app_status(self->fd, 0, true, &status, name));
	ASSERT_EQ(1, play_register(w, self->fd, DEVTASK_TYPE_USE, "sync", NULL));
	ASSERT_EQ(2, play_register(w, self->fd, DEVTASK_TYPE_SERVICING, "update", NULL));
	ASSERT_EQ(0, app_status(self->fd, 0, true, &status, name));
	EXPECT_EQ(1, status.registration);
	EXPECT_STREQ("sync", name);
	EXPECT_EQ(DEVTASK_TYPE_USE, status.type);
	EXPECT_EQ(DEVTASK_APP_PHASE_IDLE, status.phase);
	ASSERT_EQ(0, app_status(self->fd, 1, true, &status, name));
	EXPECT_EQ(2, status.registration);
	EXPECT_STREQ("update", name);
	EXPECT_EQ(-ENOENT, app_status(self->fd, 2, true, &status, name));
	ASSERT_EQ(0, app_status(self->fd, 2, false, &status, NULL));
	EXPECT_EQ(6, status.name_size);
}

/* REG-6 */
TEST_F(session, a_condition_is_refused)
{
	char sentence[64];
	struct devtask_app_register call = {
		.size = sizeof(call), .type = DEVTASK_TYPE_USE, .conditions = 1,
		.name = (uintptr_t)"sync", .name_size = 4,
		.entry_point = (uintptr_t)"Sync", .entry_point_size = 4,
		.sentence = (uintptr_t)sentence, .sentence_size = sizeof(sentence),
	};

	EXPECT_EQ(-1, ioctl(self->fd, DEVTASK_APP_REGISTER, &call));
	EXPECT_EQ(EOPNOTSUPP, errno);
	EXPECT_EQ(1ull << DEVTASK_CHECK_CONDITIONS, call.reasons);
	EXPECT_TRUE(strstr(sentence, "condition"));
}

/* spec: helper-bind */
TEST_F(session, without_a_helper_nothing_is_asked)
{
	struct app_refusal refusal;
	struct devtask_app_info info;

	ASSERT_EQ(1, play_register(&self->scene.helper, self->fd, DEVTASK_TYPE_USE, "sync", NULL));
	ASSERT_EQ(0, app_info(self->fd, &info));
	EXPECT_EQ(1, info.helper);
	EXPECT_EQ(0, info.is_task);
	EXPECT_EQ(DEVTASK_ABI_VERSION, info.abi_version);
	EXPECT_LT(0, info.session);
	wire_close(&self->scene.helper);
	ASSERT_TRUE(clock_wait(!app_info(self->fd, &info) && !info.helper, 2000));
	EXPECT_EQ(-EHOSTDOWN, app_register(self->fd, DEVTASK_TYPE_SERVICING, "up", "Up", &refusal));
	EXPECT_TRUE(strstr(refusal.sentence, "devtaskd")) TH_LOG("%s", refusal.sentence);
	EXPECT_EQ(1ull << DEVTASK_CHECK_HELPER, refusal.reasons);
	EXPECT_EQ(-EHOSTDOWN, app_request(self->fd, 1, "usb:1:1", NULL, 0, NULL));
	ASSERT_EQ(0, scene_bind(&self->scene.helper));
	EXPECT_EQ(0, app_request(self->fd, 1, "usb:1:1", NULL, 0, NULL));
}

static void on_signal(int sig)
{
	(void)sig;
}

/* REG-5: EINTR, and the question is withdrawn. */
TEST_F(session, a_signal_withdraws_a_registration)
{
	struct sigaction act = { .sa_handler = on_signal };
	struct registering r = { .fd = self->fd, .name = "sync" };
	struct wire *w = &self->scene.helper;
	struct ask ask, again;

	ASSERT_EQ(0, sigaction(SIGUSR1, &act, NULL));
	ASSERT_EQ(0, begin(&r, w, &ask));
	pthread_kill(r.thread, SIGUSR1);
	pthread_join(r.thread, NULL);
	EXPECT_EQ(-EINTR, r.result);
	EXPECT_EQ(0, ask_list(w, &again, 1));
	EXPECT_EQ(-ENOENT, ask_answer(w, &(struct ask_reply) { .id = ask.id, .app = APP_NAME }));
	EXPECT_STRNE("", w->sentence);
	EXPECT_EQ(1, play_register(w, self->fd, DEVTASK_TYPE_USE, "sync", NULL));
}

/* RUN-11: the questions outlive a helper. */
TEST_F(session, the_next_helper_answers_what_the_last_one_did_not)
{
	struct registering r = { .fd = self->fd, .name = "sync" };
	struct wire *w = &self->scene.helper;
	struct ask ask, again;
	struct app_event e;

	ASSERT_EQ(0, begin(&r, w, &ask));
	wire_close(w);
	ASSERT_EQ(0, scene_bind(w));
	ASSERT_EQ(1, ask_list(w, &again, 1));
	EXPECT_EQ(ask.id, again.id);
	ASSERT_EQ(0, ask_answer(w, &(struct ask_reply) { .id = ask.id, .app = APP_NAME }));
	pthread_join(r.thread, NULL);
	EXPECT_EQ(1, r.result);
	ASSERT_EQ(0, app_request(self->fd, 1, "usb:1209:0001", "x y", 0, NULL));
	wire_close(w);
	ASSERT_EQ(0, scene_bind(w));
	ASSERT_EQ(0, ask_wait(w, DEVTASK_ASK_KIND_REQUEST, &ask, 1000));
	EXPECT_STREQ("usb:1209:0001", ask.device);
	EXPECT_STREQ("x y", ask.arguments);
	EXPECT_STREQ(APP_NAME, ask.app);
	EXPECT_EQ(60 * NSEC_PER_SEC, ask.estimate_ns);
	ASSERT_EQ(0, ask_refuse(w, ask.id, "not now"));
	ASSERT_EQ(0, app_expect(self->fd, DEVTASK_APP_EVENT_VERDICT, &e));
	EXPECT_STREQ("not now", e.text);
}

/* spec: ask-answer */
TEST_F(session, an_answer_is_given_once_and_must_fit_its_question)
{
	struct registering r = { .fd = self->fd, .name = "sync" };
	struct wire *w = &self->scene.helper, stranger;
	struct ask ask;

	ASSERT_EQ(0, begin(&r, w, &ask));
	ASSERT_EQ(0, wire_open(&stranger));
	EXPECT_EQ(-EPERM, ask_answer(&stranger, &(struct ask_reply) { .id = ask.id, .app = "x" }));
	EXPECT_EQ(-EPERM, ask_list(&stranger, &ask, 1));
	wire_close(&stranger);
	ASSERT_EQ(1, ask_list(w, &ask, 1));
	EXPECT_EQ(-EINVAL, ask_answer(w, &(struct ask_reply) { .id = ask.id }));
	EXPECT_STRNE("", w->sentence);
	EXPECT_EQ(-EINVAL, ask_answer(w, &(struct ask_reply) { .id = ask.id, .verdict = 2 }));
	EXPECT_EQ(-EINVAL, ask_answer(w, &(struct ask_reply) { .id = ask.id, .verdict = 2,
							       .sentence = "no" }));
	EXPECT_EQ(-EINVAL, ask_answer(w, &(struct ask_reply) { .id = ask.id, .verdict = 2,
							       .reasons = 1 }));
	EXPECT_EQ(-ERANGE, ask_answer(w, &(struct ask_reply) { .id = ask.id, .verdict = 4 }));
	EXPECT_EQ(-ENOENT, ask_answer(w, &(struct ask_reply) { .id = ask.id + 1, .app = "x" }));
	EXPECT_EQ(-ENOENT, ask_answer(w, &(struct ask_reply) { .id = 0, .app = "x" }));
	EXPECT_EQ(0, ask_answer(w, &(struct ask_reply) { .id = ask.id, .app = APP_NAME }));
	EXPECT_EQ(-ENOENT, ask_answer(w, &(struct ask_reply) { .id = ask.id, .app = APP_NAME }));
	pthread_join(r.thread, NULL);
	EXPECT_EQ(1, r.result);
	/* allowed needs a task */
	ASSERT_EQ(0, app_request(self->fd, 1, "usb:1:1", NULL, 0, NULL));
	ASSERT_EQ(0, ask_wait(w, DEVTASK_ASK_KIND_REQUEST, &ask, 1000));
	EXPECT_EQ(-EINVAL, ask_allow(w, ask.id));
	EXPECT_STRNE("", w->sentence);
	EXPECT_EQ(0, ask_refuse(w, ask.id, "no"));
}

static int all_calls_by_another(int fd)
{
	struct devtask_app_status status;
	struct devtask_app_info info;
	struct app_event e;

	if (app_info(fd, &info) != -EPERM || app_status(fd, 1, false, &status, NULL) != -EPERM ||
	    app_register(fd, DEVTASK_TYPE_SERVICING, "x", "x", NULL) != -EPERM ||
	    app_unregister(fd, 1, true) != -EPERM || app_cancel(fd, 1) != -EPERM ||
	    app_request(fd, 1, "usb:1:1", NULL, 0, NULL) != -EPERM || app_replay(fd, 0) != -EPERM)
		return 1;
	if (read(fd, &e, sizeof(e)) != -1 || errno != EPERM)
		return 2;
	return app_poll(fd) & POLLERR ? 0 : 3;
}

/* RUN-5, REG-5: a child that inherited the descriptor is not the app. */
TEST_F(session, another_process_may_not_use_the_descriptor)
{
	struct devtask_app_info info;
	int status;
	pid_t pid;

	ASSERT_EQ(1, play_register(&self->scene.helper, self->fd, DEVTASK_TYPE_USE, "sync", NULL));
	pid = fork();
	if (!pid)
		_exit(all_calls_by_another(self->fd));
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);
	EXPECT_EQ(0, app_info(self->fd, &info));
}

static int open_many(int max)
{
	int n = 0, fd = 0;

	if (setresuid(4711, 4711, 4711))
		return -1;
	for (; n < max; n++) {
		fd = app_open(O_CLOEXEC);
		if (fd < 0)
			break;
	}
	return fd == -EDQUOT ? n : 255;
}

/* spec: ask-ntf; a quota of the user, not of all. */
TEST_F(session, a_user_has_64_sessions)
{
	int status;
	pid_t pid = fork();

	if (!pid)
		_exit(open_many(100));
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(64, WEXITSTATUS(status));
	pid = fork();
	if (!pid)
		_exit(open_many(100));
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(64, WEXITSTATUS(status));
}

TEST_HARNESS_MAIN
