// SPDX-License-Identifier: GPL-2.0-only
/* APP-8: where a device is, and whether what is seen there is the one that went away. */
#include <string.h>

#include "port.h"
#include "unit.h"

#define HOST	"/devices/pci0000:00/0000:00:14.0"

static struct devtask_port at(const char *path, const char *subsystem, uint16_t product)
{
	struct devtask_port port = { .vendor = 0x1209, .product = product };

	devtask_port_parse(&port, path);
	strcpy(port.subsystem, subsystem);
	return port;
}

/* A device of the id 1209:0001 whose maker names 1209:0002 and 0483:df11. */
static struct devtask_port_known known(const char *path, const char *subsystem)
{
	struct devtask_port_known known = { .port = at(path, subsystem, 1) };

	known.companions[0].vendor = 0x1209;
	known.companions[0].product = 2;
	known.companions[1].vendor = 0x0483;
	known.companions[1].product = 0xdf11;
	known.companion_count = 2;
	return known;
}

/* APP-8 */
static void the_port_is_the_way_through_controller_and_hubs(void **state)
{
	static const struct { const char *path, *place; int interface; } cases[] = {
		{ HOST "/usb1/1-2", HOST "/usb1/1-2", -1 },
		{ HOST "/usb1/1-2/1-2.3", HOST "/usb1/1-2/1-2.3", -1 },
		{ HOST "/usb1/1-2/1-2.3/1-2.3.14", HOST "/usb1/1-2/1-2.3/1-2.3.14", -1 },
		{ HOST "/usb1/1-2/1-2.3/1-2.3:1.4/0003:1209:0001.0007/hidraw/hidraw0",
		  HOST "/usb1/1-2/1-2.3", 4 },
		{ HOST "/usb1/1-2/1-2:1.0/ttyUSB0/tty/ttyUSB0", HOST "/usb1/1-2", 0 },
		{ HOST "/usb10/10-12/10-12:2.11/tty/ttyACM0", HOST "/usb10/10-12", 11 },
		{ "/devices/platform/dummy_hcd.0/usb1/1-1", "/devices/platform/dummy_hcd.0/usb1/1-1", -1 },
		/* A device behind a controller that is itself a USB device. */
		{ HOST "/usb1/1-2/1-2:1.0/usb3/3-1", HOST "/usb1/1-2/1-2:1.0/usb3/3-1", -1 },
	};
	struct devtask_port port;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		devtask_port_parse(&port, cases[i].path);
		assert_string_equal(port.place, cases[i].place);
		assert_int_equal(port.interface, cases[i].interface);
	}
}

/* APP-8 */
static void what_is_not_on_usb_has_no_port(void **state)
{
	static const char *const paths[] = {
		"/devices/virtual/misc/uhid/0003:1209:0001.0001/hidraw/hidraw0",
		"/devices/platform/serial8250/tty/ttyS0", "/devices/virtual/mem/null", "",
		HOST "/usb1", HOST "/usb1/1-0:1.0/usb1-port1", HOST "/usb1/1-", HOST "/usb1/1-2.",
		HOST "/usb1/-2", HOST "/usb1/1-2x", HOST "/usb1/1-2.3y",
	};
	struct devtask_port port;

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
		devtask_port_parse(&port, paths[i]);
		assert_string_equal(port.place, "");
	}
}

/* APP-8 */
static void a_path_that_is_too_long_is_no_port(void **state)
{
	char path[2 * DEVTASK_PORT_PLACE_MAX];
	struct devtask_port port;

	(void)state;
	memset(path, 'a', sizeof(path));
	path[0] = '/';
	strcpy(path + DEVTASK_PORT_PLACE_MAX - 4, "/1-2");
	devtask_port_parse(&port, path);
	assert_string_equal(port.place, "");
	strcpy(path + DEVTASK_PORT_PLACE_MAX - 5, "/1-2");
	devtask_port_parse(&port, path);
	assert_string_equal(port.place, path);
}

/* APP-8 */
static void a_socket_of_usb_3_is_two_ports(void **state)
{
	static const struct { const char *path, *peer; } cases[] = {
		{ HOST "/usb2/2-0:1.0/usb2-port3", HOST "/usb2/2-3" },
		{ HOST "/usb2/2-1/2-1:1.0/2-1-port4", HOST "/usb2/2-1/2-1.4" },
		{ HOST "/usb2/2-1/2-1.4/2-1.4:1.0/2-1.4-port2", HOST "/usb2/2-1/2-1.4/2-1.4.2" },
		{ HOST "/usb2/2-1", "" },
		{ "nonsense-port1", "" },
	};
	struct devtask_port port = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		memset(&port, 0, sizeof(port));
		devtask_port_parse_peer(&port, cases[i].path);
		assert_string_equal(port.peer, cases[i].peer);
	}
}

