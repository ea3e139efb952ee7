// SPDX-License-Identifier: GPL-2.0-only
/* manifest_parts - see manifest_parts.h. */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "clean.h"
#include "manifest_parts.h"
#include "markup.h"
#include "mistakes.h"

#define NAME_MIN	3	/* Windows' limits on Identity@Name */
#define NAME_MAX_CHARACTERS	50
#define ENTRY_POINT_MAX	255	/* bytes, as in the protocol of /dev/devtask */
#define OTHERS_MAX	1024	/* bytes of the list of tasks that are not run */
#define ROWS_MAX	4096	/* of one kind in one manifest */
#define NAME_CHARACTERS	"-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

static void tell(struct devtask_parts *parts, bool warning, size_t offset, const char *format,
		 va_list args)
{
	uint32_t line, column;
	char *text;

	devtask_markup_place(parts->text, offset, &line, &column);
	if (vasprintf(&text, format, args) < 0) {
		parts->out_of_memory = true;
		return;
	}
	devtask_mistakes_add(parts->mistakes, warning, line, column, "%s", text);
	free(text);
}

void devtask_parts_fault(struct devtask_parts *parts, size_t offset, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	tell(parts, false, offset, format, args);
	va_end(args);
}

void devtask_parts_warn(struct devtask_parts *parts, size_t offset, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	tell(parts, true, offset, format, args);
	va_end(args);
}

/* The value of an attribute without a prefix, or NULL; a mistake if there is something bad in it. */
static const struct devtask_attribute *find(struct devtask_parts *parts,
					    const struct devtask_element *element,
					    const char *space, const char *name)
{
	const struct devtask_attribute *attribute;

	attribute = devtask_markup_attribute(element, space, name);
	if (attribute && devtask_clean_is_needed(attribute->value))
		devtask_parts_fault(parts, attribute->offset,
			"%s of %s has a control character in it; remove it", name, element->name);
	return attribute;
}

static const struct devtask_attribute *want(struct devtask_parts *parts,
					    const struct devtask_element *element,
					    const char *name, const char *such_as)
{
	const struct devtask_attribute *attribute = find(parts, element, "", name);

	if (!attribute)
		devtask_parts_fault(parts, element->offset, "%s has no %s; add %s=\"%s\"",
				    element->name, name, name, such_as);
	return attribute;
}

static char *copy(struct devtask_parts *parts, const char *text)
{
	char *copied = text ? strdup(text) : NULL;

	if (text && !copied)
		parts->out_of_memory = true;
	return copied;
}

/* Room for one more in an array of the app's; NULL if there is none. */
static void *grow(struct devtask_parts *parts, void *array, size_t *count, size_t size)
{
	void **list = array, *grown;

	if (*count >= ROWS_MAX) {
		devtask_parts_fault(parts, parts->root,
			"Package has more than %d parts of one kind; remove what is not needed",
			ROWS_MAX);
		return NULL;
	}
	grown = reallocarray(*list, *count + 1, size);
	if (!grown) {
		parts->out_of_memory = true;
		return NULL;
	}
	*list = grown;
	return memset((char *)grown + size * (*count)++, 0, size);
}

static bool is_version(const char *text)
{
	for (int i = 0; i < 4; i++) {
		unsigned int value = 0, digits = 0;

		if (i && *text++ != '.')
			return false;
		for (; isdigit((unsigned char)*text) && digits < 6; digits++)
			value = value * 10 + (unsigned int)(*text++ - '0');
		if (!digits || value > 65535)
			return false;
	}
	return !*text;
}

static bool is_name(const char *text)
{
	size_t length = strlen(text);

	return length >= NAME_MIN && length <= NAME_MAX_CHARACTERS &&
	       strspn(text, NAME_CHARACTERS) == length && *text != '.' && text[length - 1] != '.';
}

