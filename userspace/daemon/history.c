// SPDX-License-Identifier: GPL-2.0-only
/*
 * history - see history.h. The table has a column for each member of a record, named as the
 * member; a row is one record.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <sqlite3.h>

#include "history.h"
#include "journal.h"
#include "log.h"
#include "numbers.h"
#include "store.h"

/* 64-bit numbers are stored as SQLite's signed ones and come back as they were. */
static const char *const steps[] = {
	"CREATE TABLE record ("
	" id INTEGER PRIMARY KEY AUTOINCREMENT,"
	" kind INTEGER NOT NULL,"
	" type INTEGER NOT NULL,"
	" uid INTEGER NOT NULL,"
	" time_ns INTEGER NOT NULL,"
	" boottime_ns INTEGER NOT NULL,"
	" trigger TEXT,"
	" app TEXT,"
	" device TEXT,"
	" hardware_id TEXT,"
	" program TEXT,"
	" arguments TEXT,"
	" sentence TEXT,"
	" task_id INTEGER,"
	" reason INTEGER,"
	" detail INTEGER,"
	" verdict INTEGER,"
	" reasons INTEGER,"
	" measured INTEGER,"
	" required INTEGER,"
	" exit_status INTEGER,"
	" ops INTEGER,"
	" bytes INTEGER,"
	" duration_ns INTEGER"
	") STRICT;"
	"CREATE INDEX record_time ON record (time_ns)",
};

static const struct devtask_store_schema schema = {
	.name = "history",
	.what = "the records of the history",
	.steps = steps,
	.step_count = sizeof(steps) / sizeof(*steps),
};

struct devtask_history {
	const char *directory;
	struct devtask_store *store;	/* NULL while it cannot be opened */
	uint64_t age_ns;
	uint32_t count;
	bool warned;
};

static int open_store(struct devtask_history *history, struct devtask_error *error)
{
	return history->store ? 0 :
	       devtask_store_open(&history->store, history->directory, &schema, error);
}

static int leave(struct devtask_history *history, int ret)
{
	if (ret == -EUCLEAN || ret == -EIO) {
		devtask_store_close(history->store);
		history->store = NULL;
	}
	return ret;
}

static void append(char *text, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void append(char *text, size_t size, const char *format, ...)
{
	size_t length = strlen(text);
	va_list args;

	va_start(args, format);
	vsnprintf(text + length, size - length, format, args);
	va_end(args);
}

/* Names of all columns, or a "?" for each. */
static void append_columns(char *sql, size_t size, bool names)
{
	for (size_t i = 0; i < devtask_record_field_count; i++)
		append(sql, size, "%s%s", i ? "," : "",
		       names ? devtask_record_fields[i].name : "?");
}

static int bind_member(sqlite3_stmt *statement, int number, const struct devtask_record *record,
		       const struct devtask_record_field *field)
{
	if (!devtask_record_knows(record, field))
		return sqlite3_bind_null(statement, number);
	if (field->format == DEVTASK_RECORD_TEXT)
		return sqlite3_bind_text(statement, number, devtask_record_text(record, field), -1,
					 SQLITE_STATIC);
	return sqlite3_bind_int64(statement, number,
				  (int64_t)devtask_record_number(record, field));
}

static int insert(struct devtask_history *history, const struct devtask_record *record,
		  struct devtask_error *error)
{
	char sql[1024] = "INSERT INTO record (";
	sqlite3_stmt *statement;

	append_columns(sql, sizeof(sql), true);
	append(sql, sizeof(sql), ") VALUES (");
	append_columns(sql, sizeof(sql), false);
	append(sql, sizeof(sql), ")");
	statement = devtask_store_prepare(history->store, sql, error, "");
	if (!statement)
		return error->err;
	for (size_t i = 0; i < devtask_record_field_count; i++) {
		if (bind_member(statement, (int)i + 1, record, &devtask_record_fields[i])) {
			sqlite3_finalize(statement);
			return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -ENOMEM,
						 "out of memory");
		}
	}
	return devtask_store_run(history->store, statement, NULL, NULL, error);
}

