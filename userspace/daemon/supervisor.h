/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * supervisor - every task from its request to its end: makes it, watches its cgroup, tells
 * the module when the process tree has ended, and takes over those that an earlier helper
 * left. It judges nobody: rules, signals and killing are the module's, and what the helper
 * polices is told to it. Must not know the control socket.
 */
#ifndef DEVTASK_DAEMON_SUPERVISOR_H
#define DEVTASK_DAEMON_SUPERVISOR_H

#include <stdbool.h>
#include <sys/types.h>

#include <systemd/sd-event.h>

#include "error.h"

struct devtask_event;
struct devtask_kernel;
struct devtask_job;
struct devtask_origin;
struct devtask_run_reply;
struct devtask_run_request;
struct devtask_settings;
struct devtask_supervisor;

typedef void devtask_supervisor_fn(const struct devtask_run_reply *reply, void *context);

int devtask_supervisor_create(struct devtask_supervisor **supervisor, sd_event *loop,
			      struct devtask_kernel *kernel,
			      const struct devtask_settings *settings,
			      struct devtask_error *error);

/* Leaves the tasks running: the next helper takes them over (RUN-11). */
void devtask_supervisor_destroy(struct devtask_supervisor *supervisor);

/* Takes over the tasks that the module knows. */
int devtask_supervisor_adopt(struct devtask_supervisor *supervisor, struct devtask_error *error);

/*
 * Starts a task. Takes @request's members and the descriptors. @origin, if not NULL, is the
 * app that asked: its question is answered with "allowed" right before the program runs.
 * @fn is called exactly once, perhaps before this returns: when the program runs, or with
 * the reason why not.
 */
void devtask_supervisor_run(struct devtask_supervisor *supervisor,
			    struct devtask_run_request *request,
			    const struct devtask_origin *origin, const int stdio[3], uid_t sender,
			    devtask_supervisor_fn *fn, void *context);

/*
 * Who wants to know of tasks: @made when the module knows one, with its claims, and no process of
 * it is there (an error refuses the task; job->plan has its devices), @begun when one runs or was
 * taken over, @ended when it is over (only after begun), @left in every case, last (a task that
 * was made and never ran, too), @event for everything that the module tells, of any task, @lost
 * when some of that was missed.
 */
struct devtask_supervisor_watch {
	int (*made)(const struct devtask_job *job, void *context, struct devtask_error *error);
	void (*begun)(const struct devtask_job *job, void *context);
	void (*ended)(const struct devtask_job *job, void *context);
	void (*left)(const struct devtask_job *job, void *context);
	void (*event)(const struct devtask_event *event, const struct devtask_job *job,
		      void *context);
	void (*lost)(struct devtask_supervisor *supervisor, void *context);
};
int devtask_supervisor_add_watch(struct devtask_supervisor *supervisor,
				 const struct devtask_supervisor_watch *watch, void *context);

/* Every task that runs or is being made. @fn may cancel it. */
typedef void devtask_supervisor_job_fn(const struct devtask_job *job, void *context);
void devtask_supervisor_each(struct devtask_supervisor *supervisor,
			     devtask_supervisor_job_fn *fn, void *context);

/* END-5. Nothing happens if it has been cancelled before or has ended. */
void devtask_supervisor_cancel(struct devtask_supervisor *supervisor,
			       const struct devtask_job *job, enum devtask_reason reason,
			       enum devtask_detail detail, uint64_t measured, uint64_t required);

/* As devtask_job_move(). */
void devtask_supervisor_move(struct devtask_supervisor *supervisor, uint32_t task, uint32_t old,
			     uint32_t claim, dev_t number, const char *hardware_id);

/* Is this process part of a task? */
bool devtask_supervisor_holds(const struct devtask_supervisor *supervisor, pid_t pid);

unsigned int devtask_supervisor_count(const struct devtask_supervisor *supervisor);

#endif
