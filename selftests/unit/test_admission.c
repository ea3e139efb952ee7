// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of section 2: all satisfied is Allowed, and each row violated alone gives exactly
 * its verdict, its reason, its numbers and a sentence of its own.
 */
#include <string.h>

#include "admission.h"
#include "unit.h"

#define MINUTE_NS	UINT64_C(60000000000)

/* Everything is as it should be. */
static struct devtask_admission_facts good(enum devtask_type type)
{
	return (struct devtask_admission_facts) {
		.type = type,
		.executable = "/usr/bin/watch",
		.app = "org.example.Watch",
		.entry_point = "Watch.Sync",
		.declared = true,
		.program = "/usr/libexec/watch-sync",
		.estimate_ns = 24 * MINUTE_NS,
		.owner_lives = true,
		.foreground = true,
		.device = "usb:1209:0001",
		.attached = true,
		.kind = DEVTASK_KIND_USB,
		.capable = true,
		.privileged = true,
		.battery_percent = 34,
		.battery_floor_percent = 33,
		.agent = true,
		.consent = DEVTASK_PERMISSION_YES,
		.prompt_s = 120,
	};
}

typedef void breaker(struct devtask_admission_facts *facts);

#define BREAK(name, statement)						\
	static void name(struct devtask_admission_facts *facts) { statement; }

BREAK(no_manifest, facts->app = NULL; facts->app_why = "it is writable for everybody")
BREAK(not_declared, facts->declared = false)
BREAK(no_program, facts->program = NULL)
BREAK(long_arguments, facts->arguments_bytes = 4097)
BREAK(thirty_minutes, facts->estimate_ns = 30 * MINUTE_NS)
BREAK(app_gone, facts->owner_lives = false)
BREAK(background, facts->foreground = false; facts->foreground_why = "pid 7 is")
BREAK(detached, facts->attached = false)
BREAK(no_capability, facts->capable = false)
BREAK(blocked, facts->blocked_class = "mass-storage")
BREAK(refused, facts->refused = true)
BREAK(mtp, facts->is_mtp = true)
BREAK(raw_ioctl, facts->kind = DEVTASK_KIND_CHARDEV)
BREAK(app_busy, facts->app_tasks = 1)
BREAK(device_busy, facts->device_tasks = 1)
BREAK(system_busy, facts->system_tasks = 3; facts->system_tasks_max = 3)
BREAK(held, facts->holder = "adb"; facts->holder_pid = 812)
BREAK(not_privileged, facts->privileged = false)
BREAK(low_battery, facts->battery_percent = 33)
BREAK(unknown_battery, facts->battery_why = "battery BAT0 does not tell how full it is")
BREAK(no_agent, facts->agent = false; facts->consent = DEVTASK_PERMISSION_UNASKED)
BREAK(said_no, facts->consent = DEVTASK_PERMISSION_NO)
BREAK(timed_out, facts->consent = DEVTASK_PERMISSION_TIMEOUT)
BREAK(prompt_died, facts->consent = DEVTASK_PERMISSION_DEAD)

#define USE		(1u << DEVTASK_TYPE_USE)
#define SERVICING	(1u << DEVTASK_TYPE_SERVICING)
#define BOTH		(USE | SERVICING)

