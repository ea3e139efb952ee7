// SPDX-License-Identifier: GPL-2.0-only
/*
 * The device side of the emulated USB device, see gadget.h: one thread per endpoint, each
 * counting what reaches it. Must not know devtask, configfs or sysfs.
 */
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/usb/ch9.h>
#include <linux/usb/functionfs.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "clock.h"
#include "gadget.h"

#define N_ENDPOINTS 4
#define NAME "ktest"

struct speed {
	struct usb_interface_descriptor intf;
	struct usb_endpoint_descriptor_no_audio ep[N_ENDPOINTS];
} __attribute__((packed));

static struct {
	struct usb_functionfs_descs_head_v2 head;
	__le32 event_fd, fs_count, hs_count;
	struct speed fs, hs;
} __attribute__((packed)) descriptors;

static struct {
	struct usb_functionfs_strings_head head;
	__le16 language;
	char name[sizeof(NAME)];
} __attribute__((packed)) strings;

static struct gadget_state *state;
static int ep_fd[N_ENDPOINTS];

static void describe(struct speed *s, int packet)
{
	static const unsigned char address[N_ENDPOINTS] = {
		1 | USB_DIR_IN, 2 | USB_DIR_OUT, 3 | USB_DIR_IN, 4 | USB_DIR_OUT,
	};

	s->intf = (struct usb_interface_descriptor) {
		.bLength = sizeof(s->intf),
		.bDescriptorType = USB_DT_INTERFACE,
		.bNumEndpoints = N_ENDPOINTS,
		.bInterfaceClass = USB_CLASS_VENDOR_SPEC,
		.iInterface = 1,
	};
	for (int i = 0; i < N_ENDPOINTS; i++)
		s->ep[i] = (struct usb_endpoint_descriptor_no_audio) {
			.bLength = sizeof(s->ep[i]),
			.bDescriptorType = USB_DT_ENDPOINT,
			.bEndpointAddress = address[i],
			.bmAttributes = USB_ENDPOINT_XFER_BULK,
			.wMaxPacketSize = htole16(packet),
		};
}

static int introduce(int ep0, int event_fd)
{
	descriptors.head.magic = htole32(FUNCTIONFS_DESCRIPTORS_MAGIC_V2);
	descriptors.head.flags = htole32(FUNCTIONFS_HAS_FS_DESC | FUNCTIONFS_HAS_HS_DESC |
					 FUNCTIONFS_EVENTFD);
	descriptors.event_fd = htole32(event_fd);
	descriptors.head.length = htole32(sizeof(descriptors));
	descriptors.fs_count = descriptors.hs_count = htole32(1 + N_ENDPOINTS);
	describe(&descriptors.fs, 64);
	describe(&descriptors.hs, 512);
	strings.head.magic = htole32(FUNCTIONFS_STRINGS_MAGIC);
	strings.head.length = htole32(sizeof(strings));
	strings.head.str_count = strings.head.lang_count = htole32(1);
	strings.language = htole16(0x409);
	memcpy(strings.name, NAME, sizeof(NAME));
	if (write(ep0, &descriptors, sizeof(descriptors)) < 0 ||
	    write(ep0, &strings, sizeof(strings)) < 0)
		return -errno;
	return 0;
}

static void *give(void *arg)
{
	int ep = (long)arg;
	atomic_uint *count = ep == 0 ? &state->source : &state->mute;
	unsigned char record[GADGET_RECORD];

	for (unsigned int i = 0; i < sizeof(record); i++)
		record[i] = i * 7;
	for (;;) {
		while (ep == 2 && !atomic_load(&state->feed_mute))
			clock_pause();
		if (write(ep_fd[ep], record, sizeof(record)) == sizeof(record))
			atomic_fetch_add(count, 1);
		else
			clock_pause();	/* not configured */
	}
	return NULL;
}

static void *take(void *arg)
{
	int ep = (long)arg;
	atomic_uint *count = ep == 1 ? &state->sink : &state->deaf;
	unsigned char buf[16384];

	for (;;) {
		while (ep == 3 && !atomic_load(&state->drain_deaf))
			clock_pause();
		if (read(ep_fd[ep], buf, sizeof(buf)) >= 0)
			atomic_fetch_add(count, 1);
		else
			clock_pause();
	}
	return NULL;
}

static void setup(int ep0, const struct usb_ctrlrequest *r)
{
	static char buf[64];
	size_t len = le16toh(r->wLength);

	if (len > sizeof(buf))
		len = sizeof(buf);
	if (r->bRequest == GADGET_HANG) {
		atomic_fetch_add(&state->hung, 1);
		return;
	}
	atomic_fetch_add(&state->setups, 1);
	if (r->bRequestType & USB_DIR_IN) {
		if (write(ep0, buf, len) < 0)
			clock_pause();
	} else if (read(ep0, buf, len) < 0) {
		clock_pause();
	}
}

/*
 * Take what events there are, without waiting for more: FunctionFS merges some, so there may
 * be fewer than were announced, and since Linux 6.12 a reader that waits keeps the cable
 * from being pulled (functionfs_unbind() wants the mutex that it holds).
 */
static void take_events(int ep0)
{
	struct usb_functionfs_event e[4];	/* as many as FunctionFS keeps */
	int tries = 3;
	ssize_t n;

	fcntl(ep0, F_SETFL, O_RDWR | O_NONBLOCK);
	/* EIDRM: a request that the host gave up. EAGAIN: none, or the mutex is taken. */
	while ((n = read(ep0, e, sizeof(e))) < 0 && tries)
		if (errno != EIDRM && tries--)
			clock_pause();
	fcntl(ep0, F_SETFL, O_RDWR);
	for (ssize_t i = 0; i < n / (ssize_t)sizeof(e[0]); i++)
		if (e[i].type == FUNCTIONFS_SETUP)
			setup(ep0, &e[i].u.setup);
}

int gadget_serve(const char *dir, struct gadget_state *shared)
{
	pthread_t t;
	char path[128];
	int ep0, event_fd, err;
	uint64_t n;

	state = shared;
	snprintf(path, sizeof(path), "%s/ep0", dir);
	ep0 = open(path, O_RDWR | O_CLOEXEC);
	event_fd = eventfd(0, EFD_CLOEXEC);
	if (ep0 < 0 || event_fd < 0)
		return 1;
	err = introduce(ep0, event_fd);
	if (err) {
		fprintf(stderr, "# gadget: descriptors: %s\n", strerror(-err));
		return 1;
	}
	for (long i = 0; i < N_ENDPOINTS; i++) {
		snprintf(path, sizeof(path), "%s/ep%ld", dir, i + 1);
		ep_fd[i] = open(path, O_RDWR | O_CLOEXEC);
		if (ep_fd[i] < 0 || pthread_create(&t, NULL, i & 1 ? take : give, (void *)i))
			return 1;
	}
	atomic_store(&state->ready, 1);
	/* Reading ep0 while a request waits would refuse it; so never without an event. */
	while (read(event_fd, &n, sizeof(n)) == sizeof(n))
		take_events(ep0);
	return 1;
}
