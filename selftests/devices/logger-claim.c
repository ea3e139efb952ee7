// SPDX-License-Identifier: GPL-2.0-only
/* logger-claim: another program that wants the data logger. Tries to claim it until it is free,
 * has it answer one request, and prints when that was, as one JSON line:
 *   {"refused": times, "claimed_ns": CLOCK_BOOTTIME, "answered_ns": ..., "records": ...}
 */
#include <endian.h>
#include <inttypes.h>
#include <libusb.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "logger/protocol.h"

#define TRY_AGAIN_NS 2000000
#define CONTROL_TIMEOUT_MS 2000

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* The exclusive right to the interface, as soon as it is to be had. */
static int claim(libusb_device_handle *device, uint64_t deadline_ns, unsigned long *refused)
{
	const struct timespec pause = { .tv_nsec = TRY_AGAIN_NS };
	int error;

	for (;;) {
		error = libusb_claim_interface(device, 0);
		if (error != LIBUSB_ERROR_BUSY || now_ns() > deadline_ns)
			return error;
		if (!(*refused)++)
			fputs("{\"waiting\": true}\n", stdout);
		nanosleep(&pause, NULL);
	}
}

int main(int argc, char **argv)
{
	unsigned int vendor, product;
	struct logger_count count = { 0 };
	libusb_device_handle *device;
	uint64_t claimed_ns, answered_ns = 0;
	unsigned long refused = 0;
	int error;

	if (argc != 3 || sscanf(argv[1], "%4x:%4x", &vendor, &product) != 2) {
		fputs("usage: logger-claim VVVV:PPPP SECONDS_TO_TRY\n", stderr);
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (libusb_init(NULL))
		return 1;
	device = libusb_open_device_with_vid_pid(NULL, (uint16_t)vendor, (uint16_t)product);
	if (!device) {
		fputs("logger-claim: no such device\n", stderr);
		return 1;
	}
	error = claim(device, now_ns() + strtoul(argv[2], NULL, 10) * 1000000000u, &refused);
	claimed_ns = now_ns();
	if (!error) {
		error = libusb_control_transfer(device, LIBUSB_ENDPOINT_IN |
						LIBUSB_REQUEST_TYPE_VENDOR |
						LIBUSB_RECIPIENT_INTERFACE, LOGGER_COUNT, 0, 0,
						(unsigned char *)&count, sizeof(count),
						CONTROL_TIMEOUT_MS);
		answered_ns = now_ns();
	}
	if (error != sizeof(count)) {
		fprintf(stderr, "logger-claim: %s after %lu refusals\n", libusb_error_name(error),
			refused);
		return 1;
	}
	printf("{\"refused\": %lu, \"claimed_ns\": %" PRIu64 ", \"answered_ns\": %" PRIu64
	       ", \"records\": %" PRIu32 "}\n",
	       refused, claimed_ns, answered_ns, le32toh(count.records));
	libusb_close(device);
	libusb_exit(NULL);
	return 0;
}
