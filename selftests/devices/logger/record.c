// SPDX-License-Identifier: GPL-2.0-only
/* The logger's memory: samples that follow from their number. Knows nothing of USB. */
#include "record.h"

#include <endian.h>
#include <string.h>

#include "crc.h"
#include "protocol.h"

#define FIRST_SAMPLE_S 1700000000u
#define SAMPLE_EVERY_S 60

/* A small generator (xorshift): bytes that differ from record to record. */
static void fill_payload(uint8_t *out, uint32_t index, uint32_t size)
{
	uint32_t state = index * 2654435761u + 1;

	for (uint32_t i = 0; i < size; i++) {
		state ^= state << 13;
		state ^= state >> 17;
		state ^= state << 5;
		out[i] = (uint8_t)state;
	}
}

size_t logger_record_make(void *out, uint32_t index, uint32_t payload_bytes)
{
	uint8_t *payload = (uint8_t *)out + sizeof(struct logger_header);
	struct logger_header header = {
		.magic = htole32(LOGGER_RECORD_MAGIC),
		.index = htole32(index),
		.payload_bytes = htole32(payload_bytes),
		.taken_s = htole64(FIRST_SAMPLE_S + (uint64_t)index * SAMPLE_EVERY_S),
	};
	uint32_t crc;

	fill_payload(payload, index, payload_bytes);
	crc = logger_crc(0, &header, sizeof(header));
	header.crc = htole32(logger_crc(crc, payload, payload_bytes));
	memcpy(out, &header, sizeof(header));
	return sizeof(header) + payload_bytes;
}

int logger_record_image(FILE *file, uint32_t records, uint32_t payload_bytes)
{
	uint8_t record[LOGGER_RECORD_MAX];

	for (uint32_t i = 0; i < records; i++) {
		logger_record_make(record, i, payload_bytes);
		if (fwrite(record + sizeof(struct logger_header), 1, payload_bytes, file) !=
		    payload_bytes)
			return -1;
	}
	return fflush(file) ? -1 : 0;
}
