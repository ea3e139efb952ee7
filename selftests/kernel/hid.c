// SPDX-License-Identifier: GPL-2.0-only
/*
 * An emulated HID device, see hid.h. Must not know devtask.
 */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <linux/uhid.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cage.h"
#include "clock.h"
#include "hid.h"
#include "modules.h"

/* Usage page FF00: one 8-byte input, output and feature report, no report ids. */
static const unsigned char descriptor[] = {
	0x06, 0x00, 0xff, 0x09, 0x01, 0xa1, 0x01,
	0x15, 0x00, 0x26, 0xff, 0x00, 0x75, 0x08, 0x95, HID_REPORT,
	0x09, 0x02, 0x81, 0x02,
	0x09, 0x03, 0x91, 0x02,
	0x09, 0x04, 0xb1, 0x02,
	0xc0,
};

static int say(int fd, const struct uhid_event *e)
{
	return write(fd, e, sizeof(*e)) < 0 ? -errno : 0;
}

static void answer(struct hid *h, const struct uhid_event *e)
{
	struct uhid_event r = { 0 };

	switch (e->type) {
	case UHID_OUTPUT:
		atomic_fetch_add(&h->state->outputs, 1);
		r.type = UHID_INPUT2;
		r.u.input2.size = HID_REPORT;
		memcpy(r.u.input2.data, e->u.output.data + 1, HID_REPORT);
		break;
	case UHID_GET_REPORT:
		atomic_fetch_add(&h->state->gets, 1);
		r.type = UHID_GET_REPORT_REPLY;
		r.u.get_report_reply.id = e->u.get_report.id;
		r.u.get_report_reply.size = HID_REPORT + 1;
		memset(r.u.get_report_reply.data + 1, 0x5a, HID_REPORT);
		break;
	case UHID_SET_REPORT:
		atomic_fetch_add(&h->state->sets, 1);
		r.type = UHID_SET_REPORT_REPLY;
		r.u.set_report_reply.id = e->u.set_report.id;
		break;
	default:
		return;
	}
	if (e->type != UHID_OUTPUT && atomic_load(&h->state->silent))
		return;
	say(h->uhid, &r);
}

static int serve(struct hid *h)
{
	struct uhid_event e;

	while (read(h->uhid, &e, sizeof(e)) > 0)
		answer(h, &e);
	return 0;
}

/* Our node is the hidraw device whose HID device has our serial number. */
static int find_node(struct hid *h)
{
	char path[320], buf[1024];
	int found = -ENODEV;
	glob_t g;

	if (glob("/sys/class/hidraw/hidraw*", 0, NULL, &g))
		return -ENODEV;
	for (size_t i = 0; i < g.gl_pathc && found; i++) {
		FILE *f;
		size_t n;

		snprintf(path, sizeof(path), "%s/device/uevent", g.gl_pathv[i]);
		f = fopen(path, "re");
		if (!f)
			continue;
		n = fread(buf, 1, sizeof(buf) - 1, f);
		buf[n] = 0;
		fclose(f);
		snprintf(h->node, sizeof(h->node), "/dev/%.20s", strrchr(g.gl_pathv[i], '/') + 1);
		if (strstr(buf, "HID_UNIQ=" HID_SERIAL) && !access(h->node, F_OK))
			found = 0;
	}
	globfree(&g);
	return found;
}

int hid_create(const void *rd, size_t size, const char *serial)
{
	struct uhid_event e = { .type = UHID_CREATE2 };
	int fd, err;

	fd = open("/dev/uhid", O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	strcpy((char *)e.u.create2.name, "ktest HID");
	snprintf((char *)e.u.create2.uniq, sizeof(e.u.create2.uniq), "%s", serial);
	memcpy(e.u.create2.rd_data, rd, size);
	e.u.create2.rd_size = size;
	e.u.create2.bus = 3;
	e.u.create2.vendor = HID_VENDOR;
	e.u.create2.product = HID_PRODUCT;
	err = say(fd, &e);
	if (err)
		close(fd);
	return err ?: fd;
}

int hid_plug(struct hid *h)
{
	static bool has_modules;	/* a device that comes and goes needs them once */

	if (!has_modules)
		load_modules(HID_MODULES);
	has_modules = true;
	h->uhid = hid_create(descriptor, sizeof(descriptor), HID_SERIAL);
	if (h->uhid < 0)
		return h->uhid;
	h->state = cage_share(sizeof(*h->state));
	fflush(NULL);
	h->server = fork();
	if (!h->server) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		_exit(serve(h));
	}
	return clock_wait(!find_node(h), 5000) ? 0 : -ETIMEDOUT;
}

int hid_input(struct hid *h, unsigned char value)
{
	struct uhid_event e = { .type = UHID_INPUT2 };

	e.u.input2.size = HID_REPORT;
	memset(e.u.input2.data, value, HID_REPORT);
	return say(h->uhid, &e);
}

unsigned int hid_traffic(const struct hid *h)
{
	return atomic_load(&h->state->outputs) + atomic_load(&h->state->gets) +
	       atomic_load(&h->state->sets);
}

void hid_unplug(struct hid *h)
{
	struct uhid_event e = { .type = UHID_DESTROY };

	if (!h->server)
		return;
	say(h->uhid, &e);
	kill(h->server, SIGKILL);
	waitpid(h->server, NULL, 0);
	close(h->uhid);
	h->server = 0;
}
