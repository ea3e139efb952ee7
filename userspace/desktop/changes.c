// SPDX-License-Identifier: GPL-2.0-only
/* changes - see changes.h. */
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gio/gio.h>
#include <glib-unix.h>
#include <libudev.h>

#include "changes.h"
#include "client.h"
#include "genl.h"

struct devtask_changes {
	devtask_changes_fn *fn;
	void *context;
	int helper_fd;			/* -1: none */
	guint on_helper;
	struct devtask_genl *module;	/* NULL: not loaded */
	guint on_module;
	GFileMonitor *socket;
	struct udev *udev;
	struct udev_monitor *devices;
	guint on_devices;
};

static void drop_helper(struct devtask_changes *changes)
{
	if (changes->on_helper)
		g_source_remove(changes->on_helper);
	if (changes->helper_fd >= 0)
		close(changes->helper_fd);
	changes->on_helper = 0;
	changes->helper_fd = -1;
}

static gboolean hear_helper(gint fd, GIOCondition condition, gpointer data)
{
	struct devtask_changes *changes = data;
	char packet[256];
	ssize_t length;

	(void)condition;
	do
		length = recv(fd, packet, sizeof(packet), MSG_DONTWAIT);
	while (length > 0);
	if (length < 0 && errno == EAGAIN) {
		changes->fn(false, changes->context);
		return G_SOURCE_CONTINUE;
	}
	/* Removed by what is returned. */
	changes->on_helper = 0;
	drop_helper(changes);
	changes->fn(true, changes->context);
	return G_SOURCE_REMOVE;
}

bool devtask_changes_need_helper(const struct devtask_changes *changes)
{
	return changes->helper_fd < 0;
}

void devtask_changes_take_helper(struct devtask_changes *changes, int fd)
{
	drop_helper(changes);
	changes->helper_fd = fd;
	changes->on_helper = g_unix_fd_add(fd, G_IO_IN | G_IO_HUP | G_IO_ERR, hear_helper,
					   changes);
}

static int take_event(const struct nlattr *attributes, int length, void *context)
{
	(void)attributes;
	(void)length;
	(void)context;
	return 0;
}

static gboolean hear_module(gint fd, GIOCondition condition, gpointer data)
{
	struct devtask_changes *changes = data;

	(void)fd;
	(void)condition;
	/* Lost events are events. */
	devtask_genl_receive(changes->module, take_event, NULL);
	changes->fn(false, changes->context);
	return G_SOURCE_CONTINUE;
}

/* A connection outlives the module, but hears nothing of the next one. */
void devtask_changes_find_module(struct devtask_changes *changes)
{
	struct devtask_genl *module;

	if (changes->on_module)
		g_source_remove(changes->on_module);
	devtask_genl_close(changes->module);
	changes->on_module = 0;
	changes->module = NULL;
	if (devtask_genl_open(&module, NULL))
		return;
	if (devtask_genl_listen(module, NULL)) {
		devtask_genl_close(module);
		return;
	}
	changes->module = module;
	changes->on_module = g_unix_fd_add(devtask_genl_descriptor(module), G_IO_IN, hear_module,
					   changes);
}

static void hear_socket(GFileMonitor *monitor, GFile *file, GFile *other, GFileMonitorEvent event,
			gpointer data)
{
	struct devtask_changes *changes = data;

	(void)monitor;
	(void)file;
	(void)other;
	if (event == G_FILE_MONITOR_EVENT_CREATED && changes->helper_fd < 0)
		changes->fn(false, changes->context);
}

static void watch_socket(struct devtask_changes *changes)
{
	g_autoptr(GFile) file = g_file_new_for_path(devtask_client_path());

	changes->socket = g_file_monitor_file(file, G_FILE_MONITOR_NONE, NULL, NULL);
	if (changes->socket)
		g_signal_connect(changes->socket, "changed", G_CALLBACK(hear_socket), changes);
}

static gboolean hear_devices(gint fd, GIOCondition condition, gpointer data)
{
	struct devtask_changes *changes = data;
	struct udev_device *device;

	(void)fd;
	(void)condition;
	while ((device = udev_monitor_receive_device(changes->devices)))
		udev_device_unref(device);
	changes->fn(false, changes->context);
	return G_SOURCE_CONTINUE;
}

static void watch_devices(struct devtask_changes *changes)
{
	changes->udev = udev_new();
	if (changes->udev)
		changes->devices = udev_monitor_new_from_netlink(changes->udev, "udev");
	if (!changes->devices)
		return;
	udev_monitor_filter_add_match_subsystem_devtype(changes->devices, "usb", "usb_device");
	udev_monitor_filter_add_match_subsystem_devtype(changes->devices, "hidraw", NULL);
	if (udev_monitor_enable_receiving(changes->devices) < 0)
		return;
	changes->on_devices = g_unix_fd_add(udev_monitor_get_fd(changes->devices), G_IO_IN,
					    hear_devices, changes);
}

struct devtask_changes *devtask_changes_create(devtask_changes_fn *fn, void *context)
{
	struct devtask_changes *changes = g_new0(struct devtask_changes, 1);

	changes->fn = fn;
	changes->context = context;
	changes->helper_fd = -1;
	watch_socket(changes);
	watch_devices(changes);
	devtask_changes_find_module(changes);
	return changes;
}

void devtask_changes_destroy(struct devtask_changes *changes)
{
	if (!changes)
		return;
	drop_helper(changes);
	if (changes->on_module)
		g_source_remove(changes->on_module);
	devtask_genl_close(changes->module);
	if (changes->socket)
		g_signal_handlers_disconnect_by_data(changes->socket, changes);
	g_clear_object(&changes->socket);
	if (changes->on_devices)
		g_source_remove(changes->on_devices);
	if (changes->devices)
		udev_monitor_unref(changes->devices);
	if (changes->udev)
		udev_unref(changes->udev);
	g_free(changes);
}