bool devtask_parts_identity(struct devtask_parts *parts, const struct devtask_element *element)
{
	const struct devtask_attribute *name, *publisher, *version;
	struct devtask_app *app = parts->app;

	if (app->name || app->publisher || app->version) {
		devtask_parts_fault(parts, element->offset,
				    "there is a second Identity; remove one of them");
		return false;
	}
	name = want(parts, element, "Name", "Maker.App");
	publisher = want(parts, element, "Publisher", "CN=Maker");
	version = want(parts, element, "Version", "1.0.0.0");
	if (name && !is_name(name->value))
		devtask_parts_fault(parts, name->offset,
			"Identity Name \"%.80s\" is not 3 to 50 letters, digits, dots and hyphens; "
			"choose such a name", name->value);
	else if (name)
		app->name = copy(parts, name->value);
	if (publisher && !*publisher->value)
		devtask_parts_fault(parts, publisher->offset,
			"Publisher is empty; write the maker's name, such as CN=Maker");
	if (version && !is_version(version->value))
		devtask_parts_fault(parts, version->offset,
			"Version \"%.80s\" is not four numbers up to 65535; write one such as 1.0.0.0",
			version->value);
	app->publisher = copy(parts, publisher ? publisher->value : "");
	app->version = copy(parts, version ? version->value : "");
	return false;
}

/* An absolute path, or one below the app's task directory, which it may not leave. */
static bool is_native(const char *text)
{
	size_t length = strlen(text);

	return length && length < 4096 && !strchr(text, '\\') && strcmp(text, "..") &&
	       strncmp(text, "../", 3) && !strstr(text, "/../") &&
	       (length < 3 || strcmp(text + length - 3, "/..")) && text[length - 1] != '/';
}

/* Nothing of devtask's is passed over in silence: a slip of the pen would change who is trusted. */
static void check_own(struct devtask_parts *parts, const struct devtask_element *element)
{
	for (size_t i = 0; i < element->attribute_count; i++) {
		const struct devtask_attribute *attribute = &element->attributes[i];

		if (!strcmp(attribute->space, DEVTASK_MANIFEST_SPACE) &&
		    strcmp(attribute->name, "Executable"))
			devtask_parts_fault(parts, attribute->offset,
				"there is no attribute %s of devtask's here; the only one is Executable",
				attribute->name);
	}
}

static void take_program(struct devtask_parts *parts, const struct devtask_element *element,
			 struct devtask_program_name *program)
{
	const struct devtask_attribute *native, *executable, *entry_point;

	check_own(parts, element);
	native = find(parts, element, DEVTASK_MANIFEST_SPACE, "Executable");
	executable = find(parts, element, "", "Executable");
	entry_point = find(parts, element, "", "EntryPoint") ?:
		      find(parts, element, "", "StartPage");
	if (native && !is_native(native->value))
		devtask_parts_fault(parts, native->offset,
			"devtask's Executable \"%.80s\" is no program; write an absolute path, or a path "
			"below the app's task directory without ..", native->value);
	if (entry_point && (!*entry_point->value || strlen(entry_point->value) > ENTRY_POINT_MAX))
		devtask_parts_fault(parts, entry_point->offset,
			"%s has %zu bytes; write 1 to %d", entry_point->name,
			strlen(entry_point->value), ENTRY_POINT_MAX);
	program->native = copy(parts, native ? native->value : NULL);
	program->executable = copy(parts, executable ? executable->value : NULL);
	program->entry_point = copy(parts, entry_point ? entry_point->value : NULL);
}

bool devtask_parts_application(struct devtask_parts *parts, const struct devtask_element *element)
{
	const struct devtask_attribute *id = find(parts, element, "", "Id");
	struct devtask_application *application;

	application = grow(parts, &parts->app->applications, &parts->app->application_count,
			   sizeof(*application));
	if (!application)
		return false;
	application->id = copy(parts, id ? id->value : "");
	take_program(parts, element, &application->program);
	return true;
}

bool devtask_parts_sender(struct devtask_parts *parts, const struct devtask_element *element)
{
	static const char *const names[DEVTASK_SOURCE_COUNT] = {
		"Flatpak", "Snap", "Scope", "Service",
	};
	size_t found = 0;

	for (size_t i = 0; i < element->attribute_count; i++) {
		const struct devtask_attribute *attribute = &element->attributes[i];
		struct devtask_source *source;
		size_t kind = 0;

		while (kind < DEVTASK_SOURCE_COUNT && strcmp(names[kind], attribute->name))
			kind++;
		if (kind == DEVTASK_SOURCE_COUNT || !*attribute->value ||
		    devtask_clean_is_needed(attribute->value)) {
			devtask_parts_fault(parts, attribute->offset,
				"Sender %s=\"%.80s\" names nobody; write Flatpak, Snap, Scope or Service "
				"and the name there", attribute->name, attribute->value);
			continue;
		}
		found++;
		source = grow(parts, &parts->app->sources, &parts->app->source_count,
			      sizeof(*source));
		if (!source)
			return false;
		source->kind = (enum devtask_source_kind)kind;
		source->id = copy(parts, attribute->value);
	}
	if (!found && !element->attribute_count)
		devtask_parts_fault(parts, element->offset,
			"Sender names nobody; add Flatpak, Snap, Scope or Service and the name there");
	return false;
}