static const struct {
	breaker *violate;
	unsigned int types;		/* that the row counts for */
	enum devtask_verdict verdict;
	enum devtask_check check;
	uint64_t measured, required;
	const char *says;
} table[] = {
	/* REG-4, APP: the sender is no app */
	{ no_manifest, BOTH, DEVTASK_VERDICT_DENIED_BY_SYSTEM, DEVTASK_CHECK_APP, 0, 0,
	  "/usr/bin/watch is not the executable of an installed manifest: it is writable for everybody; see: devtaskctl apps" },
	/* INI-1 */
	{ not_declared, BOTH, DEVTASK_VERDICT_DENIED_BY_SYSTEM, DEVTASK_CHECK_ENTRY_POINT, 0, 0,
	  "declares no entry point \"Watch.Sync\"" },
	/* REG-2 */
	{ no_program, BOTH, DEVTASK_VERDICT_DENIED_BY_SYSTEM, DEVTASK_CHECK_ENTRY_POINT, 0, 0,
	  "the entry point \"Watch.Sync\" of org.example.Watch has no program" },
	/* APP-2 */
	{ long_arguments, BOTH, DEVTASK_VERDICT_DENIED_BY_SYSTEM, DEVTASK_CHECK_ARGUMENTS,
	  4097, 4096, "the arguments have 4097 bytes; at most 4096 are possible" },
	/* INI-7 */
	{ thirty_minutes, SERVICING, DEVTASK_VERDICT_DENIED_BY_SYSTEM, DEVTASK_CHECK_ESTIMATE,
	  30 * MINUTE_NS, 30 * MINUTE_NS, "estimated at 30 minutes; it must be under 30" },
	/* section 2, decided: owner alive */
	{ app_gone, BOTH, DEVTASK_VERDICT_DENIED_BY_SYSTEM, DEVTASK_CHECK_OWNER, 0, 0,
	  "the app has exited or withdrawn its request" },
	/* INI-2 */
	{ background, BOTH, DEVTASK_VERDICT_DENIED_BY_SYSTEM, DEVTASK_CHECK_FOREGROUND, 0, 0,
	  "org.example.Watch is not in the foreground: pid 7 is; bring it to the front" },
	/* INI-3 */
	{ detached, BOTH, DEVTASK_VERDICT_DENIED_BY_SYSTEM, DEVTASK_CHECK_ATTACHED, 0, 0,
	  "usb:1209:0001 is not attached; connect it" },
	/* INI-4 */
	{ no_capability, BOTH, DEVTASK_VERDICT_DENIED_BY_SYSTEM, DEVTASK_CHECK_CAPABILITY, 0, 0,
	  "declares no capability for usb:1209:0001" },
	{ blocked, BOTH, DEVTASK_VERDICT_DENIED_BY_SYSTEM, DEVTASK_CHECK_CLASS, 0, 0,
	  "devices of the class mass-storage are blocked" },
	{ refused, BOTH, DEVTASK_VERDICT_DENIED_BY_USER, DEVTASK_CHECK_ACCESS, 0, 0,
	  "devtaskctl consent grant org.example.Watch usb:1209:0001" },
	/* INI-5, PRO-5, PRO-8 */
	{ mtp, USE, DEVTASK_VERDICT_DENIED_BY_SYSTEM, DEVTASK_CHECK_PROTOCOL,
	  DEVTASK_KIND_USB, 0, "speaks MTP, which only device servicing may use" },
	{ raw_ioctl, USE, DEVTASK_VERDICT_DENIED_BY_SYSTEM, DEVTASK_CHECK_PROTOCOL,
	  DEVTASK_KIND_CHARDEV, 0, "raw ioctl, which only device servicing may use" },
	/* INI-6 */
	{ app_busy, BOTH, DEVTASK_VERDICT_DENIED_BY_SYSTEM, DEVTASK_CHECK_APP_BUSY, 1, 0,
	  "org.example.Watch has a device task that still runs" },
	{ device_busy, BOTH, DEVTASK_VERDICT_DENIED_BY_SYSTEM, DEVTASK_CHECK_DEVICE_BUSY, 1, 0,
	  "another device task uses usb:1209:0001" },
	{ system_busy, BOTH, DEVTASK_VERDICT_DENIED_BY_SYSTEM, DEVTASK_CHECK_SYSTEM_BUSY, 3, 3,
	  "3 device tasks run and the administrator allows 3" },
	/* APP-7 */
	{ held, BOTH, DEVTASK_VERDICT_DENIED_BY_SYSTEM, DEVTASK_CHECK_DEVICE_HELD, 812, 0,
	  "usb:1209:0001 is held open by adb (process 812)" },
	/* INI-8 */
	{ not_privileged, SERVICING, DEVTASK_VERDICT_DENIED_BY_SYSTEM, DEVTASK_CHECK_PRIVILEGED,
	  0, 0, "is not a privileged app of usb:1209:0001: its metadata does not name it" },
	/* INI-9 */
	{ low_battery, SERVICING, DEVTASK_VERDICT_LOW_BATTERY, DEVTASK_CHECK_BATTERY, 33, 33,
	  "the battery is at 33 % and must be above 33 %; connect the charger" },
	{ unknown_battery, SERVICING, DEVTASK_VERDICT_DENIED_BY_SYSTEM, DEVTASK_CHECK_BATTERY, 0, 33,
	  "battery BAT0 does not tell how full it is; connect the charger and try again" },
	/* CON-6 */
	{ no_agent, BOTH, DEVTASK_VERDICT_DENIED_BY_USER, DEVTASK_CHECK_AGENT, 0, 0,
	  "start a consent agent with: devtaskctl agent" },
	/* INI-10 */
	{ said_no, BOTH, DEVTASK_VERDICT_DENIED_BY_USER, DEVTASK_CHECK_CONSENT, 0, 0,
	  "you did not permit org.example.Watch to use usb:1209:0001" },
	/* CON-3 */
	{ timed_out, BOTH, DEVTASK_VERDICT_DENIED_BY_USER, DEVTASK_CHECK_PROMPT, 120, 120,
	  "not answered within 120 s" },
	{ prompt_died, BOTH, DEVTASK_VERDICT_DENIED_BY_USER, DEVTASK_CHECK_PROMPT, 0, 120,
	  "closed without an answer" },
};

