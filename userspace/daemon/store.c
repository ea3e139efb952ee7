// SPDX-License-Identifier: GPL-2.0-only
/*
 * store - see store.h. A file appears under its name only when it is whole: it is made under
 * another one and then renamed. So an empty or strange file is damage, not a beginning.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "log.h"
#include "numbers.h"
#include "store.h"
#include "storefile.h"

#define APPLICATION_ID	0x64767473	/* "dvts", in the file's header */

struct devtask_store {
	const struct devtask_store_schema *schema;
	sqlite3 *db;
	struct devtask_storefile file;
	char notice[512];
};

/* SQLite's codes as ours; what means damage is -EUCLEAN, and nothing else is. */
static int errno_of(int code)
{
	switch (code & 0xff) {
	case SQLITE_OK:
	case SQLITE_ROW:
	case SQLITE_DONE:
		return 0;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return -EUCLEAN;
	case SQLITE_NOMEM:
		return -ENOMEM;
	case SQLITE_FULL:
		return -ENOSPC;
	case SQLITE_READONLY:
		return -EROFS;
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return -EACCES;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return -EBUSY;
	case SQLITE_CONSTRAINT:
	case SQLITE_MISMATCH:
	case SQLITE_TOOBIG:
		return -EINVAL;
	default:
		return -EIO;
	}
}

static const char *way_out(int err)
{
	switch (err) {
	case -EUCLEAN:
		return "the file is damaged and will be set aside at the next use";
	case -ENOSPC:
		return "free some space there";
	case -EROFS:
	case -EACCES:
		return "make it writable for root";
	case -EBUSY:
		return "end the other program that uses it";
	default:
		return "see the system's log for faults of the disk";
	}
}

static int tell(struct devtask_store *store, int code, struct devtask_error *error)
{
	int err = errno_of(code);

	if (!err)
		return 0;
	/* A damaged file is kept as it is, its log beside it. */
	if (err == -EUCLEAN && store->db)
		sqlite3_db_config(store->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	return devtask_error_set(error, DEVTASK_EXIT_FAILURE, err, "cannot use %s in %s: %s; %s",
				 store->schema->what, store->file.path,
				 store->db ? sqlite3_errmsg(store->db) : sqlite3_errstr(code),
				 way_out(err));
}

static int execute(struct devtask_store *store, const char *sql, struct devtask_error *error)
{
	return tell(store, sqlite3_exec(store->db, sql, NULL, NULL, NULL), error);
}

static int keep_number(sqlite3_stmt *row, void *context)
{
	*(int64_t *)context = sqlite3_column_int64(row, 0);
	return 0;
}

static int read_number(struct devtask_store *store, const char *sql, int64_t *number,
		       struct devtask_error *error)
{
	sqlite3_stmt *statement = devtask_store_prepare(store, sql, error, "");

	*number = 0;
	return statement ? devtask_store_run(store, statement, keep_number, number, error) :
	       error->err;
}

/* The name of a file that is being made has no "-wal" beside it, which could be left over. */
static int connect(struct devtask_store *store, const char *path, struct devtask_error *error)
{
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_PRIVATECACHE;
	int ret = tell(store, sqlite3_open_v2(path, &store->db, flags, NULL), error);

	if (ret)
		return ret;
	sqlite3_extended_result_codes(store->db, 1);
	sqlite3_busy_timeout(store->db, DEVTASK_STORE_BUSY_MS);
	return execute(store, "PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
			      "PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON", error);
}

static void disconnect(struct devtask_store *store)
{
	sqlite3_close(store->db);
	store->db = NULL;
}

/* One step is one transaction: its tables and the version that says so. */
static int migrate(struct devtask_store *store, size_t from, struct devtask_error *error)
{
	char version[64];
	int ret = 0;

	for (size_t v = from; !ret && v < store->schema->step_count; v++) {
		snprintf(version, sizeof(version), "PRAGMA user_version=%zu", v + 1);
		ret = devtask_store_begin(store, error);
		if (!ret)
			ret = execute(store, store->schema->steps[v], error);
		if (!ret)
			ret = execute(store, version, error);
		if (!ret)
			ret = devtask_store_commit(store, error);
		if (ret)
			devtask_store_rollback(store);
		else if (v)
			log_info("%s: %s are now of version %zu", store->file.path,
				 store->schema->what, v + 1);
	}
	return ret;
}

static int damaged(struct devtask_store *store, const char *how, struct devtask_error *error)
{
	sqlite3_db_config(store->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -EUCLEAN, "%s: %s",
				 store->file.path, how);
}

struct findings {
	char first[200];
	bool sound;
};

static int keep_finding(sqlite3_stmt *row, void *context)
{
	const char *text = (const char *)sqlite3_column_text(row, 0);
	struct findings *findings = context;

	findings->sound = text && !strcmp(text, "ok");
	snprintf(findings->first, sizeof(findings->first), "%s", text ? text : "unreadable");
	for (char *end = findings->first; (end = strchr(end, '\n')); )
		*end = ' ';
	return 1;
}

/* Every page, every index, every constraint: small files, so the thorough check. */
static int check_whole(struct devtask_store *store, struct devtask_error *error)
{
	sqlite3_stmt *statement = devtask_store_prepare(store, "PRAGMA integrity_check(1)", error, "");
	struct findings findings = { 0 };
	int ret = statement ? devtask_store_run(store, statement, keep_finding, &findings, error) :
		  error->err;

	if (ret < 0)
		return ret;
	return findings.sound ? 0 : damaged(store, findings.first, error);
}

static int check_version(struct devtask_store *store, int64_t *version,
			 struct devtask_error *error)
{
	int64_t id;
	int ret = read_number(store, "PRAGMA application_id", &id, error);

	if (!ret)
		ret = read_number(store, "PRAGMA user_version", version, error);
	if (ret)
		return ret;
	if (id != APPLICATION_ID || *version < 1)
		return damaged(store, "it is empty or of another program", error);
	if (*version > (int64_t)store->schema->step_count)
		return devtask_error_set(error, DEVTASK_EXIT_ABI, -EPROTO,
			"%s in %s are of version %lld, this devtaskd knows up to %zu: it is older "
			"than the one that wrote them; install the newer one again, or move the "
			"file away to begin anew", store->schema->what, store->file.path,
			(long long)*version, store->schema->step_count);
	return 0;
}

static int make_file(struct devtask_store *store, struct devtask_error *error)
{
	char identity[64];
	int ret = devtask_storefile_begin(&store->file, error);

	if (ret)
		return ret;
	snprintf(identity, sizeof(identity), "PRAGMA application_id=%d", APPLICATION_ID);
	ret = connect(store, store->file.draft, error);
	if (!ret)
		ret = execute(store, identity, error);
	if (!ret)
		ret = migrate(store, 0, error);
	disconnect(store);
	return ret ? ret : devtask_storefile_publish(&store->file, error);
}

static int open_file(struct devtask_store *store, struct devtask_error *error)
{
	int64_t version;
	int ret = devtask_storefile_check(&store->file, error);

	if (!ret)
		ret = connect(store, store->file.path, error);
	if (!ret)
		ret = check_version(store, &version, error);
	if (!ret)
		ret = check_whole(store, error);
	if (!ret)
		ret = execute(store, "PRAGMA journal_mode=WAL", error);
	if (!ret)
		ret = migrate(store, (size_t)version, error);
	if (ret)
		disconnect(store);
	return ret;
}

static int open_or_make(struct devtask_store *store, struct devtask_error *error)
{
	int ret = open_file(store, error);

	if (ret == -EUCLEAN) {
		log_error("%s cannot be trusted (%s)", store->schema->what, error->text);
		ret = devtask_storefile_set_aside(&store->file, error);
		if (!ret)
			ret = -ENOENT;
	}
	if (ret != -ENOENT)
		return ret;
	ret = make_file(store, error);
	return ret ? ret : open_file(store, error);
}

int devtask_store_open(struct devtask_store **store, const char *directory,
		       const struct devtask_store_schema *schema, struct devtask_error *error)
{
	struct devtask_store *self = calloc(1, sizeof(*self));
	struct devtask_error own;
	char broken[256];
	int ret;

	error = error ? error : &own;
	if (!self)
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -ENOMEM, "out of memory");
	self->schema = schema;
	ret = devtask_storefile_open(&self->file, directory, schema->name, error);
	if (!ret)
		ret = open_or_make(self, error);
	if (ret) {
		devtask_store_close(self);
		return ret;
	}
	if (devtask_storefile_find_broken(&self->file, broken, sizeof(broken))) {
		snprintf(self->notice, sizeof(self->notice),
			 "%s were damaged and begin anew; what was there is kept in %s: look at it "
			 "with sqlite3, then remove it", schema->what, broken);
		log_error("%s", self->notice);
	}
	*store = self;
	return 0;
}

