// SPDX-License-Identifier: GPL-2.0-only
/*
 * request - see request.h. Checks run cheapest first, the person is asked last, and what may
 * have changed meanwhile is checked again after the answer.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <syslog.h>
#include <unistd.h>

#include <systemd/sd-journal.h>

#include "agent.h"
#include "guid.h"
#include "history.h"
#include "job.h"
#include "kernel.h"
#include "log.h"
#include "message.h"
#include "numbers.h"
#include "plan.h"
#include "request.h"
#include "supervisor.h"

enum stage {
	STAGE_NEW,
	STAGE_ASKING,		/* the person reads the question */
	STAGE_SETTLING,		/* the app's window comes back to the front */
	STAGE_STARTING,
};

struct request {
	struct devtask_requests *requests;
	struct request *next;
	enum stage stage;
	bool gone;			/* withdrawn; only waits for the supervisor's word */
	struct devtask_ask ask;
	struct devtask_inquiry inquiry;
	struct devtask_asking *asking;
	sd_event_source *on_settled;
	unsigned int settling;		/* times that it was looked at */
	enum devtask_permission permission;
};

struct devtask_requests {
	sd_event *loop;
	struct devtask_kernel *kernel;
	struct devtask_sources sources;
	struct devtask_history *history;
	struct request *list;
	sd_event_source *on_note;
	sd_event_source *after_turn;
	int watched;			/* the descriptor of on_note */
};

static void destroy(struct request *request)
{
	struct request **link = &request->requests->list;

	while (*link != request)
		link = &(*link)->next;
	*link = request->next;
	if (request->asking)
		devtask_agent_withdraw(request->asking);
	sd_event_source_disable_unref(request->on_settled);
	free(request);
}

static void note(struct request *request, enum devtask_record_kind kind,
		 const struct devtask_admission *admission)
{
	const struct devtask_ask *ask = &request->ask;
	struct devtask_record record = {
		.kind = kind,
		.type = ask->type,
		.uid = ask->uid,
		.trigger = ask->trigger,
		.app = *request->inquiry.app ? request->inquiry.app : NULL,
		.device = ask->device,
		.hardware_id = request->inquiry.facts.attached ?
			       request->inquiry.device.hardware_id : NULL,
		.program = request->inquiry.facts.program,
		.arguments = *ask->arguments ? ask->arguments : NULL,
	};

	if (ask->kind != DEVTASK_ASK_KIND_REQUEST)
		return;
	if (admission) {
		record.has = DEVTASK_RECORD_HAS_VERDICT | DEVTASK_RECORD_HAS_MEASURED;
		record.verdict = admission->verdict;
		record.reasons = admission->reasons;
		record.measured = admission->measured;
		record.required = admission->required;
		record.sentence = admission->sentence;
	}
	devtask_history_note(request->requests->history, &record);
}

/* The module's word is the last: a question that it no longer has was withdrawn. */
static void answer(struct request *request, const struct devtask_admission *admission)
{
	struct devtask_ask *ask = &request->ask;
	struct devtask_error error;
	struct devtask_ask *reply = calloc(1, sizeof(*reply));
	int ret = -ENOMEM;

	if (reply) {
		reply->id = ask->id;
		devtask_set(reply, DEVTASK_A_ASK_ID);
		reply->verdict = admission->verdict;
		devtask_set(reply, DEVTASK_A_ASK_VERDICT);
		if (admission->reasons) {
			reply->reasons = admission->reasons;
			devtask_set(reply, DEVTASK_A_ASK_REASONS);
			reply->measured = admission->measured;
			devtask_set(reply, DEVTASK_A_ASK_MEASURED);
			reply->required = admission->required;
			devtask_set(reply, DEVTASK_A_ASK_REQUIRED);
			memcpy(reply->sentence, admission->sentence, sizeof(reply->sentence));
			devtask_set(reply, DEVTASK_A_ASK_SENTENCE);
		}
		if (ask->kind == DEVTASK_ASK_KIND_REGISTER && !admission->reasons) {
			memcpy(reply->app, request->inquiry.app, sizeof(reply->app));
			devtask_set(reply, DEVTASK_A_ASK_APP);
		}
		if (ask->kind == DEVTASK_ASK_KIND_REQUEST) {
			memcpy(reply->trigger, ask->trigger, sizeof(reply->trigger));
			devtask_set(reply, DEVTASK_A_ASK_TRIGGER);
		}
		ret = devtask_kernel_ask_answer(request->requests->kernel, reply, &error);
		free(reply);
	}
	if (ret == -ENOMEM)
		log_error("cannot answer an app: out of memory");
	else if (ret && ret != -ENOENT)
		log_error("the answer to an app did not reach it: %s", error.text);
}

