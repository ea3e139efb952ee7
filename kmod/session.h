/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An app: one open file of /dev/devtask, the process that opened it, and what it has
 * registered. Knows neither questions nor what a run is; both are the desk's business.
 */
#ifndef DEVTASK_SESSION_H
#define DEVTASK_SESSION_H

#include <linux/kref.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/types.h>
#include <linux/uidgid.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <linux/devtask.h>

#include "queue.h"

struct devtask_ask;
struct devtask_task;
struct pid;

/*
 * One lock for all sessions: names are unique across them, and what happens under it is short.
 * It is taken under a task's lock, never the other way round; nothing under it waits.
 */
extern struct mutex devtask_session_lock;

/**
 * struct devtask_session - one app; members without a word are under devtask_session_lock
 * @ref:		references: the file, each registration
 * @id:			never given again, constant
 * @owner:		thread group that opened it, constant, referenced
 * @uid:		effective user at that time, constant
 * @in_sessions:	entry of the list of all sessions
 * @registrations:	list of &devtask_registration.in_session
 * @app:		identity name, NULL before the first registration, then constant
 * @newest:		number of the newest registration
 * @request:		number of the newest request
 * @runs:		requests that wait, and tasks that run
 * @ended:		the app has exited: nothing begins any more
 * @queue:		its events; own lock
 * @reader:		taken by the one who reads; may be held while user memory is waited for, so
 *			nothing but another reader of this session ever takes it
 * @watch:		entry of the queue that the owner's death wakes
 * @death:		the work that looks at it
 */
struct devtask_session {
	struct kref ref;
	u64 id;
	struct pid *owner;
	kuid_t uid;
	struct list_head in_sessions;
	struct list_head registrations;
	char *app;
	u32 newest;
	u64 request;
	unsigned int runs;
	bool ended;
	struct devtask_queue queue;
	struct mutex reader;
	wait_queue_entry_t watch;
	struct work_struct death;
};

/**
 * enum devtask_registration_state - life of a registration
 * @DEVTASK_REGISTRATION_ASKED:	the helper has not answered; name and type are reserved
 * @DEVTASK_REGISTRATION_LIVE:	can be used
 * @DEVTASK_REGISTRATION_LEFT:	unregistered while its task runs; name and type are free
 */
enum devtask_registration_state {
	DEVTASK_REGISTRATION_ASKED,
	DEVTASK_REGISTRATION_LIVE,
	DEVTASK_REGISTRATION_LEFT,
};

/**
 * struct devtask_registration - a task that an app has registered (REG-5)
 * @ref:	references: the session's list, its question, its task
 * @session:	constant, referenced
 * @type:	constant
 * @name:	constant
 * @entry_point: constant
 * @lane:	its events in the session's queue, constant, referenced
 *
 * Under devtask_session_lock:
 * @in_session:	entry of &devtask_session.registrations
 * @state:	&enum devtask_registration_state
 * @number:	in the session, 0 before it is live
 * @request:	number of its newest request
 * @ask:	the question that waits, or NULL
 * @task:	the task that runs, referenced, or NULL
 * @completed:	event for the end of that run, made in advance so that it cannot fail
 * @progress:	newest progress (APP-3)
 */
struct devtask_registration {
	struct kref ref;
	struct devtask_session *session;
	enum devtask_type type;
	char *name;
	char *entry_point;
	struct devtask_lane *lane;

	struct list_head in_session;
	enum devtask_registration_state state;
	u32 number;
	u64 request;
	struct devtask_ask *ask;
	struct devtask_task *task;
	struct devtask_note *completed;
	u32 progress;
};

void devtask_session_init(void (*died)(struct devtask_session *session));
struct devtask_session *devtask_session_create(void);
void devtask_session_close(struct devtask_session *session);
void devtask_session_get(struct devtask_session *session);
void devtask_session_put(struct devtask_session *session);
bool devtask_session_is_owner(const struct devtask_session *session);

struct devtask_registration *devtask_registration_create(struct devtask_session *session,
							 enum devtask_type type,
							 const char *name,
							 const char *entry_point);
void devtask_registration_get(struct devtask_registration *registration);
void devtask_registration_put(struct devtask_registration *registration);
void devtask_registration_add(struct devtask_registration *registration);
void devtask_registration_leave(struct devtask_registration *registration);
void devtask_registration_remove(struct devtask_registration *registration);
struct devtask_registration *devtask_registration_find(struct devtask_session *session,
						       u32 number);
struct devtask_registration *devtask_registration_after(struct devtask_session *session,
							u32 number);
int devtask_registration_conflict(const struct devtask_registration *wanted, const char *app,
				  char *sentence);

#endif
