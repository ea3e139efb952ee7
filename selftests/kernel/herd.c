// SPDX-License-Identifier: GPL-2.0-only
/*
 * Many emulated HID devices at once, see herd.h. Must not know devtask.
 */
#include <errno.h>
#include <glob.h>
#include <linux/input.h>
#include <linux/uhid.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cage.h"
#include "clock.h"
#include "herd.h"
#include "hid.h"
#include "modules.h"

#define SERIAL "KTHERD"		/* and the number of the device */

/* Usage page FF00: one 8-byte output report without an id. */
static const unsigned char raw_descriptor[] = {
	0x06, 0x00, 0xff, 0x09, 0x01, 0xa1, 0x01,
	0x15, 0x00, 0x26, 0xff, 0x00, 0x75, 0x08, 0x95, HID_REPORT,
	0x09, 0x03, 0x91, 0x02,
	0xc0,
};

/* A keyboard without keys: one LED, "generic indicator", in a 1-byte output report. */
static const unsigned char lamp_descriptor[] = {
	0x05, 0x01, 0x09, 0x06, 0xa1, 0x01,
	0x05, 0x08, 0x09, 0x4b, 0x15, 0x00, 0x25, 0x01, 0x75, 0x01, 0x95, 0x01, 0x91, 0x02,
	0x75, 0x07, 0x91, 0x03,
	0xc0,
};

bool herd_is_raw(const struct herd *h, int i)
{
	return i < h->raw;
}

/* The class device at @dir is ours if the device that it belongs to has one of our serials. */
static void recognize(struct herd *h, const char *dir, const char *dev, bool raw)
{
	char path[320], buf[2048], *serial;
	size_t n;
	FILE *f;
	int i;

	snprintf(path, sizeof(path), "%s/device/uevent", dir);
	f = fopen(path, "re");
	if (!f)
		return;
	n = fread(buf, 1, sizeof(buf) - 1, f);
	buf[n] = 0;
	fclose(f);
	serial = strstr(buf, SERIAL);
	i = serial ? atoi(serial + strlen(SERIAL)) : -1;
	if (i < 0 || i >= h->count || herd_is_raw(h, i) != raw)
		return;
	snprintf(path, sizeof(path), "%s/%.20s", dev, strrchr(dir, '/') + 1);
	if (!access(path, F_OK))
		snprintf(h->node[i], sizeof(h->node[i]), "%.31s", path);
}

static bool has_nodes(struct herd *h, int from, int to)
{
	bool raw = herd_is_raw(h, from);
	glob_t g;

	if (!glob(raw ? "/sys/class/hidraw/hidraw*" : "/sys/class/input/event*", 0, NULL, &g)) {
		/* Looking closely is dear in an emulated machine: not before all can be there. */
		for (size_t i = 0; i < g.gl_pathc && (int)g.gl_pathc >= to - from; i++)
			recognize(h, g.gl_pathv[i], raw ? "/dev" : "/dev/input", raw);
		globfree(&g);
	}
	for (int i = from; i < to; i++)
		if (!h->node[i][0])
			return false;
	return true;
}

static int plug_some(struct herd *h, int from, int to)
{
	char serial[32];

	for (int i = from; i < to; i++) {
		snprintf(serial, sizeof(serial), SERIAL "%d", i);
		if (herd_is_raw(h, i))
			h->uhid[i] = hid_create(raw_descriptor, sizeof(raw_descriptor), serial);
		else
			h->uhid[i] = hid_create(lamp_descriptor, sizeof(lamp_descriptor), serial);
		if (h->uhid[i] < 0)
			return h->uhid[i];
	}
	return from == to || clock_wait(has_nodes(h, from, to), 30000) ? 0 : -ETIMEDOUT;
}

/* Some kernels send "off" to each new lamp, which is off: no change, so nobody's report. */
static bool changes_lamp(struct herd_state *state, const struct uhid_event *e)
{
	bool was_on = state->on;

	state->on = e->u.output.size && (e->u.output.data[e->u.output.size - 1] & 1);
	return state->on != was_on;
}

static void serve_one(struct herd *h, int i)
{
	struct uhid_event e;

	if (read(h->uhid[i], &e, sizeof(e)) <= 0 || e.type != UHID_OUTPUT || h->state[i].pulled)
		return;
	if (!herd_is_raw(h, i) && !changes_lamp(&h->state[i], &e))
		return;
	atomic_store(&h->state[i].last_ns, clock_now_ns());
	atomic_fetch_add(&h->state[i].outputs, 1);
}

static int serve(struct herd *h)
{
	int many = epoll_create1(EPOLL_CLOEXEC), n = 0;
	struct epoll_event ready[16];

	for (int i = 0; i < h->count; i++) {
		struct epoll_event want = { .events = EPOLLIN, .data.u32 = i };

		if (epoll_ctl(many, EPOLL_CTL_ADD, h->uhid[i], &want))
			return 1;
	}
	while (n >= 0 || errno == EINTR) {
		n = epoll_wait(many, ready, 16, -1);
		for (int k = 0; k < n; k++)
			serve_one(h, ready[k].data.u32);
	}
	return 1;
}

int herd_plug(struct herd *h, int count, int raw)
{
	int err;

	if (count > HERD_MAX || raw > HERD_RAW_MAX)
		return -E2BIG;
	load_modules(HID_MODULES " evdev");
	memset(h, 0, sizeof(*h));
	memset(h->uhid, -1, sizeof(h->uhid));
	h->count = count;
	h->raw = raw;
	h->state = cage_share(count * sizeof(*h->state));
	/* A lamp would get a hidraw node, too, while there are any. */
	err = plug_some(h, 0, raw) ?: plug_some(h, raw, count);
	if (err)
		return err;
	fflush(NULL);
	h->server = fork();
	if (!h->server) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		_exit(serve(h));
	}
	return h->server < 0 ? -errno : 0;
}

int herd_report(const struct herd *h, int i, int fd, int round)
{
	unsigned char out[HID_REPORT + 1] = { 0, round };
	struct input_event led = { .type = EV_LED, .code = LED_MISC, .value = !(round & 1) };

	if (herd_is_raw(h, i))
		return write(fd, out, sizeof(out));
	return write(fd, &led, sizeof(led));
}

int herd_report_size(const struct herd *h, int i)
{
	return herd_is_raw(h, i) ? HID_REPORT + 1 : (int)sizeof(struct input_event);
}

int herd_pull(struct herd *h, int i)
{
	struct uhid_event e = { .type = UHID_DESTROY };

	h->state[i].pulled = true;
	return write(h->uhid[i], &e, sizeof(e)) < 0 ? -errno : 0;
}

void herd_unplug(struct herd *h)
{
	if (h->server > 0) {
		kill(h->server, SIGKILL);
		waitpid(h->server, NULL, 0);
	}
	h->server = 0;
	for (int i = 0; i < h->count; i++)
		if (h->uhid[i] >= 0)
			close(h->uhid[i]);
	h->count = 0;
}
