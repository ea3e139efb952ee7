// SPDX-License-Identifier: GPL-2.0-only
/*
 * INI-9: how the computer is powered, read by the real libudev from machines that umockdev makes
 * up. A machine is lines "NAME key=value key=value..."; a type that is not given is Battery.
 */
#include <stdio.h>
#include <string.h>

#include <umockdev.h>

#include "power.h"
#include "supply.h"
#include "unit.h"

#define ATTRIBUTES	12

static UMockdevTestbed *testbed;
static struct devtask_power power;

static int make(void **state)
{
	(void)state;
	testbed = umockdev_testbed_new();
	return !umockdev_in_mock_environment();
}

static int destroy(void **state)
{
	(void)state;
	g_clear_object(&testbed);
	return 0;
}

static void add_supply(char *line)
{
	char *attributes[2 * ATTRIBUTES + 3] = { "type", "Battery", "uevent", "" };
	char *properties[] = { NULL };
	char *name = strtok(line, " "), *word, *value;
	size_t count = 4;

	while ((word = strtok(NULL, " "))) {
		assert_true(count < 2 * ATTRIBUTES);
		value = strchr(word, '=');
		assert_non_null(value);
		*value++ = '\0';
		if (!strcmp(word, "type")) {
			attributes[1] = value;
			continue;
		}
		attributes[count++] = word;
		attributes[count++] = value;
	}
	g_free(umockdev_testbed_add_devicev(testbed, "power_supply", name, NULL, attributes,
					    properties));
}

/* Reads this machine into "power". */
static void look_at(const char *machine)
{
	char text[2048], *rest = text, *line;

	umockdev_testbed_clear(testbed);
	snprintf(text, sizeof(text), "%s", machine);
	while ((line = strsep(&rest, "\n")))
		if (*line)
			add_supply(line);
	assert_int_equal(devtask_power_read(&power, NULL), 0);
}

#define MAINS_OFF	"AC type=Mains online=0\n"
#define MAINS_ON	"AC type=Mains online=1\n"
#define HALF		"BAT0 energy_now=25000000 energy_full=50000000\n"

static void must_be_at(const char *machine, unsigned int percent)
{
	look_at(machine);
	if (!power.has_battery || !power.is_known || power.percent != percent || *power.problem)
		print_message("%s-> %u %% \"%s\"\n", machine, power.percent, power.problem);
	assert_true(power.has_battery);
	assert_true(power.is_known);
	assert_int_equal(power.percent, percent);
	assert_string_equal(power.problem, "");
}

static void energy_counts_before_charge_and_charge_before_capacity(void **state)
{
	(void)state;
	must_be_at(HALF, 50);
	must_be_at("BAT0 energy_now=10 energy_full=20 charge_now=1 charge_full=20 capacity=7", 50);
	must_be_at("BAT0 charge_now=1000 charge_full=4000 capacity=7", 25);
	must_be_at("BAT0 capacity=7", 7);
	/* Half of a pair is none, and a full of 0 was never learned. */
	must_be_at("BAT0 energy_now=10 charge_now=1 charge_full=4", 25);
	must_be_at("BAT0 energy_now=10 energy_full=0 capacity=44", 44);
}

/* What it was built for is not what it holds today. */
static void a_worn_battery_is_full_when_it_is_full(void **state)
{
	(void)state;
	must_be_at("BAT0 energy_now=20 energy_full=20 energy_full_design=50", 100);
}

static void strictly_above_is_exact(void **state)
{
	(void)state;
	must_be_at("BAT0 energy_now=33000000 energy_full=100000000", 33);
	must_be_at("BAT0 energy_now=33000001 energy_full=100000000", 34);
	must_be_at("BAT0 energy_now=32999999 energy_full=100000000", 33);
	must_be_at("BAT0 energy_now=0 energy_full=100000000", 0);
	must_be_at("BAT0 energy_now=1 energy_full=100000000", 1);
}

static void batteries_are_added_by_what_they_hold(void **state)
{
	(void)state;
	/* The mean of 100 % and 0 % would be 50 %. */
	must_be_at("BAT0 energy_now=10 energy_full=10\nBAT1 energy_now=0 energy_full=90", 10);
	must_be_at("BAT0 charge_now=10 charge_full=10\nBAT1 charge_now=0 charge_full=90", 10);
	must_be_at("BAT0 energy_now=10 energy_full=10\nBAT1 energy_now=30 energy_full=30\n"
		   "BAT2 energy_now=0 energy_full=60", 40);
}

