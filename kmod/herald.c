// SPDX-License-Identifier: GPL-2.0-only
/* Who is told what; see herald.h. */
#include <linux/poll.h>
#include <linux/timekeeping.h>

#include "claim.h"
#include "custody.h"
#include "herald.h"
#include "label.h"
#include "run.h"
#include "task.h"
#include "trace.h"

/**
 * devtask_herald_tell() - something has happened to a task
 * @task: locked
 * @event: what, with its own numbers; everything else is filled in here
 *
 * May sleep.
 */
void devtask_herald_tell(struct devtask_task *task, struct devtask_event event)
{
	struct devtask_count sum = devtask_custody_sum(task);

	event.label = task->label;
	if (!event.time_ns)
		event.time_ns = ktime_get_boottime_ns();
	event.ops = sum.ops;
	event.bytes = sum.bytes;
	if (task->start_ns && event.time_ns > task->start_ns)
		event.duration_ns = event.time_ns - task->start_ns;
	if (event.kind != DEVTASK_EVENT_KIND_VIOLATED && devtask_task_canceled(task)) {
		event.canceled = true;
		event.reason = task->cancellation.reason;
		event.detail = task->cancellation.detail;
	}
	devtask_event_emit(&event);
	devtask_run_tell(task, &event);
}

static void tell_task_too(struct devtask_task *task, struct devtask_event event)
{
	struct devtask_notice notice = {
		.kind = event.kind,
		.time_ns = ktime_get_boottime_ns(),
		.measured_ns = event.measured_ns,
		.required_ns = event.required_ns,
		.claim_index = event.claim_index,
	};

	event.time_ns = notice.time_ns;
	devtask_herald_tell(task, event);
	devtask_notice_add(&task->notices, &notice);
	wake_up_poll(&task->wait, EPOLLPRI);
}

/**
 * devtask_herald_tell_device() - a device of a task is gone or back (APP-8)
 * @task: locked
 * @kind: DEVTASK_EVENT_KIND_DETACHED or _ATTACHED
 * @claim: which; for a device that is back the new one
 */
void devtask_herald_tell_device(struct devtask_task *task, enum devtask_event_kind kind,
				const struct devtask_claim *claim)
{
	trace_devtask_device(task->id, claim->id, kind == DEVTASK_EVENT_KIND_ATTACHED);
	tell_task_too(task, (struct devtask_event) {
		.kind = kind,
		.claim_id = claim->id,
		.claim_index = devtask_custody_index(claim),
	});
}

/**
 * devtask_herald_tell_warning() - the deadline of a task is near (RUN-1)
 * @task: locked
 */
void devtask_herald_tell_warning(struct devtask_task *task)
{
	tell_task_too(task, (struct devtask_event) {
		.kind = DEVTASK_EVENT_KIND_WARNING,
		.measured_ns = ktime_get_boottime_ns() - task->start_ns,
		.required_ns = task->limits.deadline_ns,
	});
}

/**
 * devtask_herald_tell_violations() - developer mode: what would have cancelled it (ADM-4)
 * @task: locked
 */
void devtask_herald_tell_violations(struct devtask_task *task)
{
	struct devtask_cancellation what;

	while (devtask_task_next_violation(task, &what))
		devtask_herald_tell(task, (struct devtask_event) {
			.kind = DEVTASK_EVENT_KIND_VIOLATED,
			.time_ns = what.time_ns,
			.canceled = true,
			.reason = what.reason,
			.detail = what.detail,
			.measured_ns = what.measured_ns,
			.required_ns = what.required_ns,
		});
}
