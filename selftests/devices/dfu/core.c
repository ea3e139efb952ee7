// SPDX-License-Identifier: GPL-2.0-only
/* The state machine of a device that takes firmware, by the DFU 1.1 specification. Knows no USB
 * and no clock: time is told to it.
 */
#include "core.h"

#include <string.h>

#define NS_PER_MS 1000000u

static int fail(struct dfu_core *core, enum dfu_status status)
{
	/* In run time there is no state of error, only an end of what DETACH began. */
	if (!dfu_core_in_dfu_mode(core)) {
		core->state = DFU_APP_IDLE;
		return DFU_STALL;
	}
	core->state = DFU_ERROR;
	core->status = status;
	return DFU_STALL;
}

static void be_busy(struct dfu_core *core, enum dfu_state state, uint32_t ms, uint64_t now_ns)
{
	core->state = state;
	core->until_ns = now_ns + (uint64_t)ms * NS_PER_MS;
}

static uint32_t ms_left(const struct dfu_core *core, uint64_t now_ns)
{
	return now_ns < core->until_ns ?
		       (uint32_t)((core->until_ns - now_ns + NS_PER_MS - 1) / NS_PER_MS) : 0;
}

/* What has come to its end by itself. */
static void catch_up(struct dfu_core *core, uint64_t now_ns)
{
	if (now_ns < core->until_ns)
		return;
	if (core->state == DFU_APP_DETACH) {
		core->state = DFU_APP_IDLE;
	} else if (core->state == DFU_DNBUSY) {
		core->state = DFU_DNLOAD_SYNC;
	} else if (core->state == DFU_MANIFEST) {
		core->is_whole = true;
		core->state = core->manner.is_tolerant ? DFU_MANIFEST_SYNC :
							 DFU_MANIFEST_WAIT_RESET;
	}
}

static int detach(struct dfu_core *core, uint16_t timeout_ms, uint64_t now_ns)
{
	if (core->state != DFU_APP_IDLE)
		return fail(core, DFU_STATUS_STALLED);
	be_busy(core, DFU_APP_DETACH, timeout_ms, now_ns);
	return 0;
}

static int end_download(struct dfu_core *core)
{
	if (core->state != DFU_DNLOAD_IDLE)
		return fail(core, DFU_STATUS_STALLED);
	core->state = DFU_MANIFEST_SYNC;
	return 0;
}

static int download(struct dfu_core *core, const uint8_t *data, uint16_t length, uint64_t now_ns)
{
	if (!length)
		return end_download(core);
	if (core->state == DFU_IDLE) {
		core->length = 0;
		core->blocks = 0;
		core->is_whole = false;
	} else if (core->state != DFU_DNLOAD_IDLE) {
		return fail(core, DFU_STATUS_STALLED);
	}
	if (length > core->manner.transfer_bytes)
		return fail(core, DFU_STATUS_STALLED);
	if (length > core->manner.flash_bytes - core->length)
		return fail(core, DFU_STATUS_ADDRESS);
	if (++core->blocks == core->manner.fail_at_block)
		return fail(core, DFU_STATUS_WRITE);
	memcpy(core->flash + core->length, data, length);
	core->length += length;
	be_busy(core, DFU_DNLOAD_SYNC, core->manner.block_ms, now_ns);
	return 0;
}

static int upload(struct dfu_core *core, uint8_t *data, uint16_t length)
{
	size_t part;

	if (core->state == DFU_IDLE)
		core->sent = 0;
	else if (core->state != DFU_UPLOAD_IDLE)
		return fail(core, DFU_STATUS_STALLED);
	part = core->length - core->sent;
	if (part > length)
		part = length;
	memcpy(data, core->flash + core->sent, part);
	core->sent += part;
	core->state = part < length ? DFU_IDLE : DFU_UPLOAD_IDLE;
	return (int)part;
}

/* The host asks how it is going, which is what moves the machine on. */
static void move_on(struct dfu_core *core, uint64_t now_ns)
{
	if (core->state == DFU_DNLOAD_SYNC)
		core->state = ms_left(core, now_ns) ? DFU_DNBUSY : DFU_DNLOAD_IDLE;
	else if (core->state == DFU_MANIFEST_SYNC && core->is_whole)
		core->state = DFU_IDLE;
	else if (core->state == DFU_MANIFEST_SYNC)
		be_busy(core, DFU_MANIFEST, core->manner.manifest_ms, now_ns);
}

