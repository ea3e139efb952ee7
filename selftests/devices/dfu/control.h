/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SELFTESTS_DFU_CONTROL_H
#define SELFTESTS_DFU_CONTROL_H

#include "core.h"
#include "descriptors.h"
#include "usbip.h"

/* The pipe of endpoint 0. Zeroed, and then with identity and core: a device on a new bus. */
struct dfu_control {
	const struct dfu_identity *identity;
	struct dfu_core *core;
	bool is_configured;
};

/* Do what @transfer asks for, at the time @now_ns; what the host gets is put into transfer->data.
 * Returns how many bytes were sent, or a negative errno, for usbip_answer().
 */
int dfu_control_obey(struct dfu_control *control, struct usbip_transfer *transfer,
		     uint64_t now_ns);

/* Whether it is the request @request of the class. */
bool dfu_control_is(const struct usbip_transfer *transfer, enum dfu_request request);

#endif
