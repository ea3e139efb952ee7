// SPDX-License-Identifier: GPL-2.0-only
/* What the helper says to the questions of apps; see answer.h. */
#include <linux/netlink.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "answer.h"
#include "ask.h"
#include "limits.h"
#include "run.h"
#include "sender.h"
#include "session.h"
#include "task.h"
#include "trace.h"

static int check_answer(const struct devtask_ask *ask, const struct devtask_answer *answer,
			struct netlink_ext_ack *extack)
{
	const struct devtask_session *session = ask->registration->session;

	if (answer->verdict != DEVTASK_VERDICT_ALLOWED) {
		if (answer->reasons && *answer->sentence)
			return 0;
		NL_SET_ERR_MSG(extack, "a refusal needs reasons and a sentence");
		return -EINVAL;
	}
	if (ask->kind == DEVTASK_ASK_KIND_REQUEST && !ask->task) {
		NL_SET_ERR_MSG(extack, "allowed needs a task: create it with this ask-id first, or refuse");
		return -EINVAL;
	}
	if (ask->kind != DEVTASK_ASK_KIND_REGISTER)
		return 0;
	if (!*answer->app) {
		NL_SET_ERR_MSG(extack, "allowed needs the identity name of the app");
		return -EINVAL;
	}
	if (session->app && strcmp(session->app, answer->app)) {
		NL_SET_ERR_MSG(extack, "this session belongs to another app: refuse");
		return -EINVAL;
	}
	return 0;
}

/* Return: 0, or -ENOMEM: nothing has changed. */
static int settle_register(struct devtask_ask *ask, const struct devtask_answer *answer)
{
	struct devtask_registration *registration = ask->registration;
	struct devtask_session *session = registration->session;
	bool allowed = answer->verdict == DEVTASK_VERDICT_ALLOWED;
	char *sentence = kzalloc(DEVTASK_SENTENCE_MAX + 1, GFP_KERNEL);

	if (allowed && !session->app)
		session->app = kstrdup(answer->app, GFP_KERNEL_ACCOUNT);
	if (!sentence || (allowed && !session->app)) {
		kfree(sentence);
		return -ENOMEM;
	}
	ask->sentence = sentence;
	ask->err = -EACCES;
	ask->reasons = answer->reasons;
	strscpy(sentence, answer->sentence, DEVTASK_SENTENCE_MAX + 1);
	if (allowed)
		ask->err = devtask_registration_conflict(registration, session->app, sentence);
	if (ask->err == -EEXIST)
		ask->reasons = BIT_ULL(DEVTASK_CHECK_REGISTRATION);
	if (ask->err) {
		devtask_registration_leave(registration);
	} else {
		registration->number = ++session->newest;
		registration->state = DEVTASK_REGISTRATION_LIVE;
	}
	devtask_ask_settle(ask);
	return 0;
}

static struct devtask_note *make_verdict(const struct devtask_answer *answer)
{
	struct devtask_note *note;

	note = devtask_note_create(DEVTASK_APP_EVENT_VERDICT,
				   *answer->sentence ? answer->sentence : NULL);
	if (!note)
		return NULL;
	note->head.verdict = answer->verdict;
	note->head.reasons = answer->reasons;
	note->head.measured = answer->measured;
	note->head.required = answer->required;
	strscpy(note->head.trigger, answer->trigger, sizeof(note->head.trigger));
	return note;
}

/* The verdict first, then what the task has to tell. @task: of the question, locked, or NULL. */
static int settle_request(struct devtask_ask *ask, struct devtask_task *task,
			  const struct devtask_answer *answer)
{
	struct devtask_registration *registration = ask->registration;
	bool run = ask->kind == DEVTASK_ASK_KIND_REQUEST &&
		   answer->verdict == DEVTASK_VERDICT_ALLOWED;
	struct devtask_note *note;

	if (run && task->state > DEVTASK_STATE_RUNNING)
		return -ECANCELED;
	note = make_verdict(answer);
	if (!note)
		return -ENOMEM;
	devtask_ask_settle(ask);
	devtask_run_push(registration, note);
	if (run) {
		devtask_run_begin(registration, task);
		return 0;
	}
	if (task)
		devtask_task_put(task);
	devtask_run_finish(registration);
	return 0;
}

static int settle(struct devtask_ask *ask, struct devtask_task *task,
		  const struct devtask_answer *answer, struct netlink_ext_ack *extack)
{
	int err;

	if (!devtask_ask_is_pending(ask)) {
		NL_SET_ERR_MSG(extack, "the question has been withdrawn or answered meanwhile");
		return -ENOENT;
	}
	if (ask->task != task) {
		NL_SET_ERR_MSG(extack, "the question's task has changed meanwhile: refuse, or try again");
		return -ECANCELED;
	}
	if (ask->kind == DEVTASK_ASK_KIND_REGISTER)
		err = settle_register(ask, answer);
	else
		err = settle_request(ask, task, answer);
	if (err == -ECANCELED)
		NL_SET_ERR_MSG(extack, "the task has been cancelled or has ended meanwhile: refuse");
	if (!err)
		trace_devtask_verdict(ask->id, ask->kind, answer->verdict, answer->reasons);
	return err;
}

