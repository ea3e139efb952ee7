// SPDX-License-Identifier: GPL-2.0-only
/*
 * supervisor - see supervisor.h.
 *
 * A job ends once: when its cgroup is empty and, if the first process is our child, that
 * process has been reaped. Either may be seen first (a process leaves its cgroup before
 * it can be waited for), so both sources lead to check_end().
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cgroup.h"
#include "devfilter.h"
#include "job.h"
#include "kernel.h"
#include "log.h"
#include "numbers.h"
#include "plan.h"
#include "supervisor.h"

#define WATCHERS_MAX	8

struct devtask_supervisor {
	sd_event *loop;
	struct devtask_kernel *kernel;
	int base;
	int filter;
	struct devtask_job *jobs;
	sd_event_source *on_kernel;
	const struct devtask_settings *settings;
	struct {
		const struct devtask_supervisor_watch *watch;
		void *context;
	} watchers[WATCHERS_MAX];
	unsigned int watcher_count;
};

static struct devtask_job *add_job(struct devtask_supervisor *supervisor)
{
	struct devtask_job *job = devtask_job_create();

	if (!job)
		return NULL;
	job->supervisor = supervisor;
	job->next = supervisor->jobs;
	supervisor->jobs = job;
	return job;
}

static void remove_job(struct devtask_job *job)
{
	struct devtask_job **link = &job->supervisor->jobs;

	while (*link != job)
		link = &(*link)->next;
	*link = job->next;
	devtask_job_destroy(job);
}

/* Each watcher that wants to know. */
#define TELL(supervisor, what, ...)							\
	do {										\
		for (unsigned int i = 0; i < (supervisor)->watcher_count; i++)		\
			if ((supervisor)->watchers[i].watch->what)			\
				(supervisor)->watchers[i].watch->what(__VA_ARGS__,	\
					(supervisor)->watchers[i].context);		\
	} while (0)

static int tell_made(struct devtask_job *job, struct devtask_error *error)
{
	struct devtask_supervisor *supervisor = job->supervisor;
	int ret = 0;

	for (unsigned int i = 0; !ret && i < supervisor->watcher_count; i++)
		if (supervisor->watchers[i].watch->made)
			ret = supervisor->watchers[i].watch->made(job,
				supervisor->watchers[i].context, error);
	return ret;
}

static void tell_begun(struct devtask_job *job)
{
	job->state = DEVTASK_JOB_RUNNING;
	TELL(job->supervisor, begun, job);
}

static void close_if_open(int fd)
{
	if (fd >= 0)
		close(fd);
}

/* The process tree has ended, or never was. */
static void finish(struct devtask_job *job)
{
	struct devtask_error error;
	int ret;

	if (job->state == DEVTASK_JOB_RUNNING)
		TELL(job->supervisor, ended, job);
	if (job->has_id &&
	    devtask_kernel_task_end(job->supervisor->kernel, job->id,
				    job->reaped ? &job->status : NULL, &error))
		devtask_log(LOG_ERR, job->trigger, "task %u has ended, but: %s", job->id,
			    error.text);
	if (job->cgroup >= 0) {
		ret = devtask_cgroup_remove(job->cgroup);
		if (ret && ret != -ENOENT)
			devtask_log(LOG_WARNING, job->trigger,
				    "cannot remove the cgroup of task %u: %s", job->id,
				    strerror(-ret));
	}
	TELL(job->supervisor, left, job);
	remove_job(job);
}

static void check_end(struct devtask_job *job)
{
	if (job->process.pid && !job->reaped)
		return;
	if (job->events < 0 || !devtask_cgroup_is_populated(job->events))
		finish(job);
}

/* Ends what there is of a task that will not run; check_end() does the rest. */
static void fail(struct devtask_job *job, const struct devtask_error *error)
{
	devtask_job_reply_error(job, error);
	devtask_job_end_setup(job);
	job->state = DEVTASK_JOB_FAILING;
	if (job->process.pid)
		devtask_cgroup_kill(job->cgroup);
	else
		finish(job);
}