static void deny(struct request *request, const struct devtask_admission *admission)
{
	bool failed = admission->reasons & DEVTASK_ADMISSION_BIT(START);

	note(request, failed ? DEVTASK_RECORD_FAILED : DEVTASK_RECORD_DENIED, admission);
	answer(request, admission);
	destroy(request);
}

/* Judges the facts of this moment. */
static bool passes(struct request *request, uint64_t checks, struct devtask_admission *admission)
{
	devtask_inquiry_make(&request->requests->sources, &request->ask, checks,
			     &request->inquiry);
	if (request->permission != DEVTASK_PERMISSION_UNASKED)
		request->inquiry.facts.consent = request->permission;
	devtask_admission_judge(&request->inquiry.facts, checks, admission);
	return !admission->reasons;
}

static void on_started(const struct devtask_run_reply *reply, void *context)
{
	struct devtask_admission admission = {
		.verdict = DEVTASK_VERDICT_DENIED_BY_SYSTEM,
		.reasons = DEVTASK_ADMISSION_BIT(START),
	};
	struct request *request = context;

	if (reply->started || request->gone) {
		destroy(request);
		return;
	}
	snprintf(admission.sentence, sizeof(admission.sentence), "%s", reply->error.text);
	deny(request, &admission);
}

/* What a task writes goes to the journal, under the app's name. */
static int open_output(const char *app, int priority)
{
	int fd = sd_journal_stream_fd(app, priority, false);

	return fd >= 0 ? fd : open("/dev/null", O_WRONLY | O_CLOEXEC);
}

static char **list_of(const char *a, const char *b)
{
	char **list = calloc(3, sizeof(*list));

	if (!list)
		return NULL;
	list[0] = strdup(a);
	list[1] = b ? strdup(b) : NULL;
	if (list[0] && (!b || list[1]))
		return list;
	free(list[0]);
	free(list[1]);
	free(list);
	return NULL;
}

/* A task begins with nothing of its app's but the arguments (APP-5). */
static int describe(const struct request *request, struct devtask_run_request *run)
{
	const struct devtask_ask *ask = &request->ask;
	char user[16];

	memset(run, 0, sizeof(*run));
	snprintf(user, sizeof(user), "%u", ask->uid);
	run->abi_version = DEVTASK_PROGRAM_ABI;
	run->type = ask->type;
	run->devices[0] = strdup(request->inquiry.device.spec);
	run->user = strdup(user);
	run->program = strdup(request->inquiry.program);
	run->arguments = strdup(ask->arguments);
	run->directory = strdup("/");
	run->argv = list_of(request->inquiry.program, NULL);
	run->environ = list_of("PATH=" DEVTASK_TASK_PATH, NULL);
	if (run->devices[0] && run->user && run->program && run->arguments && run->directory &&
	    run->argv && run->environ)
		return 0;
	devtask_run_request_clear(run);
	return -ENOMEM;
}

static void start(struct request *request)
{
	struct devtask_requests *requests = request->requests;
	struct devtask_origin origin = { .ask_id = request->ask.id };
	struct devtask_run_request run;
	int stdio[3];

	if (describe(request, &run)) {
		struct devtask_admission admission = {
			.verdict = DEVTASK_VERDICT_DENIED_BY_SYSTEM,
			.reasons = DEVTASK_ADMISSION_BIT(START),
			.sentence = "out of memory",
		};

		deny(request, &admission);
		return;
	}
	memcpy(origin.app, request->inquiry.app, sizeof(origin.app));
	memcpy(origin.trigger, request->ask.trigger, sizeof(origin.trigger));
	memcpy(origin.device, request->ask.device, sizeof(origin.device));
	stdio[0] = open("/dev/null", O_RDONLY | O_CLOEXEC);
	stdio[1] = open_output(request->inquiry.app, LOG_INFO);
	stdio[2] = open_output(request->inquiry.app, LOG_NOTICE);
	request->stage = STAGE_STARTING;
	/* Nobody's uid: the task gets its user's own environment. */
	devtask_supervisor_run(requests->sources.supervisor, &run, &origin, stdio, (uid_t)-1,
			       on_started, request);
}

