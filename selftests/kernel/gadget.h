/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An emulated USB device: a FunctionFS function on dummy_hcd, one vendor interface with
 *
 *   source   bulk IN,  always has a record of GADGET_RECORD bytes
 *   sink     bulk OUT, takes everything
 *   mute     bulk IN,  never has anything, unless told to
 *   deaf     bulk OUT, never takes anything, unless told to
 *   ep0      GADGET_ASK is answered, GADGET_TELL is taken, GADGET_HANG is never answered
 *
 * It counts every transfer that reaches it. A process of its own serves it. Must not know
 * devtask.
 */
#ifndef KTEST_GADGET_H
#define KTEST_GADGET_H

#include <stdatomic.h>
#include <stdbool.h>
#include <sys/types.h>

#define GADGET_VENDOR 0x1209
#define GADGET_PRODUCT 0x0008
#define GADGET_SERIAL "KT0002"
/* More than the 64 bytes that dummy_hcd takes from the device before the host asks. */
#define GADGET_RECORD 96

#define GADGET_ASK 0x01		/* IN, vendor, interface */
#define GADGET_TELL 0x02	/* OUT, vendor, interface */
#define GADGET_HANG 0x42	/* IN, vendor, interface */

struct gadget_state {
	atomic_int ready;
	atomic_int feed_mute, drain_deaf;	/* orders */
	atomic_uint source, sink, mute, deaf, setups, hung;	/* transfers seen */
};

struct gadget {
	pid_t server;
	struct gadget_state *state;
	char node[32];		/* "/dev/bus/usb/BBB/DDD" */
	char name[32];		/* "1-1" */
	unsigned char source, sink, mute, deaf;	/* endpoint addresses */
};

/* Make it, plug it in and wait for its node: 0 or -errno. */
int gadget_plug(struct gadget *g);
/* Pull the cable; put it in again (the node's name changes). */
int gadget_unplug(struct gadget *g);
int gadget_replug(struct gadget *g);
/* All transfers and requests seen so far. */
unsigned int gadget_traffic(const struct gadget *g);
/* Remove it altogether; may be called twice. */
void gadget_remove(struct gadget *g);

/* The device program (in gadget_server.c): runs until killed. @dir is the FunctionFS mount. */
int gadget_serve(const char *dir, struct gadget_state *state);

#endif
