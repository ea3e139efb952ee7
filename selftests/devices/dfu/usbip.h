/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SELFTESTS_DFU_USBIP_H
#define SELFTESTS_DFU_USBIP_H

#include <linux/usb/ch9.h>
#include <stdbool.h>
#include <stdint.h>

#define USBIP_DATA_MAX 65536

/* A transfer that the host wants. */
struct usbip_transfer {
	uint32_t number; /* by which the answer finds it */
	uint32_t endpoint;
	uint32_t length; /* of data: what the host sends, or has room for */
	bool is_in;
	struct usb_ctrlrequest setup; /* little-endian, of endpoint 0 */
	uint8_t data[USBIP_DATA_MAX];
};

enum usbip_event {
	USBIP_GONE,     /* the host has let go of the device */
	USBIP_TRANSFER, /* a transfer to be answered, now or later */
	USBIP_UNLINKED, /* the host waits no longer for the transfer with this number; done */
};

/* Plug a high-speed device into the port @port of the virtual host controller vhci_hcd, whose
 * module must be loaded. Returns the descriptor of the wire, which is closed to pull it out; or -1
 * with errno, EBUSY while the port has not let go of the device before.
 */
int usbip_plug(unsigned int port);

/* Take the next message from @wire, into @transfer. Waits for it. */
enum usbip_event usbip_take(int wire, struct usbip_transfer *transfer);

/* Answer @transfer: @result bytes were sent, for is_in those in transfer->data; or it failed, a
 * negative errno. Returns 0, or -1 when the host is gone.
 */
int usbip_answer(int wire, const struct usbip_transfer *transfer, int result);

#endif