void devtask_store_close(struct devtask_store *store)
{
	if (!store)
		return;
	disconnect(store);
	devtask_storefile_close(&store->file);
	free(store);
}

const char *devtask_store_notice(const struct devtask_store *store)
{
	return *store->notice ? store->notice : NULL;
}

static int bind(sqlite3_stmt *statement, int number, char format, va_list *values)
{
	switch (format) {
	case 's':
		return sqlite3_bind_text(statement, number, va_arg(*values, const char *), -1,
					 SQLITE_TRANSIENT);
	case 'i':
		return sqlite3_bind_int64(statement, number, va_arg(*values, int64_t));
	default:
		return sqlite3_bind_null(statement, number);
	}
}

sqlite3_stmt *devtask_store_prepare(struct devtask_store *store, const char *sql,
				    struct devtask_error *error, const char *formats, ...)
{
	sqlite3_stmt *statement = NULL;
	va_list values;
	int code = sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL);

	va_start(values, formats);
	for (int i = 0; code == SQLITE_OK && formats[i]; i++)
		code = bind(statement, i + 1, formats[i], &values);
	va_end(values);
	if (code == SQLITE_OK)
		return statement;
	tell(store, code, error);
	sqlite3_finalize(statement);
	return NULL;
}

int devtask_store_run(struct devtask_store *store, sqlite3_stmt *statement,
		      devtask_store_row_fn *row, void *context, struct devtask_error *error)
{
	int code, ret = 0;

	do {
		code = sqlite3_step(statement);
		if (code == SQLITE_ROW && row)
			ret = row(statement, context);
	} while (code == SQLITE_ROW && !ret);
	if (!ret)
		ret = tell(store, code, error);
	sqlite3_finalize(statement);
	return ret;
}

int devtask_store_begin(struct devtask_store *store, struct devtask_error *error)
{
	return execute(store, "BEGIN IMMEDIATE", error);
}

int devtask_store_commit(struct devtask_store *store, struct devtask_error *error)
{
	return execute(store, "COMMIT", error);
}

void devtask_store_rollback(struct devtask_store *store)
{
	if (!sqlite3_get_autocommit(store->db))
		sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
}

int64_t devtask_store_changed(const struct devtask_store *store)
{
	return sqlite3_changes64(store->db);
}
