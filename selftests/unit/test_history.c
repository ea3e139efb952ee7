// SPDX-License-Identifier: GPL-2.0-only
/*
 * The history: ADM-2 (all records of a request, with one trigger, surviving a restart), CON-5 for
 * its file. What goes to the journal is in test_journal.c.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "history.h"
#include "scratch.h"
#include "unit.h"

#define TRIGGER		"6b7a4a0c-1d3e-4f5a-8b9c-0d1e2f3a4b5c"
#define OTHER		"00000000-1d3e-4f5a-8b9c-0d1e2f3a4b5c"
#define LOGGER		"org.example.Logger"
#define DAY_NS		(24ull * 3600 * 1000 * 1000 * 1000)

static struct scratch scratch;
static struct devtask_history *history;

/* These tests are about the file. */
void devtask_journal_note(const struct devtask_record *record)
{
	(void)record;
}

static void start(void)
{
	assert_int_equal(devtask_history_create(&history, scratch.directory, NULL), 0);
}

static void stop(void)
{
	devtask_history_destroy(history);
	history = NULL;
}

static int set_up(void **state)
{
	(void)state;
	scratch_make(&scratch);
	start();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	stop();
	scratch_remove(&scratch);
	return 0;
}

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static struct devtask_record plain(uint32_t kind)
{
	return (struct devtask_record){ .kind = kind, .type = DEVTASK_TYPE_USE, .uid = 1000,
					.trigger = TRIGGER, .app = LOGGER };
}

static void note(const struct devtask_record *record)
{
	assert_int_equal(devtask_history_note(history, record), 0);
}

struct seen {
	int count;
	char devices[1024];
	struct devtask_record last;
	int stop_after;
};

static bool see(const struct devtask_record *record, void *context)
{
	struct seen *seen = context;

	seen->count++;
	seen->last = *record;
	if (record->device)
		strcat(strcat(seen->devices, record->device), " ");
	return seen->count != seen->stop_after;
}

static struct seen ask(struct devtask_history_filter filter)
{
	struct seen seen = { 0 };
	struct devtask_error error = { 0 };

	if (devtask_history_query(history, &filter, see, &seen, &error))
		fail_msg("%s", error.text);
	return seen;
}

static const struct devtask_history_filter everything = { .uid = DEVTASK_HISTORY_ALL_USERS };

static void note_device(const char *device, const char *app, uint32_t uid, const char *trigger,
			uint64_t time_ns)
{
	struct devtask_record record = plain(DEVTASK_RECORD_REQUESTED);

	record.device = device;
	record.app = app;
	record.uid = uid;
	record.trigger = trigger;
	record.time_ns = time_ns;
	note(&record);
}

static bool compare_full(const struct devtask_record *record, void *context)
{
	const struct devtask_record *want = context;

	assert_int_equal(record->has, want->has);
	for (size_t i = 0; i < devtask_record_field_count; i++) {
		const struct devtask_record_field *field = &devtask_record_fields[i];

		assert_true(devtask_record_knows(record, field));
		if (field->format == DEVTASK_RECORD_TEXT)
			assert_string_equal(devtask_record_text(record, field),
					    devtask_record_text(want, field));
		else
			assert_true(devtask_record_number(record, field) ==
				    devtask_record_number(want, field));
	}
	return true;
}

/* ADM-2 */
static void every_member_of_a_record_comes_back(void **state)
{
	struct devtask_record full = {
		.kind = DEVTASK_RECORD_FINISHED, .type = DEVTASK_TYPE_SERVICING,
		.has = DEVTASK_RECORD_HAS_REASON | DEVTASK_RECORD_HAS_VERDICT |
		       DEVTASK_RECORD_HAS_EXIT | DEVTASK_RECORD_HAS_MEASURED |
		       DEVTASK_RECORD_HAS_TASK | DEVTASK_RECORD_HAS_USAGE,
		.uid = UINT32_MAX - 1, .time_ns = now_ns(), .boottime_ns = 12345,
		.trigger = TRIGGER, .app = LOGGER, .device = "usb:1209:0001:SN",
		.hardware_id = "usb:1209:0001", .program = "/usr/lib/logger/sync",
		.arguments = "two\nlines, \"quotes\" and 'more'; --", .sentence = "it ended",
		.task_id = UINT32_MAX, .reason = DEVTASK_REASON_IDLE_TASK,
		.detail = DEVTASK_DETAIL_NO_IO, .verdict = DEVTASK_VERDICT_DENIED_BY_SYSTEM,
		.reasons = UINT64_MAX, .measured = UINT64_MAX, .required = 5000000000ull,
		.exit_status = 256, .ops = 1ull << 63, .bytes = 1ull << 40, .duration_ns = 7,
	};

	(void)state;
	note(&full);
	stop();
	start();
	assert_int_equal(devtask_history_query(history, &everything, compare_full, &full, NULL), 0);
	assert_int_equal(ask(everything).count, 1);
}

