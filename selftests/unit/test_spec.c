// SPDX-License-Identifier: GPL-2.0-only
/* The grammar of device names: PRO-10 (the device used is the one that was named). */
#include <errno.h>
#include <string.h>

#include "spec.h"
#include "unit.h"

static struct devtask_spec parsed(const char *text)
{
	struct devtask_error error;
	struct devtask_spec spec;

	assert_int_equal(devtask_spec_parse(text, &spec, &error), 0);
	return spec;
}

static void assert_refused(const char *text)
{
	struct devtask_error error = { 0 };
	struct devtask_spec spec;

	assert_int_equal(devtask_spec_parse(text, &spec, &error), -EINVAL);
	assert_int_equal(error.exit, DEVTASK_EXIT_USAGE);
	assert_non_null(strstr(error.text, "usb:VVVV:PPPP"));
}

/* PRO-1, PRO-2 */
static void four_hex_digits_name_vendor_and_product(void **state)
{
	struct devtask_spec spec;

	(void)state;
	spec = parsed("usb:1d6B:0104");
	assert_int_equal(spec.form, DEVTASK_SPEC_USB_ID);
	assert_int_equal(spec.vendor, 0x1d6b);
	assert_int_equal(spec.product, 0x0104);
	assert_string_equal(spec.serial, "");
	spec = parsed("hid:ffff:0000");
	assert_int_equal(spec.form, DEVTASK_SPEC_HID_ID);
	assert_int_equal(spec.vendor, 0xffff);
	assert_int_equal(spec.product, 0);
}

/* PRO-10 */
static void a_serial_may_hold_anything_but_control_characters(void **state)
{
	(void)state;
	assert_string_equal(parsed("usb:1234:5678:A:b c").serial, "A:b c");
	assert_string_equal(parsed("hid:1234:5678:01:02:03").serial, "01:02:03");
	assert_refused("usb:1234:5678:");
	assert_refused("usb:1234:5678:a\nb");
	assert_refused("usb:1234:5678:a\033[2J");
}

/* PRO-10 */
static void a_port_is_written_as_sysfs_does(void **state)
{
	struct devtask_spec spec;

	(void)state;
	spec = parsed("usb:1-1.4.2");
	assert_int_equal(spec.form, DEVTASK_SPEC_USB_PORT);
	assert_string_equal(spec.port, "1-1.4.2");
	assert_string_equal(parsed("usb:12-3").port, "12-3");
	assert_refused("usb:1");
	assert_refused("usb:usb1");
	assert_refused("usb:1-");
	assert_refused("usb:1-1.");
	assert_refused("usb:1-1-1");
	assert_refused("usb:1.1");
	assert_refused("usb:-1");
	assert_refused("usb:1-1/../../x");
	assert_refused("usb:1-111111111111111111111111111111111111111111111111");
}

/* PRO-8 */
static void a_path_stays_below_dev(void **state)
{
	(void)state;
	assert_string_equal(parsed("path:/dev/hidraw0").path, "/dev/hidraw0");
	assert_string_equal(parsed("path:/dev/bus/usb/001/002").path, "/dev/bus/usb/001/002");
	assert_string_equal(parsed("path:/dev/..a").path, "/dev/..a");
	assert_refused("path:");
	assert_refused("path:/dev/");
	assert_refused("path:/dev");
	assert_refused("path:dev/hidraw0");
	assert_refused("path:/etc/passwd");
	assert_refused("path:/dev/../etc/passwd");
	assert_refused("path:/dev/bus/..");
	assert_refused("path:/dev//hidraw0");
	assert_refused("path:/dev/./hidraw0");
	assert_refused("path:/dev/hidraw0/");
	assert_refused("path:/dev/a\nb");
}

/* PRO-10 */
static void what_names_no_device_is_refused_with_the_forms_there_are(void **state)
{
	static const char *const wrong[] = {
		"", "usb", "usb:", "usb::", "usb:1d6b", "usb:1d6b:", "usb:1d6b:10", "usb:1d6b:01045",
		"usb:1d6g:0104", "usb:0x1d:0104", "usb: 1d6b:0104", "USB:1d6b:0104", "hid:", "hid:1-1",
		"hid:1:2", "1d6b:0104", "/dev/hidraw0", "mtp:1234:5678", "usb:+1d6:0104",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		assert_refused(wrong[i]);
}

/* PRO-10 */
static void a_name_of_any_length_is_survived(void **state)
{
	char text[4096];

	(void)state;
	for (size_t length = 1; length < sizeof(text); length += 61) {
		struct devtask_spec spec;

		memset(text, '1', length);
		text[length] = '\0';
		memcpy(text, "path:/dev/", length < 10 ? length : 10);
		assert_int_equal(devtask_spec_parse(text, &spec, NULL),
				 length > 10 && length <= DEVTASK_SPEC_MAX ? 0 : -EINVAL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(four_hex_digits_name_vendor_and_product),
		cmocka_unit_test(a_serial_may_hold_anything_but_control_characters),
		cmocka_unit_test(a_port_is_written_as_sysfs_does),
		cmocka_unit_test(a_path_stays_below_dev),
		cmocka_unit_test(what_names_no_device_is_refused_with_the_forms_there_are),
		cmocka_unit_test(a_name_of_any_length_is_survived),
	};

	return cmocka_run_group_tests_name("spec", tests, NULL, NULL);
}
