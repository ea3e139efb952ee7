// SPDX-License-Identifier: GPL-2.0-only
/*
 * Waiting in libdevtask, on a host without the module: event loops, blocking calls and threads
 * share one stream of events, and each event reaches the one that it is for.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <devtask.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "fake.h"

#define PATIENCE_MS 20000

struct app {
	struct devtask_session *session;
	struct devtask_trigger *trigger;
};

static int open_app(void **state)
{
	struct app *app = calloc(1, sizeof(*app));

	fake_reset();
	*state = app;
	return devtask_session_open(&app->session) ||
	       devtask_trigger_create(DEVTASK_TYPE_USE, "usb:1209:0001", &app->trigger);
}

static int close_app(void **state)
{
	struct app *app = *state;

	devtask_trigger_destroy(app->trigger);
	devtask_session_close(app->session);
	free(app);
	return 0;
}

/* The next event that is there, as "kind seq"; 0 if there is none. */
static uint64_t next(struct app *app, enum devtask_session_event kind)
{
	struct devtask_event *event;
	uint64_t seq;

	if (devtask_session_next(app->session, 0, &event) == -EAGAIN)
		return 0;
	seq = event->kind == kind ? event->seq : UINT64_MAX;
	devtask_event_free(event);
	return seq;
}

static bool is_readable(struct app *app)
{
	struct pollfd fd = { .fd = devtask_session_fd(app->session), .events = POLLIN };

	return poll(&fd, 1, 0) == 1;
}

/* A thread that asks and waits; the door has been asked when fake.calls has grown. */
struct asker {
	struct app *app;
	pthread_t thread;
	bool cancel;
	int err;
	struct devtask_event *event;
};

static void *ask(void *arg)
{
	struct asker *asker = arg;

	if (asker->cancel)
		asker->err = devtask_session_cancel_wait(asker->app->session, 1, PATIENCE_MS,
							 &asker->event);
	else
		asker->err = devtask_session_request_wait(asker->app->session, 1,
							  asker->app->trigger, PATIENCE_MS,
							  &asker->event);
	return NULL;
}

static void start(struct asker *asker, struct app *app, bool cancel)
{
	int calls = fake.calls;

	*asker = (struct asker){ .app = app, .cancel = cancel };
	assert_int_equal(pthread_create(&asker->thread, NULL, ask, asker), 0);
	while (fake.calls == calls)
		sched_yield();
}

static uint64_t finish(struct asker *asker, enum devtask_session_event kind)
{
	uint64_t seq;

	assert_int_equal(pthread_join(asker->thread, NULL), 0);
	assert_int_equal(asker->err, 0);
	assert_int_equal(asker->event->kind, kind);
	seq = asker->event->seq;
	devtask_event_free(asker->event);
	return seq;
}

/* APP-1 */
static void without_an_event_a_wait_ends_in_time(void **state)
{
	struct timespec from, to;
	struct devtask_event *event;
	struct app *app = *state;

	assert_int_equal(devtask_session_next(app->session, 0, &event), -EAGAIN);
	clock_gettime(CLOCK_MONOTONIC, &from);
	assert_int_equal(devtask_session_next(app->session, 30, &event), -ETIMEDOUT);
	clock_gettime(CLOCK_MONOTONIC, &to);
	assert_true((to.tv_sec - from.tv_sec) * 1000000000 + to.tv_nsec - from.tv_nsec > 29000000);
	assert_int_equal(devtask_session_request_wait(app->session, 1, app->trigger, 1, &event),
			 -ETIMEDOUT);
	assert_non_null(strstr(devtask_sentence(), "1 ms"));
	/* The request stands. */
	fake_verdict(1, 1, DEVTASK_VERDICT_ALLOWED);
	assert_int_equal(next(app, DEVTASK_SESSION_EVENT_VERDICT), 1);
}

