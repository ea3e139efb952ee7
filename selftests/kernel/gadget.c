// SPDX-License-Identifier: GPL-2.0-only
/*
 * An emulated USB device, seen from the host it is plugged into: configfs, the cable, and
 * which node it got. See gadget.h. Must not know devtask.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/usb/ch9.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cage.h"
#include "clock.h"
#include "gadget.h"
#include "modules.h"

#define CONFIGFS "/sys/kernel/config"
#define GADGET CONFIGFS "/usb_gadget/ktest"
#define FFS_DIR "/run/ktest-ffs"
#define UDC "dummy_udc.0"
#define USB_DEVICES "/sys/bus/usb/devices"

static int put(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int err = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, value, strlen(value)) < 0)
		err = -errno;
	close(fd);
	return err;
}

static bool get(const char *device, const char *file, char *buf, int size)
{
	char path[320];
	FILE *f;
	bool ok;

	snprintf(path, sizeof(path), USB_DEVICES "/%s/%s", device, file);
	f = fopen(path, "re");
	if (!f)
		return false;
	ok = fgets(buf, size, f);
	fclose(f);
	if (ok)
		buf[strcspn(buf, "\n")] = 0;
	return ok;
}

/* Endpoint addresses are chosen by the gadget stack; their order is ours. */
static bool read_endpoints(struct gadget *g)
{
	unsigned char buf[1024], *to[] = { &g->source, &g->sink, &g->mute, &g->deaf };
	int fd = open(g->node, O_RDONLY | O_CLOEXEC), n = 0, found = 0;

	if (fd >= 0) {
		n = read(fd, buf, sizeof(buf));
		close(fd);
	}
	for (int i = 0; i + 2 < n && buf[i]; i += buf[i])
		if (buf[i + 1] == USB_DT_ENDPOINT && found < 4)
			*to[found++] = buf[i + 2];
	return found == 4;
}

static bool find_node(struct gadget *g)
{
	char serial[64], bus[16], dev[16], config[16];
	DIR *d = opendir(USB_DEVICES);
	struct dirent *e;
	bool found = false;

	while (d && !found && (e = readdir(d))) {
		if (!get(e->d_name, "serial", serial, sizeof(serial)) ||
		    strcmp(serial, GADGET_SERIAL) ||
		    !get(e->d_name, "busnum", bus, sizeof(bus)) ||
		    !get(e->d_name, "devnum", dev, sizeof(dev)) ||
		    !get(e->d_name, "bConfigurationValue", config, sizeof(config)) || !config[0])
			continue;
		snprintf(g->name, sizeof(g->name), "%.30s", e->d_name);
		snprintf(g->node, sizeof(g->node), "/dev/bus/usb/%03d/%03d", atoi(bus), atoi(dev));
		found = !access(g->node, F_OK) && read_endpoints(g);
	}
	if (d)
		closedir(d);
	return found;
}

static int configure(void)
{
	if (access(CONFIGFS "/usb_gadget", F_OK))
		mount("none", CONFIGFS, "configfs", 0, NULL);
	if (mkdir(GADGET, 0755) && errno != EEXIST)
		return -errno;
	put(GADGET "/idVendor", "0x1209");
	put(GADGET "/idProduct", "0x0008");
	mkdir(GADGET "/strings/0x409", 0755);
	put(GADGET "/strings/0x409/serialnumber", GADGET_SERIAL);
	put(GADGET "/strings/0x409/manufacturer", "devtask");
	put(GADGET "/strings/0x409/product", "ktest USB");
	mkdir(GADGET "/configs/c.1", 0755);
	mkdir(GADGET "/functions/ffs.ktest", 0755);
	if (symlink(GADGET "/functions/ffs.ktest", GADGET "/configs/c.1/ffs.ktest") &&
	    errno != EEXIST)
		return -errno;
	mkdir(FFS_DIR, 0755);
	return mount("ktest", FFS_DIR, "functionfs", 0, NULL) && errno != EBUSY ? -errno : 0;
}

int gadget_unplug(struct gadget *g)
{
	(void)g;
	return put(GADGET "/UDC", "\n");
}

int gadget_replug(struct gadget *g)
{
	int err = put(GADGET "/UDC", UDC);

	g->node[0] = 0;
	if (err)
		return err;
	return clock_wait(find_node(g), 10000) ? 0 : -ETIMEDOUT;
}

int gadget_plug(struct gadget *g)
{
	int err;

	load_modules("dummy_hcd libcomposite usb_f_fs");
	g->state = cage_share(sizeof(*g->state));
	err = configure();
	if (err)
		return err;
	fflush(NULL);
	g->server = fork();
	if (!g->server) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		_exit(gadget_serve(FFS_DIR, g->state));
	}
	if (!clock_wait(atomic_load(&g->state->ready), 5000))
		return -ETIMEDOUT;
	return gadget_replug(g);
}

unsigned int gadget_traffic(const struct gadget *g)
{
	const struct gadget_state *s = g->state;

	return atomic_load(&s->source) + atomic_load(&s->sink) + atomic_load(&s->mute) +
	       atomic_load(&s->deaf) + atomic_load(&s->setups) + atomic_load(&s->hung);
}

void gadget_remove(struct gadget *g)
{
	if (g->server > 0) {
		gadget_unplug(g);
		kill(g->server, SIGKILL);
		waitpid(g->server, NULL, 0);
		g->server = 0;
	}
	umount2(FFS_DIR, MNT_DETACH);
	unlink(GADGET "/configs/c.1/ffs.ktest");
	rmdir(GADGET "/functions/ffs.ktest");
	rmdir(GADGET "/configs/c.1");
	rmdir(GADGET "/strings/0x409");
	rmdir(GADGET);
}
