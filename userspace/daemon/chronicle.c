// SPDX-License-Identifier: GPL-2.0-only
/*
 * chronicle - see chronicle.h. The job is gone when the module says that its task has ended, so
 * what the records need of it is kept from the first event on.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cause.h"
#include "chronicle.h"
#include "history.h"
#include "job.h"
#include "kernel.h"
#include "log.h"
#include "supervisor.h"

/* What events do not tell of a task. */
struct entry {
	struct entry *next;
	uint32_t task;
	char hardware_id[64];
	char *arguments;
};

struct devtask_chronicle {
	struct devtask_kernel *kernel;
	struct devtask_history *history;
	struct entry *entries;
};

static struct entry **find(struct devtask_chronicle *chronicle, uint32_t task)
{
	struct entry **link = &chronicle->entries;

	while (*link && (*link)->task != task)
		link = &(*link)->next;
	return link;
}

static const struct entry *remember(struct devtask_chronicle *chronicle,
				    const struct devtask_job *job)
{
	struct entry **link = find(chronicle, job->id);

	if (!*link)
		*link = calloc(1, sizeof(**link));
	if (!*link)
		return NULL;
	(*link)->task = job->id;
	memcpy((*link)->hardware_id, job->hardware_id, sizeof((*link)->hardware_id));
	if (!(*link)->arguments && job->arguments && *job->arguments)
		(*link)->arguments = strdup(job->arguments);
	return *link;
}

static void forget(struct devtask_chronicle *chronicle, uint32_t task)
{
	struct entry **link = find(chronicle, task), *entry = *link;

	if (!entry)
		return;
	*link = entry->next;
	free(entry->arguments);
	free(entry);
}

/* Returns false if the event is not for the history. */
static bool kind_of(const struct devtask_event *event, enum devtask_record_kind *kind)
{
	switch (event->kind) {
	case DEVTASK_EVENT_KIND_CREATED:
		*kind = DEVTASK_RECORD_REQUESTED;
		return !*event->app;
	case DEVTASK_EVENT_KIND_STARTED:
		*kind = DEVTASK_RECORD_STARTED;
		return true;
	case DEVTASK_EVENT_KIND_CANCELED:
		*kind = DEVTASK_RECORD_CANCELED;
		return true;
	case DEVTASK_EVENT_KIND_ENDED:
		*kind = DEVTASK_RECORD_FINISHED;
		return true;
	case DEVTASK_EVENT_KIND_DETACHED:
		*kind = DEVTASK_RECORD_DETACHED;
		return true;
	case DEVTASK_EVENT_KIND_ATTACHED:
		*kind = DEVTASK_RECORD_ATTACHED;
		return true;
	default:
		return false;
	}
}

/* Whoever cancelled it knew that, or it was a rule. */
static void add_unsafe(char *sentence, size_t size)
{
	size_t length = strlen(sentence);

	snprintf(sentence + length, size - length,
		 "%sthe task had said that its device may be damaged if it is stopped then",
		 length ? "; " : "");
}

static void note(struct devtask_chronicle *chronicle, const struct devtask_event *event,
		 enum devtask_record_kind kind, const struct entry *entry)
{
	struct devtask_record record = {
		.kind = kind,
		.type = event->type,
		.has = DEVTASK_RECORD_HAS_TASK,
		.uid = event->uid,
		.boottime_ns = event->time_ns,
		.trigger = event->trigger,
		.app = *event->app ? event->app : NULL,
		.device = event->device,
		.program = event->program,
		.task_id = event->task_id,
	};
	char cause[DEVTASK_CAUSE_MAX + 96];

	if (entry) {
		record.hardware_id = *entry->hardware_id ? entry->hardware_id : NULL;
		record.arguments = entry->arguments;
	}
	if (devtask_has(event, DEVTASK_A_EVENT_REASON)) {
		record.has |= DEVTASK_RECORD_HAS_REASON;
		record.reason = event->reason;
		record.detail = event->detail;
	}
	if (kind == DEVTASK_RECORD_CANCELED) {
		record.has |= DEVTASK_RECORD_HAS_MEASURED;
		record.measured = event->measured_ns;
		record.required = event->required_ns;
		devtask_cause_explain(event->detail, event->required_ns, cause, sizeof(cause));
		if (event->unsafe)
			add_unsafe(cause, sizeof(cause));
		if (*cause)
			record.sentence = cause;
	}
	if (kind == DEVTASK_RECORD_CANCELED || kind == DEVTASK_RECORD_FINISHED) {
		record.has |= DEVTASK_RECORD_HAS_USAGE;
		record.ops = event->ops;
		record.bytes = event->bytes;
		record.duration_ns = event->duration_ns;
	}
	if (devtask_has(event, DEVTASK_A_EVENT_EXIT_STATUS)) {
		record.has |= DEVTASK_RECORD_HAS_EXIT;
		record.exit_status = event->exit_status;
	}
	devtask_history_note(chronicle->history, &record);
}

static void on_event(const struct devtask_event *event, const struct devtask_job *job,
		     void *context)
{
	struct devtask_chronicle *chronicle = context;
	const struct entry *entry = job ? remember(chronicle, job) :
					  *find(chronicle, event->task_id);
	enum devtask_record_kind kind;

	if (kind_of(event, &kind))
		note(chronicle, event, kind, entry);
	if (event->kind == DEVTASK_EVENT_KIND_ENDED)
		forget(chronicle, event->task_id);
}

struct search {
	enum devtask_record_kind kind;
	uint64_t boottime_ns;
	bool found;
};

/* A device goes and comes more than once; anything else happens to a task once. */
static bool is_other(const struct devtask_record *record, void *context)
{
	struct search *search = context;

	search->found = record->kind == search->kind &&
			((search->kind != DEVTASK_RECORD_DETACHED &&
			  search->kind != DEVTASK_RECORD_ATTACHED) ||
			 record->boottime_ns == search->boottime_ns);
	return !search->found;
}

/* Of the time before this helper: the ring may tell what another one has written down. */
static void catch_up(const struct devtask_event *event, void *context)
{
	struct devtask_chronicle *chronicle = context;
	struct devtask_history_filter filter = {
		.uid = DEVTASK_HISTORY_ALL_USERS, .trigger = event->trigger,
	};
	struct search search = { .boottime_ns = event->time_ns };

	if (!kind_of(event, &search.kind))
		return;
	if (devtask_history_query(chronicle->history, &filter, is_other, &search, NULL) ||
	    search.found)
		return;
	note(chronicle, event, search.kind, NULL);
}

static const struct devtask_supervisor_watch watch = { .event = on_event };

int devtask_chronicle_create(struct devtask_chronicle **chronicle, struct devtask_kernel *kernel,
			     struct devtask_supervisor *supervisor,
			     struct devtask_history *history, struct devtask_error *error)
{
	struct devtask_chronicle *self = calloc(1, sizeof(*self));
	int ret;

	if (!self)
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -ENOMEM, "out of memory");
	self->kernel = kernel;
	self->history = history;
	ret = devtask_supervisor_add_watch(supervisor, &watch, self);
	if (!ret)
		ret = devtask_kernel_event_dump(kernel, catch_up, self, error);
	if (ret) {
		devtask_chronicle_destroy(self);
		return ret;
	}
	*chronicle = self;
	return 0;
}

void devtask_chronicle_destroy(struct devtask_chronicle *chronicle)
{
	if (!chronicle)
		return;
	while (chronicle->entries)
		forget(chronicle, chronicle->entries->task);
	free(chronicle);
}
