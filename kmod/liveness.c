// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rule "regular I/O"; see liveness.h.
 *
 * An I/O only stores the tick that it completed in. One timer per task looks at that stamp
 * when it fires and sleeps until the stamp's own limit, so an I/O never touches a timer.
 * CLOCK_MONOTONIC and jiffies both stand still while the system sleeps.
 */
#include <linux/hrtimer.h>
#include <linux/jiffies.h>

#include "liveness.h"
#include "rules.h"
#include "task.h"

static struct devtask_idle look(const struct devtask_task *task, unsigned long *since)
{
	*since = jiffies - READ_ONCE(task->last_io);
	/* A CPU may have stamped a tick that this one has not seen yet. */
	if ((long)*since < 0)
		*since = 0;
	return devtask_rules_idle(*since, nsecs_to_jiffies64(task->limits.io_interval_ns));
}

static enum hrtimer_restart idle_timer_fired(struct hrtimer *timer)
{
	struct devtask_task *task = container_of(timer, struct devtask_task, idle_timer);
	unsigned long since;
	struct devtask_idle idle = look(task, &since);

	if (idle.expired) {
		devtask_task_cancel(task, DEVTASK_REASON_IDLE_TASK, DEVTASK_DETAIL_NO_IO,
				    jiffies64_to_nsecs(since), task->limits.io_interval_ns);
		if (!task->report_only)
			return HRTIMER_NORESTART;
		/* Developer mode (ADM-4): one violation for each interval. */
		hrtimer_forward_now(timer, ns_to_ktime(task->limits.io_interval_ns));
		return HRTIMER_RESTART;
	}
	hrtimer_forward_now(timer, ns_to_ktime(idle.wait_ticks * TICK_NSEC));
	return HRTIMER_RESTART;
}

void devtask_liveness_init(struct devtask_task *task)
{
	hrtimer_setup(&task->idle_timer, idle_timer_fired, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
}

/**
 * devtask_liveness_start() - the first interval starts now, if the task has the rule
 * @task: the task
 */
void devtask_liveness_start(struct devtask_task *task)
{
	WRITE_ONCE(task->last_io, jiffies);
	if (task->limits.io_interval_ns)
		hrtimer_start(&task->idle_timer, ns_to_ktime(task->limits.io_interval_ns),
			      HRTIMER_MODE_REL);
}

/**
 * devtask_liveness_stop() - the rule no longer looks; may sleep
 * @task: the task
 */
void devtask_liveness_stop(struct devtask_task *task)
{
	hrtimer_cancel(&task->idle_timer);
}
