// SPDX-License-Identifier: GPL-2.0-only
/* cmd_metadata - Windows' device metadata: what packages say, and for udev (MET-2, MET-3). */
#include <errno.h>
#include <getopt.h>
#include <glob.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include <json-c/json.h>

#include "hwdb.h"
#include "output.h"
#include "package.h"
#include "package_date.h"
#include "package_files.h"
#include "package_hwdb.h"
#include "package_parse.h"
#include "package_view.h"
#include "verb.h"

#define FOLDER "/etc/udev/hwdb.d"
#define NAME_DATE strlen("70-devtask-0-")	/* where the date is in names of files */

struct options {
	const char *output;	/* NULL: not said */
	const char *root;
	bool install;
	bool json;
};

struct import {
	const struct devtask_package **packages;
	const char **sources;
	bool *superseded;	/* with --install: a newer edition of it is there */
	size_t count;
	struct devtask_package_entries entries;
	struct devtask_hwdb_file *files;
	size_t file_count;
};

static int out_of_memory(struct devtask_error *error)
{
	return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -ENOMEM, "out of memory");
}

/*
 * Returns 0 and sets *@package, or the exit code. What is wrong is told on stderr, or in @list if
 * there is one.
 */
static int read_package(const char *path, struct devtask_package **package, json_object *list)
{
	struct devtask_package_files files = { 0 };
	json_object *one = list ? json_object_new_object() : NULL;
	struct devtask_error error = { 0 };
	int ret = devtask_package_files_read(&files, path, &error);

	*package = NULL;
	if (!ret) {
		ret = devtask_package_parse(&files, package);
		if (ret == -ENOENT)
			devtask_error_set(&error, DEVTASK_EXIT_MISTAKES, ret,
				"%s: there is no PackageInfo.xml in it; name a device metadata package of Windows",
				path);
		else if (ret == -ENOMEM)
			out_of_memory(&error);
		else if (ret)
			error.exit = DEVTASK_EXIT_MISTAKES;
	}
	if (one) {
		json_object_object_add(one, "file", json_object_new_string(path));
		json_object_object_add(one, "ok", json_object_new_boolean(!ret));
		if (*error.text)
			json_object_object_add(one, "error", json_object_new_string(error.text));
		if (*package)
			json_object_object_add(one, "package", devtask_package_view_json(*package));
		json_object_object_add(one, "mistakes", devtask_package_view_mistakes_json(&files));
		json_object_array_add(list, one);
	} else {
		devtask_package_view_mistakes(path, &files, stderr);
		if (*error.text)
			devtask_output_error(&error);
	}
	devtask_package_files_clear(&files);
	return ret ? (int)error.exit : DEVTASK_EXIT_OK;
}

static int show(char **paths, int count, const struct options *options)
{
	json_object *list = options->json ? json_object_new_array() : NULL;
	int status = DEVTASK_EXIT_OK;

	for (int i = 0; i < count; i++) {
		struct devtask_package *package;
		int ret = read_package(paths[i], &package, list);

		if (package && !list)
			devtask_package_view_print(paths[i], package);
		devtask_package_destroy(package);
		status = ret > status ? ret : status;
	}
	if (list)
		devtask_output_json(stdout, list);
	return status;
}

/* The entries from @first to before @end as the file @path, which becomes the import's. */
static int add_file(struct import *import, char *path, size_t first, size_t end,
		    const struct devtask_package *only, struct devtask_error *error)
{
	struct devtask_hwdb_file *file = &import->files[import->file_count++];
	FILE *to = open_memstream(&file->text, &file->size);
	int ret = to ? 0 : out_of_memory(error);

	file->path = path;
	if (to)
		fputs("# Written by \"devtaskctl metadata import\"; what comes later counts.\n\n", to);
	for (size_t i = first; i < end && !ret; i++) {
		const struct devtask_package_entry *entry = &import->entries.list[i];

		/* In one file, what does not count need not be there. */
		if (only ? entry->package == only : entry->winner == i)
			ret = devtask_package_hwdb_write(entry, to, error);
	}
	if (to && fclose(to) && !ret)
		ret = out_of_memory(error);
	return ret;
}

/* A file for each package and rank: between imports, names of files decide. */
static int add_files(struct import *import, const char *root, struct devtask_error *error)
{
	const struct devtask_package_entries *entries = &import->entries;
	char name[DEVTASK_PACKAGE_HWDB_NAME_SIZE], *path;
	int ret = 0;

	for (size_t first = 0, end; first < entries->count && !ret; first = end) {
		enum devtask_package_rank rank = entries->list[first].id->rank;

		for (end = first; end < entries->count && entries->list[end].id->rank == rank;)
			end++;
		for (size_t i = 0; i < import->count && !ret; i++) {
			const struct devtask_package *package = import->packages[i];
			bool has = false;

			for (size_t j = 0; j < package->id_count; j++)
				has |= package->ids[j].rank == rank;
			if (!has || import->superseded[i])
				continue;
			devtask_package_hwdb_name(package, rank, name);
			if (asprintf(&path, "%s" FOLDER "/%s", root, name) < 0)
				return out_of_memory(error);
			ret = add_file(import, path, first, end, package, error);
		}
	}
	return ret;
}

