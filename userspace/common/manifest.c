// SPDX-License-Identifier: GPL-2.0-only
/* manifest - see manifest.h. The parts of an app are in manifest_parts.c. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clean.h"
#include "manifest.h"
#include "manifest_parts.h"
#include "markup.h"

#define DEPTH_MAX	16	/* of elements that count */
#define TEXT_MAX	1024	/* bytes of a display name */

enum place {
	NOWHERE,
	PACKAGE,
	PROPERTIES,
	DISPLAY_NAME,
	APPLICATIONS,
	APPLICATION,
	EXTENSIONS,
	EXTENSION,
	BACKGROUND_TASKS,
	CAPABILITIES,
	DEVICE_CAPABILITY,
	DEVICE,
	LEAF,
};

struct reader {
	struct devtask_parts parts;
	enum place stack[DEPTH_MAX];
	size_t depth;		/* of the stack */
	size_t skipped;		/* elements that we are in and that do not count */
	char display_name[TEXT_MAX];
	size_t display_name_size;
};

/* Which elements count, where, and who takes them; a taker answers false to skip what is inside. */
static const struct rule {
	enum place in;
	const char *name;
	enum place place;
	bool (*take)(struct devtask_parts *parts, const struct devtask_element *element);
	bool ours;
} rules[] = {
	{ PACKAGE, "Identity", LEAF, devtask_parts_identity, false },
	{ PACKAGE, "Properties", PROPERTIES, NULL, false },
	{ PROPERTIES, "DisplayName", DISPLAY_NAME, NULL, false },
	{ PACKAGE, "Applications", APPLICATIONS, NULL, false },
	{ APPLICATIONS, "Application", APPLICATION, devtask_parts_application, false },
	{ APPLICATION, "Sender", LEAF, devtask_parts_sender, true },
	{ APPLICATION, "Extensions", EXTENSIONS, NULL, false },
	{ EXTENSIONS, "Extension", EXTENSION, devtask_parts_extension, false },
	{ EXTENSION, "BackgroundTasks", BACKGROUND_TASKS, NULL, false },
	{ BACKGROUND_TASKS, "Task", LEAF, devtask_parts_task, false },
	{ PACKAGE, "Capabilities", CAPABILITIES, NULL, false },
	{ CAPABILITIES, "DeviceCapability", DEVICE_CAPABILITY, devtask_parts_capability, false },
	{ DEVICE_CAPABILITY, "Device", DEVICE, devtask_parts_device, false },
	{ DEVICE, "Function", LEAF, devtask_parts_function, false },
};

/* Windows' namespaces: those of 8, 8.1 and 8.1 Update by name, those of 10 by their form. */
static bool is_windows(const char *space)
{
	static const char *const names[] = {
		"http://schemas.microsoft.com/appx/2010/manifest",
		"http://schemas.microsoft.com/appx/2013/manifest",
		"http://schemas.microsoft.com/appx/2014/manifest",
	};
	static const char ten[] = "http://schemas.microsoft.com/appx/manifest/";

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (!strcmp(names[i], space))
			return true;
	if (strncmp(space, ten, strlen(ten)))
		return false;
	space = strchr(space + strlen(ten), '/');
	return space && !strncmp(space, "/windows10", 10) && (!space[10] || space[10] == '/');
}

static bool enter_root(struct reader *reader, const struct devtask_element *element)
{
	reader->parts.root = element->offset;
	if (strcmp(element->name, "Package"))
		devtask_parts_fault(&reader->parts, element->offset,
			"the root element is %s; a manifest is a Package element", element->name);
	else if (!is_windows(element->space))
		devtask_parts_fault(&reader->parts, element->offset,
			"Package is of namespace \"%s\"; write xmlns=\"http://schemas.microsoft.com/"
			"appx/2010/manifest\" or that of 2013, 2014 or foundation/windows10",
			element->space);
	else
		return true;
	return false;
}

static const struct rule *find_rule(struct reader *reader, const struct devtask_element *element)
{
	bool ours = !strcmp(element->space, DEVTASK_MANIFEST_SPACE);
	enum place in = reader->stack[reader->depth - 1];

	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++)
		if (rules[i].in == in && !strcmp(rules[i].name, element->name) &&
		    (rules[i].ours ? ours : is_windows(element->space)))
			return &rules[i];
	if (ours)
		devtask_parts_fault(&reader->parts, element->offset,
			"there is no element %s of devtask's here; the only one is Sender, in Application",
			element->name);
	return NULL;
}

static void hear_enter(void *context, const struct devtask_element *element)
{
	struct reader *reader = context;
	const struct rule *rule = NULL;

	if (reader->skipped) {
		reader->skipped++;
	} else if (!reader->depth) {
		if (enter_root(reader, element))
			reader->stack[reader->depth++] = PACKAGE;
		else
			reader->skipped++;
	} else {
		rule = find_rule(reader, element);
		if (rule && (!rule->take || rule->take(&reader->parts, element)))
			reader->stack[reader->depth++] = rule->place;
		else
			reader->skipped++;
	}
}

