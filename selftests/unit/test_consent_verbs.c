// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who may see and change which stored answers and records, over a real socket: CON-4 (at any
 * time), CON-6 (an app cannot answer for the user), ADM-1, ADM-2.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <json-c/json.h>
#include <sqlite3.h>
#include <systemd/sd-event.h>

#include "consent.h"
#include "consent_verbs.h"
#include "history.h"
#include "history_verbs.h"
#include "message.h"
#include "scratch.h"
#include "unit.h"

#define LOGGER	"org.example.Logger"
#define MODEL	"usb:1209:0001"
#define HOUR_NS	(3600ll * 1000 * 1000 * 1000)

static sd_event *loop;
static struct devtask_control *control;
static struct devtask_consent *consent;
static struct devtask_history *history;
static struct scratch scratch;
static char path[96];
static int revoked;

/* These tests are about the socket. */
void devtask_journal_note(const struct devtask_record *record)
{
	(void)record;
}

static void count_revoked(const struct devtask_consent_key *key, void *context)
{
	(void)key;
	(void)context;
	revoked++;
}

static int set_up(void **state)
{
	(void)state;
	/* Only root can be two users. */
	if (geteuid())
		skip();
	revoked = 0;
	scratch_make(&scratch);
	assert_int_equal(chmod(scratch.root, 0755), 0);
	snprintf(path, sizeof(path), "%s/control", scratch.root);
	assert_true(sd_event_new(&loop) >= 0);
	assert_int_equal(devtask_consent_create(&consent, scratch.directory, NULL), 0);
	assert_int_equal(devtask_history_create(&history, scratch.directory, NULL), 0);
	assert_int_equal(devtask_control_create(&control, loop, path, NULL), 0);
	assert_int_equal(devtask_control_add(control, devtask_consent_verbs, consent), 0);
	assert_int_equal(devtask_control_add(control, devtask_history_verbs, history), 0);
	assert_int_equal(devtask_consent_watch(consent, count_revoked, NULL, NULL), 0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	devtask_control_destroy(control);
	devtask_consent_destroy(consent);
	devtask_history_destroy(history);
	sd_event_unref(loop);
	scratch_remove(&scratch);
	return 0;
}

/* A connection on which a program of @uid has asked @verb with the members @more. */
static int ask_open(uid_t uid, const char *verb, const char *more)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	char text[1024];
	int fd;

	strcpy(address.sun_path, path);
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	assert_int_equal(seteuid(uid), 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(seteuid(0), 0);
	snprintf(text, sizeof(text), "{\"verb\":\"%s\",\"abi_version\":%u%s%s}", verb,
		 (unsigned int)DEVTASK_PROGRAM_ABI, *more ? "," : "", more);
	assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
	while (sd_event_run(loop, 0) > 0)
		;
	return fd;
}

/* What the helper answers. */
static json_object *ask(uid_t uid, const char *verb, const char *more)
{
	static char packet[DEVTASK_MESSAGE_MAX];
	struct devtask_error error = { 0 };
	int fd = ask_open(uid, verb, more);
	json_object *answer;
	ssize_t length;

	length = recv(fd, packet, sizeof(packet), MSG_DONTWAIT);
	assert_true(length > 0);
	close(fd);
	answer = devtask_message_parse(packet, (size_t)length, &error);
	assert_non_null(answer);
	return answer;
}

static void allowed(uid_t uid, const char *verb, const char *more)
{
	json_object *answer = ask(uid, verb, more);

	if (!json_object_get_boolean(json_object_object_get(answer, "ok")))
		fail_msg("%s", json_object_get_string(answer));
	json_object_put(answer);
}

static void refused(uid_t uid, const char *verb, const char *more, int exit_code,
		    const char *part)
{
	json_object *answer = ask(uid, verb, more);

	assert_false(json_object_get_boolean(json_object_object_get(answer, "ok")));
	assert_int_equal(json_object_get_int(json_object_object_get(answer, "exit")), exit_code);
	if (!strstr(json_object_get_string(json_object_object_get(answer, "error")), part))
		fail_msg("%s", json_object_get_string(answer));
	json_object_put(answer);
}

static enum devtask_consent_answer stored(uid_t uid)
{
	struct devtask_consent_key key = { uid, LOGGER, MODEL };
	enum devtask_consent_answer answer;

	assert_int_equal(devtask_consent_get(consent, &key, &answer, NULL), 0);
	return answer;
}

static void store(uid_t uid, const char *app, enum devtask_consent_answer answer)
{
	struct devtask_consent_key key = { uid, app, MODEL };

	assert_int_equal(devtask_consent_set(consent, &key, answer, "agent", NULL), 0);
}

/* The answers become @ns older, as if the clock had gone on. */
static void let_time_pass(int64_t ns)
{
	char sql[96];
	sqlite3 *db;

	snprintf(sql, sizeof(sql), "UPDATE answer SET time_ns = time_ns - (%lld)",
		 (long long)ns);
	assert_int_equal(sqlite3_open(scratch_path(&scratch, "consent.db"), &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

#define SUBJECT	"\"app\":\"" LOGGER "\",\"device\":\"" MODEL "\""

/* CON-6 */
static void a_program_of_the_user_cannot_grant(void **state)
{
	(void)state;
	refused(1000, "consent-grant", SUBJECT, DEVTASK_EXIT_PERMISSION, "use sudo");
	assert_int_equal(stored(1000), DEVTASK_CONSENT_NONE);
	store(1000, LOGGER, DEVTASK_CONSENT_NO);
	refused(1000, "consent-grant", SUBJECT, DEVTASK_EXIT_PERMISSION,
		"an app could answer for you");
	assert_int_equal(stored(1000), DEVTASK_CONSENT_NO);
}

/* CON-4, CON-6 */
static void root_grants_for_a_user(void **state)
{
	(void)state;
	allowed(0, "consent-grant", SUBJECT ",\"uid\":1000");
	assert_int_equal(stored(1000), DEVTASK_CONSENT_YES);
	assert_int_equal(stored(0), DEVTASK_CONSENT_NONE);
}

/* CON-4 */
static void a_program_of_the_user_revokes_at_once(void **state)
{
	(void)state;
	store(1000, LOGGER, DEVTASK_CONSENT_YES);
	store(1001, LOGGER, DEVTASK_CONSENT_YES);
	allowed(1000, "consent-revoke", SUBJECT);
	assert_int_equal(stored(1000), DEVTASK_CONSENT_NO);
	assert_int_equal(stored(1001), DEVTASK_CONSENT_YES);
	assert_int_equal(revoked, 1);
}

/* CON-4: whichever unit of that model it is. */
static void the_device_may_be_named_with_its_serial_number(void **state)
{
	(void)state;
	store(1000, LOGGER, DEVTASK_CONSENT_YES);
	allowed(1000, "consent-revoke",
		"\"app\":\"" LOGGER "\",\"device\":\"usb:1209:0001:SN4711\"");
	assert_int_equal(stored(1000), DEVTASK_CONSENT_NO);
}

/* CON-4 */
static void nobody_but_root_touches_the_answers_of_others(void **state)
{
	static const char *const verbs[] = {
		"consent-list", "consent-grant", "consent-revoke", "consent-forget",
		"consent-follow", "history",
	};

	(void)state;
	store(1000, LOGGER, DEVTASK_CONSENT_YES);
	for (size_t i = 0; i < sizeof(verbs) / sizeof(*verbs); i++) {
		refused(1001, verbs[i], SUBJECT ",\"uid\":1000", DEVTASK_EXIT_PERMISSION, "");
		refused(1001, verbs[i], SUBJECT ",\"uid\":0", DEVTASK_EXIT_PERMISSION, "");
	}
	refused(1001, "consent-list", "\"all\":true", DEVTASK_EXIT_PERMISSION, "only root");
	refused(1001, "history", "\"all\":true", DEVTASK_EXIT_PERMISSION, "only root");
	assert_int_equal(stored(1000), DEVTASK_CONSENT_YES);
	assert_int_equal(revoked, 0);
}

/* CON-1, CON-6: else an app would ask until the answer is yes. */
static void a_fresh_no_is_not_forgotten_at_the_wish_of_a_program(void **state)
{
	(void)state;
	store(1000, LOGGER, DEVTASK_CONSENT_NO);
	refused(1000, "consent-forget", SUBJECT, DEVTASK_EXIT_PERMISSION, "for an hour");
	let_time_pass(HOUR_NS - 60000000000ll);
	refused(1000, "consent-forget", SUBJECT, DEVTASK_EXIT_PERMISSION, "for an hour");
	assert_int_equal(stored(1000), DEVTASK_CONSENT_NO);
	let_time_pass(120000000000ll);
	allowed(1000, "consent-forget", SUBJECT);
	assert_int_equal(stored(1000), DEVTASK_CONSENT_NONE);
}

/* CON-6: a clock that was set back makes no old no of a fresh one. */
static void a_no_from_the_future_is_firm(void **state)
{
	(void)state;
	store(1000, LOGGER, DEVTASK_CONSENT_NO);
	let_time_pass(-24 * HOUR_NS);
	refused(1000, "consent-forget", SUBJECT, DEVTASK_EXIT_PERMISSION, "for an hour");
}

/* CON-4 */
static void a_yes_is_forgotten_at_once_and_root_forgets_everything(void **state)
{
	(void)state;
	store(1000, LOGGER, DEVTASK_CONSENT_YES);
	allowed(1000, "consent-forget", SUBJECT);
	assert_int_equal(stored(1000), DEVTASK_CONSENT_NONE);
	assert_int_equal(revoked, 1);
	store(1000, LOGGER, DEVTASK_CONSENT_NO);
	allowed(0, "consent-forget", SUBJECT ",\"uid\":1000");
	assert_int_equal(stored(1000), DEVTASK_CONSENT_NONE);
	refused(0, "consent-forget", SUBJECT ",\"uid\":1000", DEVTASK_EXIT_NOT_THERE, "no answer");
}

/* ADM-1 */
static void a_request_that_makes_no_sense_is_refused(void **state)
{
	(void)state;
	refused(1000, "consent-revoke", "", DEVTASK_EXIT_USAGE, "must name");
	refused(1000, "consent-revoke", "\"app\":\"x\"", DEVTASK_EXIT_USAGE, "must name");
	refused(1000, "consent-revoke", "\"app\":7,\"device\":\"" MODEL "\"", DEVTASK_EXIT_USAGE,
		"must name");
	refused(1000, "consent-revoke", "\"app\":\"x\",\"device\":\"usb:1-1\"",
		DEVTASK_EXIT_USAGE, "usb:VVVV:PPPP");
	refused(1000, "consent-revoke", "\"app\":\"\",\"device\":\"" MODEL "\"",
		DEVTASK_EXIT_USAGE, "no name of an app");
	refused(1000, "history", "\"limit\":-1", DEVTASK_EXIT_USAGE, "limit");
	refused(1000, "history", "\"since_ns\":\"x\"", DEVTASK_EXIT_USAGE, "since_ns");
}

/* CON-4: page by page, with the longest names. */
static void all_answers_are_listed_whatever_their_number(void **state)
{
	json_object *answer, *answers, *entry;
	int count = 0, pages = 0;
	char app[256], more[64];
	bool goes_on = true;

	(void)state;
	memset(app, '"', sizeof(app) - 1);
	app[sizeof(app) - 1] = '\0';
	for (int i = 0; i < 250; i++) {
		app[snprintf(app, sizeof(app), "%05d", i)] = '"';
		store(1000, app, i % 2 ? DEVTASK_CONSENT_YES : DEVTASK_CONSENT_NO);
	}
	store(1001, LOGGER, DEVTASK_CONSENT_YES);
	for (; goes_on; pages++) {
		snprintf(more, sizeof(more), "\"offset\":%d", count);
		answer = ask(1000, "consent-list", more);
		answers = json_object_object_get(answer, "answers");
		for (size_t i = 0; i < json_object_array_length(answers); i++, count++) {
			entry = json_object_array_get_idx(answers, i);
			assert_int_equal(strtol(json_object_get_string(
				json_object_object_get(entry, "app")), NULL, 10), count);
			assert_string_equal(json_object_get_string(
				json_object_object_get(entry, "answer")), count % 2 ? "yes" : "no");
		}
		goes_on = json_object_get_boolean(json_object_object_get(answer, "more"));
		json_object_put(answer);
	}
	assert_int_equal(count, 250);
	assert_int_equal(pages, 3);
	answer = ask(0, "consent-list", "\"all\":true,\"offset\":249");
	assert_int_equal(json_object_array_length(json_object_object_get(answer, "answers")), 2);
	json_object_put(answer);
}

static void assert_told(int fd, const char *text)
{
	char packet[256];
	ssize_t length = recv(fd, packet, sizeof(packet) - 1, MSG_DONTWAIT);

	if (!text) {
		assert_int_equal(length, -1);
		assert_int_equal(errno, EAGAIN);
		return;
	}
	assert_true(length > 0);
	packet[length] = '\0';
	assert_string_equal(packet, text);
}

/* CON-4: so that a page of them is never old. */
static void who_follows_hears_of_each_change_of_own_answers(void **state)
{
	static const char changed[] = "{\"event\":\"consent-changed\"}";
	int own, others;

	(void)state;
	own = ask_open(1000, "consent-follow", "");
	others = ask_open(1001, "consent-follow", "");
	assert_told(own, "{\"ok\":true}");
	assert_told(others, "{\"ok\":true}");
	store(1000, LOGGER, DEVTASK_CONSENT_YES);
	assert_told(own, changed);
	allowed(1000, "consent-revoke", SUBJECT);
	assert_told(own, changed);
	allowed(0, "consent-forget", SUBJECT ",\"uid\":1000");
	assert_told(own, changed);
	store(1000, LOGGER, DEVTASK_CONSENT_NO);
	assert_told(own, changed);
	refused(1000, "consent-forget", SUBJECT, DEVTASK_EXIT_PERMISSION, "for an hour");
	assert_told(own, NULL);
	assert_told(others, NULL);
	assert_int_equal(revoked, 1);
	close(own);
	while (sd_event_run(loop, 0) > 0)
		;
	store(1000, LOGGER, DEVTASK_CONSENT_YES);
	assert_told(others, NULL);
	close(others);
}

/* CON-4, CON-6: how long a no stands is said with it. */
static void a_list_says_until_when_a_no_is_firm(void **state)
{
	json_object *answer, *entry;
	uint64_t time_ns;

	(void)state;
	store(1000, LOGGER, DEVTASK_CONSENT_NO);
	answer = ask(1000, "consent-list", "");
	entry = json_object_array_get_idx(json_object_object_get(answer, "answers"), 0);
	time_ns = json_object_get_uint64(json_object_object_get(entry, "time_ns"));
	assert_int_equal(json_object_get_uint64(json_object_object_get(entry, "firm_until_ns")),
			 time_ns + HOUR_NS);
	json_object_put(answer);
	store(1000, LOGGER, DEVTASK_CONSENT_YES);
	answer = ask(1000, "consent-list", "");
	assert_null(strstr(json_object_get_string(answer), "firm_until_ns"));
	json_object_put(answer);
}

/* CON-5: the tool says what happened to earlier answers. */
static void the_loss_of_answers_is_told_with_every_list(void **state)
{
	json_object *answer;

	(void)state;
	devtask_consent_destroy(consent);
	assert_int_equal(truncate(scratch_path(&scratch, "consent.db"), 0), 0);
	assert_int_equal(devtask_consent_create(&consent, scratch.directory, NULL), 0);
	devtask_control_destroy(control);
	assert_int_equal(devtask_control_create(&control, loop, path, NULL), 0);
	assert_int_equal(devtask_control_add(control, devtask_consent_verbs, consent), 0);
	answer = ask(1000, "consent-list", "");
	assert_non_null(strstr(json_object_get_string(json_object_object_get(answer, "notice")),
			       "consent.db.broken-"));
	json_object_put(answer);
}

static void note(uint32_t uid, uint32_t kind, const char *arguments)
{
	struct devtask_record record = {
		.kind = kind, .type = DEVTASK_TYPE_USE, .uid = uid, .app = LOGGER,
		.trigger = "6b7a4a0c-1d3e-4f5a-8b9c-0d1e2f3a4b5c", .arguments = arguments,
		.has = kind == DEVTASK_RECORD_DENIED ? DEVTASK_RECORD_HAS_VERDICT : 0,
		.verdict = DEVTASK_VERDICT_DENIED_BY_SYSTEM,
		.reasons = 1ull << DEVTASK_CHECK_FOREGROUND | 1ull << DEVTASK_CHECK_ATTACHED,
	};

	assert_int_equal(devtask_history_note(history, &record), 0);
}

static size_t count_records(uid_t uid, const char *more)
{
	json_object *answer = ask(uid, "history", more);
	size_t count = json_object_array_length(json_object_object_get(answer, "records"));

	json_object_put(answer);
	return count;
}

/* ADM-2: the owner sees own records, root all. */
static void a_user_sees_own_records_only(void **state)
{
	(void)state;
	note(1000, DEVTASK_RECORD_REQUESTED, NULL);
	note(1001, DEVTASK_RECORD_REQUESTED, NULL);
	note(0, DEVTASK_RECORD_REQUESTED, NULL);
	assert_int_equal(count_records(1000, ""), 1);
	assert_int_equal(count_records(0, "\"all\":true"), 3);
	assert_int_equal(count_records(0, "\"uid\":1001"), 1);
	assert_int_equal(count_records(1000, "\"app\":\"other\""), 0);
	assert_int_equal(count_records(1000, "\"trigger\":\"6B7A4A0C\""), 1);
	assert_int_equal(count_records(1000, "\"trigger\":\"6b7a4a0d\""), 0);
}

/* ADM-2 */
static void a_record_is_spelled_in_names_and_numbers(void **state)
{
	json_object *answer, *record;

	(void)state;
	note(1000, DEVTASK_RECORD_DENIED, NULL);
	answer = ask(1000, "history", "");
	record = json_object_array_get_idx(json_object_object_get(answer, "records"), 0);
	json_object_object_del(record, "time_ns");
	json_object_object_del(record, "boottime_ns");
	assert_string_equal(json_object_to_json_string_ext(record, JSON_C_TO_STRING_PLAIN),
		"{\"id\":1,\"log_id\":14,\"kind\":\"denied\",\"type\":\"use\",\"uid\":1000,"
		"\"trigger\":\"6b7a4a0c-1d3e-4f5a-8b9c-0d1e2f3a4b5c\",\"app\":\"" LOGGER "\","
		"\"verdict\":\"denied-by-system\",\"reasons\":[\"foreground\",\"attached\"]}");
	json_object_put(answer);
}

/* ADM-2, APP-2: arguments of 4096 bytes that each take six as JSON. */
static void the_longest_records_arrive_page_by_page(void **state)
{
	char arguments[4097], more[64] = "";
	bool goes_on = true;
	int count = 0;

	(void)state;
	memset(arguments, 1, sizeof(arguments) - 1);
	arguments[sizeof(arguments) - 1] = '\0';
	for (int i = 0; i < 12; i++)
		note(1000, DEVTASK_RECORD_REQUESTED, arguments);
	while (goes_on) {
		json_object *answer = ask(1000, "history", more);
		json_object *records = json_object_object_get(answer, "records");
		size_t length = json_object_array_length(records);

		/* At its end the last page may not know that it is the last. */
		assert_true(length > 0 || count == 12);
		for (size_t i = 0; i < length; i++, count++)
			assert_string_equal(json_object_get_string(json_object_object_get(
				json_object_array_get_idx(records, i), "arguments")), arguments);
		snprintf(more, sizeof(more), "\"after\":%d", count);
		goes_on = json_object_get_boolean(json_object_object_get(answer, "more"));
		json_object_put(answer);
	}
	assert_int_equal(count, 12);
}

#define WITH_SOCKET(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_SOCKET(a_program_of_the_user_cannot_grant),
		WITH_SOCKET(root_grants_for_a_user),
		WITH_SOCKET(a_program_of_the_user_revokes_at_once),
		WITH_SOCKET(the_device_may_be_named_with_its_serial_number),
		WITH_SOCKET(nobody_but_root_touches_the_answers_of_others),
		WITH_SOCKET(a_fresh_no_is_not_forgotten_at_the_wish_of_a_program),
		WITH_SOCKET(a_no_from_the_future_is_firm),
		WITH_SOCKET(a_yes_is_forgotten_at_once_and_root_forgets_everything),
		WITH_SOCKET(a_request_that_makes_no_sense_is_refused),
		WITH_SOCKET(all_answers_are_listed_whatever_their_number),
		WITH_SOCKET(who_follows_hears_of_each_change_of_own_answers),
		WITH_SOCKET(a_list_says_until_when_a_no_is_firm),
		WITH_SOCKET(the_loss_of_answers_is_told_with_every_list),
		WITH_SOCKET(a_user_sees_own_records_only),
		WITH_SOCKET(a_record_is_spelled_in_names_and_numbers),
		WITH_SOCKET(the_longest_records_arrive_page_by_page),
	};

	return cmocka_run_group_tests_name("consent_verbs", tests, NULL, NULL);
}
