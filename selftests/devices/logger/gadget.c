// SPDX-License-Identifier: GPL-2.0-only
/* The logger's body: a USB gadget in configfs with one FunctionFS function. Knows how to plug it
 * in and out; knows nothing of endpoints.
 */
#include "gadget.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#define CONFIGFS "/sys/kernel/config"
#define GADGETS CONFIGFS "/usb_gadget"
#define MANUFACTURER "devtask selftests"
#define PRODUCT "Data logger"

static char gadget[PATH_MAX];
static char instance[64]; /* of FunctionFS; its device name in mount(2) */
static char mount_point[80];
static const char *controller;
static bool plugged;

/* In the order of creation; taken down backwards. */
static const char *const directories[] = {
	"strings/0x409",
	"configs/c.1",
	"configs/c.1/strings/0x409",
};

static char *inside(char *out, const char *name)
{
	int length = snprintf(out, PATH_MAX, "%s/%s", gadget, name);

	if (length >= PATH_MAX)
		abort();
	return out;
}

static int write_attribute(const char *name, const char *value)
{
	char path[PATH_MAX];
	size_t length = strlen(value);
	ssize_t written;
	int fd = open(inside(path, name), O_WRONLY | O_CLOEXEC);
	int error;

	if (fd < 0)
		return -1;
	/* An empty value must still reach the kernel, so the line end goes with it. */
	written = dprintf(fd, "%s\n", value);
	error = errno;
	close(fd);
	errno = error;
	return written == (ssize_t)length + 1 ? 0 : -1;
}

static int write_number(const char *name, uint16_t value)
{
	char text[16];

	snprintf(text, sizeof(text), "0x%04x", value);
	return write_attribute(name, text);
}

static int make_directories(void)
{
	char path[PATH_MAX];

	for (size_t i = 0; i < sizeof(directories) / sizeof(directories[0]); i++)
		if (mkdir(inside(path, directories[i]), 0755))
			return -1;
	return 0;
}

static int make_function(void)
{
	char function[PATH_MAX], link[PATH_MAX], name[128];

	snprintf(name, sizeof(name), "functions/ffs.%s", instance);
	if (mkdir(inside(function, name), 0755))
		return -1;
	snprintf(name, sizeof(name), "configs/c.1/ffs.%s", instance);
	return symlink(function, inside(link, name));
}

static int make_gadget(const struct logger_gadget_names *names)
{
	if (access(GADGETS, F_OK) && mount("configfs", CONFIGFS, "configfs", 0, NULL))
		return -1;
	if (mkdir(gadget, 0755) || make_directories())
		return -1;
	if (write_number("idVendor", names->vendor) || write_number("idProduct", names->product) ||
	    write_attribute("strings/0x409/serialnumber", names->serial) ||
	    write_attribute("strings/0x409/manufacturer", MANUFACTURER) ||
	    write_attribute("strings/0x409/product", PRODUCT) ||
	    write_attribute("configs/c.1/strings/0x409/configuration", "Log"))
		return -1;
	if (make_function())
		return -1;
	return mkdir(mount_point, 0700) || mount(instance, mount_point, "functionfs", 0, NULL);
}

const char *logger_gadget_create(const struct logger_gadget_names *names)
{
	controller = names->udc;
	snprintf(instance, sizeof(instance), "logger-%s", names->serial);
	snprintf(gadget, sizeof(gadget), GADGETS "/%s", instance);
	snprintf(mount_point, sizeof(mount_point), "/run/%s", instance);
	if (!make_gadget(names))
		return mount_point;
	fprintf(stderr,
		"devtask-logger: cannot make the gadget %s: %s (the modules libcomposite and usb_f_fs must be loaded)\n",
		gadget, strerror(errno));
	logger_gadget_destroy();
	return NULL;
}

int logger_gadget_plug(void)
{
	if (plugged)
		return 0;
	if (write_attribute("UDC", controller))
		return -1;
	plugged = true;
	return 0;
}

int logger_gadget_unplug(void)
{
	if (!plugged)
		return 0;
	plugged = false;
	return write_attribute("UDC", "");
}

void logger_gadget_destroy(void)
{
	char path[PATH_MAX], name[128];

	logger_gadget_unplug();
	umount(mount_point);
	rmdir(mount_point);
	snprintf(name, sizeof(name), "configs/c.1/ffs.%s", instance);
	unlink(inside(path, name));
	for (size_t i = sizeof(directories) / sizeof(directories[0]); i-- > 0;)
		rmdir(inside(path, directories[i]));
	snprintf(name, sizeof(name), "functions/ffs.%s", instance);
	rmdir(inside(path, name));
	rmdir(gadget);
}
