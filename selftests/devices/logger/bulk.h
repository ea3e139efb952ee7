/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SELFTESTS_LOGGER_BULK_H
#define SELFTESTS_LOGGER_BULK_H

#include <stdint.h>

/* How the logger behaves; fixed at the start. */
struct logger_manner {
	uint32_t records;
	uint32_t payload_bytes;
	uint32_t every_ms;    /* at most one record in this time; 0: as fast as it can */
	uint32_t stall_after; /* stop answering after so many records; 0: never */
};

/* Open ep1 and ep2 in @mount_point and start to serve requests. @manner stays the caller's.
 * Returns 0, or -1 with errno.
 */
int logger_bulk_start(const char *mount_point, const struct logger_manner *manner);

/* Drop what is in hand: a request that is being served, a record that nobody fetched. Comes
 * back when that is done.
 */
void logger_bulk_abandon(void);

/* Stop answering from the next record on; answer again. */
void logger_bulk_stall(void);
void logger_bulk_resume(void);

/* Abandon, end the thread and close the files. */
void logger_bulk_stop(void);

#endif
