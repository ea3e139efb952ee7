// SPDX-License-Identifier: GPL-2.0-only
/* The emulated device that takes firmware: its state machine against the DFU 1.1 specification,
 * so that an end-to-end test of an update rests on a device that would refuse a wrong one.
 */
#include "unit.h"

#include <string.h>

#include "../devices/dfu/core.h"

#define MS 1000000ull
#define BLOCK 64

static uint8_t flash[4 * BLOCK];
static uint8_t data[2 * BLOCK];
static struct dfu_core core;
static uint64_t now_ns;

static const struct dfu_manner usual = {
	.transfer_bytes = BLOCK,
	.flash_bytes = sizeof(flash),
	.block_ms = 20,
	.manifest_ms = 500,
	.will_detach = true,
	.is_tolerant = true,
};

static void start(const struct dfu_manner *manner, bool in_dfu_mode)
{
	memset(flash, 0xee, sizeof(flash));
	now_ns = 1;
	dfu_core_start(&core, manner, flash, BLOCK, in_dfu_mode);
}

static int ask(enum dfu_request request, uint16_t value, uint16_t length)
{
	const struct dfu_setup setup = { (uint8_t)request, value, length };

	return dfu_core_obey(&core, &setup, data, now_ns);
}

/* What GETSTATUS tells: the time to wait in ms. */
static uint32_t status_must_be(enum dfu_status status, enum dfu_state state)
{
	assert_int_equal(ask(DFU_GETSTATUS, 0, DFU_STATUS_BYTES), DFU_STATUS_BYTES);
	assert_int_equal(data[0], status);
	assert_int_equal(data[4], state);
	return data[1] | (uint32_t)data[2] << 8 | (uint32_t)data[3] << 16;
}

static void wait_ms(uint32_t ms)
{
	now_ns += ms * MS;
}

static int send_block(uint8_t fill, uint16_t length)
{
	memset(data, fill, length);
	return ask(DFU_DNLOAD, 0, length);
}

/* A block sent as an orderly host does. */
static void write_block(uint8_t fill, uint16_t length)
{
	assert_int_equal(send_block(fill, length), 0);
	wait_ms(status_must_be(DFU_STATUS_OK, DFU_DNBUSY));
	status_must_be(DFU_STATUS_OK, DFU_DNLOAD_IDLE);
}

static void finish_download(void)
{
	assert_int_equal(ask(DFU_DNLOAD, 0, 0), 0);
	wait_ms(status_must_be(DFU_STATUS_OK, DFU_MANIFEST));
}

static void must_stall(int answer)
{
	assert_int_equal(answer, DFU_STALL);
	status_must_be(DFU_STATUS_STALLED, DFU_ERROR);
}

static void a_download_goes_from_block_to_block_to_manifestation(void **state)
{
	(void)state;
	start(&usual, true);
	write_block(0x11, BLOCK);
	write_block(0x22, BLOCK / 2);
	assert_false(core.is_whole);
	finish_download();
	assert_false(core.is_whole);
	status_must_be(DFU_STATUS_OK, DFU_IDLE);
	assert_true(core.is_whole);
	assert_int_equal(core.length, BLOCK + BLOCK / 2);
	assert_int_equal(flash[BLOCK - 1], 0x11);
	assert_int_equal(flash[BLOCK], 0x22);
}

static void the_host_is_told_how_long_a_block_takes(void **state)
{
	(void)state;
	start(&usual, true);
	send_block(1, BLOCK);
	assert_int_equal(status_must_be(DFU_STATUS_OK, DFU_DNBUSY), 20);
	wait_ms(19);
	must_stall(ask(DFU_GETSTATUS, 0, DFU_STATUS_BYTES));
}

static void a_block_that_comes_too_early_is_an_error(void **state)
{
	(void)state;
	start(&usual, true);
	send_block(1, BLOCK);
	must_stall(send_block(2, BLOCK));
}

static void an_upload_gives_what_was_stored(void **state)
{
	(void)state;
	start(&usual, true);
	write_block(0x33, BLOCK);
	write_block(0x44, 8);
	finish_download();
	status_must_be(DFU_STATUS_OK, DFU_IDLE);
	assert_int_equal(ask(DFU_UPLOAD, 0, BLOCK), BLOCK);
	assert_int_equal(data[0], 0x33);
	status_must_be(DFU_STATUS_OK, DFU_UPLOAD_IDLE);
	assert_int_equal(ask(DFU_UPLOAD, 1, BLOCK), 8);
	assert_int_equal(data[7], 0x44);
	status_must_be(DFU_STATUS_OK, DFU_IDLE);
}

