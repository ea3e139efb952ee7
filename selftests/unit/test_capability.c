// SPDX-License-Identifier: GPL-2.0-only
/* The grammar of DeviceCapability, and which devices it covers: REG-3, INI-4. */
#include <errno.h>
#include <string.h>

#include "app.h"
#include "capability.h"
#include "facts.h"
#include "unit.h"

static const struct devtask_facts logger = {
	.kind = DEVTASK_FACTS_USB, .has_ids = true, .vendor = 0x1d6b, .product = 0x0104,
	.bus = "usb", .manufacturer = "Contoso", .model = "Logger",
	.classes = { { { 0xff, 0x00, 0x01 } }, { { 0xfe, 0x01, 0x01 } } }, .class_count = 2,
};

static const struct devtask_facts pad = {
	.kind = DEVTASK_FACTS_HID, .has_ids = true, .vendor = 0x045e, .product = 0x0610,
	.bus = "bluetooth", .model = "Pad", .usages = { { 0xffaa, 1 } }, .usage_count = 1,
};

static bool covers(const char *name, const char *device, const char *function,
		   const struct devtask_facts *facts)
{
	struct devtask_capability capability = { 0 };
	const char *meant;

	capability.name = (char *)name;
	capability.device = (char *)device;
	capability.function = (char *)function;
	capability.kind = devtask_capability_kind_of(name, &meant);
	if (device)
		assert_null(devtask_capability_parse_id(device, &capability.id));
	if (function)
		assert_null(devtask_capability_parse_function(function, &capability.what));
	return devtask_capability_covers(&capability, facts);
}

static void assert_bad_id(const char *text, const char *why)
{
	struct devtask_device_id id;

	assert_string_equal(devtask_capability_parse_id(text, &id) ?: "fine", why);
}

static void assert_bad_function(const char *text, const char *why)
{
	struct devtask_function function;

	assert_string_equal(devtask_capability_parse_function(text, &function) ?: "fine", why);
}

/* REG-3 */
static void a_device_is_four_and_four_hex_digits_of_any_case(void **state)
{
	struct devtask_device_id id;

	(void)state;
	assert_null(devtask_capability_parse_id("vidpid:045E 0a0b", &id));
	assert_int_equal(id.form, DEVTASK_ID_VIDPID);
	assert_int_equal(id.vendor, 0x045e);
	assert_int_equal(id.product, 0x0a0b);
	assert_string_equal(id.bus, "");
	assert_null(devtask_capability_parse_id("vidpid:045e 0611 usb", &id));
	assert_string_equal(id.bus, "usb");
	assert_null(devtask_capability_parse_id("vidpid:045e 0611 bluetooth", &id));
	assert_string_equal(id.bus, "bluetooth");
}

/* REG-3 */
static void a_device_is_a_model_or_any(void **state)
{
	struct devtask_device_id id;

	(void)state;
	assert_null(devtask_capability_parse_id("any", &id));
	assert_int_equal(id.form, DEVTASK_ID_ANY);
	assert_null(devtask_capability_parse_id("model:Contoso Ltd.;Data Logger 3", &id));
	assert_int_equal(id.form, DEVTASK_ID_MODEL);
	assert_string_equal(id.manufacturer, "Contoso Ltd.");
	assert_string_equal(id.model, "Data Logger 3");
}

/* REG-3, REG-4 */
static void a_wrong_device_is_told_how_to_write_it(void **state)
{
	static const char vidpid[] =
		"is not vidpid:VVVV PPPP; write four hex digits, a blank, four hex digits, "
		"and perhaps a blank and usb or bluetooth";
	static const char model[] =
		"is not model:MANUFACTURER;MODEL; write both names with one semicolon between";
	static const char none[] =
		"is no device; write vidpid:VVVV PPPP, model:MANUFACTURER;MODEL or any";

	(void)state;
	assert_bad_id("vidpid:", vidpid);
	assert_bad_id("vidpid:45E 0611", vidpid);
	assert_bad_id("vidpid:045E0611", vidpid);
	assert_bad_id("vidpid:045E:0611", vidpid);
	assert_bad_id("vidpid:045E 06111", vidpid);
	assert_bad_id("vidpid:045E *", vidpid);
	assert_bad_id("vidpid:045G 0611", vidpid);
	assert_bad_id("vidpid:045E 0611 USB", vidpid);
	assert_bad_id("vidpid:045E 0611 usb bluetooth", vidpid);
	assert_bad_id("model:Contoso", model);
	assert_bad_id("model:;Logger", model);
	assert_bad_id("model:Contoso;", model);
	assert_bad_id("model:a;b;c", model);
	assert_bad_id("Any", none);
	assert_bad_id("", none);
	assert_bad_id("045E 0611", none);
}

