// SPDX-License-Identifier: GPL-2.0-only
/*
 * The file that answers and records live in: CON-5 (survives crashes, never trusted half-written,
 * never silently emptied).
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

#include "scratch.h"
#include "store.h"
#include "unit.h"

static const char *const first_step[] = {
	"CREATE TABLE word (text TEXT NOT NULL CHECK (text <> '')) STRICT",
};

/* What a later release could do: a new column, filled from the old ones. */
static const char *const later_steps[] = {
	"CREATE TABLE word (text TEXT NOT NULL CHECK (text <> '')) STRICT",
	"ALTER TABLE word ADD COLUMN length INTEGER; UPDATE word SET length = length(text)",
	"CREATE INDEX word_length ON word (length)",
};

static const char *const failing_steps[] = {
	"CREATE TABLE word (text TEXT NOT NULL CHECK (text <> '')) STRICT",
	"ALTER TABLE word ADD COLUMN length INTEGER; DELETE FROM word; INSERT INTO nowhere VALUES (1)",
};

static const struct devtask_store_schema first = { "words", "the words", first_step, 1 };
static const struct devtask_store_schema later = { "words", "the words", later_steps, 3 };
static const struct devtask_store_schema failing = { "words", "the words", failing_steps, 2 };

static struct devtask_store *open_store(const struct scratch *scratch,
					const struct devtask_store_schema *schema)
{
	struct devtask_store *store = NULL;
	struct devtask_error error = { 0 };

	if (devtask_store_open(&store, scratch->directory, schema, &error))
		fail_msg("%s", error.text);
	return store;
}

static int try_open(const struct scratch *scratch, const struct devtask_store_schema *schema,
		    struct devtask_error *error)
{
	struct devtask_store *store = NULL;
	int ret = devtask_store_open(&store, scratch->directory, schema, error);

	devtask_store_close(ret ? NULL : store);
	return ret;
}

static void add_word(struct devtask_store *store, const char *text)
{
	struct devtask_error error = { 0 };
	struct sqlite3_stmt *statement = devtask_store_prepare(store,
		"INSERT INTO word (text) VALUES (?)", &error, "s", text);

	assert_non_null(statement);
	assert_int_equal(devtask_store_run(store, statement, NULL, NULL, &error), 0);
}

static int take_number(struct sqlite3_stmt *row, void *context)
{
	*(int64_t *)context = sqlite3_column_int64(row, 0);
	return 0;
}

static int64_t ask(struct devtask_store *store, const char *sql)
{
	struct devtask_error error = { 0 };
	struct sqlite3_stmt *statement = devtask_store_prepare(store, sql, &error, "");
	int64_t number = -1;

	assert_non_null(statement);
	assert_int_equal(devtask_store_run(store, statement, take_number, &number, &error), 0);
	return number;
}

static int64_t words(struct devtask_store *store)
{
	return ask(store, "SELECT count(*) FROM word");
}

static void fill(const struct scratch *scratch, int count)
{
	struct devtask_store *store = open_store(scratch, &first);
	char word[32];

	for (int i = 0; i < count; i++) {
		snprintf(word, sizeof(word), "word %d", i);
		add_word(store, word);
	}
	devtask_store_close(store);
}

/* As a helper that is killed right after its last commit. */
static void fill_and_die(const struct scratch *scratch, int count)
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		struct devtask_store *store = open_store(scratch, &first);

		for (int i = 0; i < count; i++)
			add_word(store, "word");
		kill(getpid(), SIGKILL);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
}

static mode_t mode_of(const char *path)
{
	struct stat st;

	assert_int_equal(lstat(path, &st), 0);
	return st.st_mode & 07777;
}

/* CON-5: what a broken file ends in: a new store, a loud sentence, the old bytes kept. */
static void expect_set_aside(const struct scratch *scratch)
{
	struct devtask_store *store = open_store(scratch, &first);

	assert_non_null(devtask_store_notice(store));
	assert_non_null(strstr(devtask_store_notice(store), "words.db.broken-"));
	assert_int_equal(words(store), 0);
	devtask_store_close(store);
	/* The file, or its log, or both. */
	assert_in_range(scratch_count(scratch, "words.db.broken-"), 1, 2);
}