static void mixed_units_become_energy_by_voltage(void **state)
{
	(void)state;
	/* 2 Ah of 4 Ah at 10 V are 20 Wh of 40 Wh. */
	must_be_at("BAT0 energy_now=0 energy_full=60000000\n"
		   "BAT1 charge_now=2000000 charge_full=4000000 voltage_min_design=10000000 "
		   "voltage_now=12345678", 20);
	must_be_at("BAT0 energy_now=0 energy_full=60000000\n"
		   "BAT1 charge_now=2000000 charge_full=4000000 voltage_now=10000000", 20);
	/* Without a voltage to believe, the mean is the best that is left. */
	must_be_at("BAT0 energy_now=0 energy_full=60000000\n"
		   "BAT1 charge_now=2000000 charge_full=4000000", 25);
	must_be_at("BAT0 energy_now=0 energy_full=60000000\n"
		   "BAT1 charge_now=2000000 charge_full=4000000 voltage_now=-5", 25);
	must_be_at("BAT0 energy_now=30 energy_full=60\nBAT1 capacity=80", 65);
	must_be_at("BAT0 charge_now=100 charge_full=100 voltage_now=5000000\n"
		   "BAT1 energy_now=0 energy_full=100", 50);
}

static void a_mouse_is_no_power_of_the_computer(void **state)
{
	(void)state;
	must_be_at(HALF "hidpp_battery_0 scope=Device capacity=3", 50);
	look_at("hidpp_battery_0 scope=Device capacity=3");
	assert_false(power.has_battery);
	assert_true(power.on_ac);
	look_at(HALF MAINS_OFF "dock type=USB scope=Device online=1");
	assert_false(power.on_ac);
	/* Neither does it say whether the computer charges. */
	look_at(HALF "hidpp_battery_0 scope=Device capacity=3 status=Charging");
	assert_false(power.on_ac);
	must_be_at("BAT0 scope=System capacity=12", 12);
}

static void without_a_battery_it_is_on_ac(void **state)
{
	(void)state;
	look_at("");
	assert_true(power.on_ac);
	assert_false(power.has_battery);
	assert_string_equal(power.problem, "");
	look_at(MAINS_OFF);
	assert_true(power.on_ac);
	look_at("BAT0 present=0 energy_now=0 energy_full=0\n" MAINS_OFF);
	assert_true(power.on_ac);
	assert_false(power.has_battery);
	assert_string_equal(power.problem, "");
}

static void an_empty_bay_counts_for_nothing(void **state)
{
	(void)state;
	must_be_at(HALF "BAT1 present=0 energy_now=0 energy_full=50000000", 50);
	must_be_at(HALF "BAT1 present=1 energy_now=0 energy_full=50000000", 25);
}

static void any_adapter_that_is_online_is_ac(void **state)
{
	static const char *const types[] = { "Mains", "USB", "USB_C", "USB_PD", "Wireless" };
	char machine[256];

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(types); i++) {
		snprintf(machine, sizeof(machine), HALF MAINS_OFF "X type=%s online=1", types[i]);
		look_at(machine);
		assert_true(power.on_ac);
		snprintf(machine, sizeof(machine), HALF MAINS_OFF "X type=%s online=0", types[i]);
		look_at(machine);
		assert_false(power.on_ac);
	}
	/* A programmable supply (UCSI) is online as 2. */
	look_at(HALF "ucsi type=USB online=2");
	assert_true(power.on_ac);
	look_at(HALF "odd type=Unknown online=1");
	assert_false(power.on_ac);
}

static void where_no_adapter_is_told_of_charging_is_ac(void **state)
{
	(void)state;
	look_at("BAT0 capacity=50 status=Charging");
	assert_true(power.on_ac);
	look_at("BAT0 capacity=50 status=Discharging");
	assert_false(power.on_ac);
	look_at("BAT0 capacity=50 status=Full");
	assert_false(power.on_ac);
	look_at("BAT0 capacity=50");
	assert_false(power.on_ac);
	/* One fills the other. */
	look_at("BAT0 capacity=50 status=Charging\nBAT1 capacity=50 status=Discharging");
	assert_false(power.on_ac);
	/* The word of an adapter counts for more. */
	look_at("BAT0 capacity=50 status=Charging\n" MAINS_OFF);
	assert_false(power.on_ac);
}

static void a_ups_is_a_battery(void **state)
{
	(void)state;
	must_be_at("ups type=UPS capacity=30 status=Discharging", 30);
	assert_false(power.on_ac);
	look_at("ups type=UPS capacity=30 status=Charging");
	assert_true(power.on_ac);
	must_be_at(MAINS_OFF "BAT0 capacity=80\nups type=UPS capacity=20", 50);
}

static void must_be_told(const char *machine, const char *problem)
{
	look_at(machine);
	assert_true(power.has_battery);
	assert_false(power.is_known);
	assert_false(power.on_ac);
	assert_string_equal(power.problem, problem);
}

