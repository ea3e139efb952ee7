// SPDX-License-Identifier: GPL-2.0-only
/* cmd_devices - what can be claimed, and how to name it. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "clean.h"
#include "device.h"
#include "metadata.h"
#include "output.h"
#include "simple.h"
#include "table.h"
#include "verb.h"

#define NANOSECONDS	1000000000ull

/* What the maker says of one device. */
struct said {
	struct devtask_metadata metadata;
	struct devtask_error problem;	/* .err is 0 if there is none */
};

static void add_text(json_object *object, const char *key, const char *text)
{
	json_object_object_add(object, key, json_object_new_string(text));
}

static json_object *list_apps(const struct devtask_metadata *metadata)
{
	json_object *list = json_object_new_array(), *one;

	for (size_t i = 0; i < metadata->app_count; i++) {
		one = json_object_new_object();
		add_text(one, "name", metadata->apps[i].name);
		add_text(one, "publisher", metadata->apps[i].publisher);
		json_object_array_add(list, one);
	}
	return list;
}

static json_object *list_companions(const struct devtask_metadata *metadata)
{
	json_object *list = json_object_new_array();
	char id[16];

	for (size_t i = 0; i < metadata->companion_count; i++) {
		snprintf(id, sizeof(id), "%04x:%04x", metadata->companions[i].vendor,
			 metadata->companions[i].product);
		json_object_array_add(list, json_object_new_string(id));
	}
	return list;
}

/* NULL, which is null, if nothing is said. */
static json_object *describe(const struct said *said)
{
	const struct devtask_metadata *metadata = &said->metadata;
	json_object *object;

	if (!metadata->is_known)
		return NULL;
	object = json_object_new_object();
	add_text(object, "name", metadata->name);
	json_object_object_add(object, "any_application",
			       json_object_new_boolean(metadata->any_application));
	json_object_object_add(object, "privileged_apps", list_apps(metadata));
	json_object_object_add(object, "companion_ids", list_companions(metadata));
	json_object_object_add(object, "return_ns", metadata->return_is_said ?
			       json_object_new_uint64(metadata->return_ns) : NULL);
	json_object_object_add(object, "battery_floor_percent", metadata->battery_floor_percent ?
			       json_object_new_int((int)metadata->battery_floor_percent) : NULL);
	json_object_object_add(object, "problem", said->problem.err ?
			       json_object_new_string(said->problem.text) : NULL);
	return object;
}

static void print_json(const struct devtask_device *devices, const struct said *said, int count)
{
	json_object *list = json_object_new_array(), *one;

	for (int i = 0; i < count; i++) {
		const struct devtask_device *device = &devices[i];

		one = json_object_new_object();
		add_text(one, "spec", device->spec);
		add_text(one, "kind", devtask_name_of(&devtask_kind_names, device->kind));
		add_text(one, "path", device->node);
		add_text(one, "hardware_id", device->hardware_id);
		add_text(one, "serial", device->serial);
		add_text(one, "name", device->name);
		json_object_object_add(one, "metadata", describe(&said[i]));
		json_object_array_add(list, one);
	}
	devtask_output_json(stdout, list);
}

static void add_apps(struct devtask_table *table, const struct said *said)
{
	const struct devtask_metadata *metadata = &said->metadata;
	char text[sizeof(metadata->apps[0].name) + 24] = "-";

	if (said->problem.err)
		strcpy(text, "malformed");
	else if (metadata->any_application)
		strcpy(text, "any app");
	else if (metadata->app_count == 1)
		snprintf(text, sizeof(text), "%s", metadata->apps[0].name);
	else if (metadata->app_count)
		snprintf(text, sizeof(text), "%s and %zu more", metadata->apps[0].name,
			 metadata->app_count - 1);
	devtask_clean(text);
	devtask_table_add(table, text);
}