/* CON-5 */
static void what_was_stored_is_there_after_reopening(void **state)
{
	struct scratch scratch;
	struct devtask_store *store;

	(void)state;
	scratch_make(&scratch);
	fill(&scratch, 20);
	store = open_store(&scratch, &first);
	assert_int_equal(words(store), 20);
	assert_null(devtask_store_notice(store));
	devtask_store_close(store);
	scratch_remove(&scratch);
}

/* CON-5: every commit waits for the disk. */
static void commits_are_synchronous_in_a_write_ahead_log(void **state)
{
	struct scratch scratch;
	struct devtask_store *store;

	(void)state;
	scratch_make(&scratch);
	store = open_store(&scratch, &first);
	assert_int_equal(ask(store, "PRAGMA synchronous"), 2);
	assert_int_equal(ask(store, "SELECT journal_mode = 'wal' FROM pragma_journal_mode"), 1);
	assert_int_equal(ask(store, "PRAGMA foreign_keys"), 1);
	assert_true(ask(store, "PRAGMA busy_timeout") >= 1000);
	devtask_store_close(store);
	scratch_remove(&scratch);
}

/* CON-5: other users neither read nor write, whatever the umask. */
static void directory_and_files_are_of_root_alone(void **state)
{
	mode_t mask = umask(0);
	struct scratch scratch;
	struct devtask_store *store;

	(void)state;
	scratch_make(&scratch);
	store = open_store(&scratch, &first);
	add_word(store, "secret");
	assert_int_equal(mode_of(scratch.directory), 0700);
	assert_int_equal(mode_of(scratch_path(&scratch, "words.db")), 0600);
	assert_int_equal(mode_of(scratch_path(&scratch, "words.db-wal")), 0600);
	assert_int_equal(mode_of(scratch_path(&scratch, "words.db-shm")), 0600);
	devtask_store_close(store);
	umask(mask);
	scratch_remove(&scratch);
}

/* CON-5 */
static void a_file_that_others_could_read_is_closed_to_them(void **state)
{
	struct scratch scratch;

	(void)state;
	scratch_make(&scratch);
	fill(&scratch, 1);
	assert_int_equal(chmod(scratch_path(&scratch, "words.db"), 0644), 0);
	assert_int_equal(chmod(scratch.directory, 0755), 0);
	devtask_store_close(open_store(&scratch, &first));
	assert_int_equal(mode_of(scratch_path(&scratch, "words.db")), 0600);
	assert_int_equal(mode_of(scratch.directory), 0700);
	scratch_remove(&scratch);
}

/* CON-5 */
static void a_file_that_others_could_write_is_refused(void **state)
{
	struct devtask_error error = { 0 };
	struct scratch scratch;

	(void)state;
	scratch_make(&scratch);
	fill(&scratch, 1);
	assert_int_equal(chmod(scratch_path(&scratch, "words.db"), 0620), 0);
	assert_int_equal(try_open(&scratch, &first, &error), -EPERM);
	assert_non_null(strstr(error.text, "others may write"));
	assert_int_equal(chmod(scratch_path(&scratch, "words.db"), 0600), 0);
	assert_int_equal(chmod(scratch.directory, 0777), 0);
	assert_int_equal(try_open(&scratch, &first, &error), -EPERM);
	assert_int_equal(scratch_count(&scratch, "words.db.broken-"), 0);
	scratch_remove(&scratch);
}

/* CON-5 */
static void a_file_of_another_user_is_refused(void **state)
{
	struct devtask_error error = { 0 };
	struct scratch scratch;

	(void)state;
	if (geteuid()) {
		print_message("# only root can give a file away\n");
		skip();
	}
	scratch_make(&scratch);
	fill(&scratch, 1);
	assert_int_equal(chown(scratch_path(&scratch, "words.db"), 12345, 12345), 0);
	assert_int_equal(try_open(&scratch, &first, &error), -EPERM);
	assert_non_null(strstr(error.text, "belongs to user 12345"));
	scratch_remove(&scratch);
}

