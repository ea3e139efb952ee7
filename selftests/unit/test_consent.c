// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stored answers: CON-1 (asked once, per user, app and model), CON-4 (taken back at once), CON-5
 * (survive everything), RUN-7.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "consent.h"
#include "scratch.h"
#include "unit.h"

#define LOGGER	"org.example.Logger"
#define PUMP	"org.example.Pump"
#define MODEL	"usb:1209:0001"

struct told {
	int count;
	uid_t uid;
	char app[64];
	char model[DEVTASK_CONSENT_MODEL_MAX];
};

static struct scratch scratch;
static struct devtask_consent *consent;
static char aside[128];

static void start(void)
{
	assert_int_equal(devtask_consent_create(&consent, scratch.directory, NULL), 0);
}

static void stop(void)
{
	devtask_consent_destroy(consent);
	consent = NULL;
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

static struct devtask_consent_key key_of(uid_t uid, const char *app, const char *model)
{
	return (struct devtask_consent_key){ uid, app, model };
}

static enum devtask_consent_answer get(uid_t uid, const char *app, const char *model)
{
	struct devtask_consent_key key = key_of(uid, app, model);
	enum devtask_consent_answer answer;
	struct devtask_error error = { 0 };

	if (devtask_consent_get(consent, &key, &answer, &error))
		fail_msg("%s", error.text);
	return answer;
}

static void set(uid_t uid, const char *app, const char *model, enum devtask_consent_answer answer)
{
	struct devtask_consent_key key = key_of(uid, app, model);
	struct devtask_error error = { 0 };

	if (devtask_consent_set(consent, &key, answer, "agent", &error))
		fail_msg("%s", error.text);
}

static void hear(const struct devtask_consent_key *key, void *context)
{
	struct told *told = context;

	told->count++;
	told->uid = key->uid;
	snprintf(told->app, sizeof(told->app), "%s", key->app);
	snprintf(told->model, sizeof(told->model), "%s", key->model);
}

static void append(const struct devtask_consent_entry *entry, void *context)
{
	char *text = context;

	sprintf(text + strlen(text), "%u %s %s %s by %s;", entry->key.uid, entry->key.app,
		entry->key.model, entry->answer == DEVTASK_CONSENT_YES ? "yes" : "no", entry->by);
	assert_true(entry->time_ns / 1000000000 >= (uint64_t)time(NULL) - 60);
}

/* No disk can be written below it: even root finds a file where a directory should be. */
static void block_disk(void)
{
	stop();
	snprintf(aside, sizeof(aside), "%s/aside", scratch.root);
	assert_int_equal(rename(scratch.directory, aside), 0);
	close(open(scratch.directory, O_CREAT | O_WRONLY, 0600));
}

static void unblock_disk(void)
{
	assert_int_equal(unlink(scratch.directory), 0);
	assert_int_equal(rename(aside, scratch.directory), 0);
}

/* CON-1 */
static void yes_and_no_stick(void **state)
{
	(void)state;
	assert_int_equal(get(1000, LOGGER, MODEL), DEVTASK_CONSENT_NONE);
	set(1000, LOGGER, MODEL, DEVTASK_CONSENT_YES);
	set(1000, PUMP, MODEL, DEVTASK_CONSENT_NO);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(get(1000, LOGGER, MODEL), DEVTASK_CONSENT_YES);
		assert_int_equal(get(1000, PUMP, MODEL), DEVTASK_CONSENT_NO);
	}
}

/* CON-1 */
static void an_answer_is_for_one_user_one_app_one_model(void **state)
{
	(void)state;
	set(1000, LOGGER, MODEL, DEVTASK_CONSENT_YES);
	assert_int_equal(get(1001, LOGGER, MODEL), DEVTASK_CONSENT_NONE);
	assert_int_equal(get(0, LOGGER, MODEL), DEVTASK_CONSENT_NONE);
	assert_int_equal(get(1000, PUMP, MODEL), DEVTASK_CONSENT_NONE);
	assert_int_equal(get(1000, "org.example.logger", MODEL), DEVTASK_CONSENT_NONE);
	assert_int_equal(get(1000, LOGGER, "usb:1209:0002"), DEVTASK_CONSENT_NONE);
	assert_int_equal(get(1000, LOGGER, "usb:120a:0001"), DEVTASK_CONSENT_NONE);
}

