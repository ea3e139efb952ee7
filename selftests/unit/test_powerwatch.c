// SPDX-License-Identifier: GPL-2.0-only
/* INI-9: when a falling battery is told, on a machine that umockdev makes up, uevents included. */
#include <stdio.h>
#include <stdlib.h>

#include <umockdev.h>

#include "power.h"
#include "powerwatch.h"
#include "unit.h"

static UMockdevTestbed *testbed;
static gchar *battery, *adapter;
static sd_event *loop;
static struct devtask_powerwatch *watch;
static unsigned int told[4], last_percent, last_floor;
static bool is_removing;

static void take_low(uint32_t task, const struct devtask_power *power, unsigned int floor_percent,
		     void *context)
{
	(void)context;
	told[task]++;
	last_percent = power->percent;
	last_floor = floor_percent;
	if (is_removing)
		for (uint32_t other = 0; other < 4; other++)
			devtask_powerwatch_remove(watch, other);
}

static int make(void **state)
{
	(void)state;
	for (int i = 0; i < 4; i++)
		told[i] = 0;
	is_removing = false;
	testbed = umockdev_testbed_new();
	battery = umockdev_testbed_add_device(testbed, "power_supply", "BAT0", NULL,
					      "type", "Battery", "capacity", "50", NULL,
					      "POWER_SUPPLY_NAME", "BAT0", NULL);
	adapter = umockdev_testbed_add_device(testbed, "power_supply", "AC", NULL,
					      "type", "Mains", "online", "0", NULL,
					      "POWER_SUPPLY_NAME", "AC", NULL);
	assert_int_equal(sd_event_new(&loop), 0);
	return devtask_powerwatch_create(&watch, loop, take_low, NULL);
}

static int destroy(void **state)
{
	(void)state;
	devtask_powerwatch_destroy(watch);
	sd_event_unref(loop);
	g_clear_pointer(&battery, g_free);
	g_clear_pointer(&adapter, g_free);
	g_clear_object(&testbed);
	return 0;
}

/* All that is to be done now has been done. */
static void settle(void)
{
	while (sd_event_run(loop, 0) > 0)
		;
}

static void set(const char *device, const char *attribute, const char *value)
{
	umockdev_testbed_set_attribute(testbed, device, attribute, value);
	umockdev_testbed_uevent(testbed, device, "change");
	/* The event comes through a socket: it is waited for, not slept for. */
	assert_true(sd_event_run(loop, 10000000) > 0);
	settle();
}

static void each_fall_to_the_floor_is_told_once(void **state)
{
	(void)state;
	assert_int_equal(devtask_powerwatch_add(watch, 1, 33), 0);
	settle();
	set(battery, "capacity", "34");
	assert_int_equal(told[1], 0);
	set(battery, "capacity", "33");
	assert_int_equal(told[1], 1);
	assert_int_equal(last_percent, 33);
	assert_int_equal(last_floor, 33);
	set(battery, "capacity", "10");
	assert_int_equal(told[1], 1);
	set(adapter, "online", "1");
	assert_int_equal(told[1], 1);
	set(adapter, "online", "0");
	assert_int_equal(told[1], 2);
}

static void each_task_has_its_own_floor(void **state)
{
	(void)state;
	devtask_powerwatch_add(watch, 1, 33);
	devtask_powerwatch_add(watch, 2, 60);
	settle();
	assert_int_equal(told[1], 0);
	assert_int_equal(told[2], 1);
	set(battery, "capacity", "20");
	assert_int_equal(told[1], 1);
	assert_int_equal(told[2], 1);
}

static void one_that_begins_low_is_told_at_once_and_so_is_the_next(void **state)
{
	(void)state;
	umockdev_testbed_set_attribute(testbed, battery, "capacity", "5");
	devtask_powerwatch_add(watch, 1, 33);
	settle();
	assert_int_equal(told[1], 1);
	devtask_powerwatch_add(watch, 2, 33);
	settle();
	assert_int_equal(told[1], 1);
	assert_int_equal(told[2], 1);
}

static void a_battery_that_falls_silent_is_told(void **state)
{
	(void)state;
	devtask_powerwatch_add(watch, 1, 33);
	settle();
	set(battery, "capacity", "nonsense");
	assert_int_equal(told[1], 1);
}

static void who_is_told_may_end_the_watch(void **state)
{
	(void)state;
	is_removing = true;
	for (uint32_t task = 0; task < 4; task++)
		devtask_powerwatch_add(watch, task, 60);
	settle();
	assert_int_equal(told[0] + told[1] + told[2] + told[3], 1);
	/* And begin it anew. */
	is_removing = false;
	devtask_powerwatch_add(watch, 3, 20);
	settle();
	set(battery, "capacity", "20");
	assert_int_equal(told[3], 2 - (told[0] + told[1] + told[2]));
}

/* Without a task nothing wakes the loop up: it has no timer and no monitor. */
static void without_a_task_nobody_looks(void **state)
{
	(void)state;
	devtask_powerwatch_add(watch, 1, 33);
	settle();
	devtask_powerwatch_remove(watch, 1);
	umockdev_testbed_set_attribute(testbed, battery, "capacity", "1");
	umockdev_testbed_uevent(testbed, battery, "change");
	assert_int_equal(sd_event_run(loop, 1000), 0);
	assert_int_equal(told[1], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name)	cmocka_unit_test_setup_teardown(name, make, destroy)
		TEST(each_fall_to_the_floor_is_told_once),
		TEST(each_task_has_its_own_floor),
		TEST(one_that_begins_low_is_told_at_once_and_so_is_the_next),
		TEST(a_battery_that_falls_silent_is_told),
		TEST(who_is_told_may_end_the_watch),
		TEST(without_a_task_nobody_looks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