/* A clock may come while the display gives the focus back; no other check gets a second chance. */
static void settle(struct request *request);

static int on_settled(sd_event_source *source, uint64_t usec, void *context)
{
	struct request *request = context;

	(void)source;
	(void)usec;
	request->on_settled = sd_event_source_disable_unref(request->on_settled);
	settle(request);
	return 0;
}

static void settle(struct request *request)
{
	struct devtask_admission admission;

	request->stage = STAGE_SETTLING;
	if (passes(request, DEVTASK_ADMISSION_AGAIN | DEVTASK_ADMISSION_ANSWER, &admission)) {
		start(request);
		return;
	}
	if (admission.reasons == DEVTASK_ADMISSION_BIT(FOREGROUND) &&
	    ++request->settling < DEVTASK_SETTLE_TIMES &&
	    sd_event_add_time_relative(request->requests->loop, &request->on_settled,
				       CLOCK_MONOTONIC, DEVTASK_SETTLE_US, 0, on_settled,
				       request) >= 0)
		return;
	deny(request, &admission);
}

/* CON-1: yes and no are kept, for a sync. CON-3: silence is not. */
static void keep(struct request *request, bool yes)
{
	struct devtask_inquiry *inquiry = &request->inquiry;
	struct devtask_consent_key key = { request->ask.uid, inquiry->app, inquiry->model };
	struct devtask_error error;

	if (request->ask.type != DEVTASK_TYPE_USE || !*inquiry->model)
		return;
	if (devtask_consent_set(request->requests->sources.consent, &key,
				yes ? DEVTASK_CONSENT_YES : DEVTASK_CONSENT_NO, "agent", &error))
		log_warning("the answer could not be kept and will be asked for again: %s",
			    error.text);
}

static void on_answer(enum devtask_answer said, void *context)
{
	static const enum devtask_permission meaning[] = {
		[DEVTASK_ANSWER_YES] = DEVTASK_PERMISSION_YES,
		[DEVTASK_ANSWER_NO] = DEVTASK_PERMISSION_NO,
		[DEVTASK_ANSWER_TIMEOUT] = DEVTASK_PERMISSION_TIMEOUT,
		[DEVTASK_ANSWER_DEAD] = DEVTASK_PERMISSION_DEAD,
		[DEVTASK_ANSWER_NO_AGENT] = DEVTASK_PERMISSION_UNASKED,
	};
	struct request *request = context;
	struct devtask_admission admission;

	request->asking = NULL;
	request->permission = meaning[said];
	if (said == DEVTASK_ANSWER_YES || said == DEVTASK_ANSWER_NO)
		keep(request, said == DEVTASK_ANSWER_YES);
	if (said == DEVTASK_ANSWER_YES) {
		settle(request);
		return;
	}
	request->inquiry.facts.consent = request->permission;
	request->inquiry.facts.agent = said != DEVTASK_ANSWER_NO_AGENT;
	devtask_admission_judge(&request->inquiry.facts, DEVTASK_ADMISSION_ANSWER, &admission);
	deny(request, &admission);
}

static void ask_person(struct request *request)
{
	struct devtask_inquiry *inquiry = &request->inquiry;
	const struct devtask_question question = {
		.app = *inquiry->title ? inquiry->title : inquiry->app,
		.app_name = inquiry->app,
		.device = *inquiry->device.name ? inquiry->device.name :
			  inquiry->device.hardware_id,
		.model = *inquiry->model ? inquiry->model : inquiry->device.hardware_id,
		.type = request->ask.type,
		.estimate_ns = request->ask.estimate_ns,
	};
	struct devtask_asking *asking;

	request->stage = STAGE_ASKING;
	asking = devtask_agent_ask(request->requests->sources.agents, request->ask.uid, &question,
				   on_answer, request);
	/* NULL: it has been answered, and the request may be no more. */
	if (asking)
		request->asking = asking;
}