/* CON-1 */
static void the_model_has_no_serial_number_and_no_kind(void **state)
{
	char model[DEVTASK_CONSENT_MODEL_MAX];

	(void)state;
	assert_int_equal(devtask_consent_model("usb:1209:0001", model, NULL), 0);
	assert_string_equal(model, MODEL);
	assert_int_equal(devtask_consent_model("usb:1209:0001:SN:4711", model, NULL), 0);
	assert_string_equal(model, MODEL);
	assert_int_equal(devtask_consent_model("hid:1209:0001", model, NULL), 0);
	assert_string_equal(model, MODEL);
	assert_int_equal(devtask_consent_model("usb:ABCD:00eF", model, NULL), 0);
	assert_string_equal(model, "usb:abcd:00ef");
}

/* CON-1 */
static void what_is_no_model_has_no_answer(void **state)
{
	static const char *const wrong[] = {
		"", "usb", "usb:", "usb:1209", "usb:1209:", "usb:1209:1", "usb:1209:00012",
		"usb:1-1.4", "char:4:64", "usb:12:090001", "usb:+209:0001", "usb: 209:0001",
		"usb:1209:0x01", "usb:1209:0001x", "path:/dev/ttyS0", "USB:1209:0001",
	};
	struct devtask_consent_key key = key_of(1000, LOGGER, NULL);
	char model[DEVTASK_CONSENT_MODEL_MAX];
	enum devtask_consent_answer answer;
	struct devtask_error error;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		assert_int_equal(devtask_consent_model(wrong[i], model, NULL), -EINVAL);
		key.model = wrong[i];
		answer = DEVTASK_CONSENT_YES;
		assert_int_equal(devtask_consent_get(consent, &key, &answer, &error), -EINVAL);
		assert_int_equal(answer, DEVTASK_CONSENT_NO);
	}
	key.model = "usb:1209:0001:SERIAL";
	assert_int_equal(devtask_consent_set(consent, &key, DEVTASK_CONSENT_YES, "agent", &error),
			 -EINVAL);
}

/* CON-1: a name is data, never SQL and never a second line. */
static void a_strange_name_is_kept_or_refused_but_never_executed(void **state)
{
	struct devtask_consent_key key = key_of(1000, "a\nb", MODEL);
	struct devtask_error error;
	char longest[300];

	(void)state;
	set(1000, "x'; DROP TABLE answer; --", MODEL, DEVTASK_CONSENT_YES);
	assert_int_equal(get(1000, "x'; DROP TABLE answer; --", MODEL), DEVTASK_CONSENT_YES);
	assert_int_equal(get(1000, "x", MODEL), DEVTASK_CONSENT_NONE);
	assert_int_equal(devtask_consent_revoke(consent, &key, "user", &error), -EINVAL);
	key.app = "";
	assert_int_equal(devtask_consent_revoke(consent, &key, "user", &error), -EINVAL);
	memset(longest, 'a', sizeof(longest));
	longest[sizeof(longest) - 1] = '\0';
	key.app = longest;
	assert_int_equal(devtask_consent_revoke(consent, &key, "user", &error), -EINVAL);
}

/* CON-5 */
static void answers_survive_a_restart(void **state)
{
	(void)state;
	set(1000, LOGGER, MODEL, DEVTASK_CONSENT_YES);
	set(1001, LOGGER, MODEL, DEVTASK_CONSENT_NO);
	stop();
	start();
	assert_int_equal(get(1000, LOGGER, MODEL), DEVTASK_CONSENT_YES);
	assert_int_equal(get(1001, LOGGER, MODEL), DEVTASK_CONSENT_NO);
	assert_null(devtask_consent_notice(consent));
}

/* CON-1, CON-4 */
static void a_forgotten_answer_is_asked_for_again(void **state)
{
	struct devtask_consent_key key = key_of(1000, LOGGER, MODEL);
	struct devtask_error error;

	(void)state;
	set(1000, LOGGER, MODEL, DEVTASK_CONSENT_NO);
	assert_int_equal(devtask_consent_forget(consent, &key, &error), 0);
	assert_int_equal(get(1000, LOGGER, MODEL), DEVTASK_CONSENT_NONE);
	assert_int_equal(devtask_consent_forget(consent, &key, &error), -ENOENT);
	assert_int_equal(error.exit, DEVTASK_EXIT_NOT_THERE);
}

