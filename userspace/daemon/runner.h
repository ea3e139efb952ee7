/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * runner - makes the process that becomes a task: born inside its cgroup, walled in, then
 * held until it is told to execute its program. Must not know the module or the clients.
 */
#ifndef DEVTASK_DAEMON_RUNNER_H
#define DEVTASK_DAEMON_RUNNER_H

#include <stdint.h>
#include <sys/types.h>

#include "environ.h"
#include "error.h"
#include "user.h"

struct devtask_guard_place {
	uint32_t claim;
	const char *node;
};

/* Everything that the new process needs; it only reads it. */
struct devtask_launch {
	const char *program;
	char *const *argv;
	char *const *environ;
	const char *directory;
	struct devtask_user user;
	struct devtask_environ_facts facts;	/* pid is filled in */
	int cgroup;
	int stdio[3];
	const struct devtask_guard_place *guards;	/* opened as descriptors 3, 4, ... */
	int guard_count;
};

/* A process under way. @channel is readable when it has something to say. */
struct devtask_launched {
	pid_t pid;
	int pidfd;
	int channel;
};

enum devtask_launch_state {
	DEVTASK_LAUNCH_READY,	/* all walls stand; release lets it execute its program */
	DEVTASK_LAUNCH_DONE,	/* the program runs */
	DEVTASK_LAUNCH_FAILED,
};

int devtask_runner_launch(const struct devtask_launch *launch, struct devtask_launched *launched,
			  struct devtask_error *error);

/* What it says; with FAILED @error has the sentence. Called when @channel is readable. */
enum devtask_launch_state devtask_runner_hear(const struct devtask_launch *launch, int channel,
					      struct devtask_error *error);
int devtask_runner_release(int channel);

#endif
