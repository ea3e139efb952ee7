// SPDX-License-Identifier: GPL-2.0-only
/* cmd_apps - the installed apps, as the helper sees them: it reads the folders itself (REG-2, REG-4). */
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "device.h"
#include "output.h"
#include "registry.h"
#include "verb.h"

struct options {
	const char *device;	/* NULL: every app */
	bool json;
};

static void add_text(json_object *to, const char *key, const char *text)
{
	json_object_object_add(to, key, json_object_new_string(text));
}

/* "path", or "error" with the sentence. */
static void add_program(json_object *to, const char *key, const struct devtask_program *program)
{
	if (program->path)
		add_text(to, key, program->path);
	else
		add_text(to, "error", program->error.text);
}

static json_object *types_json(uint32_t types)
{
	json_object *list = json_object_new_array();

	for (uint32_t type = DEVTASK_TYPE_SERVICING; type <= DEVTASK_TYPE_MAX; type++)
		if (types & DEVTASK_TYPE_BIT(type))
			json_object_array_add(list, json_object_new_string(
					      devtask_name_of(&devtask_type_names, type)));
	return list;
}

static json_object *applications_json(const struct devtask_installed *one)
{
	json_object *list = json_object_new_array(), *made;

	for (size_t i = 0; i < one->app->application_count; i++) {
		made = json_object_new_object();
		add_text(made, "id", one->app->applications[i].id);
		add_program(made, "executable", &one->executables[i]);
		json_object_array_add(list, made);
	}
	return list;
}

static json_object *entry_points_json(const struct devtask_installed *one)
{
	json_object *list = json_object_new_array(), *made;

	for (size_t i = 0; i < one->app->entry_point_count; i++) {
		const struct devtask_entry_point *entry = &one->app->entry_points[i];

		made = json_object_new_object();
		add_text(made, "name", entry->program.entry_point);
		json_object_object_add(made, "types", types_json(entry->types));
		add_text(made, "other_tasks", entry->others);
		if (entry->types)
			add_program(made, "program", &one->programs[i]);
		json_object_array_add(list, made);
	}
	return list;
}

static json_object *capabilities_json(const struct devtask_app *app)
{
	json_object *list = json_object_new_array(), *made;

	for (size_t i = 0; i < app->capability_count; i++) {
		const struct devtask_capability *capability = &app->capabilities[i];

		made = json_object_new_object();
		add_text(made, "name", capability->name);
		if (capability->device)
			add_text(made, "device", capability->device);
		if (capability->function)
			add_text(made, "function", capability->function);
		json_object_array_add(list, made);
	}
	return list;
}

static json_object *senders_json(const struct devtask_app *app)
{
	json_object *list = json_object_new_array(), *made;

	for (size_t i = 0; i < app->source_count; i++) {
		made = json_object_new_object();
		add_text(made, "kind", devtask_source_name(app->sources[i].kind));
		add_text(made, "id", app->sources[i].id);
		json_object_array_add(list, made);
	}
	return list;
}

static json_object *app_json(const struct devtask_installed *one)
{
	json_object *made = json_object_new_object();

	add_text(made, "name", one->app->name);
	add_text(made, "publisher", one->app->publisher);
	add_text(made, "version", one->app->version);
	add_text(made, "display_name", one->app->display_name);
	add_text(made, "manifest", one->app->path);
	json_object_object_add(made, "applications", applications_json(one));
	json_object_object_add(made, "entry_points", entry_points_json(one));
	json_object_object_add(made, "capabilities", capabilities_json(one->app));
	json_object_object_add(made, "senders", senders_json(one->app));
	return made;
}

static void print_json(const struct devtask_registry *registry)
{
	json_object *all = json_object_new_object(), *list = json_object_new_array(), *made;
	const struct devtask_installed *apps;
	const struct devtask_broken *broken;
	size_t count;

	apps = devtask_registry_apps(registry, &count);
	for (size_t i = 0; i < count; i++)
		json_object_array_add(list, app_json(&apps[i]));
	json_object_object_add(all, "apps", list);
	list = json_object_new_array();
	broken = devtask_registry_broken(registry, &count);
	for (size_t i = 0; i < count; i++) {
		made = json_object_new_object();
		add_text(made, "path", broken[i].path);
		if (broken[i].name)
			add_text(made, "name", broken[i].name);
		add_text(made, "error", broken[i].text);
		json_object_array_add(list, made);
	}
	json_object_object_add(all, "broken", list);
	devtask_output_json(stdout, all);
}

static void print_entry_point(const struct devtask_entry_point *entry,
			      const struct devtask_program *program)
{
	const char *separator = "";

	printf("  task        %s (", entry->program.entry_point);
	for (uint32_t type = DEVTASK_TYPE_SERVICING; type <= DEVTASK_TYPE_MAX; type++) {
		if (entry->types & DEVTASK_TYPE_BIT(type)) {
			printf("%s%s", separator, devtask_name_of(&devtask_type_names, type));
			separator = ", ";
		}
	}
	if (*entry->others)
		printf("%snot run: %s", separator, entry->others);
	printf(")");
	if (entry->types)
		printf(": %s", program->path ?: program->error.text);
	puts("");
}

