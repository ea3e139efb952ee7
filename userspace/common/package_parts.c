// SPDX-License-Identifier: GPL-2.0-only
/* package_parts - see package_parts.h. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clean.h"
#include "guid.h"
#include "markup.h"
#include "metadata.h"
#include "package.h"
#include "package_date.h"
#include "package_files.h"
#include "package_parts.h"
#include "utf8.h"

#define LIST_MAX	256	/* ids, locales, categories or apps */

/* What is quoted may be cut within a character. */
static void complain(struct devtask_package_reader *reader, bool warning, size_t offset,
		     const char *format, va_list args)
{
	char *text, *whole = NULL;
	uint32_t line, column;

	if (vasprintf(&text, format, args) >= 0) {
		whole = devtask_utf8_repair(text);
		free(text);
	}
	if (!whole) {
		reader->out_of_memory = true;
		return;
	}
	devtask_clean(whole);
	devtask_markup_place(reader->file->text, offset, &line, &column);
	devtask_mistakes_add(reader->mistakes, warning, line, column, "%s", whole);
	free(whole);
}

void devtask_package_fault(struct devtask_package_reader *reader, size_t offset,
			   const char *format, ...)
{
	va_list args;

	va_start(args, format);
	complain(reader, false, offset, format, args);
	va_end(args);
}

static void __attribute__((format(printf, 3, 4)))
warn(struct devtask_package_reader *reader, size_t offset, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	complain(reader, true, offset, format, args);
	va_end(args);
}

/* A copy fit to be shown, into *@to in the place of what was there. */
static void keep(struct devtask_package_reader *reader, char **to, const char *text)
{
	char *copy = strdup(text);

	if (!copy) {
		reader->out_of_memory = true;
		return;
	}
	devtask_clean(copy);
	free(*to);
	*to = copy;
}

static void append(struct devtask_package_reader *reader, struct devtask_package_texts *texts,
		   const char *text)
{
	char **list;

	if (texts->count == LIST_MAX) {
		devtask_package_fault(reader, reader->offset,
			"there are more than %d of these; leave some out", LIST_MAX);
		return;
	}
	list = reallocarray(texts->list, texts->count + 1, sizeof(*list));
	if (!list) {
		reader->out_of_memory = true;
		return;
	}
	texts->list = list;
	list[texts->count] = NULL;
	keep(reader, &list[texts->count], text);
	texts->count += list[texts->count] != NULL;
}

/* The same device may be named in several ways; it counts once. */
static void append_id(struct devtask_package_reader *reader, const struct devtask_package_id *id)
{
	struct devtask_package *package = reader->package;
	struct devtask_package_id *ids;

	for (size_t i = 0; i < package->id_count; i++)
		if (!memcmp(&package->ids[i], id, sizeof(*id)))
			return;
	ids = reallocarray(package->ids, package->id_count + 1, sizeof(*ids));
	if (!ids) {
		reader->out_of_memory = true;
		return;
	}
	package->ids = ids;
	ids[package->id_count++] = *id;
}

static void take_hardware_id(struct devtask_package_reader *reader, const char *text)
{
	struct devtask_package_id id;
	int ret = devtask_package_id_hardware(text, &id);

	append(reader, &reader->package->hardware_ids, text);
	if (ret == -ENOTSUP)
		warn(reader, reader->offset,
			"HardwareID \"%s\" is of no USB device by vendor and product and is passed over; such devices cannot be claimed",
			text);
	else if (ret)
		devtask_package_fault(reader, reader->offset,
			"HardwareID \"%s\" is not understood; write one such as DOID:USB\\VID_1209&amp;PID_0001&amp;REV_0100",
			text);
	else
		append_id(reader, &id);
}

static void take_model_id(struct devtask_package_reader *reader, const char *text)
{
	struct devtask_package_id id;

	append(reader, &reader->package->model_ids, text);
	if (devtask_package_id_model(text, &id))
		devtask_package_fault(reader, reader->offset,
			"ModelID \"%s\" is no GUID; write one", text);
	else
		append_id(reader, &id);
}

