// SPDX-License-Identifier: GPL-2.0-only
/*
 * An ordinary libusb program that takes interface 0 of a USB device from its kernel driver, and
 * does not give it back: usb-taker VENDOR:PRODUCT [return|wait]
 * "return" attaches the driver again, "wait" stays until it is killed. It knows nothing of devtask.
 */
#include <libusb-1.0/libusb.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int fail(const char *what, int err)
{
	fprintf(stderr, "usb-taker: %s: %s\n", what, libusb_error_name(err));
	return 1;
}

int main(int argc, char *argv[])
{
	const char *then = argc > 2 ? argv[2] : "";
	unsigned int vendor, product;
	libusb_device_handle *device;
	unsigned char status[2];
	int ret;

	if (argc < 2 || sscanf(argv[1], "%4x:%4x", &vendor, &product) != 2)
		return 2;
	ret = libusb_init(NULL);
	if (ret)
		return fail("init", ret);
	device = libusb_open_device_with_vid_pid(NULL, vendor, product);
	if (!device)
		return fail("open", LIBUSB_ERROR_NO_DEVICE);
	ret = libusb_detach_kernel_driver(device, 0);
	if (ret)
		return fail("detach", ret);
	ret = libusb_claim_interface(device, 0);
	if (ret)
		return fail("claim", ret);
	/* GET_STATUS of the device: a real transfer. */
	ret = libusb_control_transfer(device, 0x80, 0, 0, 0, status, sizeof(status), 1000);
	if (ret != sizeof(status))
		return fail("transfer", ret);
	puts("taken");
	fflush(stdout);
	if (!strcmp(then, "wait"))
		for (;;)
			pause();
	if (!strcmp(then, "return")) {
		libusb_release_interface(device, 0);
		ret = libusb_attach_kernel_driver(device, 0);
		if (ret)
			return fail("attach", ret);
	}
	libusb_close(device);
	libusb_exit(NULL);
	return 0;
}
