// SPDX-License-Identifier: GPL-2.0-only
/* Which device metadata is for which device, and which of several counts (MET-2, MET-3). */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "package.h"
#include "package_date.h"
#include "package_hwdb.h"
#include "unit.h"

/* MET-3 */
static void times_are_compared_to_100_nanoseconds_in_any_zone(void **state)
{
	static const char *const times[][2] = {
		{ "2013-05-30T00:24:50.4628641Z", "20130530T002450.4628641Z" },
		{ "2013-05-30T00:24:50.46286419999Z", "20130530T002450.4628641Z" },
		{ "2013-05-30T02:24:50.5+02:00", "20130530T002450.5000000Z" },
		{ "2013-05-29T19:54:50-04:30", "20130530T002450.0000000Z" },
		{ "2012-03-07T22:48:19", "20120307T224819.0000000Z" },
		{ "2024-02-29T00:00:00Z", "20240229T000000.0000000Z" },
		{ "1601-01-01T00:00:00.0000001Z", "16010101T000000.0000001Z" },
		{ "9998-12-31T23:59:59Z", "99981231T235959.0000000Z" },
	};
	char text[DEVTASK_PACKAGE_DATE_SIZE];
	int64_t date;

	(void)state;
	for (size_t i = 0; i < sizeof(times) / sizeof(*times); i++) {
		assert_true(devtask_package_date_parse(times[i][0], &date));
		assert_string_equal(devtask_package_date_print(date, text), times[i][1]);
	}
}

/* MET-3 */
static void what_is_no_time_is_refused(void **state)
{
	static const char *const bad[] = {
		"", "2013", "2013-05-30", "2013-05-30 00:24:50Z", "2013-05-30T00:24:50z",
		"2013-02-29T00:00:00Z", "2013-13-01T00:00:00Z", "2013-00-01T00:00:00Z",
		"2013-01-00T00:00:00Z", "2013-05-30T24:00:00Z", "2013-05-30T00:60:00Z",
		"2013-05-30T00:00:60Z", "2013-05-30T00:24:50.Z", "2013-05-30T00:24:50Zx",
		"2013-05-30T00:24:50+2:00", "2013-05-30T00:24:50+15:00", "1600-12-31T00:00:00Z",
		"9999-01-01T00:00:00Z", "-2013-05-30T00:24:50Z", "2013-05-30T00:24:50+02:00 ",
	};
	int64_t date;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_false(devtask_package_date_parse(bad[i], &date));
}

/* MET-2 */
static void hardware_ids_become_what_the_database_is_asked_for(void **state)
{
	static const char *const ids[][2] = {
		{ "DOID:USB\\VID_045E&PID_0611", "devtask:usb:v045ep0611d*" },
		{ "USB\\VID_045E&PID_0611", "devtask:usb:v045ep0611d*" },
		{ "SFDOID:usb\\vid_045e&pid_0611&rev_01a0", "devtask:usb:v045ep0611d01a0:*" },
		{ "DOID:USB\\VID_045E&PID_0611&MI_0a", "devtask:usb:v045ep0611d*" },
		{ "USB\\VID_045E&PID_0611&REV_0100&MI_01", "devtask:usb:v045ep0611d0100:*" },
		{ "HID\\VID_045E&PID_0611&Col02", "devtask:usb:v045ep0611d*" },
		{ "HID\\VID_045E&PID_0611&REV_0100&MI_01&Col02", "devtask:usb:v045ep0611d0100:*" },
	};
	char text[DEVTASK_PACKAGE_ID_SIZE];
	struct devtask_package_id id;

	(void)state;
	for (size_t i = 0; i < sizeof(ids) / sizeof(*ids); i++) {
		assert_int_equal(devtask_package_id_hardware(ids[i][0], &id), 0);
		assert_string_equal(devtask_package_id_match(&id, text), ids[i][1]);
	}
	assert_int_equal(devtask_package_id_model("{ABCDEF01-0000-4000-8000-00000000000F}", &id), 0);
	assert_string_equal(devtask_package_id_match(&id, text),
			    "devtask:model:abcdef01-0000-4000-8000-00000000000f:*");
	assert_int_equal(devtask_package_id_model("abcdef01", &id), -EINVAL);
}

/* MET-2 */
static void other_hardware_ids_are_no_mistake_and_half_ones_are(void **state)
{
	static const char *const others[] = {
		"", "DOID:", "ACPI\\PNP0303", "DOID:{b85b7c50-6a01-11d2-b841-00c04fad5171}\\MsToaster",
		"USB\\Class_03&SubClass_01", "HID_DEVICE", "PCI\\VEN_8086&DEV_1234",
	};
	static const char *const bad[] = {
		"USB\\VID_045E", "USB\\VID_045E&PID_061", "USB\\VID_045E&PID_06111",
		"USB\\VID_045G&PID_0611", "USB\\VID_045E&PID_0611&REV_01", "USB\\VID_045E&PID_0611&MI_1",
		"USB\\VID_045E&PID_0611&Col01", "USB\\VID_045E&PID_0611 ", "DOID:HID\\VID_",
		"USB\\VID_045E&PID_0611&MI_01&REV_0100",
	};
	struct devtask_package_id id;

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		assert_int_equal(devtask_package_id_hardware(others[i], &id), -ENOTSUP);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_int_equal(devtask_package_id_hardware(bad[i], &id), -EINVAL);
}


