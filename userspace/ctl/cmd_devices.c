// SPDX-License-Identifier: GPL-2.0-only
/* cmd_devices - what can be claimed, and how to name it. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include <json-c/json.h>

#include "device.h"
#include "output.h"
#include "simple.h"
#include "table.h"
#include "verb.h"

static void print_json(const struct devtask_device *devices, int count)
{
	json_object *list = json_object_new_array(), *one;

	for (int i = 0; i < count; i++) {
		const struct devtask_device *device = &devices[i];

		one = json_object_new_object();
		json_object_object_add(one, "spec", json_object_new_string(device->spec));
		json_object_object_add(one, "kind", json_object_new_string(
				       devtask_name_of(&devtask_kind_names, device->kind)));
		json_object_object_add(one, "path", json_object_new_string(device->node));
		json_object_object_add(one, "hardware_id",
				       json_object_new_string(device->hardware_id));
		json_object_object_add(one, "serial", json_object_new_string(device->serial));
		json_object_object_add(one, "name", json_object_new_string(device->name));
		json_object_array_add(list, one);
	}
	devtask_output_json(stdout, list);
}

static void print_table(const struct devtask_device *devices, int count)
{
	static const struct devtask_column columns[] = {
		{ "DEVICE", 'l' }, { "PATH", 'l' }, { "SERIAL", 'l' }, { "NAME", 'l' },
	};
	struct devtask_table *table;

	table = devtask_table_create(columns, sizeof(columns) / sizeof(*columns));
	for (int i = 0; i < count; i++) {
		devtask_table_add(table, devices[i].spec);
		devtask_table_add(table, devices[i].node);
		devtask_table_add(table, *devices[i].serial ? devices[i].serial : "-");
		devtask_table_add(table, devices[i].name);
	}
	devtask_table_print(table);
}

static int cmd_devices(int argc, char **argv)
{
	struct devtask_device *devices;
	struct devtask_error error;
	bool json;
	int count = devtask_simple_parse(&devtask_verb_devices, argc, argv, 0, &json);

	if (count)
		return count;
	count = devtask_device_list(&devices, &error);
	if (count < 0)
		return devtask_output_error(&error);
	if (json)
		print_json(devices, count);
	else if (count)
		print_table(devices, count);
	else
		puts("no USB or HID device is attached");
	free(devices);
	return DEVTASK_EXIT_OK;
}

const struct devtask_verb devtask_verb_devices = {
	.name = "devices",
	.arguments = "[--json]",
	.summary = "Show the devices that a task can be given, and their names",
	.help =
	"The first column is what --device of devtaskctl run takes. Character devices that are\n"
	"neither USB nor HID are not listed: path:/dev/NODE names them.\n\n"
	"      --json   one array of objects\n",
	.run = cmd_devices,
};
