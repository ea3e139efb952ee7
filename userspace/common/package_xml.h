/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * package_xml - one XML file of a metadata package, read into the package. Elements count by
 * namespace, not by prefix; what devtask does not use is passed over. Must not know which other
 * files there are.
 */
#ifndef DEVTASK_PACKAGE_XML_H
#define DEVTASK_PACKAGE_XML_H

#include "package_parts.h"

/* Reads @file, and with DEVTASK_PACKAGE_INFO sets @folders, else NULL. 0, -EINVAL, or -ENOMEM. */
int devtask_package_xml_read(enum devtask_package_document document,
			     struct devtask_package_file *file, struct devtask_package *package,
			     struct devtask_package_folders *folders);

#endif
