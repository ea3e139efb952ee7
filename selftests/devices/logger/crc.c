// SPDX-License-Identifier: GPL-2.0-only
/* The check sum of a record. Knows neither records nor USB. */
#include "crc.h"

#define POLYNOMIAL 0xedb88320u

uint32_t logger_crc(uint32_t crc, const void *data, size_t size)
{
	const uint8_t *byte = data;

	crc = ~crc;
	for (; size; size--) {
		crc ^= *byte++;
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? POLYNOMIAL : 0);
	}
	return ~crc;
}
