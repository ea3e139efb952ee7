/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * port - where a device is plugged in, and whether what is seen there is the device that went away
 * from it (APP-8). Must not know tasks, nor who waits.
 *
 * A USB device is at the port whose path through controller and hubs sysfs gives it: for instance
 * /devices/pci0000:00/0000:00:14.0/usb1/1-2/1-2.3. A socket of USB 3 is two such ports, one for
 * each speed, and a device may come back at the other one; the kernel knows which two belong
 * together. A HID or serial node is at the port of the USB device that it is part of. A HID device
 * that hangs on no USB is known by its physical address and its unique number (for Bluetooth those
 * of the adapter and of the device). Of any other device nobody can tell.
 */
#ifndef DEVTASK_DAEMON_PORT_H
#define DEVTASK_DAEMON_PORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DEVTASK_PORT_PLACE_MAX	512

struct udev_device;

struct devtask_port {
	char place[DEVTASK_PORT_PLACE_MAX];	/* without /sys; "" = nobody can tell */
	char peer[DEVTASK_PORT_PLACE_MAX];	/* the same socket for the other speed; "" = none */
	char subsystem[32];			/* of the node: "usb", "hidraw", "tty" */
	int interface;				/* that the node belongs to; -1 = the USB device itself */
	uint16_t vendor;
	uint16_t product;
};

/* A device as it was when its task began: where, and what else it may call itself. */
struct devtask_port_known {
	struct devtask_port port;
	struct {
		uint16_t vendor;
		uint16_t product;
	} companions[16];
	size_t companion_count;
};

enum devtask_port_verdict {
	DEVTASK_PORT_OTHER,		/* has nothing to do with it */
	DEVTASK_PORT_SAME,		/* it is back */
	DEVTASK_PORT_STRANGER,		/* another device at its port */
	DEVTASK_PORT_LOOKALIKE,		/* such a device at another port */
};

/*
 * Sets place and interface from the path of a node's device below /sys; the place is "" if no USB
 * device is in it. Pure.
 */
void devtask_port_parse(struct devtask_port *port, const char *path);

/* Sets the peer from the path of the other port below /sys (".../usb2/2-0:1.0/usb2-port1"). Pure. */
void devtask_port_parse_peer(struct devtask_port *port, const char *path);

/*
 * Is @seen the device that is known as @known? A node of another subsystem never is. An interface
 * counts as well, except of a companion: firmware for updates has interfaces of its own. Pure.
 */
enum devtask_port_verdict devtask_port_judge(const struct devtask_port_known *known,
					     const struct devtask_port *seen);

/* Where @udev is; it needs no properties of udev's database. False: it has no node. */
bool devtask_port_read(struct devtask_port *port, struct udev_device *udev);

#endif