/* CON-4, RUN-7: told before the call returns, when the no is on the disk already. */
static void revoking_tells_every_watcher_which_permission_is_gone(void **state)
{
	struct devtask_consent_key key = key_of(1000, LOGGER, MODEL);
	struct told one = { 0 }, two = { 0 };

	(void)state;
	set(1000, LOGGER, MODEL, DEVTASK_CONSENT_YES);
	devtask_consent_watch(consent, hear, &one, NULL);
	devtask_consent_watch(consent, hear, &two, NULL);
	assert_int_equal(devtask_consent_revoke(consent, &key, "user", NULL), 0);
	assert_int_equal(one.count, 1);
	assert_int_equal(one.uid, 1000);
	assert_string_equal(one.app, LOGGER);
	assert_string_equal(one.model, MODEL);
	assert_int_equal(two.count, 1);
	assert_int_equal(get(1000, LOGGER, MODEL), DEVTASK_CONSENT_NO);

	devtask_consent_unwatch(consent, hear, &two);
	assert_int_equal(devtask_consent_revoke(consent, &key, "user", NULL), 0);
	assert_int_equal(one.count, 2);
	assert_int_equal(two.count, 1);
}

/* CON-4: a servicing task runs without a stored answer and is cut as well (RUN-7). */
static void revoking_what_was_never_asked_tells_the_watchers_too(void **state)
{
	struct devtask_consent_key key = key_of(1000, LOGGER, MODEL);
	struct told told = { 0 };

	(void)state;
	devtask_consent_watch(consent, hear, &told, NULL);
	assert_int_equal(devtask_consent_revoke(consent, &key, "user", NULL), 0);
	assert_int_equal(told.count, 1);
	assert_int_equal(get(1000, LOGGER, MODEL), DEVTASK_CONSENT_NO);
}

/* CON-4: only what was permitted can be taken back. */
static void only_the_end_of_a_yes_is_told(void **state)
{
	struct devtask_consent_key key = key_of(1000, LOGGER, MODEL);
	struct told told = { 0 };

	(void)state;
	devtask_consent_watch(consent, hear, &told, NULL);
	set(1000, LOGGER, MODEL, DEVTASK_CONSENT_NO);
	set(1000, LOGGER, MODEL, DEVTASK_CONSENT_NO);
	assert_int_equal(devtask_consent_forget(consent, &key, NULL), 0);
	set(1000, LOGGER, MODEL, DEVTASK_CONSENT_YES);
	set(1000, LOGGER, MODEL, DEVTASK_CONSENT_YES);
	assert_int_equal(told.count, 0);
	set(1000, LOGGER, MODEL, DEVTASK_CONSENT_NO);
	assert_int_equal(told.count, 1);
	set(1000, LOGGER, MODEL, DEVTASK_CONSENT_YES);
	assert_int_equal(devtask_consent_forget(consent, &key, NULL), 0);
	assert_int_equal(told.count, 2);
}

/* CON-4 */
static void the_list_has_one_user_or_all_in_order(void **state)
{
	struct devtask_consent_key key = key_of(1000, LOGGER, "usb:1209:0000");
	char text[1024] = "";

	(void)state;
	set(1001, PUMP, MODEL, DEVTASK_CONSENT_NO);
	set(1000, PUMP, MODEL, DEVTASK_CONSENT_YES);
	set(1000, LOGGER, MODEL, DEVTASK_CONSENT_YES);
	devtask_consent_revoke(consent, &key, "user", NULL);
	assert_int_equal(devtask_consent_list(consent, 1000, append, text, NULL), 0);
	assert_string_equal(text, "1000 " LOGGER " usb:1209:0000 no by user;"
			    "1000 " LOGGER " " MODEL " yes by agent;"
			    "1000 " PUMP " " MODEL " yes by agent;");
	*text = '\0';
	assert_int_equal(devtask_consent_list(consent, DEVTASK_CONSENT_ALL_USERS, append, text,
					      NULL), 0);
	assert_non_null(strstr(text, "yes by agent;1001 " PUMP " " MODEL " no by agent;"));
	*text = '\0';
	assert_int_equal(devtask_consent_list(consent, 0, append, text, NULL), 0);
	assert_string_equal(text, "");
}

