// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rule "wall clock since start"; see deadline.h. CLOCK_BOOTTIME: the time that the
 * system sleeps counts, and a limit that passed meanwhile strikes at the wake-up.
 */
#include <linux/hrtimer.h>
#include <linux/timekeeping.h>

#include "deadline.h"
#include "rules.h"
#include "task.h"

static enum hrtimer_restart deadline_timer_fired(struct hrtimer *timer)
{
	struct devtask_task *task = container_of(timer, struct devtask_task, deadline_timer);

	devtask_task_cancel(task, DEVTASK_REASON_EXECUTION_TIME_EXCEEDED,
			    DEVTASK_DETAIL_WALL_CLOCK, ktime_get_boottime_ns() - task->start_ns,
			    task->limits.deadline_ns);
	return HRTIMER_NORESTART;
}

static enum hrtimer_restart warning_timer_fired(struct hrtimer *timer)
{
	struct devtask_task *task = container_of(timer, struct devtask_task, warning_timer);

	set_bit(DEVTASK_TASK_WARN, &task->flags);
	devtask_task_queue_step(task);
	return HRTIMER_NORESTART;
}

void devtask_deadline_init(struct devtask_task *task)
{
	hrtimer_setup(&task->warning_timer, warning_timer_fired, CLOCK_BOOTTIME, HRTIMER_MODE_ABS);
	hrtimer_setup(&task->deadline_timer, deadline_timer_fired, CLOCK_BOOTTIME,
		      HRTIMER_MODE_ABS);
}

/**
 * devtask_deadline_start() - count from the task's start time
 * @task: the task
 */
void devtask_deadline_start(struct devtask_task *task)
{
	u64 warn_after_ns = devtask_rules_warn_after(&task->limits);

	if (warn_after_ns)
		hrtimer_start(&task->warning_timer, ns_to_ktime(task->start_ns + warn_after_ns),
			      HRTIMER_MODE_ABS);
	hrtimer_start(&task->deadline_timer,
		      ns_to_ktime(task->start_ns + task->limits.deadline_ns), HRTIMER_MODE_ABS);
}

/**
 * devtask_deadline_stop() - the rule no longer looks; may sleep
 * @task: the task
 */
void devtask_deadline_stop(struct devtask_task *task)
{
	hrtimer_cancel(&task->warning_timer);
	hrtimer_cancel(&task->deadline_timer);
}
