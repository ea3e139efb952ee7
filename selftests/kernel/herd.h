/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Many emulated HID devices at once, served by one process that notes what reaches each and
 * when. Must not know devtask.
 *
 * The kernel has 64 hidraw nodes at most, so only the first devices are raw. The others are
 * lamps: one LED behind an evdev node, each change of which is an output report and is noted.
 */
#ifndef KTEST_HERD_H
#define KTEST_HERD_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define HERD_MAX 200
#define HERD_RAW_MAX 60

/* What has reached one device, as it says itself. */
struct herd_state {
	atomic_uint outputs;
	_Atomic uint64_t last_ns;	/* clock_now_ns() of the newest */
	atomic_bool pulled;		/* from here on nothing is noted */
	bool on;			/* a lamp; the server's own */
};

struct herd {
	int count, raw;
	int uhid[HERD_MAX];
	pid_t server;
	struct herd_state *state;	/* of each, shared with the server */
	char node[HERD_MAX][32];	/* "/dev/hidrawN", "/dev/input/eventN" */
};

/* Plug in @count devices, the first @raw of them raw, and wait for all nodes: 0 or -errno. */
int herd_plug(struct herd *h, int count, int raw);
bool herd_is_raw(const struct herd *h, int i);
/* One output report to device @i through its open node, the @round-th from 0: its bytes or -1. */
int herd_report(const struct herd *h, int i, int fd, int round);
/* How many bytes that is. */
int herd_report_size(const struct herd *h, int i);
/*
 * Unplug one; it is gone when this returns. 0 or -errno. What the kernel itself sends then, such
 * as "off" to a lamp that is on, is not noted.
 */
int herd_pull(struct herd *h, int i);
/* Unplug all that is left; may be called twice. */
void herd_unplug(struct herd *h);

#endif
