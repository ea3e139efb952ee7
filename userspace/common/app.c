// SPDX-License-Identifier: GPL-2.0-only
/* app - see app.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "device.h"
#include "facts.h"

static void clear_program(struct devtask_program_name *program)
{
	free(program->native);
	free(program->executable);
	free(program->entry_point);
}

void devtask_app_destroy(struct devtask_app *app)
{
	if (!app)
		return;
	for (size_t i = 0; i < app->application_count; i++) {
		free(app->applications[i].id);
		clear_program(&app->applications[i].program);
	}
	for (size_t i = 0; i < app->entry_point_count; i++) {
		free(app->entry_points[i].others);
		clear_program(&app->entry_points[i].program);
	}
	for (size_t i = 0; i < app->capability_count; i++) {
		free(app->capabilities[i].name);
		free(app->capabilities[i].device);
		free(app->capabilities[i].function);
	}
	for (size_t i = 0; i < app->source_count; i++)
		free(app->sources[i].id);
	free(app->applications);
	free(app->entry_points);
	free(app->capabilities);
	free(app->sources);
	free(app->path);
	free(app->name);
	free(app->publisher);
	free(app->version);
	free(app->display_name);
	free(app);
}

static const char *windows_type(uint32_t type)
{
	return type == DEVTASK_TYPE_SERVICING ? "deviceServicing" : "deviceUse";
}

const struct devtask_entry_point *devtask_app_entry_point(const struct devtask_app *app,
							   const char *name, uint32_t type,
							   struct devtask_error *error)
{
	for (size_t i = 0; i < app->entry_point_count; i++) {
		const struct devtask_entry_point *entry = &app->entry_points[i];

		if (strcmp(entry->program.entry_point, name))
			continue;
		if (entry->types & DEVTASK_TYPE_BIT(type))
			return entry;
		devtask_error_set(error, DEVTASK_EXIT_DENIED_BY_SYSTEM, -ENOTSUP,
			"entry point %s of app %s is not declared for Task Type=\"%s\"; "
			"add it to %s, line %u", name, app->name, windows_type(type), app->path,
			entry->line);
		return NULL;
	}
	devtask_error_set(error, DEVTASK_EXIT_DENIED_BY_SYSTEM, -ENOENT,
		"app %s has no entry point %s; declare it in %s as an Extension with "
		"Category=\"windows.backgroundTasks\"", app->name, name, app->path);
	return NULL;
}

static void list_capabilities(const struct devtask_app *app, char *text, size_t size)
{
	char one[160];
	size_t used = 0;

	*text = '\0';
	for (size_t i = 0; i < app->capability_count && used + 1 < size; i++)
		used += (size_t)snprintf(text + used, size - used, "%s%s", i ? ", " : "",
			devtask_capability_print(&app->capabilities[i], one, sizeof(one)));
}

int devtask_app_covers_facts(const struct devtask_app *app, const struct devtask_facts *facts,
			     const char *what, const struct devtask_capability **capability,
			     struct devtask_error *error)
{
	char declared[240];

	for (size_t i = 0; i < app->capability_count; i++) {
		if (!devtask_capability_covers(&app->capabilities[i], facts))
			continue;
		if (capability)
			*capability = &app->capabilities[i];
		return 0;
	}
	list_capabilities(app, declared, sizeof(declared));
	return devtask_error_set(error, DEVTASK_EXIT_DENIED_BY_SYSTEM, -EACCES,
		"no DeviceCapability of app %s covers %.80s; its manifest declares: %s", app->name,
		what, *declared ? declared : "none");
}

int devtask_app_covers(const struct devtask_app *app, const struct devtask_device *device,
		       const struct devtask_capability **capability, struct devtask_error *error)
{
	struct devtask_facts facts;
	int ret = devtask_facts_read(device, &facts, error);

	if (ret)
		return ret;
	return devtask_app_covers_facts(app, &facts,
		*device->hardware_id ? device->hardware_id : device->node, capability, error);
}