static int on_cgroup(sd_event_source *source, int fd, uint32_t revents, void *context)
{
	(void)source;
	(void)fd;
	(void)revents;
	check_end(context);
	return 0;
}

static int on_exit_of_first(sd_event_source *source, int fd, uint32_t revents, void *context)
{
	struct devtask_job *job = context;

	(void)fd;
	(void)revents;
	if (waitpid(job->process.pid, &job->status, WNOHANG) != job->process.pid)
		return 0;
	job->reaped = true;
	sd_event_source_set_enabled(source, SD_EVENT_OFF);
	check_end(job);
	return 0;
}

static int watch_cgroup(struct devtask_job *job)
{
	job->events = devtask_cgroup_open_events(job->cgroup);
	if (job->events < 0)
		return job->events;
	/* The first read arms the notification. */
	devtask_cgroup_is_populated(job->events);
	return sd_event_add_io(job->supervisor->loop, &job->on_events, job->events, EPOLLPRI,
			       on_cgroup, job);
}

/* The app hears "allowed" before "started"; it may have withdrawn the question. */
static int answer_app(struct devtask_job *job, struct devtask_error *error)
{
	struct devtask_ask *answer;
	int ret;

	if (!job->ask_id)
		return 0;
	answer = calloc(1, sizeof(*answer));
	if (!answer)
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -ENOMEM, "out of memory");
	answer->id = job->ask_id;
	devtask_set(answer, DEVTASK_A_ASK_ID);
	answer->verdict = DEVTASK_VERDICT_ALLOWED;
	devtask_set(answer, DEVTASK_A_ASK_VERDICT);
	memcpy(answer->trigger, job->trigger, sizeof(answer->trigger));
	devtask_set(answer, DEVTASK_A_ASK_TRIGGER);
	ret = devtask_kernel_ask_answer(job->supervisor->kernel, answer, error);
	free(answer);
	job->ask_id = 0;
	return ret;
}

static void start_program(struct devtask_job *job)
{
	struct devtask_error error;

	if (answer_app(job, &error)) {
		fail(job, &error);
		return;
	}
	if (devtask_kernel_task_start(job->supervisor->kernel, job->id, &error)) {
		fail(job, &error);
		return;
	}
	job->state = DEVTASK_JOB_RELEASED;
	if (devtask_runner_release(job->process.channel)) {
		devtask_error_set(&error, DEVTASK_EXIT_FAILURE, -EIO,
				  "the task was ended before its program ran");
		fail(job, &error);
	}
}

static void enter_running(struct devtask_job *job)
{
	tell_begun(job);
	devtask_log(LOG_INFO, job->trigger, "task %u runs %s on %s as %s", job->id,
		    job->plan->request.program, job->plan->device_names,
		    job->plan->launch.user.name);
	devtask_job_reply_started(job);
	devtask_job_end_setup(job);
	devtask_job_drop_plan(job);
}

static int on_channel(sd_event_source *source, int fd, uint32_t revents, void *context)
{
	struct devtask_job *job = context;
	struct devtask_error error;

	(void)source;
	(void)revents;
	switch (devtask_runner_hear(&job->plan->launch, fd, &error)) {
	case DEVTASK_LAUNCH_READY:
		start_program(job);
		return 0;
	case DEVTASK_LAUNCH_DONE:
		if (job->state == DEVTASK_JOB_RELEASED) {
			enter_running(job);
			return 0;
		}
		devtask_error_set(&error, DEVTASK_EXIT_CANCELED, -ECANCELED,
				  "the task was ended before its program ran");
		break;
	case DEVTASK_LAUNCH_FAILED:
		break;
	}
	fail(job, &error);
	return 0;
}

static int on_setup_timeout(sd_event_source *source, uint64_t usec, void *context)
{
	struct devtask_error error;

	(void)source;
	(void)usec;
	devtask_error_set(&error, DEVTASK_EXIT_FAILURE, -ETIMEDOUT,
			  "the task did not get ready to run in time; see the journal");
	fail(context, &error);
	return 0;
}

