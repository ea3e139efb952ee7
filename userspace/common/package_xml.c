// SPDX-License-Identifier: GPL-2.0-only
/* package_xml - see package_xml.h. What is done with each element is in package_parts.c. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "markup.h"
#include "mistakes.h"
#include "package.h"
#include "package_files.h"
#include "package_parts.h"
#include "package_xml.h"

/* The rule for the element at @path, or for what can be in it; NULL if it does not count. */
static const struct devtask_package_rule *find_rule(const struct devtask_package_rule *rules,
						    const char *path)
{
	size_t length = strlen(path);

	for (; rules->path; rules++)
		if (!strncmp(rules->path, path, length) &&
		    (!rules->path[length] || rules->path[length] == '/'))
			return rules;
	return NULL;
}

/* False: the whole file does not count. */
static bool check_root(struct devtask_package_reader *reader, const struct devtask_element *element)
{
	const char *kind = devtask_package_kind(reader->document)->name;

	if (!strcmp(element->name, kind) && devtask_package_is_space(element->space, kind))
		return true;
	devtask_package_fault(reader, element->offset,
		"the root element is %.100s of namespace \"%.200s\"; %s.xml has %s of one that ends in DeviceMetadata/%s and a version",
		element->name, element->space, kind, kind, kind);
	return false;
}

static void hear_enter(void *context, const struct devtask_element *element)
{
	struct devtask_package_reader *reader = context;
	const struct devtask_package_kind *kind = devtask_package_kind(reader->document);
	const struct devtask_package_rule *rule = NULL;
	size_t length = strlen(reader->path);

	if (!reader->skipped && (length || check_root(reader, element)) &&
	    devtask_package_is_space(element->space, kind->name) &&
	    length + strlen(element->name) + 2 < sizeof(reader->path)) {
		snprintf(reader->path + length, sizeof(reader->path) - length, "%s%s",
			 length ? "/" : "", element->name);
		rule = find_rule(kind->rules, reader->path);
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
	struct devtask_package_reader *reader = context;
	size_t room = DEVTASK_PACKAGE_ELEMENT_MAX - reader->text_size;

	if (reader->skipped || !reader->rule || !reader->rule->text)
		return;
	if (size > room) {
		devtask_package_fault(reader, reader->offset,
			"the text of this element has more than %d bytes; shorten it",
			DEVTASK_PACKAGE_ELEMENT_MAX);
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
	struct devtask_package_reader *reader = context;
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
static void check_info(struct devtask_package_reader *reader)
{
	if (reader->mistakes->errors)
		return;
	if (!reader->package->id_count && reader->package->hardware_ids.count)
		devtask_package_fault(reader, 0,
			"no HardwareID is of a USB device and there is no ModelID, so the package is for no device that devtask can know; import one of a USB device");
	else if (!reader->package->id_count)
		devtask_package_fault(reader, 0,
			"there is neither a HardwareID nor a ModelID; write one into MetadataKey");
	if (!reader->package->locale)
		devtask_package_fault(reader, 0,
			"there is no Locale; write one into MetadataKey, such as en-US");
	if (!reader->has_modified)
		devtask_package_fault(reader, 0,
			"there is no LastModifiedDate; write one into MetadataKey");
}

int devtask_package_xml_read(enum devtask_package_document document,
			     struct devtask_package_file *file, struct devtask_package *package,
			     struct devtask_package_folders *folders)
{
	static const struct devtask_markup_ears ears = { hear_enter, hear_text, hear_leave };
	struct devtask_package_reader *reader;
	int ret;

	if (!file->size) {
		devtask_mistakes_add(&file->mistakes, false, 1, 1,
				     "the file is empty; write a %s element",
				     devtask_package_kind(document)->name);
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
