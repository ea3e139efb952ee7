// SPDX-License-Identifier: GPL-2.0-only
/* follower: a program of a device that resets itself, with libusb alone. Reads the device for as long
 * as it is there, looks for it under any of its ids when it is gone, and says what changes:
 *   reading 1209:db01          its first answer under that id, at that node
 *   gone                       it does not answer any more
 *   LIBUSB_ERROR_ACCESS        why it cannot be opened; each kind once until it can
 *   opened 12 ms after 2 tries after libusb told of it, which is after udev told libusb
 * Ends with status 0 at SIGTERM, or when there have been so many returns.
 */
#include <errno.h>
#include <inttypes.h>
#include <libusb.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define TIMEOUT_MS 1000
#define IDS_MAX 8

static struct {
	unsigned int vendor, product;
} ids[IDS_MAX];
static int id_count;
static libusb_device *arrived;
static volatile sig_atomic_t ended;

static void end(int signal)
{
	(void)signal;
	ended = 1;
}

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* Called by libusb for what is there, and for what udev tells it of later. */
static int on_arrived(libusb_context *context, libusb_device *device, libusb_hotplug_event event,
		      void *data)
{
	struct libusb_device_descriptor descriptor;

	(void)context;
	(void)event;
	(void)data;
	libusb_get_device_descriptor(device, &descriptor);
	for (int i = 0; i < id_count; i++) {
		if (descriptor.idVendor != ids[i].vendor || descriptor.idProduct != ids[i].product)
			continue;
		if (arrived)
			libusb_unref_device(arrived);
		arrived = libusb_ref_device(device);
	}
	return 0;
}

/* Tries until it can; the newest device counts. */
static libusb_device_handle *open_arrived(void)
{
	libusb_device_handle *handle = NULL;
	uint64_t begin_ns = now_ns();
	int error = 0, last = 0, tries = 0;

	while (!ended && arrived) {
		error = libusb_open(arrived, &handle);
		tries++;
		if (!error) {
			printf("opened %" PRIu64 " us after %d tries\n",
			       (now_ns() - begin_ns) / 1000, tries);
			return handle;
		}
		if (error == LIBUSB_ERROR_NO_DEVICE)
			return NULL;
		if (error != last)
			printf("%s\n", libusb_error_name(error));
		last = error;
		poll(NULL, 0, 1);
	}
	return NULL;
}

/* The first 18 bytes of every USB device, from itself. */
static bool read_once(libusb_device_handle *handle, unsigned char data[18])
{
	int length = libusb_control_transfer(handle, LIBUSB_ENDPOINT_IN,
					     LIBUSB_REQUEST_GET_DESCRIPTOR, LIBUSB_DT_DEVICE << 8,
					     0, data, 18, TIMEOUT_MS);

	return length == 18;
}

static void read_on(libusb_device_handle *handle)
{
	unsigned char data[18];
	bool first = true;

	while (!ended && read_once(handle, data)) {
		if (first)
			printf("reading %02x%02x:%02x%02x\n", data[9], data[8], data[11], data[10]);
		first = false;
		poll(NULL, 0, 200);
	}
	if (!ended)
		puts("gone");
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = end };
	libusb_device_handle *handle;
	int returns;

	returns = argc > 2 ? atoi(argv[1]) : 0;
	for (int i = 2; i < argc && id_count < IDS_MAX; i++)
		if (sscanf(argv[i], "%4x:%4x", &ids[id_count].vendor, &ids[id_count].product) == 2)
			id_count++;
	if (!id_count || returns < 0) {
		fputs("usage: follower RETURNS VVVV:PPPP...\n", stderr);
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	sigaction(SIGTERM, &action, NULL);
	if (libusb_init(NULL) ||
	    libusb_hotplug_register_callback(NULL, LIBUSB_HOTPLUG_EVENT_DEVICE_ARRIVED,
					     LIBUSB_HOTPLUG_ENUMERATE, LIBUSB_HOTPLUG_MATCH_ANY,
					     LIBUSB_HOTPLUG_MATCH_ANY, LIBUSB_HOTPLUG_MATCH_ANY,
					     on_arrived, NULL, NULL))
		return 1;
	while (!ended) {
		struct timeval pause = { .tv_usec = 200000 };

		libusb_handle_events_timeout(NULL, &pause);
		handle = arrived ? open_arrived() : NULL;
		if (!handle)
			continue;
		libusb_unref_device(arrived);
		arrived = NULL;
		read_on(handle);
		libusb_close(handle);
		if (!ended && !returns--)
			break;
	}
	return 0;
}
