// SPDX-License-Identifier: GPL-2.0-only
/* hold - see hold.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <libudev.h>

#include "clean.h"
#include "hold.h"
#include "holder.h"
#include "holdfilter.h"
#include "job.h"
#include "kernel.h"
#include "log.h"
#include "plan.h"
#include "proto.h"
#include "siblings.h"
#include "supervisor.h"

/* One device of one task. Its list of nodes follows what comes and goes. */
struct held {
	struct held *next;
	uint32_t task;
	char trigger[37];
	uint64_t cgroup;
	uint32_t told_pid;		/* whom the journal has named last */
	dev_t told_number;
	struct devtask_siblings nodes;
};

struct devtask_hold {
	sd_event *loop;
	struct devtask_kernel *kernel;
	struct devtask_supervisor *supervisor;
	struct devtask_holdfilter *filter;	/* the next four: only while something is held */
	struct udev_monitor *monitor;
	sd_event_source *on_turned_away;
	sd_event_source *on_node;
	struct held *list;
};

static int shut(struct devtask_hold *hold, const struct held *held,
		const struct devtask_sibling *node, struct devtask_error *error)
{
	return devtask_holdfilter_shut(hold->filter, &(struct devtask_holdfilter_node) {
		.is_block = node->is_block, .number = node->number, .task = held->task,
		.cgroup = held->cgroup }, error);
}

static void remove_held(struct devtask_hold *hold, struct held *held)
{
	struct held **link = &hold->list;

	for (size_t i = 0; i < held->nodes.count; i++)
		devtask_holdfilter_open(hold->filter, held->nodes.list[i].is_block,
					held->nodes.list[i].number);
	while (*link != held)
		link = &(*link)->next;
	*link = held->next;
	free(held);
}

static void stop_watching(struct devtask_hold *hold)
{
	hold->on_node = sd_event_source_disable_unref(hold->on_node);
	hold->on_turned_away = sd_event_source_disable_unref(hold->on_turned_away);
	hold->monitor = udev_monitor_unref(hold->monitor);
	devtask_holdfilter_destroy(hold->filter);
	hold->filter = NULL;
}

static void let_go(struct devtask_hold *hold, uint32_t task)
{
	struct held *held, *next;

	for (held = hold->list; held; held = next) {
		next = held->next;
		if (held->task == task)
			remove_held(hold, held);
	}
	if (!hold->list)
		stop_watching(hold);
}

static struct held *find(const struct devtask_hold *hold, uint32_t task, const char *device)
{
	struct held *held = hold->list;

	while (held && (held->task != task || (device && strcmp(held->nodes.device, device))))
		held = held->next;
	return held;
}

static void node_came(struct devtask_hold *hold, struct udev_device *udev)
{
	struct devtask_sibling node;
	struct devtask_error error;

	for (struct held *held = hold->list; held; held = held->next) {
		if (!devtask_siblings_add_up(udev, held->nodes.device, &node) ||
		    devtask_siblings_have(&held->nodes, node.is_block, node.number))
			continue;
		if (held->nodes.count == DEVTASK_SIBLINGS_MAX)
			devtask_error_set(&error, DEVTASK_EXIT_FAILURE, -E2BIG, "too many nodes");
		else if (!shut(hold, held, &node, &error)) {
			held->nodes.list[held->nodes.count++] = node;
			continue;
		}
		devtask_log(LOG_WARNING, held->trigger, "%s is not task %u's alone: %s", node.node,
			    held->task, error.text);
	}
}

/* Its number may be another device's next. */
static void node_went(struct devtask_hold *hold, struct udev_device *udev)
{
	const char *subsystem = udev_device_get_subsystem(udev);
	bool is_block = subsystem && !strcmp(subsystem, "block");
	dev_t number = udev_device_get_devnum(udev);

	for (struct held *held = hold->list; held; held = held->next) {
		struct devtask_siblings *nodes = &held->nodes;

		for (size_t i = 0; i < nodes->count; i++) {
			if (nodes->list[i].number != number || nodes->list[i].is_block != is_block)
				continue;
			devtask_holdfilter_open(hold->filter, is_block, number);
			nodes->list[i--] = nodes->list[--nodes->count];
		}
	}
}