static int tell_loop(int ret, struct devtask_error *error)
{
	if (ret >= 0)
		return 0;
	return devtask_error_set(error, DEVTASK_EXIT_FAILURE, ret, "cannot watch the task: %s",
				 strerror(-ret));
}

static int watch_process(struct devtask_job *job, struct devtask_error *error)
{
	sd_event *loop = job->supervisor->loop;
	int ret;

	ret = sd_event_add_io(loop, &job->on_exit, job->process.pidfd, EPOLLIN, on_exit_of_first,
			      job);
	if (ret >= 0)
		ret = sd_event_add_io(loop, &job->on_channel, job->process.channel, EPOLLIN,
				      on_channel, job);
	/* What it has said comes before the news of its death. */
	if (ret >= 0)
		ret = sd_event_source_set_priority(job->on_channel,
						   SD_EVENT_PRIORITY_IMPORTANT);
	if (ret >= 0)
		ret = sd_event_add_time_relative(loop, &job->on_timeout, CLOCK_MONOTONIC,
						 DEVTASK_SETUP_TIMEOUT_US, 0, on_setup_timeout,
						 job);
	if (ret >= 0)
		ret = watch_cgroup(job);
	return tell_loop(ret, error);
}

static struct devtask_job *find_job(struct devtask_supervisor *supervisor, uint32_t id)
{
	struct devtask_job *job = supervisor->jobs;

	while (job && (!job->has_id || job->id != id))
		job = job->next;
	return job;
}

static void log_event(const struct devtask_event *event, void *context)
{
	struct devtask_supervisor *supervisor = context;
	const char *kind = devtask_name_of(&devtask_event_kind_names, event->kind);
	const char *reason = devtask_name_of(&devtask_reason_names, event->reason);
	const char *detail = devtask_name_of(&devtask_detail_names, event->detail);

	TELL(supervisor, event, event, find_job(supervisor, event->task_id));
	if (event->kind == DEVTASK_EVENT_KIND_CANCELED)
		devtask_log(LOG_NOTICE, event->trigger, "task %u cancelled: %s (%s)",
			    event->task_id, reason ? reason : "unknown reason",
			    detail ? detail : "unknown detail");
	else
		devtask_log(LOG_INFO, event->trigger, "task %u: %s", event->task_id,
			    kind ? kind : "unknown event");
}

static int on_kernel(sd_event_source *source, int fd, uint32_t revents, void *context)
{
	struct devtask_supervisor *supervisor = context;

	(void)source;
	(void)fd;
	(void)revents;
	/* A lost one is still in the module's ring. */
	if (devtask_kernel_receive(supervisor->kernel, log_event, supervisor) == -ENOBUFS) {
		log_warning("some events of the module did not reach the log");
		TELL(supervisor, lost, supervisor);
	}
	return 0;
}

static int watch_kernel(struct devtask_supervisor *supervisor, struct devtask_error *error)
{
	supervisor->on_kernel = sd_event_source_disable_unref(supervisor->on_kernel);
	return tell_loop(sd_event_add_io(supervisor->loop, &supervisor->on_kernel,
					 devtask_kernel_descriptor(supervisor->kernel), EPOLLIN,
					 on_kernel, supervisor), error);
}

static int ensure_kernel(struct devtask_supervisor *supervisor, struct devtask_error *error)
{
	int ret;

	/* A socket's number may be used again: it leaves the loop before it is closed. */
	supervisor->on_kernel = sd_event_source_disable_unref(supervisor->on_kernel);
	ret = devtask_kernel_ensure(supervisor->kernel, error);
	if (ret > 0)
		log_info("the module has been loaded anew");
	if (ret < 0) {
		watch_kernel(supervisor, NULL);
		return ret;
	}
	return watch_kernel(supervisor, error);
}