static void hear_text(void *context, const char *text, size_t size)
{
	struct reader *reader = context;
	size_t room = TEXT_MAX - 1 - reader->display_name_size;

	if (reader->skipped || !reader->depth ||
	    reader->stack[reader->depth - 1] != DISPLAY_NAME)
		return;
	if (size > room)
		size = room;
	memcpy(reader->display_name + reader->display_name_size, text, size);
	reader->display_name_size += size;
}

static void hear_leave(void *context)
{
	struct reader *reader = context;

	if (reader->skipped) {
		reader->skipped--;
		return;
	}
	switch (reader->stack[--reader->depth]) {
	case EXTENSION:
		devtask_parts_end_extension(&reader->parts);
		return;
	case DEVICE:
		devtask_parts_end_device(&reader->parts);
		return;
	case DEVICE_CAPABILITY:
		devtask_parts_end_capability(&reader->parts);
		return;
	case PACKAGE:
		devtask_parts_end(&reader->parts);
		return;
	case NOWHERE:
	case PROPERTIES:
	case DISPLAY_NAME:
	case APPLICATIONS:
	case APPLICATION:
	case EXTENSIONS:
	case BACKGROUND_TASKS:
	case CAPABILITIES:
	case LEAF:
		return;
	}
}

/* What stands in Properties, or the app's name if that is only a key to a table of texts. */
static char *display_name(struct reader *reader)
{
	char *text = reader->display_name, *end;

	text[reader->display_name_size] = '\0';
	devtask_clean(text);
	text += strspn(text, " ");
	for (end = text + strlen(text); end > text && end[-1] == ' ';)
		*--end = '\0';
	if (!*text || !strncmp(text, "ms-resource:", strlen("ms-resource:")))
		return strdup(reader->parts.app->name);
	return strdup(text);
}

static int finish(struct reader *reader, const char *path)
{
	struct devtask_app *app = reader->parts.app;

	app->path = strdup(path);
	app->display_name = app->name ? display_name(reader) : NULL;
	return app->path && app->display_name ? 0 : -ENOMEM;
}

int devtask_manifest_parse(const char *path, const char *text, size_t size,
			   struct devtask_app **app, char **name,
			   struct devtask_mistakes *mistakes)
{
	static const struct devtask_markup_ears ears = { hear_enter, hear_text, hear_leave };
	struct reader *reader = calloc(1, sizeof(*reader));
	size_t errors = mistakes->errors;
	int ret = -ENOMEM;

	*app = NULL;
	if (name)
		*name = NULL;
	if (!reader)
		return -ENOMEM;
	reader->parts.text = text;
	reader->parts.mistakes = mistakes;
	reader->parts.app = calloc(1, sizeof(*reader->parts.app));
	if (reader->parts.app)
		ret = devtask_markup_parse(text, size, &ears, reader, mistakes);
	if (!ret && reader->parts.out_of_memory)
		ret = -ENOMEM;
	if (!ret && mistakes->errors != errors)
		ret = -EINVAL;
	if (!ret)
		ret = finish(reader, path);
	devtask_parts_clear(&reader->parts);
	if (ret && reader->parts.app && name && reader->parts.app->name)
		*name = strdup(reader->parts.app->name);
	if (ret)
		devtask_app_destroy(reader->parts.app);
	else
		*app = reader->parts.app;
	free(reader);
	return ret;
}

static int tell_file(struct devtask_mistakes *mistakes, int err, const char *text)
{
	devtask_mistakes_add(mistakes, false, 1, 1, "%s", text);
	return err;
}

int devtask_manifest_read(int fd, const char *path, struct devtask_app **app, char **name,
			  struct devtask_mistakes *mistakes)
{
	char *text = malloc(DEVTASK_MANIFEST_SIZE_MAX + 1);
	size_t used = 0;
	ssize_t got = 1;
	int ret;

	*app = NULL;
	if (name)
		*name = NULL;
	if (!text)
		return -ENOMEM;
	while (got && used <= DEVTASK_MANIFEST_SIZE_MAX) {
		got = read(fd, text + used, DEVTASK_MANIFEST_SIZE_MAX + 1 - used);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			break;
		used += (size_t)got;
	}
	if (got < 0) {
		devtask_mistakes_add(mistakes, false, 1, 1,
				     "the file cannot be read: %s; name a readable file",
				     strerror(errno));
		ret = -EIO;
	} else if (used > DEVTASK_MANIFEST_SIZE_MAX) {
		ret = tell_file(mistakes, -EINVAL,
				"the file is larger than 1 MiB; a manifest is a few KiB");
	} else {
		ret = devtask_manifest_parse(path, text, used, app, name, mistakes);
	}
	free(text);
	return ret;
}