static const enum devtask_type types[] = { DEVTASK_TYPE_SERVICING, DEVTASK_TYPE_USE };

/* INI-1 to INI-10, CON-3, CON-6, APP-2, APP-7 */
static void all_satisfied_is_allowed(void **state)
{
	struct devtask_admission admission;

	(void)state;
	for (size_t t = 0; t < 2; t++) {
		struct devtask_admission_facts facts = good(types[t]);

		devtask_admission_judge(&facts, UINT64_MAX, &admission);
		assert_int_equal(admission.verdict, DEVTASK_VERDICT_ALLOWED);
		assert_int_equal(admission.reasons, 0);
		assert_string_equal(admission.sentence, "");
	}
}

/* INI-1 to INI-10, REG-2, CON-3, CON-6, APP-2, APP-7, PRO-5, PRO-8 */
static void each_row_violated_alone_gives_exactly_its_verdict(void **state)
{
	struct devtask_admission admission;

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		for (size_t t = 0; t < 2; t++) {
			struct devtask_admission_facts facts = good(types[t]);
			bool counts = table[i].types & 1u << types[t];

			table[i].violate(&facts);
			devtask_admission_judge(&facts, UINT64_MAX, &admission);
			if (!counts) {
				assert_int_equal(admission.verdict, DEVTASK_VERDICT_ALLOWED);
				continue;
			}
			assert_int_equal(admission.verdict, table[i].verdict);
			assert_int_equal(admission.reasons, UINT64_C(1) << table[i].check);
			assert_int_equal(admission.measured, table[i].measured);
			assert_int_equal(admission.required, table[i].required);
			if (!strstr(admission.sentence, table[i].says))
				assert_string_equal(admission.sentence, table[i].says);
		}
	}
}

/* Section 2: in order, cheapest first; the first failure speaks, every one sets its bit. */
static void of_two_failures_the_earlier_speaks_and_both_are_told(void **state)
{
	struct devtask_admission_facts facts = good(DEVTASK_TYPE_USE);
	struct devtask_admission admission;

	(void)state;
	facts.foreground = false;
	facts.consent = DEVTASK_PERMISSION_NO;
	devtask_admission_judge(&facts, UINT64_MAX, &admission);
	assert_int_equal(admission.verdict, DEVTASK_VERDICT_DENIED_BY_SYSTEM);
	assert_int_equal(admission.reasons, DEVTASK_ADMISSION_BIT(FOREGROUND) |
			 DEVTASK_ADMISSION_BIT(CONSENT));
	assert_non_null(strstr(admission.sentence, "not in the foreground"));
}

/* INI-3, INI-4: of a device that is not there nothing else is said. */
static void what_makes_no_sense_after_a_failure_is_left_out(void **state)
{
	struct devtask_admission_facts facts = good(DEVTASK_TYPE_USE);
	struct devtask_admission admission;

	(void)state;
	facts.attached = false;
	facts.capable = false;
	facts.consent = DEVTASK_PERMISSION_NO;
	devtask_admission_judge(&facts, UINT64_MAX, &admission);
	assert_int_equal(admission.reasons, DEVTASK_ADMISSION_BIT(ATTACHED));
}

