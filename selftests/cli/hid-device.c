// SPDX-License-Identifier: GPL-2.0-only
/*
 * hid-device - a HID device of uhid, until it is ended: hid-device VVVV PPPP NAME SERIAL.
 * What is written to it comes back as input, eight bytes at a time.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/uhid.h>

static const unsigned char descriptor[] = {
	0x06, 0x00, 0xff,	/* usage page: vendor */
	0x09, 0x01,		/* usage 1 */
	0xa1, 0x01,		/* collection: application */
	0x15, 0x00, 0x26, 0xff, 0x00, 0x75, 0x08, 0x95, 0x08,	/* eight bytes */
	0x09, 0x01, 0x81, 0x02,	/* as input */
	0x09, 0x01, 0x91, 0x02,	/* as output */
	0xc0,
};

static int put(int fd, const struct uhid_event *event)
{
	return write(fd, event, sizeof(*event)) == sizeof(*event) ? 0 : -1;
}

static int create(int fd, char **argv)
{
	struct uhid_event event = { .type = UHID_CREATE2 };
	struct uhid_create2_req *request = &event.u.create2;

	request->vendor = (uint32_t)strtoul(argv[1], NULL, 16);
	request->product = (uint32_t)strtoul(argv[2], NULL, 16);
	snprintf((char *)request->name, sizeof(request->name), "%s", argv[3]);
	snprintf((char *)request->uniq, sizeof(request->uniq), "%s", argv[4]);
	request->bus = 3;
	request->rd_size = sizeof(descriptor);
	memcpy(request->rd_data, descriptor, sizeof(descriptor));
	return put(fd, &event);
}

static int echo(int fd, const struct uhid_event *output)
{
	struct uhid_event event = { .type = UHID_INPUT2 };

	/* Output reports without a number begin with a zero. */
	if (output->u.output.size < 9)
		return 0;
	event.u.input2.size = 8;
	memcpy(event.u.input2.data, output->u.output.data + 1, 8);
	return put(fd, &event);
}

int main(int argc, char **argv)
{
	struct uhid_event event;
	int fd;

	if (argc != 5) {
		fprintf(stderr, "usage: hid-device VENDOR PRODUCT NAME SERIAL\n");
		return 2;
	}
	fd = open("/dev/uhid", O_RDWR | O_CLOEXEC);
	if (fd < 0 || create(fd, argv)) {
		perror("hid-device");
		return 1;
	}
	while (read(fd, &event, sizeof(event)) > 0)
		if (event.type == UHID_OUTPUT && echo(fd, &event))
			return 1;
	return 0;
}
