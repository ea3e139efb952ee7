/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SELFTESTS_DFU_CORE_H
#define SELFTESTS_DFU_CORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Requests, states and status codes by their numbers in the DFU 1.1 specification. */
enum dfu_request {
	DFU_DETACH,
	DFU_DNLOAD,
	DFU_UPLOAD,
	DFU_GETSTATUS,
	DFU_CLRSTATUS,
	DFU_GETSTATE,
	DFU_ABORT,
};

enum dfu_state {
	DFU_APP_IDLE,
	DFU_APP_DETACH,
	DFU_IDLE,
	DFU_DNLOAD_SYNC,
	DFU_DNBUSY,
	DFU_DNLOAD_IDLE,
	DFU_MANIFEST_SYNC,
	DFU_MANIFEST,
	DFU_MANIFEST_WAIT_RESET,
	DFU_UPLOAD_IDLE,
	DFU_ERROR,
};

enum dfu_status {
	DFU_STATUS_OK = 0x00,
	DFU_STATUS_WRITE = 0x03,
	DFU_STATUS_ADDRESS = 0x08,
	DFU_STATUS_FIRMWARE = 0x0a,
	DFU_STATUS_STALLED = 0x0f,
};

#define DFU_STATUS_BYTES 6
#define DFU_STALL (-1)

/* How the device behaves. */
struct dfu_manner {
	uint32_t transfer_bytes; /* the most of one DNLOAD or UPLOAD */
	uint32_t flash_bytes;    /* what there is room for */
	uint32_t block_ms;       /* to write a block */
	uint32_t manifest_ms;    /* to make the new firmware the one that runs */
	uint32_t fail_at_block;  /* this block, from 1, cannot be written; 0: all can */
	bool will_detach;        /* it leaves the bus by itself at DETACH, needs no reset */
	bool is_tolerant;        /* after manifestation it answers, needs no reset */
};

struct dfu_core {
	struct dfu_manner manner;
	enum dfu_state state;
	enum dfu_status status;
	uint8_t *flash; /* manner.flash_bytes, the caller's */
	size_t length;  /* of the firmware in it */
	size_t sent;    /* of it in this upload */
	uint32_t blocks; /* of this download */
	uint64_t until_ns; /* end of DNBUSY, MANIFEST and APP_DETACH */
	bool is_whole;  /* the firmware in flash was manifested, and can run */
};

struct dfu_setup {
	uint8_t request; /* enum dfu_request */
	uint16_t value;
	uint16_t length;
};

/* Be a device with the firmware of @length bytes in @flash: in run time, or in DFU mode if
 * @in_dfu_mode.
 */
void dfu_core_start(struct dfu_core *core, const struct dfu_manner *manner, uint8_t *flash,
		    size_t length, bool in_dfu_mode);

/* Obey a class request at the time @now_ns. @data: setup->length bytes that the host sends, or
 * room for what it gets. Returns how many bytes it gets, 0 when it sent some, or DFU_STALL.
 */
int dfu_core_obey(struct dfu_core *core, const struct dfu_setup *setup, uint8_t *data,
		  uint64_t now_ns);

/* The device starts anew: the bus was reset, or it left the bus by itself. Whether it is in DFU
 * mode may change; a device without a whole firmware stays there.
 */
void dfu_core_reset(struct dfu_core *core, uint64_t now_ns);

bool dfu_core_in_dfu_mode(const struct dfu_core *core);

#endif
