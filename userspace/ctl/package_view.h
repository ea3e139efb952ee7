/* SPDX-License-Identifier: GPL-2.0-only */
/* package_view - what a Windows metadata package says, for people and as JSON. */
#ifndef DEVTASK_CTL_PACKAGE_VIEW_H
#define DEVTASK_CTL_PACKAGE_VIEW_H

#include <stdio.h>

struct devtask_package;
struct devtask_package_entries;
struct devtask_package_files;
struct json_object;

/* A paragraph of what it is, whom it is for and who is privileged. */
void devtask_package_view_print(const char *path, const struct devtask_package *package);

/* {id, locale, ...} */
struct json_object *devtask_package_view_json(const struct devtask_package *package);

/* A line for each mistake: "PATH(PackageInfo.xml):3:5: TEXT", or PATH/... if it is a folder. */
void devtask_package_view_mistakes(const char *path, const struct devtask_package_files *files,
				   FILE *to);
struct json_object *devtask_package_view_mistakes_json(const struct devtask_package_files *files);

/* A line for each entry that another one outranks, and why. */
void devtask_package_view_choice(const struct devtask_package_entries *entries, FILE *to);

/* [{match, file, chosen, tied}], in the order in which they are written. */
struct json_object *devtask_package_view_choice_json(const struct devtask_package_entries *entries);

#endif
