// SPDX-License-Identifier: GPL-2.0-only
/* What the logger's interface looks like on the bus. Knows nothing of its protocol. */
#include "descriptors.h"

#include <endian.h>
#include <linux/usb/ch9.h>
#include <linux/usb/functionfs.h>
#include <stdint.h>
#include <unistd.h>

#include "protocol.h"

#define INTERFACE_NAME "Records"
#define FULL_SPEED_PACKET 64
#define LANGUAGE_ENGLISH_US 0x0409
#define DESCRIPTORS_EACH 3 /* of struct interface */

struct interface {
	struct usb_interface_descriptor interface;
	struct usb_endpoint_descriptor_no_audio in;
	struct usb_endpoint_descriptor_no_audio out;
} __attribute__((packed));

struct descriptors {
	struct usb_functionfs_descs_head_v2 head;
	__le32 full_count; /* descriptors, not bytes */
	__le32 high_count;
	struct interface full;
	struct interface high;
} __attribute__((packed));

struct strings {
	struct usb_functionfs_strings_head head;
	__le16 language;
	char interface[sizeof(INTERFACE_NAME)];
} __attribute__((packed));

static struct usb_endpoint_descriptor_no_audio bulk(uint8_t address, uint16_t packet)
{
	return (struct usb_endpoint_descriptor_no_audio){
		.bLength = sizeof(struct usb_endpoint_descriptor_no_audio),
		.bDescriptorType = USB_DT_ENDPOINT,
		.bEndpointAddress = address,
		.bmAttributes = USB_ENDPOINT_XFER_BULK,
		.wMaxPacketSize = htole16(packet),
	};
}

static struct interface interface_with(uint16_t packet)
{
	return (struct interface){
		.interface = {
			.bLength = sizeof(struct usb_interface_descriptor),
			.bDescriptorType = USB_DT_INTERFACE,
			.bNumEndpoints = 2,
			.bInterfaceClass = USB_CLASS_VENDOR_SPEC,
			.iInterface = 1,
		},
		.in = bulk(LOGGER_EP_IN, packet),
		.out = bulk(LOGGER_EP_OUT, packet),
	};
}

int logger_descriptors_write(int ep0)
{
	const struct descriptors descriptors = {
		.head = {
			.magic = htole32(FUNCTIONFS_DESCRIPTORS_MAGIC_V2),
			.length = htole32(sizeof(descriptors)),
			.flags = htole32(FUNCTIONFS_HAS_FS_DESC | FUNCTIONFS_HAS_HS_DESC),
		},
		.full_count = htole32(DESCRIPTORS_EACH),
		.high_count = htole32(DESCRIPTORS_EACH),
		.full = interface_with(FULL_SPEED_PACKET),
		.high = interface_with(LOGGER_PACKET),
	};
	const struct strings strings = {
		.head = {
			.magic = htole32(FUNCTIONFS_STRINGS_MAGIC),
			.length = htole32(sizeof(strings)),
			.str_count = htole32(1),
			.lang_count = htole32(1),
		},
		.language = htole16(LANGUAGE_ENGLISH_US),
		.interface = INTERFACE_NAME,
	};

	if (write(ep0, &descriptors, sizeof(descriptors)) < 0)
		return -1;
	return write(ep0, &strings, sizeof(strings)) < 0 ? -1 : 0;
}