static void clear_entry(struct devtask_entry_point *entry)
{
	free(entry->program.native);
	free(entry->program.executable);
	free(entry->program.entry_point);
	free(entry->others);
	*entry = (struct devtask_entry_point){ 0 };
}

bool devtask_parts_extension(struct devtask_parts *parts, const struct devtask_element *element)
{
	const struct devtask_attribute *category = find(parts, element, "", "Category");
	uint32_t column;

	if (!category) {
		devtask_parts_fault(parts, element->offset,
			"Extension has no Category; add Category=\"windows.backgroundTasks\"");
		return false;
	}
	if (strcmp(category->value, "windows.backgroundTasks"))
		return false;
	clear_entry(&parts->entry);
	parts->entry_offset = element->offset;
	parts->task_count = 0;
	devtask_markup_place(parts->text, element->offset, &parts->entry.line, &column);
	take_program(parts, element, &parts->entry.program);
	return true;
}

/* Adds @kind to the list of kinds of tasks that devtask does not run. */
static void add_other(struct devtask_parts *parts, struct devtask_entry_point *entry,
		      const char *kind)
{
	char *joined;

	if (entry->others && strlen(entry->others) > OTHERS_MAX)
		return;
	if (asprintf(&joined, "%s%s%s", entry->others ?: "", entry->others ? ", " : "", kind) < 0) {
		parts->out_of_memory = true;
		return;
	}
	free(entry->others);
	entry->others = joined;
}

bool devtask_parts_task(struct devtask_parts *parts, const struct devtask_element *element)
{
	static const struct {
		const char *name;
		uint32_t type;
	} types[] = {
		{ "deviceUse", DEVTASK_TYPE_USE },
		{ "deviceServicing", DEVTASK_TYPE_SERVICING },
	};
	const struct devtask_attribute *type = want(parts, element, "Type", "deviceUse");

	parts->task_count++;
	for (size_t i = 0; type && i < sizeof(types) / sizeof(*types); i++) {
		if (!strcmp(type->value, types[i].name)) {
			parts->entry.types |= DEVTASK_TYPE_BIT(types[i].type);
			return false;
		}
		if (!strcasecmp(type->value, types[i].name))
			devtask_parts_warn(parts, type->offset,
				"Task Type \"%s\" is not known; write \"%s\"", type->value,
				types[i].name);
	}
	if (type && strlen(type->value) <= ENTRY_POINT_MAX)
		add_other(parts, &parts->entry, type->value);
	return false;
}

