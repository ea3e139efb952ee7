/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The helper's side of what apps ask: hear the questions, list them, answer. Must not know how
 * an app asks.
 */
#ifndef KTEST_ASK_H
#define KTEST_ASK_H

#include <linux/devtask.h>
#include <stdbool.h>
#include <stdint.h>

#include "wire.h"

struct ask {
	uint64_t id, session, cgroup_id, executable_inode, estimate_ns;
	uint32_t kind, pid, uid, gid, executable_major, executable_minor, type;
	bool has_app, has_device;
	char cgroup[256], executable[256], app[256], registration[256], entry_point[256];
	char device[256], arguments[4097];
};

/* A field that is 0 (a string: NULL) is not sent, id and verdict excepted. */
struct ask_reply {
	uint64_t id;
	enum devtask_verdict verdict;
	uint64_t reasons, measured, required;
	const char *sentence, *trigger, *app;
};

/* The questions that wait, oldest first; how many, or -errno. */
int ask_list(struct wire *w, struct ask *asks, int max);
/* Wait until a question of this kind is pending: 0 or -ETIMEDOUT. */
int ask_wait(struct wire *w, enum devtask_ask_kind kind, struct ask *ask, int ms);
/* What comes to the helper's socket by itself: 0 and ask (@gone: only its id), or -errno. */
int ask_hear(struct wire *w, struct ask *ask, bool *gone, int ms);
/* 0 or -errno; the sentence is in w->sentence. */
int ask_answer(struct wire *w, const struct ask_reply *reply);
int ask_allow(struct wire *w, uint64_t id);
int ask_refuse(struct wire *w, uint64_t id, const char *sentence);

#endif