/* ADM-2: nothing is made up. */
static void what_is_not_known_stays_unknown(void **state)
{
	struct devtask_record record = { .kind = DEVTASK_RECORD_STARTED };
	struct seen seen;

	(void)state;
	note(&record);
	seen = ask(everything);
	assert_int_equal(seen.last.has, 0);
	assert_null(seen.last.app);
	assert_null(seen.last.trigger);
	assert_true(seen.last.time_ns / 1000000000 >= now_ns() / 1000000000 - 60);
	assert_true(seen.last.boottime_ns > 0);
}

/* ADM-2 */
static void the_records_of_a_request_are_found_by_its_trigger_in_order(void **state)
{
	struct devtask_record record;
	struct seen seen;

	(void)state;
	for (uint32_t kind = 0; kind <= DEVTASK_RECORD_KIND_MAX; kind++) {
		record = plain(kind);
		record.device = devtask_name_of(&devtask_record_names, kind);
		note(&record);
		note_device("other", LOGGER, 1000, OTHER, 0);
	}
	seen = ask((struct devtask_history_filter){ .uid = DEVTASK_HISTORY_ALL_USERS,
						    .trigger = TRIGGER });
	assert_string_equal(seen.devices,
			    "requested started canceled finished denied failed warned detached "
			    "attached ");
}

/* ADM-2: an ordinary user sees own records. */
static void filters_narrow_by_user_app_and_time(void **state)
{
	uint64_t now = now_ns();

	(void)state;
	note_device("a", LOGGER, 1000, TRIGGER, now - 5 * DAY_NS);
	note_device("b", "org.example.Pump", 1000, OTHER, now - 3 * DAY_NS);
	note_device("c", LOGGER, 1001, OTHER, now - 2 * DAY_NS);
	note_device("d", LOGGER, 1000, TRIGGER, now - DAY_NS);
	assert_string_equal(ask(everything).devices, "a b c d ");
	assert_string_equal(ask((struct devtask_history_filter){ .uid = 1000 }).devices, "a b d ");
	assert_string_equal(ask((struct devtask_history_filter){
		.uid = 1000, .app = LOGGER }).devices, "a d ");
	assert_string_equal(ask((struct devtask_history_filter){
		.uid = DEVTASK_HISTORY_ALL_USERS, .since_ns = now - 2 * DAY_NS }).devices, "c d ");
	assert_string_equal(ask((struct devtask_history_filter){
		.uid = DEVTASK_HISTORY_ALL_USERS, .limit = 2 }).devices, "c d ");
	assert_string_equal(ask((struct devtask_history_filter){ .uid = 0 }).devices, "");
}

/* ADM-2: page by page, as the tool reads. */
static void pages_go_on_behind_the_last_record(void **state)
{
	struct devtask_history_filter filter = everything;
	struct seen seen = { .stop_after = 2 };

	(void)state;
	for (int i = 0; i < 5; i++)
		note_device((const char *[]){ "a", "b", "c", "d", "e" }[i], LOGGER, 1000, TRIGGER, 0);
	assert_int_equal(devtask_history_query(history, &filter, see, &seen, NULL), 0);
	assert_string_equal(seen.devices, "a b ");
	filter.after = seen.last.id;
	assert_string_equal(ask(filter).devices, "c d e ");
}

/* ADM-2 */
static void old_records_are_pruned_by_age(void **state)
{
	uint64_t now = now_ns();

	(void)state;
	note_device("ancient", LOGGER, 1000, TRIGGER, now - 91 * DAY_NS);
	note_device("old", LOGGER, 1000, TRIGGER, now - 89 * DAY_NS);
	note_device("new", LOGGER, 1000, TRIGGER, now);
	assert_string_equal(ask(everything).devices, "old new ");
	devtask_history_keep(history, DAY_NS, 100);
	note_device("newer", LOGGER, 1000, TRIGGER, now);
	assert_string_equal(ask(everything).devices, "new newer ");
}

/* ADM-2 */
static void the_oldest_records_are_pruned_by_count(void **state)
{
	char device[16];
	struct seen seen;

	(void)state;
	devtask_history_keep(history, 90 * DAY_NS, 10);
	for (int i = 0; i < 35; i++) {
		snprintf(device, sizeof(device), "%d", i);
		note_device(device, LOGGER, 1000, TRIGGER, 0);
	}
	seen = ask(everything);
	assert_string_equal(seen.devices, "25 26 27 28 29 30 31 32 33 34 ");
	assert_int_equal(seen.last.id, 35);
}

/* ADM-2: a number of a record is never given again. */
static void numbers_go_on_after_a_restart(void **state)
{
	int64_t before;

	(void)state;
	note_device("a", LOGGER, 1000, TRIGGER, 0);
	before = ask(everything).last.id;
	devtask_history_keep(history, 0, 1);
	stop();
	start();
	note_device("b", LOGGER, 1000, TRIGGER, 0);
	assert_true(ask(everything).last.id > before);
}

