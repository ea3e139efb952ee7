/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SELFTESTS_LOGGER_RECORD_H
#define SELFTESTS_LOGGER_RECORD_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Write record @index with @payload_bytes of payload to @out (LOGGER_RECORD_MAX bytes); the
 * same index always gives the same record. Returns its size in bytes.
 */
size_t logger_record_make(void *out, uint32_t index, uint32_t payload_bytes);

/* Write the payloads of @records records to @file, as a reader should have them in the end.
 * Returns 0, or -1 with errno.
 */
int logger_record_image(FILE *file, uint32_t records, uint32_t payload_bytes);

#endif
