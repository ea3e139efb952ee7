// SPDX-License-Identifier: GPL-2.0-only
/* package_xml - see package_xml.h. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "clean.h"
#include "guid.h"
#include "markup.h"
#include "metadata.h"
#include "package.h"
#include "package_date.h"
#include "package_files.h"
#include "package_xml.h"

#define TEXT_MAX	1024	/* bytes between two tags */
#define LIST_MAX	256	/* ids, locales, categories or apps */

struct reader {
	enum devtask_package_document document;
	const struct devtask_package_file *file;
	struct devtask_mistakes *mistakes;
	struct devtask_package *package;
	struct devtask_package_folders *folders;
	char path[128];		/* names of the elements that count and that we are in */
	const struct rule *rule;	/* of the innermost one, if that is the end of a way */
	size_t skipped;		/* elements that we are in and that do not count */
	bool out_of_memory;

	/* The innermost element that counts. */
	size_t offset;
	char text[TEXT_MAX + 1];
	size_t text_size;
	bool has_modified;
	bool is_default;	/* Locale */
	char **folder;		/* Metadata: where its folder goes, or NULL */
};

typedef void enter_fn(struct reader *reader, const struct devtask_element *element);
typedef void text_fn(struct reader *reader, const char *text);

struct rule {
	const char *path;
	enter_fn *enter;
	text_fn *text;		/* the element is text; it is told of it without blanks around */
};

static void complain(struct reader *reader, bool warning, size_t offset, const char *format,
		     va_list args)
{
	char text[1024];
	uint32_t line, column;

	vsnprintf(text, sizeof(text), format, args);
	devtask_clean(text);
	devtask_markup_place(reader->file->text, offset, &line, &column);
	devtask_mistakes_add(reader->mistakes, warning, line, column, "%s", text);
}

static void __attribute__((format(printf, 3, 4)))
fault(struct reader *reader, size_t offset, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	complain(reader, false, offset, format, args);
	va_end(args);
}

static void __attribute__((format(printf, 3, 4)))
warn(struct reader *reader, size_t offset, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	complain(reader, true, offset, format, args);
	va_end(args);
}

/* A copy fit to be shown, into *@to in the place of what was there. */
static void keep(struct reader *reader, char **to, const char *text)
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