/* REG-3 */
static void a_function_has_five_forms(void **state)
{
	struct devtask_function function;

	(void)state;
	assert_null(devtask_capability_parse_function("classId:fF 0a *", &function));
	assert_int_equal(function.form, DEVTASK_FUNCTION_CLASS);
	assert_int_equal(function.number[0], 0xff);
	assert_int_equal(function.number[1], 0x0a);
	assert_int_equal(function.number[2], DEVTASK_ANY_NUMBER);
	assert_null(devtask_capability_parse_function("name:vendorSpecific", &function));
	assert_int_equal(function.form, DEVTASK_FUNCTION_NAME);
	assert_string_equal(function.name, "vendorSpecific");
	assert_null(devtask_capability_parse_function(
		"winUsbId:{DEE824EF-729B-4A0E-9C14-B7117D33A817}", &function));
	assert_int_equal(function.form, DEVTASK_FUNCTION_WINUSB);
	assert_string_equal(function.guid, "dee824ef-729b-4a0e-9c14-b7117d33a817");
	assert_null(devtask_capability_parse_function("usage:FF00 *", &function));
	assert_int_equal(function.form, DEVTASK_FUNCTION_USAGE);
	assert_int_equal(function.number[0], 0xff00);
	assert_int_equal(function.number[1], DEVTASK_ANY_NUMBER);
	assert_null(devtask_capability_parse_function("serviceId:180D", &function));
	assert_int_equal(function.form, DEVTASK_FUNCTION_SERVICE);
	assert_string_equal(function.guid, "0000180d-0000-1000-8000-00805f9b34fb");
	assert_null(devtask_capability_parse_function(
		"serviceId:34B1CF4D-1069-4AD6-89B6-E161D79BE4D8", &function));
	assert_string_equal(function.guid, "34b1cf4d-1069-4ad6-89b6-e161d79be4d8");
}

/* REG-3, REG-4 */
static void a_wrong_function_is_told_how_to_write_it(void **state)
{
	static const char class[] =
		"is not classId:cc ss pp; write class, subclass and protocol as two hex "
		"digits each, or * for any";
	static const char usage[] =
		"is not usage:PPPP UUUU; write usage page and usage id as four hex digits "
		"each, or * for any";
	static const char winusb[] = "is not winUsbId:GUID; write 8-4-4-4-12 hex digits";
	static const char service[] =
		"is not serviceId:UUID; write 8-4-4-4-12 hex digits, or the 4 or 8 of a "
		"Bluetooth service";

	(void)state;
	assert_bad_function("classId:ff", class);
	assert_bad_function("classId:ff *", class);
	assert_bad_function("classId:ff * * *", class);
	assert_bad_function("classId:fff * *", class);
	assert_bad_function("classId:f * *", class);
	assert_bad_function("classId:ff ** *", class);
	assert_bad_function("usage:FF00", usage);
	assert_bad_function("usage:FF 0001", usage);
	assert_bad_function("usage:FF00 0001 *", usage);
	assert_bad_function("winUsbId:DEE824EF", winusb);
	assert_bad_function("winUsbId:DEE824EF-729B-4A0E-9C14-B7117D33A81", winusb);
	assert_bad_function("serviceId:180", service);
	assert_bad_function("serviceId:xyzw", service);
	assert_bad_function("name:", "is not name:X; write one word, such as name:vendorSpecific");
	assert_bad_function("name:a b", "is not name:X; write one word, such as name:vendorSpecific");
	assert_bad_function("vendorSpecific",
		"is no function; write classId:, name:, winUsbId:, usage: or serviceId:");
	assert_bad_function("",
		"is no function; write classId:, name:, winUsbId:, usage: or serviceId:");
}

