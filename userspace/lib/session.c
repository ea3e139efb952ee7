// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * session - see session.h.
 *
 * One thread at a time stands at the door, in poll(2), and only this one reads there; the
 * others sleep on a condition until an event is theirs or the place at the door is free. So
 * nobody sleeps in poll(2) for an event that another thread has read.
 *
 * An app's event loop looks at a descriptor that is readable while the door is or while the
 * queue has something: what a blocking call has read for others does not get stuck.
 */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include <linux/devtask_app.h>

#include "door.h"
#include "event.h"
#include "hello.h"
#include "sentence.h"
#include "session.h"

#define FOREVER UINT64_MAX

struct devtask_session {
	int door;		/* /dev/devtask */
	int wake;		/* eventfd: readable while the queue is not empty */
	int loop;		/* epoll of both, for the app */
	pid_t owner;
	pthread_mutex_t lock;	/* of all below */
	pthread_cond_t changed;
	bool at_door;		/* a thread is in poll() */
	struct devtask_queue queue;
	struct devtask_wait *waits;
	size_t raw_size;	/* of an event that was read, but for which there was no memory */
	_Alignas(8) unsigned char raw[DEVTASK_EVENT_RAW_MAX];
};

static uint64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

int devtask_session_door(struct devtask_session *session)
{
	if (getpid() != session->owner)
		return devtask_sentence_of_errno(-EPERM, "devtask");
	return session->door;
}

int devtask_session_enter(struct devtask_session *session)
{
	int door = devtask_session_door(session);

	/* Not even the lock in a child: the parent's thread that holds it is not there. */
	if (door < 0)
		return door;
	pthread_mutex_lock(&session->lock);
	return 0;
}

void devtask_session_exit(struct devtask_session *session)
{
	pthread_mutex_unlock(&session->lock);
}

static void put_in_queue(struct devtask_session *session, struct devtask_event *event)
{
	devtask_queue_put(&session->queue, event);
	eventfd_write(session->wake, 1);
}

/*
 * To the calls that wait for it, to each its own; to the queue if there are none. "Completed" is
 * the last event of a request: what else is waited for of it never comes.
 */
static void deliver(struct devtask_session *session, struct devtask_event *event)
{
	struct devtask_event *left = event;

	for (struct devtask_wait *wait = session->waits; wait; wait = wait->next) {
		if (wait->event || wait->err || wait->request != event->request)
			continue;
		if (wait->is_it(event)) {
			wait->event = left ? left : devtask_event_copy(event);
			wait->err = wait->event ? 0 : -ENOMEM;
			left = NULL;
		} else if (event->kind == DEVTASK_SESSION_EVENT_COMPLETED) {
			wait->err = -ECANCELED;
		}
	}
	if (left)
		put_in_queue(session, left);
	pthread_cond_broadcast(&session->changed);
}

/* Read one event: 0, -EAGAIN, or another error. */
static int receive(struct devtask_session *session)
{
	struct devtask_event *event;
	ssize_t size;
	int err;

	if (!session->raw_size) {
		size = devtask_door_read(session->door, session->raw, sizeof(session->raw));
		if (size == -EAGAIN)
			return -EAGAIN;
		if (size <= 0)
			return devtask_sentence_of_errno(size ? (int)size : -EPIPE, "reading events");
		session->raw_size = (size_t)size;
	}
	err = devtask_event_make(session->raw, session->raw_size, &event);
	if (err != -ENOMEM)
		session->raw_size = 0;
	if (!err)
		deliver(session, event);
	return err;
}

static void stand_at_door(struct devtask_session *session, uint64_t left_ms)
{
	struct pollfd door = { .fd = session->door, .events = POLLIN };
	int timeout = left_ms > INT32_MAX ? -1 : (int)left_ms;

	session->at_door = true;
	pthread_mutex_unlock(&session->lock);
	poll(&door, 1, timeout);
	pthread_mutex_lock(&session->lock);
	session->at_door = false;
	pthread_cond_broadcast(&session->changed);
}

static void sleep_behind(struct devtask_session *session, uint64_t deadline_ms)
{
	struct timespec until = {
		.tv_sec = (time_t)(deadline_ms / 1000),
		.tv_nsec = (long)(deadline_ms % 1000) * 1000000,
	};

	if (deadline_ms == FOREVER)
		pthread_cond_wait(&session->changed, &session->lock);
	else
		pthread_cond_timedwait(&session->changed, &session->lock, &until);
}

/* @wait NULL: until something is in the queue. */
static int wait_for(struct devtask_session *session, const struct devtask_wait *wait, int timeout_ms)
{
	uint64_t deadline_ms = timeout_ms < 0 ? FOREVER : now_ms() + (uint64_t)timeout_ms;
	uint64_t now;
	int err;

	for (;;) {
		if (wait ? wait->event || wait->err : session->queue.first != NULL)
			return 0;
		if (!session->at_door) {
			err = receive(session);
			if (!err)
				continue;
			if (err != -EAGAIN)
				return err;
		}
		now = now_ms();
		if (now >= deadline_ms && timeout_ms)
			return devtask_sentence_set(-ETIMEDOUT, "nothing came within %d ms",
						    timeout_ms);
		if (!timeout_ms)
			return devtask_sentence_set(-EAGAIN, "there is no event yet");
		if (session->at_door)
			sleep_behind(session, deadline_ms);
		else
			stand_at_door(session, deadline_ms == FOREVER ? FOREVER : deadline_ms - now);
	}
}