static bool same(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

/* One entry point in several Extensions is one with all of their types. */
static bool merge_entry(struct devtask_parts *parts)
{
	for (size_t i = 0; i < parts->app->entry_point_count; i++) {
		struct devtask_entry_point *known = &parts->app->entry_points[i];

		if (!same(known->program.entry_point, parts->entry.program.entry_point))
			continue;
		if (!same(known->program.native, parts->entry.program.native) ||
		    !same(known->program.executable, parts->entry.program.executable))
			devtask_parts_fault(parts, parts->entry_offset,
				"entry point %s has another Executable in line %u; write the same one",
				known->program.entry_point, known->line);
		known->types |= parts->entry.types;
		if (parts->entry.others)
			add_other(parts, known, parts->entry.others);
		return true;
	}
	return false;
}

void devtask_parts_end_extension(struct devtask_parts *parts)
{
	struct devtask_entry_point *entry;

	if (!parts->task_count)
		devtask_parts_warn(parts, parts->entry_offset,
			"Extension declares no Task; add BackgroundTasks with "
			"<Task Type=\"deviceUse\"/>");
	if (!parts->entry.program.entry_point) {
		if (parts->entry.types)
			devtask_parts_fault(parts, parts->entry_offset,
				"Extension declares a device task but no EntryPoint; add "
				"EntryPoint=\"NAME\"");
		return;
	}
	if (merge_entry(parts))
		return;
	entry = grow(parts, &parts->app->entry_points, &parts->app->entry_point_count,
		     sizeof(*entry));
	if (!entry)
		return;
	if (!parts->entry.others)
		parts->entry.others = copy(parts, "");
	*entry = parts->entry;
	parts->entry = (struct devtask_entry_point){ 0 };
}

static void add_row(struct devtask_parts *parts)
{
	struct devtask_capability *row;

	row = grow(parts, &parts->app->capabilities, &parts->app->capability_count, sizeof(*row));
	if (!row)
		return;
	*row = parts->capability;
	row->name = copy(parts, row->name);
	row->device = copy(parts, row->device);
	row->function = copy(parts, row->function);
}

static bool has_grammar(const struct devtask_parts *parts)
{
	return parts->capability.kind != DEVTASK_CAPABILITY_OTHER &&
	       parts->capability.kind != DEVTASK_CAPABILITY_INTERFACE;
}

bool devtask_parts_capability(struct devtask_parts *parts, const struct devtask_element *element)
{
	const struct devtask_attribute *name = want(parts, element, "Name", "usb");
	const char *meant;

	if (!name)
		return false;
	free(parts->capability.name);
	parts->capability = (struct devtask_capability){ .name = copy(parts, name->value) };
	parts->capability.kind = devtask_capability_kind_of(name->value, &meant);
	parts->capability_offset = element->offset;
	parts->device_count = 0;
	if (meant)
		devtask_parts_warn(parts, name->offset,
			"DeviceCapability \"%s\" is not known; write \"%s\"", name->value, meant);
	return true;
}

bool devtask_parts_device(struct devtask_parts *parts, const struct devtask_element *element)
{
	const struct devtask_attribute *id = want(parts, element, "Id", "any");
	const char *wrong;

	parts->device_count++;
	parts->device_offset = element->offset;
	parts->function_count = 0;
	if (!id)
		return false;
	wrong = devtask_capability_parse_id(id->value, &parts->capability.id);
	if (wrong && has_grammar(parts)) {
		devtask_parts_fault(parts, id->offset, "Device Id \"%.80s\" %s", id->value, wrong);
		return false;
	}
	parts->capability.device = copy(parts, id->value);
	return true;
}

bool devtask_parts_function(struct devtask_parts *parts, const struct devtask_element *element)
{
	const struct devtask_attribute *type = want(parts, element, "Type", "classId:ff * *");
	struct devtask_capability *capability = &parts->capability;
	const char *wrong;

	parts->function_count++;
	if (!type)
		return false;
	wrong = devtask_capability_parse_function(type->value, &capability->what);
	if (wrong && has_grammar(parts)) {
		devtask_parts_fault(parts, type->offset, "Function Type \"%.80s\" %s", type->value,
				    wrong);
		return false;
	}
	wrong = devtask_capability_misfit(capability->kind, &capability->what);
	if (wrong)
		devtask_parts_warn(parts, type->offset, "Function Type \"%.80s\" %s", type->value,
				   wrong);
	capability->function = type->value;
	add_row(parts);
	capability->function = NULL;
	return false;
}

void devtask_parts_end_device(struct devtask_parts *parts)
{
	if (!parts->function_count) {
		if (has_grammar(parts))
			devtask_parts_warn(parts, parts->device_offset,
				"Device has no Function and so covers nothing; add "
				"<Function Type=\"...\"/>");
		add_row(parts);
	}
	free(parts->capability.device);
	parts->capability.device = NULL;
}

void devtask_parts_end_capability(struct devtask_parts *parts)
{
	if (!parts->device_count) {
		if (has_grammar(parts))
			devtask_parts_warn(parts, parts->capability_offset,
				"DeviceCapability %s has no Device and so covers nothing; add "
				"<Device Id=\"...\"> with a Function", parts->capability.name);
		add_row(parts);
	}
	free(parts->capability.name);
	parts->capability.name = NULL;
}

void devtask_parts_end(struct devtask_parts *parts)
{
	if (!parts->app->publisher)
		devtask_parts_fault(parts, parts->root,
			"Package has no Identity; add <Identity Name=\"Maker.App\" "
			"Publisher=\"CN=Maker\" Version=\"1.0.0.0\"/>");
}

void devtask_parts_clear(struct devtask_parts *parts)
{
	clear_entry(&parts->entry);
	free(parts->capability.name);
	free(parts->capability.device);
	parts->capability.name = NULL;
	parts->capability.device = NULL;
}
