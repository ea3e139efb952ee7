// SPDX-License-Identifier: GPL-2.0-only
/* cmd_lint - what is wrong with manifests, before they are installed (REG-4). Needs nobody. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <json-c/json.h>

#include "manifest.h"
#include "output.h"
#include "verb.h"

static json_object *mistakes_json(const struct devtask_mistakes *mistakes)
{
	json_object *list = json_object_new_array(), *one;

	for (size_t i = 0; i < mistakes->count; i++) {
		const struct devtask_mistake *mistake = &mistakes->list[i];

		one = json_object_new_object();
		json_object_object_add(one, "line", json_object_new_int64(mistake->line));
		json_object_object_add(one, "column", json_object_new_int64(mistake->column));
		json_object_object_add(one, "severity", json_object_new_string(
				       mistake->warning ? "warning" : "error"));
		json_object_object_add(one, "text", json_object_new_string(mistake->text));
		json_object_array_add(list, one);
	}
	return list;
}

static void add_json(json_object *list, const char *file, const struct devtask_app *app,
		     const struct devtask_mistakes *mistakes)
{
	json_object *one = json_object_new_object();

	json_object_object_add(one, "file", json_object_new_string(file));
	json_object_object_add(one, "ok", json_object_new_boolean(app != NULL));
	if (app) {
		json_object_object_add(one, "app", json_object_new_string(app->name));
		json_object_object_add(one, "version", json_object_new_string(app->version));
	}
	json_object_object_add(one, "mistakes", mistakes_json(mistakes));
	json_object_array_add(list, one);
}

static void print_lines(const char *file, const struct devtask_app *app,
			const struct devtask_mistakes *mistakes)
{
	char line[8192];

	for (size_t i = 0; i < mistakes->count; i++)
		puts(devtask_mistake_print(&mistakes->list[i], file, line, sizeof(line)));
	if (app)
		printf("%s: app %s %s can be installed\n", file, app->name, app->version);
}

/* Returns the exit code that this file alone would give. */
static int lint(const char *file, json_object *list)
{
	struct devtask_mistakes mistakes = { 0 };
	struct devtask_app *app = NULL;
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY), ret;

	if (fd < 0) {
		fprintf(stderr, "devtaskctl: cannot open %s: %s; name a manifest\n", file,
			strerror(errno));
		return errno == EACCES ? DEVTASK_EXIT_PERMISSION : DEVTASK_EXIT_NOT_THERE;
	}
	ret = devtask_manifest_read(fd, file, &app, NULL, &mistakes);
	close(fd);
	if (ret == -ENOMEM) {
		fprintf(stderr, "devtaskctl: out of memory\n");
		ret = DEVTASK_EXIT_FAILURE;
	} else {
		if (list)
			add_json(list, file, app, &mistakes);
		else
			print_lines(file, app, &mistakes);
		ret = ret ? DEVTASK_EXIT_MISTAKES : DEVTASK_EXIT_OK;
	}
	devtask_app_destroy(app);
	devtask_mistakes_clear(&mistakes);
	return ret;
}

static int cmd_lint(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ 0 },
	};
	json_object *list = NULL;
	int option, status = DEVTASK_EXIT_OK;

	while ((option = getopt_long(argc, argv, ":", options, NULL)) >= 0) {
		if (option != 'j') {
			json_object_put(list);
			return devtask_verb_bad_option(&devtask_verb_lint, option, argv);
		}
		list = list ?: json_object_new_array();
	}
	if (optind == argc) {
		json_object_put(list);
		return devtask_verb_misused(&devtask_verb_lint, "say which manifests");
	}
	for (; optind < argc; optind++) {
		int ret = lint(argv[optind], list);

		status = ret > status ? ret : status;
	}
	if (list)
		devtask_output_json(stdout, list);
	return status;
}

const struct devtask_verb devtask_verb_lint = {
	.name = "lint",
	.arguments = "FILE... [--json]",
	.summary = "Say what is wrong with manifests of apps",
	.help =
	"Reads AppxManifest files as the helper would, and says for each mistake file, line,\n"
	"column and what to change. Neither the helper nor root is needed; devtask-manifest(5)\n"
	"has the format.\n\n"
	"      --json   one array of objects\n",
	.run = cmd_lint,
};
