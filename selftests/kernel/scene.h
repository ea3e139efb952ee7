/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What most tests begin with: the helper's socket, a listener on the events, and a device.
 */
#ifndef KTEST_SCENE_H
#define KTEST_SCENE_H

#include "cage.h"
#include "gadget.h"
#include "hid.h"
#include "wire.h"

struct scene {
	struct wire helper, ear;
	struct hid hid;
	struct gadget usb;
	struct cage cage;
};

#define SCENE_HID 1
#define SCENE_USB 2

/* @devices: SCENE_HID | SCENE_USB. 0, or -errno with a line on stderr saying what failed. */
int scene_open(struct scene *s, int devices);
void scene_close(struct scene *s);

/* Helper's socket bound; leftovers of a test that died are ended. 0 or -errno. */
int scene_bind(struct wire *helper);

#endif
