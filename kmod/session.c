// SPDX-License-Identifier: GPL-2.0-only
/*
 * An app; see session.h.
 *
 * The exit of an app has two sides (RUN-6): the last descriptor is closed, or the process that
 * opened it dies while a child keeps one. The second is seen by an entry on the wait queue of
 * the process's pid, which pidfd's pollers use. It is woken under the kernel's list of
 * processes: all that is done there is to queue a work item, which looks whether the process
 * is really gone (the leader may go before its threads, and a thread may become the leader).
 */
#include <linux/cred.h>
#include <linux/pid.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "limits.h"
#include "session.h"

DEFINE_MUTEX(devtask_session_lock);
static LIST_HEAD(sessions);		/* of &devtask_session.in_sessions; under the lock */
static u64 newest_id;			/* under the lock */
static void (*tell_death)(struct devtask_session *session);

static bool is_dead(struct pid *owner)
{
	struct task_struct *leader;
	bool dead;

	rcu_read_lock();
	leader = pid_task(owner, PIDTYPE_TGID);
	dead = !leader || (READ_ONCE(leader->exit_state) && thread_group_empty(leader));
	rcu_read_unlock();
	return dead;
}

static void look_at_owner(struct work_struct *work)
{
	struct devtask_session *session = container_of(work, struct devtask_session, death);

	if (is_dead(session->owner))
		tell_death(session);
}

static int owner_changed(wait_queue_entry_t *entry, unsigned int mode, int sync, void *key)
{
	queue_work(system_unbound_wq,
		   &container_of(entry, struct devtask_session, watch)->death);
	return 0;
}

static unsigned int count_of(kuid_t uid)
{
	struct devtask_session *session;
	unsigned int count = 0;

	list_for_each_entry(session, &sessions, in_sessions)
		if (uid_eq(session->uid, uid))
			count++;
	return count;
}

static int enter(struct devtask_session *session)
{
	int err = 0;

	mutex_lock(&devtask_session_lock);
	if (count_of(session->uid) >= DEVTASK_SESSIONS_PER_USER) {
		err = -EDQUOT;
	} else {
		session->id = ++newest_id;
		list_add_tail(&session->in_sessions, &sessions);
	}
	mutex_unlock(&devtask_session_lock);
	return err;
}

/**
 * devtask_session_init() - say who is told of a death
 * @died: called by a work item, once or more, when the owner of a session is gone; not after
 *	  devtask_session_close()
 */
void devtask_session_init(void (*died)(struct devtask_session *session))
{
	tell_death = died;
}

/**
 * devtask_session_create() - the calling process opens a session
 *
 * May sleep. Return: a session with one reference, or an ERR_PTR: -EDQUOT too many of this
 * user, -ENOMEM.
 */
struct devtask_session *devtask_session_create(void)
{
	struct devtask_session *session = kzalloc(sizeof(*session), GFP_KERNEL_ACCOUNT);
	int err;

	if (!session)
		return ERR_PTR(-ENOMEM);
	kref_init(&session->ref);
	session->owner = get_task_pid(current, PIDTYPE_TGID);
	session->uid = current_euid();
	INIT_LIST_HEAD(&session->in_sessions);
	INIT_LIST_HEAD(&session->registrations);
	devtask_queue_init(&session->queue);
	mutex_init(&session->reader);
	INIT_WORK(&session->death, look_at_owner);
	err = enter(session);
	if (err) {
		devtask_session_put(session);
		return ERR_PTR(err);
	}
	init_waitqueue_func_entry(&session->watch, owner_changed);
	add_wait_queue(&session->owner->wait_pidfd, &session->watch);
	return session;
}

/**
 * devtask_session_close() - the file is closed; drops its reference
 * @session: ended before
 *
 * May sleep. Nobody is told of the owner's death any more.
 */
void devtask_session_close(struct devtask_session *session)
{
	remove_wait_queue(&session->owner->wait_pidfd, &session->watch);
	cancel_work_sync(&session->death);
	mutex_lock(&devtask_session_lock);
	list_del_init(&session->in_sessions);
	mutex_unlock(&devtask_session_lock);
	devtask_queue_close(&session->queue);
	devtask_session_put(session);
}

static void free_session(struct kref *ref)
{
	struct devtask_session *session = container_of(ref, struct devtask_session, ref);

	WARN_ON_ONCE(!list_empty(&session->registrations));
	mutex_destroy(&session->reader);
	put_pid(session->owner);
	kfree(session->app);
	kfree(session);
}

void devtask_session_get(struct devtask_session *session)
{
	kref_get(&session->ref);
}

void devtask_session_put(struct devtask_session *session)
{
	kref_put(&session->ref, free_session);
}

/**
 * devtask_session_is_owner() - does the caller belong to the process that opened it?
 * @session: the session
 */
bool devtask_session_is_owner(const struct devtask_session *session)
{
	return task_tgid(current) == session->owner;
}

static void free_registration(struct kref *ref)
{
	struct devtask_registration *registration =
		container_of(ref, struct devtask_registration, ref);

	WARN_ON_ONCE(registration->task || registration->ask);
	devtask_note_put(registration->completed);
	devtask_lane_put(registration->lane);
	kfree(registration->name);
	kfree(registration->entry_point);
	devtask_session_put(registration->session);
	kfree(registration);
}

/**
 * devtask_registration_create() - make a registration that nobody knows yet
 * @session: a reference is taken
 * @type: operation type
 * @name: copied
 * @entry_point: copied
 *
 * May sleep. Return: a registration with one reference, or NULL without memory.
 */
