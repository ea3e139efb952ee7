// SPDX-License-Identifier: GPL-2.0-only
/* The outside names: END-5 (WinRT's reasons keep names and numbers), ADM-1 (exit codes). */
#include <errno.h>
#include <string.h>

#include "names.h"
#include "unit.h"

static const struct devtask_names *const tables[] = {
	&devtask_type_names, &devtask_state_names, &devtask_reason_names,
	&devtask_detail_names, &devtask_kind_names, &devtask_claim_state_names,
	&devtask_event_kind_names, &devtask_verdict_names, &devtask_check_names,
	&devtask_ask_kind_names,
};

/* END-5 */
static void reasons_keep_the_numbers_of_winrt(void **state)
{
	static const char *const winrt[] = {
		"abort", "terminating", "logging-off", "servicing-update", "idle-task",
		"uninstall", "condition-loss", "system-policy", "quiet-hours-entered",
		"execution-time-exceeded", "resource-revocation", "energy-saver",
	};

	(void)state;
	for (uint32_t i = 0; i < 12; i++)
		assert_string_equal(devtask_name_of(&devtask_reason_names, i), winrt[i]);
}

/* ADM-2: the log ids of the operation types. */
static void servicing_is_0_and_use_is_1(void **state)
{
	(void)state;
	assert_string_equal(devtask_name_of(&devtask_type_names, 0), "servicing");
	assert_string_equal(devtask_name_of(&devtask_type_names, 1), "use");
}

/* ADM-1 */
static void every_name_leads_back_to_its_value(void **state)
{
	uint32_t value;

	(void)state;
	for (size_t t = 0; t < sizeof(tables) / sizeof(*tables); t++) {
		for (uint32_t i = 0; i < tables[t]->count; i++) {
			uint32_t want = tables[t]->first + i;

			assert_int_equal(devtask_value_of(tables[t], tables[t]->text[i], &value), 0);
			assert_int_equal(value, want);
			assert_string_equal(devtask_name_of(tables[t], want), tables[t]->text[i]);
		}
	}
}

/* ADM-1 */
static void a_value_outside_an_enum_has_no_name(void **state)
{
	(void)state;
	for (size_t t = 0; t < sizeof(tables) / sizeof(*tables); t++) {
		assert_null(devtask_name_of(tables[t], tables[t]->first + tables[t]->count));
		assert_null(devtask_name_of(tables[t], UINT32_MAX));
		if (tables[t]->first)
			assert_null(devtask_name_of(tables[t], 0));
	}
}

/* ADM-1 */
static void an_unknown_name_has_no_value(void **state)
{
	uint32_t value = 4711;

	(void)state;
	assert_int_equal(devtask_value_of(&devtask_type_names, "Use", &value), -EINVAL);
	assert_int_equal(devtask_value_of(&devtask_type_names, "", &value), -EINVAL);
	assert_int_equal(devtask_value_of(&devtask_type_names, "us", &value), -EINVAL);
	assert_int_equal(value, 4711);
}

/* ADM-1: denied by user, by system, low battery, cancelled and timed out told apart. */
static void no_two_outcomes_share_an_exit_code(void **state)
{
	(void)state;
	for (size_t i = 0; i < devtask_exit_codes_count; i++) {
		assert_true(strlen(devtask_exit_codes[i].meaning) > 0);
		for (size_t j = 0; j < i; j++)
			assert_true(devtask_exit_codes[j].code < devtask_exit_codes[i].code);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reasons_keep_the_numbers_of_winrt),
		cmocka_unit_test(servicing_is_0_and_use_is_1),
		cmocka_unit_test(every_name_leads_back_to_its_value),
		cmocka_unit_test(a_value_outside_an_enum_has_no_name),
		cmocka_unit_test(an_unknown_name_has_no_value),
		cmocka_unit_test(no_two_outcomes_share_an_exit_code),
	};

	return cmocka_run_group_tests_name("names", tests, NULL, NULL);
}
