/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An emulated HID device on /dev/uhid: 8-byte input and output reports and an 8-byte feature
 * report, all vendor-defined. It answers each output report with the same bytes as input. A
 * process of its own serves it. Must not know devtask.
 */
#ifndef KTEST_HID_H
#define KTEST_HID_H

#include <stdatomic.h>
#include <stddef.h>
#include <sys/types.h>

#define HID_VENDOR 0x1209
#define HID_PRODUCT 0x0007
#define HID_SERIAL "KT0001"
#define HID_REPORT 8
#define HID_MODULES "uhid hid_generic"

struct hid_state {
	atomic_int silent;	/* feature requests get no answer */
	atomic_uint outputs, gets, sets;	/* what has reached the device */
};

struct hid {
	int uhid;
	pid_t server;
	struct hid_state *state;
	char node[32];		/* "/dev/hidrawN" */
};

/*
 * A device with a descriptor and a serial number, which nobody serves yet: its descriptor of
 * /dev/uhid, which belongs to the caller and whose closing unplugs it, or -errno. Needs
 * HID_MODULES.
 */
int hid_create(const void *descriptor, size_t size, const char *serial);

/* Plug it in and wait for its node: 0 or -errno. */
int hid_plug(struct hid *h);
/* Send one input report, each byte @value. */
int hid_input(struct hid *h, unsigned char value);
/* Requests of any sort that the device has seen. */
unsigned int hid_traffic(const struct hid *h);
/* Unplug; may be called twice. */
void hid_unplug(struct hid *h);

#endif
