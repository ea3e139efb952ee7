// SPDX-License-Identifier: GPL-2.0-only
/* run - see run.h. */
#include <json-c/json.h>

#include "message.h"
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

/* Handlers: devtask_control_fn. */
static void run(struct devtask_call *call, json_object *json, void *supervisor)
{
	struct devtask_run_request request;
	struct devtask_error error;
	int stdio[DEVTASK_CALL_FDS];

	if (devtask_message_read_run(json, &request, &error)) {
		devtask_call_refuse(call, &error);
		return;
	}
	devtask_call_take_descriptors(call, stdio);
	devtask_supervisor_run(supervisor, &request, NULL, stdio,
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
