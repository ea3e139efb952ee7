// SPDX-License-Identifier: GPL-2.0-only
/* Spans of time as people write them: RUN-10 (limits are configurable and readable). */
#include <errno.h>

#include "duration.h"
#include "unit.h"

#define SEC DEVTASK_NSEC_PER_SEC

static void assert_parses(const char *text, uint64_t want)
{
	uint64_t ns = 4711;

	assert_int_equal(devtask_duration_parse(text, &ns), 0);
	assert_true(ns == want);
}

static void assert_refused(const char *text, int want)
{
	uint64_t ns = 4711;

	assert_int_equal(devtask_duration_parse(text, &ns), want);
	assert_true(ns == 4711);
}

/* RUN-10 */
static void a_plain_number_is_seconds(void **state)
{
	(void)state;
	assert_parses("0", 0);
	assert_parses("90", 90 * SEC);
	assert_parses("1.5", 1500 * DEVTASK_NSEC_PER_MSEC);
}

/* RUN-10 */
static void units_may_follow_one_another_if_they_shrink(void **state)
{
	(void)state;
	assert_parses("10m", 600 * SEC);
	assert_parses("10min", 600 * SEC);
	assert_parses("1h30m", 5400 * SEC);
	assert_parses("1h2m3s4ms5us6ns", 3723 * SEC + 4005006);
	assert_parses("250ms", SEC / 4);
	assert_parses("0.25h", 900 * SEC);
	assert_refused("30m1h", -EINVAL);
	assert_refused("1s1s", -EINVAL);
}

/* RUN-10 */
static void what_is_no_duration_is_refused(void **state)
{
	static const char *const wrong[] = {
		"", " ", "s", "-1", "+1", "1 s", "1d", "1x", "1.", ".5", "1.s", "1m30", "1e3",
		"0x10", "1s ", "1\n", "ten", "1..5",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		assert_refused(wrong[i], -EINVAL);
}

/* RUN-10 */
static void what_does_not_fit_is_refused_and_never_wraps(void **state)
{
	(void)state;
	assert_parses("18446744073s", 18446744073 * SEC);
	assert_parses("18446744073709551615ns", UINT64_MAX);
	assert_refused("18446744073709551616ns", -ERANGE);
	assert_refused("18446744074s", -ERANGE);
	assert_refused("99999999999999999999999s", -ERANGE);
	assert_refused("5124095h9999999999999s", -ERANGE);
}

/* RUN-10 */
static void many_digits_behind_the_point_are_harmless(void **state)
{
	(void)state;
	assert_parses("0.333333333333333333333333333333333333", 333333333);
	assert_parses("1.000000000000000000000000000000000001", SEC);
}

static void assert_reads(uint64_t ns, const char *want)
{
	char text[32];

	assert_string_equal(devtask_duration_format(ns, text, sizeof(text)), want);
}

/* RUN-10 */
static void a_limit_reads_as_people_say_it(void **state)
{
	(void)state;
	assert_reads(0, "0.000 s");
	assert_reads(5001 * DEVTASK_NSEC_PER_MSEC, "5.001 s");
	assert_reads(59999999999, "59.999 s");
	assert_reads(60 * SEC, "1 min 00 s");
	assert_reads(598 * SEC, "9 min 58 s");
	assert_reads(3720 * SEC, "1 h 02 min");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plain_number_is_seconds),
		cmocka_unit_test(units_may_follow_one_another_if_they_shrink),
		cmocka_unit_test(what_is_no_duration_is_refused),
		cmocka_unit_test(what_does_not_fit_is_refused_and_never_wraps),
		cmocka_unit_test(many_digits_behind_the_point_are_harmless),
		cmocka_unit_test(a_limit_reads_as_people_say_it),
	};

	return cmocka_run_group_tests_name("duration", tests, NULL, NULL);
}