/* REG-3 */
static void a_name_that_is_nearly_right_is_corrected(void **state)
{
	const char *meant;

	(void)state;
	assert_int_equal(devtask_capability_kind_of("USB", &meant), DEVTASK_CAPABILITY_OTHER);
	assert_string_equal(meant, "usb");
	assert_int_equal(devtask_capability_kind_of("location", &meant), DEVTASK_CAPABILITY_OTHER);
	assert_null(meant);
	assert_int_equal(devtask_capability_kind_of("bluetooth.genericAttributeProfile", &meant),
			 DEVTASK_CAPABILITY_GATT);
	assert_int_equal(devtask_capability_kind_of("573E8C73-0CB4-4471-A1BF-FAB26C31D384", &meant),
			 DEVTASK_CAPABILITY_INTERFACE);
}

/* REG-3 */
static void a_function_in_the_wrong_capability_is_noticed(void **state)
{
	struct devtask_function function;

	(void)state;
	assert_null(devtask_capability_parse_function("usage:FF00 *", &function));
	assert_null(devtask_capability_misfit(DEVTASK_CAPABILITY_HID, &function));
	assert_string_equal(devtask_capability_misfit(DEVTASK_CAPABILITY_USB, &function),
			    "covers no usb device; write classId:, name: or winUsbId:");
	assert_string_equal(devtask_capability_misfit(DEVTASK_CAPABILITY_GATT, &function),
			    "covers no bluetooth device; write name: or serviceId:");
	assert_string_equal(devtask_capability_misfit(DEVTASK_CAPABILITY_SERIAL, &function),
			    "covers no serial port; write name:serialPort");
	assert_null(devtask_capability_misfit(DEVTASK_CAPABILITY_OTHER, &function));
	assert_null(devtask_capability_parse_function("name:heartRate", &function));
	assert_null(devtask_capability_misfit(DEVTASK_CAPABILITY_GATT, &function));
	assert_non_null(devtask_capability_misfit(DEVTASK_CAPABILITY_RFCOMM, &function));
	assert_non_null(devtask_capability_misfit(DEVTASK_CAPABILITY_USB, &function));
	assert_string_equal(devtask_capability_misfit(DEVTASK_CAPABILITY_HID, &function),
			    "covers no humaninterfacedevice; write usage:");
}

/* INI-4 */
static void a_usb_capability_covers_by_identity_and_class(void **state)
{
	(void)state;
	assert_true(covers("usb", "vidpid:1D6B 0104", "classId:ff * *", &logger));
	assert_true(covers("usb", "vidpid:1d6b 0104", "name:vendorSpecific", &logger));
	assert_true(covers("usb", "any", "classId:ff 00 01", &logger));
	assert_true(covers("usb", "any", "name:deviceFirmwareUpdate", &logger));
	assert_true(covers("usb", "model:Contoso;Logger", "classId:* 01 *", &logger));
	assert_false(covers("usb", "vidpid:1D6B 0105", "classId:ff * *", &logger));
	assert_false(covers("usb", "vidpid:1D6B 0104 bluetooth", "classId:ff * *", &logger));
	assert_false(covers("usb", "vidpid:1D6B 0104", "classId:ff 01 *", &logger));
	assert_false(covers("usb", "vidpid:1D6B 0104", "name:cdcControl", &logger));
	assert_false(covers("usb", "model:Contoso;Logger 2", "classId:ff * *", &logger));
	assert_false(covers("usb", "any", "usage:FFAA 0001", &pad));
	assert_false(covers("usb", "any", "winUsbId:dee824ef-729b-4a0e-9c14-b7117d33a817", &logger));
}

/* INI-4: what is not named in full is not covered. */
static void a_capability_without_device_or_function_covers_nothing(void **state)
{
	(void)state;
	assert_false(covers("usb", NULL, NULL, &logger));
	assert_false(covers("usb", "any", NULL, &logger));
	assert_false(covers("USB", "any", "classId:ff * *", &logger));
	assert_false(covers("location", NULL, NULL, &logger));
}

