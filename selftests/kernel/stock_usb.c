// SPDX-License-Identifier: GPL-2.0-only
/*
 * An ordinary libusb program for the emulated USB device, synchronous and asynchronous. It
 * prints what it finds, so that two runs of it can be compared. It knows nothing of devtask.
 */
#include <libusb-1.0/libusb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gadget.h"

static int completed;

static void LIBUSB_CALL on_transfer(struct libusb_transfer *t)
{
	printf("async: status %d, %d bytes\n", t->status, t->actual_length);
	completed++;
}

static void wait_for_transfers(libusb_context *ctx, int n)
{
	while (completed < n)
		if (libusb_handle_events(ctx))
			exit(3);
	completed = 0;
}

static void describe(libusb_device_handle *h)
{
	struct libusb_device_descriptor d;
	unsigned char text[64] = "";
	int config = 0;

	libusb_get_device_descriptor(libusb_get_device(h), &d);
	printf("device %04x:%04x\n", d.idVendor, d.idProduct);
	libusb_get_configuration(h, &config);
	printf("configuration %d, kernel driver %d\n", config, libusb_kernel_driver_active(h, 0));
	libusb_get_string_descriptor_ascii(h, d.iSerialNumber, text, sizeof(text));
	printf("serial %s\n", text);
	libusb_get_string_descriptor_ascii(h, d.iProduct, text, sizeof(text));
	printf("product %s\n", text);
}

static int find_endpoints(libusb_device_handle *h, unsigned char ep[4])
{
	struct libusb_config_descriptor *c;
	const struct libusb_interface_descriptor *i;

	if (libusb_get_active_config_descriptor(libusb_get_device(h), &c))
		return -1;
	i = c->interface[0].altsetting;
	for (int n = 0; n < 4 && n < i->bNumEndpoints; n++)
		ep[n] = i->endpoint[n].bEndpointAddress;
	libusb_free_config_descriptor(c);
	return 0;
}

static void synchronous(libusb_device_handle *h, const unsigned char ep[4])
{
	unsigned char buf[4096] = { 0 };
	int r, n = 0;

	r = libusb_bulk_transfer(h, ep[0], buf, 512, &n, 2000);
	printf("bulk in: %d, %d bytes, byte 5 is %d\n", r, n, buf[5]);
	r = libusb_bulk_transfer(h, ep[1], buf, sizeof(buf), &n, 2000);
	printf("bulk out: %d, %d bytes\n", r, n);
	r = libusb_bulk_transfer(h, ep[2], buf, 512, &n, 300);
	printf("bulk in, mute: %s, %d bytes\n", libusb_error_name(r), n);
	printf("control in: %d\n", libusb_control_transfer(h, 0xc1, GADGET_ASK, 0, 0, buf, 16, 1000));
	printf("control out: %d\n", libusb_control_transfer(h, 0x41, GADGET_TELL, 0, 0, buf, 24, 1000));
	printf("control, hung: %s\n", libusb_error_name(
	       libusb_control_transfer(h, 0xc1, GADGET_HANG, 0, 0, buf, 16, 300)));
}

static void asynchronous(libusb_context *ctx, libusb_device_handle *h, const unsigned char ep[4])
{
	unsigned char *zero_copy = libusb_dev_mem_alloc(h, 4096), buf[512];
	struct libusb_transfer *in = libusb_alloc_transfer(0), *out = libusb_alloc_transfer(0);

	printf("device memory: %s\n", zero_copy ? "yes" : "no");
	if (!zero_copy)
		exit(4);
	libusb_fill_bulk_transfer(in, h, ep[0], zero_copy, 512, on_transfer, NULL, 2000);
	printf("submit in: %d\n", libusb_submit_transfer(in));
	wait_for_transfers(ctx, 1);
	libusb_fill_bulk_transfer(out, h, ep[1], zero_copy, 1000, on_transfer, NULL, 2000);
	printf("submit out: %d\n", libusb_submit_transfer(out));
	wait_for_transfers(ctx, 1);
	libusb_fill_bulk_transfer(in, h, ep[2], buf, 512, on_transfer, NULL, 300);
	printf("submit mute: %d\n", libusb_submit_transfer(in));
	wait_for_transfers(ctx, 1);
	libusb_fill_bulk_transfer(in, h, ep[2], buf, 512, on_transfer, NULL, 0);
	libusb_submit_transfer(in);
	printf("cancel: %d\n", libusb_cancel_transfer(in));
	wait_for_transfers(ctx, 1);
	libusb_dev_mem_free(h, zero_copy, 4096);
	libusb_free_transfer(in);
	libusb_free_transfer(out);
}

int main(void)
{
	libusb_device_handle *h;
	unsigned char ep[4] = { 0 };
	libusb_context *ctx;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (libusb_init(&ctx))
		return 2;
	h = libusb_open_device_with_vid_pid(ctx, GADGET_VENDOR, GADGET_PRODUCT);
	if (!h || find_endpoints(h, ep))
		return 2;
	describe(h);
	printf("claim: %d\n", libusb_claim_interface(h, 0));
	synchronous(h, ep);
	asynchronous(ctx, h, ep);
	printf("alternate setting: %d\n", libusb_set_interface_alt_setting(h, 0, 0));
	printf("clear halt: %d\n", libusb_clear_halt(h, ep[0]));
	printf("release: %d\n", libusb_release_interface(h, 0));
	libusb_close(h);
	libusb_exit(ctx);
	return 0;
}
