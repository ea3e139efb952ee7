// SPDX-License-Identifier: GPL-2.0-only
/* rates - see rates.h. */
#include <string.h>

#include "duration.h"
#include "rates.h"

/* Numbers are never given twice, but a module that was loaded again begins anew: triggers tell. */
static const struct devtask_pace *find(const struct devtask_pace *paces, size_t count,
				       const struct devtask_task *task)
{
	for (size_t i = 0; i < count; i++)
		if (paces[i].task.id == task->id && !strcmp(paces[i].task.trigger, task->trigger))
			return &paces[i];
	return NULL;
}

static double per_second(uint64_t now, uint64_t before, uint64_t span_ns)
{
	return now > before ? (double)(now - before) * (double)DEVTASK_NSEC_PER_SEC /
			      (double)span_ns : 0;
}

static void set(struct devtask_pace *now, const struct devtask_pace *before)
{
	const struct devtask_task *task = &now->task;
	const struct devtask_task *old = before ? &before->task : NULL;
	uint64_t begin_ns = old ? old->elapsed_ns : 0;

	now->has_rates = devtask_has(task, DEVTASK_A_TASK_ELAPSED_NS) &&
			 task->elapsed_ns > begin_ns;
	if (!now->has_rates)
		return;
	now->ops = per_second(task->ops, old ? old->ops : 0, task->elapsed_ns - begin_ns);
	now->bytes = per_second(task->bytes, old ? old->bytes : 0, task->elapsed_ns - begin_ns);
	now->cpu = per_second(now->cpu_ns, before && before->has_cpu ? before->cpu_ns : 0,
			      task->elapsed_ns - begin_ns) / (double)DEVTASK_NSEC_PER_SEC;
	/* What it used before cannot be told from what it used since. */
	if (before && !before->has_cpu)
		now->has_cpu = false;
}

void devtask_rates_set(struct devtask_pace *now, size_t count, const struct devtask_pace *before,
		       size_t before_count)
{
	for (size_t i = 0; i < count; i++)
		set(&now[i], find(before, before_count, &now[i].task));
}