static bool is_true(const char *value)
{
	return !strcmp(value, "true") || !strcmp(value, "1");
}

static void enter_locale(struct devtask_package_reader *reader,
			 const struct devtask_element *element)
{
	const struct devtask_attribute *is_default = devtask_markup_attribute(element, "",
									      "default");

	reader->is_default = is_default &&
			     is_true(is_default->value);
}

static void take_locale(struct devtask_package_reader *reader, const char *text)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";
	size_t length = strspn(text, letters);

	if (!length || length > 35 || text[length]) {
		devtask_package_fault(reader, reader->offset,
			"Locale \"%s\" is no name of a language; write one such as en-US", text);
		return;
	}
	append(reader, &reader->package->locales, text);
	if (reader->is_default || !reader->package->locale)
		keep(reader, &reader->package->locale, text);
}

static void take_modified(struct devtask_package_reader *reader, const char *text)
{
	reader->has_modified = true;
	if (!devtask_package_date_parse(text, &reader->package->modified))
		devtask_package_fault(reader, reader->offset,
			"LastModifiedDate \"%s\" is no time; write one such as 2013-05-30T00:24:50Z",
			text);
}

bool devtask_package_is_space(const char *space, const char *kind)
{
	const char *at = strstr(space, "://schemas.microsoft.com/windows/");

	at = at ? strstr(at, "DeviceMetadata/") : NULL;
	return at && !strncmp(space, "http", 4) &&
	       !strncmp(at + strlen("DeviceMetadata/"), kind, strlen(kind));
}

static void enter_metadata(struct devtask_package_reader *reader,
			   const struct devtask_element *element)
{
	const struct devtask_attribute *id = devtask_markup_attribute(element, "", "MetadataID");

	reader->folder = NULL;
	if (id && devtask_package_is_space(id->value, "DeviceInfo"))
		reader->folder = &reader->folders->device;
	else if (id && devtask_package_is_space(id->value, "SoftwareInfo"))
		reader->folder = &reader->folders->software;
}

static void take_folder(struct devtask_package_reader *reader, const char *text)
{
	if (!reader->folder)
		return;
	if (!*text || strpbrk(text, "/\\:") || !strcmp(text, ".") || !strcmp(text, ".."))
		devtask_package_fault(reader, reader->offset,
			"Metadata \"%s\" is no folder of the package; write its name", text);
	else
		keep(reader, reader->folder, text);
}

static void take_experience(struct devtask_package_reader *reader, const char *text)
{
	char guid[37];

	if (devtask_guid_parse(text, false, guid))
		keep(reader, &reader->package->experience, guid);
	else
		devtask_package_fault(reader, reader->offset,
			"ExperienceID \"%s\" is no GUID; write one", text);
}

static void take_model_name(struct devtask_package_reader *reader, const char *text)
{
	keep(reader, &reader->package->model_name, text);
}

static void take_model_number(struct devtask_package_reader *reader, const char *text)
{
	keep(reader, &reader->package->model_number, text);
}

static void take_manufacturer(struct devtask_package_reader *reader, const char *text)
{
	keep(reader, &reader->package->manufacturer, text);
}

static void take_description(struct devtask_package_reader *reader, const char *text)
{
	keep(reader, &reader->package->description, text);
}

static void take_category(struct devtask_package_reader *reader, const char *text)
{
	append(reader, &reader->package->categories, text);
}

static const char *value_of(const struct devtask_element *element, const char *name)
{
	const struct devtask_attribute *found = devtask_markup_attribute(element, "", name);

	return found ? found->value : "";
}

