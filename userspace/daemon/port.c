// SPDX-License-Identifier: GPL-2.0-only
/* port - see port.h. */
#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libudev.h>

#include "port.h"

static const char *skip_digits(const char *p)
{
	while (isdigit((unsigned char)*p))
		p++;
	return p;
}

/* The end of "1-2.3", or NULL if @p does not begin with the name of a USB device. */
static const char *skip_usb_name(const char *p)
{
	const char *end = skip_digits(p);

	if (end == p || *end != '-')
		return NULL;
	do {
		p = end + 1;
		end = skip_digits(p);
		if (end == p)
			return NULL;
	} while (*end == '.');
	return end;
}

void devtask_port_parse(struct devtask_port *port, const char *path)
{
	size_t length = 0;

	port->interface = -1;
	for (const char *part = path; (part = strchr(part, '/')); ) {
		const char *end = skip_usb_name(++part);

		/* The last one counts: a USB device may carry a controller of its own. */
		if (end && (*end == '/' || !*end)) {
			length = (size_t)(end - path);
			port->interface = -1;
		} else if (end && *end == ':') {
			const char *dot = strchr(end, '.');

			port->interface = dot ? atoi(dot + 1) : -1;
		}
	}
	if (length >= sizeof(port->place))
		length = 0;
	memcpy(port->place, path, length);
	port->place[length] = '\0';
}

static bool is_there(const struct devtask_port *known, const struct devtask_port *seen)
{
	return *seen->place && (!strcmp(seen->place, known->place) ||
				(*known->peer && !strcmp(seen->place, known->peer)));
}

static bool is_companion(const struct devtask_port_known *known, const struct devtask_port *seen)
{
	for (size_t i = 0; i < known->companion_count; i++)
		if (seen->vendor == known->companions[i].vendor &&
		    seen->product == known->companions[i].product)
			return true;
	return false;
}

enum devtask_port_verdict devtask_port_judge(const struct devtask_port_known *known,
					     const struct devtask_port *seen)
{
	const struct devtask_port *port = &known->port;
	bool same_id = seen->vendor == port->vendor && seen->product == port->product;
	bool companion = is_companion(known, seen);

	if (!*port->place || strcmp(port->subsystem, seen->subsystem))
		return DEVTASK_PORT_OTHER;
	if (!is_there(port, seen))
		return same_id || companion ? DEVTASK_PORT_LOOKALIKE : DEVTASK_PORT_OTHER;
	if (!same_id && !companion)
		return DEVTASK_PORT_STRANGER;
	/* Another part of the same device. */
	if (!companion && seen->interface != port->interface)
		return DEVTASK_PORT_OTHER;
	return DEVTASK_PORT_SAME;
}

/* ".../usb1/1-0:1.0/usb1-port2" is where ".../usb1/1-2" goes, ".../1-2:1.0/1-2-port3" where 1-2.3. */
void devtask_port_parse_peer(struct devtask_port *port, const char *path)
{
	char text[PATH_MAX];
	char *name, *mark, *hub;
	int length;

	snprintf(text, sizeof(text), "%s", path);
	name = strrchr(text, '/');
	mark = name ? strstr(name, "-port") : NULL;
	if (!mark)
		return;
	*name++ = '\0';
	*mark = '\0';
	/* Off with the hub's interface. */
	hub = strrchr(text, '/');
	if (!hub)
		return;
	*hub = '\0';
	if (!strncmp(name, "usb", 3))
		length = snprintf(port->peer, sizeof(port->peer), "%s/%s-%s", text, name + 3,
				  mark + 5);
	else
		length = snprintf(port->peer, sizeof(port->peer), "%s/%s.%s", text, name, mark + 5);
	if (length < 0 || (size_t)length >= sizeof(port->peer))
		*port->peer = '\0';
}

static void read_peer(struct devtask_port *port, const char *syspath)
{
	char link[PATH_MAX];
	char *path;

	snprintf(link, sizeof(link), "%s/port/peer", syspath);
	path = realpath(link, NULL);
	if (path && !strncmp(path, "/sys/", 5))
		devtask_port_parse_peer(port, path + 4);
	free(path);
}

static uint16_t read_id(struct udev_device *usb, const char *attribute)
{
	const char *text = udev_device_get_sysattr_value(usb, attribute);

	return text ? (uint16_t)strtoul(text, NULL, 16) : 0;
}

static const char *property(struct udev_device *hid, const char *name)
{
	const char *text = udev_device_get_property_value(hid, name);

	return text ? text : "";
}

static void read_hid(struct devtask_port *port, struct udev_device *hid)
{
	const char *physical = property(hid, "HID_PHYS"), *unique = property(hid, "HID_UNIQ");
	unsigned int bus, vendor, product;
	int length;

	*port->place = '\0';
	if (sscanf(property(hid, "HID_ID"), "%x:%x:%x", &bus, &vendor, &product) != 3)
		return;
	port->vendor = (uint16_t)vendor;
	port->product = (uint16_t)product;
	/* A device that says nothing of itself could be any. */
	if (!*physical && !*unique)
		return;
	length = snprintf(port->place, sizeof(port->place), "hid:%x:%s:%s", bus, physical, unique);
	if (length < 0 || (size_t)length >= sizeof(port->place))
		*port->place = '\0';
	for (const char *p = port->place; *p; p++)
		if (iscntrl((unsigned char)*p))
			*port->place = '\0';
}

bool devtask_port_read(struct devtask_port *port, struct udev_device *udev)
{
	const char *subsystem = udev_device_get_subsystem(udev);
	const char *path = udev_device_get_syspath(udev);
	struct udev_device *usb, *hid;

	memset(port, 0, sizeof(*port));
	port->interface = -1;
	if (!udev_device_get_devnode(udev) || !subsystem || !path ||
	    strlen(subsystem) >= sizeof(port->subsystem))
		return false;
	strcpy(port->subsystem, subsystem);
	if (!strncmp(path, "/sys/", 5))
		devtask_port_parse(port, path + 4);
	usb = !strcmp(subsystem, "usb") ? udev :
	      udev_device_get_parent_with_subsystem_devtype(udev, "usb", "usb_device");
	hid = udev_device_get_parent_with_subsystem_devtype(udev, "hid", NULL);
	if (usb) {
		port->vendor = read_id(usb, "idVendor");
		port->product = read_id(usb, "idProduct");
		read_peer(port, udev_device_get_syspath(usb));
	} else if (hid) {
		read_hid(port, hid);
	} else {
		*port->place = '\0';
	}
	return true;
}
