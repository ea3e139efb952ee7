/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The helper's role, played by the tests: each command of the module as one call, and its
 * objects as plain structs. Must not know cgroups, mounts or devices.
 */
#ifndef KTEST_HELPER_H
#define KTEST_HELPER_H

#include <linux/devtask.h>
#include <stdbool.h>
#include <stdint.h>

#include "wire.h"

#define HELPER_TRIGGER "0f0e0d0c-0b0a-4908-8706-050403020100"

/* A field that is 0 (a string: NULL) is not sent, the type excepted. */
struct task_wish {
	enum devtask_type type;
	int cgroup_fd;
	uint32_t uid;
	uint64_t deadline_ns, io_interval_ns, grace_ns;
	const char *program, *arguments, *device, *app;
	uint64_t ask_id;
	bool report_only;
	uint64_t warning_ns;
	bool no_warning;	/* sends a warning-ns of 0 */
};

struct task_facts {
	uint32_t id, type, state, uid, reason, detail;
	bool canceled;		/* reason and detail are there */
	bool told_arguments;
	bool progressed;	/* progress is there */
	uint32_t app_pid, progress, report_only, unsafe;
	char app[256], registration[256];
	char trigger[64], program[256], arguments[256], device[256];
	uint64_t cgroup_id, deadline_ns, io_interval_ns, grace_ns, warning_ns;
	uint64_t elapsed_ns, remaining_ns, since_io_ns, ops, bytes, measured_ns, required_ns;
};

struct claim_facts {
	uint32_t id, task_id, kind, state, major, minor, guards, replaces;
	char path[256], hardware_id[256];
	uint64_t ops, bytes;
};

struct event {
	uint64_t seq, time_ns, measured_ns, required_ns, ops, bytes, duration_ns;
	uint32_t kind, task_id, type, reason, detail, exit_status;
	bool has_reason, has_exit_status;
	uint32_t uid, claim_id, unsafe;
	char app[256];
	char trigger[64], program[256], device[256];
};

/* All return 0 or -errno; the sentence is in w->sentence. */
int helper_bind(struct wire *w);
int helper_bind_abi(struct wire *w, uint32_t abi);
int helper_task_create(struct wire *w, const struct task_wish *wish, uint32_t *id);
int helper_claim_create(struct wire *w, uint32_t task, const char *path, uint32_t *id);
/* In the place of the claim @old. */
int helper_claim_replace(struct wire *w, uint32_t task, const char *path, uint32_t old,
			 uint32_t *id);
int helper_task_start(struct wire *w, uint32_t id);
int helper_task_end(struct wire *w, uint32_t id, int exit_status);
/* As a person with the tool: no reason given. */
int helper_task_abort(struct wire *w, uint32_t id);
/* The same, and that person knows of the unsafe phase. */
int helper_task_abort_confirmed(struct wire *w, uint32_t id);
int helper_task_cancel(struct wire *w, uint32_t id, enum devtask_reason reason,
		       enum devtask_detail detail);
int helper_task_get(struct wire *w, uint32_t id, struct task_facts *facts);
int helper_claim_get(struct wire *w, uint32_t id, struct claim_facts *facts);
int helper_info_get(struct wire *w, uint64_t *newest_event, uint32_t *tasks);

/* Ids of all tasks into @ids, at most @max; how many there are, or -errno. */
int helper_task_list(struct wire *w, uint32_t *ids, int max);
/* How many claims there are, or -errno. */
int helper_claim_count(struct wire *w);
/* Events with a number above @since into @events, at most @max; how many, or -errno. */
int helper_event_list(struct wire *w, uint64_t since, struct event *events, int max);

/* Next event on a listening wire within @ms (scaled): 0, -ETIMEDOUT, -ENOBUFS. */
int helper_event_next(struct wire *ear, struct event *event, int ms);
/* Next event of that kind and task; others are passed over. */
int helper_event_wait(struct wire *ear, uint32_t task, enum devtask_event_kind kind,
		      struct event *event, int ms);

#endif
