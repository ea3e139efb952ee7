/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * package_parse - the files of a metadata package become a package: which files there must be, and
 * in which order they are read. Must not know what is in each: that is room "package_xml".
 */
#ifndef DEVTASK_PACKAGE_PARSE_H
#define DEVTASK_PACKAGE_PARSE_H

struct devtask_package;
struct devtask_package_files;

/*
 * Reads @files, which may be freed afterwards. Mistakes go to the file that they are in, or to
 * @files' first one if a whole file is missing. Returns 0 and sets *@package, to be destroyed;
 * -EINVAL: there is at least one mistake that is no warning; -ENOENT: there is no PackageInfo.xml,
 * so this is no package; -ENOMEM.
 */
int devtask_package_parse(struct devtask_package_files *files, struct devtask_package **package);

#endif