/* Return: the question with a reference, and its task with one; or an ERR_PTR. */
static struct devtask_ask *get_ask(const struct devtask_answer *answer,
				   struct devtask_task **task, struct netlink_ext_ack *extack)
{
	struct devtask_ask *ask;
	int err;

	mutex_lock(&devtask_session_lock);
	ask = devtask_ask_find(answer->id);
	if (!ask) {
		NL_SET_ERR_MSG(extack, "no such question: it has been withdrawn or answered");
		ask = ERR_PTR(-ENOENT);
	} else {
		err = check_answer(ask, answer, extack);
		*task = ask->task;
		if (err) {
			ask = ERR_PTR(err);
		} else {
			devtask_ask_get(ask);
			if (*task)
				devtask_task_get(*task);
		}
	}
	mutex_unlock(&devtask_session_lock);
	return ask;
}

/**
 * devtask_answer_give() - the helper answers a question, exactly once
 * @answer: what it says
 * @extack: gets the sentence of a refusal, or NULL
 *
 * Return: 0; -ENOENT withdrawn or answered, -EINVAL not an answer to this question, -ECANCELED
 * the task that was made for it is no more, -ENOMEM: try again.
 */
int devtask_answer_give(const struct devtask_answer *answer, struct netlink_ext_ack *extack)
{
	struct devtask_task *task = NULL;
	struct devtask_ask *ask = get_ask(answer, &task, extack);
	int err;

	if (IS_ERR(ask))
		return PTR_ERR(ask);
	if (task)
		mutex_lock(&task->lock);
	mutex_lock(&devtask_session_lock);
	err = settle(ask, task, answer, extack);
	mutex_unlock(&devtask_session_lock);
	if (task) {
		mutex_unlock(&task->lock);
		devtask_task_put(task);
	}
	devtask_ask_put(ask);
	return err;
}

/**
 * devtask_answer_borrow() - the request that a task is to be made for
 * @id: of the question
 * @extack: gets the sentence of a refusal, or NULL
 *
 * Its registration and its session's app do not change any more. Return: the question with a
 * reference for the caller, or an ERR_PTR: -ENOENT, -EINVAL not a request, -EEXIST it has a task.
 */
struct devtask_ask *devtask_answer_borrow(u64 id, struct netlink_ext_ack *extack)
{
	struct devtask_ask *ask;

	mutex_lock(&devtask_session_lock);
	ask = devtask_ask_find(id);
	if (!ask) {
		NL_SET_ERR_MSG(extack, "ask-id: no such question: it has been withdrawn or answered");
		ask = ERR_PTR(-ENOENT);
	} else if (ask->kind != DEVTASK_ASK_KIND_REQUEST) {
		NL_SET_ERR_MSG(extack, "ask-id: not a request: no task is made for this question");
		ask = ERR_PTR(-EINVAL);
	} else if (ask->task) {
		NL_SET_ERR_MSG(extack, "ask-id: a task has been made for this request");
		ask = ERR_PTR(-EEXIST);
	} else {
		devtask_ask_get(ask);
	}
	mutex_unlock(&devtask_session_lock);
	return ask;
}

/**
 * devtask_answer_prepare() - this task will be the answer to a request
 * @ask: from devtask_answer_borrow()
 * @task: locked, prepared; a reference is taken
 * @extack: gets the sentence of a refusal, or NULL
 *
 * Return: 0; -ENOENT withdrawn meanwhile, -EEXIST it has a task.
 */
int devtask_answer_prepare(struct devtask_ask *ask, struct devtask_task *task,
			   struct netlink_ext_ack *extack)
{
	int err = 0;

	mutex_lock(&devtask_session_lock);
	if (!devtask_ask_is_pending(ask)) {
		NL_SET_ERR_MSG(extack, "ask-id: the question has been withdrawn");
		err = -ENOENT;
	} else if (ask->task) {
		NL_SET_ERR_MSG(extack, "ask-id: a task has been made for this request");
		err = -EEXIST;
	} else {
		devtask_task_get(task);
		ask->task = task;
	}
	mutex_unlock(&devtask_session_lock);
	return err;
}

/**
 * devtask_answer_forget() - this task will not be the answer to a request
 * @task: that was cancelled or has ended; any other is left alone
 */
void devtask_answer_forget(struct devtask_task *task)
{
	mutex_lock(&devtask_session_lock);
	devtask_ask_forget_task(task);
	mutex_unlock(&devtask_session_lock);
}
