// SPDX-License-Identifier: GPL-2.0-only
/*
 * What most tests begin with, see scene.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "scene.h"

static void kill_leftovers(void)
{
	char path[320];
	glob_t g;

	if (glob("/sys/fs/cgroup/ktest-*", 0, NULL, &g))
		return;
	for (size_t i = 0; i < g.gl_pathc; i++) {
		int fd;

		snprintf(path, sizeof(path), "%s/cgroup.kill", g.gl_pathv[i]);
		fd = open(path, O_WRONLY | O_CLOEXEC);
		if (fd >= 0 && write(fd, "1", 1) < 0)
			perror("# cgroup.kill");
		if (fd >= 0)
			close(fd);
		clock_wait(!rmdir(g.gl_pathv[i]), 1000);
	}
	globfree(&g);
}

int scene_bind(struct wire *helper)
{
	uint32_t ids[256];
	int err, n;

	err = wire_open(helper);
	if (err)
		return err;
	/* The socket of a test that was killed may take a moment to be closed. */
	clock_wait((err = helper_bind(helper)) != -EBUSY, 2000);
	if (err)
		return err;
	n = helper_task_list(helper, ids, 256);
	if (n > 0)
		kill_leftovers();
	for (int i = 0; i < n && i < 256; i++)
		helper_task_end(helper, ids[i], 0);
	return n < 0 ? n : 0;
}

static int fail(const char *what, int err)
{
	fprintf(stderr, "# scene: %s: %s\n", what, strerror(-err));
	return err;
}

int scene_open(struct scene *s, int devices)
{
	int err;

	memset(s, 0, sizeof(*s));
	s->helper.fd = s->ear.fd = -1;
	if (devices & SCENE_HID) {
		err = hid_plug(&s->hid);
		if (err)
			return fail("HID device", err);
	}
	if (devices & SCENE_USB) {
		err = gadget_plug(&s->usb);
		if (err)
			return fail("USB device", err);
	}
	err = scene_bind(&s->helper);
	if (err)
		return fail("helper", err);
	err = wire_open(&s->ear) ?: wire_listen(&s->ear);
	return err ? fail("listener", err) : 0;
}

void scene_close(struct scene *s)
{
	cage_close(&s->cage);
	wire_close(&s->ear);
	wire_close(&s->helper);
	hid_unplug(&s->hid);
	if (s->usb.state)
		gadget_remove(&s->usb);
}