void devtask_supervisor_run(struct devtask_supervisor *supervisor,
			    struct devtask_run_request *request,
			    const struct devtask_origin *origin, const int stdio[3], uid_t sender,
			    devtask_supervisor_fn *fn, void *context)
{
	struct devtask_job *job = add_job(supervisor);
	struct devtask_error error;
	int ret;

	if (job)
		job->plan = calloc(1, sizeof(*job->plan));
	if (!job || !job->plan) {
		struct devtask_run_reply answer = { .error = { .err = -ENOMEM,
			.exit = DEVTASK_EXIT_FAILURE, .text = "out of memory" } };

		devtask_run_request_clear(request);
		for (int i = 0; i < 3; i++)
			close(stdio[i]);
		if (job)
			remove_job(job);
		fn(&answer, context);
		return;
	}
	job->fn = fn;
	job->context = context;
	job->plan->request = *request;
	memset(request, 0, sizeof(*request));
	memcpy(job->plan->stdio, stdio, sizeof(job->plan->stdio));
	if (origin)
		job->plan->origin = *origin;

	ret = ensure_kernel(supervisor, &error);
	if (!ret)
		ret = devtask_plan_make(job->plan, sender, &error);
	memcpy(job->trigger, job->plan->trigger, sizeof(job->trigger));
	if (!ret)
		ret = devtask_job_make_cgroup(job, supervisor->base, supervisor->filter, &error);
	if (!ret)
		ret = devtask_job_make_task(job, supervisor->kernel, supervisor->settings, &error);
	if (!ret)
		ret = tell_made(job, &error);
	if (!ret)
		ret = devtask_job_make_process(job, &error);
	if (!ret)
		ret = watch_process(job, &error);
	if (ret)
		fail(job, &error);
}

/* An earlier helper's task: nobody can tell its exit status any more. */
static void adopt_task(const struct devtask_task *task, void *context)
{
	struct devtask_job *job = add_job(context);
	int ret;

	if (!job)
		return;
	job->state = DEVTASK_JOB_ADOPTED;
	job->id = task->id;
	job->has_id = true;
	job->type = task->type;
	job->uid = task->uid;
	job->program = strdup(task->program);
	snprintf(job->app, sizeof(job->app), "%s", task->app);
	snprintf(job->device, sizeof(job->device), "%s", task->device);
	memcpy(job->trigger, task->trigger, sizeof(job->trigger));
	job->cgroup = devtask_cgroup_find(task->cgroup_id);
	if (job->cgroup < 0) {
		devtask_log(LOG_INFO, job->trigger, "task %u ended while no helper ran", job->id);
		return;		/* settle_adopted() ends it, outside of the dump */
	}
	ret = watch_cgroup(job);
	if (ret < 0)
		devtask_log(LOG_ERR, job->trigger, "cannot watch task %u: %s", job->id,
			    strerror(-ret));
	devtask_log(LOG_INFO, job->trigger, "took over task %u (%s)", job->id, task->program);
}

static void adopt_claim(const struct devtask_claim *claim, void *context)
{
	struct devtask_job *job = find_job(context, claim->task_id);

	/* The first device; or what has come in its place. */
	if (job && (!*job->hardware_id || (devtask_has(claim, DEVTASK_A_CLAIM_REPLACES) &&
					   claim->replaces == job->claim)))
		devtask_job_move(job, job->claim, claim->id, makedev(claim->major, claim->minor),
				 claim->hardware_id);
}

static void settle_adopted(struct devtask_supervisor *supervisor)
{
	struct devtask_job *job, *next;

	for (job = supervisor->jobs; job; job = next) {
		next = job->next;
		if (job->cgroup < 0 ||
		    (job->events >= 0 && !devtask_cgroup_is_populated(job->events)))
			finish(job);
	}
}