/* INI-7, INI-9: strictly under 30 minutes, strictly above the floor; 0 is "unknown". */
static void limits_are_strict(void **state)
{
	struct devtask_admission_facts facts = good(DEVTASK_TYPE_SERVICING);
	struct devtask_admission admission;

	(void)state;
	facts.estimate_ns = 30 * MINUTE_NS - 1;
	devtask_admission_judge(&facts, UINT64_MAX, &admission);
	assert_int_equal(admission.verdict, DEVTASK_VERDICT_ALLOWED);
	facts.estimate_ns = 0;
	facts.battery_percent = 1;
	facts.on_ac = true;
	devtask_admission_judge(&facts, UINT64_MAX, &admission);
	assert_int_equal(admission.verdict, DEVTASK_VERDICT_ALLOWED);
	facts.battery_why = "battery BAT0 does not tell how full it is";
	devtask_admission_judge(&facts, UINT64_MAX, &admission);
	assert_int_equal(admission.verdict, DEVTASK_VERDICT_ALLOWED);
}

/* CON-1: a stored yes needs no agent. INI-10: explain asks nobody, so nobody has said no. */
static void who_is_permitted_already_needs_no_agent(void **state)
{
	struct devtask_admission_facts facts = good(DEVTASK_TYPE_USE);
	struct devtask_admission admission;

	(void)state;
	facts.agent = false;
	devtask_admission_judge(&facts, UINT64_MAX, &admission);
	assert_int_equal(admission.verdict, DEVTASK_VERDICT_ALLOWED);
	facts.agent = true;
	facts.consent = DEVTASK_PERMISSION_UNASKED;
	devtask_admission_judge(&facts, UINT64_MAX, &admission);
	assert_int_equal(admission.verdict, DEVTASK_VERDICT_ALLOWED);
}

/* ADM-1: what is foreseen is what a request gets, which looks for an agent only to ask. */
static void what_is_foreseen_has_no_agent_in_it_unless_one_would_ask(void **state)
{
	struct devtask_admission_facts facts = good(DEVTASK_TYPE_USE);
	struct devtask_admission admission;
	uint64_t checks;

	(void)state;
	facts.agent = false;
	checks = devtask_admission_foresee(&facts, UINT64_MAX, &admission);
	assert_int_equal(admission.verdict, DEVTASK_VERDICT_ALLOWED);
	assert_false(checks & DEVTASK_ADMISSION_BIT(AGENT));
	facts.consent = DEVTASK_PERMISSION_UNASKED;
	checks = devtask_admission_foresee(&facts, UINT64_MAX, &admission);
	assert_int_equal(admission.reasons, DEVTASK_ADMISSION_BIT(AGENT));
	assert_true(checks & DEVTASK_ADMISSION_BIT(AGENT));
	facts.refused = true;
	checks = devtask_admission_foresee(&facts, UINT64_MAX, &admission);
	assert_int_equal(admission.reasons, DEVTASK_ADMISSION_BIT(ACCESS));
	assert_false(checks & DEVTASK_ADMISSION_BIT(AGENT));
	facts.refused = false;
	facts.foreground = false;
	checks = devtask_admission_foresee(&facts, UINT64_MAX & ~DEVTASK_ADMISSION_BIT(FOREGROUND),
					   &admission);
	assert_int_equal(admission.reasons, DEVTASK_ADMISSION_BIT(AGENT));
	assert_false(checks & DEVTASK_ADMISSION_BIT(FOREGROUND));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_satisfied_is_allowed),
		cmocka_unit_test(each_row_violated_alone_gives_exactly_its_verdict),
		cmocka_unit_test(of_two_failures_the_earlier_speaks_and_both_are_told),
		cmocka_unit_test(what_makes_no_sense_after_a_failure_is_left_out),
		cmocka_unit_test(limits_are_strict),
		cmocka_unit_test(who_is_permitted_already_needs_no_agent),
		cmocka_unit_test(what_is_foreseen_has_no_agent_in_it_unless_one_would_ask),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