static void print_app(const struct devtask_installed *one)
{
	const struct devtask_app *app = one->app;
	char text[700];

	printf("%s %s\n  name        %s\n  publisher   %s\n  manifest    %s\n", app->name,
	       app->version, app->display_name, app->publisher, app->path);
	for (size_t i = 0; i < app->application_count; i++)
		printf("  executable  %s\n", one->executables[i].path ?:
		       one->executables[i].error.text);
	for (size_t i = 0; i < app->source_count; i++)
		printf("  sender      %s %s\n", devtask_source_name(app->sources[i].kind),
		       app->sources[i].id);
	for (size_t i = 0; i < app->entry_point_count; i++)
		print_entry_point(&app->entry_points[i], &one->programs[i]);
	for (size_t i = 0; i < app->capability_count; i++)
		printf("  device      %s\n",
		       devtask_capability_print(&app->capabilities[i], text, sizeof(text)));
}

static void print_all(const struct devtask_registry *registry)
{
	const struct devtask_installed *apps;
	const struct devtask_broken *broken;
	size_t count, broken_count;

	apps = devtask_registry_apps(registry, &count);
	broken = devtask_registry_broken(registry, &broken_count);
	for (size_t i = 0; i < count; i++)
		print_app(&apps[i]);
	for (size_t i = 0; i < broken_count; i++)
		printf("broken  %s\n", broken[i].text);
	if (!count && !broken_count)
		puts("no app is installed");
}

/* Which capability of which app covers the device; the apps that none covers are left out. */
static void print_covering(const struct devtask_registry *registry,
			   const struct devtask_device *device, bool json)
{
	const struct devtask_capability *capability;
	const struct devtask_installed *apps;
	json_object *list = json_object_new_array(), *made;
	bool found = false;
	size_t count;
	char text[700];

	apps = devtask_registry_apps(registry, &count);
	for (size_t i = 0; i < count; i++) {
		if (devtask_app_covers(apps[i].app, device, &capability, NULL))
			continue;
		devtask_capability_print(capability, text, sizeof(text));
		found = true;
		made = json_object_new_object();
		add_text(made, "name", apps[i].app->name);
		add_text(made, "capability", text);
		json_object_array_add(list, made);
		if (!json)
			printf("%s  %s\n", apps[i].app->name, text);
	}
	if (!found && !json)
		printf("no app that is installed declares %s\n",
		       *device->hardware_id ? device->hardware_id : device->node);
	if (json)
		devtask_output_json(stdout, list);
	else
		json_object_put(list);
}

static int parse(int argc, char **argv, struct options *options)
{
	static const struct option list[] = {
		{ "device", required_argument, NULL, 'd' },
		{ "json", no_argument, NULL, 'j' },
		{ 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, ":d:", list, NULL)) >= 0) {
		if (option == 'd')
			options->device = optarg;
		else if (option == 'j')
			options->json = true;
		else
			return devtask_verb_bad_option(&devtask_verb_apps, option, argv);
	}
	if (optind < argc)
		return devtask_verb_misused(&devtask_verb_apps,
					    "does not know what to do with \"%s\":", argv[optind]);
	return DEVTASK_EXIT_OK;
}

static int cmd_apps(int argc, char **argv)
{
	struct options options = { 0 };
	struct devtask_registry *registry;
	struct devtask_device device;
	struct devtask_error error;
	int ret = parse(argc, argv, &options);

	if (ret)
		return ret;
	if (options.device && devtask_device_find(options.device, &device, &error))
		return devtask_output_error(&error);
	if (devtask_registry_create(&registry, getenv(DEVTASK_ENV_APPS_PATH), NULL, 0, &error))
		return devtask_output_error(&error);
	if (options.device)
		print_covering(registry, &device, options.json);
	else if (options.json)
		print_json(registry);
	else
		print_all(registry);
	devtask_registry_destroy(registry);
	return DEVTASK_EXIT_OK;
}

const struct devtask_verb devtask_verb_apps = {
	.name = "apps",
	.arguments = "[--device SPEC] [--json]",
	.summary = "Show the installed apps, their tasks and devices, and broken manifests",
	.help =
	"Reads the manifests in /usr/share/devtask/apps.d and /etc/devtask/apps.d, which win, or in\n"
	"the folders of $DEVTASK_APPS_PATH, with \":\" between. A task without a program says why.\n\n"
	"  -d, --device SPEC   only the apps that may use this device, and what declares it\n"
	"      --json          one object with the lists apps and broken; with --device one array\n",
	.run = cmd_apps,
};
