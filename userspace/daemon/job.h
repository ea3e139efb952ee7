/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * job - one task as the helper sees it: what is known of it, and the steps that make it. Must
 * not know the event loop's turns; those are the supervisor's.
 */
#ifndef DEVTASK_DAEMON_JOB_H
#define DEVTASK_DAEMON_JOB_H

#include <stdbool.h>
#include <sys/types.h>

#include <systemd/sd-event.h>

#include "runner.h"

struct devtask_kernel;
struct devtask_plan;
struct devtask_run_reply;
struct devtask_settings;
struct devtask_supervisor;

enum devtask_job_state {
	DEVTASK_JOB_MAKING,	/* the module and the cgroup may know it, no process yet */
	DEVTASK_JOB_SETTING_UP,	/* its process puts up the walls */
	DEVTASK_JOB_RELEASED,	/* its process executes the program */
	DEVTASK_JOB_RUNNING,
	DEVTASK_JOB_ADOPTED,	/* as running, but nobody has been told of it yet */
	DEVTASK_JOB_FAILING,	/* never ran; what there is of it is being ended */
};

struct devtask_job {
	struct devtask_supervisor *supervisor;
	struct devtask_job *next;
	enum devtask_job_state state;
	uint32_t id;
	bool has_id;
	char trigger[37];
	uint64_t ask_id;			/* until it is answered; 0 = none */
	uint32_t type;
	uid_t uid;
	char app[256];				/* "" = the administrator's */
	char *program;				/* owned, like the next; NULL if unknown */
	char *arguments;
	char device[256];			/* as the request named it */
	char hardware_id[64];			/* of the first device */
	dev_t number;				/* of its node; 0 if unknown */
	uint32_t claim;				/* the one on it */
	int cgroup;
	int events;
	struct devtask_launched process;	/* pid 0: not our child */
	bool reaped;
	int status;
	struct devtask_plan *plan;		/* until the program runs */
	void (*fn)(const struct devtask_run_reply *reply, void *context); /* until called */
	void *context;
	sd_event_source *on_events;
	sd_event_source *on_exit;
	sd_event_source *on_channel;
	sd_event_source *on_timeout;
};

/* Nothing is open yet. NULL for lack of memory. */
struct devtask_job *devtask_job_create(void);

/* Closes and frees everything; the task itself, if there is one, goes on. */
void devtask_job_destroy(struct devtask_job *job);

/* The process is set up, or will not be: its channel is not needed any more. */
void devtask_job_end_setup(struct devtask_job *job);
void devtask_job_drop_plan(struct devtask_job *job);

/* The steps, in this order; each leaves what it made in @job, also when it fails. */
int devtask_job_make_cgroup(struct devtask_job *job, int base, int filter,
			    struct devtask_error *error);
int devtask_job_make_task(struct devtask_job *job, struct devtask_kernel *kernel,
			  const struct devtask_settings *settings, struct devtask_error *error);
int devtask_job_make_process(struct devtask_job *job, struct devtask_error *error);

/* @claim has taken the place of the claim @old: a device is back, perhaps as another (APP-8). */
void devtask_job_move(struct devtask_job *job, uint32_t old, uint32_t claim, dev_t number,
		      const char *hardware_id);

/* Tells whoever asked for the task, once. */
void devtask_job_reply_started(struct devtask_job *job);
void devtask_job_reply_error(struct devtask_job *job, const struct devtask_error *error);

#endif
