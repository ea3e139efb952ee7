// SPDX-License-Identifier: GPL-2.0-only
/* job - see job.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cgroup.h"
#include "devfilter.h"
#include "job.h"
#include "kernel.h"
#include "log.h"
#include "message.h"
#include "plan.h"

struct devtask_job *devtask_job_create(void)
{
	struct devtask_job *job = calloc(1, sizeof(*job));

	if (!job)
		return NULL;
	job->cgroup = -1;
	job->events = -1;
	job->process.pidfd = -1;
	job->process.channel = -1;
	return job;
}

static void close_if_open(int fd)
{
	if (fd >= 0)
		close(fd);
}

void devtask_job_drop_plan(struct devtask_job *job)
{
	if (job->plan)
		devtask_plan_clear(job->plan);
	free(job->plan);
	job->plan = NULL;
}

void devtask_job_end_setup(struct devtask_job *job)
{
	job->on_channel = sd_event_source_disable_unref(job->on_channel);
	job->on_timeout = sd_event_source_disable_unref(job->on_timeout);
	close_if_open(job->process.channel);
	job->process.channel = -1;
}

void devtask_job_destroy(struct devtask_job *job)
{
	devtask_job_end_setup(job);
	devtask_job_drop_plan(job);
	sd_event_source_disable_unref(job->on_events);
	sd_event_source_disable_unref(job->on_exit);
	close_if_open(job->process.pidfd);
	close_if_open(job->events);
	close_if_open(job->cgroup);
	free(job->program);
	free(job->arguments);
	free(job);
}

static void reply(struct devtask_job *job, const struct devtask_run_reply *answer)
{
	void (*fn)(const struct devtask_run_reply *, void *) = job->fn;

	job->fn = NULL;
	if (fn)
		fn(answer, job->context);
}

void devtask_job_reply_started(struct devtask_job *job)
{
	struct devtask_run_reply answer = { .started = true, .id = job->id };

	memcpy(answer.trigger, job->trigger, sizeof(answer.trigger));
	reply(job, &answer);
}

void devtask_job_reply_error(struct devtask_job *job, const struct devtask_error *error)
{
	struct devtask_run_reply answer = { .error = *error };

	devtask_log(LOG_WARNING, *job->trigger ? job->trigger : NULL, "task refused: %s",
		    error->text);
	reply(job, &answer);
}

int devtask_job_make_cgroup(struct devtask_job *job, int base, int filter,
			    struct devtask_error *error)
{
	job->cgroup = devtask_cgroup_create(base, job->trigger, error);
	if (job->cgroup < 0)
		return job->cgroup;
	job->plan->launch.cgroup = job->cgroup;
	return devtask_devfilter_attach(filter, job->cgroup, error);
}

/* What is still wanted when the plan is gone. */
static int remember(struct devtask_job *job, const struct devtask_task *task)
{
	const struct devtask_plan *plan = job->plan;

	job->ask_id = plan->origin.ask_id;
	job->type = task->type;
	job->uid = task->uid;
	memcpy(job->app, plan->origin.app, sizeof(job->app));
	memcpy(job->device, task->device, sizeof(job->device));
	if (plan->device_count) {
		memcpy(job->hardware_id, plan->devices[0].hardware_id, sizeof(job->hardware_id));
		job->number = plan->devices[0].number;
	}
	job->program = strdup(task->program);
	job->arguments = strdup(task->arguments);
	return job->program && job->arguments ? 0 : -ENOMEM;
}

int devtask_job_make_task(struct devtask_job *job, struct devtask_kernel *kernel,
			  const struct devtask_settings *settings, struct devtask_error *error)
{
	struct devtask_plan *plan = job->plan;
	struct devtask_task *task = calloc(1, sizeof(*task));
	int ret;

	if (!task)
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -ENOMEM, "out of memory");
	devtask_plan_describe(plan, settings, task);
	task->cgroup_fd = (uint32_t)job->cgroup;
	devtask_set(task, DEVTASK_A_TASK_CGROUP_FD);
	ret = remember(job, task);
	if (ret)
		devtask_error_set(error, DEVTASK_EXIT_FAILURE, ret, "out of memory");
	else
		ret = devtask_kernel_task_create(kernel, task, &job->id, error);
	free(task);
	if (ret)
		return ret;
	job->has_id = true;
	for (int i = 0; !ret && i < plan->device_count; i++)
		ret = devtask_kernel_claim_create(kernel, job->id, plan->devices[i].node,
						  plan->devices[i].hardware_id,
						  &plan->guards[i].claim, error);
	if (plan->device_count)
		job->claim = plan->guards[0].claim;
	return ret;
}

void devtask_job_move(struct devtask_job *job, uint32_t old, uint32_t claim, dev_t number,
		      const char *hardware_id)
{
	/* Only the first device is known of a job. */
	if (job->claim != old)
		return;
	job->claim = claim;
	job->number = number;
	snprintf(job->hardware_id, sizeof(job->hardware_id), "%.63s", hardware_id);
}

int devtask_job_make_process(struct devtask_job *job, struct devtask_error *error)
{
	int ret = devtask_runner_launch(&job->plan->launch, &job->process, error);

	if (!ret)
		job->state = DEVTASK_JOB_SETTING_UP;
	return ret;
}
