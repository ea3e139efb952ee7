// SPDX-License-Identifier: GPL-2.0-only
/*
 * The events of a session: in order, bounded, told again, and there when a stopped or frozen
 * app goes on.
 */
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "kselftest_harness.h"

#include "app.h"
#include "ask.h"
#include "clock.h"
#include "play.h"
#include "scene.h"

#define KEPT 64

FIXTURE(session_events)
{
	struct scene scene;
	int fd;
	struct cage cage;
};

FIXTURE_SETUP(session_events)
{
	ASSERT_EQ(0, scene_open(&self->scene, 0));
	self->fd = app_open(O_CLOEXEC | O_NONBLOCK);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(1, play_register(&self->scene.helper, self->fd, DEVTASK_TYPE_USE, "sync", NULL));
}

FIXTURE_TEARDOWN(session_events)
{
	close(self->fd);
	cage_close(&self->cage);
	scene_close(&self->scene);
}

/* One event each: a verdict. */
static int explain(struct wire *w, int fd, uint32_t reg, int n)
{
	struct ask ask;
	int err = 0;

	for (int i = 0; i < n && !err; i++)
		err = app_request(fd, reg, "usb:1:1", NULL, DEVTASK_APP_REQUEST_EXPLAIN, NULL) ?:
		      ask_wait(w, DEVTASK_ASK_KIND_EXPLAIN, &ask, 1000) ?:
		      ask_refuse(w, ask.id, "no");
	return err;
}

/* One event each: completed. */
static int withdraw(int fd, uint32_t reg, int n)
{
	int err = 0;

	for (int i = 0; i < n && !err; i++)
		err = app_request(fd, reg, "usb:1:1", NULL, 0, NULL) ?: app_cancel(fd, reg);
	return err;
}

/* APP-4 */
TEST_F(session_events, nothing_to_read_is_said_so)
{
	struct app_event e;

	EXPECT_EQ(-1, read(self->fd, &e, sizeof(e)));
	EXPECT_EQ(EAGAIN, errno);
	EXPECT_EQ(0, app_poll(self->fd));
	ASSERT_EQ(0, explain(&self->scene.helper, self->fd, 1, 1));
	EXPECT_EQ(POLLIN, app_poll(self->fd));
}