static void append_app(struct devtask_package_reader *reader, struct devtask_package_apps *apps,
		       const struct devtask_element *element)
{
	const char *name = value_of(element, "Name"), *publisher = value_of(element, "Publisher");
	const char *driver = value_of(element, "AccessCustomDriver");
	struct devtask_package_app *list;

	if (!*name || !*publisher) {
		devtask_package_fault(reader, element->offset,
			"Identity has no %s; copy the one of the app's manifest",
			*name ? "Publisher" : "Name");
		return;
	}
	if (apps->count == LIST_MAX)
		list = NULL;
	else
		list = reallocarray(apps->list, apps->count + 1, sizeof(*list));
	if (!list) {
		reader->out_of_memory |= apps->count < LIST_MAX;
		return;
	}
	apps->list = list;
	list[apps->count] = (struct devtask_package_app){
		.name = strdup(name), .publisher = strdup(publisher),
		.custom_driver = is_true(driver),
	};
	reader->out_of_memory |= !list[apps->count].name || !list[apps->count].publisher;
	apps->count++;
}

static void enter_privileged(struct devtask_package_reader *reader,
			     const struct devtask_element *element)
{
	struct devtask_package_apps *apps = &reader->package->privileged;

	append_app(reader, apps, element);
	if (strlen(value_of(element, "Name")) >= sizeof(((struct devtask_metadata *)0)->apps->name))
		devtask_package_fault(reader, element->offset,
			"the Name of an Identity is longer than any app's; copy the one of the app's manifest");
	if (apps->count == DEVTASK_METADATA_APPS_MAX + 1)
		devtask_package_fault(reader, element->offset,
			"here is the %dth privileged app; name at most %d",
			DEVTASK_METADATA_APPS_MAX + 1, DEVTASK_METADATA_APPS_MAX);
}

static void enter_companion(struct devtask_package_reader *reader,
			    const struct devtask_element *element)
{
	append_app(reader, &reader->package->companions, element);
}

static void enter_any(struct devtask_package_reader *reader, const struct devtask_element *element)
{
	(void)element;
	reader->package->any_application = true;
}

static const struct devtask_package_rule info_rules[] = {
	{ "PackageInfo/MetadataKey/HardwareIDList/HardwareID", NULL, take_hardware_id },
	{ "PackageInfo/MetadataKey/ModelIDList/ModelID", NULL, take_model_id },
	{ "PackageInfo/MetadataKey/Locale", enter_locale, take_locale },
	{ "PackageInfo/MetadataKey/LastModifiedDate", NULL, take_modified },
	{ "PackageInfo/PackageStructure/Metadata", enter_metadata, take_folder },
	{ "PackageInfo/Relationships/ExperienceID", NULL, take_experience },
	{ 0 },
};

static const struct devtask_package_rule device_rules[] = {
	{ "DeviceInfo/DeviceCategoryList/DeviceCategory", NULL, take_category },
	{ "DeviceInfo/ModelName", NULL, take_model_name },
	{ "DeviceInfo/ModelNumber", NULL, take_model_number },
	{ "DeviceInfo/Manufacturer", NULL, take_manufacturer },
	{ "DeviceInfo/DeviceDescription1", NULL, take_description },
	{ 0 },
};

static const struct devtask_package_rule software_rules[] = {
	{ "SoftwareInfo/DeviceCompanionApplications/Package/Identity", enter_companion, NULL },
	{ "SoftwareInfo/PrivilegedApplications/AnyApplication", enter_any, NULL },
	{ "SoftwareInfo/PrivilegedApplications/Package/Identity", enter_privileged, NULL },
	{ 0 },
};

const struct devtask_package_kind *devtask_package_kind(enum devtask_package_document document)
{
	static const struct devtask_package_kind kinds[] = {
		[DEVTASK_PACKAGE_INFO] = { "PackageInfo", info_rules },
		[DEVTASK_PACKAGE_DEVICE] = { "DeviceInfo", device_rules },
		[DEVTASK_PACKAGE_SOFTWARE] = { "SoftwareInfo", software_rules },
	};

	return &kinds[document];
}