/*
 * Editions of one package have one ExperienceID and locale. Of those that are installed, and of
 * those that are imported, only the newest is kept: an older one would stay for ids that it has no more.
 * Tells which files below @root are of editions of @package; to be freed with globfree().
 */
static bool find_editions(const struct devtask_package *package, const char *root, glob_t *found)
{
	char name[DEVTASK_PACKAGE_HWDB_NAME_SIZE], *pattern;
	const char *who;
	bool any;

	devtask_package_hwdb_name(package, DEVTASK_PACKAGE_PRODUCT, name);
	who = strchr(name + NAME_DATE, 'Z');
	if (!*package->experience ||
	    asprintf(&pattern, "%s" FOLDER "/70-devtask-[0-2]-*%.*s+????????.hwdb", root,
		     (int)strcspn(who, "+"), who) < 0)
		return false;
	any = !glob(pattern, 0, NULL, found);
	free(pattern);
	return any;
}

/* As strcmp() for the dates of @path, a file of an edition, and @package. */
static int compare_edition(const char *path, const struct devtask_package *package)
{
	char date[DEVTASK_PACKAGE_DATE_SIZE];

	devtask_package_date_print(package->modified, date);
	return strncmp(strrchr(path, '/') + 1 + NAME_DATE, date, strlen(date));
}

static void find_superseded(struct import *import, const char *root)
{
	for (size_t i = 0; i < import->count; i++) {
		const struct devtask_package *package = import->packages[i];
		glob_t found;

		for (size_t j = 0; j < import->count; j++)
			if (*package->experience &&
			    !strcmp(package->experience, import->packages[j]->experience) &&
			    !strcasecmp(package->locale, import->packages[j]->locale) &&
			    package->modified < import->packages[j]->modified)
				import->superseded[i] = true;
		if (!find_editions(package, root, &found))
			continue;
		for (size_t j = 0; j < found.gl_pathc; j++)
			if (compare_edition(found.gl_pathv[j], package) > 0)
				import->superseded[i] = true;
		globfree(&found);
	}
}

static void remove_older(struct import *import, const char *root)
{
	for (size_t i = 0; i < import->count; i++) {
		glob_t found;

		if (!find_editions(import->packages[i], root, &found))
			continue;
		for (size_t j = 0; j < found.gl_pathc; j++)
			if (compare_edition(found.gl_pathv[j], import->packages[i]) < 0)
				unlink(found.gl_pathv[j]);
		globfree(&found);
	}
}

static int make_files(struct import *import, const struct options *options,
		      struct devtask_error *error)
{
	char *path;

	import->files = calloc(import->entries.count + 1, sizeof(*import->files));
	if (!import->files)
		return out_of_memory(error);
	if (options->install) {
		find_superseded(import, options->root);
		return add_files(import, options->root, error);
	}
	path = strdup(options->output ? options->output : "-");
	return path ? add_file(import, path, 0, import->entries.count, NULL, error) :
	       out_of_memory(error);
}

static int write_files(struct import *import, const struct options *options,
		       struct devtask_error *error)
{
	char *folder;
	int ret = 0;

	if (!options->install && !strcmp(import->files[0].path, "-")) {
		if (fwrite(import->files[0].text, 1, import->files[0].size, stdout) !=
		    import->files[0].size || fflush(stdout))
			return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -EIO,
				"cannot write: %s; make room", strerror(errno));
		return 0;
	}
	if (options->install && asprintf(&folder, "%s" FOLDER, options->root) >= 0) {
		mkdir(folder, 0755);
		free(folder);
	}
	for (size_t i = 0; i < import->file_count && !ret; i++)
		ret = devtask_hwdb_write(&import->files[i], error);
	if (!ret && options->install) {
		remove_older(import, options->root);
		ret = devtask_hwdb_update(options->root, error);
	}
	return ret;
}

static void report_json(const struct import *import)
{
	json_object *answer = json_object_new_object(), *files = json_object_new_array();

	for (size_t i = 0; i < import->file_count; i++)
		json_object_array_add(files, json_object_new_string(import->files[i].path));
	json_object_object_add(answer, "files", files);
	json_object_object_add(answer, "entries",
			       devtask_package_view_choice_json(&import->entries));
	devtask_output_json(stdout, answer);
}

static void report(const struct import *import, const struct options *options)
{
	devtask_package_view_choice(&import->entries, stderr);
	for (size_t i = 0; i < import->count; i++)
		if (import->superseded[i])
			fprintf(stderr, "%s: a newer edition of this package is installed and stays\n",
				import->sources[i]);
	if (!options->install && (!options->output || !strcmp(options->output, "-")))
		return;
	for (size_t i = 0; i < import->file_count; i++)
		printf("wrote %s\n", import->files[i].path);
	if (options->install)
		printf("Devices that are attached now get it by: udevadm trigger\n");
	else
		printf("Put it into " FOLDER ", then: systemd-hwdb update && udevadm trigger\n");
}

