/* SPDX-License-Identifier: GPL-2.0-only */
/* What the data logger and the program that reads it say to each other. All that either side
 * may know of the other is here.
 *
 * One vendor interface with a bulk pair. All numbers are little-endian.
 *
 *   host                                             logger
 *   control IN  LOGGER_COUNT                     ->  struct logger_count
 *   control OUT LOGGER_BEGIN, struct logger_begin -> drops what a former reader left behind
 *   bulk OUT    struct logger_request (N, M)     ->
 *   bulk IN                                      <-  record N     one transfer each,
 *   bulk IN                                      <-  record N + 1   header and payload
 *     ...                                              ... M records in all
 *
 * A record ends with a short packet, so its payload must not make header + payload a multiple
 * of the packet size (512). The check sum is CRC-32 (IEEE 802.3) over the header, with its crc
 * as 0, and the payload.
 */
#ifndef SELFTESTS_LOGGER_PROTOCOL_H
#define SELFTESTS_LOGGER_PROTOCOL_H

#include <stdint.h>

/* pid.codes, and the products that it sets aside for tests. */
#define LOGGER_VENDOR 0x1209
#define LOGGER_PRODUCT 0x0001

#define LOGGER_EP_IN 0x81
#define LOGGER_EP_OUT 0x02
#define LOGGER_PACKET 512

/* bRequest of the vendor requests to the interface. */
enum logger_control {
	LOGGER_COUNT = 1,
	LOGGER_BEGIN = 2,
};

struct logger_count {
	uint32_t records;
	uint32_t payload_bytes;
} __attribute__((packed));

struct logger_begin {
	uint64_t clock_s; /* the reader's clock, seconds since 1970 */
} __attribute__((packed));

#define LOGGER_REQUEST_MAGIC 0x5152474c /* "LGRQ" */

struct logger_request {
	uint32_t magic;
	uint32_t first;
	uint32_t count;
	uint32_t reserved;
} __attribute__((packed));

#define LOGGER_RECORD_MAGIC 0x4352474c /* "LGRC" */
#define LOGGER_PAYLOAD_MAX 3500

struct logger_header {
	uint32_t magic;
	uint32_t index;
	uint32_t payload_bytes;
	uint32_t crc;
	uint64_t taken_s; /* when the sample was taken, seconds since 1970 */
} __attribute__((packed));

#define LOGGER_RECORD_MAX (sizeof(struct logger_header) + LOGGER_PAYLOAD_MAX)

#endif