/* CON-5: everything is asked again, and it is said. */
static void a_broken_file_means_asking_again_and_saying_so(void **state)
{
	(void)state;
	set(1000, LOGGER, MODEL, DEVTASK_CONSENT_YES);
	stop();
	scratch_write(&scratch, "consent.db", 0, "no database at all", 18);
	start();
	assert_int_equal(get(1000, LOGGER, MODEL), DEVTASK_CONSENT_NONE);
	assert_non_null(strstr(devtask_consent_notice(consent), "consent.db.broken-"));
	assert_int_equal(scratch_count(&scratch, "consent.db.broken-"), 1);
	set(1000, LOGGER, MODEL, DEVTASK_CONSENT_NO);
	assert_int_equal(get(1000, LOGGER, MODEL), DEVTASK_CONSENT_NO);
}

/* CON-5: no bit that turns over makes a permission of a refusal. */
static void no_changed_byte_makes_a_yes_of_a_no(void **state)
{
	struct devtask_consent_key key = key_of(1000, LOGGER, MODEL);
	char whole[65536], name[] = "consent.db";
	ssize_t size;

	(void)state;
	set(1000, LOGGER, MODEL, DEVTASK_CONSENT_NO);
	stop();
	size = scratch_read_like(&scratch, name, whole, sizeof(whole));
	assert_in_range(size, 4096, sizeof(whole));
	srand(4711);
	for (int round = 0; round < 300; round++) {
		enum devtask_consent_answer answer = DEVTASK_CONSENT_NO;
		off_t at = round < 200 ? size - 1 - round : rand() % size;
		char byte = (char)(whole[at] ^ (1 << rand() % 8));

		scratch_write(&scratch, name, at, &byte, 1);
		start();
		devtask_consent_get(consent, &key, &answer, NULL);
		assert_int_not_equal(answer, DEVTASK_CONSENT_YES);
		stop();
		scratch_remove_like(&scratch, name);
		scratch_write(&scratch, name, 0, whole, (size_t)size);
	}
	start();
	assert_int_equal(get(1000, LOGGER, MODEL), DEVTASK_CONSENT_NO);
}

/* CON-5: a store that cannot be opened is a no with a reason, until it can be. */
static void without_a_store_the_answer_is_no_with_a_reason(void **state)
{
	struct devtask_consent_key key = key_of(1000, LOGGER, MODEL);
	enum devtask_consent_answer answer = DEVTASK_CONSENT_YES;
	struct devtask_error error = { 0 };
	char text[64] = "";

	(void)state;
	set(1000, LOGGER, MODEL, DEVTASK_CONSENT_YES);
	block_disk();
	start();
	assert_true(devtask_consent_get(consent, &key, &answer, &error) < 0);
	assert_int_equal(answer, DEVTASK_CONSENT_NO);
	assert_true(strlen(error.text) > 20);
	assert_true(devtask_consent_set(consent, &key, DEVTASK_CONSENT_YES, "agent", &error) < 0);
	assert_true(devtask_consent_list(consent, 1000, append, text, &error) < 0);
	unblock_disk();
	assert_int_equal(get(1000, LOGGER, MODEL), DEVTASK_CONSENT_YES);
}

/* CON-4: the device is taken away even if the disk takes nothing. */
static void a_revocation_that_cannot_be_stored_still_holds(void **state)
{
	struct devtask_consent_key key = key_of(1000, LOGGER, MODEL);
	struct devtask_error error = { 0 };
	struct told told = { 0 };

	(void)state;
	set(1000, LOGGER, MODEL, DEVTASK_CONSENT_YES);
	block_disk();
	start();
	devtask_consent_watch(consent, hear, &told, NULL);
	assert_true(devtask_consent_revoke(consent, &key, "user", &error) < 0);
	assert_non_null(strstr(error.text, "could not be stored"));
	assert_int_equal(told.count, 1);
	unblock_disk();
	assert_int_equal(get(1000, LOGGER, MODEL), DEVTASK_CONSENT_NO);
	set(1000, LOGGER, MODEL, DEVTASK_CONSENT_YES);
	assert_int_equal(get(1000, LOGGER, MODEL), DEVTASK_CONSENT_YES);
}