int devtask_supervisor_adopt(struct devtask_supervisor *supervisor, struct devtask_error *error)
{
	int ret = devtask_kernel_task_dump(supervisor->kernel, adopt_task, supervisor, error);

	if (ret)
		return ret;
	settle_adopted(supervisor);
	devtask_cgroup_sweep(supervisor->base);
	ret = devtask_kernel_claim_dump(supervisor->kernel, adopt_claim, supervisor, error);
	for (struct devtask_job *job = supervisor->jobs; !ret && job; job = job->next)
		tell_begun(job);
	return ret;
}

int devtask_supervisor_create(struct devtask_supervisor **supervisor, sd_event *loop,
			      struct devtask_kernel *kernel,
			      const struct devtask_settings *settings,
			      struct devtask_error *error)
{
	struct devtask_supervisor *self = calloc(1, sizeof(*self));
	int ret;

	if (!self)
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -ENOMEM, "out of memory");
	self->loop = sd_event_ref(loop);
	self->kernel = kernel;
	self->settings = settings;
	self->filter = -1;
	self->base = devtask_cgroup_open_base(error);
	ret = self->base < 0 ? self->base : 0;
	if (!ret) {
		self->filter = devtask_devfilter_load(error);
		ret = self->filter < 0 ? self->filter : 0;
	}
	if (!ret)
		ret = watch_kernel(self, error);
	if (ret) {
		devtask_supervisor_destroy(self);
		return ret;
	}
	*supervisor = self;
	return 0;
}

void devtask_supervisor_destroy(struct devtask_supervisor *supervisor)
{
	if (!supervisor)
		return;
	while (supervisor->jobs)
		remove_job(supervisor->jobs);
	sd_event_source_disable_unref(supervisor->on_kernel);
	close_if_open(supervisor->filter);
	close_if_open(supervisor->base);
	sd_event_unref(supervisor->loop);
	free(supervisor);
}

bool devtask_supervisor_holds(const struct devtask_supervisor *supervisor, pid_t pid)
{
	for (const struct devtask_job *job = supervisor->jobs; job; job = job->next)
		if (job->cgroup >= 0 && devtask_cgroup_holds(job->cgroup, pid))
			return true;
	return false;
}

unsigned int devtask_supervisor_count(const struct devtask_supervisor *supervisor)
{
	unsigned int count = 0;

	for (const struct devtask_job *job = supervisor->jobs; job; job = job->next)
		count++;
	return count;
}

int devtask_supervisor_add_watch(struct devtask_supervisor *supervisor,
				 const struct devtask_supervisor_watch *watch, void *context)
{
	if (supervisor->watcher_count == WATCHERS_MAX)
		return -ENOSPC;
	supervisor->watchers[supervisor->watcher_count].watch = watch;
	supervisor->watchers[supervisor->watcher_count].context = context;
	supervisor->watcher_count++;
	return 0;
}

void devtask_supervisor_each(struct devtask_supervisor *supervisor,
			     devtask_supervisor_job_fn *fn, void *context)
{
	for (struct devtask_job *job = supervisor->jobs; job; job = job->next)
		if (job->state != DEVTASK_JOB_FAILING)
			fn(job, context);
}

void devtask_supervisor_move(struct devtask_supervisor *supervisor, uint32_t task, uint32_t old,
			     uint32_t claim, dev_t number, const char *hardware_id)
{
	struct devtask_job *job = find_job(supervisor, task);

	if (job)
		devtask_job_move(job, old, claim, number, hardware_id);
}

void devtask_supervisor_cancel(struct devtask_supervisor *supervisor,
			       const struct devtask_job *job, enum devtask_reason reason,
			       enum devtask_detail detail, uint64_t measured, uint64_t required)
{
	struct devtask_error error;
	int ret = !job->has_id ? 0 :
		  devtask_kernel_task_cancel(supervisor->kernel, job->id, reason, detail, measured,
					     required, &error);

	if (ret && ret != -EALREADY && ret != -ESRCH && ret != -ENOENT)
		devtask_log(LOG_ERR, job->trigger, "cannot cancel task %u: %s", job->id,
			    error.text);
}