/*
 * Each package outranks those before it, by what stands beside it. "none" has no ExperienceID.
 *
 *              newest?  ExperienceID  locale  digest
 *   product       -          -           -      -
 *   revision      older: says more exactly which device it is
 *   model         older still: says so without hardware
 */
static struct devtask_package_id product = {
	.rank = DEVTASK_PACKAGE_PRODUCT, .vendor = 0x1209, .product = 1,
}, revision = {
	.rank = DEVTASK_PACKAGE_REVISION, .vendor = 0x1209, .product = 1, .revision = 0x100,
}, model = {
	.rank = DEVTASK_PACKAGE_MODEL, .model = "abcdef01-0000-4000-8000-00000000000f",
};
static char none[] = "", first[] = "10000000-0000-4000-8000-000000000001",
	    second[] = "20000000-0000-4000-8000-000000000001";
static char en[] = "en", en_us[] = "en-US", fr[] = "FR";

#define RANK(id, time, guid, name, hash) \
	{ .ids = &(id), .id_count = 1, .modified = time, .experience = guid, .locale = name, .digest = hash }

static const struct devtask_package ranked[] = {
	RANK(product, 100, second, fr, "ff"),
	RANK(product, 101, none, fr, "ff"),
	RANK(product, 101, first, en, "ff"),
	RANK(product, 101, first, en_us, "ff"),
	RANK(product, 101, first, fr, "0a"),
	RANK(product, 101, first, fr, "0b"),
	RANK(product, 101, second, en, "00"),
	RANK(revision, 1, first, en, "00"),
	RANK(model, 0, none, en, "00"),
};

#define RANKED (sizeof(ranked) / sizeof(*ranked))

/* MET-3 */
static void the_order_is_the_same_whatever_it_was_before(void **state)
{
	const struct devtask_package *packages[RANKED];
	const char *sources[RANKED];
	struct devtask_package_entries entries;

	(void)state;
	for (size_t turn = 0; turn < 2 * RANKED; turn++) {
		for (size_t i = 0; i < RANKED; i++) {
			size_t at = turn < RANKED ? i + turn : 2 * RANKED - 1 - i + turn;

			packages[i] = &ranked[at % RANKED];
			sources[i] = "x";
		}
		assert_int_equal(devtask_package_hwdb_order(packages, sources, RANKED, &entries), 0);
		assert_int_equal(entries.count, RANKED);
		for (size_t i = 0; i < RANKED; i++)
			assert_ptr_equal(entries.list[i].package, &ranked[i]);
		free(entries.list);
	}
}

/* MET-3: between imports the names decide. */
static void names_of_files_have_the_same_order(void **state)
{
	char names[RANKED][DEVTASK_PACKAGE_HWDB_NAME_SIZE];

	(void)state;
	for (size_t i = 0; i < RANKED; i++)
		devtask_package_hwdb_name(&ranked[i], ranked[i].ids->rank, names[i]);
	for (size_t i = 1; i < RANKED; i++)
		assert_true(strcmp(names[i - 1], names[i]) < 0);
	assert_string_equal(names[3], "70-devtask-0-19700101T000000.0000101Z-"
			    "10000000-0000-4000-8000-000000000001-en-us+ff.hwdb");
}

/* MET-3 */
static void of_the_same_device_the_last_one_wins_and_ties_are_marked(void **state)
{
	const struct devtask_package *packages[RANKED];
	const char *sources[RANKED];
	struct devtask_package_entries entries;

	(void)state;
	for (size_t i = 0; i < RANKED; i++) {
		packages[i] = &ranked[i];
		sources[i] = "x";
	}
	assert_int_equal(devtask_package_hwdb_order(packages, sources, RANKED, &entries), 0);
	for (size_t i = 0; i < RANKED; i++) {
		assert_int_equal(entries.list[i].winner, i < 7 ? 6 : i);
		/* The oldest lost for its age, the winners have not lost at all. */
		assert_int_equal(entries.list[i].tied, i > 0 && i < 6);
		assert_false(entries.list[i].same);
	}
	free(entries.list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_are_compared_to_100_nanoseconds_in_any_zone),
		cmocka_unit_test(what_is_no_time_is_refused),
		cmocka_unit_test(hardware_ids_become_what_the_database_is_asked_for),
		cmocka_unit_test(other_hardware_ids_are_no_mistake_and_half_ones_are),
		cmocka_unit_test(the_order_is_the_same_whatever_it_was_before),
		cmocka_unit_test(names_of_files_have_the_same_order),
		cmocka_unit_test(of_the_same_device_the_last_one_wins_and_ties_are_marked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
