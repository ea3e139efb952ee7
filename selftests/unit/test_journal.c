// SPDX-License-Identifier: GPL-2.0-only
/*
 * Records in the journal (ADM-2). The linker puts these functions in the place of the journal's,
 * and of access(2), by which the room sees whether there is a journal.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "journal.h"
#include "log.h"
#include "record.h"
#include "unit.h"

#define TRIGGER	"6b7a4a0c-1d3e-4f5a-8b9c-0d1e2f3a4b5c"

int __wrap_access(const char *path, int mode);
int __real_access(const char *path, int mode);
int __wrap_sd_journal_sendv(const struct iovec *fields, int count);

static bool journal_is_there = true;
static int journal_result;
static char entry[64][8192];	/* the fields of the last entry */
static int field_count, entry_count;

int __wrap_access(const char *path, int mode)
{
	if (strcmp(path, "/run/systemd/journal/socket"))
		return __real_access(path, mode);
	errno = ENOENT;
	return journal_is_there ? 0 : -1;
}

int __wrap_sd_journal_sendv(const struct iovec *fields, int count)
{
	assert_in_range(count, 1, 64);
	entry_count++;
	field_count = count;
	for (int i = 0; i < count; i++)
		snprintf(entry[i], sizeof(entry[i]), "%.*s", (int)fields[i].iov_len,
			 (const char *)fields[i].iov_base);
	return journal_result;
}

static int set_up(void **state)
{
	(void)state;
	journal_is_there = true;
	journal_result = field_count = entry_count = 0;
	return 0;
}

static const char *field(const char *name)
{
	size_t length = strlen(name);

	for (int i = 0; i < field_count; i++)
		if (!strncmp(entry[i], name, length) && entry[i][length] == '=')
			return entry[i] + length + 1;
	return NULL;
}

static const struct devtask_record canceled = {
	.kind = DEVTASK_RECORD_CANCELED, .type = DEVTASK_TYPE_SERVICING, .uid = 1000,
	.time_ns = 1, .boottime_ns = 2, .trigger = TRIGGER, .app = "org.example.Logger",
	.device = "usb:1209:0001:SN", .hardware_id = "usb:1209:0001",
	.program = "/usr/lib/logger/update", .arguments = "one\ntwo=2", .task_id = 7,
	.reason = DEVTASK_REASON_EXECUTION_TIME_EXCEEDED, .detail = DEVTASK_DETAIL_WALL_CLOCK,
	.measured = 1800500000000ull, .required = 1800000000000ull,
	.ops = 12, .bytes = 3456, .duration_ns = 1800500000000ull,
	.has = DEVTASK_RECORD_HAS_REASON | DEVTASK_RECORD_HAS_MEASURED |
	       DEVTASK_RECORD_HAS_TASK | DEVTASK_RECORD_HAS_USAGE,
};

/* What @record prints on standard error. */
static const char *printed(const struct devtask_record *record)
{
	static char text[4096];
	int saved = dup(STDERR_FILENO);
	FILE *file = tmpfile();
	size_t length;

	assert_non_null(file);
	fflush(stderr);
	dup2(fileno(file), STDERR_FILENO);
	devtask_journal_note(record);
	fflush(stderr);
	dup2(saved, STDERR_FILENO);
	close(saved);
	rewind(file);
	length = fread(text, 1, sizeof(text) - 1, file);
	text[length] = '\0';
	fclose(file);
	return text;
}

/* ADM-2 */
static void an_entry_has_a_field_for_every_known_member(void **state)
{
	static const char *const want[][2] = {
		{ "MESSAGE_ID", DEVTASK_MESSAGE_CANCELED }, { "PRIORITY", "5" },
		{ "DEVTASK_LOG_ID", "3" }, { "DEVTASK_KIND", "canceled" },
		{ "DEVTASK_TYPE", "servicing" }, { "DEVTASK_UID", "1000" },
		{ "DEVTASK_TRIGGER", TRIGGER }, { "DEVTASK_APP", "org.example.Logger" },
		{ "DEVTASK_DEVICE", "usb:1209:0001:SN" },
		{ "DEVTASK_HARDWARE_ID", "usb:1209:0001" },
		{ "DEVTASK_PROGRAM", "/usr/lib/logger/update" },
		{ "DEVTASK_ARGUMENTS", "one\ntwo=2" }, { "DEVTASK_TASK_ID", "7" },
		{ "DEVTASK_REASON", "execution-time-exceeded" },
		{ "DEVTASK_DETAIL", "wall-clock" }, { "DEVTASK_MEASURED", "1800500000000" },
		{ "DEVTASK_REQUIRED", "1800000000000" }, { "DEVTASK_OPS", "12" },
		{ "DEVTASK_BYTES", "3456" }, { "DEVTASK_DURATION_NS", "1800500000000" },
		{ "DEVTASK_TIME_NS", "1" }, { "DEVTASK_BOOTTIME_NS", "2" },
	};

	(void)state;
	printed(&canceled);
	assert_int_equal(entry_count, 1);
	for (size_t i = 0; i < sizeof(want) / sizeof(*want); i++) {
		if (!field(want[i][0]))
			fail_msg("no %s", want[i][0]);
		assert_string_equal(field(want[i][0]), want[i][1]);
	}
	assert_int_equal(field_count, sizeof(want) / sizeof(*want) + 1);	/* and MESSAGE */
	assert_null(field("DEVTASK_VERDICT"));
	assert_null(field("DEVTASK_EXIT_STATUS"));
	assert_null(field("DEVTASK_SENTENCE"));
}

