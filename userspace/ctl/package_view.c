// SPDX-License-Identifier: GPL-2.0-only
/* package_view - see package_view.h. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include <json-c/json.h>

#include "clean.h"
#include "package.h"
#include "package_date.h"
#include "package_files.h"
#include "package_hwdb.h"
#include "package_view.h"
#include "publisher_id.h"

static void print_text(const char *what, const char *text)
{
	if (*text)
		printf("  %-13s %s\n", what, text);
}

static void print_texts(const char *what, const struct devtask_package_texts *texts)
{
	for (size_t i = 0; i < texts->count; i++)
		print_text(i ? "" : what, texts->list[i]);
}

static void print_apps(const char *what, const struct devtask_package_apps *apps)
{
	for (size_t i = 0; i < apps->count; i++) {
		char *text;

		if (asprintf(&text, "%s by %s", apps->list[i].name, apps->list[i].publisher) < 0)
			continue;
		/* Apps are compared as they are written, so nothing has cleaned them yet. */
		devtask_clean(text);
		printf("  %-13s %s%s\n", i ? "" : what, text,
		       apps->list[i].custom_driver ? " (AccessCustomDriver)" : "");
		free(text);
	}
}

void devtask_package_view_print(const char *path, const struct devtask_package *package)
{
	char date[DEVTASK_PACKAGE_DATE_SIZE], match[DEVTASK_PACKAGE_ID_SIZE];

	printf("%s\n", path);
	print_text("package", package->experience);
	print_text("modified", devtask_package_date_print(package->modified, date));
	print_text("locale", package->locale);
	print_texts("locales", &package->locales);
	print_text("model", package->model_name);
	print_text("model number", package->model_number);
	print_text("manufacturer", package->manufacturer);
	print_text("description", package->description);
	print_texts("categories", &package->categories);
	print_texts("hardware ids", &package->hardware_ids);
	print_texts("model ids", &package->model_ids);
	for (size_t i = 0; i < package->id_count; i++)
		print_text(i ? "" : "matches", devtask_package_id_match(&package->ids[i], match));
	if (package->any_application)
		print_text("privileged", "any app");
	else if (!package->privileged.count)
		print_text("privileged", "no app");
	else
		print_apps("privileged", &package->privileged);
	print_apps("companions", &package->companions);
}

static void add_text(json_object *object, const char *key, const char *text)
{
	json_object_object_add(object, key, *text ? json_object_new_string(text) : NULL);
}

static void add_texts(json_object *object, const char *key,
		      const struct devtask_package_texts *texts)
{
	json_object *list = json_object_new_array();

	for (size_t i = 0; i < texts->count; i++)
		json_object_array_add(list, json_object_new_string(texts->list[i]));
	json_object_object_add(object, key, list);
}

static void add_apps(json_object *object, const char *key, const struct devtask_package_apps *apps)
{
	json_object *list = json_object_new_array(), *one;
	char id[DEVTASK_PUBLISHER_ID_LENGTH + 1];

	for (size_t i = 0; i < apps->count; i++) {
		const struct devtask_package_app *app = &apps->list[i];

		one = json_object_new_object();
		json_object_object_add(one, "name", json_object_new_string(app->name));
		json_object_object_add(one, "publisher", json_object_new_string(app->publisher));
		if (devtask_publisher_id(app->publisher, id))
			json_object_object_add(one, "publisher_id", json_object_new_string(id));
		json_object_object_add(one, "access_custom_driver",
				       json_object_new_boolean(app->custom_driver));
		json_object_array_add(list, one);
	}
	json_object_object_add(object, key, list);
}

json_object *devtask_package_view_json(const struct devtask_package *package)
{
	json_object *object = json_object_new_object(), *matches = json_object_new_array();
	char date[DEVTASK_PACKAGE_DATE_SIZE], match[DEVTASK_PACKAGE_ID_SIZE];

	add_text(object, "experience_id", package->experience);
	add_text(object, "modified", devtask_package_date_print(package->modified, date));
	add_text(object, "locale", package->locale);
	add_texts(object, "locales", &package->locales);
	add_text(object, "model_name", package->model_name);
	add_text(object, "model_number", package->model_number);
	add_text(object, "manufacturer", package->manufacturer);
	add_text(object, "description", package->description);
	add_texts(object, "categories", &package->categories);
	add_texts(object, "hardware_ids", &package->hardware_ids);
	add_texts(object, "model_ids", &package->model_ids);
	for (size_t i = 0; i < package->id_count; i++)
		json_object_array_add(matches, json_object_new_string(
			devtask_package_id_match(&package->ids[i], match)));
	json_object_object_add(object, "matches", matches);
	json_object_object_add(object, "any_application",
			       json_object_new_boolean(package->any_application));
	add_apps(object, "privileged_apps", &package->privileged);
	add_apps(object, "companion_apps", &package->companions);
	add_text(object, "sha256", package->digest);
	return object;
}

