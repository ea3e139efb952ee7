// SPDX-License-Identifier: GPL-2.0-only
/* Requests to the device: the standard's are answered here, those of the class by the core. */
#include "control.h"

#include <endian.h>
#include <errno.h>
#include <string.h>

#include "report.h"

#define CLASS_TO_INTERFACE (USB_TYPE_CLASS | USB_RECIP_INTERFACE)
/* Until a device has an address it is asked for so much of its device descriptor, and later only
 * for as much as there is.
 */
#define LENGTH_BEFORE_ADDRESS 64

/* Nobody tells a device of USB/IP that its port was reset; but that is when its enumeration begins
 * anew.
 */
static bool shows_reset(const struct dfu_control *control, uint16_t value, uint16_t length)
{
	return control->is_configured && value == USB_DT_DEVICE << 8 &&
	       length == LENGTH_BEFORE_ADDRESS;
}

static int get_descriptor(struct dfu_control *control, uint16_t value, uint16_t length,
			  uint8_t *data, uint64_t now_ns)
{
	if (shows_reset(control, value, length)) {
		control->is_configured = false;
		dfu_core_reset(control->core, now_ns);
		dfu_report("reset", ", \"dfu_mode\": %d", dfu_core_in_dfu_mode(control->core));
	}
	return dfu_descriptors_get(control->identity, control->core, value, data);
}

static int obey_standard(struct dfu_control *control, const struct usb_ctrlrequest *setup,
			 uint8_t *data, uint64_t now_ns)
{
	switch (setup->bRequest) {
	case USB_REQ_GET_DESCRIPTOR:
		return get_descriptor(control, le16toh(setup->wValue), le16toh(setup->wLength),
				      data, now_ns);
	case USB_REQ_SET_CONFIGURATION:
		control->is_configured = le16toh(setup->wValue) != 0;
		return 0;
	case USB_REQ_GET_CONFIGURATION:
		data[0] = control->is_configured;
		return 1;
	case USB_REQ_SET_INTERFACE:
		return le16toh(setup->wValue) || le16toh(setup->wIndex) ? DFU_STALL : 0;
	case USB_REQ_GET_INTERFACE:
		data[0] = 0;
		return 1;
	case USB_REQ_GET_STATUS:
		data[0] = (setup->bRequestType & USB_RECIP_MASK) == USB_RECIP_DEVICE;
		data[1] = 0;
		return 2;
	default:
		return DFU_STALL;
	}
}

static int obey_class(struct dfu_control *control, const struct usb_ctrlrequest *setup,
		      uint8_t *data, uint64_t now_ns)
{
	const struct dfu_setup request = {
		.request = setup->bRequest,
		.value = le16toh(setup->wValue),
		.length = le16toh(setup->wLength),
	};

	if (setup->wIndex)
		return DFU_STALL;
	return dfu_core_obey(control->core, &request, data, now_ns);
}

static bool is_of_class(const struct usb_ctrlrequest *setup)
{
	return (setup->bRequestType & (USB_TYPE_MASK | USB_RECIP_MASK)) == CLASS_TO_INTERFACE;
}

static bool is_download_direction(uint8_t request)
{
	return request == DFU_DETACH || request == DFU_DNLOAD || request == DFU_CLRSTATUS ||
	       request == DFU_ABORT;
}

int dfu_control_obey(struct dfu_control *control, struct usbip_transfer *transfer,
		     uint64_t now_ns)
{
	const struct usb_ctrlrequest *setup = &transfer->setup;
	int sent;

	if (transfer->endpoint || transfer->length != le16toh(setup->wLength))
		return -EPIPE;
	if (!is_of_class(setup))
		sent = obey_standard(control, setup, transfer->data, now_ns);
	else if (is_download_direction(setup->bRequest) == transfer->is_in)
		sent = DFU_STALL;
	else
		sent = obey_class(control, setup, transfer->data, now_ns);
	if (sent == DFU_STALL)
		return -EPIPE;
	if (!transfer->is_in)
		return (int)transfer->length;
	return sent < (int)transfer->length ? sent : (int)transfer->length;
}

bool dfu_control_is(const struct usbip_transfer *transfer, enum dfu_request request)
{
	return !transfer->endpoint && is_of_class(&transfer->setup) &&
	       transfer->setup.bRequest == request;
}
