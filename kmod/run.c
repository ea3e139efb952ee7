// SPDX-License-Identifier: GPL-2.0-only
/*
 * One run of a registration; see run.h.
 *
 * What an app has asked for ends in one of two ways: by a verdict that refuses, or by the event
 * "completed", which also follows when the app withdraws the request before its verdict.
 */
#include <linux/ktime.h>
#include <linux/string.h>

#include "ask.h"
#include "event.h"
#include "label.h"
#include "run.h"
#include "session.h"
#include "task.h"

/**
 * devtask_run_push() - tell the app something of its newest request
 * @registration: whose
 * @note: its reference goes to the queue; a time of 0 means now
 */
void devtask_run_push(struct devtask_registration *registration, struct devtask_note *note)
{
	lockdep_assert_held(&devtask_session_lock);
	note->head.registration = registration->number;
	note->head.request = registration->request;
	if (!note->head.time_ns)
		note->head.time_ns = ktime_get_boottime_ns();
	devtask_queue_push(&registration->session->queue, registration->lane, note);
}

/**
 * devtask_run_finish() - the run is over, whatever it was: one may begin again
 * @registration: whose; may be freed, if the caller has no reference
 */
void devtask_run_finish(struct devtask_registration *registration)
{
	lockdep_assert_held(&devtask_session_lock);
	devtask_note_put(registration->completed);
	registration->completed = NULL;
	registration->session->runs--;
	if (registration->state == DEVTASK_REGISTRATION_LEFT)
		devtask_registration_remove(registration);
}

static void tell_completed(struct devtask_registration *registration)
{
	struct devtask_note *note = registration->completed;

	registration->completed = NULL;
	devtask_run_push(registration, note);
}

/* A request that has no verdict yet; the task that was made for it will not start. */
static void withdraw(struct devtask_registration *registration, enum devtask_reason reason,
		     enum devtask_detail detail)
{
	struct devtask_app_event *head = &registration->completed->head;
	struct devtask_task *task = devtask_ask_withdraw(registration->ask);

	if (task) {
		devtask_task_cancel(task, reason, detail, 0, 0);
		devtask_task_put(task);
	}
	head->flags = DEVTASK_APP_EVENT_HAS_REASON;
	head->reason = reason;
	head->detail = detail;
	tell_completed(registration);
	devtask_run_finish(registration);
}

/**
 * devtask_run_cancel() - cancel the task that runs, or withdraw the request that waits
 * @registration: live or left, the caller has a reference
 * @reason: WinRT reason
 * @detail: which rule
 *
 * Return: 0, -EALREADY cancelled before, -ESRCH nothing waits or runs.
 */
int devtask_run_cancel(struct devtask_registration *registration, enum devtask_reason reason,
		       enum devtask_detail detail)
{
	lockdep_assert_held(&devtask_session_lock);
	if (registration->task)
		return devtask_task_cancel(registration->task, reason, detail, 0, 0);
	if (!registration->ask)
		return -ESRCH;
	withdraw(registration, reason, detail);
	return 0;
}

static void tell_started(struct devtask_registration *registration, u64 time_ns)
{
	struct devtask_note *note = devtask_note_create(DEVTASK_APP_EVENT_STARTED, NULL);

	if (!note)
		return;
	note->head.time_ns = time_ns;
	devtask_run_push(registration, note);
}

/**
 * devtask_run_begin() - from here on the app is told of this task
 * @registration: whose request was allowed; a reference is taken
 * @task: locked, prepared or running; its reference goes to the registration
 */
void devtask_run_begin(struct devtask_registration *registration, struct devtask_task *task)
{
	lockdep_assert_held(&task->lock);
	lockdep_assert_held(&devtask_session_lock);
	registration->task = task;
	devtask_registration_get(registration);
	task->registration = registration;
	if (task->state == DEVTASK_STATE_RUNNING)
		tell_started(registration, task->start_ns);
}