/* CON-5 */
static void a_link_in_place_of_file_or_directory_is_refused(void **state)
{
	struct devtask_error error = { 0 };
	struct scratch scratch, elsewhere;

	(void)state;
	scratch_make(&scratch);
	scratch_make(&elsewhere);
	fill(&elsewhere, 3);
	assert_int_equal(mkdir(scratch.directory, 0700), 0);
	assert_int_equal(symlink(scratch_path(&elsewhere, "words.db"),
				 scratch_path(&scratch, "words.db")), 0);
	assert_int_equal(try_open(&scratch, &first, &error), -ELOOP);
	assert_non_null(strstr(error.text, "is a link"));
	scratch_remove(&scratch);

	scratch_make(&scratch);
	assert_int_equal(symlink(elsewhere.directory, scratch.directory), 0);
	assert_int_equal(try_open(&scratch, &first, &error), -ELOOP);
	assert_int_equal(unlink(scratch.directory), 0);
	scratch_remove(&scratch);
	scratch_remove(&elsewhere);
}

/* CON-5 */
static void a_second_name_of_another_file_is_refused(void **state)
{
	struct devtask_error error = { 0 };
	struct scratch scratch;

	(void)state;
	scratch_make(&scratch);
	fill(&scratch, 1);
	assert_int_equal(link(scratch_path(&scratch, "words.db"),
			      scratch_path(&scratch, "second")), 0);
	assert_int_equal(try_open(&scratch, &first, &error), -EPERM);
	scratch_remove(&scratch);
}

/* CON-5 */
static void a_device_or_a_directory_in_place_of_the_file_is_refused(void **state)
{
	struct devtask_error error = { 0 };
	struct scratch scratch;

	(void)state;
	scratch_make(&scratch);
	assert_int_equal(mkdir(scratch.directory, 0700), 0);
	assert_int_equal(mkdir(scratch_path(&scratch, "words.db"), 0700), 0);
	assert_true(try_open(&scratch, &first, &error) < 0);
	assert_int_equal(rmdir(scratch_path(&scratch, "words.db")), 0);
	assert_int_equal(mkfifo(scratch_path(&scratch, "words.db"), 0600), 0);
	assert_int_equal(try_open(&scratch, &first, &error), -EPERM);
	scratch_remove(&scratch);
}

/* CON-5 */
static void a_file_of_noise_is_set_aside_and_kept(void **state)
{
	char noise[8192], kept[sizeof(noise)];
	struct scratch scratch;

	(void)state;
	scratch_make(&scratch);
	assert_int_equal(mkdir(scratch.directory, 0700), 0);
	for (size_t i = 0; i < sizeof(noise); i++)
		noise[i] = (char)(i * 7919 >> 3);
	scratch_write(&scratch, "words.db", 0, noise, sizeof(noise));
	expect_set_aside(&scratch);
	assert_int_equal(scratch_read_like(&scratch, "words.db.broken-", kept, sizeof(kept)),
			 sizeof(kept));
	assert_memory_equal(noise, kept, sizeof(noise));
	scratch_remove(&scratch);
}

/* CON-5: SQLite takes an empty file for a new database; here it is damage. */
static void an_empty_file_is_set_aside(void **state)
{
	struct scratch scratch;

	(void)state;
	scratch_make(&scratch);
	fill(&scratch, 5);
	assert_int_equal(truncate(scratch_path(&scratch, "words.db"), 0), 0);
	expect_set_aside(&scratch);
	scratch_remove(&scratch);
}

/* CON-5: at every length that is not the whole. */
static void a_truncated_file_is_set_aside(void **state)
{
	(void)state;
	for (int part = 1; part < 8; part++) {
		struct scratch scratch;
		struct stat st;

		scratch_make(&scratch);
		fill(&scratch, 600);
		assert_int_equal(stat(scratch_path(&scratch, "words.db"), &st), 0);
		assert_true(st.st_size > 4 * 4096);
		assert_int_equal(truncate(scratch_path(&scratch, "words.db"),
					  st.st_size * part / 8 - 100), 0);
		expect_set_aside(&scratch);
		scratch_remove(&scratch);
	}
}