/* APP-1 */
static void a_blocking_request_keeps_the_events_of_others(void **state)
{
	struct app *app = *state;
	struct asker asker;

	start(&asker, app, false);
	fake_progress(1, 77, 10);
	fake_completed(2, 77);
	fake_verdict(3, 78, DEVTASK_VERDICT_ALLOWED);
	fake_verdict(4, 1, DEVTASK_VERDICT_DENIED_BY_USER);
	assert_int_equal(finish(&asker, DEVTASK_SESSION_EVENT_VERDICT), 4);
	assert_true(is_readable(app));
	assert_int_equal(next(app, DEVTASK_SESSION_EVENT_PROGRESS), 1);
	assert_true(is_readable(app));
	assert_int_equal(next(app, DEVTASK_SESSION_EVENT_COMPLETED), 2);
	assert_int_equal(next(app, DEVTASK_SESSION_EVENT_VERDICT), 3);
	assert_false(is_readable(app));
	assert_int_equal(next(app, DEVTASK_SESSION_EVENT_VERDICT), 0);
}

/* APP-1: in a loop of epoll, also one that only hears of changes. */
static void the_descriptor_tells_of_each_event_in_any_loop(void **state)
{
	struct app *app = *state;
	struct epoll_event ready, wanted = { .events = EPOLLIN | EPOLLET };
	int loop = epoll_create1(EPOLL_CLOEXEC);

	assert_false(is_readable(app));
	assert_int_equal(epoll_ctl(loop, EPOLL_CTL_ADD, devtask_session_fd(app->session), &wanted), 0);
	for (uint64_t seq = 1; seq < 4; seq++) {
		assert_int_equal(epoll_wait(loop, &ready, 1, 0), 0);
		fake_completed(seq, seq);
		assert_int_equal(epoll_wait(loop, &ready, 1, PATIENCE_MS), 1);
		assert_true(is_readable(app));
		assert_int_equal(next(app, DEVTASK_SESSION_EVENT_COMPLETED), seq);
		assert_int_equal(next(app, DEVTASK_SESSION_EVENT_COMPLETED), 0);
		assert_false(is_readable(app));
	}
	close(loop);
}

/* APP-3 */
static void kept_progress_is_the_newest_of_its_request(void **state)
{
	struct devtask_event *event;
	struct app *app = *state;
	struct asker asker;

	start(&asker, app, false);
	fake_progress(1, 77, 10);
	fake_progress(2, 78, 20);
	fake_completed(3, 79);
	for (uint32_t i = 4; i < 500; i++)
		fake_progress(i, 77, i);
	fake_verdict(500, 1, DEVTASK_VERDICT_ALLOWED);
	finish(&asker, DEVTASK_SESSION_EVENT_VERDICT);
	assert_int_equal(next(app, DEVTASK_SESSION_EVENT_PROGRESS), 2);
	assert_int_equal(next(app, DEVTASK_SESSION_EVENT_COMPLETED), 3);
	assert_int_equal(devtask_session_next(app->session, 0, &event), 0);
	assert_int_equal(event->progress, 499);
	devtask_event_free(event);
	assert_int_equal(next(app, DEVTASK_SESSION_EVENT_PROGRESS), 0);
}

/* APP-4 */
static void replayed_events_come_in_order_and_once(void **state)
{
	struct app *app = *state;
	struct asker asker;

	start(&asker, app, false);
	fake_completed(8, 77);
	fake_verdict(9, 1, DEVTASK_VERDICT_ALLOWED);
	finish(&asker, DEVTASK_SESSION_EVENT_VERDICT);
	/* What the kernel does after a replay since 5. */
	for (uint64_t seq = 6; seq < 9; seq++)
		fake_completed(seq, 69 + seq);
	assert_int_equal(devtask_session_replay(app->session, 5), 0);
	assert_int_equal(fake.since, 5);
	for (uint64_t seq = 6; seq < 9; seq++)
		assert_int_equal(next(app, DEVTASK_SESSION_EVENT_COMPLETED), seq);
	assert_int_equal(next(app, DEVTASK_SESSION_EVENT_COMPLETED), 0);
	fake.err = -EINVAL;
	assert_int_equal(devtask_session_replay(app->session, 99), -EINVAL);
}

