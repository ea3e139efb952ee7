// SPDX-License-Identifier: GPL-2.0-only
/* What the device looks like on the bus: one interface without endpoints, in run time and in DFU
 * mode, of a high-speed device. Knows nothing of requests.
 */
#include "descriptors.h"

#include <endian.h>
#include <linux/usb/ch9.h>
#include <string.h>

#define DFU_SUBCLASS 1
#define DFU_PROTOCOL_RUN_TIME 1
#define DFU_PROTOCOL_DFU_MODE 2
#define DFU_DT_FUNCTIONAL 0x21
#define DFU_VERSION 0x0110
#define DFU_CAN_DOWNLOAD 0x01
#define DFU_CAN_UPLOAD 0x02
#define DFU_IS_TOLERANT 0x04
#define DFU_WILL_DETACH 0x08
#define DETACH_TIMEOUT_MS 1000
#define CONTROL_PACKET 64
#define LANGUAGE_ENGLISH_US 0x0409

enum string_index {
	STRING_LANGUAGES,
	STRING_MANUFACTURER,
	STRING_PRODUCT,
	STRING_SERIAL,
	STRING_INTERFACE,
};

struct functional {
	uint8_t bLength;
	uint8_t bDescriptorType;
	uint8_t bmAttributes;
	__le16 wDetachTimeOut;
	__le16 wTransferSize;
	__le16 bcdDFUVersion;
} __attribute__((packed));

/* The kernel's struct of an interface and its configuration have no padding at their end. */
struct configuration {
	struct usb_config_descriptor config;
	struct usb_interface_descriptor interface;
	struct functional functional;
} __attribute__((packed));

static int give(uint8_t *data, const void *descriptor, size_t length)
{
	memcpy(data, descriptor, length);
	return (int)length;
}

static int give_device(const struct dfu_identity *identity, bool in_dfu_mode, uint8_t *data)
{
	const struct usb_device_descriptor device = {
		.bLength = USB_DT_DEVICE_SIZE,
		.bDescriptorType = USB_DT_DEVICE,
		.bcdUSB = htole16(0x0200),
		.bMaxPacketSize0 = CONTROL_PACKET,
		.idVendor = htole16(in_dfu_mode ? identity->dfu_vendor : identity->vendor),
		.idProduct = htole16(in_dfu_mode ? identity->dfu_product : identity->product),
		.bcdDevice = htole16(0x0100),
		.iManufacturer = STRING_MANUFACTURER,
		.iProduct = STRING_PRODUCT,
		.iSerialNumber = STRING_SERIAL,
		.bNumConfigurations = 1,
	};

	return give(data, &device, USB_DT_DEVICE_SIZE);
}

static int give_configuration(const struct dfu_core *core, bool in_dfu_mode, uint8_t *data)
{
	const struct configuration configuration = {
		.config = {
			.bLength = USB_DT_CONFIG_SIZE,
			.bDescriptorType = USB_DT_CONFIG,
			.wTotalLength = htole16(sizeof(configuration)),
			.bNumInterfaces = 1,
			.bConfigurationValue = 1,
			.bmAttributes = USB_CONFIG_ATT_ONE | USB_CONFIG_ATT_SELFPOWER,
		},
		.interface = {
			.bLength = USB_DT_INTERFACE_SIZE,
			.bDescriptorType = USB_DT_INTERFACE,
			.bInterfaceClass = USB_CLASS_APP_SPEC,
			.bInterfaceSubClass = DFU_SUBCLASS,
			.bInterfaceProtocol = in_dfu_mode ? DFU_PROTOCOL_DFU_MODE :
							    DFU_PROTOCOL_RUN_TIME,
			.iInterface = STRING_INTERFACE,
		},
		.functional = {
			.bLength = sizeof(struct functional),
			.bDescriptorType = DFU_DT_FUNCTIONAL,
			.bmAttributes = DFU_CAN_DOWNLOAD | DFU_CAN_UPLOAD |
					(core->manner.is_tolerant ? DFU_IS_TOLERANT : 0) |
					(core->manner.will_detach ? DFU_WILL_DETACH : 0),
			.wDetachTimeOut = htole16(DETACH_TIMEOUT_MS),
			.wTransferSize = htole16((uint16_t)core->manner.transfer_bytes),
			.bcdDFUVersion = htole16(DFU_VERSION),
		},
	};

	return give(data, &configuration, sizeof(configuration));
}

static int give_qualifier(uint8_t *data)
{
	const struct usb_qualifier_descriptor qualifier = {
		.bLength = sizeof(qualifier),
		.bDescriptorType = USB_DT_DEVICE_QUALIFIER,
		.bcdUSB = htole16(0x0200),
		.bMaxPacketSize0 = CONTROL_PACKET,
		.bNumConfigurations = 1,
	};

	return give(data, &qualifier, sizeof(qualifier));
}

static const char *find_string(const struct dfu_identity *identity, bool in_dfu_mode,
			       uint8_t index)
{
	switch (index) {
	case STRING_MANUFACTURER:
		return "devtask selftests";
	case STRING_PRODUCT:
		return in_dfu_mode ? "Thermometer (bootloader)" : "Thermometer";
	case STRING_SERIAL:
		return identity->serial;
	case STRING_INTERFACE:
		return in_dfu_mode ? "Firmware" : "Firmware update";
	default:
		return NULL;
	}
}

static int give_string(const struct dfu_identity *identity, bool in_dfu_mode, uint8_t index,
		       uint8_t *data)
{
	const char *text;
	size_t length;

	data[1] = USB_DT_STRING;
	if (index == STRING_LANGUAGES) {
		data[0] = 4;
		data[2] = LANGUAGE_ENGLISH_US & 0xff;
		data[3] = LANGUAGE_ENGLISH_US >> 8;
		return data[0];
	}
	text = find_string(identity, in_dfu_mode, index);
	if (!text)
		return DFU_STALL;
	length = strlen(text);
	if (length > (DFU_DESCRIPTOR_MAX - 4) / 2)
		length = (DFU_DESCRIPTOR_MAX - 4) / 2;
	for (size_t i = 0; i < length; i++) {
		data[2 + 2 * i] = (uint8_t)text[i];
		data[3 + 2 * i] = 0;
	}
	data[0] = (uint8_t)(2 + 2 * length);
	return data[0];
}

int dfu_descriptors_get(const struct dfu_identity *identity, const struct dfu_core *core,
			uint16_t value, uint8_t *data)
{
	bool in_dfu_mode = dfu_core_in_dfu_mode(core);

	switch (value >> 8) {
	case USB_DT_DEVICE:
		return give_device(identity, in_dfu_mode, data);
	case USB_DT_CONFIG:
		return give_configuration(core, in_dfu_mode, data);
	case USB_DT_DEVICE_QUALIFIER:
		return give_qualifier(data);
	case USB_DT_STRING:
		return give_string(identity, in_dfu_mode, value & 0xff, data);
	default:
		return DFU_STALL;
	}
}
