// SPDX-License-Identifier: GPL-2.0-only
/* role - see role.h. */
#include <errno.h>
#include <string.h>
#include <sys/wait.h>

#include "clock.h"
#include "role.h"

static int refuse(struct role *role, const struct ask *ask)
{
	return ask_answer(role->helper, &(struct ask_reply) {
		.id = ask->id, .verdict = DEVTASK_VERDICT_LOW_BATTERY,
		.reasons = 1ull << DEVTASK_CHECK_BATTERY, .measured = 20, .required = 33,
		.sentence = ROLE_SENTENCE,
	});
}

static int answer_register(struct role *role, const struct ask *ask)
{
	if (!strcmp(ask->entry_point, "Refused"))
		return ask_answer(role->helper, &(struct ask_reply) {
			.id = ask->id, .verdict = DEVTASK_VERDICT_DENIED_BY_SYSTEM,
			.reasons = 1ull << DEVTASK_CHECK_ENTRY_POINT,
			.sentence = "the manifest has no entry point Refused",
		});
	return ask_answer(role->helper, &(struct ask_reply) { .id = ask->id, .app = ROLE_APP });
}

static int begin_run(struct role *role, const struct ask *ask)
{
	struct task_wish wish = {
		.type = ask->type, .ask_id = ask->id, .uid = ask->uid, .app = ask->app,
		.arguments = ask->arguments, .device = ask->device,
	};
	int err = cage_make(&role->cage, role->helper, &wish);

	if (!err && role->node)
		err = cage_claim(&role->cage, role->node);
	if (!err)
		err = cage_mount(&role->cage);
	if (!err)
		err = ask_allow(role->helper, ask->id);
	if (!err)
		err = cage_start(&role->cage);
	if (err)
		return err;
	role->pid = cage_spawn(&role->cage, role->program, role->arg);
	return role->pid < 0 ? role->pid : 0;
}

static int answer_request(struct role *role, const struct ask *ask)
{
	enum role_answer answer = role->answer;

	role->request = *ask;
	if (answer == ROLE_REFUSE)
		return refuse(role, ask);
	if (answer == ROLE_WAIT)
		return 0;
	return ask->kind == DEVTASK_ASK_KIND_EXPLAIN ? ask_allow(role->helper, ask->id) :
						      begin_run(role, ask);
}

/* The app may withdraw a question at any time. */
static int look_at_asks(struct role *role)
{
	struct ask asks[4];
	int n = ask_list(role->helper, asks, 4), err = n < 0 ? n : 0;

	for (int i = 0; i < n && i < 4 && !err; i++) {
		if (asks[i].kind == DEVTASK_ASK_KIND_REGISTER)
			err = answer_register(role, &asks[i]);
		else
			err = answer_request(role, &asks[i]);
		if (err == -ENOENT)
			err = 0;
	}
	return err;
}

static int look_at_task(struct role *role)
{
	int status, err;

	if (role->pid <= 0 || waitpid(role->pid, &status, WNOHANG) != role->pid)
		return 0;
	role->pid = 0;
	err = helper_task_end(role->helper, role->cage.task, status);
	cage_close(&role->cage);
	role->runs++;
	return err;
}

static void *play(void *arg)
{
	struct role *role = arg;

	while (!role->stop && !role->err) {
		role->err = look_at_asks(role);
		if (!role->err)
			role->err = look_at_task(role);
		clock_pause();
	}
	return NULL;
}

int role_start(struct role *role, struct wire *helper)
{
	role->helper = helper;
	return -pthread_create(&role->thread, NULL, play, role);
}

void role_stop(struct role *role)
{
	if (!role->helper)
		return;
	role->stop = true;
	pthread_join(role->thread, NULL);
	if (role->pid > 0)
		cage_close(&role->cage);
	role->helper = NULL;
}