static void clear(struct import *import)
{
	for (size_t i = 0; i < import->count; i++)
		devtask_package_destroy((struct devtask_package *)(uintptr_t)import->packages[i]);
	for (size_t i = 0; i < import->file_count; i++) {
		free(import->files[i].path);
		free(import->files[i].text);
	}
	free(import->files);
	free(import->entries.list);
	free(import->packages);
	free(import->sources);
	free(import->superseded);
}

/* All or nothing: with one package broken, nothing is written. */
static int import_packages(char **paths, int count, const struct options *options)
{
	struct import import = {
		.packages = calloc((size_t)count, sizeof(*import.packages)),
		.sources = calloc((size_t)count, sizeof(*import.sources)),
		.superseded = calloc((size_t)count, sizeof(*import.superseded)),
	};
	struct devtask_error error = { 0 };
	int status = DEVTASK_EXIT_OK, ret = 0;

	if (!import.packages || !import.sources || !import.superseded)
		ret = out_of_memory(&error);
	for (int i = 0; i < count && !ret; i++) {
		struct devtask_package *package;
		int code = read_package(paths[i], &package, NULL);

		status = code > status ? code : status;
		if (!package)
			continue;
		import.sources[import.count] = paths[i];
		import.packages[import.count++] = package;
	}
	if (!ret && !status) {
		if (devtask_package_hwdb_order(import.packages, import.sources, import.count,
					       &import.entries))
			ret = out_of_memory(&error);
		ret = ret ?: make_files(&import, options, &error) ?:
		      write_files(&import, options, &error);
		if (!ret && options->json)
			report_json(&import);
		else if (!ret)
			report(&import, options);
	}
	if (ret)
		status = devtask_output_error(&error);
	clear(&import);
	return status;
}

static int check(const struct options *options, bool imports, int files)
{
	const struct devtask_verb *verb = &devtask_verb_metadata;

	if (!files)
		return devtask_verb_misused(verb, "say which packages");
	if (!imports && (options->output || options->install || *options->root))
		return devtask_verb_misused(verb, "--output, --install and --root go with import");
	if (options->output && options->install)
		return devtask_verb_misused(verb, "say either --output or --install");
	if (*options->root && !options->install)
		return devtask_verb_misused(verb, "--root goes with --install");
	if (imports && options->json && !options->install &&
	    (!options->output || !strcmp(options->output, "-")))
		return devtask_verb_misused(verb, "with --json say --install or --output FILE");
	return 0;
}

static int cmd_metadata(int argc, char **argv)
{
	static const struct option list[] = {
		{ "output", required_argument, NULL, 'o' },
		{ "install", no_argument, NULL, 'i' },
		{ "root", required_argument, NULL, 'r' },
		{ "json", no_argument, NULL, 'j' },
		{ 0 },
	};
	struct options options = { .root = "" };
	bool imports;
	int option, ret;

	while ((option = getopt_long(argc, argv, ":o:", list, NULL)) >= 0) {
		switch (option) {
		case 'o':
			options.output = optarg;
			break;
		case 'i':
			options.install = true;
			break;
		case 'r':
			options.root = optarg;
			break;
		case 'j':
			options.json = true;
			break;
		default:
			return devtask_verb_bad_option(&devtask_verb_metadata, option, argv);
		}
	}
	if (optind == argc)
		return devtask_verb_misused(&devtask_verb_metadata, "say import or show");
	imports = !strcmp(argv[optind], "import");
	if (!imports && strcmp(argv[optind], "show"))
		return devtask_verb_misused(&devtask_verb_metadata,
					    "there is no \"%s\", only import and show",
					    argv[optind]);
	optind++;
	ret = check(&options, imports, argc - optind);
	if (ret)
		return ret;
	return imports ? import_packages(argv + optind, argc - optind, &options) :
	       show(argv + optind, argc - optind, &options);
}

const struct devtask_verb devtask_verb_metadata = {
	.name = "metadata",
	.arguments = "import|show FILE... [OPTION]...",
	.summary = "Read Windows' packages of device metadata",
	.help =
	"FILE is a .devicemetadata-ms cabinet, a folder into which one was unpacked, or the\n"
	"PackageInfo.xml in it. \"show\" tells what is in it. \"import\" makes entries for udev's\n"
	"hardware database of it, as devtask-metadata(7) has them, and prints them. If several\n"
	"are for one device, a model's id counts before hardware ids, then the more specific\n"
	"hardware id, then the newest package; what was decided is told on standard error.\n\n"
	"  -o, --output FILE  write them there\n"
	"      --install      write them into /etc/udev/hwdb.d and update the database\n"
	"      --root DIR     with --install: in the system whose root is DIR\n"
	"      --json         show: one array of objects; import: what was written and decided\n",
	.run = cmd_metadata,
};
