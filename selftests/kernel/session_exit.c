// SPDX-License-Identifier: GPL-2.0-only
/*
 * The exit of an app (RUN-6): by the last close or by the death of the process that opened,
 * whichever is first; and what is none.
 */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "kselftest_harness.h"

#include "app.h"
#include "ask.h"
#include "clock.h"
#include "modules.h"
#include "play.h"
#include "scene.h"

struct life {
	atomic_int registration, requested, go, child_done;
	atomic_int child;
};

FIXTURE(exiting)
{
	struct scene scene;
	struct life *life;
	struct cage cage;
	pid_t app;
	struct ask ask;
};

/* An app in a process of its own, up to a request. */
static void live(struct life *life, bool fork_child)
{
	int fd = app_open(0);
	pid_t pid;

	atomic_store(&life->registration, app_register(fd, DEVTASK_TYPE_USE, "sync", "Sync", NULL));
	if (fork_child) {
		pid = fork();
		if (!pid) {
			while (!atomic_load(&life->child_done))
				clock_pause();
			_exit(0);
		}
		atomic_store(&life->child, pid);
	}
	atomic_store(&life->requested, app_request(fd, 1, "usb:1:1", NULL, 0, NULL) ? -1 : 1);
	while (!atomic_load(&life->go))
		clock_pause();
	if (atomic_load(&life->go) == 2) {
		close(fd);
		for (;;)
			pause();
	}
}

static int begin(struct wire *w, struct life *life, pid_t *app, bool fork_child, struct ask *ask)
{
	*app = fork();
	if (!*app) {
		live(life, fork_child);
		_exit(0);
	}
	if (ask_wait(w, DEVTASK_ASK_KIND_REGISTER, ask, 5000) ||
	    ask_answer(w, &(struct ask_reply) { .id = ask->id, .app = APP_NAME }))
		return -1;
	return ask_wait(w, DEVTASK_ASK_KIND_REQUEST, ask, 5000);
}

static int run(struct wire *w, const struct ask *ask, struct cage *cage)
{
	struct task_wish wish = { .type = DEVTASK_TYPE_USE, .ask_id = ask->id, .uid = ask->uid };

	return cage_make(cage, w, &wish) ?: ask_allow(w, ask->id) ?: cage_start(cage);
}

FIXTURE_SETUP(exiting)
{
	ASSERT_EQ(0, scene_open(&self->scene, 0));
	self->life = cage_share(sizeof(*self->life));
}

FIXTURE_TEARDOWN(exiting)
{
	atomic_store(&self->life->child_done, 1);
	if (self->app > 0) {
		kill(self->app, SIGKILL);
		waitpid(self->app, NULL, 0);
	}
	cage_close(&self->cage);
	scene_close(&self->scene);
}

static void expect_terminating(struct __test_metadata *_metadata, struct wire *ear, uint32_t task)
{
	struct event e;

	ASSERT_EQ(0, helper_event_wait(ear, task, DEVTASK_EVENT_KIND_CANCELED, &e, 2000));
	EXPECT_EQ(DEVTASK_REASON_TERMINATING, e.reason);
	EXPECT_EQ(DEVTASK_DETAIL_APP_EXITED, e.detail);
}

/* RUN-6 */
TEST_F(exiting, the_last_close_cancels_the_task)
{
	ASSERT_EQ(0, begin(&self->scene.helper, self->life, &self->app, false, &self->ask));
	ASSERT_EQ(0, run(&self->scene.helper, &self->ask, &self->cage));
	atomic_store(&self->life->go, 2);
	expect_terminating(_metadata, &self->scene.ear, self->cage.task);
}

/* RUN-6 */
TEST_F(exiting, the_death_of_the_app_cancels_the_task)
{
	struct task_facts task;

	ASSERT_EQ(0, begin(&self->scene.helper, self->life, &self->app, false, &self->ask));
	ASSERT_EQ(0, run(&self->scene.helper, &self->ask, &self->cage));
	ASSERT_EQ(0, helper_task_get(&self->scene.helper, self->cage.task, &task));
	EXPECT_EQ(self->app, (pid_t)task.app_pid);
	kill(self->app, SIGKILL);
	expect_terminating(_metadata, &self->scene.ear, self->cage.task);
	waitpid(self->app, NULL, 0);
	ASSERT_EQ(0, helper_task_get(&self->scene.helper, self->cage.task, &task));
	EXPECT_EQ(0, task.app_pid);
	self->app = 0;
}

/* RUN-6: a child that inherited the descriptor changes nothing. */
TEST_F(exiting, the_death_counts_while_a_child_holds_the_descriptor)
{
	struct ask ask;

	ASSERT_EQ(0, begin(&self->scene.helper, self->life, &self->app, true, &self->ask));
	ASSERT_EQ(0, run(&self->scene.helper, &self->ask, &self->cage));
	ASSERT_TRUE(clock_wait(atomic_load(&self->life->requested) == 1, 2000));
	kill(self->app, SIGKILL);
	expect_terminating(_metadata, &self->scene.ear, self->cage.task);
	ASSERT_EQ(0, kill(atomic_load(&self->life->child), 0));
	EXPECT_EQ(0, ask_list(&self->scene.helper, &ask, 1));
}