static void append(struct reader *reader, struct devtask_package_texts *texts, const char *text)
{
	char **list;

	if (texts->count == LIST_MAX) {
		fault(reader, reader->offset, "there are more than %d of these; leave some out",
		      LIST_MAX);
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
static void append_id(struct reader *reader, const struct devtask_package_id *id)
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

static void take_hardware_id(struct reader *reader, const char *text)
{
	struct devtask_package_id id;
	int ret = devtask_package_id_hardware(text, &id);

	append(reader, &reader->package->hardware_ids, text);
	if (ret == -ENOTSUP)
		warn(reader, reader->offset,
		     "HardwareID \"%s\" is of no USB device by vendor and product and is passed over; such devices cannot be claimed",
		     text);
	else if (ret)
		fault(reader, reader->offset,
		      "HardwareID \"%s\" is not understood; write one such as DOID:USB\\VID_1209&amp;PID_0001&amp;REV_0100",
		      text);
	else
		append_id(reader, &id);
}

static void take_model_id(struct reader *reader, const char *text)
{
	struct devtask_package_id id;

	append(reader, &reader->package->model_ids, text);
	if (devtask_package_id_model(text, &id))
		fault(reader, reader->offset, "ModelID \"%s\" is no GUID; write one", text);
	else
		append_id(reader, &id);
}

static void enter_locale(struct reader *reader, const struct devtask_element *element)
{
	const struct devtask_attribute *is_default = devtask_markup_attribute(element, "",
									      "default");

	reader->is_default = is_default &&
			     (!strcmp(is_default->value, "true") || !strcmp(is_default->value, "1"));
}

static void take_locale(struct reader *reader, const char *text)
{
	size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");

	if (!length || length > 35 || text[length]) {
		fault(reader, reader->offset, "Locale \"%s\" is no name of a language; write one such as en-US",
		      text);
		return;
	}
	append(reader, &reader->package->locales, text);
	if (reader->is_default || !reader->package->locale)
		keep(reader, &reader->package->locale, text);
}

static void take_modified(struct reader *reader, const char *text)
{
	reader->has_modified = true;
	if (!devtask_package_date_parse(text, &reader->package->modified))
		fault(reader, reader->offset,
		      "LastModifiedDate \"%s\" is no time; write one such as 2013-05-30T00:24:50Z",
		      text);
}

/* Only the kind of document counts, for there are versions; "http" and "https" are both in use. */
static bool is_space(const char *space, const char *kind)
{
	const char *at = strstr(space, "://schemas.microsoft.com/windows/");

	at = at ? strstr(at, "DeviceMetadata/") : NULL;
	return at && !strncmp(space, "http", 4) &&
	       !strncmp(at + strlen("DeviceMetadata/"), kind, strlen(kind));
}

static void enter_metadata(struct reader *reader, const struct devtask_element *element)
{
	const struct devtask_attribute *id = devtask_markup_attribute(element, "", "MetadataID");

	reader->folder = NULL;
	if (id && is_space(id->value, "DeviceInfo"))
		reader->folder = &reader->folders->device;
	else if (id && is_space(id->value, "SoftwareInfo"))
		reader->folder = &reader->folders->software;
}

static void take_folder(struct reader *reader, const char *text)
{
	if (!reader->folder)
		return;
	if (!*text || strpbrk(text, "/\\:") || !strcmp(text, ".") || !strcmp(text, ".."))
		fault(reader, reader->offset, "Metadata \"%s\" is no folder of the package; write its name",
		      text);
	else
		keep(reader, reader->folder, text);
}

static void take_experience(struct reader *reader, const char *text)
{
	char guid[37];

	if (devtask_guid_parse(text, false, guid))
		keep(reader, &reader->package->experience, guid);
	else
		fault(reader, reader->offset, "ExperienceID \"%s\" is no GUID; write one", text);
}

static void take_model_name(struct reader *reader, const char *text)
{
	keep(reader, &reader->package->model_name, text);
}

static void take_model_number(struct reader *reader, const char *text)
{
	keep(reader, &reader->package->model_number, text);
}

static void take_manufacturer(struct reader *reader, const char *text)
{
	keep(reader, &reader->package->manufacturer, text);
}

static void take_description(struct reader *reader, const char *text)
{
	keep(reader, &reader->package->description, text);
}

static void take_category(struct reader *reader, const char *text)
{
	append(reader, &reader->package->categories, text);
}

static const char *value_of(const struct devtask_element *element, const char *name)
{
	const struct devtask_attribute *found = devtask_markup_attribute(element, "", name);

	return found ? found->value : "";
}

static void append_app(struct reader *reader, struct devtask_package_apps *apps,
		       const struct devtask_element *element)
{
	const char *name = value_of(element, "Name"), *publisher = value_of(element, "Publisher");
	const char *driver = value_of(element, "AccessCustomDriver");
	struct devtask_package_app *list;

	if (!*name || !*publisher) {
		fault(reader, element->offset,
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
		.custom_driver = !strcmp(driver, "true") || !strcmp(driver, "1"),
	};
	reader->out_of_memory |= !list[apps->count].name || !list[apps->count].publisher;
	apps->count++;
}

static void enter_privileged(struct reader *reader, const struct devtask_element *element)
{
	struct devtask_package_apps *apps = &reader->package->privileged;

	append_app(reader, apps, element);
	if (strlen(value_of(element, "Name")) >= sizeof(((struct devtask_metadata *)0)->apps->name))
		fault(reader, element->offset,
		      "the Name of an Identity is longer than any app's; copy the one of the app's manifest");
	if (apps->count == DEVTASK_METADATA_APPS_MAX + 1)
		fault(reader, element->offset, "here is the %dth privileged app; name at most %d",
		      DEVTASK_METADATA_APPS_MAX + 1, DEVTASK_METADATA_APPS_MAX);
}

static void enter_companion(struct reader *reader, const struct devtask_element *element)
{
	append_app(reader, &reader->package->companions, element);
}

static void enter_any(struct reader *reader, const struct devtask_element *element)
{
	(void)element;
	reader->package->any_application = true;
}

/* Elements that count, by the way to them from the root; those on the way count as well. */
static const struct rule info_rules[] = {
	{ "PackageInfo/MetadataKey/HardwareIDList/HardwareID", NULL, take_hardware_id },
	{ "PackageInfo/MetadataKey/ModelIDList/ModelID", NULL, take_model_id },
	{ "PackageInfo/MetadataKey/Locale", enter_locale, take_locale },
	{ "PackageInfo/MetadataKey/LastModifiedDate", NULL, take_modified },
	{ "PackageInfo/PackageStructure/Metadata", enter_metadata, take_folder },
	{ "PackageInfo/Relationships/ExperienceID", NULL, take_experience },
	{ 0 },
};

static const struct rule device_rules[] = {
	{ "DeviceInfo/DeviceCategoryList/DeviceCategory", NULL, take_category },
	{ "DeviceInfo/ModelName", NULL, take_model_name },
	{ "DeviceInfo/ModelNumber", NULL, take_model_number },
	{ "DeviceInfo/Manufacturer", NULL, take_manufacturer },
	{ "DeviceInfo/DeviceDescription1", NULL, take_description },
	{ 0 },
};

static const struct rule software_rules[] = {
	{ "SoftwareInfo/DeviceCompanionApplications/Package/Identity", enter_companion, NULL },
	{ "SoftwareInfo/PrivilegedApplications/AnyApplication", enter_any, NULL },
	{ "SoftwareInfo/PrivilegedApplications/Package/Identity", enter_privileged, NULL },
	{ 0 },
};

static const struct {
	const char *kind;	/* the root's name, and in its namespace */
	const struct rule *rules;
} documents[] = {
	[DEVTASK_PACKAGE_INFO] = { "PackageInfo", info_rules },
	[DEVTASK_PACKAGE_DEVICE] = { "DeviceInfo", device_rules },
	[DEVTASK_PACKAGE_SOFTWARE] = { "SoftwareInfo", software_rules },
};

/* The rule for the element at @path, or for what can be in it; NULL if it does not count. */
static const struct rule *find_rule(const struct rule *rules, const char *path)
{
	size_t length = strlen(path);

	for (; rules->path; rules++)
		if (!strncmp(rules->path, path, length) &&
		    (!rules->path[length] || rules->path[length] == '/'))
			return rules;
	return NULL;
}

/* False: the whole file does not count. */
static bool check_root(struct reader *reader, const struct devtask_element *element)
{
	const char *kind = documents[reader->document].kind;

	if (!strcmp(element->name, kind) && is_space(element->space, kind))
		return true;
	fault(reader, element->offset,
	      "the root element is %s of namespace \"%s\"; %s.xml has %s of one that ends in DeviceMetadata/%s and a version",
	      element->name, element->space, kind, kind, kind);
	return false;
}

static void hear_enter(void *context, const struct devtask_element *element)
{
	struct reader *reader = context;
	size_t length = strlen(reader->path);
	const struct rule *rule = NULL;

	if (!reader->skipped && (length || check_root(reader, element)) &&
	    is_space(element->space, documents[reader->document].kind) &&
	    length + strlen(element->name) + 2 < sizeof(reader->path)) {
		snprintf(reader->path + length, sizeof(reader->path) - length, "%s%s",
			 length ? "/" : "", element->name);
		rule = find_rule(documents[reader->document].rules, reader->path);
		if (!rule)
			reader->path[length] = '\0';
	}
	if (!rule) {
		reader->skipped++;
		return;
	}
	reader->offset = element->offset;
	reader->text_size = 0;
	reader->rule = strcmp(rule->path, reader->path) ? NULL : rule;
	if (reader->rule && rule->enter)
		rule->enter(reader, element);
}

static void hear_text(void *context, const char *text, size_t size)
{
	struct reader *reader = context;
	size_t room = TEXT_MAX - reader->text_size;

	if (reader->skipped || !reader->rule || !reader->rule->text)
		return;
	if (size > room) {
		fault(reader, reader->offset, "the text of this element has more than %d bytes; shorten it",
		      TEXT_MAX);
		reader->rule = NULL;
		return;
	}
	memcpy(reader->text + reader->text_size, text, size);
	reader->text_size += size;
}

/* Without blanks around it. */
static char *trim(char *text)
{
	static const char blanks[] = " \t\r\n";
	size_t length;

	text += strspn(text, blanks);
	for (length = strlen(text); length && strchr(blanks, text[length - 1]); length--)
		text[length - 1] = '\0';
	return text;
}

static void hear_leave(void *context)
{
	struct reader *reader = context;
	char *slash;

	if (reader->skipped) {
		reader->skipped--;
		return;
	}
	if (reader->rule && reader->rule->text) {
		reader->text[reader->text_size] = '\0';
		reader->rule->text(reader, trim(reader->text));
	}
	reader->rule = NULL;
	slash = strrchr(reader->path, '/');
	*(slash ? slash : reader->path) = '\0';
}

/* What PackageInfo.xml has to say; the line is that of the beginning. */
static void check_info(struct reader *reader)
{
	if (reader->mistakes->errors)
		return;
	if (!reader->package->id_count && reader->package->hardware_ids.count)
		fault(reader, 0, "no HardwareID is of a USB device and there is no ModelID, so the package is for no device that devtask can know; import one of a USB device");
	else if (!reader->package->id_count)
		fault(reader, 0, "there is neither a HardwareID nor a ModelID; write one into MetadataKey");
	if (!reader->package->locale)
		fault(reader, 0, "there is no Locale; write one into MetadataKey, such as en-US");
	if (!reader->has_modified)
		fault(reader, 0, "there is no LastModifiedDate; write one into MetadataKey");
}

int devtask_package_xml_read(enum devtask_package_document document,
			     struct devtask_package_file *file, struct devtask_package *package,
			     struct devtask_package_folders *folders)
{
	static const struct devtask_markup_ears ears = { hear_enter, hear_text, hear_leave };
	struct reader *reader;
	int ret;

	if (!file->size) {
		devtask_mistakes_add(&file->mistakes, false, 1, 1,
				     "the file is empty; write a %s element",
				     documents[document].kind);
		return -EINVAL;
	}
	reader = calloc(1, sizeof(*reader));
	if (!reader)
		return -ENOMEM;
	reader->document = document;
	reader->file = file;
	reader->mistakes = &file->mistakes;
	reader->package = package;
	reader->folders = folders;
	ret = devtask_markup_parse(file->text, file->size, &ears, reader, &file->mistakes);
	if (!ret && document == DEVTASK_PACKAGE_INFO)
		check_info(reader);
	if (!ret && reader->out_of_memory)
		ret = -ENOMEM;
	if (!ret && file->mistakes.errors)
		ret = -EINVAL;
	free(reader);
	return ret;
}
