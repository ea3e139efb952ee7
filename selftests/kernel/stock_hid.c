// SPDX-License-Identifier: GPL-2.0-only
/*
 * An ordinary hidapi program for the emulated HID device. It prints what it finds, so that
 * two runs of it can be compared. It knows nothing of devtask.
 */
#include <hidapi/hidapi.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

#include "hid.h"

static void describe(hid_device *h)
{
	wchar_t text[64] = L"";
	int r;

	r = hid_get_manufacturer_string(h, text, 64);
	printf("manufacturer: %d \"%ls\"\n", r, text);
	r = hid_get_product_string(h, text, 64);
	printf("product: %d \"%ls\"\n", r, text);
	r = hid_get_serial_number_string(h, text, 64);
	printf("serial: %d \"%ls\"\n", r, text);
}

static void talk(hid_device *h)
{
	unsigned char out[9] = { 0, 8, 7, 6, 5, 4, 3, 2, 1 }, in[64] = { 0 }, feature[9] = { 0 };
	int r;

	printf("write: %d\n", hid_write(h, out, sizeof(out)));
	r = hid_read_timeout(h, in, sizeof(in), 2000);
	printf("read: %d, equal %d\n", r, !memcmp(in, out + 1, 8));
	printf("read with nothing there: %d\n", hid_read_timeout(h, in, sizeof(in), 50));
	r = hid_get_feature_report(h, feature, sizeof(feature));
	printf("get feature: %d, %#x\n", r, feature[1]);
	printf("send feature: %d\n", hid_send_feature_report(h, feature, sizeof(feature)));
	printf("set non-blocking: %d\n", hid_set_nonblocking(h, 1));
	printf("non-blocking read: %d\n", hid_read(h, in, sizeof(in)));
	printf("set blocking: %d\n", hid_set_nonblocking(h, 0));
	hid_write(h, out, sizeof(out));
	printf("blocking read: %d\n", hid_read(h, in, sizeof(in)));
}

int main(int argc, char **argv)
{
	hid_device *h;

	if (argc != 2 || hid_init())
		return 64;
	h = hid_open_path(argv[1]);
	if (!h)
		return 2;
	describe(h);
	talk(h);
	hid_close(h);
	h = hid_open(HID_VENDOR, HID_PRODUCT, L"" HID_SERIAL);
	printf("open by number and serial: %s\n", h ? "yes" : "no");
	if (!h)
		return 3;
	talk(h);
	hid_close(h);
	hid_exit();
	return 0;
}
