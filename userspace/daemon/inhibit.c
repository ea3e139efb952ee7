// SPDX-License-Identifier: GPL-2.0-only
/*
 * inhibit - see inhibit.h.
 *
 * A servicing has a lock of its own, which says whose it is. All uses share one, which is there while
 * there is one of them. logind waits for a delay no longer than its InhibitDelayMaxSec (5 s), so
 * nothing is ever left blocked by a use.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bus.h"
#include "clean.h"
#include "inhibit.h"
#include "log.h"
#include "names.h"

#define LOGIND		"org.freedesktop.login1"
#define LOGIND_PATH	"/org/freedesktop/login1"
#define MANAGER		LOGIND ".Manager"
#define IN_PROGRESS	LOGIND ".OperationInProgress"

/* logind obeys the lid in spite of a lock for sleep, by default (LidSwitchIgnoreInhibited=). */
#define WHAT_SERVICING	"sleep:shutdown:handle-lid-switch"
#define WHAT_USE	"sleep:shutdown"

struct lock {
	struct devtask_inhibit *owner;
	const char *what;
	const char *mode;
	char who[300];
	char why[400];
	sd_bus_slot *asking;	/* an answer is on its way */
	int fd;
};

struct task {
	struct task *next;
	uint32_t id;
	uint32_t type;
	struct lock lock;	/* of a servicing */
};

struct devtask_inhibit {
	struct devtask_bus *bus;
	const struct devtask_inhibit_events *events;
	void *context;
	struct task *tasks;
	struct lock delay;
	bool sleeps;
	bool shuts_down;
	bool has_complained;
};

static void init_lock(struct devtask_inhibit *self, struct lock *lock, const char *what,
		      const char *mode)
{
	*lock = (struct lock) { .owner = self, .what = what, .mode = mode, .fd = -1 };
}

static void drop_lock(struct lock *lock)
{
	lock->asking = sd_bus_slot_unref(lock->asking);
	if (lock->fd >= 0)
		close(lock->fd);
	lock->fd = -1;
}

static void complain(struct devtask_inhibit *self, const char *why)
{
	if (!self->has_complained)
		log_warning("logind does not hold off sleep and shutdown (%s); while tasks run, "
			    "do not let the computer sleep", why);
	self->has_complained = true;
}

/* A use that is there, or that comes meanwhile, is the owner's to end. */
static void leave(struct devtask_inhibit *self)
{
	self->events->leaving(self->context);
}

static int take_descriptor(sd_bus_message *reply, struct lock *lock)
{
	int ret, fd;

	ret = sd_bus_message_read(reply, "h", &fd);
	if (ret < 0)
		return ret;
	/* The message closes its own. */
	lock->fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	return lock->fd < 0 ? -errno : 0;
}

static int on_lock(sd_bus_message *reply, void *context, sd_bus_error *error)
{
	struct lock *lock = context;
	struct devtask_inhibit *self = lock->owner;
	int ret;

	(void)error;
	lock->asking = sd_bus_slot_unref(lock->asking);
	/* Too late to hold it off: the end of the announcement brings another try. */
	if (sd_bus_message_is_method_error(reply, IN_PROGRESS)) {
		leave(self);
		return 0;
	}
	if (sd_bus_message_is_method_error(reply, NULL)) {
		complain(self, sd_bus_message_get_error(reply)->message);
		return 0;
	}
	ret = take_descriptor(reply, lock);
	if (ret)
		complain(self, strerror(-ret));
	else
		self->has_complained = false;
	return 0;
}

static void take_lock(struct lock *lock)
{
	sd_bus *bus = devtask_bus_get(lock->owner->bus);
	sd_bus_message *message = NULL;
	int ret;

	if (!bus || lock->fd >= 0 || lock->asking)
		return;
	ret = sd_bus_message_new_method_call(bus, &message, LOGIND, LOGIND_PATH, MANAGER, "Inhibit");
	if (ret >= 0)
		ret = sd_bus_message_set_auto_start(message, false);
	if (ret >= 0)
		ret = sd_bus_message_append(message, "ssss", lock->what, lock->who, lock->why,
					    lock->mode);
	if (ret >= 0)
		ret = sd_bus_call_async(bus, &lock->asking, message, on_lock, lock, 0);
	sd_bus_message_unref(message);
	if (ret < 0)
		complain(lock->owner, strerror(-ret));
}

static bool has_use(const struct devtask_inhibit *self)
{
	for (const struct task *task = self->tasks; task; task = task->next)
		if (task->type == DEVTASK_TYPE_USE)
			return true;
	return false;
}

/* What should be held and is not. */
static void take_all(struct devtask_inhibit *self)
{
	for (struct task *task = self->tasks; task; task = task->next)
		if (task->type == DEVTASK_TYPE_SERVICING)
			take_lock(&task->lock);
	if (has_use(self))
		take_lock(&self->delay);
}

static int hear(struct devtask_inhibit *self, sd_bus_message *message, bool *state,
		const char *what)
{
	int begins;

	if (sd_bus_message_read(message, "b", &begins) < 0)
		return 0;
	*state = begins;
	if (begins && has_use(self))
		log_info("the computer %s: tasks of type use are ended first", what);
	if (begins)
		leave(self);
	else
		take_all(self);
	return 0;
}