/* INI-4 */
static void a_hid_capability_covers_by_usage_and_bus(void **state)
{
	(void)state;
	assert_true(covers("humaninterfacedevice", "vidpid:045E 0610", "usage:FFAA 0001", &pad));
	assert_true(covers("humaninterfacedevice", "vidpid:045E 0610 bluetooth", "usage:ffaa *", &pad));
	assert_true(covers("humaninterfacedevice", "any", "usage:* *", &pad));
	assert_false(covers("humaninterfacedevice", "vidpid:045E 0610 usb", "usage:FFAA *", &pad));
	assert_false(covers("humaninterfacedevice", "any", "usage:FFAA 0002", &pad));
	assert_false(covers("humaninterfacedevice", "any", "classId:03 * *", &pad));
	assert_false(covers("usb", "vidpid:045E 0610", "classId:ff * *", &pad));
}

/* INI-4 */
static void an_interface_class_covers_what_says_that_it_has_it(void **state)
{
	struct devtask_facts facts = logger, camera = logger;

	(void)state;
	devtask_facts_add_guids(&facts, "nonsense {573E8C73-0CB4-4471-A1BF-FAB26C31D384}");
	assert_int_equal(facts.guid_count, 1);
	assert_true(covers("573E8C73-0CB4-4471-A1BF-FAB26C31D384", NULL, NULL, &facts));
	assert_true(covers("usb", "any", "winUsbId:573E8C73-0CB4-4471-A1BF-FAB26C31D384", &facts));
	assert_false(covers("573E8C73-0CB4-4471-A1BF-FAB26C31D384", NULL, NULL, &logger));
	/* Portable devices, which speak MTP. */
	camera.classes[0] = (struct devtask_class_id){ { 6, 1, 1 } };
	assert_true(covers("6AC27878-A6FA-4155-BA85-F98F491D4F33", NULL, NULL, &camera));
	assert_false(covers("6AC27878-A6FA-4155-BA85-F98F491D4F33", NULL, NULL, &logger));
}

/* INI-5, PRO-5 */
static void a_portable_device_is_one_whatever_its_class(void **state)
{
	struct devtask_facts still = { .classes = { { { 0xff, 0, 0 } }, { { 6, 1, 1 } } }, .class_count = 2 };
	struct devtask_facts vendors = { .classes = { { { 0xff, 0xff, 0 } } }, .class_count = 1 };
	struct devtask_facts scanner = { .classes = { { { 6, 1, 2 } } }, .class_count = 1 };

	(void)state;
	assert_true(devtask_facts_is_mtp(&still));
	assert_false(devtask_facts_is_mtp(&scanner));
	assert_false(devtask_facts_is_mtp(&vendors));
	devtask_facts_add_guids(&vendors, "6ac27878-a6fa-4155-ba85-f98f491d4f33");
	assert_true(devtask_facts_is_mtp(&vendors));
}

/* INI-4 */
static void services_and_serial_ports_are_covered_by_name(void **state)
{
	struct devtask_facts heart = { .kind = DEVTASK_FACTS_GATT, .bus = "bluetooth" };
	struct devtask_facts port = { .kind = DEVTASK_FACTS_SERIAL };

	(void)state;
	devtask_facts_add_guids(&heart, "0000180d-0000-1000-8000-00805f9b34fb");
	assert_true(covers("bluetooth.genericAttributeProfile", "any", "name:heartRate", &heart));
	assert_true(covers("bluetooth.genericAttributeProfile", "any", "serviceId:180d", &heart));
	assert_false(covers("bluetooth.genericAttributeProfile", "any", "name:battery", &heart));
	assert_false(covers("bluetooth.rfcomm", "any", "serviceId:180d", &heart));
	assert_true(covers("serialcommunication", "any", "name:serialPort", &port));
	assert_false(covers("serialcommunication", "vidpid:0000 0000", "name:serialPort", &port));
}

/* INI-4 */
static void a_refusal_names_device_and_declarations(void **state)
{
	struct devtask_capability one = {
		.kind = DEVTASK_CAPABILITY_HID, .name = (char *)"humaninterfacedevice",
		.device = (char *)"any", .function = (char *)"usage:0001 0010",
	};
	struct devtask_app app = { .name = (char *)"Maker.App" };
	struct devtask_error error;

	(void)state;
	assert_int_equal(devtask_app_covers_facts(&app, &logger, "usb:1d6b:0104", NULL, &error), -EACCES);
	assert_string_equal(error.text, "no DeviceCapability of app Maker.App covers usb:1d6b:0104; "
			    "its manifest declares: none");
	app.capabilities = &one;
	app.capability_count = 1;
	assert_int_equal(devtask_app_covers_facts(&app, &logger, "usb:1d6b:0104", NULL, &error), -EACCES);
	assert_string_equal(error.text, "no DeviceCapability of app Maker.App covers usb:1d6b:0104; "
			    "its manifest declares: humaninterfacedevice any usage:0001 0010");
}

