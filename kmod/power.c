// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sleep is refused while a servicing task has its device; see power.h. This is the last word,
 * for who goes to sleep without asking whether anybody inhibits it.
 */
#include <linux/printk.h>
#include <linux/suspend.h>

#include "label.h"
#include "power.h"
#include "task.h"

static bool needs_the_system(const struct devtask_task *task)
{
	enum devtask_state state = READ_ONCE(task->state);

	return task->label->type == DEVTASK_TYPE_SERVICING &&
	       (state == DEVTASK_STATE_RUNNING || state == DEVTASK_STATE_CANCELING);
}

/* Return: one that does, referenced, or NULL. */
static struct devtask_task *find_task(void)
{
	struct devtask_task *task;
	unsigned long id = 0;

	while ((task = devtask_task_next(&id))) {
		if (needs_the_system(task))
			return task;
		devtask_task_put(task);
		id++;
	}
	return NULL;
}

static int about_to_sleep(struct notifier_block *block, unsigned long action, void *unused)
{
	struct devtask_task *task;

	if (action != PM_SUSPEND_PREPARE && action != PM_HIBERNATION_PREPARE)
		return NOTIFY_DONE;
	task = find_task();
	if (!task)
		return NOTIFY_DONE;
	pr_info_ratelimited("devtask: not going to sleep: task %u (%s) is servicing %s\n",
			    task->id, task->label->program, task->label->device);
	devtask_task_put(task);
	return notifier_from_errno(-EBUSY);
}

static struct notifier_block sleep_notifier = {
	.notifier_call = about_to_sleep,
};

/**
 * devtask_power_init() - have a say in whether the system sleeps
 *
 * Return: 0 or a negative errno.
 */
int devtask_power_init(void)
{
	return register_pm_notifier(&sleep_notifier);
}

void devtask_power_exit(void)
{
	unregister_pm_notifier(&sleep_notifier);
}