/* APP-4: a buffer that is too small, or bad, loses nothing. */
TEST_F(session_events, a_failed_read_loses_nothing)
{
	void *gone = mmap(NULL, 8192, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct app_event e;

	ASSERT_EQ(0, explain(&self->scene.helper, self->fd, 1, 1));
	EXPECT_EQ(-1, read(self->fd, &e, sizeof(e.head)));
	EXPECT_EQ(EMSGSIZE, errno);
	EXPECT_EQ(-1, read(self->fd, gone, 8192));
	EXPECT_EQ(EFAULT, errno);
	EXPECT_EQ(-1, read(self->fd, NULL, 0));
	EXPECT_EQ(EMSGSIZE, errno);
	ASSERT_EQ(0, app_expect(self->fd, DEVTASK_APP_EVENT_VERDICT, &e));
	EXPECT_STREQ("no", e.text);
	EXPECT_EQ(sizeof(e.head) + 2, e.head.size);
	EXPECT_EQ(0, e.head.lost);
}

static void *read_one(void *arg)
{
	struct app_event *e = arg;
	int fd = e->head.size;

	memset(e, 0, sizeof(*e));
	return (void *)read(fd, e, sizeof(*e));
}

/* APP-4 */
TEST_F(session_events, a_blocking_read_waits_for_one)
{
	struct app_event e = { .head = { .size = self->fd } };
	pthread_t thread;
	void *n;

	ASSERT_EQ(0, fcntl(self->fd, F_SETFL, 0));
	ASSERT_EQ(0, pthread_create(&thread, NULL, read_one, &e));
	ASSERT_EQ(0, explain(&self->scene.helper, self->fd, 1, 1));
	ASSERT_EQ(0, pthread_join(thread, &n));
	EXPECT_EQ(sizeof(e.head) + 2, (size_t)n);
	EXPECT_EQ(DEVTASK_APP_EVENT_VERDICT, e.head.kind);
}

/* APP-4: what was read can be read again, from any number. */
TEST_F(session_events, are_told_again_from_a_number)
{
	struct app_event e;

	ASSERT_EQ(0, explain(&self->scene.helper, self->fd, 1, 5));
	for (int i = 1; i <= 5; i++) {
		ASSERT_EQ(0, app_next(self->fd, &e, 1000));
		EXPECT_EQ(i, e.head.seq);
	}
	EXPECT_EQ(-ETIMEDOUT, app_next(self->fd, &e, 10));
	ASSERT_EQ(0, app_replay(self->fd, 3));
	EXPECT_EQ(POLLIN, app_poll(self->fd));
	ASSERT_EQ(0, app_next(self->fd, &e, 1000));
	EXPECT_EQ(4, e.head.seq);
	EXPECT_EQ(0, e.head.lost);
	ASSERT_EQ(0, app_replay(self->fd, 0));
	ASSERT_EQ(0, app_next(self->fd, &e, 1000));
	EXPECT_EQ(1, e.head.seq);
	ASSERT_EQ(0, app_replay(self->fd, 5));
	EXPECT_EQ(0, app_poll(self->fd));
	EXPECT_EQ(-EINVAL, app_replay(self->fd, 6));
}

/* APP-4: what does not fit is counted. */
TEST_F(session_events, that_were_dropped_unread_are_counted)
{
	struct devtask_app_info info;
	struct app_event e;

	ASSERT_EQ(0, explain(&self->scene.helper, self->fd, 1, KEPT + 6));
	ASSERT_EQ(0, app_info(self->fd, &info));
	EXPECT_EQ(KEPT + 6, info.seq);
	for (int i = 0; i < KEPT; i++) {
		ASSERT_EQ(0, app_next(self->fd, &e, 1000));
		EXPECT_EQ(7 + i, e.head.seq);
		EXPECT_EQ(i ? 0 : 6, e.head.lost);
	}
	EXPECT_EQ(-ETIMEDOUT, app_next(self->fd, &e, 10));
	/* what has been read goes first, and is no loss */
	ASSERT_EQ(0, explain(&self->scene.helper, self->fd, 1, 10));
	for (int i = 0; i < 10; i++) {
		ASSERT_EQ(0, app_next(self->fd, &e, 1000));
		EXPECT_EQ(0, e.head.lost);
	}
	ASSERT_EQ(0, app_replay(self->fd, 0));
	ASSERT_EQ(0, app_next(self->fd, &e, 1000));
	EXPECT_EQ(17, e.head.seq);
}

/* APP-4: completed is kept until it has been read, so there cannot be any number of them. */
TEST_F(session_events, completed_runs_are_never_dropped)
{
	struct app_event e;
	int completed = 0;

	ASSERT_EQ(0, withdraw(self->fd, 1, 10));
	ASSERT_EQ(0, explain(&self->scene.helper, self->fd, 1, KEPT + 1));
	ASSERT_EQ(0, withdraw(self->fd, 1, 6));
	EXPECT_EQ(-ENOBUFS, app_request(self->fd, 1, "usb:1:1", NULL, 0, NULL));
	EXPECT_EQ(-ENOBUFS, app_request(self->fd, 1, "usb:1:1", NULL, DEVTASK_APP_REQUEST_EXPLAIN,
					NULL));
	while (!app_next(self->fd, &e, 10))
		completed += e.head.kind == DEVTASK_APP_EVENT_COMPLETED;
	EXPECT_EQ(16, completed);
	EXPECT_EQ(0, app_request(self->fd, 1, "usb:1:1", NULL, 0, NULL));
}

/* REG-7, APP-4: registering anew does not make room for more. */
TEST_F(session_events, a_new_registration_does_not_lift_the_bound)
{
	uint32_t reg = 1;

	for (int i = 0; i < 16; i++) {
		ASSERT_EQ(0, app_request(self->fd, reg, "usb:1:1", NULL, 0, NULL));
		ASSERT_EQ(0, app_unregister(self->fd, reg, false));
		ASSERT_EQ((int)++reg, play_register(&self->scene.helper, self->fd,
						    DEVTASK_TYPE_USE, "sync", NULL));
	}
	EXPECT_EQ(-ENOBUFS, app_request(self->fd, reg, "usb:1:1", NULL, 0, NULL));
}

static int progress_often(void *arg)
{
	int fd = app_open(O_CLOEXEC);

	(void)arg;
	for (uint32_t i = 0; i < 1000; i++)
		if (app_progress(fd, i))
			return 1;
	return app_progress(fd, 0xffffffff) ? 1 : 0;
}

/* APP-3 */
TEST_F(session_events, only_the_newest_progress_is_kept)
{
	struct app_event e;
	int status;
	pid_t pid;

	ASSERT_EQ(0, play_run(&self->scene.helper, self->fd, 1, &self->cage, NULL));
	pid = cage_spawn(&self->cage, progress_often, NULL);
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	ASSERT_EQ(0, status);
	ASSERT_EQ(0, app_expect(self->fd, DEVTASK_APP_EVENT_VERDICT, &e));
	ASSERT_EQ(0, app_expect(self->fd, DEVTASK_APP_EVENT_STARTED, &e));
	ASSERT_EQ(0, app_expect(self->fd, DEVTASK_APP_EVENT_PROGRESS, &e));
	EXPECT_EQ(0xffffffff, e.head.progress);
	EXPECT_EQ(0, e.head.lost);
	EXPECT_EQ(-ETIMEDOUT, app_next(self->fd, &e, 10));
}

struct reader {
	atomic_int registration, requested, kinds[4], n;
};

static void read_all(struct reader *r)
{
	struct app_event e;
	int fd = app_open(0);

	atomic_store(&r->registration, app_register(fd, DEVTASK_TYPE_USE, "far", "Far", NULL));
	atomic_store(&r->requested, 1 + app_request(fd, 1, "usb:1:1", NULL, 0, NULL));
	for (int i = 0; i < 4 && !app_next(fd, &e, 60000); i++) {
		atomic_store(&r->kinds[i], e.head.lost ? 99 : e.head.kind);
		atomic_store(&r->n, i + 1);
	}
	for (;;)
		pause();
}

static int request_of(struct wire *w, struct reader *r, pid_t *app, struct ask *ask)
{
	*app = fork();
	if (!*app)
		read_all(r);
	return ask_wait(w, DEVTASK_ASK_KIND_REGISTER, ask, 5000) ?:
	       ask_answer(w, &(struct ask_reply) { .id = ask->id, .app = "Far.App" }) ?:
	       ask_wait(w, DEVTASK_ASK_KIND_REQUEST, ask, 5000) ?:
	       !clock_wait(atomic_load(&r->requested) == 1, 2000);
}

/* A whole run while the app cannot look. */
static int run_meanwhile(struct scene *s, struct cage *cage, const struct ask *ask)
{
	struct task_wish wish = { .type = DEVTASK_TYPE_USE, .ask_id = ask->id, .uid = ask->uid };
	struct event e;

	return cage_make(cage, &s->helper, &wish) ?: ask_allow(&s->helper, ask->id) ?:
	       cage_start(cage) ?: helper_task_abort(&s->helper, cage->task) ?:
	       helper_task_end(&s->helper, cage->task, 0) ?:
	       helper_event_wait(&s->ear, cage->task, DEVTASK_EVENT_KIND_ENDED, &e, 10000);
}

static void expect_all(struct __test_metadata *_metadata, struct reader *r)
{
	ASSERT_TRUE(clock_wait(atomic_load(&r->n) == 4, 10000));
	EXPECT_EQ(DEVTASK_APP_EVENT_VERDICT, atomic_load(&r->kinds[0]));
	EXPECT_EQ(DEVTASK_APP_EVENT_STARTED, atomic_load(&r->kinds[1]));
	EXPECT_EQ(DEVTASK_APP_EVENT_CANCELED, atomic_load(&r->kinds[2]));
	EXPECT_EQ(DEVTASK_APP_EVENT_COMPLETED, atomic_load(&r->kinds[3]));
}

static bool is_stopped(pid_t pid)
{
	siginfo_t info = {};

	return !waitid(P_PID, pid, &info, WSTOPPED | WNOHANG | WNOWAIT) && info.si_pid == pid;
}

/* APP-4: SIGSTOP */
TEST_F(session_events, wait_for_an_app_that_is_stopped)
{
	struct reader *r = cage_share(sizeof(*r));
	struct ask ask;
	pid_t app;

	ASSERT_EQ(0, request_of(&self->scene.helper, r, &app, &ask));
	kill(app, SIGSTOP);
	ASSERT_TRUE(clock_wait(is_stopped(app), 2000));
	ASSERT_EQ(0, run_meanwhile(&self->scene, &self->cage, &ask));
	EXPECT_EQ(0, atomic_load(&r->n));
	kill(app, SIGCONT);
	expect_all(_metadata, r);
	kill(app, SIGKILL);
	waitpid(app, NULL, 0);
}

static int write_file(const char *dir, const char *name, const char *value)
{
	char path[160];
	int fd, n;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	n = write(fd, value, strlen(value));
	close(fd);
	return n > 0 ? 0 : -1;
}

static bool is_frozen(const char *dir)
{
	char path[160], buf[128] = "";
	int fd;

	snprintf(path, sizeof(path), "%s/cgroup.events", dir);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (read(fd, buf, sizeof(buf) - 1) < 0)
		buf[0] = 0;
	close(fd);
	return strstr(buf, "frozen 1");
}

/* APP-4, RUN-9: the freezer */
TEST_F(session_events, wait_for_an_app_that_is_frozen)
{
	struct reader *r = cage_share(sizeof(*r));
	const char *dir = "/sys/fs/cgroup/ktest-frozen-app";
	struct ask ask;
	char pid[16];
	pid_t app;

	ASSERT_EQ(0, mkdir(dir, 0755));
	ASSERT_EQ(0, request_of(&self->scene.helper, r, &app, &ask));
	snprintf(pid, sizeof(pid), "%d", app);
	ASSERT_EQ(0, write_file(dir, "cgroup.procs", pid));
	ASSERT_EQ(0, write_file(dir, "cgroup.freeze", "1"));
	ASSERT_TRUE(clock_wait(is_frozen(dir), 2000));
	ASSERT_EQ(0, run_meanwhile(&self->scene, &self->cage, &ask));
	EXPECT_EQ(0, atomic_load(&r->n));
	ASSERT_EQ(0, write_file(dir, "cgroup.freeze", "0"));
	expect_all(_metadata, r);
	kill(app, SIGKILL);
	waitpid(app, NULL, 0);
	EXPECT_TRUE(clock_wait(!rmdir(dir), 2000));
}

TEST_HARNESS_MAIN
