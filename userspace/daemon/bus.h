/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bus - a connection to the system bus that is looked for again when it is not there or goes, each
 * time after a longer pause. Must not know what is said on it.
 */
#ifndef DEVTASK_DAEMON_BUS_H
#define DEVTASK_DAEMON_BUS_H

#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

struct devtask_bus;

struct devtask_bus_events {
	/* There is a new connection: matches are added here. A negative errno gives it up. */
	int (*opened)(sd_bus *bus, void *context);
	/* There is none, or no more. No slot of it will be called again. */
	void (*lost)(const char *why, void *context);
};

/* The first try is made from the loop. @address NULL: the system's. Returns 0 or a negative errno. */
int devtask_bus_create(struct devtask_bus **bus, sd_event *loop, const char *address,
		       const struct devtask_bus_events *events, void *context);
void devtask_bus_destroy(struct devtask_bus *bus);

/* The connection, or NULL. It may be one that is about to be lost. */
sd_bus *devtask_bus_get(const struct devtask_bus *bus);

#endif