static void forget(struct devtask_session *session, struct devtask_wait *wait)
{
	struct devtask_wait **at = &session->waits;

	while (*at != wait)
		at = &(*at)->next;
	*at = wait->next;
}

int devtask_session_await(struct devtask_session *session, struct devtask_wait *wait,
			  int timeout_ms)
{
	int err, state;

	/* A thread that is cancelled in poll() would never leave the place at the door. */
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &state);
	wait->event = NULL;
	wait->err = 0;
	wait->next = session->waits;
	session->waits = wait;
	err = wait_for(session, wait, timeout_ms);
	forget(session, wait);
	pthread_setcancelstate(state, NULL);
	/* It may have come together with the error that ended the wait. */
	if (wait->event)
		return 0;
	if (wait->err == -ECANCELED)
		return devtask_sentence_set(-ECANCELED, "the request was withdrawn");
	if (wait->err)
		return devtask_sentence_set(wait->err, "no memory left for an event");
	return err;
}

int devtask_session_next(struct devtask_session *session, int timeout_ms,
			 struct devtask_event **event)
{
	int err = devtask_session_enter(session), state;
	eventfd_t ignored;

	if (err)
		return err;
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &state);
	err = wait_for(session, NULL, timeout_ms);
	pthread_setcancelstate(state, NULL);
	if (!err)
		*event = devtask_queue_get(&session->queue);
	if (!session->queue.first)
		eventfd_read(session->wake, &ignored);
	devtask_session_exit(session);
	return err;
}

int devtask_session_dispatch(struct devtask_session *session,
			     void (*handler)(const struct devtask_event *event, void *context),
			     void *context)
{
	struct devtask_event *event;
	int count = 0, err;

	while (!(err = devtask_session_next(session, 0, &event))) {
		handler(event, context);
		devtask_event_free(event);
		count++;
	}
	return err == -EAGAIN ? count : err;
}

int devtask_session_replay(struct devtask_session *session, uint64_t since)
{
	struct devtask_app_replay replay = { .size = sizeof(replay), .since = since };
	int err = devtask_session_enter(session);

	if (err)
		return err;
	err = devtask_door_call(session->door, DEVTASK_APP_REPLAY, &replay);
	if (err)
		devtask_sentence_of_errno(err, "replay");
	/* Before what the queue has already: it sorts. A thread at the door does the same. */
	while (!err && !session->at_door)
		err = receive(session);
	devtask_session_exit(session);
	return err == -EAGAIN ? 0 : err;
}

int devtask_session_fd(const struct devtask_session *session)
{
	return session->loop;
}

static int watch(const struct devtask_session *session, int fd)
{
	struct epoll_event event = { .events = EPOLLIN };

	return epoll_ctl(session->loop, EPOLL_CTL_ADD, fd, &event) ? -errno : 0;
}

/* The descriptors for the app's event loop. */
static int prepare_loop(struct devtask_session *session)
{
	int err;

	session->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	session->loop = epoll_create1(EPOLL_CLOEXEC);
	if (session->wake < 0 || session->loop < 0)
		return devtask_sentence_of_errno(-errno, "opening a session");
	err = watch(session, session->door);
	if (!err)
		err = watch(session, session->wake);
	return err ? devtask_sentence_of_errno(err, "opening a session") : 0;
}

static void prepare_lock(struct devtask_session *session)
{
	pthread_condattr_t attributes;

	pthread_mutex_init(&session->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&session->changed, &attributes);
	pthread_condattr_destroy(&attributes);
}

int devtask_session_open(struct devtask_session **session)
{
	struct devtask_session *fresh = calloc(1, sizeof(*fresh));
	int err;

	if (!fresh)
		return devtask_sentence_set(-ENOMEM, "no memory left");
	fresh->owner = getpid();
	fresh->wake = fresh->loop = -1;
	prepare_lock(fresh);
	fresh->door = devtask_hello_open(false);
	err = fresh->door < 0 ? fresh->door : prepare_loop(fresh);
	if (err)
		devtask_session_close(fresh);
	else
		*session = fresh;
	return err;
}

void devtask_session_close(struct devtask_session *session)
{
	if (!session)
		return;
	for (int i = 0; i < 3; i++) {
		const int fd = (int[]){ session->loop, session->wake, session->door }[i];

		if (fd >= 0)
			close(fd);
	}
	devtask_queue_clear(&session->queue);
	/* In a forked child threads of the parent seem to wait for ever. */
	if (getpid() == session->owner) {
		pthread_cond_destroy(&session->changed);
		pthread_mutex_destroy(&session->lock);
	}
	free(session);
}