/* CON-5 */
static void a_page_of_zeroes_is_found(void **state)
{
	static const char zeroes[4096];
	struct scratch scratch;

	(void)state;
	scratch_make(&scratch);
	fill(&scratch, 600);
	scratch_write(&scratch, "words.db", 2 * 4096, zeroes, sizeof(zeroes));
	expect_set_aside(&scratch);
	scratch_remove(&scratch);
}

/* CON-5 */
static void a_database_of_another_program_is_set_aside(void **state)
{
	struct scratch scratch;
	sqlite3 *db;

	(void)state;
	scratch_make(&scratch);
	assert_int_equal(mkdir(scratch.directory, 0700), 0);
	assert_int_equal(sqlite3_open(scratch_path(&scratch, "words.db"), &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "CREATE TABLE word (text); INSERT INTO word VALUES (1)",
				      NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	assert_int_equal(chmod(scratch_path(&scratch, "words.db"), 0600), 0);
	expect_set_aside(&scratch);
	scratch_remove(&scratch);
}

/* CON-5: the sentence stays as long as the file does. */
static void the_notice_of_a_broken_file_survives_a_restart(void **state)
{
	struct devtask_store *store;
	struct scratch scratch;

	(void)state;
	scratch_make(&scratch);
	fill(&scratch, 5);
	assert_int_equal(truncate(scratch_path(&scratch, "words.db"), 50), 0);
	expect_set_aside(&scratch);
	fill(&scratch, 2);
	store = open_store(&scratch, &first);
	assert_non_null(devtask_store_notice(store));
	assert_int_equal(words(store), 2);
	devtask_store_close(store);
	scratch_remove_like(&scratch, "words.db.broken-");
	store = open_store(&scratch, &first);
	assert_null(devtask_store_notice(store));
	devtask_store_close(store);
	scratch_remove(&scratch);
}

/* CON-5: SQLite would delete a log that it finds beside a new file. */
static void the_log_of_a_lost_file_is_set_aside(void **state)
{
	struct scratch scratch;

	(void)state;
	scratch_make(&scratch);
	assert_int_equal(mkdir(scratch.directory, 0700), 0);
	scratch_write(&scratch, "words.db-wal", 0, "not empty", 9);
	expect_set_aside(&scratch);
	scratch_remove(&scratch);
}

/* CON-5: the name appears only on a whole file. */
static void an_interrupted_first_start_leaves_no_half_file(void **state)
{
	struct devtask_store *store;
	struct scratch scratch;

	(void)state;
	scratch_make(&scratch);
	assert_int_equal(mkdir(scratch.directory, 0700), 0);
	scratch_write(&scratch, "words.db.new", 0, "half", 4);
	scratch_write(&scratch, "words.db.new-journal", 0, "half", 4);
	store = open_store(&scratch, &first);
	assert_null(devtask_store_notice(store));
	assert_int_equal(words(store), 0);
	devtask_store_close(store);
	assert_int_equal(scratch_count(&scratch, "words.db.new"), 0);
	scratch_remove(&scratch);
}

/* CON-5: a half-written end of the log is not trusted; what was committed before stays. */
static void a_torn_end_of_the_log_loses_nothing_that_was_committed_before(void **state)
{
	struct devtask_store *store;
	char path[PATH_MAX];
	struct scratch scratch;
	struct stat st;

	(void)state;
	scratch_make(&scratch);
	fill_and_die(&scratch, 10);
	snprintf(path, sizeof(path), "%s", scratch_path(&scratch, "words.db-wal"));
	assert_int_equal(stat(path, &st), 0);
	assert_true(st.st_size > 4096);
	scratch_write(&scratch, "words.db-wal", st.st_size, "torn frame", 10);
	store = open_store(&scratch, &first);
	assert_null(devtask_store_notice(store));
	assert_int_equal(words(store), 10);
	devtask_store_close(store);
	scratch_remove(&scratch);
}

/* CON-5 */
static void an_older_version_is_migrated_with_what_is_in_it(void **state)
{
	struct devtask_store *store;
	struct scratch scratch;

	(void)state;
	scratch_make(&scratch);
	fill(&scratch, 10);
	store = open_store(&scratch, &later);
	assert_int_equal(ask(store, "PRAGMA user_version"), 3);
	assert_int_equal(words(store), 10);
	assert_int_equal(ask(store, "SELECT sum(length) FROM word"), 60);
	devtask_store_close(store);
	store = open_store(&scratch, &later);
	assert_int_equal(ask(store, "SELECT sum(length) FROM word"), 60);
	devtask_store_close(store);
	scratch_remove(&scratch);
}

/* CON-5 */
static void a_migration_that_fails_changes_nothing(void **state)
{
	struct devtask_error error = { 0 };
	struct devtask_store *store;
	struct scratch scratch;

	(void)state;
	scratch_make(&scratch);
	fill(&scratch, 10);
	assert_true(try_open(&scratch, &failing, &error) < 0);
	store = open_store(&scratch, &first);
	assert_null(devtask_store_notice(store));
	assert_int_equal(ask(store, "PRAGMA user_version"), 1);
	assert_int_equal(words(store), 10);
	devtask_store_close(store);
	scratch_remove(&scratch);
}

/* CON-5: going back to an older release loses nothing. */
static void a_newer_version_is_refused_and_left_alone(void **state)
{
	struct devtask_error error = { 0 };
	struct devtask_store *store;
	struct scratch scratch;

	(void)state;
	scratch_make(&scratch);
	devtask_store_close(open_store(&scratch, &later));
	assert_int_equal(try_open(&scratch, &first, &error), -EPROTO);
	assert_int_equal(error.exit, DEVTASK_EXIT_ABI);
	assert_non_null(strstr(error.text, "version 3"));
	assert_int_equal(scratch_count(&scratch, "words.db.broken-"), 0);
	store = open_store(&scratch, &later);
	assert_int_equal(ask(store, "PRAGMA user_version"), 3);
	devtask_store_close(store);
	scratch_remove(&scratch);
}

/* CON-5 */
static void a_directory_that_cannot_be_made_is_an_error_with_a_reason(void **state)
{
	struct devtask_error error = { 0 };
	struct scratch scratch;

	(void)state;
	scratch_make(&scratch);
	strcat(scratch.directory, "/no/such/place");
	assert_int_equal(try_open(&scratch, &first, &error), -ENOENT);
	assert_non_null(strstr(error.text, "no/such/place"));
	scratch_remove(&scratch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_stored_is_there_after_reopening),
		cmocka_unit_test(commits_are_synchronous_in_a_write_ahead_log),
		cmocka_unit_test(directory_and_files_are_of_root_alone),
		cmocka_unit_test(a_file_that_others_could_read_is_closed_to_them),
		cmocka_unit_test(a_file_that_others_could_write_is_refused),
		cmocka_unit_test(a_file_of_another_user_is_refused),
		cmocka_unit_test(a_link_in_place_of_file_or_directory_is_refused),
		cmocka_unit_test(a_second_name_of_another_file_is_refused),
		cmocka_unit_test(a_device_or_a_directory_in_place_of_the_file_is_refused),
		cmocka_unit_test(a_file_of_noise_is_set_aside_and_kept),
		cmocka_unit_test(an_empty_file_is_set_aside),
		cmocka_unit_test(a_truncated_file_is_set_aside),
		cmocka_unit_test(a_page_of_zeroes_is_found),
		cmocka_unit_test(a_database_of_another_program_is_set_aside),
		cmocka_unit_test(the_notice_of_a_broken_file_survives_a_restart),
		cmocka_unit_test(the_log_of_a_lost_file_is_set_aside),
		cmocka_unit_test(an_interrupted_first_start_leaves_no_half_file),
		cmocka_unit_test(a_torn_end_of_the_log_loses_nothing_that_was_committed_before),
		cmocka_unit_test(an_older_version_is_migrated_with_what_is_in_it),
		cmocka_unit_test(a_migration_that_fails_changes_nothing),
		cmocka_unit_test(a_newer_version_is_refused_and_left_alone),
		cmocka_unit_test(a_directory_that_cannot_be_made_is_an_error_with_a_reason),
	};

	return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
