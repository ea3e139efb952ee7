/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * package_hwdb - metadata packages as a file of udev's hardware database, in the order that makes
 * the right one win (MET-3): the model's id before hardware ids, the more specific hardware id,
 * the newest package. The database lets later lines win, and files by their names.
 */
#ifndef DEVTASK_PACKAGE_HWDB_H
#define DEVTASK_PACKAGE_HWDB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "error.h"
#include "package_id.h"

struct devtask_package;

/* A package, for one id. */
struct devtask_package_entry {
	const struct devtask_package *package;
	const struct devtask_package_id *id;
	const char *source;		/* file that it was imported from */
	size_t winner;	/* index of the entry that counts for this id: its own, or a later one */
	/* It is not the winner, and: */
	bool tied;	/* as new; ExperienceID, locale, and then the contents have decided */
	bool same;	/* has the same contents */
};

struct devtask_package_entries {
	struct devtask_package_entry *list;
	size_t count;
};

/*
 * All entries of @packages, from @sources, in the order in which they are to be written: what comes
 * later wins. The order does not depend on that of the packages. Points into them. 0 or -ENOMEM.
 * Free the list.
 */
int devtask_package_hwdb_order(const struct devtask_package *const *packages,
			       const char *const *sources, size_t count,
			       struct devtask_package_entries *entries);

/*
 * Writes an entry. All that a package says of a device is set, if only to nothing: two packages
 * must not mix. -EINVAL with a sentence if it cannot be said in a property, -EIO, -ENOMEM.
 */
int devtask_package_hwdb_write(const struct devtask_package_entry *entry, FILE *to,
			       struct devtask_error *error);

/*
 * The name of the file with the entries of @package of @rank: "70-devtask-1-20130530T002450.4628641Z-"
 * with ExperienceID, locale, and the beginning of the digest after a "+". The order of names is that
 * of devtask_package_hwdb_order().
 */
#define DEVTASK_PACKAGE_HWDB_NAME_SIZE 160
const char *devtask_package_hwdb_name(const struct devtask_package *package,
				      enum devtask_package_rank rank,
				      char name[DEVTASK_PACKAGE_HWDB_NAME_SIZE]);

#endif