static int on_node(sd_event_source *source, int fd, uint32_t revents, void *context)
{
	struct devtask_hold *hold = context;
	struct udev_device *udev;
	const char *action;

	(void)source;
	(void)fd;
	(void)revents;
	while ((udev = udev_monitor_receive_device(hold->monitor))) {
		action = udev_device_get_action(udev);
		if (action && udev_device_get_devnum(udev)) {
			if (!strcmp(action, "add"))
				node_came(hold, udev);
			else if (!strcmp(action, "remove"))
				node_went(hold, udev);
		}
		udev_device_unref(udev);
	}
	return 0;
}

static const char *name_of(const struct held *held, dev_t number)
{
	for (size_t i = 0; i < held->nodes.count; i++)
		if (held->nodes.list[i].number == number)
			return held->nodes.list[i].node;
	return "a node of the device";
}

/* Once for each process, however often it tries. */
static void tell_turned_away(const struct devtask_holdfilter_record *record, void *context)
{
	const dev_t number = makedev(record->major, record->minor);
	struct devtask_hold *hold = context;
	struct held *held = hold->list;
	char name[sizeof(record->name)];

	while (held && (held->task != record->task ||
			!(devtask_siblings_have(&held->nodes, false, number) ||
			  devtask_siblings_have(&held->nodes, true, number))))
		held = held->next;
	if (!held || (held->told_pid == record->pid && held->told_number == number))
		return;
	held->told_pid = record->pid;
	held->told_number = number;
	memcpy(name, record->name, sizeof(name));
	devtask_clean(name);
	devtask_log(LOG_NOTICE, held->trigger,
		    "%s (process %u) was kept from %s, which is task %u's alone until its end",
		    name, record->pid, name_of(held, number), held->task);
}

static int on_turned_away(sd_event_source *source, int fd, uint32_t revents, void *context)
{
	struct devtask_hold *hold = context;

	(void)source;
	(void)fd;
	(void)revents;
	devtask_holdfilter_receive(hold->filter, tell_turned_away, hold);
	return 0;
}

/* The kernel's own news: at that time the node is in /dev, and udev has not told anybody. */
static int start_watching(struct devtask_hold *hold, struct devtask_error *error)
{
	struct udev *udev;
	int ret;

	if (hold->filter)
		return 0;
	ret = devtask_holdfilter_create(&hold->filter, NULL, error);
	if (ret)
		return ret;
	udev = udev_new();
	hold->monitor = udev ? udev_monitor_new_from_netlink(udev, "kernel") : NULL;
	udev_unref(udev);
	ret = hold->monitor ? udev_monitor_enable_receiving(hold->monitor) : -ENOMEM;
	if (ret >= 0)
		ret = sd_event_add_io(hold->loop, &hold->on_node,
				      udev_monitor_get_fd(hold->monitor), EPOLLIN, on_node, hold);
	if (ret >= 0)
		ret = sd_event_add_io(hold->loop, &hold->on_turned_away,
				      devtask_holdfilter_descriptor(hold->filter), EPOLLIN,
				      on_turned_away, hold);
	if (ret >= 0)
		return 0;
	stop_watching(hold);
	return devtask_error_set(error, DEVTASK_EXIT_FAILURE, ret,
				 "cannot watch the nodes of the device: %s", strerror(-ret));
}

/* A guarded descriptor of the task looks like one of the device itself. */
static bool is_of_a_task(pid_t pid, void *supervisor)
{
	return devtask_supervisor_holds(supervisor, pid);
}

static int tell_holder(const struct devtask_hold *hold, const struct devtask_siblings *nodes,
		       struct devtask_error *error)
{
	struct devtask_holder holder;

	if (!devtask_holder_find_any(NULL, nodes, is_of_a_task, hold->supervisor, &holder))
		return 0;
	return devtask_error_set(error, DEVTASK_EXIT_DENIED_BY_SYSTEM, -EBUSY,
		"%s is held open by %s (process %d); it must close it first", holder.node,
		holder.name, holder.pid);
}

/*
 * Shuts first and looks for holders then, so that nobody slips through between. On -EBUSY the
 * nodes are shut; on another error they are as they were.
 */
static int take(struct devtask_hold *hold, const struct held *whose, dev_t number,
		struct devtask_error *error)
{
	struct held *held = calloc(1, sizeof(*held)), *old;
	int ret;