static void add_metadata(struct devtask_table *table, const struct said *said)
{
	const struct devtask_metadata *metadata = &said->metadata;
	char text[DEVTASK_METADATA_COMPANIONS_MAX * 10 + 1] = "-";
	size_t used = 0;

	add_apps(table, said);
	for (size_t i = 0; i < metadata->companion_count; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%04x:%04x",
					 used ? " " : "", metadata->companions[i].vendor,
					 metadata->companions[i].product);
	devtask_table_add(table, text);
	strcpy(text, "-");
	if (metadata->return_is_said)
		snprintf(text, sizeof(text), "%llu s",
			 (unsigned long long)(metadata->return_ns / NANOSECONDS));
	devtask_table_add(table, text);
	strcpy(text, "-");
	if (metadata->battery_floor_percent)
		snprintf(text, sizeof(text), "%u %%", metadata->battery_floor_percent);
	devtask_table_add(table, text);
}

/* Without metadata its columns are left out. */
static void print_table(const struct devtask_device *devices, const struct said *said, int count)
{
	static const struct devtask_column columns[] = {
		{ "DEVICE", 'l' }, { "PATH", 'l' }, { "SERIAL", 'l' }, { "NAME", 'l' },
		{ "PRIVILEGED APPS", 'l' }, { "COMPANIONS", 'l' }, { "RETURN", 'r' },
		{ "BATTERY", 'r' },
	};
	struct devtask_table *table;
	bool is_known = false;

	for (int i = 0; i < count; i++)
		is_known |= said[i].metadata.is_known;
	table = devtask_table_create(columns, is_known ? 8 : 4);
	for (int i = 0; i < count; i++) {
		const char *name = said[i].metadata.name;

		devtask_table_add(table, devices[i].spec);
		devtask_table_add(table, devices[i].node);
		devtask_table_add(table, *devices[i].serial ? devices[i].serial : "-");
		devtask_table_add(table, *name ? name : devices[i].name);
		if (is_known)
			add_metadata(table, &said[i]);
	}
	devtask_table_print(table);
	for (int i = 0; i < count; i++)
		if (said[i].problem.err)
			printf("\n%s has malformed metadata: %s\n", devices[i].spec,
			       said[i].problem.text);
}

static int cmd_devices(int argc, char **argv)
{
	struct devtask_device *devices;
	struct devtask_error error;
	struct said *said;
	bool json;
	int count = devtask_simple_parse(&devtask_verb_devices, argc, argv, 0, &json);

	if (count)
		return count;
	count = devtask_device_list(&devices, &error);
	if (count < 0)
		return devtask_output_error(&error);
	said = calloc((size_t)count + 1, sizeof(*said));
	if (!said) {
		free(devices);
		devtask_error_set(&error, DEVTASK_EXIT_FAILURE, -ENOMEM, "out of memory");
		return devtask_output_error(&error);
	}
	/* A device that has just gone is shown as one without metadata. */
	for (int i = 0; i < count; i++)
		if (devtask_metadata_read(&devices[i], &said[i].metadata, &said[i].problem) == -ENODEV)
			memset(&said[i], 0, sizeof(said[i]));
	if (json)
		print_json(devices, said, count);
	else if (count)
		print_table(devices, said, count);
	else
		puts("no USB or HID device is attached");
	free(said);
	free(devices);
	return DEVTASK_EXIT_OK;
}

const struct devtask_verb devtask_verb_devices = {
	.name = "devices",
	.arguments = "[--json]",
	.summary = "Show the devices that a task can be given, and who may service them",
	.help =
	"The first column is what --device of devtaskctl run takes. Character devices that are\n"
	"neither USB nor HID are not listed: path:/dev/NODE names them.\n\n"
	"What the maker of a device says of it, see devtask-metadata(7): the apps that may service\n"
	"it, the ids that it may show meanwhile, how long it may be away, and how full the battery\n"
	"must be.\n\n"
	"      --json   one array of objects\n",
	.run = cmd_devices,
};