/* ADM-2, CON-5: the journal has the records, the helper lives. */
static void a_history_that_cannot_be_written_is_no_fault_of_the_request(void **state)
{
	struct devtask_record record = plain(DEVTASK_RECORD_REQUESTED);
	struct devtask_error error = { 0 };
	struct seen seen = { 0 };

	(void)state;
	stop();
	scratch_clear(&scratch);
	close(open(scratch.directory, O_CREAT | O_WRONLY, 0600));
	start();
	assert_true(devtask_history_note(history, &record) < 0);
	assert_true(devtask_history_query(history, &everything, see, &seen, &error) < 0);
	assert_true(strlen(error.text) > 20);
	assert_int_equal(unlink(scratch.directory), 0);
	note(&record);
	assert_int_equal(ask(everything).count, 1);
}

/* CON-5 */
static void a_broken_history_is_set_aside_and_said(void **state)
{
	(void)state;
	note_device("a", LOGGER, 1000, TRIGGER, 0);
	stop();
	assert_int_equal(truncate(scratch_path(&scratch, "history.db"), 5000), 0);
	start();
	assert_int_equal(ask(everything).count, 0);
	assert_non_null(strstr(devtask_history_notice(history), "history.db.broken-"));
	note_device("b", LOGGER, 1000, TRIGGER, 0);
	assert_string_equal(ask(everything).devices, "b ");
}

/* ADM-2, CON-5 */
static void a_killed_writer_loses_no_record(void **state)
{
	(void)state;
	srand(3);
	for (int round = 0; round < 100; round++) {
		int said[2], status, before, count = 0;
		char byte;
		pid_t pid;

		before = ask(everything).count;
		stop();
		assert_int_equal(pipe(said), 0);
		pid = fork();
		if (!pid) {
			struct devtask_record record = plain(DEVTASK_RECORD_REQUESTED);

			start();
			while (!devtask_history_note(history, &record) && write(said[1], "", 1) == 1)
				;
			_exit(1);
		}
		close(said[1]);
		assert_int_equal(read(said[0], &byte, 1), 1);
		usleep((unsigned int)rand() % 4000);
		kill(pid, SIGKILL);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFSIGNALED(status));
		do
			count++;
		while (read(said[0], &byte, 1) == 1);
		close(said[0]);
		start();
		assert_null(devtask_history_notice(history));
		assert_in_range(ask(everything).count, before + count, before + count + 1);
	}
}

/* ADM-2: Servicing 1 to 6, use 10 to 15. */
static void log_ids_are_those_of_the_source(void **state)
{
	struct devtask_record record = { .type = DEVTASK_TYPE_SERVICING };

	(void)state;
	for (uint32_t kind = 0; kind <= DEVTASK_RECORD_KIND_MAX; kind++) {
		record.kind = kind;
		record.type = DEVTASK_TYPE_SERVICING;
		assert_int_equal(devtask_record_log_id(&record), 1 + kind);
		record.type = DEVTASK_TYPE_USE;
		assert_int_equal(devtask_record_log_id(&record), 10 + kind);
	}
}

/* ADM-2 */
static void members_are_spelled_as_everywhere(void **state)
{
	struct devtask_record record = plain(DEVTASK_RECORD_DENIED);
	char text[128], all[1024] = "";

	(void)state;
	record.has = DEVTASK_RECORD_HAS_VERDICT;
	record.verdict = DEVTASK_VERDICT_LOW_BATTERY;
	record.reasons = 1ull << DEVTASK_CHECK_BATTERY | 1ull << DEVTASK_CHECK_FOREGROUND | 1ull << 63;
	for (size_t i = 0; i < devtask_record_field_count; i++)
		if (devtask_record_knows(&record, &devtask_record_fields[i]))
			strcat(strcat(all, devtask_record_spell(&record, &devtask_record_fields[i],
								text, sizeof(text))), "|");
	assert_string_equal(all, "denied|use|1000|0|0|" TRIGGER "|" LOGGER "|"
			    "low-battery|foreground battery 63|");
}

#define WITH_STORE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_STORE(every_member_of_a_record_comes_back),
		WITH_STORE(what_is_not_known_stays_unknown),
		WITH_STORE(the_records_of_a_request_are_found_by_its_trigger_in_order),
		WITH_STORE(filters_narrow_by_user_app_and_time),
		WITH_STORE(pages_go_on_behind_the_last_record),
		WITH_STORE(old_records_are_pruned_by_age),
		WITH_STORE(the_oldest_records_are_pruned_by_count),
		WITH_STORE(numbers_go_on_after_a_restart),
		WITH_STORE(a_history_that_cannot_be_written_is_no_fault_of_the_request),
		WITH_STORE(a_broken_history_is_set_aside_and_said),
		WITH_STORE(a_killed_writer_loses_no_record),
		cmocka_unit_test(log_ids_are_those_of_the_source),
		cmocka_unit_test(members_are_spelled_as_everywhere),
	};

	return cmocka_run_group_tests_name("history", tests, NULL, NULL);
}