static uint64_t clock_ns(clockid_t id)
{
	struct timespec now;

	clock_gettime(id, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static int prune(struct devtask_history *history, uint64_t now_ns, struct devtask_error *error)
{
	int64_t oldest = now_ns > history->age_ns ? (int64_t)(now_ns - history->age_ns) : 0;
	sqlite3_stmt *statement = devtask_store_prepare(history->store,
		"DELETE FROM record WHERE time_ns < ?1 OR id <= (SELECT max(id) FROM record) - ?2",
		error, "ii", oldest, (int64_t)history->count);

	return statement ? devtask_store_run(history->store, statement, NULL, NULL, error) :
	       error->err;
}

static int keep(struct devtask_history *history, const struct devtask_record *record,
		struct devtask_error *error)
{
	int ret = open_store(history, error);

	if (!ret)
		ret = devtask_store_begin(history->store, error);
	if (ret)
		return leave(history, ret);
	ret = insert(history, record, error);
	if (!ret)
		ret = prune(history, clock_ns(CLOCK_REALTIME), error);
	if (!ret)
		ret = devtask_store_commit(history->store, error);
	if (ret)
		devtask_store_rollback(history->store);
	return leave(history, ret);
}

/* Once: a full disk must not fill the journal as well. */
static int warn(struct devtask_history *history, int ret, const struct devtask_error *error)
{
	if (ret && !history->warned)
		log_warning("%s; until then the journal alone has the records", error->text);
	history->warned = ret;
	return ret;
}

int devtask_history_create(struct devtask_history **history, const char *directory,
			   struct devtask_error *error)
{
	struct devtask_history *self = calloc(1, sizeof(*self));
	struct devtask_error reason;

	if (!self)
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -ENOMEM, "out of memory");
	self->directory = directory ? directory : DEVTASK_STORE_DIRECTORY;
	devtask_history_keep(self, DEVTASK_CONF_HISTORY_KEEP_NS,
			     DEVTASK_CONF_HISTORY_RECORDS);
	warn(self, open_store(self, &reason), &reason);
	*history = self;
	return 0;
}

void devtask_history_destroy(struct devtask_history *history)
{
	if (!history)
		return;
	devtask_store_close(history->store);
	free(history);
}

void devtask_history_keep(struct devtask_history *history, uint64_t age_ns, uint32_t count)
{
	history->age_ns = age_ns;
	history->count = count;
}

int devtask_history_note(struct devtask_history *history, const struct devtask_record *record)
{
	struct devtask_record stamped = *record;
	struct devtask_error error;

	if (!stamped.time_ns)
		stamped.time_ns = clock_ns(CLOCK_REALTIME);
	if (!stamped.boottime_ns)
		stamped.boottime_ns = clock_ns(CLOCK_BOOTTIME);
	devtask_journal_note(&stamped);
	return warn(history, keep(history, &stamped, &error), &error);
}

struct query {
	devtask_history_fn *fn;
	void *context;
};

static int take_row(sqlite3_stmt *row, void *context)
{
	struct devtask_record record = { .id = sqlite3_column_int64(row, 0) };
	const struct query *query = context;

	for (size_t i = 0; i < devtask_record_field_count; i++) {
		const struct devtask_record_field *field = &devtask_record_fields[i];
		int column = (int)i + 1;

		if (sqlite3_column_type(row, column) == SQLITE_NULL)
			continue;
		if (field->format == DEVTASK_RECORD_TEXT)
			devtask_record_set_text(&record, field,
				(const char *)sqlite3_column_text(row, column));
		else
			devtask_record_set_number(&record, field,
				(uint64_t)sqlite3_column_int64(row, column));
	}
	return !query->fn(&record, query->context);
}

int devtask_history_query(struct devtask_history *history,
			  const struct devtask_history_filter *filter, devtask_history_fn *fn,
			  void *context, struct devtask_error *error)
{
	uint32_t limit = filter->limit ? filter->limit : DEVTASK_HISTORY_LIMIT_MAX;
	struct query query = { fn, context };
	struct devtask_error own;
	sqlite3_stmt *statement;
	char sql[1024] = "SELECT * FROM (SELECT id,";
	int ret;

	error = error ? error : &own;
	ret = open_store(history, error);
	if (ret)
		return ret;
	append_columns(sql, sizeof(sql), true);
	append(sql, sizeof(sql), " FROM record WHERE (?1 OR uid=?2) AND (?3 IS NULL OR"
	       " substr(trigger, 1, length(?3))=lower(?3))"
	       " AND (?4 IS NULL OR app=?4) AND time_ns>=?5 ORDER BY id DESC LIMIT ?6)"
	       " WHERE id>?7 ORDER BY id");
	statement = devtask_store_prepare(history->store, sql, error, "iissiii",
		(int64_t)(filter->uid == DEVTASK_HISTORY_ALL_USERS), (int64_t)filter->uid,
		filter->trigger, filter->app, (int64_t)filter->since_ns, (int64_t)limit,
		filter->after);
	ret = statement ? devtask_store_run(history->store, statement, take_row, &query, error) :
	      error->err;
	return leave(history, ret > 0 ? 0 : ret);
}

const char *devtask_history_notice(const struct devtask_history *history)
{
	return history->store ? devtask_store_notice(history->store) : NULL;
}