/* ADM-2: scripts know them; they never change. */
static void every_kind_has_its_own_stable_message_id(void **state)
{
	static const char *const stable[] = {
		"11ac9faafeaf439094df5747e6329854", "97383133577f4df0a0489f50e44945c6",
		"66c1c28dda224b88848baa348dd99884", "496daca77a644d6792ce490275d41448",
		"5ce7147ecbbb4a7d9e17aa93250f2505", "2668db99cf414e44ade693e354014bfa",
		"3b973b084b3241fa9f2481cbeb74f0fe", "b8851870bf9c41efb84d2a9abbb19c57",
		"cd8e1a73881c4c9b81e28a46206a0c47",
	};
	struct devtask_record record = canceled;

	(void)state;
	for (uint32_t kind = 0; kind <= DEVTASK_RECORD_KIND_MAX; kind++) {
		record.kind = kind;
		printed(&record);
		assert_string_equal(field("MESSAGE_ID"), stable[kind]);
	}
	assert_null(devtask_journal_message_id(DEVTASK_RECORD_KIND_MAX + 1));
}

/* ADM-2 */
static void the_message_is_one_line_that_says_it_all(void **state)
{
	struct devtask_record record = {
		.kind = DEVTASK_RECORD_DENIED, .type = DEVTASK_TYPE_USE, .uid = 1000,
		.trigger = TRIGGER, .app = "org.example\n\033[2J.Fake", .device = "usb:1209:0001",
		.has = DEVTASK_RECORD_HAS_VERDICT, .verdict = DEVTASK_VERDICT_DENIED_BY_SYSTEM,
		.reasons = 1ull << DEVTASK_CHECK_FOREGROUND,
		.sentence = "the app is not in the foreground",
	};

	(void)state;
	printed(&record);
	assert_string_equal(field("MESSAGE"), "denied: use of usb:1209:0001 by "
			    "org.example  [2J.Fake for user 1000: denied-by-system: "
			    "the app is not in the foreground");
	assert_string_equal(field("DEVTASK_REASONS"), "foreground");
	printed(&canceled);
	assert_string_equal(field("MESSAGE"), "canceled: servicing of usb:1209:0001:SN by "
			    "org.example.Logger for user 1000: execution-time-exceeded "
			    "(wall-clock), 30 min 00 s, 12 operations, 3456 bytes");
}

/* ADM-2 */
static void without_a_journal_the_line_is_on_standard_error(void **state)
{
	const char *text;

	(void)state;
	journal_is_there = false;
	text = printed(&canceled);
	assert_int_equal(entry_count, 0);
	assert_non_null(strstr(text, "canceled: servicing of usb:1209:0001:SN"));
}

/* ADM-2 */
static void a_journal_that_takes_nothing_loses_no_line(void **state)
{
	(void)state;
	journal_result = -ENOBUFS;
	assert_non_null(strstr(printed(&canceled), "canceled: servicing"));
	assert_int_equal(entry_count, 1);
}

/* ADM-2: on a terminal the line is seen as well. */
static void a_terminal_sees_the_line_beside_the_journal(void **state)
{
	(void)state;
	assert_non_null(strstr(printed(&canceled), "canceled: servicing"));
	assert_int_equal(entry_count, 1);
}

/* ADM-2: a longer text than the line has room for is whole in its field. */
static void a_long_text_is_cut_in_the_line_only(void **state)
{
	struct devtask_record record = canceled;
	char sentence[2000];

	(void)state;
	memset(sentence, 'a', sizeof(sentence) - 1);
	sentence[sizeof(sentence) - 1] = '\0';
	record.sentence = sentence;
	printed(&record);
	assert_string_equal(field("DEVTASK_SENTENCE"), sentence);
	assert_true(strlen(field("MESSAGE")) < 1024);
}

/* ADM-2: the journal takes a message that is no text, and shows it to nobody. */
static void the_message_is_text_and_the_fields_are_what_was_given(void **state)
{
	struct devtask_record record = canceled;

	(void)state;
	record.sentence = "held open by \xc3(bash";
	record.arguments = "\xff";
	assert_non_null(strstr(printed(&record), "held open by \xef\xbf\xbd(bash"));
	assert_non_null(strstr(field("MESSAGE"), "held open by \xef\xbf\xbd(bash"));
	assert_string_equal(field("DEVTASK_ARGUMENTS"), "\xff");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(an_entry_has_a_field_for_every_known_member, set_up),
		cmocka_unit_test_setup(every_kind_has_its_own_stable_message_id, set_up),
		cmocka_unit_test_setup(the_message_is_one_line_that_says_it_all, set_up),
		cmocka_unit_test_setup(without_a_journal_the_line_is_on_standard_error, set_up),
		cmocka_unit_test_setup(a_journal_that_takes_nothing_loses_no_line, set_up),
		cmocka_unit_test_setup(a_terminal_sees_the_line_beside_the_journal, set_up),
		cmocka_unit_test_setup(a_long_text_is_cut_in_the_line_only, set_up),
		cmocka_unit_test_setup(the_message_is_text_and_the_fields_are_what_was_given, set_up),
	};

	return cmocka_run_group_tests_name("journal", tests, NULL, NULL);
}