static void decide(struct request *request)
{
	struct devtask_admission admission;

	switch (request->ask.kind) {
	case DEVTASK_ASK_KIND_REGISTER:
		passes(request, DEVTASK_ADMISSION_REGISTER, &admission);
		answer(request, &admission);
		destroy(request);
		return;
	case DEVTASK_ASK_KIND_EXPLAIN:
		passes(request, DEVTASK_ADMISSION_SILENT, &admission);
		devtask_admission_foresee(&request->inquiry.facts, DEVTASK_ADMISSION_SILENT,
					  &admission);
		answer(request, &admission);
		destroy(request);
		return;
	default:
		break;
	}
	if (!passes(request, DEVTASK_ADMISSION_SILENT, &admission)) {
		note(request, DEVTASK_RECORD_REQUESTED, NULL);
		deny(request, &admission);
		return;
	}
	note(request, DEVTASK_RECORD_REQUESTED, NULL);
	if (request->inquiry.facts.consent == DEVTASK_PERMISSION_YES)
		start(request);
	else
		ask_person(request);
}

static struct request *find(struct devtask_requests *requests, uint64_t id)
{
	struct request *request = requests->list;

	while (request && request->ask.id != id)
		request = request->next;
	return request;
}

static void on_ask(const struct devtask_ask *ask, void *context)
{
	struct devtask_requests *requests = context;
	struct request *request;

	/* The dump of a new helper and the notes may tell the same. */
	if (find(requests, ask->id))
		return;
	request = calloc(1, sizeof(*request));
	if (!request) {
		log_error("cannot answer an app: out of memory");
		return;
	}
	request->requests = requests;
	request->ask = *ask;
	request->next = requests->list;
	requests->list = request;
	if (ask->type > DEVTASK_TYPE_MAX || devtask_guid_make(request->ask.trigger)) {
		log_error("cannot answer an app: no trigger id, or a strange type");
		destroy(request);
		return;
	}
	decide(request);
}

static void on_gone(uint64_t id, void *context)
{
	struct request *request = find(context, id);

	if (!request)
		return;
	/* The task that is being made ends by itself: its answer is refused. */
	request->gone = true;
	if (request->stage != STAGE_STARTING)
		destroy(request);
}

/* Asks that were kept while the module was commanded are not on the socket any more. */
static void take(struct devtask_requests *requests)
{
	struct devtask_error error;
	int ret = devtask_kernel_asks(requests->kernel, on_ask, on_gone, requests);

	if (ret == -ENOBUFS &&
	    devtask_kernel_ask_dump(requests->kernel, on_ask, requests, &error))
		log_error("cannot see the questions of apps: %s", error.text);
}

static int on_note(sd_event_source *source, int fd, uint32_t revents, void *context)
{
	(void)source;
	(void)fd;
	(void)revents;
	take(context);
	return 0;
}

/* The module may have been loaded anew, with another socket. */
static int follow_socket(struct devtask_requests *requests)
{
	int fd = devtask_kernel_ask_descriptor(requests->kernel);

	if (fd == requests->watched)
		return 0;
	requests->on_note = sd_event_source_disable_unref(requests->on_note);
	requests->watched = fd;
	return sd_event_add_io(requests->loop, &requests->on_note, fd, EPOLLIN, on_note, requests);
}

static int after_turn(sd_event_source *source, void *context)
{
	struct devtask_requests *requests = context;

	(void)source;
	follow_socket(requests);
	take(requests);
	return 0;
}

int devtask_requests_create(struct devtask_requests **requests, sd_event *loop,
			    struct devtask_kernel *kernel, const struct devtask_sources *sources,
			    struct devtask_history *history, struct devtask_error *error)
{
	struct devtask_requests *self = calloc(1, sizeof(*self));
	int ret;

	if (!self)
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -ENOMEM, "out of memory");
	self->loop = sd_event_ref(loop);
	self->kernel = kernel;
	self->sources = *sources;
	self->history = history;
	self->watched = -1;
	ret = follow_socket(self);
	if (ret >= 0)
		ret = sd_event_add_post(loop, &self->after_turn, after_turn, self);
	if (ret < 0)
		devtask_error_set(error, DEVTASK_EXIT_FAILURE, ret,
				  "cannot watch the questions of apps: %s", strerror(-ret));
	else
		ret = devtask_kernel_ask_dump(kernel, on_ask, self, error);
	if (ret < 0) {
		devtask_requests_destroy(self);
		return ret;
	}
	*requests = self;
	return 0;
}

void devtask_requests_destroy(struct devtask_requests *requests)
{
	if (!requests)
		return;
	while (requests->list)
		destroy(requests->list);
	sd_event_source_disable_unref(requests->on_note);
	sd_event_source_disable_unref(requests->after_turn);
	sd_event_unref(requests->loop);
	free(requests);
}
