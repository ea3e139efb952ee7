// SPDX-License-Identifier: GPL-2.0-only
/*
 * usbfs as a raw program uses it, see usbfs.h. Must not know devtask.
 */
#include <errno.h>
#include <linux/usb/ch9.h>
#include <string.h>
#include <sys/ioctl.h>

#include "usbfs.h"

static int request(int fd, unsigned long cmd, void *arg)
{
	int ret = ioctl(fd, cmd, arg);

	return ret < 0 ? -errno : ret;
}

int usbfs_claim(int fd)
{
	unsigned int intf = 0;

	return request(fd, USBDEVFS_CLAIMINTERFACE, &intf);
}

int usbfs_release(int fd)
{
	unsigned int intf = 0;

	return request(fd, USBDEVFS_RELEASEINTERFACE, &intf);
}

int usbfs_bulk(int fd, unsigned char ep, void *buf, unsigned int len, unsigned int timeout_ms)
{
	struct usbdevfs_bulktransfer t = {
		.ep = ep,
		.len = len,
		.timeout = timeout_ms,
		.data = buf,
	};

	return request(fd, USBDEVFS_BULK, &t);
}

/* GADGET_TELL (see gadget.h) goes out, the other requests come in. */
int usbfs_control(int fd, unsigned char req, void *buf, unsigned int len, unsigned int timeout_ms)
{
	unsigned char dir = req == 0x02 ? USB_DIR_OUT : USB_DIR_IN;
	struct usbdevfs_ctrltransfer t = {
		.bRequestType = dir | USB_TYPE_VENDOR | USB_RECIP_INTERFACE,
		.bRequest = req,
		.wLength = len,
		.timeout = timeout_ms,
		.data = buf,
	};

	return request(fd, USBDEVFS_CONTROL, &t);
}

int usbfs_submit(int fd, struct usbdevfs_urb *urb, unsigned char ep, void *buf, unsigned int len)
{
	memset(urb, 0, sizeof(*urb));
	urb->type = USBDEVFS_URB_TYPE_BULK;
	urb->endpoint = ep;
	urb->buffer = buf;
	urb->buffer_length = len;
	return request(fd, USBDEVFS_SUBMITURB, urb);
}

int usbfs_reap(int fd, struct usbdevfs_urb **urb)
{
	return request(fd, USBDEVFS_REAPURB, urb);
}

int usbfs_reap_now(int fd, struct usbdevfs_urb **urb)
{
	return request(fd, USBDEVFS_REAPURBNDELAY, urb);
}

int usbfs_discard(int fd, struct usbdevfs_urb *urb)
{
	return request(fd, USBDEVFS_DISCARDURB, urb);
}

int usbfs_capabilities(int fd)
{
	__u32 caps = 0;

	return request(fd, USBDEVFS_GET_CAPABILITIES, &caps);
}
