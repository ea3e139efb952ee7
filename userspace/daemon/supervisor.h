/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * supervisor - every task from its request to its end: makes it, watches its cgroup, tells
 * the module when the process tree has ended, and takes over those that an earlier helper
 * left. It cancels nobody: rules, signals and killing are the module's. Must not know the
 * control socket.
 */
#ifndef DEVTASK_DAEMON_SUPERVISOR_H
#define DEVTASK_DAEMON_SUPERVISOR_H

#include <stdbool.h>
#include <sys/types.h>

#include <systemd/sd-event.h>

#include "error.h"

struct devtask_kernel;
struct devtask_run_reply;
struct devtask_run_request;
struct devtask_supervisor;

typedef void devtask_supervisor_fn(const struct devtask_run_reply *reply, void *context);

int devtask_supervisor_create(struct devtask_supervisor **supervisor, sd_event *loop,
			      struct devtask_kernel *kernel, struct devtask_error *error);

/* Leaves the tasks running: the next helper takes them over (RUN-11). */
void devtask_supervisor_destroy(struct devtask_supervisor *supervisor);

/* Takes over the tasks that the module knows. */
int devtask_supervisor_adopt(struct devtask_supervisor *supervisor, struct devtask_error *error);

/*
 * Starts a task. Takes @request's members and the descriptors. @fn is called exactly once,
 * perhaps before this returns: when the program runs, or with the reason why not.
 */
void devtask_supervisor_run(struct devtask_supervisor *supervisor,
			    struct devtask_run_request *request, const int stdio[3], uid_t sender,
			    devtask_supervisor_fn *fn, void *context);

/* Is this process part of a task? */
bool devtask_supervisor_holds(const struct devtask_supervisor *supervisor, pid_t pid);

unsigned int devtask_supervisor_count(const struct devtask_supervisor *supervisor);

#endif
