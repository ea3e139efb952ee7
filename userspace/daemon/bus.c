// SPDX-License-Identifier: GPL-2.0-only
/* bus - see bus.h. */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bus.h"
#include "numbers.h"

#define SYSTEM_BUS	"unix:path=/run/dbus/system_bus_socket"
#define LOCAL		"org.freedesktop.DBus.Local"

struct devtask_bus {
	sd_event *loop;
	char *address;
	const struct devtask_bus_events *events;
	void *context;
	sd_bus *bus;
	sd_event_source *on_timer;
	uint64_t pause_us;		/* until the next try */
};

static void lose(struct devtask_bus *self, const char *why)
{
	sd_bus *bus = self->bus;

	self->bus = NULL;
	self->events->lost(why, self->context);
	sd_bus_close_unref(bus);
	sd_event_source_set_time_relative(self->on_timer, self->pause_us);
	sd_event_source_set_enabled(self->on_timer, SD_EVENT_ONESHOT);
	if (self->pause_us < DEVTASK_BUS_RETRY_MAX_US)
		self->pause_us *= 2;
}

/* sd-bus holds a reference while it calls, so the connection may be dropped here. */
static int on_disconnected(sd_bus_message *message, void *context, sd_bus_error *error)
{
	(void)message;
	(void)error;
	lose(context, "the bus has gone");
	return 0;
}

/* It answered: the next loss is a new one. */
static int on_connected(sd_bus_message *message, void *context, sd_bus_error *error)
{
	struct devtask_bus *self = context;

	(void)message;
	(void)error;
	self->pause_us = DEVTASK_BUS_RETRY_US;
	return 0;
}

static int open_bus(struct devtask_bus *self)
{
	int ret = sd_bus_new(&self->bus);

	if (ret >= 0)
		ret = sd_bus_set_address(self->bus, self->address);
	if (ret >= 0)
		ret = sd_bus_set_bus_client(self->bus, true);
	if (ret >= 0)
		ret = sd_bus_set_connected_signal(self->bus, true);
	if (ret >= 0)
		ret = sd_bus_start(self->bus);
	if (ret >= 0)
		ret = sd_bus_attach_event(self->bus, self->loop, SD_EVENT_PRIORITY_NORMAL);
	if (ret >= 0)
		ret = sd_bus_match_signal(self->bus, NULL, LOCAL, NULL, LOCAL, "Disconnected",
					  on_disconnected, self);
	if (ret >= 0)
		ret = sd_bus_match_signal(self->bus, NULL, LOCAL, NULL, LOCAL, "Connected",
					  on_connected, self);
	return ret < 0 ? ret : self->events->opened(self->bus, self->context);
}

static int on_timer(sd_event_source *source, uint64_t usec, void *context)
{
	struct devtask_bus *self = context;
	int ret = open_bus(self);

	(void)source;
	(void)usec;
	if (ret < 0)
		lose(self, strerror(-ret));
	return 0;
}

int devtask_bus_create(struct devtask_bus **bus, sd_event *loop, const char *address,
		       const struct devtask_bus_events *events, void *context)
{
	struct devtask_bus *self = calloc(1, sizeof(*self));
	int ret = -ENOMEM;

	if (self)
		self->address = strdup(address ? address : SYSTEM_BUS);
	if (self && self->address) {
		self->loop = sd_event_ref(loop);
		self->events = events;
		self->context = context;
		self->pause_us = DEVTASK_BUS_RETRY_US;
		ret = sd_event_add_time_relative(loop, &self->on_timer, CLOCK_MONOTONIC, 0, 0,
						 on_timer, self);
	}
	if (ret < 0) {
		devtask_bus_destroy(self);
		return ret;
	}
	*bus = self;
	return 0;
}

void devtask_bus_destroy(struct devtask_bus *bus)
{
	if (!bus)
		return;
	sd_event_source_disable_unref(bus->on_timer);
	sd_bus_close_unref(bus->bus);
	sd_event_unref(bus->loop);
	free(bus->address);
	free(bus);
}

sd_bus *devtask_bus_get(const struct devtask_bus *bus)
{
	return bus->bus;
}
