/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A question of an app that the helper is to answer. They outlive a helper: the next one finds
 * them. Knows no messages: who passes questions on is told by a function.
 */
#ifndef DEVTASK_ASK_H
#define DEVTASK_ASK_H

#include <linux/completion.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/types.h>
#include <linux/devtask.h>

struct devtask_registration;
struct devtask_sender;
struct devtask_task;

/**
 * struct devtask_ask - one question; under devtask_session_lock unless it says constant
 * @ref:	references: the list of pending ones, who waits for the answer
 * @id:		never given again, set when it is put
 * @kind:	constant
 * @registration: whose question it is, constant, referenced
 * @sender:	who asked, constant, owned
 * @device:	as the app named it, constant; NULL in a register
 * @arguments:	the app's string, constant; NULL in a register
 * @estimate_ns: time that the app expects, constant
 * @request:	number of the request in the session, 0 in a register
 * @pending:	entry of the list of pending ones, empty once answered or withdrawn
 * @task:	made by the helper for this question, not yet the registration's; referenced
 * @answered:	a register is waited for
 * @err:	what the one who waits is told
 * @reasons:	mask of enum devtask_check, if refused
 * @sentence:	of a refusal, owned, or NULL
 */
struct devtask_ask {
	struct kref ref;
	u64 id;
	enum devtask_ask_kind kind;
	struct devtask_registration *registration;
	struct devtask_sender *sender;
	char *device;
	char *arguments;
	u64 estimate_ns;
	u64 request;

	struct list_head pending;
	struct devtask_task *task;
	struct completion answered;
	int err;
	u64 reasons;
	char *sentence;
};

/**
 * struct devtask_ask_voice - how the helper hears of questions
 * @asked: of a new one
 * @gone:  of one that was withdrawn
 *
 * Both are called under devtask_session_lock, in the order of what happened; must not wait.
 * What the helper misses it finds with devtask_ask_next().
 */
struct devtask_ask_voice {
	void (*asked)(const struct devtask_ask *ask);
	void (*gone)(u64 id);
};

void devtask_ask_init(const struct devtask_ask_voice *voice);
struct devtask_ask *devtask_ask_create(enum devtask_ask_kind kind,
				       struct devtask_registration *registration,
				       const char *device, const char *arguments,
				       u64 estimate_ns);
void devtask_ask_get(struct devtask_ask *ask);
void devtask_ask_put(struct devtask_ask *ask);
void devtask_ask_submit(struct devtask_ask *ask);
struct devtask_ask *devtask_ask_find(u64 id);
struct devtask_ask *devtask_ask_next(u64 after);
bool devtask_ask_is_pending(const struct devtask_ask *ask);
struct devtask_task *devtask_ask_settle(struct devtask_ask *ask);
struct devtask_task *devtask_ask_withdraw(struct devtask_ask *ask);
void devtask_ask_forget_task(struct devtask_task *task);

#endif