/* Where a file of the package is; to be freed. */
static char *place(const char *path, const char *name)
{
	const char *slash = strrchr(path, '/'), *last = slash ? slash + 1 : path;
	bool is_info = !strcasecmp(last, "PackageInfo.xml");
	int folder = is_info ? (int)(last - path) : (int)strlen(path);
	struct stat status;
	char *text;
	int length;

	if (is_info)
		length = asprintf(&text, "%.*s%s", folder, path, name);
	else if (!stat(path, &status) && S_ISDIR(status.st_mode))
		length = asprintf(&text, "%s%s%s", path, *last ? "/" : "", name);
	else
		length = asprintf(&text, "%s(%s)", path, name);
	return length < 0 ? NULL : text;
}

void devtask_package_view_mistakes(const char *path, const struct devtask_package_files *files,
				   FILE *to)
{
	char line[8192];

	for (size_t i = 0; i < files->count; i++) {
		const struct devtask_mistakes *mistakes = &files->list[i].mistakes;
		char *file = place(path, files->list[i].name);

		for (size_t j = 0; file && j < mistakes->count; j++)
			fprintf(to, "%s\n", devtask_mistake_print(&mistakes->list[j], file, line,
								  sizeof(line)));
		free(file);
	}
}

json_object *devtask_package_view_mistakes_json(const struct devtask_package_files *files)
{
	json_object *list = json_object_new_array(), *one;

	for (size_t i = 0; i < files->count; i++) {
		const struct devtask_mistakes *mistakes = &files->list[i].mistakes;

		for (size_t j = 0; j < mistakes->count; j++) {
			const struct devtask_mistake *mistake = &mistakes->list[j];

			one = json_object_new_object();
			json_object_object_add(one, "in", json_object_new_string(
					       files->list[i].name));
			json_object_object_add(one, "line", json_object_new_int64(mistake->line));
			json_object_object_add(one, "column",
					       json_object_new_int64(mistake->column));
			json_object_object_add(one, "severity", json_object_new_string(
					       mistake->warning ? "warning" : "error"));
			json_object_object_add(one, "text", json_object_new_string(mistake->text));
			json_object_array_add(list, one);
		}
	}
	return list;
}

void devtask_package_view_choice(const struct devtask_package_entries *entries, FILE *to)
{
	for (size_t i = 0; i < entries->count; i++) {
		const struct devtask_package_entry *loser = &entries->list[i];
		const struct devtask_package_entry *winner = &entries->list[loser->winner];
		char match[DEVTASK_PACKAGE_ID_SIZE], date[DEVTASK_PACKAGE_DATE_SIZE];

		if (loser == winner)
			continue;
		devtask_package_id_match(loser->id, match);
		devtask_package_date_print(winner->package->modified, date);
		if (loser->same)
			fprintf(to, "%s: %s says the same as %s\n", match, loser->source,
				winner->source);
		else if (loser->tied)
			fprintf(to, "%s: a tie, for %s and %s are both of %s; the latter counts, as its ExperienceID, locale or contents come later\n",
				match, loser->source, winner->source, date);
		else
			fprintf(to, "%s: %s counts, which is of %s; %s is older\n", match,
				winner->source, date, loser->source);
	}
}

json_object *devtask_package_view_choice_json(const struct devtask_package_entries *entries)
{
	json_object *list = json_object_new_array(), *one;

	for (size_t i = 0; i < entries->count; i++) {
		const struct devtask_package_entry *entry = &entries->list[i];
		char match[DEVTASK_PACKAGE_ID_SIZE];

		one = json_object_new_object();
		json_object_object_add(one, "match", json_object_new_string(
				       devtask_package_id_match(entry->id, match)));
		json_object_object_add(one, "file", json_object_new_string(entry->source));
		json_object_object_add(one, "chosen", json_object_new_boolean(entry->winner == i));
		json_object_object_add(one, "tied", json_object_new_boolean(entry->tied));
		json_object_array_add(list, one);
	}
	return list;
}
