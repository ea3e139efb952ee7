// SPDX-License-Identifier: GPL-2.0-only
/* run - see run.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "guid.h"
#include "history.h"
#include "inquiry.h"
#include "message.h"
#include "proto.h"
#include "record.h"
#include "run.h"
#include "supervisor.h"

static void on_reply(const struct devtask_run_reply *reply, void *context)
{
	struct devtask_call *call = context;

	if (reply->started)
		devtask_call_answer(call, devtask_message_started(reply));
	else
		devtask_call_refuse(call, &reply->error);
}

/* One device of the command as the question of an app that is no app. */
static void describe(const struct devtask_run_request *request, const char *device,
		     const struct ucred *sender, struct devtask_ask *ask)
{
	memset(ask, 0, sizeof(*ask));
	ask->kind = DEVTASK_ASK_KIND_REQUEST;
	ask->pid = (uint32_t)sender->pid;
	ask->uid = sender->uid;
	ask->gid = sender->gid;
	ask->type = request->type;
	ask->estimate_ns = request->estimate_ns;
	snprintf(ask->device, sizeof(ask->device), "%s", device);
	snprintf(ask->arguments, sizeof(ask->arguments), "%s",
		 request->arguments ? request->arguments : "");
	memcpy(ask->trigger, request->trigger, sizeof(ask->trigger));
}

/* ADM-2: a command that is refused leaves the same records as a request. */
static void note(struct devtask_history *history, const struct devtask_run_request *request,
		 const struct devtask_ask *ask, const struct devtask_inquiry *inquiry,
		 const struct devtask_admission *admission)
{
	struct devtask_record record = {
		.kind = DEVTASK_RECORD_REQUESTED,
		.type = ask->type,
		.uid = ask->uid,
		.trigger = ask->trigger,
		.device = ask->device,
		.hardware_id = inquiry->facts.attached ? inquiry->device.hardware_id : NULL,
		.program = request->program,
		.arguments = *ask->arguments ? ask->arguments : NULL,
	};

	devtask_history_note(history, &record);
	record.kind = DEVTASK_RECORD_DENIED;
	record.has = DEVTASK_RECORD_HAS_VERDICT | DEVTASK_RECORD_HAS_MEASURED;
	record.verdict = admission->verdict;
	record.reasons = admission->reasons;
	record.measured = admission->measured;
	record.required = admission->required;
	record.sentence = admission->sentence;
	devtask_history_note(history, &record);
}

static int refuse(const struct devtask_inquiry *inquiry, const struct devtask_admission *admission,
		  struct devtask_error *error)
{
	/* It knows more: no such node, several that match. */
	if (!inquiry->facts.attached && inquiry->device_error.err) {
		*error = inquiry->device_error;
		return error->err;
	}
	return devtask_error_set(error, admission->verdict == DEVTASK_VERDICT_LOW_BATTERY ?
				 DEVTASK_EXIT_LOW_BATTERY : DEVTASK_EXIT_DENIED_BY_SYSTEM, -EPERM,
				 "%s", admission->sentence);
}

/* The rules of an app's request, as far as they are not about the app. */
static int judge(const struct devtask_run_rooms *rooms, const struct devtask_run_request *request,
		 const struct ucred *sender, struct devtask_error *error)
{
	struct devtask_inquiry *inquiry = calloc(1, sizeof(*inquiry));
	struct devtask_ask *ask = calloc(1, sizeof(*ask));
	struct devtask_admission admission;
	int ret = 0;

	if (!ask || !inquiry)
		ret = devtask_error_set(error, DEVTASK_EXIT_FAILURE, -ENOMEM, "out of memory");
	for (char *const *device = request->devices; !ret && *device; device++) {
		describe(request, *device, sender, ask);
		devtask_inquiry_make(rooms->sources, ask, DEVTASK_ADMISSION_COMMAND, inquiry);
		devtask_admission_judge(&inquiry->facts, DEVTASK_ADMISSION_COMMAND, &admission);
		if (!admission.reasons)
			continue;
		note(rooms->history, request, ask, inquiry, &admission);
		ret = refuse(inquiry, &admission, error);
	}
	free(inquiry);
	free(ask);
	return ret;
}

/* Handlers: devtask_control_fn. */
static void run(struct devtask_call *call, json_object *json, void *context)
{
	const struct devtask_run_rooms *rooms = context;
	struct devtask_run_request request;
	struct devtask_error error;
	int stdio[DEVTASK_CALL_FDS];
	int ret = devtask_message_read_run(json, &request, &error);

	if (ret) {
		devtask_call_refuse(call, &error);
		return;
	}
	if (!*request.trigger && devtask_guid_make(request.trigger))
		ret = devtask_error_set(&error, DEVTASK_EXIT_FAILURE, -EIO, "no random number");
	if (!ret)
		ret = judge(rooms, &request, devtask_call_sender(call), &error);
	if (ret) {
		devtask_run_request_clear(&request);
		devtask_call_refuse(call, &error);
		return;
	}
	devtask_call_take_descriptors(call, stdio);
	devtask_supervisor_run(rooms->sources->supervisor, &request, NULL, stdio,
			       devtask_call_sender(call)->uid, on_reply, call);
}

bool devtask_run_bars(pid_t pid, void *supervisor)
{
	return devtask_supervisor_holds(supervisor, pid);
}

const struct devtask_control_verb devtask_run_verbs[] = {
	{ "run", DEVTASK_CONTROL_ROOT, DEVTASK_CALL_FDS, run },
	{ 0 },
};
