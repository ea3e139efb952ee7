// SPDX-License-Identifier: GPL-2.0-only
/*
 * manifest - any bytes as a manifest (REG-1, REG-4): no crash, no leak, and either an app that is
 * whole or a mistake with a place in the text and a way out.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "capability.h"
#include "clean.h"
#include "facts.h"
#include "manifest.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int holds)
{
	if (!holds)
		abort();
}

static void check_app(const struct devtask_app *app)
{
	static const struct devtask_facts facts = {
		.kind = DEVTASK_FACTS_USB, .has_ids = true, .classes = { { { 0xff, 1, 2 } } },
		.class_count = 1,
	};
	char text[64];

	must(app->name && app->publisher && app->version && app->display_name && app->path);
	must(!strchr(app->name, '/') && *app->name != '.' && strlen(app->name) >= 3);
	must(!devtask_clean_is_needed(app->display_name));
	for (size_t i = 0; i < app->entry_point_count; i++)
		must(app->entry_points[i].program.entry_point && app->entry_points[i].others &&
		     app->entry_points[i].line);
	for (size_t i = 0; i < app->capability_count; i++) {
		must(app->capabilities[i].name != NULL);
		/* What is covered says so with a device and a function. */
		if (devtask_capability_covers(&app->capabilities[i], &facts))
			must(app->capabilities[i].function && app->capabilities[i].device);
		devtask_capability_print(&app->capabilities[i], text, sizeof(text));
	}
}

static void check_mistake(const struct devtask_mistake *mistake, size_t size)
{
	must(mistake->line >= 1 && mistake->column >= 1);
	must(mistake->line <= size + 1 && mistake->column <= size + 1);
	must(strstr(mistake->text, "; ") && !devtask_clean_is_needed(mistake->text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct devtask_mistakes mistakes = { 0 };
	struct devtask_facts facts = { 0 };
	struct devtask_app *app;
	char *name;
	int ret = devtask_manifest_parse("x", (const char *)data, size, &app, &name, &mistakes);

	must((ret == 0) == (app != NULL));
	must((ret == 0) == (mistakes.errors == 0));
	for (size_t i = 0; i < mistakes.count; i++)
		check_mistake(&mistakes.list[i], size);
	if (app)
		check_app(app);
	devtask_app_destroy(app);
	devtask_mistakes_clear(&mistakes);
	free(name);

	/* What devices say of themselves is no more to be trusted. */
	devtask_facts_add_descriptors(&facts, data, size);
	devtask_facts_add_report(&facts, data, size);
	return 0;
}
