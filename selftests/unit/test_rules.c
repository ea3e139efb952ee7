// SPDX-License-Identifier: GPL-2.0-only
/* The module's pure rules as truth tables, compiled on the host as they are. */
#include "unit.h"

#include "../../kmod/limits.h"
#include "../../kmod/rules.c"

#define SEC DEVTASK_NS_PER_S

static const struct devtask_limits sound = {
	.deadline_ns = 600 * SEC, .io_interval_ns = 5 * SEC, .grace_ns = 5 * SEC,
};

/* RUN-1, RUN-3, END-1 */
static void the_defaults_are_those_of_the_table(void **state)
{
	struct devtask_limits use = devtask_rules_defaults(DEVTASK_TYPE_USE);
	struct devtask_limits servicing = devtask_rules_defaults(DEVTASK_TYPE_SERVICING);

	(void)state;
	assert_true(use.deadline_ns == 600 * SEC);
	assert_true(use.io_interval_ns == 5 * SEC);
	assert_true(use.grace_ns == 5 * SEC);
	assert_true(servicing.deadline_ns == 1800 * SEC);
	assert_true(servicing.io_interval_ns == 0);
	assert_true(servicing.grace_ns == 5 * SEC);
	assert_true(servicing.warning_ns == 60 * SEC);
	assert_true(use.warning_ns == 60 * SEC);
}

/* RUN-1, RUN-3: what is not a known type gets the stricter limits */
static void an_unknown_type_is_held_to_the_stricter_limits(void **state)
{
	struct devtask_limits odd = devtask_rules_defaults((enum devtask_type)77);

	(void)state;
	assert_true(odd.deadline_ns == 600 * SEC);
	assert_true(odd.io_interval_ns == 5 * SEC);
}