/* END-3 */
static void cancel_and_wait_gives_the_last_event_of_the_request(void **state)
{
	struct app *app = *state;
	struct asker asker;

	assert_int_equal(devtask_session_request(app->session, 1, app->trigger, NULL), 0);
	start(&asker, app, true);
	fake_verdict(1, 1, DEVTASK_VERDICT_ALLOWED);
	fake_completed(2, 9);
	fake_completed(3, 1);
	assert_int_equal(finish(&asker, DEVTASK_SESSION_EVENT_COMPLETED), 3);
	assert_int_equal(next(app, DEVTASK_SESSION_EVENT_VERDICT), 1);
	assert_int_equal(next(app, DEVTASK_SESSION_EVENT_COMPLETED), 2);
	/* Of one that was cancelled before. */
	assert_int_equal(devtask_session_request(app->session, 1, app->trigger, NULL), 0);
	fake.err = -EALREADY;
	start(&asker, app, true);
	fake_completed(4, 2);
	assert_int_equal(finish(&asker, DEVTASK_SESSION_EVENT_COMPLETED), 4);
	/* Of one that never ran. */
	assert_int_equal(devtask_session_request(app->session, 1, app->trigger, NULL), 0);
	start(&asker, app, true);
	fake_verdict(5, 3, DEVTASK_VERDICT_DENIED_BY_SYSTEM);
	assert_int_equal(finish(&asker, DEVTASK_SESSION_EVENT_VERDICT), 5);
}

/* END-3 */
static void cancelling_nothing_is_said_at_once(void **state)
{
	struct devtask_event *event;
	struct app *app = *state;

	fake.err = -ESRCH;
	assert_int_equal(devtask_session_cancel_wait(app->session, 1, -1, &event), -ESRCH);
	fake.err = -EALREADY;
	assert_int_equal(devtask_session_cancel(app->session, 1), -EALREADY);
	assert_non_null(strstr(devtask_sentence(), "completed"));
	assert_int_equal(devtask_session_cancel_wait(app->session, 4, -1, &event), -ENOENT);
}

/* END-3: both have to know, the one who asked and the one who called it off. */
static void a_withdrawn_request_ends_both_waits(void **state)
{
	struct asker asker, canceler;
	struct app *app = *state;

	start(&asker, app, false);
	start(&canceler, app, true);
	fake_completed(1, 1);
	assert_int_equal(finish(&canceler, DEVTASK_SESSION_EVENT_COMPLETED), 1);
	assert_int_equal(pthread_join(asker.thread, NULL), 0);
	assert_int_equal(asker.err, -ECANCELED);
	/* And a refusal is the last event for both. */
	start(&asker, app, false);
	start(&canceler, app, true);
	fake_verdict(2, 2, DEVTASK_VERDICT_LOW_BATTERY);
	assert_int_equal(finish(&asker, DEVTASK_SESSION_EVENT_VERDICT), 2);
	assert_int_equal(finish(&canceler, DEVTASK_SESSION_EVENT_VERDICT), 2);
	assert_int_equal(next(app, DEVTASK_SESSION_EVENT_VERDICT), 0);
}

static atomic_int heard;

static void *hear_all(void *arg)
{
	struct app *app = arg;
	struct devtask_event *event;

	do {
		if (devtask_session_next(app->session, PATIENCE_MS, &event))
			return "no event";
		heard++;
		if (event->request != UINT64_MAX) {
			devtask_event_free(event);
			continue;
		}
		devtask_event_free(event);
		return NULL;
	} while (true);
}

#define ROUNDS 300

static void *ask_often(void *arg)
{
	struct app *app = arg;
	struct devtask_event *event;

	for (int i = 0; i < ROUNDS; i++) {
		if (devtask_session_request_wait(app->session, 1, app->trigger, PATIENCE_MS, &event))
			return (void *)devtask_sentence();
		if (event->kind != DEVTASK_SESSION_EVENT_VERDICT)
			return "another's event";
		devtask_event_free(event);
	}
	return NULL;
}