/* INI-4 */
static void classes_come_from_all_interfaces_of_the_descriptors(void **state)
{
	static const uint8_t data[] = {
		18, 1, 0x00, 0x02, 0x00, 0x00, 0x00, 64, 0x6b, 0x1d, 0x04, 0x01, 0, 1, 1, 2, 3, 1,
		9, 2, 50, 0, 2, 1, 0, 0x80, 50,
		9, 4, 0, 0, 1, 0xff, 0x01, 0x02, 0,
		7, 5, 0x81, 2, 0x40, 0, 0,
		9, 4, 0, 1, 1, 0xff, 0x01, 0x02, 0,
		9, 4, 1, 0, 0, 0x03, 0x00, 0x00, 0,
		9, 4, 2,	/* cut off */
	};
	struct devtask_facts facts = { 0 };

	(void)state;
	devtask_facts_add_descriptors(&facts, data, sizeof(data));
	assert_int_equal(facts.class_count, 2);
	assert_int_equal(facts.classes[0].number[0], 0xff);
	assert_int_equal(facts.classes[0].number[2], 0x02);
	assert_int_equal(facts.classes[1].number[0], 0x03);
}

/* INI-4 */
static void usages_come_from_top_level_collections_only(void **state)
{
	static const uint8_t data[] = {
		0x05, 0x01, 0x09, 0x06, 0xa1, 0x01,		/* keyboard */
		0x05, 0x07, 0x09, 0x10, 0xa1, 0x02, 0xc0,	/* inside */
		0x19, 0x00, 0x29, 0x65, 0x81, 0x00, 0xc0,
		0xfe, 0x02, 0x00, 0xaa, 0xbb,			/* a long item */
		0xa4, 0x06, 0x00, 0xff, 0x09, 0x01, 0xa1, 0x01, 0xc0, 0xb4,
		0x0b, 0x02, 0x00, 0xaa, 0xff, 0xa1, 0x01, 0xc0,	/* usage with its page */
		0x06, 0x00,					/* cut off */
	};
	struct devtask_facts facts = { 0 };

	(void)state;
	devtask_facts_add_report(&facts, data, sizeof(data));
	assert_int_equal(facts.usage_count, 3);
	assert_int_equal(facts.usages[0].page, 0x01);
	assert_int_equal(facts.usages[0].id, 0x06);
	assert_int_equal(facts.usages[1].page, 0xff00);
	assert_int_equal(facts.usages[1].id, 0x01);
	assert_int_equal(facts.usages[2].page, 0xffaa);
	assert_int_equal(facts.usages[2].id, 0x02);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_device_is_four_and_four_hex_digits_of_any_case),
		cmocka_unit_test(a_device_is_a_model_or_any),
		cmocka_unit_test(a_wrong_device_is_told_how_to_write_it),
		cmocka_unit_test(a_function_has_five_forms),
		cmocka_unit_test(a_wrong_function_is_told_how_to_write_it),
		cmocka_unit_test(a_name_that_is_nearly_right_is_corrected),
		cmocka_unit_test(a_function_in_the_wrong_capability_is_noticed),
		cmocka_unit_test(a_usb_capability_covers_by_identity_and_class),
		cmocka_unit_test(a_capability_without_device_or_function_covers_nothing),
		cmocka_unit_test(a_hid_capability_covers_by_usage_and_bus),
		cmocka_unit_test(an_interface_class_covers_what_says_that_it_has_it),
		cmocka_unit_test(a_portable_device_is_one_whatever_its_class),
		cmocka_unit_test(services_and_serial_ports_are_covered_by_name),
		cmocka_unit_test(a_refusal_names_device_and_declarations),
		cmocka_unit_test(classes_come_from_all_interfaces_of_the_descriptors),
		cmocka_unit_test(usages_come_from_top_level_collections_only),
	};

	return cmocka_run_group_tests_name("capability", tests, NULL, NULL);
}