static void what_cannot_be_believed_is_told_and_not_guessed(void **state)
{
	(void)state;
	must_be_told("BAT0 present=1", "battery BAT0 does not tell how full it is");
	must_be_told("BAT0 capacity=250",
		     "battery BAT0 gives an absurd value (250 of 100 %)");
	must_be_told("BAT0 capacity=-1", "battery BAT0 gives an absurd value (-1 of 100 %)");
	must_be_told("BAT0 energy_now=-5 energy_full=10 capacity=50",
		     "battery BAT0 gives an absurd value (-5 of 10 uWh)");
	must_be_told("BAT0 energy_now=20 energy_full=10 capacity=50",
		     "battery BAT0 gives an absurd value (20 of 10 uWh)");
	must_be_told("BAT0 charge_now=5 charge_full=-10 capacity=50",
		     "battery BAT0 gives an absurd value (5 of -10 uAh)");
	must_be_told("BAT0 energy_now=1 energy_full=9223372036854775807",
		     "battery BAT0 gives an absurd value (1 of 9223372036854775807 uWh)");
	must_be_told("BAT0 capacity=99999999999999999999",
		     "battery BAT0 gives something that is no number");
	must_be_told("BAT0 capacity=half", "battery BAT0 gives something that is no number");
	must_be_told("BAT0 energy_now=1e3 capacity=50",
		     "battery BAT0 gives something that is no number");
	/* The charger helps all the same. */
	look_at("BAT0 capacity=250\n" MAINS_ON);
	assert_true(power.on_ac);
	assert_false(power.is_known);
	assert_string_equal(power.problem, "battery BAT0 gives an absurd value (250 of 100 %)");
}

static void a_little_over_full_is_full(void **state)
{
	(void)state;
	must_be_at("BAT0 capacity=103", 100);
	must_be_at("BAT0 energy_now=54 energy_full=50", 100);
	/* Not more than full: the other one is empty. */
	must_be_at("BAT0 energy_now=54 energy_full=50\nBAT1 energy_now=0 energy_full=50", 50);
}

static void the_others_count_beside_one_that_cannot_be_believed(void **state)
{
	(void)state;
	look_at(HALF "BAT1 capacity=250\n" MAINS_OFF);
	assert_true(power.is_known);
	assert_int_equal(power.percent, 50);
	assert_string_equal(power.problem, "battery BAT1 gives an absurd value (250 of 100 %)");
}

static void an_adapter_that_says_nothing_is_told(void **state)
{
	(void)state;
	look_at(HALF "AC type=Mains");
	assert_false(power.on_ac);
	assert_string_equal(power.problem, "adapter AC does not tell whether it is connected");
	look_at(HALF "AC type=Mains\nAC2 type=Mains online=1");
	assert_true(power.on_ac);
}

/* A machine may have more than there is room for. */
static void many_supplies_do_no_harm(void **state)
{
	struct devtask_supply supplies[2];

	(void)state;
	look_at("BAT0 capacity=1\nBAT1 capacity=2\nBAT2 capacity=3");
	assert_int_equal(devtask_supply_list(supplies, 2), 2);
	assert_int_equal(devtask_supply_list(supplies, 0), 0);
}

static void must_read(const char *machine, const char *sentence)
{
	char text[512];

	look_at(machine);
	assert_string_equal(devtask_power_describe(&power, text, sizeof(text)), sentence);
}

static void people_read_it_as_a_sentence(void **state)
{
	(void)state;
	must_read("", "on AC, no battery");
	must_read(HALF MAINS_ON, "on AC, battery at 50 %");
	must_read(HALF MAINS_OFF, "not on AC, battery at 50 %");
	must_read("BAT0 capacity=250", "not on AC, battery unknown; "
		  "battery BAT0 gives an absurd value (250 of 100 %)");
	must_read(HALF "BAT1 capacity=x", "not on AC, battery at 50 %; "
		  "battery BAT1 gives something that is no number");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(energy_counts_before_charge_and_charge_before_capacity),
		cmocka_unit_test(a_worn_battery_is_full_when_it_is_full),
		cmocka_unit_test(strictly_above_is_exact),
		cmocka_unit_test(batteries_are_added_by_what_they_hold),
		cmocka_unit_test(mixed_units_become_energy_by_voltage),
		cmocka_unit_test(a_mouse_is_no_power_of_the_computer),
		cmocka_unit_test(without_a_battery_it_is_on_ac),
		cmocka_unit_test(an_empty_bay_counts_for_nothing),
		cmocka_unit_test(any_adapter_that_is_online_is_ac),
		cmocka_unit_test(where_no_adapter_is_told_of_charging_is_ac),
		cmocka_unit_test(a_ups_is_a_battery),
		cmocka_unit_test(what_cannot_be_believed_is_told_and_not_guessed),
		cmocka_unit_test(a_little_over_full_is_full),
		cmocka_unit_test(the_others_count_beside_one_that_cannot_be_believed),
		cmocka_unit_test(an_adapter_that_says_nothing_is_told),
		cmocka_unit_test(many_supplies_do_no_harm),
		cmocka_unit_test(people_read_it_as_a_sentence),
	};

	return cmocka_run_group_tests(tests, make, destroy);
}
