/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * store - a database file that is either whole or not used: private to root, on the disk
 * before a call returns, migrated forward only. What is broken is set aside, never emptied
 * (CON-5, decision 0009). Must not know what is stored.
 */
#ifndef DEVTASK_DAEMON_STORE_H
#define DEVTASK_DAEMON_STORE_H

#include <stddef.h>
#include <stdint.h>

#include "error.h"

#define DEVTASK_STORE_DIRECTORY	"/var/lib/devtask"

struct devtask_store;
struct sqlite3_stmt;

/*
 * What a file is to hold. @steps[v] is the SQL that leads from version v to v + 1; a step is
 * never changed once it has been released, another one is added behind it.
 */
struct devtask_store_schema {
	const char *name;	/* the file is NAME.db */
	const char *what;	/* for people: "the stored answers" */
	const char *const *steps;
	size_t step_count;	/* the version of this program */
};

/*
 * Opens, or makes, the file in @directory, which is made if it is missing (its parent is not).
 * @schema and @directory must outlive the store. A broken file is renamed to
 * NAME.db.broken-DATE and a new one is made: devtask_store_notice() says so. Errors, with which
 * nothing is changed: -EPERM directory or file belong to somebody else or others may write,
 * -ELOOP a link lies in the way, -EPROTO made by a newer version, or the errno of the disk.
 */
int devtask_store_open(struct devtask_store **store, const char *directory,
		       const struct devtask_store_schema *schema, struct devtask_error *error);
void devtask_store_close(struct devtask_store *store);

/*
 * A sentence as long as a file that was set aside lies in the directory, also from an earlier
 * time: what was in it is not known any more. NULL if there is none. Owned by the store.
 */
const char *devtask_store_notice(const struct devtask_store *store);

/*
 * A prepared statement, owned by the caller, or NULL with a sentence. Formats are those of SQL:
 * "s" text or NULL, "i" int64_t, "n" NULL without an argument; bound from 1 on.
 */
struct sqlite3_stmt *devtask_store_prepare(struct devtask_store *store, const char *sql,
					   struct devtask_error *error, const char *formats, ...);

/*
 * Ends a statement. Without @row it is run first and must give none; with it, @row is called
 * for each row until it returns non-zero. 0, what @row returned, or a negative errno.
 */
typedef int devtask_store_row_fn(struct sqlite3_stmt *row, void *context);
int devtask_store_run(struct devtask_store *store, struct sqlite3_stmt *statement,
		      devtask_store_row_fn *row, void *context, struct devtask_error *error);

/* One transaction; a commit that succeeds is on the disk, and rollback never fails. */
int devtask_store_begin(struct devtask_store *store, struct devtask_error *error);
int devtask_store_commit(struct devtask_store *store, struct devtask_error *error);
void devtask_store_rollback(struct devtask_store *store);

/* How many rows the last statement changed. */
int64_t devtask_store_changed(const struct devtask_store *store);

#endif