static int on_sleep(sd_bus_message *message, void *context, sd_bus_error *error)
{
	struct devtask_inhibit *self = context;

	(void)error;
	return hear(self, message, &self->sleeps, "goes to sleep");
}

static int on_shutdown(sd_bus_message *message, void *context, sd_bus_error *error)
{
	struct devtask_inhibit *self = context;

	(void)error;
	return hear(self, message, &self->shuts_down, "shuts down");
}

/* A logind that starts anew finds the locks of the one before; what is missing is taken. */
static int on_owner(sd_bus_message *message, void *context, sd_bus_error *error)
{
	struct devtask_inhibit *self = context;
	const char *name, *old, *fresh;

	(void)error;
	if (sd_bus_message_read(message, "sss", &name, &old, &fresh) < 0)
		return 0;
	self->sleeps = self->shuts_down = false;
	if (*fresh)
		take_all(self);
	return 0;
}

/* The matches go out before the first lock is asked for: no announcement is missed. */
static int on_opened(sd_bus *bus, void *context)
{
	static const char owner[] = "type='signal',sender='org.freedesktop.DBus',"
		"member='NameOwnerChanged',arg0='" LOGIND "'";
	struct devtask_inhibit *self = context;
	int ret = sd_bus_add_match_async(bus, NULL, owner, on_owner, NULL, self);

	if (ret >= 0)
		ret = sd_bus_match_signal_async(bus, NULL, LOGIND, LOGIND_PATH, MANAGER,
						"PrepareForSleep", on_sleep, NULL, self);
	if (ret >= 0)
		ret = sd_bus_match_signal_async(bus, NULL, LOGIND, LOGIND_PATH, MANAGER,
						"PrepareForShutdown", on_shutdown, NULL, self);
	if (ret >= 0)
		take_all(self);
	return ret;
}

/* Descriptors that are there go on to count; answers will not come any more. */
static void on_lost(const char *why, void *context)
{
	struct devtask_inhibit *self = context;

	self->sleeps = self->shuts_down = false;
	for (struct task *task = self->tasks; task; task = task->next)
		task->lock.asking = sd_bus_slot_unref(task->lock.asking);
	self->delay.asking = sd_bus_slot_unref(self->delay.asking);
	if (self->tasks)
		complain(self, why);
}

static struct task **find(struct devtask_inhibit *self, uint32_t id)
{
	struct task **link = &self->tasks;

	while (*link && (*link)->id != id)
		link = &(*link)->next;
	return link;
}

static void describe(struct lock *lock, const char *who, const char *device)
{
	snprintf(lock->who, sizeof(lock->who), "devtask%s%.255s%s", *who ? " (" : "", who,
		 *who ? ")" : "");
	snprintf(lock->why, sizeof(lock->why), "%.255s is being updated and may be damaged",
		 *device ? device : "a device");
	devtask_clean(lock->who);
	devtask_clean(lock->why);
}

void devtask_inhibit_add(struct devtask_inhibit *inhibit, uint32_t id, uint32_t type,
			 const char *who, const char *device)
{
	struct task **link = find(inhibit, id), *task = *link;

	if (task)
		return;
	task = calloc(1, sizeof(*task));
	if (!task) {
		complain(inhibit, "out of memory");
		return;
	}
	task->id = id;
	task->type = type;
	init_lock(inhibit, &task->lock, WHAT_SERVICING, "block");
	describe(&task->lock, who, device);
	*link = task;
	take_all(inhibit);
}

void devtask_inhibit_remove(struct devtask_inhibit *inhibit, uint32_t id)
{
	struct task **link = find(inhibit, id), *task = *link;

	if (!task)
		return;
	*link = task->next;
	drop_lock(&task->lock);
	free(task);
	if (!has_use(inhibit))
		drop_lock(&inhibit->delay);
}

bool devtask_inhibit_is_leaving(const struct devtask_inhibit *inhibit)
{
	return inhibit->sleeps || inhibit->shuts_down;
}

unsigned int devtask_inhibit_count(const struct devtask_inhibit *inhibit)
{
	unsigned int count = inhibit->delay.fd >= 0;

	for (const struct task *task = inhibit->tasks; task; task = task->next)
		count += task->lock.fd >= 0;
	return count;
}

int devtask_inhibit_create(struct devtask_inhibit **inhibit, sd_event *loop, const char *address,
			   const struct devtask_inhibit_events *events, void *context)
{
	static const struct devtask_bus_events bus_events = { on_opened, on_lost };
	struct devtask_inhibit *self = calloc(1, sizeof(*self));
	int ret = -ENOMEM;

	if (!self)
		return ret;
	self->events = events;
	self->context = context;
	init_lock(self, &self->delay, WHAT_USE, "delay");
	snprintf(self->delay.who, sizeof(self->delay.who), "devtask");
	snprintf(self->delay.why, sizeof(self->delay.why), "tasks that use devices stop first");
	ret = devtask_bus_create(&self->bus, loop, address, &bus_events, self);
	if (ret < 0) {
		free(self);
		return ret;
	}
	*inhibit = self;
	return 0;
}

void devtask_inhibit_destroy(struct devtask_inhibit *inhibit)
{
	if (!inhibit)
		return;
	while (inhibit->tasks)
		devtask_inhibit_remove(inhibit, inhibit->tasks->id);
	drop_lock(&inhibit->delay);
	devtask_bus_destroy(inhibit->bus);
	free(inhibit);
}