static int tell_status(struct dfu_core *core, uint8_t *data, uint16_t length, uint64_t now_ns)
{
	uint32_t wait_ms = 0;

	if (length < DFU_STATUS_BYTES)
		return fail(core, DFU_STATUS_STALLED);
	/* Who does not wait as long as it was told is not answered. While a device waits for its
	 * reset it need not answer either; those that are sold do.
	 */
	if (core->state == DFU_DNBUSY || core->state == DFU_MANIFEST)
		return fail(core, DFU_STATUS_STALLED);
	move_on(core, now_ns);
	if (core->state == DFU_DNBUSY || core->state == DFU_MANIFEST)
		wait_ms = ms_left(core, now_ns);
	data[0] = (uint8_t)core->status;
	data[1] = (uint8_t)wait_ms;
	data[2] = (uint8_t)(wait_ms >> 8);
	data[3] = (uint8_t)(wait_ms >> 16);
	data[4] = (uint8_t)core->state;
	data[5] = 0; /* no string says more of it */
	return DFU_STATUS_BYTES;
}

static int clear_status(struct dfu_core *core)
{
	if (core->state != DFU_ERROR)
		return fail(core, DFU_STATUS_STALLED);
	core->state = DFU_IDLE;
	core->status = DFU_STATUS_OK;
	return 0;
}

static int tell_state(struct dfu_core *core, uint8_t *data, uint16_t length)
{
	if (!length)
		return fail(core, DFU_STATUS_STALLED);
	data[0] = (uint8_t)core->state;
	return 1;
}

static int abort_transfer(struct dfu_core *core)
{
	if (core->state != DFU_IDLE && core->state != DFU_DNLOAD_IDLE &&
	    core->state != DFU_UPLOAD_IDLE)
		return fail(core, DFU_STATUS_STALLED);
	core->state = DFU_IDLE;
	return 0;
}

void dfu_core_start(struct dfu_core *core, const struct dfu_manner *manner, uint8_t *flash,
		    size_t length, bool in_dfu_mode)
{
	*core = (struct dfu_core){
		.manner = *manner,
		.state = in_dfu_mode ? DFU_IDLE : DFU_APP_IDLE,
		.flash = flash,
		.length = length,
		.is_whole = true,
	};
}

int dfu_core_obey(struct dfu_core *core, const struct dfu_setup *setup, uint8_t *data,
		  uint64_t now_ns)
{
	catch_up(core, now_ns);
	if (!dfu_core_in_dfu_mode(core) && setup->request != DFU_DETACH &&
	    setup->request != DFU_GETSTATUS && setup->request != DFU_GETSTATE)
		return fail(core, DFU_STATUS_STALLED);
	switch (setup->request) {
	case DFU_DETACH:
		return detach(core, setup->value, now_ns);
	case DFU_DNLOAD:
		return download(core, data, setup->length, now_ns);
	case DFU_UPLOAD:
		return upload(core, data, setup->length);
	case DFU_GETSTATUS:
		return tell_status(core, data, setup->length, now_ns);
	case DFU_CLRSTATUS:
		return clear_status(core);
	case DFU_GETSTATE:
		return tell_state(core, data, setup->length);
	case DFU_ABORT:
		return abort_transfer(core);
	default:
		return fail(core, DFU_STATUS_STALLED);
	}
}

void dfu_core_reset(struct dfu_core *core, uint64_t now_ns)
{
	bool asked;

	catch_up(core, now_ns);
	asked = core->state == DFU_APP_DETACH;
	core->status = DFU_STATUS_OK;
	if (!core->is_whole) {
		core->state = DFU_ERROR;
		core->status = DFU_STATUS_FIRMWARE;
	} else {
		core->state = asked ? DFU_IDLE : DFU_APP_IDLE;
	}
}

bool dfu_core_in_dfu_mode(const struct dfu_core *core)
{
	return core->state != DFU_APP_IDLE && core->state != DFU_APP_DETACH;
}
