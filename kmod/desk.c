// SPDX-License-Identifier: GPL-2.0-only
/* The use cases of an app; see desk.h. */
#include <linux/bits.h>
#include <linux/err.h>
#include <linux/string.h>

#include "ask.h"
#include "custody.h"
#include "desk.h"
#include "helper.h"
#include "run.h"
#include "session.h"
#include "task.h"

static void exit_registration(struct devtask_registration *registration)
{
	devtask_registration_get(registration);
	if (registration->state == DEVTASK_REGISTRATION_ASKED) {
		registration->ask->err = -EPERM;
		devtask_ask_withdraw(registration->ask);
	} else {
		devtask_run_cancel(registration, DEVTASK_REASON_TERMINATING,
				   DEVTASK_DETAIL_APP_EXITED);
	}
	devtask_registration_leave(registration);
	devtask_registration_put(registration);
}

/* The app has exited (RUN-6): its last descriptor is closed, or its process is gone. */
static void app_exited(struct devtask_session *session)
{
	struct devtask_registration *registration, *next;

	mutex_lock(&devtask_session_lock);
	if (!session->ended) {
		session->ended = true;
		list_for_each_entry_safe(registration, next, &session->registrations, in_session)
			exit_registration(registration);
	}
	mutex_unlock(&devtask_session_lock);
}

/**
 * devtask_desk_init() - get ready
 * @voice: how the helper hears of questions
 */
void devtask_desk_init(const struct devtask_ask_voice *voice)
{
	devtask_ask_init(voice);
	devtask_session_init(app_exited);
}

/**
 * devtask_desk_open() - a process opens a session
 *
 * Return: as devtask_session_create().
 */
struct devtask_session *devtask_desk_open(void)
{
	return devtask_session_create();
}

/**
 * devtask_desk_close() - the last descriptor of a session is closed
 * @session: its reference is dropped
 */
void devtask_desk_close(struct devtask_session *session)
{
	app_exited(session);
	devtask_session_close(session);
}

static int refuse(struct devtask_refusal *refusal, enum devtask_check check, int err,
		  const char *sentence)
{
	refusal->reasons = BIT_ULL(check);
	if (sentence)
		strscpy(refusal->sentence, sentence, sizeof(refusal->sentence));
	return err;
}

static int begin_register(struct devtask_ask *ask, struct devtask_refusal *refusal)
{
	struct devtask_registration *registration = ask->registration;
	struct devtask_session *session = registration->session;
	int err;

	if (session->ended)
		return -EPERM;
	err = devtask_registration_conflict(registration, session->app, refusal->sentence);
	if (err)
		return refuse(refusal, DEVTASK_CHECK_REGISTRATION, err, NULL);
	if (!devtask_helper_pid())
		return refuse(refusal, DEVTASK_CHECK_HELPER, -EHOSTDOWN,
			      "the helper is not running: start devtaskd, for instance with \"systemctl start devtaskd\"");
	devtask_registration_add(registration);
	devtask_ask_submit(ask);
	return 0;
}

/* What the one who waits is told; a signal that came before the answer withdraws the question. */
static int end_register(struct devtask_ask *ask, int waited, struct devtask_refusal *refusal)
{
	if (devtask_ask_is_pending(ask)) {
		devtask_ask_withdraw(ask);
		devtask_registration_leave(ask->registration);
		return waited;
	}
	refusal->reasons = ask->reasons;
	if (ask->sentence)
		strscpy(refusal->sentence, ask->sentence, sizeof(refusal->sentence));
	return ask->err;
}

static int ask_to_register(struct devtask_ask *ask, u32 *number, struct devtask_refusal *refusal)
{
	int err;

	mutex_lock(&devtask_session_lock);
	err = begin_register(ask, refusal);
	mutex_unlock(&devtask_session_lock);
	if (err)
		return err;
	err = wait_for_completion_interruptible(&ask->answered);
	mutex_lock(&devtask_session_lock);
	err = end_register(ask, err, refusal);
	*number = ask->registration->number;
	mutex_unlock(&devtask_session_lock);
	return err;
}

