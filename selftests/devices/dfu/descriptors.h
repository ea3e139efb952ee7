/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SELFTESTS_DFU_DESCRIPTORS_H
#define SELFTESTS_DFU_DESCRIPTORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core.h"

/* Who the device is, in each of its modes. */
struct dfu_identity {
	uint16_t vendor;
	uint16_t product;     /* in run time */
	uint16_t dfu_vendor;
	uint16_t dfu_product; /* in DFU mode */
	const char *serial;   /* of both */
};

#define DFU_DESCRIPTOR_MAX 256

/* Write the descriptor that @value, of a GET_DESCRIPTOR, asks for, whole, to
 * @data[DFU_DESCRIPTOR_MAX]. Returns its length, or DFU_STALL if there is none.
 */
int dfu_descriptors_get(const struct dfu_identity *identity, const struct dfu_core *core,
			uint16_t value, uint8_t *data);

#endif
