// SPDX-License-Identifier: GPL-2.0-only
/* powerwatch - see powerwatch.h. */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <time.h>

#include <libudev.h>

#include "log.h"
#include "numbers.h"
#include "power.h"
#include "powerwatch.h"

struct watched {
	struct watched *next;
	uint32_t task;
	unsigned int floor_percent;
	bool is_low;		/* it has been told */
	bool is_seen;		/* in this look */
};

struct devtask_powerwatch {
	sd_event *loop;
	devtask_powerwatch_fn *low;
	void *context;
	struct watched *list;
	struct udev *udev;
	struct udev_monitor *monitor;
	sd_event_source *on_monitor;
	sd_event_source *on_timer;
};

static bool is_low(const struct devtask_power *power, unsigned int floor_percent)
{
	return !power->on_ac && (!power->is_known || power->percent <= floor_percent);
}

static struct watched *next_unseen(struct devtask_powerwatch *self)
{
	struct watched *one = self->list;

	while (one && one->is_seen)
		one = one->next;
	return one;
}

/* Who is told may remove any of them, so each round begins at the head. */
static void look(struct devtask_powerwatch *self)
{
	struct devtask_power power;
	struct watched *one;
	bool falls;

	devtask_power_read(&power, NULL);
	for (one = self->list; one; one = one->next)
		one->is_seen = false;
	while ((one = next_unseen(self))) {
		falls = is_low(&power, one->floor_percent) && !one->is_low;
		one->is_low = is_low(&power, one->floor_percent);
		one->is_seen = true;
		if (falls)
			self->low(one->task, &power, one->floor_percent, self->context);
	}
}

static int on_timer(sd_event_source *source, uint64_t usec, void *context)
{
	struct devtask_powerwatch *self = context;

	(void)usec;
	sd_event_source_set_time_relative(source, DEVTASK_POWER_LOOK_US);
	sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
	look(self);
	return 0;
}

static int on_monitor(sd_event_source *source, int fd, uint32_t revents, void *context)
{
	struct devtask_powerwatch *self = context;
	struct udev_device *device;

	(void)source;
	(void)fd;
	(void)revents;
	while ((device = udev_monitor_receive_device(self->monitor)))
		udev_device_unref(device);
	if (self->list)
		look(self);
	return 0;
}

static void stop(struct devtask_powerwatch *self)
{
	self->on_monitor = sd_event_source_disable_unref(self->on_monitor);
	self->on_timer = sd_event_source_disable_unref(self->on_timer);
	if (self->monitor)
		udev_monitor_unref(self->monitor);
	if (self->udev)
		udev_unref(self->udev);
	self->monitor = NULL;
	self->udev = NULL;
}

/* A gauge that falls slowly need not tell, so the timer is no spare but the other half. */
static int start_monitor(struct devtask_powerwatch *self)
{
	self->udev = udev_new();
	if (self->udev)
		self->monitor = udev_monitor_new_from_netlink(self->udev, "udev");
	if (!self->monitor)
		return -errno;
	if (udev_monitor_filter_add_match_subsystem_devtype(self->monitor, "power_supply", NULL) ||
	    udev_monitor_enable_receiving(self->monitor))
		return -EIO;
	return sd_event_add_io(self->loop, &self->on_monitor,
			       udev_monitor_get_fd(self->monitor), EPOLLIN, on_monitor, self);
}

static void start(struct devtask_powerwatch *self)
{
	if (start_monitor(self) < 0)
		log_warning("changes of the battery are noticed late: udev does not tell of them");
	if (sd_event_add_time_relative(self->loop, &self->on_timer, CLOCK_MONOTONIC, 0, 0, on_timer,
				       self) < 0)
		log_warning("the battery is not watched: out of memory");
}

static struct watched **find(struct devtask_powerwatch *self, uint32_t task)
{
	struct watched **link = &self->list;

	while (*link && (*link)->task != task)
		link = &(*link)->next;
	return link;
}

int devtask_powerwatch_add(struct devtask_powerwatch *watch, uint32_t task,
			   unsigned int floor_percent)
{
	struct watched **link = find(watch, task);

	if (*link)
		return 0;
	*link = calloc(1, sizeof(**link));
	if (!*link)
		return -ENOMEM;
	(*link)->task = task;
	(*link)->floor_percent = floor_percent;
	if (!watch->on_timer)
		start(watch);
	else
		sd_event_source_set_time_relative(watch->on_timer, 0);
	return 0;
}

void devtask_powerwatch_remove(struct devtask_powerwatch *watch, uint32_t task)
{
	struct watched **link = find(watch, task), *one = *link;

	if (!one)
		return;
	*link = one->next;
	free(one);
	if (!watch->list)
		stop(watch);
}

int devtask_powerwatch_create(struct devtask_powerwatch **watch, sd_event *loop,
			      devtask_powerwatch_fn *low, void *context)
{
	struct devtask_powerwatch *self = calloc(1, sizeof(*self));

	if (!self)
		return -ENOMEM;
	self->loop = sd_event_ref(loop);
	self->low = low;
	self->context = context;
	*watch = self;
	return 0;
}

void devtask_powerwatch_destroy(struct devtask_powerwatch *watch)
{
	if (!watch)
		return;
	while (watch->list)
		devtask_powerwatch_remove(watch, watch->list->task);
	sd_event_unref(watch->loop);
	free(watch);
}
