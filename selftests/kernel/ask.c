// SPDX-License-Identifier: GPL-2.0-only
/*
 * The helper's side of what apps ask, see ask.h. Must not know how an app asks.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "ask.h"
#include "clock.h"
#include "helper.h"

struct list {
	struct ask *to;
	int max, n;
};

static void copy(char *to, size_t size, const struct wire_attrs *a, uint16_t type)
{
	snprintf(to, size, "%s", wire_str(a, type));
}

static void read_ask(const struct wire_msg *one, struct ask *ask)
{
	struct wire_attrs a;

	wire_parse(one, &a);
	*ask = (struct ask) {
		.id = wire_u64(&a, DEVTASK_A_ASK_ID),
		.kind = wire_u32(&a, DEVTASK_A_ASK_KIND),
		.session = wire_u64(&a, DEVTASK_A_ASK_SESSION),
		.pid = wire_u32(&a, DEVTASK_A_ASK_PID),
		.uid = wire_u32(&a, DEVTASK_A_ASK_UID),
		.gid = wire_u32(&a, DEVTASK_A_ASK_GID),
		.cgroup_id = wire_u64(&a, DEVTASK_A_ASK_CGROUP_ID),
		.executable_major = wire_u32(&a, DEVTASK_A_ASK_EXECUTABLE_MAJOR),
		.executable_minor = wire_u32(&a, DEVTASK_A_ASK_EXECUTABLE_MINOR),
		.executable_inode = wire_u64(&a, DEVTASK_A_ASK_EXECUTABLE_INODE),
		.type = wire_u32(&a, DEVTASK_A_ASK_TYPE),
		.estimate_ns = wire_u64(&a, DEVTASK_A_ASK_ESTIMATE_NS),
		.has_app = wire_has(&a, DEVTASK_A_ASK_APP),
		.has_device = wire_has(&a, DEVTASK_A_ASK_DEVICE),
	};
	copy(ask->cgroup, sizeof(ask->cgroup), &a, DEVTASK_A_ASK_CGROUP);
	copy(ask->executable, sizeof(ask->executable), &a, DEVTASK_A_ASK_EXECUTABLE);
	copy(ask->app, sizeof(ask->app), &a, DEVTASK_A_ASK_APP);
	copy(ask->registration, sizeof(ask->registration), &a, DEVTASK_A_ASK_REGISTRATION);
	copy(ask->entry_point, sizeof(ask->entry_point), &a, DEVTASK_A_ASK_ENTRY_POINT);
	copy(ask->device, sizeof(ask->device), &a, DEVTASK_A_ASK_DEVICE);
	copy(ask->arguments, sizeof(ask->arguments), &a, DEVTASK_A_ASK_ARGUMENTS);
}

static void add_ask(const struct wire_msg *one, void *arg)
{
	struct list *list = arg;

	if (list->n < list->max)
		read_ask(one, &list->to[list->n]);
	list->n++;
}

int ask_list(struct wire *w, struct ask *asks, int max)
{
	struct list list = { .to = asks, .max = max };
	struct wire_msg m;
	int err;

	wire_begin(w, &m, DEVTASK_CMD_ASK_GET);
	err = wire_dump(w, &m, add_ask, &list);
	return err ?: list.n;
}

static bool is_there(struct wire *w, enum devtask_ask_kind kind, struct ask *ask)
{
	struct ask asks[4];
	int n = ask_list(w, asks, 4);

	for (int i = 0; i < n && i < 4; i++) {
		if (asks[i].kind == kind) {
			*ask = asks[i];
			return true;
		}
	}
	return false;
}

int ask_wait(struct wire *w, enum devtask_ask_kind kind, struct ask *ask, int ms)
{
	return clock_wait(is_there(w, kind, ask), ms) ? 0 : -ETIMEDOUT;
}

int ask_hear(struct wire *w, struct ask *ask, bool *gone, int ms)
{
	struct wire_msg m;
	int err = wire_hear(w, &m, ms * clock_slow());

	if (err)
		return err;
	*gone = m.genl.cmd == DEVTASK_CMD_ASK_GONE_NTF;
	read_ask(&m, ask);
	return *gone || m.genl.cmd == DEVTASK_CMD_ASK_NTF ? 0 : -EPROTO;
}

int ask_answer(struct wire *w, const struct ask_reply *reply)
{
	struct wire_msg m;

	wire_begin(w, &m, DEVTASK_CMD_ASK_ANSWER);
	wire_put_u64(&m, DEVTASK_A_ASK_ID, reply->id);
	wire_put_u32(&m, DEVTASK_A_ASK_VERDICT, reply->verdict);
	if (reply->reasons)
		wire_put_u64(&m, DEVTASK_A_ASK_REASONS, reply->reasons);
	if (reply->measured)
		wire_put_u64(&m, DEVTASK_A_ASK_MEASURED, reply->measured);
	if (reply->required)
		wire_put_u64(&m, DEVTASK_A_ASK_REQUIRED, reply->required);
	if (reply->sentence)
		wire_put_str(&m, DEVTASK_A_ASK_SENTENCE, reply->sentence);
	if (reply->trigger)
		wire_put_str(&m, DEVTASK_A_ASK_TRIGGER, reply->trigger);
	if (reply->app)
		wire_put_str(&m, DEVTASK_A_ASK_APP, reply->app);
	return wire_ask(w, &m, NULL);
}

int ask_allow(struct wire *w, uint64_t id)
{
	return ask_answer(w, &(struct ask_reply) { .id = id, .trigger = HELPER_TRIGGER });
}

int ask_refuse(struct wire *w, uint64_t id, const char *sentence)
{
	return ask_answer(w, &(struct ask_reply) {
		.id = id, .verdict = DEVTASK_VERDICT_DENIED_BY_SYSTEM,
		.reasons = 1ull << DEVTASK_CHECK_FOREGROUND, .sentence = sentence,
	});
}