static void a_device_that_needs_a_reset_waits_for_it(void **state)
{
	struct dfu_manner manner = usual;

	(void)state;
	manner.is_tolerant = false;
	start(&manner, true);
	write_block(1, BLOCK);
	finish_download();
	status_must_be(DFU_STATUS_OK, DFU_MANIFEST_WAIT_RESET);
	must_stall(ask(DFU_UPLOAD, 0, BLOCK));
	dfu_core_reset(&core, now_ns);
	assert_false(dfu_core_in_dfu_mode(&core));
}

static void detach_and_reset_lead_to_dfu_mode_and_a_reset_back(void **state)
{
	(void)state;
	start(&usual, false);
	assert_int_equal(ask(DFU_DETACH, 1000, 0), 0);
	status_must_be(DFU_STATUS_OK, DFU_APP_DETACH);
	dfu_core_reset(&core, now_ns);
	status_must_be(DFU_STATUS_OK, DFU_IDLE);
	dfu_core_reset(&core, now_ns);
	status_must_be(DFU_STATUS_OK, DFU_APP_IDLE);
}

static void a_detach_without_reset_is_forgotten_in_time(void **state)
{
	(void)state;
	start(&usual, false);
	assert_int_equal(ask(DFU_DETACH, 1000, 0), 0);
	wait_ms(1000);
	dfu_core_reset(&core, now_ns);
	assert_false(dfu_core_in_dfu_mode(&core));
}

static void in_run_time_nothing_can_be_stored(void **state)
{
	(void)state;
	start(&usual, false);
	assert_int_equal(send_block(1, BLOCK), DFU_STALL);
	assert_int_equal(ask(DFU_UPLOAD, 0, BLOCK), DFU_STALL);
	status_must_be(DFU_STATUS_OK, DFU_APP_IDLE);
	assert_int_equal(flash[0], 0xee);
}

static void a_download_cut_off_leaves_a_device_without_firmware(void **state)
{
	(void)state;
	start(&usual, true);
	write_block(1, BLOCK);
	dfu_core_reset(&core, now_ns);
	status_must_be(DFU_STATUS_FIRMWARE, DFU_ERROR);
	assert_int_equal(ask(DFU_CLRSTATUS, 0, 0), 0);
	status_must_be(DFU_STATUS_OK, DFU_IDLE);
	dfu_core_reset(&core, now_ns);
	assert_true(dfu_core_in_dfu_mode(&core));
}

static void an_aborted_download_can_begin_anew(void **state)
{
	(void)state;
	start(&usual, true);
	write_block(1, BLOCK);
	assert_int_equal(ask(DFU_ABORT, 0, 0), 0);
	status_must_be(DFU_STATUS_OK, DFU_IDLE);
	write_block(2, BLOCK);
	assert_int_equal(core.length, BLOCK);
}

static void a_firmware_that_is_too_large_is_refused(void **state)
{
	(void)state;
	start(&usual, true);
	for (int i = 0; i < 4; i++)
		write_block(1, BLOCK);
	assert_int_equal(send_block(1, 1), DFU_STALL);
	status_must_be(DFU_STATUS_ADDRESS, DFU_ERROR);
	must_stall(ask(DFU_UPLOAD, 0, BLOCK));
}

static void a_transfer_that_is_too_long_is_refused(void **state)
{
	(void)state;
	start(&usual, true);
	must_stall(send_block(1, BLOCK + 1));
	assert_int_equal(flash[0], 0xee);
}

static void a_block_that_cannot_be_written_fails(void **state)
{
	struct dfu_manner manner = usual;

	(void)state;
	manner.fail_at_block = 2;
	start(&manner, true);
	write_block(1, BLOCK);
	assert_int_equal(send_block(2, BLOCK), DFU_STALL);
	status_must_be(DFU_STATUS_WRITE, DFU_ERROR);
}

static void a_download_of_nothing_is_refused(void **state)
{
	(void)state;
	start(&usual, true);
	must_stall(ask(DFU_DNLOAD, 0, 0));
	assert_true(core.is_whole);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_download_goes_from_block_to_block_to_manifestation),
		cmocka_unit_test(the_host_is_told_how_long_a_block_takes),
		cmocka_unit_test(a_block_that_comes_too_early_is_an_error),
		cmocka_unit_test(an_upload_gives_what_was_stored),
		cmocka_unit_test(a_device_that_needs_a_reset_waits_for_it),
		cmocka_unit_test(detach_and_reset_lead_to_dfu_mode_and_a_reset_back),
		cmocka_unit_test(a_detach_without_reset_is_forgotten_in_time),
		cmocka_unit_test(in_run_time_nothing_can_be_stored),
		cmocka_unit_test(a_download_cut_off_leaves_a_device_without_firmware),
		cmocka_unit_test(an_aborted_download_can_begin_anew),
		cmocka_unit_test(a_firmware_that_is_too_large_is_refused),
		cmocka_unit_test(a_transfer_that_is_too_long_is_refused),
		cmocka_unit_test(a_block_that_cannot_be_written_fails),
		cmocka_unit_test(a_download_of_nothing_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
