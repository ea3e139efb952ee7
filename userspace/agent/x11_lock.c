// SPDX-License-Identifier: GPL-2.0-only
/* x11_lock - see x11_lock.h. What cannot be read, once there was a bus, is locked. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <systemd/sd-bus.h>

#include "x11_lock.h"

#define LOGIND			"org.freedesktop.login1"
#define SESSION			"org.freedesktop.login1.Session"
#define FOLDER			"/org/freedesktop/login1/session"
#define PROPERTIES		"org.freedesktop.DBus.Properties"
#define DISCONNECTED_PATH	"/org/freedesktop/DBus/Local"
#define DISCONNECTED		"org.freedesktop.DBus.Local"

struct devtask_x11_lock {
	sd_bus *bus;
	char *path;
	bool is_locked;
	devtask_x11_lock_fn *fn;
	void *context;
};

static void read_hint(struct devtask_x11_lock *lock)
{
	int value = 1;

	if (sd_bus_get_property_trivial(lock->bus, LOGIND, lock->path, SESSION, "LockedHint", NULL,
					'b', &value) < 0)
		value = 1;
	lock->is_locked = value;
}

static int on_change(sd_bus_message *message, void *context, sd_bus_error *error)
{
	struct devtask_x11_lock *lock = context;

	(void)message;
	(void)error;
	read_hint(lock);
	lock->fn(lock->context);
	return 0;
}

static int on_disconnect(sd_bus_message *message, void *context, sd_bus_error *error)
{
	struct devtask_x11_lock *lock = context;

	(void)message;
	(void)error;
	lock->is_locked = true;
	lock->fn(lock->context);
	return 0;
}

static int begin(struct devtask_x11_lock *lock, sd_event *loop, const char *session)
{
	int ret = sd_bus_path_encode(FOLDER, session, &lock->path);

	if (ret >= 0)
		ret = sd_bus_match_signal(lock->bus, NULL, LOGIND, lock->path, PROPERTIES,
					  "PropertiesChanged", on_change, lock);
	if (ret >= 0)
		ret = sd_bus_match_signal(lock->bus, NULL, NULL, DISCONNECTED_PATH, DISCONNECTED,
					  "Disconnected", on_disconnect, lock);
	if (ret >= 0)
		ret = sd_bus_attach_event(lock->bus, loop, SD_EVENT_PRIORITY_NORMAL);
	if (ret >= 0)
		read_hint(lock);
	return ret < 0 ? ret : 0;
}

int devtask_x11_lock_create(struct devtask_x11_lock **lock, sd_event *loop, const char *session,
			    devtask_x11_lock_fn *fn, void *context)
{
	struct devtask_x11_lock *self = calloc(1, sizeof(*self));
	int ret;

	if (!self)
		return -ENOMEM;
	self->fn = fn;
	self->context = context;
	ret = sd_bus_open_system(&self->bus) < 0 ? 0 : begin(self, loop, session);
	if (ret) {
		devtask_x11_lock_destroy(self);
		return ret;
	}
	*lock = self;
	return 0;
}

void devtask_x11_lock_destroy(struct devtask_x11_lock *lock)
{
	if (!lock)
		return;
	sd_bus_flush_close_unref(lock->bus);
	free(lock->path);
	free(lock);
}

bool devtask_x11_lock_is_locked(const struct devtask_x11_lock *lock)
{
	return lock && lock->is_locked;
}
