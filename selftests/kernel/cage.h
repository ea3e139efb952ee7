/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One background task of the tests, made as the helper makes one: a cgroup, a private mount
 * namespace in which guarded nodes lie over the device's paths, and processes inside. Must
 * not know which devices there are.
 */
#ifndef KTEST_CAGE_H
#define KTEST_CAGE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "helper.h"

#define CAGE_NODES 4

struct cage {
	struct wire *helper;
	char dir[96];		/* of the cgroup */
	int dir_fd;
	int ns_fd;		/* mount namespace; -1 until cage_mount() */
	uint32_t task;
	unsigned int nodes;
	uint32_t claim[CAGE_NODES];
	char path[CAGE_NODES][64];
};

/* Every call returns 0 (or what is said) or -errno. */

/* cgroup and task; @wish->cgroup_fd is filled in. */
int cage_make(struct cage *c, struct wire *helper, struct task_wish *wish);
/* A claim to the node @path, to be mounted over it. */
int cage_claim(struct cage *c, const char *path);
/* The namespace with all claims mounted. Done by the first cage_spawn() if not before. */
int cage_mount(struct cage *c);
/* A process inside that runs fn(arg) and exits with its result. It ignores SIGTERM and
 * inherits no descriptor but 0 to 2 and @keep_fd (-1: none). */
pid_t cage_spawn_with(struct cage *c, int (*fn)(void *arg), void *arg, int keep_fd);
pid_t cage_spawn(struct cage *c, int (*fn)(void *arg), void *arg);
/* Make + claim (@path may be NULL) + start, the usual beginning. */
int cage_begin(struct cage *c, struct wire *helper, enum devtask_type type, const char *path);
int cage_start(struct cage *c);
/* Take the device away at once: consent revoked. */
int cage_cut(struct cage *c);
/* Write to a file of the cgroup. */
int cage_set(struct cage *c, const char *file, const char *value);
bool cage_is_frozen(struct cage *c);
bool cage_is_empty(struct cage *c);
/* For the log of a failed test: where each thread inside sleeps. */
void cage_show_stacks(struct cage *c);
/* Kill what lives, end the task, remove the cgroup. May be called twice. */
void cage_close(struct cage *c);

/* Shared between a test and its processes: zeroed memory. */
void *cage_share(size_t size);

#endif