/* The child writes answers and says each number on @said once it is stored, until it is killed. */
static void write_until_killed(int said)
{
	for (uint32_t i = 0;; i++) {
		struct devtask_consent_key key = key_of(i % 50, LOGGER, MODEL);
		char app[32];

		snprintf(app, sizeof(app), "app %u", i);
		key.app = app;
		if (devtask_consent_set(consent, &key,
				i % 2 ? DEVTASK_CONSENT_YES : DEVTASK_CONSENT_NO, "agent", NULL))
			_exit(1);
		if (write(said, &i, sizeof(i)) != sizeof(i))
			_exit(1);
	}
}

/* How many answers the child said to have stored. It is killed after @wait_us. */
static uint32_t kill_writer_after(unsigned int wait_us)
{
	uint32_t number, count = 0;
	int said[2], status;
	pid_t pid;

	assert_int_equal(pipe(said), 0);
	pid = fork();
	if (!pid) {
		start();
		write_until_killed(said[1]);
	}
	close(said[1]);
	/* From its first answer on, so that the moment falls among writes. */
	assert_int_equal(read(said[0], &number, sizeof(number)), sizeof(number));
	usleep(wait_us);
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	do
		count = number + 1;
	while (read(said[0], &number, sizeof(number)) == sizeof(number));
	close(said[0]);
	return count;
}

/* CON-5 */
static void a_writer_killed_at_any_moment_loses_no_committed_answer(void **state)
{
	uint32_t most = 0, least = UINT32_MAX;

	(void)state;
	srand(1);
	for (int round = 0; round < 120; round++) {
		uint32_t stored;

		stop();
		stored = kill_writer_after((unsigned int)rand() % 6000);
		start();
		assert_null(devtask_consent_notice(consent));
		for (uint32_t i = 0; i < stored; i++) {
			char app[32];

			snprintf(app, sizeof(app), "app %u", i);
			assert_int_equal(get(i % 50, app, MODEL),
					 i % 2 ? DEVTASK_CONSENT_YES : DEVTASK_CONSENT_NO);
		}
		most = stored > most ? stored : most;
		least = stored < least ? stored : least;
	}
	print_message("# 120 writers killed after %u to %u answers\n", least, most);
	assert_true(most > least);
}

/* CON-5 */
static void a_first_start_killed_at_any_moment_leaves_nothing_broken(void **state)
{
	int finished = 0;

	(void)state;
	srand(2);
	for (int round = 0; round < 120; round++) {
		int status;
		pid_t pid;

		stop();
		scratch_clear(&scratch);
		pid = fork();
		if (!pid) {
			start();
			_exit(0);
		}
		usleep((unsigned int)rand() % 8000);
		kill(pid, SIGKILL);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		finished += WIFEXITED(status);
		start();
		assert_int_equal(get(1000, LOGGER, MODEL), DEVTASK_CONSENT_NONE);
		assert_null(devtask_consent_notice(consent));
	}
	print_message("# 120 first starts, %d of them not interrupted\n", finished);
	assert_in_range(finished, 0, 100);
}

#define WITH_STORE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_STORE(yes_and_no_stick),
		WITH_STORE(an_answer_is_for_one_user_one_app_one_model),
		WITH_STORE(the_model_has_no_serial_number_and_no_kind),
		WITH_STORE(what_is_no_model_has_no_answer),
		WITH_STORE(a_strange_name_is_kept_or_refused_but_never_executed),
		WITH_STORE(answers_survive_a_restart),
		WITH_STORE(a_forgotten_answer_is_asked_for_again),
		WITH_STORE(revoking_tells_every_watcher_which_permission_is_gone),
		WITH_STORE(revoking_what_was_never_asked_tells_the_watchers_too),
		WITH_STORE(only_the_end_of_a_yes_is_told),
		WITH_STORE(the_list_has_one_user_or_all_in_order),
		WITH_STORE(a_broken_file_means_asking_again_and_saying_so),
		WITH_STORE(no_changed_byte_makes_a_yes_of_a_no),
		WITH_STORE(without_a_store_the_answer_is_no_with_a_reason),
		WITH_STORE(a_revocation_that_cannot_be_stored_still_holds),
		WITH_STORE(a_writer_killed_at_any_moment_loses_no_committed_answer),
		WITH_STORE(a_first_start_killed_at_any_moment_leaves_nothing_broken),
	};

	return cmocka_run_group_tests_name("consent", tests, NULL, NULL);
}