/**
 * devtask_desk_register() - an app registers a task (REG-5); waits for the helper
 * @session: of the app
 * @type: operation type
 * @name: of the registration, unique in the app
 * @entry_point: as the manifest names it
 * @number: out: of the registration
 * @refusal: out, if refused
 *
 * Return: 0; -EEXIST, -EHOSTDOWN and -EACCES with a refusal; -ERESTARTSYS, -ENOMEM.
 */
int devtask_desk_register(struct devtask_session *session, enum devtask_type type,
			  const char *name, const char *entry_point, u32 *number,
			  struct devtask_refusal *refusal)
{
	struct devtask_registration *registration;
	struct devtask_ask *ask;
	int err;

	registration = devtask_registration_create(session, type, name, entry_point);
	if (!registration)
		return -ENOMEM;
	ask = devtask_ask_create(DEVTASK_ASK_KIND_REGISTER, registration, NULL, NULL, 0);
	devtask_registration_put(registration);
	if (IS_ERR(ask))
		return PTR_ERR(ask);
	err = ask_to_register(ask, number, refusal);
	devtask_ask_put(ask);
	return err;
}

/**
 * devtask_desk_unregister() - an app drops a registration (END-3)
 * @session: of the app
 * @number: of the registration
 * @cancel: a running task is cancelled; otherwise it goes on
 *
 * Return: 0 or -ENOENT.
 */
int devtask_desk_unregister(struct devtask_session *session, u32 number, bool cancel)
{
	struct devtask_registration *registration;

	mutex_lock(&devtask_session_lock);
	registration = devtask_registration_find(session, number);
	if (registration) {
		devtask_registration_get(registration);
		if (cancel || registration->ask)
			devtask_run_cancel(registration, DEVTASK_REASON_ABORT,
					   DEVTASK_DETAIL_BY_APP);
		devtask_registration_leave(registration);
	}
	mutex_unlock(&devtask_session_lock);
	devtask_registration_put(registration);
	return registration ? 0 : -ENOENT;
}

static int begin_request(struct devtask_ask *ask, struct devtask_note **completed)
{
	struct devtask_registration *registration = ask->registration;
	struct devtask_session *session = registration->session;

	if (session->ended)
		return -EPERM;
	if (registration->state != DEVTASK_REGISTRATION_LIVE)
		return -ENOENT;
	if (registration->ask || registration->task)
		return -EBUSY;
	if (session->runs + devtask_queue_unread(&session->queue) >= DEVTASK_COMPLETED_UNREAD)
		return -ENOBUFS;
	if (!devtask_helper_pid())
		return -EHOSTDOWN;
	session->runs++;
	registration->request = ++session->request;
	registration->progress = 0;
	swap(registration->completed, *completed);
	ask->request = registration->request;
	devtask_ask_submit(ask);
	return 0;
}

static struct devtask_registration *get_registration(struct devtask_session *session, u32 number)
{
	struct devtask_registration *registration;

	mutex_lock(&devtask_session_lock);
	registration = devtask_registration_find(session, number);
	if (registration)
		devtask_registration_get(registration);
	mutex_unlock(&devtask_session_lock);
	return registration;
}

/**
 * devtask_desk_request() - an app asks for a run, or whether it would get one; does not wait
 * @session: of the app
 * @wish: what it asks for
 * @request: out: number of the request
 *
 * Return: 0, -ENOENT no such registration, -EBUSY it waits or runs, -ENOBUFS too many completed
 * runs were not read, -EHOSTDOWN no helper, -ENOMEM.
 */