/* APP-8 */
static void it_is_back_at_its_port_under_an_id_that_is_known(void **state)
{
	struct devtask_port_known usb = known(HOST "/usb1/1-2", "usb");
	struct devtask_port seen = at(HOST "/usb1/1-2", "usb", 1);

	(void)state;
	assert_int_equal(devtask_port_judge(&usb, &seen), DEVTASK_PORT_SAME);
	seen.product = 2;
	assert_int_equal(devtask_port_judge(&usb, &seen), DEVTASK_PORT_SAME);
	seen.vendor = 0x0483;
	seen.product = 0xdf11;
	assert_int_equal(devtask_port_judge(&usb, &seen), DEVTASK_PORT_SAME);
	seen = at(HOST "/usb2/2-2", "usb", 2);
	assert_int_equal(devtask_port_judge(&usb, &seen), DEVTASK_PORT_LOOKALIKE);
	strcpy(usb.port.peer, HOST "/usb2/2-2");
	assert_int_equal(devtask_port_judge(&usb, &seen), DEVTASK_PORT_SAME);
}

/* APP-8 */
static void another_id_at_its_port_is_a_stranger(void **state)
{
	struct devtask_port_known usb = known(HOST "/usb1/1-2", "usb");
	struct devtask_port seen = at(HOST "/usb1/1-2", "usb", 3);

	(void)state;
	assert_int_equal(devtask_port_judge(&usb, &seen), DEVTASK_PORT_STRANGER);
	/* Vendor and product of two companions make no third. */
	seen.product = 0xdf11;
	assert_int_equal(devtask_port_judge(&usb, &seen), DEVTASK_PORT_STRANGER);
}

/* APP-8 */
static void its_id_at_another_port_is_a_lookalike(void **state)
{
	static const char *const others[] = {
		HOST "/usb1/1-3", HOST "/usb1/1-2/1-2.1", HOST "/usb1/1-22",
		"/devices/pci0000:00/0000:00:15.0/usb1/1-2",
	};
	struct devtask_port_known usb = known(HOST "/usb1/1-2", "usb");

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		struct devtask_port seen = at(others[i], "usb", 2);

		assert_int_equal(devtask_port_judge(&usb, &seen), DEVTASK_PORT_LOOKALIKE);
		seen.product = 3;
		assert_int_equal(devtask_port_judge(&usb, &seen), DEVTASK_PORT_OTHER);
	}
}

/* APP-8 */
static void a_node_of_another_kind_is_something_else(void **state)
{
	struct devtask_port_known usb = known(HOST "/usb1/1-2", "usb");
	struct devtask_port seen = at(HOST "/usb1/1-2/1-2:1.0/0003:1209:0001.0007/hidraw/hidraw0",
				      "hidraw", 1);

	(void)state;
	assert_int_equal(devtask_port_judge(&usb, &seen), DEVTASK_PORT_OTHER);
}

/* APP-8 */
static void the_interface_counts_but_not_of_a_companion(void **state)
{
	struct devtask_port_known hid =
		known(HOST "/usb1/1-2/1-2:1.2/0003:1209:0001.0007/hidraw/hidraw1", "hidraw");
	struct devtask_port seen = at(HOST "/usb1/1-2/1-2:1.2/0003:1209:0001.0009/hidraw/hidraw3",
				      "hidraw", 1);

	(void)state;
	assert_int_equal(devtask_port_judge(&hid, &seen), DEVTASK_PORT_SAME);
	seen.interface = 1;
	assert_int_equal(devtask_port_judge(&hid, &seen), DEVTASK_PORT_OTHER);
	seen.product = 2;
	assert_int_equal(devtask_port_judge(&hid, &seen), DEVTASK_PORT_SAME);
}

/* APP-8 */
static void a_device_without_a_port_never_comes_back(void **state)
{
	struct devtask_port_known nothing = known("/devices/virtual/mem/null", "mem");
	struct devtask_port seen = at("/devices/virtual/mem/null", "mem", 1);

	(void)state;
	assert_int_equal(devtask_port_judge(&nothing, &seen), DEVTASK_PORT_OTHER);
	/* Nor is such a one taken for a device that has one. */
	nothing = known(HOST "/usb1/1-2", "mem");
	seen.product = 3;
	assert_int_equal(devtask_port_judge(&nothing, &seen), DEVTASK_PORT_OTHER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_port_is_the_way_through_controller_and_hubs),
		cmocka_unit_test(what_is_not_on_usb_has_no_port),
		cmocka_unit_test(a_path_that_is_too_long_is_no_port),
		cmocka_unit_test(a_socket_of_usb_3_is_two_ports),
		cmocka_unit_test(it_is_back_at_its_port_under_an_id_that_is_known),
		cmocka_unit_test(another_id_at_its_port_is_a_stranger),
		cmocka_unit_test(its_id_at_another_port_is_a_lookalike),
		cmocka_unit_test(a_node_of_another_kind_is_something_else),
		cmocka_unit_test(the_interface_counts_but_not_of_a_companion),
		cmocka_unit_test(a_device_without_a_port_never_comes_back),
	};

	return cmocka_run_group_tests_name("port", tests, NULL, NULL);
}
