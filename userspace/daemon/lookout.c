// SPDX-License-Identifier: GPL-2.0-only
/* lookout - see lookout.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include <libudev.h>

#include "lookout.h"

/* A hub full of devices announces some hundred at once. */
#define BUFFER_BYTES	(4 * 1024 * 1024)

struct devtask_lookout {
	struct udev *udev;
	struct udev_monitor *monitor;
	sd_event_source *on_monitor;
	devtask_lookout_fn *fn;
	void *context;
};

static int on_monitor(sd_event_source *source, int fd, uint32_t revents, void *context)
{
	struct devtask_lookout *lookout = context;
	struct udev_device *device;

	(void)source;
	(void)fd;
	(void)revents;
	errno = 0;
	device = udev_monitor_receive_device(lookout->monitor);
	if (!device) {
		if (errno == ENOBUFS)
			lookout->fn(NULL, lookout->context);
		return 0;
	}
	/* The callee may put an end to the looking out: nothing of it is touched afterwards. */
	if (!strcmp(udev_device_get_action(device), "add"))
		lookout->fn(device, lookout->context);
	udev_device_unref(device);
	return 0;
}

int devtask_lookout_create(struct devtask_lookout **lookout, sd_event *loop,
			   devtask_lookout_fn *fn, void *context, struct devtask_error *error)
{
	struct devtask_lookout *self = calloc(1, sizeof(*self));
	int ret = -ENOMEM;

	if (!self)
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -ENOMEM, "out of memory");
	self->fn = fn;
	self->context = context;
	self->udev = udev_new();
	if (self->udev)
		self->monitor = udev_monitor_new_from_netlink(self->udev, "kernel");
	if (self->monitor) {
		udev_monitor_set_receive_buffer_size(self->monitor, BUFFER_BYTES);
		ret = udev_monitor_enable_receiving(self->monitor);
	}
	if (ret >= 0)
		ret = sd_event_add_io(loop, &self->on_monitor, udev_monitor_get_fd(self->monitor),
				      EPOLLIN, on_monitor, self);
	if (ret < 0) {
		devtask_lookout_destroy(self);
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, ret,
					 "cannot hear of devices that come: %s", strerror(-ret));
	}
	*lookout = self;
	return 0;
}

void devtask_lookout_destroy(struct devtask_lookout *lookout)
{
	if (!lookout)
		return;
	sd_event_source_disable_unref(lookout->on_monitor);
	if (lookout->monitor)
		udev_monitor_unref(lookout->monitor);
	if (lookout->udev)
		udev_unref(lookout->udev);
	free(lookout);
}

int devtask_lookout_scan(struct devtask_lookout *lookout, const char *subsystem)
{
	struct udev_enumerate *all = udev_enumerate_new(lookout->udev);
	struct udev *udev = lookout->udev;
	struct udev_list_entry *entry;

	if (!all)
		return -ENOMEM;
	udev_enumerate_add_match_subsystem(all, subsystem);
	udev_enumerate_scan_devices(all);
	udev_list_entry_foreach(entry, udev_enumerate_get_list_entry(all)) {
		struct udev_device *device;

		device = udev_device_new_from_syspath(udev, udev_list_entry_get_name(entry));
		if (!device)
			continue;
		lookout->fn(device, lookout->context);
		udev_device_unref(device);
	}
	udev_enumerate_unref(all);
	return 0;
}