int devtask_desk_request(struct devtask_session *session, const struct devtask_wish *wish,
			 u64 *request)
{
	struct devtask_registration *registration = get_registration(session, wish->registration);
	struct devtask_note *completed;
	struct devtask_ask *ask;
	int err;

	if (!registration)
		return -ENOENT;
	ask = devtask_ask_create(wish->explain ? DEVTASK_ASK_KIND_EXPLAIN :
				 DEVTASK_ASK_KIND_REQUEST, registration, wish->device,
				 wish->arguments, wish->estimate_ns);
	devtask_registration_put(registration);
	if (IS_ERR(ask))
		return PTR_ERR(ask);
	completed = devtask_note_create(DEVTASK_APP_EVENT_COMPLETED, NULL);
	if (completed) {
		mutex_lock(&devtask_session_lock);
		err = begin_request(ask, &completed);
		*request = ask->request;
		mutex_unlock(&devtask_session_lock);
	} else {
		err = -ENOMEM;
	}
	devtask_note_put(completed);
	devtask_ask_put(ask);
	return err;
}

/**
 * devtask_desk_cancel() - an app cancels its task or withdraws its request (RUN-5)
 * @session: of the app
 * @number: of the registration
 *
 * Return: 0, -ENOENT no such registration, -ESRCH nothing waits or runs, -EALREADY.
 */
int devtask_desk_cancel(struct devtask_session *session, u32 number)
{
	struct devtask_registration *registration;
	int err = -ENOENT;

	mutex_lock(&devtask_session_lock);
	registration = devtask_registration_find(session, number);
	if (registration)
		err = devtask_run_cancel(registration, DEVTASK_REASON_ABORT,
					 DEVTASK_DETAIL_BY_APP);
	mutex_unlock(&devtask_session_lock);
	return err;
}

static void describe_task(struct devtask_task *task, struct devtask_app_status *status)
{
	struct devtask_clocks clocks;
	struct devtask_count sum;

	mutex_lock(&task->lock);
	clocks = devtask_task_clocks(task);
	sum = devtask_custody_sum(task);
	status->state = task->state;
	mutex_unlock(&task->lock);
	status->elapsed_ns = clocks.elapsed_ns;
	status->remaining_ns = clocks.remaining_ns;
	status->since_io_ns = clocks.since_io_ns;
	status->io_interval_ns = task->limits.io_interval_ns;
	status->ops = sum.ops;
	status->bytes = sum.bytes;
}

/* Return: its task, referenced, or NULL. */
static struct devtask_task *describe(const struct devtask_registration *registration,
				     struct devtask_app_status *status, char *name)
{
	status->registration = registration->number;
	status->type = registration->type;
	status->phase = registration->task ? DEVTASK_APP_PHASE_RUNNING :
			registration->ask ? DEVTASK_APP_PHASE_WAITING : DEVTASK_APP_PHASE_IDLE;
	status->progress = registration->progress;
	status->request = registration->request;
	status->seq = devtask_queue_newest(&registration->session->queue, registration->lane);
	strscpy(name, registration->name, DEVTASK_NAME_MAX + 1);
	if (registration->task)
		devtask_task_get(registration->task);
	return registration->task;
}

/**
 * devtask_desk_status() - how a registration is (APP-1, RUN-10)
 * @session: of the app
 * @status: in: which; out: all but the name
 * @name: out: DEVTASK_NAME_MAX + 1 bytes
 *
 * Return: 0 or -ENOENT.
 */
int devtask_desk_status(struct devtask_session *session, struct devtask_app_status *status,
			char *name)
{
	struct devtask_registration *registration;
	struct devtask_task *task = NULL;

	mutex_lock(&devtask_session_lock);
	registration = status->next ?
		       devtask_registration_after(session, status->registration) :
		       devtask_registration_find(session, status->registration);
	if (registration)
		task = describe(registration, status, name);
	mutex_unlock(&devtask_session_lock);
	if (task) {
		describe_task(task, status);
		devtask_task_put(task);
	}
	return registration ? 0 : -ENOENT;
}