	if (!held)
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -ENOMEM, "out of memory");
	*held = *whose;
	ret = start_watching(hold, error);
	if (!ret)
		ret = devtask_siblings_find(number, &held->nodes, error);
	for (size_t i = 0; !ret && i < held->nodes.count; i++)
		ret = shut(hold, held, &held->nodes.list[i], error);
	if (ret) {
		for (size_t i = 0; hold->filter && i < held->nodes.count; i++)
			if (!find(hold, whose->task, held->nodes.device))
				devtask_holdfilter_open(hold->filter,
							held->nodes.list[i].is_block,
							held->nodes.list[i].number);
		free(held);
		if (!hold->list)
			stop_watching(hold);
		return ret;
	}
	old = find(hold, held->task, held->nodes.device);
	if (old) {
		old->nodes = held->nodes;
		free(held);
		held = old;
	} else {
		held->next = hold->list;
		hold->list = held;
	}
	return tell_holder(hold, &held->nodes, error);
}

static struct held whose(const struct devtask_job *job)
{
	struct held held = { .task = job->id };
	struct stat st;

	memcpy(held.trigger, job->trigger, sizeof(held.trigger));
	if (job->cgroup >= 0 && !fstat(job->cgroup, &st))
		held.cgroup = st.st_ino;
	return held;
}

static int made(const struct devtask_job *job, void *context, struct devtask_error *error)
{
	struct devtask_hold *hold = context;
	const struct held owner = whose(job);
	int ret = 0;

	if (job->type != DEVTASK_TYPE_SERVICING)
		return 0;
	for (int i = 0; !ret && i < job->plan->device_count; i++)
		ret = take(hold, &owner, job->plan->devices[i].number, error);
	return ret;		/* left() comes in any case */
}

struct adoption {
	struct devtask_hold *hold;
	const struct devtask_job *job;
};

static void adopt_claim(const struct devtask_claim *claim, void *context)
{
	const struct adoption *adoption = context;
	const struct devtask_job *job = adoption->job;
	const struct held owner = whose(job);
	struct devtask_error error;

	if (claim->task_id != job->id || claim->state != DEVTASK_CLAIM_STATE_LIVE)
		return;
	if (take(adoption->hold, &owner, makedev(claim->major, claim->minor), &error))
		devtask_log(LOG_WARNING, job->trigger, "task %u's device is not its alone: %s",
			    job->id, error.text);
}

/* Only a task that was taken over is not held yet. */
static void begun(const struct devtask_job *job, void *context)
{
	struct devtask_hold *hold = context;
	struct adoption adoption = { hold, job };
	struct devtask_error error;

	if (job->type != DEVTASK_TYPE_SERVICING || find(hold, job->id, NULL))
		return;
	if (devtask_kernel_claim_dump(hold->kernel, adopt_claim, &adoption, &error))
		devtask_log(LOG_WARNING, job->trigger, "task %u's device is not its alone: %s",
			    job->id, error.text);
}

static void left(const struct devtask_job *job, void *context)
{
	if (job->has_id)
		let_go(context, job->id);
}

int devtask_hold_move(struct devtask_hold *hold, uint32_t task, const char *node,
		      struct devtask_error *error)
{
	const struct held *old = find(hold, task, NULL);
	struct held owner;
	struct stat st;

	if (!old)
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -ENOENT,
					 "task %u holds no device", task);
	if (stat(node, &st))
		return devtask_error_set(error, DEVTASK_EXIT_NOT_THERE, -errno, "%s: %s", node,
					 strerror(errno));
	owner = *old;
	return take(hold, &owner, st.st_rdev, error);
}

int devtask_hold_create(struct devtask_hold **hold, sd_event *loop, struct devtask_kernel *kernel,
			struct devtask_supervisor *supervisor, struct devtask_error *error)
{
	static const struct devtask_supervisor_watch watch = {
		.made = made, .begun = begun, .left = left,
	};
	struct devtask_hold *self = calloc(1, sizeof(*self));

	if (!self)
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -ENOMEM, "out of memory");
	self->loop = sd_event_ref(loop);
	self->kernel = kernel;
	self->supervisor = supervisor;
	if (devtask_supervisor_add_watch(supervisor, &watch, self)) {
		devtask_hold_destroy(self);
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -ENOSPC,
					 "too many rooms watch tasks");
	}
	*hold = self;
	return 0;
}

void devtask_hold_destroy(struct devtask_hold *hold)
{
	if (!hold)
		return;
	while (hold->list)
		let_go(hold, hold->list->task);
	sd_event_unref(hold->loop);
	free(hold);
}
