/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SELFTESTS_LOGGER_CRC_H
#define SELFTESTS_LOGGER_CRC_H

#include <stddef.h>
#include <stdint.h>

/* CRC-32 (IEEE 802.3) of @size bytes, continuing @crc; 0 to begin. */
uint32_t logger_crc(uint32_t crc, const void *data, size_t size);

#endif