/* RUN-10 */
static void each_limit_out_of_its_range_is_named(void **state)
{
	static const struct {
		struct devtask_limits limits;
		enum devtask_limit_fault fault;
	} rows[] = {
		{ { 600 * SEC, 5 * SEC, 5 * SEC, 0 }, DEVTASK_LIMIT_FAULT_NONE },
		{ { SEC, SEC / 2, 0, 0 }, DEVTASK_LIMIT_FAULT_NONE },
		{ { 86400 * SEC, 3600 * SEC, 60 * SEC, 0 }, DEVTASK_LIMIT_FAULT_NONE },
		{ { 600 * SEC, 0, 5 * SEC, 0 }, DEVTASK_LIMIT_FAULT_NONE },
		{ { 0, 5 * SEC, 5 * SEC, 0 }, DEVTASK_LIMIT_FAULT_DEADLINE },
		{ { SEC - 1, 5 * SEC, 5 * SEC, 0 }, DEVTASK_LIMIT_FAULT_DEADLINE },
		{ { 86400 * SEC + 1, 5 * SEC, 5 * SEC, 0 }, DEVTASK_LIMIT_FAULT_DEADLINE },
		{ { ~0ULL, 5 * SEC, 5 * SEC, 0 }, DEVTASK_LIMIT_FAULT_DEADLINE },
		{ { 600 * SEC, 1, 5 * SEC, 0 }, DEVTASK_LIMIT_FAULT_IO_INTERVAL },
		{ { 600 * SEC, SEC / 2 - 1, 5 * SEC, 0 }, DEVTASK_LIMIT_FAULT_IO_INTERVAL },
		{ { 600 * SEC, 3600 * SEC + 1, 5 * SEC, 0 }, DEVTASK_LIMIT_FAULT_IO_INTERVAL },
		{ { 600 * SEC, 5 * SEC, 60 * SEC + 1, 0 }, DEVTASK_LIMIT_FAULT_GRACE },
		{ { 0, 1, ~0ULL, 0 }, DEVTASK_LIMIT_FAULT_DEADLINE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		assert_int_equal(devtask_rules_check(&rows[i].limits), rows[i].fault);
	assert_int_equal(devtask_rules_check(&sound), DEVTASK_LIMIT_FAULT_NONE);
}

/* RUN-1 */
static void a_task_is_warned_before_its_deadline_or_never(void **state)
{
	static const struct {
		__u64 deadline_ns, warning_ns, after_ns;
	} rows[] = {
		{ 1800 * SEC, 60 * SEC, 1740 * SEC },
		{ 600 * SEC, 60 * SEC, 540 * SEC },
		{ 61 * SEC, 60 * SEC, SEC },
		{ 60 * SEC, 60 * SEC, 0 },
		{ 2 * SEC, 60 * SEC, 0 },
		{ 1800 * SEC, 0, 0 },
		{ 2 * SEC, 1, 2 * SEC - 1 },
		{ 1800 * SEC, ~0ULL, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct devtask_limits limits = {
			.deadline_ns = rows[i].deadline_ns, .warning_ns = rows[i].warning_ns,
		};

		assert_true(devtask_rules_warn_after(&limits) == rows[i].after_ns);
	}
}

/* RUN-3: at 250 ticks a second 5 s are 1250 ticks; the stamp may be one tick too old */
static void an_idle_task_is_never_found_early_and_at_most_one_tick_late(void **state)
{
	(void)state;
	for (__u64 since = 0; since <= 1250; since++) {
		struct devtask_idle idle = devtask_rules_idle(since, 1250);

		assert_false(idle.expired);
		assert_true(idle.wait_ticks == 1251 - since);
		assert_true(idle.wait_ticks > 0);
	}
	assert_true(devtask_rules_idle(1251, 1250).expired);
	assert_true(devtask_rules_idle(~0ULL, 1250).expired);
}

/* RUN-2, APP-8 */
static void only_a_servicing_task_lives_through_the_loss_of_its_device(void **state)
{
	(void)state;
	assert_true(devtask_rules_detach_ends(DEVTASK_TYPE_USE));
	assert_false(devtask_rules_detach_ends(DEVTASK_TYPE_SERVICING));
	assert_true(devtask_rules_detach_ends((enum devtask_type)77));
}

/* END-1, CON-4 */
static void only_a_lost_device_and_a_revoked_consent_leave_no_grace(void **state)
{
	(void)state;
	for (int detail = 0; detail <= DEVTASK_DETAIL_MAX; detail++)
		assert_int_equal(devtask_rules_cut_at_once((enum devtask_detail)detail),
				 detail == DEVTASK_DETAIL_DEVICE_DETACHED ||
				 detail == DEVTASK_DETAIL_CONSENT_REVOKED);
}

/* ADM-4 */
static void developer_mode_reports_what_a_task_does_wrong_and_nothing_else(void **state)
{
	(void)state;
	for (int detail = 0; detail <= DEVTASK_DETAIL_MAX; detail++)
		assert_int_equal(devtask_rules_can_be_reported((enum devtask_detail)detail),
				 detail == DEVTASK_DETAIL_NO_IO ||
				 detail == DEVTASK_DETAIL_CPU_FLOOR ||
				 detail == DEVTASK_DETAIL_DEVICE_DETACHED ||
				 detail == DEVTASK_DETAIL_WALL_CLOCK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_defaults_are_those_of_the_table),
		cmocka_unit_test(an_unknown_type_is_held_to_the_stricter_limits),
		cmocka_unit_test(each_limit_out_of_its_range_is_named),
		cmocka_unit_test(a_task_is_warned_before_its_deadline_or_never),
		cmocka_unit_test(an_idle_task_is_never_found_early_and_at_most_one_tick_late),
		cmocka_unit_test(only_a_servicing_task_lives_through_the_loss_of_its_device),
		cmocka_unit_test(only_a_lost_device_and_a_revoked_consent_leave_no_grace),
		cmocka_unit_test(developer_mode_reports_what_a_task_does_wrong_and_nothing_else),
	};

	return cmocka_run_group_tests_name("rules", tests, NULL, NULL);
}
