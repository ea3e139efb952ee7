// SPDX-License-Identifier: GPL-2.0-only
/*
 * A small program that does a number of transfers with a device and exits with 0 if each
 * went well. Built for 64 and for 32 bits: the numbers and layouts of its requests differ,
 * what the kernel counts must not. Must not know devtask.
 *
 *	client WHAT NODE TIMES [ENDPOINT-IN ENDPOINT-OUT]
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/hidraw.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "gadget.h"
#include "usbfs.h"

struct args {
	int fd;
	unsigned char in, out;
};

static int bulk(struct args *a)
{
	unsigned char buf[512] = { 0 };

	if (usbfs_bulk(a->fd, a->in, buf, sizeof(buf), 2000) != GADGET_RECORD)
		return -1;
	return usbfs_bulk(a->fd, a->out, buf, 100, 2000) == 100 ? 0 : -1;
}

static int control(struct args *a)
{
	unsigned char buf[32] = { 0 };

	if (usbfs_control(a->fd, GADGET_ASK, buf, 16, 2000) != 16)
		return -1;
	return usbfs_control(a->fd, GADGET_TELL, buf, 24, 2000) == 24 ? 0 : -1;
}

static int reap(struct args *a)
{
	struct usbdevfs_urb urb, *done = NULL;
	unsigned char buf[512];

	if (usbfs_submit(a->fd, &urb, a->in, buf, sizeof(buf)) || usbfs_reap(a->fd, &done))
		return -1;
	return done == &urb && !urb.status && urb.actual_length == GADGET_RECORD ? 0 : -1;
}

static int reap_now(struct args *a)
{
	struct pollfd p = { .fd = a->fd, .events = POLLOUT };
	struct usbdevfs_urb urb, *done = NULL;
	unsigned char buf[512];

	if (usbfs_submit(a->fd, &urb, a->in, buf, sizeof(buf)) || poll(&p, 1, 2000) != 1 ||
	    usbfs_reap_now(a->fd, &done))
		return -1;
	return done == &urb && !urb.status && urb.actual_length == GADGET_RECORD ? 0 : -1;
}

/* The device answers an output report with the same input report. */
static int hid(struct args *a)
{
	unsigned char out[9] = { 0, 1, 2, 3, 4, 5, 6, 7, 8 }, in[64];

	if (write(a->fd, out, sizeof(out)) != sizeof(out) || read(a->fd, in, sizeof(in)) != 8)
		return -1;
	return memcmp(out + 1, in, 8) ? -1 : 0;
}

static int feature(struct args *a)
{
	unsigned char buf[9] = { 0 };

	if (ioctl(a->fd, HIDIOCGFEATURE(9), buf) != 9)
		return -1;
	buf[0] = 0;
	return ioctl(a->fd, HIDIOCSFEATURE(9), buf) == 9 ? 0 : -1;
}

static const struct {
	const char *name;
	int (*once)(struct args *a);
	int usb;
} kinds[] = {
	{ "bulk", bulk, 1 },
	{ "control", control, 1 },
	{ "reap", reap, 1 },
	{ "reap-now", reap_now, 1 },
	{ "hid", hid, 0 },
	{ "feature", feature, 0 },
};

int main(int argc, char **argv)
{
	struct args a = { 0 };

	if (argc < 4)
		return 64;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(argv[1], kinds[i].name))
			continue;
		a.fd = open(argv[2], O_RDWR);
		if (a.fd < 0 || (kinds[i].usb && usbfs_claim(a.fd)))
			return 2;
		a.in = argc > 4 ? strtol(argv[4], NULL, 0) : 0;
		a.out = argc > 5 ? strtol(argv[5], NULL, 0) : 0;
		for (int n = atoi(argv[3]); n; n--)
			if (kinds[i].once(&a)) {
				fprintf(stderr, "# %s %s: %s\n", argv[0], argv[1], strerror(errno));
				return 1;
			}
		return 0;
	}
	return 64;
}