/* RUN-6, spec: ask-gone-ntf: a request that waits is withdrawn, with its task. */
TEST_F(exiting, the_death_withdraws_what_waits)
{
	struct wire *w = &self->scene.helper;
	struct task_wish wish = { .type = DEVTASK_TYPE_USE };
	struct ask ask;

	ASSERT_EQ(0, begin(w, self->life, &self->app, true, &self->ask));
	wish.ask_id = self->ask.id;
	ASSERT_EQ(0, cage_make(&self->cage, w, &wish));
	kill(self->app, SIGKILL);
	expect_terminating(_metadata, &self->scene.ear, self->cage.task);
	EXPECT_EQ(0, ask_list(w, &ask, 1));
	EXPECT_EQ(-ENOENT, ask_allow(w, self->ask.id));
	EXPECT_EQ(-ECANCELED, cage_start(&self->cage));
}

/* RUN-6: names are free again while a child of the dead app still holds its descriptor. */
TEST_F(exiting, the_names_of_a_dead_app_are_free)
{
	int fd = app_open(O_CLOEXEC);

	ASSERT_EQ(0, begin(&self->scene.helper, self->life, &self->app, true, &self->ask));
	ASSERT_EQ(0, ask_refuse(&self->scene.helper, self->ask.id, "no"));
	kill(self->app, SIGKILL);
	waitpid(self->app, NULL, 0);
	self->app = 0;
	EXPECT_TRUE(clock_wait(play_register(&self->scene.helper, fd, DEVTASK_TYPE_USE, "sync",
					     NULL) == 1, 2000));
	close(fd);
}

static void *outlive_leader(void *arg)
{
	struct life *life = arg;
	char path[64], state;
	FILE *f;

	/* until the leader is a zombie */
	snprintf(path, sizeof(path), "/proc/self/stat");
	for (;;) {
		f = fopen(path, "re");
		if (!f || fscanf(f, "%*d %*s %c", &state) != 1)
			_exit(1);
		fclose(f);
		if (state == 'Z')
			break;
		clock_pause();
	}
	atomic_store(&life->child_done, 2);
	while (atomic_load(&life->go) != 3)
		clock_pause();
	_exit(0);
}

static void live_as_thread(struct life *life)
{
	int fd = app_open(0);
	pthread_t thread;

	app_register(fd, DEVTASK_TYPE_USE, "sync", "Sync", NULL);
	app_request(fd, 1, "usb:1:1", NULL, 0, NULL);
	pthread_create(&thread, NULL, outlive_leader, life);
	syscall(SYS_exit, 0);
}

/* RUN-6: the exit of one thread, be it the first, is not the exit of the app. */
TEST_F(exiting, an_app_lives_as_long_as_one_thread)
{
	struct wire *w = &self->scene.helper;
	struct event e;

	self->app = fork();
	if (!self->app) {
		live_as_thread(self->life);
		_exit(0);
	}
	ASSERT_EQ(0, ask_wait(w, DEVTASK_ASK_KIND_REGISTER, &self->ask, 5000));
	ASSERT_EQ(0, ask_answer(w, &(struct ask_reply) { .id = self->ask.id, .app = APP_NAME }));
	ASSERT_EQ(0, ask_wait(w, DEVTASK_ASK_KIND_REQUEST, &self->ask, 5000));
	ASSERT_EQ(0, run(w, &self->ask, &self->cage));
	ASSERT_TRUE(clock_wait(atomic_load(&self->life->child_done) == 2, 5000));
	EXPECT_EQ(-ETIMEDOUT, helper_event_wait(&self->scene.ear, self->cage.task,
						DEVTASK_EVENT_KIND_CANCELED, &e, 300));
	atomic_store(&self->life->go, 3);
	expect_terminating(_metadata, &self->scene.ear, self->cage.task);
}

/* RUN-6, END-3: unregistered without cancel, the task still needs its app. */
TEST_F(exiting, a_task_left_behind_by_unregister_ends_with_the_app)
{
	struct wire *w = &self->scene.helper;
	int fd = app_open(O_CLOEXEC);

	ASSERT_EQ(1, play_register(w, fd, DEVTASK_TYPE_USE, "sync", NULL));
	ASSERT_EQ(0, play_run(w, fd, 1, &self->cage, NULL));
	ASSERT_EQ(0, app_unregister(fd, 1, false));
	close(fd);
	expect_terminating(_metadata, &self->scene.ear, self->cage.task);
}

/* spec: info-get; the module stays while a session is open, and goes afterwards. */
TEST_F(exiting, the_module_can_be_unloaded_after_the_last_session)
{
	int fd;

	scene_close(&self->scene);
	fd = app_open(O_CLOEXEC);
	ASSERT_LE(0, fd);
	EXPECT_EQ(-EAGAIN, unload_devtask());
	close(fd);
	EXPECT_TRUE(clock_wait(!unload_devtask(), 2000));
	ASSERT_EQ(0, reload_devtask());
	ASSERT_EQ(0, scene_open(&self->scene, 0));
}

TEST_HARNESS_MAIN