struct devtask_registration *devtask_registration_create(struct devtask_session *session,
							 enum devtask_type type,
							 const char *name,
							 const char *entry_point)
{
	struct devtask_registration *registration;

	registration = kzalloc(sizeof(*registration), GFP_KERNEL_ACCOUNT);
	if (!registration)
		return NULL;
	kref_init(&registration->ref);
	INIT_LIST_HEAD(&registration->in_session);
	devtask_session_get(session);
	registration->session = session;
	registration->type = type;
	registration->name = kstrdup(name, GFP_KERNEL_ACCOUNT);
	registration->entry_point = kstrdup(entry_point, GFP_KERNEL_ACCOUNT);
	registration->lane = devtask_lane_create();
	if (registration->name && registration->entry_point && registration->lane)
		return registration;
	devtask_registration_put(registration);
	return NULL;
}

void devtask_registration_get(struct devtask_registration *registration)
{
	kref_get(&registration->ref);
}

/**
 * devtask_registration_put() - drop a reference; any context but an interrupt
 * @registration: it, or NULL
 */
void devtask_registration_put(struct devtask_registration *registration)
{
	if (registration)
		kref_put(&registration->ref, free_registration);
}

/**
 * devtask_registration_add() - reserve its name and type; the list takes a reference
 * @registration: checked by devtask_registration_conflict()
 */
void devtask_registration_add(struct devtask_registration *registration)
{
	lockdep_assert_held(&devtask_session_lock);
	devtask_registration_get(registration);
	list_add_tail(&registration->in_session, &registration->session->registrations);
}

/**
 * devtask_registration_remove() - nobody finds it any more; drops the list's reference
 * @registration: it
 */
void devtask_registration_remove(struct devtask_registration *registration)
{
	lockdep_assert_held(&devtask_session_lock);
	if (list_empty(&registration->in_session))
		return;
	list_del_init(&registration->in_session);
	devtask_registration_put(registration);
}

/**
 * devtask_registration_leave() - it is gone for the app; a run of it goes on telling events
 * @registration: it; the caller has a reference
 */
void devtask_registration_leave(struct devtask_registration *registration)
{
	lockdep_assert_held(&devtask_session_lock);
	registration->state = DEVTASK_REGISTRATION_LEFT;
	if (!registration->task)
		devtask_registration_remove(registration);
}

/**
 * devtask_registration_find() - the live registration with this number, not referenced, or NULL
 * @session: of which
 * @number: its number
 */
struct devtask_registration *devtask_registration_find(struct devtask_session *session,
						       u32 number)
{
	struct devtask_registration *registration;

	lockdep_assert_held(&devtask_session_lock);
	list_for_each_entry(registration, &session->registrations, in_session)
		if (registration->number == number &&
		    registration->state == DEVTASK_REGISTRATION_LIVE)
			return registration;
	return NULL;
}

/**
 * devtask_registration_after() - the live one with the next greater number, or NULL
 * @session: of which
 * @number: 0 for the first
 */
struct devtask_registration *devtask_registration_after(struct devtask_session *session,
							u32 number)
{
	struct devtask_registration *registration, *next = NULL;

	lockdep_assert_held(&devtask_session_lock);
	list_for_each_entry(registration, &session->registrations, in_session)
		if (registration->state == DEVTASK_REGISTRATION_LIVE &&
		    registration->number > number &&
		    (!next || registration->number < next->number))
			next = registration;
	return next;
}

static bool clash(const struct devtask_registration *wanted, const char *app,
		  const struct devtask_registration *other)
{
	if (other == wanted || other->state == DEVTASK_REGISTRATION_LEFT)
		return false;
	if (other->session != wanted->session &&
	    (!app || !other->session->app || strcmp(other->session->app, app) ||
	     other->state != DEVTASK_REGISTRATION_LIVE))
		return false;
	return other->type == wanted->type || !strcmp(other->name, wanted->name);
}

static void say_who_has_it(const struct devtask_registration *wanted,
			   const struct devtask_registration *other, char *sentence)
{
	bool name = !strcmp(other->name, wanted->name);

	snprintf(sentence, DEVTASK_SENTENCE_MAX + 1,
		 "%s is taken by the registration \"%s\" (entry point \"%s\", number %u) of process %d: unregister that first%s",
		 name ? "the name" : other->type == DEVTASK_TYPE_USE ?
		 "the one trigger of type use that an app has" :
		 "the one trigger of type servicing that an app has",
		 other->name, other->entry_point, other->number, pid_nr(other->session->owner),
		 name ? ", or take another name" : "");
}

/**
 * devtask_registration_conflict() - is the name or the type taken (REG-5, REG-7)?
 * @wanted: what is to be registered
 * @app: identity name, or NULL if it is not known yet: then only its own session is looked at
 * @sentence: DEVTASK_SENTENCE_MAX + 1 bytes, names the holder
 *
 * Return: 0 or -EEXIST.
 */
int devtask_registration_conflict(const struct devtask_registration *wanted, const char *app,
				  char *sentence)
{
	const struct devtask_registration *other;
	const struct devtask_session *session;

	lockdep_assert_held(&devtask_session_lock);
	list_for_each_entry(session, &sessions, in_sessions) {
		if (!uid_eq(session->uid, wanted->session->uid))
			continue;
		list_for_each_entry(other, &session->registrations, in_session) {
			if (clash(wanted, app, other)) {
				say_who_has_it(wanted, other, sentence);
				return -EEXIST;
			}
		}
	}
	return 0;
}
