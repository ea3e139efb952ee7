// SPDX-License-Identifier: GPL-2.0-only
/* A question of an app; see ask.h. */
#include <linux/err.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "ask.h"
#include "sender.h"
#include "session.h"
#include "task.h"

static LIST_HEAD(pending);		/* oldest first; under devtask_session_lock */
static u64 newest_id;			/* under devtask_session_lock */
static const struct devtask_ask_voice *voice;

/**
 * devtask_ask_init() - say how the helper hears of questions
 * @how: outlives every question
 */
void devtask_ask_init(const struct devtask_ask_voice *how)
{
	voice = how;
}

static void free_ask(struct kref *ref)
{
	struct devtask_ask *ask = container_of(ref, struct devtask_ask, ref);

	WARN_ON_ONCE(ask->task);
	devtask_sender_destroy(ask->sender);
	devtask_registration_put(ask->registration);
	kfree(ask->device);
	kfree(ask->arguments);
	kfree(ask->sentence);
	kfree(ask);
}

void devtask_ask_get(struct devtask_ask *ask)
{
	kref_get(&ask->ref);
}

/**
 * devtask_ask_put() - drop a reference
 * @ask: the question
 */
void devtask_ask_put(struct devtask_ask *ask)
{
	kref_put(&ask->ref, free_ask);
}

static int fill(struct devtask_ask *ask, const char *device, const char *arguments)
{
	struct devtask_sender *sender = devtask_sender_create();

	if (IS_ERR(sender))
		return PTR_ERR(sender);
	ask->sender = sender;
	if (device) {
		ask->device = kstrdup(device, GFP_KERNEL_ACCOUNT);
		ask->arguments = kstrdup(arguments, GFP_KERNEL_ACCOUNT);
		if (!ask->device || !ask->arguments)
			return -ENOMEM;
	}
	return 0;
}

/**
 * devtask_ask_create() - make a question of the calling process
 * @kind: what is asked
 * @registration: a reference is taken
 * @device: copied; NULL in a register
 * @arguments: copied; as @device
 * @estimate_ns: time that the app expects
 *
 * May sleep, with no lock held. Return: a question with one reference that the helper does not
 * know yet, or an ERR_PTR.
 */
struct devtask_ask *devtask_ask_create(enum devtask_ask_kind kind,
				       struct devtask_registration *registration,
				       const char *device, const char *arguments,
				       u64 estimate_ns)
{
	struct devtask_ask *ask = kzalloc(sizeof(*ask), GFP_KERNEL_ACCOUNT);
	int err;

	if (!ask)
		return ERR_PTR(-ENOMEM);
	kref_init(&ask->ref);
	INIT_LIST_HEAD(&ask->pending);
	init_completion(&ask->answered);
	ask->kind = kind;
	ask->estimate_ns = estimate_ns;
	devtask_registration_get(registration);
	ask->registration = registration;
	err = fill(ask, device, arguments);
	if (!err)
		return ask;
	devtask_ask_put(ask);
	return ERR_PTR(err);
}

/**
 * devtask_ask_submit() - put the question to the helper; the list takes a reference
 * @ask: the question
 */
void devtask_ask_submit(struct devtask_ask *ask)
{
	lockdep_assert_held(&devtask_session_lock);
	devtask_ask_get(ask);
	ask->id = ++newest_id;
	list_add_tail(&ask->pending, &pending);
	ask->registration->ask = ask;
	voice->asked(ask);
}

/**
 * devtask_ask_find() - the pending question with this number, not referenced, or NULL
 * @id: its number
 */
struct devtask_ask *devtask_ask_find(u64 id)
{
	struct devtask_ask *ask;

	lockdep_assert_held(&devtask_session_lock);
	list_for_each_entry(ask, &pending, pending)
		if (ask->id == id)
			return ask;
	return NULL;
}

/**
 * devtask_ask_next() - the oldest pending question with a greater number, or NULL
 * @after: 0 for the first
 */
struct devtask_ask *devtask_ask_next(u64 after)
{
	struct devtask_ask *ask;

	lockdep_assert_held(&devtask_session_lock);
	list_for_each_entry(ask, &pending, pending)
		if (ask->id > after)
			return ask;
	return NULL;
}

bool devtask_ask_is_pending(const struct devtask_ask *ask)
{
	lockdep_assert_held(&devtask_session_lock);
	return !list_empty(&ask->pending);
}

/**
 * devtask_ask_settle() - the question has its answer: exactly once; drops the list's reference
 * @ask: pending; the caller keeps a reference
 *
 * Return: the task that the helper has made for it, with its reference, or NULL.
 */
struct devtask_task *devtask_ask_settle(struct devtask_ask *ask)
{
	struct devtask_task *task = ask->task;

	lockdep_assert_held(&devtask_session_lock);
	ask->task = NULL;
	ask->registration->ask = NULL;
	list_del_init(&ask->pending);
	complete(&ask->answered);
	devtask_ask_put(ask);
	return task;
}

/**
 * devtask_ask_withdraw() - nobody waits for the answer any more
 * @ask: pending; may be freed
 *
 * Return: as devtask_ask_settle().
 */
struct devtask_task *devtask_ask_withdraw(struct devtask_ask *ask)
{
	voice->gone(ask->id);
	return devtask_ask_settle(ask);
}

/**
 * devtask_ask_forget_task() - a task cannot be the answer to a question any more
 * @task: the task
 *
 * The question stays: the helper, or the next one, may make another task for it.
 */
void devtask_ask_forget_task(struct devtask_task *task)
{
	struct devtask_ask *ask;

	lockdep_assert_held(&devtask_session_lock);
	list_for_each_entry(ask, &pending, pending) {
		if (ask->task != task)
			continue;
		ask->task = NULL;
		devtask_task_put(task);
		return;
	}
}