/* APP-1: four ask and wait, one hears all the rest; the kernel answers in between. */
static void threads_share_a_session_and_each_gets_its_own(void **state)
{
	pthread_t askers[4], listener;
	uint64_t answered = 0, seq = 0;
	struct app *app = *state;
	void *wrong = NULL;

	heard = 0;
	assert_int_equal(pthread_create(&listener, NULL, hear_all, app), 0);
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&askers[i], NULL, ask_often, app), 0);
	while (answered < 4 * ROUNDS) {
		if (answered == fake.request) {
			sched_yield();
			continue;
		}
		fake_completed(++seq, 1000000 + answered);
		fake_verdict(++seq, ++answered, DEVTASK_VERDICT_DENIED_BY_SYSTEM);
	}
	for (int i = 0; i < 4; i++) {
		assert_int_equal(pthread_join(askers[i], &wrong), 0);
		assert_null(wrong);
	}
	fake_completed(++seq, UINT64_MAX);
	assert_int_equal(pthread_join(listener, &wrong), 0);
	assert_null(wrong);
	assert_int_equal(heard, 4 * ROUNDS + 1);
}

static atomic_int signals;

static void count_signal(int number)
{
	(void)number;
	signals++;
}

static void signals_do_not_end_a_wait(void **state)
{
	const struct sigaction action = { .sa_handler = count_signal };
	struct app *app = *state;
	struct asker asker;

	assert_int_equal(sigaction(SIGUSR1, &action, NULL), 0);
	start(&asker, app, false);
	for (int i = 0; i < 50; i++) {
		int before = signals;

		assert_int_equal(pthread_kill(asker.thread, SIGUSR1), 0);
		while (signals == before)
			sched_yield();
	}
	fake_verdict(1, 1, DEVTASK_VERDICT_ALLOWED);
	assert_int_equal(finish(&asker, DEVTASK_SESSION_EVENT_VERDICT), 1);
}

struct heard {
	struct app *app;
	int count;
	uint64_t seq;
};

/* A handler may use the session. */
static void hear(const struct devtask_event *event, void *context)
{
	struct heard *all = context;

	all->count++;
	all->seq = event->seq;
	if (all->count == 1)
		assert_int_equal(devtask_session_request(all->app->session, 1, all->app->trigger,
							 NULL), 0);
}

/* APP-1 */
static void dispatch_calls_the_handler_for_what_is_there(void **state)
{
	struct app *app = *state;
	struct heard all = { .app = app };

	assert_int_equal(devtask_session_dispatch(app->session, hear, &all), 0);
	for (uint64_t seq = 1; seq < 4; seq++)
		fake_completed(seq, seq);
	assert_int_equal(devtask_session_dispatch(app->session, hear, &all), 3);
	assert_int_equal(all.count, 3);
	assert_int_equal(all.seq, 3);
	assert_int_equal(fake.request, 1);
}

static void a_door_that_breaks_ends_every_wait(void **state)
{
	struct devtask_event *event;
	struct app *app = *state;

	close(fake.kernel);
	fake.kernel = 0;
	assert_true(devtask_session_next(app->session, -1, &event) < 0);
	assert_true(devtask_session_request_wait(app->session, 1, app->trigger, -1, &event) < 0);
}

#define WITH_APP(test) cmocka_unit_test_setup_teardown(test, open_app, close_app)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_APP(without_an_event_a_wait_ends_in_time),
		WITH_APP(a_blocking_request_keeps_the_events_of_others),
		WITH_APP(the_descriptor_tells_of_each_event_in_any_loop),
		WITH_APP(kept_progress_is_the_newest_of_its_request),
		WITH_APP(replayed_events_come_in_order_and_once),
		WITH_APP(cancel_and_wait_gives_the_last_event_of_the_request),
		WITH_APP(cancelling_nothing_is_said_at_once),
		WITH_APP(a_withdrawn_request_ends_both_waits),
		WITH_APP(threads_share_a_session_and_each_gets_its_own),
		WITH_APP(signals_do_not_end_a_wait),
		WITH_APP(dispatch_calls_the_handler_for_what_is_there),
		WITH_APP(a_door_that_breaks_ends_every_wait),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