static void fill(struct devtask_app_event *head, const struct devtask_event *event)
{
	head->time_ns = event->time_ns;
	head->ops = event->ops;
	head->bytes = event->bytes;
	head->duration_ns = event->duration_ns;
	head->measured = event->measured_ns;
	head->required = event->required_ns;
	head->claim = event->claim_index;
	if (event->kind == DEVTASK_EVENT_KIND_ATTACHED)
		head->flags |= DEVTASK_APP_EVENT_HAS_DEVICE;
	if (event->unsafe)
		head->flags |= DEVTASK_APP_EVENT_UNSAFE;
	if (event->canceled) {
		head->flags |= DEVTASK_APP_EVENT_HAS_REASON;
		head->reason = event->reason;
		head->detail = event->detail;
	}
	if (event->exited) {
		head->flags |= DEVTASK_APP_EVENT_HAS_EXIT;
		head->exit_status = event->exit_status;
	}
	strscpy(head->trigger, event->label->trigger, sizeof(head->trigger));
}

static void tell(struct devtask_registration *registration, enum devtask_app_event_kind kind,
		 const struct devtask_event *event)
{
	struct devtask_note *note = devtask_note_create(kind, NULL);

	if (!note)
		return;
	fill(&note->head, event);
	mutex_lock(&devtask_session_lock);
	devtask_run_push(registration, note);
	mutex_unlock(&devtask_session_lock);
}

/* The process tree has ended: nothing of this task comes any more (END-4). */
static void end(struct devtask_task *task, const struct devtask_event *event)
{
	struct devtask_registration *registration = task->registration;
	struct devtask_note *note = registration->completed;

	mutex_lock(&devtask_session_lock);
	fill(&note->head, event);
	note->text = task->result;
	note->head.text_size = task->result ? strlen(task->result) : 0;
	task->result = NULL;
	task->registration = NULL;
	registration->task = NULL;
	tell_completed(registration);
	devtask_run_finish(registration);
	mutex_unlock(&devtask_session_lock);
	devtask_task_put(task);
	devtask_registration_put(registration);
}

/**
 * devtask_run_tell() - something has happened to a task: tell its app
 * @task: locked, referenced by the caller
 * @event: what has happened
 *
 * May sleep. The app need not live any more.
 */
void devtask_run_tell(struct devtask_task *task, const struct devtask_event *event)
{
	lockdep_assert_held(&task->lock);
	if (!task->registration)
		return;
	switch (event->kind) {
	case DEVTASK_EVENT_KIND_STARTED:
		tell(task->registration, DEVTASK_APP_EVENT_STARTED, event);
		break;
	case DEVTASK_EVENT_KIND_CANCELED:
		tell(task->registration, DEVTASK_APP_EVENT_CANCELED, event);
		break;
	case DEVTASK_EVENT_KIND_DETACHED:
	case DEVTASK_EVENT_KIND_ATTACHED:
		tell(task->registration, DEVTASK_APP_EVENT_DEVICE, event);
		break;
	case DEVTASK_EVENT_KIND_WARNING:
		tell(task->registration, DEVTASK_APP_EVENT_WARNING, event);
		break;
	case DEVTASK_EVENT_KIND_ENDED:
		end(task, event);
		break;
	case DEVTASK_EVENT_KIND_CREATED:
	case DEVTASK_EVENT_KIND_REVOKED:
	case DEVTASK_EVENT_KIND_KILLED:
	case DEVTASK_EVENT_KIND_VIOLATED:
	case __DEVTASK_EVENT_KIND_MAX:
		break;
	}
}

/**
 * devtask_run_progress() - the task says how far it is (APP-3)
 * @task: locked
 * @progress: number of the app's own meaning
 *
 * Return: 0 or -ENOMEM.
 */
int devtask_run_progress(struct devtask_task *task, u32 progress)
{
	struct devtask_registration *registration = task->registration;
	struct devtask_note *note;

	lockdep_assert_held(&task->lock);
	if (!registration)
		return 0;
	note = devtask_note_create(DEVTASK_APP_EVENT_PROGRESS, NULL);
	if (!note)
		return -ENOMEM;
	note->head.progress = progress;
	strscpy(note->head.trigger, task->label->trigger, sizeof(note->head.trigger));
	mutex_lock(&devtask_session_lock);
	registration->progress = progress;
	devtask_run_push(registration, note);
	mutex_unlock(&devtask_session_lock);
	return 0;
}
