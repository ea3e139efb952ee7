// SPDX-License-Identifier: GPL-2.0-only
/*
 * package - any bytes as a metadata package (MET-2): a cabinet, or the three XML files of one with
 * form feeds between them. No crash, no leak, and either entries that udev's hardware database
 * takes, or a mistake with a place and a way out.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clean.h"
#include "metadata.h"
#include "package.h"
#include "package_date.h"
#include "package_files.h"
#include "package_hwdb.h"
#include "package_parse.h"
#include "utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int holds)
{
	if (!holds)
		abort();
}

/* One property as the device would have it; the rule of udev strips no more than a comment. */
static void check_property(char *line)
{
	static const char *const keys[] = { " " DEVTASK_METADATA_NAME "=", " " DEVTASK_METADATA_APPS "=" };
	struct devtask_metadata metadata;
	struct devtask_error error;

	for (size_t i = 0; i < 2; i++) {
		size_t length = strlen(keys[i]);

		if (strncmp(line, keys[i], length))
			continue;
		must(!strchr(line, '#') && devtask_utf8_is_valid(line));
		devtask_metadata_init(&metadata);
		must(!devtask_metadata_take(&metadata, i ? DEVTASK_METADATA_APPS :
					    DEVTASK_METADATA_NAME, line + length, &error));
		return;
	}
	must(!*line || *line == '#' || !strncmp(line, "devtask:", strlen("devtask:")));
}

static void check_entry(const struct devtask_package_entry *entry)
{
	char *text = NULL, *line, *rest, name[DEVTASK_PACKAGE_HWDB_NAME_SIZE];
	struct devtask_error error = { 0 };
	size_t size;
	FILE *to = open_memstream(&text, &size);
	int ret = devtask_package_hwdb_write(entry, to, &error);

	must(!fclose(to));
	must((ret != 0) == (*error.text != '\0'));
	for (rest = text; !ret && (line = strsep(&rest, "\n"));)
		check_property(line);
	free(text);
	devtask_package_hwdb_name(entry->package, entry->id->rank, name);
	must(!strchr(name, '/') && strlen(name) < sizeof(name) - 1);
	must(!strcmp(name + strlen(name) - 5, ".hwdb"));
}

static void check_package(const struct devtask_package *package)
{
	const struct devtask_package *const twice[] = { package, package };
	const char *const sources[] = { "a", "b" };
	struct devtask_package_entries entries;

	must(package->id_count && package->locale && package->experience && package->model_name);
	must(!devtask_clean_is_needed(package->model_name));
	must(package->privileged.count <= DEVTASK_METADATA_APPS_MAX);
	must(!devtask_package_hwdb_order(twice, sources, 2, &entries));
	must(entries.count == 2 * package->id_count);
	for (size_t i = 0; i < entries.count; i++) {
		must(entries.list[i].winner == (i | 1) && entries.list[i].same == !(i & 1));
		check_entry(&entries.list[i]);
	}
	free(entries.list);
}

static void check_files(struct devtask_package_files *files)
{
	struct devtask_package *package;
	int ret = devtask_package_parse(files, &package);
	size_t errors = 0;

	for (size_t i = 0; i < files->count; i++) {
		const struct devtask_mistakes *mistakes = &files->list[i].mistakes;

		errors += mistakes->errors;
		for (size_t j = 0; j < mistakes->count; j++) {
			must(mistakes->list[j].line >= 1 && mistakes->list[j].column >= 1);
			must(mistakes->list[j].line <= files->list[i].size + 1);
			must(strstr(mistakes->list[j].text, "; ") &&
			     !devtask_clean_is_needed(mistakes->list[j].text));
		}
	}
	must((ret == 0) == (package != NULL));
	must(ret == -ENOENT || (ret != 0) == (errors != 0));
	if (package)
		check_package(package);
	devtask_package_destroy(package);
}

static void try_texts(const uint8_t *data, size_t size)
{
	static const char *const names[] = {
		"PackageInfo.xml", "DeviceInfo/DeviceInfo.xml", "SoftwareInfo/SoftwareInfo.xml",
	};
	struct devtask_package_files files = { 0 };
	struct devtask_error error;

	for (size_t i = 0; i < 3 && data; i++) {
		const uint8_t *end = i < 2 ? memchr(data, '\f', size) : NULL;
		size_t length = end ? (size_t)(end - data) : size;
		char *text = malloc(length + 1);

		memcpy(text, data, length);
		text[length] = '\0';
		must(!devtask_package_files_add(&files, "x", names[i], text, length, &error));
		data = end ? end + 1 : NULL;
		size -= end ? length + 1 : length;
	}
	check_files(&files);
	devtask_package_files_clear(&files);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct devtask_package_files files = { 0 };
	struct devtask_error error = { 0 };

	if (size < 4 || memcmp(data, "MSCF", 4)) {
		try_texts(data, size);
	} else if (devtask_package_files_unpack(&files, "x", data, size, &error)) {
		must(!files.count && strstr(error.text, "; ") && !devtask_clean_is_needed(error.text));
	} else {
		check_files(&files);
		devtask_package_files_clear(&files);
	}
	return 0;
}
