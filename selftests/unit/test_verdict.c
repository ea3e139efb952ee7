// SPDX-License-Identifier: GPL-2.0-only
/* How a task ended, as an exit code (ADM-1, END-4), and numbers for people (ADM-3). */
#include "human.h"
#include "names.h"
#include "unit.h"
#include "verdict.h"

/* END-4: the statuses of waitpid(2). */
static void a_programs_own_status_is_passed_through(void **state)
{
	(void)state;
	for (uint32_t code = 0; code < 256; code++) {
		struct devtask_ending ending = { .status_known = true, .status = code << 8 };

		assert_int_equal(devtask_verdict(&ending), code);
	}
}

/* END-4 */
static void a_deadly_signal_is_128_and_its_number(void **state)
{
	struct devtask_ending killed = { .status_known = true, .status = 9 };
	struct devtask_ending dumped = { .status_known = true, .status = 11 | 0x80 };

	(void)state;
	assert_int_equal(devtask_verdict(&killed), 137);
	assert_int_equal(devtask_verdict(&dumped), 139);
}

/* ADM-1: a cancelled task that stops cleanly has still been cancelled. */
static void a_cancellation_outweighs_the_programs_status(void **state)
{
	(void)state;
	for (uint32_t reason = 0; reason <= DEVTASK_REASON_MAX; reason++) {
		struct devtask_ending ending = { .canceled = true, .reason = reason,
						 .status_known = true, .status = 0 };
		int want = reason == DEVTASK_REASON_EXECUTION_TIME_EXCEEDED ? 124 : 125;

		assert_int_equal(devtask_verdict(&ending), want);
		ending.status_known = false;
		assert_int_equal(devtask_verdict(&ending), want);
	}
}

/* RUN-11: its helper died, and with it the knowledge of the status. */
static void a_lost_status_is_not_taken_for_success(void **state)
{
	struct devtask_ending ending = { 0 };

	(void)state;
	assert_int_equal(devtask_verdict(&ending), DEVTASK_EXIT_STATUS_UNKNOWN);
}

static void assert_bytes(uint64_t bytes, const char *want)
{
	char text[32];

	assert_string_equal(devtask_human_bytes(bytes, text, sizeof(text)), want);
}

/* ADM-3 */
static void bytes_read_in_three_digits_and_a_unit(void **state)
{
	(void)state;
	assert_bytes(0, "0 B");
	assert_bytes(1023, "1023 B");
	assert_bytes(1024, "1.0 KiB");
	assert_bytes(102400, "100 KiB");
	assert_bytes(1048575, "1.0 MiB");
	assert_bytes(5 * 1048576 + 524288, "5.5 MiB");
	assert_bytes(UINT64_MAX, "16.0 EiB");
}

static void assert_count(uint64_t count, const char *want)
{
	char text[32];

	assert_string_equal(devtask_human_count(count, text, sizeof(text)), want);
}

/* ADM-3 */
static void counts_read_in_groups_of_three(void **state)
{
	char small[4];

	(void)state;
	assert_count(0, "0");
	assert_count(999, "999");
	assert_count(1000, "1,000");
	assert_count(1234567, "1,234,567");
	assert_count(UINT64_MAX, "18,446,744,073,709,551,615");
	devtask_human_count(UINT64_MAX, small, sizeof(small));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_programs_own_status_is_passed_through),
		cmocka_unit_test(a_deadly_signal_is_128_and_its_number),
		cmocka_unit_test(a_cancellation_outweighs_the_programs_status),
		cmocka_unit_test(a_lost_status_is_not_taken_for_success),
		cmocka_unit_test(bytes_read_in_three_digits_and_a_unit),
		cmocka_unit_test(counts_read_in_groups_of_three),
	};

	return cmocka_run_group_tests_name("verdict", tests, NULL, NULL);
}
