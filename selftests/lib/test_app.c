// SPDX-License-Identifier: GPL-2.0-only
/*
 * An app's side of libdevtask, on a host without the module: what goes through the door, what
 * is refused before it, how events are told, and what is said to people.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <devtask.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../userspace/common/names.h"
#include "fake.h"

static bool no_memory;

void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size)
{
	return no_memory ? NULL : __real_calloc(count, size);
}

struct app {
	struct devtask_session *session;
	struct devtask_trigger *trigger;
};

static int open_app(void **state)
{
	struct app *app = calloc(1, sizeof(*app));

	fake_reset();
	*state = app;
	return devtask_session_open(&app->session) ||
	       devtask_trigger_create(DEVTASK_TYPE_USE, "usb:1209:0001", &app->trigger);
}

static int close_app(void **state)
{
	struct app *app = *state;

	devtask_trigger_destroy(app->trigger);
	devtask_session_close(app->session);
	free(app);
	return 0;
}

static void assert_says(const char *words)
{
	if (!strstr(devtask_sentence(), words))
		fail_msg("\"%s\" does not say \"%s\"", devtask_sentence(), words);
}

static void without_the_module_it_is_said_what_to_load(void **state)
{
	struct devtask_session *session;

	(void)state;
	fake_reset();
	fake.open_err = -ENOENT;
	assert_int_equal(devtask_session_open(&session), -ENOENT);
	assert_says("modprobe devtask");
	fake.open_err = -EDQUOT;
	assert_int_equal(devtask_session_open(&session), -EDQUOT);
	assert_says("too many sessions");
	fake.open_err = -EACCES;
	assert_int_equal(devtask_session_open(&session), -EACCES);
	assert_says("/dev/devtask");
}

static void a_module_of_another_version_is_refused(void **state)
{
	struct devtask_session *session;

	(void)state;
	fake_reset();
	fake.abi_version = DEVTASK_ABI_VERSION + 1;
	assert_int_equal(devtask_session_open(&session), -EPROTO);
	assert_says("install both from one release");
}

static void a_task_cannot_ask_for_tasks(void **state)
{
	struct devtask_session *session;

	(void)state;
	fake_reset();
	fake.is_task = 1;
	assert_int_equal(devtask_session_open(&session), -EOPNOTSUPP);
	assert_says("task");
}

/* REG-5 */
static void a_name_that_cannot_be_one_is_refused_before_the_door(void **state)
{
	struct app *app = *state;
	char longest[257] = "";
	uint32_t registration;

	memset(longest, 'n', 256);
	for (int i = 0; i < 3; i++) {
		const char *bad = (const char *[]){ NULL, "", longest }[i];

		assert_int_equal(devtask_session_register(app->session, bad, "x", DEVTASK_TYPE_USE,
							  &registration, NULL), -EINVAL);
		assert_says("the name");
		assert_int_equal(devtask_session_register(app->session, "x", bad, DEVTASK_TYPE_USE,
							  &registration, NULL), -EINVAL);
		assert_says("the entry point");
	}
	assert_int_equal(fake.calls, 0);
	longest[255] = '\0';
	assert_int_equal(devtask_session_register(app->session, longest, longest, DEVTASK_TYPE_USE,
						  &registration, NULL), 0);
	assert_int_equal(registration, 1);
}

/* REG-5, REG-7: the kernel's sentence names the holder and comes through. */
static void a_refused_registration_says_why(void **state)
{
	struct app *app = *state;
	uint64_t reasons = 0;
	uint32_t registration;

	fake.err = -EEXIST;
	fake.sentence = "the name is taken by number 3";
	fake.reasons = 1ull << DEVTASK_CHECK_REGISTRATION;
	assert_int_equal(devtask_session_register(app->session, "x", "y", DEVTASK_TYPE_USE,
						  &registration, &reasons), -EEXIST);
	assert_string_equal(devtask_sentence(), "the name is taken by number 3");
	assert_int_equal(reasons, 1ull << DEVTASK_CHECK_REGISTRATION);
	fake.err = -EHOSTDOWN;
	fake.sentence = NULL;
	assert_int_equal(devtask_session_register(app->session, "x", "y", DEVTASK_TYPE_USE,
						  &registration, NULL), -EHOSTDOWN);
	assert_says("systemctl start devtaskd");
}

static int register_under(struct app *app, const char *const *conditions, uint32_t count)
{
	uint32_t registration;

	return devtask_session_register_with_conditions(app->session, "x", "y", DEVTASK_TYPE_USE,
							conditions, count, &registration, NULL);
}

/* REG-6: how many there are is the module's matter, how they are spelled is told before it. */
static void conditions_reach_the_door_as_their_number(void **state)
{
	static const char *const two[] = { "InternetAvailable", "UserPresent" }, *bad[] = { "x", "" };
	struct app *app = *state;

	assert_int_equal(register_under(app, bad, 2), -EINVAL);
	assert_says("a condition");
	assert_int_equal(register_under(app, NULL, 1), -EINVAL);
	assert_says("conditions");
	assert_int_equal(fake.calls, 0);
	assert_int_equal(register_under(app, NULL, 0), 0);
	assert_int_equal(fake.conditions, 0);
	fake.err = -EOPNOTSUPP;
	fake.sentence = "a device task can have no conditions: leave them out";
	assert_int_equal(register_under(app, two, 2), -EOPNOTSUPP);
	assert_int_equal(fake.conditions, 2);
	assert_says("leave them out");
}

/* APP-2 */
static void a_trigger_takes_no_texts_that_cannot_go_through(void **state)
{
	struct app *app = *state;
	struct devtask_trigger *trigger;
	char longest[4098] = "";

	memset(longest, 'a', 4097);
	assert_int_equal(devtask_trigger_set_arguments(app->trigger, longest), -EINVAL);
	assert_says("4097 bytes, at most 4096");
	assert_int_equal(devtask_trigger_set_arguments(app->trigger, NULL), -EINVAL);
	longest[4096] = '\0';
	assert_int_equal(devtask_trigger_set_arguments(app->trigger, longest), 0);
	longest[256] = '\0';
	assert_int_equal(devtask_trigger_create(DEVTASK_TYPE_USE, longest, &trigger), -EINVAL);
	assert_int_equal(devtask_trigger_create(DEVTASK_TYPE_USE, "", &trigger), -EINVAL);
	assert_int_equal(devtask_trigger_create(DEVTASK_TYPE_USE, NULL, &trigger), -EINVAL);
	assert_int_equal(devtask_trigger_create((enum devtask_type)2, "usb:1:1", &trigger), -EINVAL);
	assert_says("type 2");
}

/* APP-2, INI-7 */
static void what_the_trigger_says_reaches_the_door_unchanged(void **state)
{
	struct app *app = *state;
	uint64_t request = 0;

	assert_int_equal(devtask_trigger_set_arguments(app->trigger, "first"), 0);
	assert_int_equal(devtask_trigger_set_arguments(app->trigger, "\xc3\x28 \"x\"\n\x01"), 0);
	devtask_trigger_set_estimate_ns(app->trigger, 1234567890123);
	assert_int_equal(devtask_session_request(app->session, 1, app->trigger, &request), 0);
	assert_int_equal(request, 1);
	assert_string_equal(fake.last_device, "usb:1209:0001");
	assert_string_equal(fake.last_arguments, "\xc3\x28 \"x\"\n\x01");
	assert_int_equal(fake.asked.estimate_ns, 1234567890123);
	assert_int_equal(fake.asked.flags, 0);
	assert_int_equal(devtask_session_explain(app->session, 1, app->trigger, NULL), 0);
	assert_int_equal(fake.asked.flags, DEVTASK_APP_REQUEST_EXPLAIN);
}

static void a_trigger_of_another_type_is_refused(void **state)
{
	struct app *app = *state;

	fake.type = DEVTASK_TYPE_SERVICING;
	assert_int_equal(devtask_session_request(app->session, 1, app->trigger, NULL), -EINVAL);
	assert_says("the trigger is of type use, the registration of type servicing");
	assert_int_equal(devtask_session_request(app->session, 1, NULL, NULL), -EINVAL);
	assert_int_equal(devtask_session_request(app->session, 2, app->trigger, NULL), -ENOENT);
	assert_says("no registration 2");
	assert_int_equal(fake.calls, 0);
}

/* END-3 */
static void unregister_says_whether_to_cancel(void **state)
{
	struct app *app = *state;

	assert_int_equal(devtask_session_unregister(app->session, 1, true), 0);
	assert_int_equal(fake.unregistered.flags, DEVTASK_APP_UNREGISTER_CANCEL);
	assert_int_equal(devtask_session_unregister(app->session, 1, false), 0);
	assert_int_equal(fake.unregistered.flags, 0);
	fake.err = -ENOENT;
	assert_int_equal(devtask_session_unregister(app->session, 9, false), -ENOENT);
	assert_says("no registration 9");
}

/* REG-5, APP-1 */
static void registrations_are_listed_one_after_another(void **state)
{
	struct app *app = *state;
	struct devtask_status *status;

	assert_int_equal(devtask_session_status_next(app->session, 0, &status), 0);
	assert_int_equal(status->registration, 1);
	assert_string_equal(status->name, "sync");
	assert_int_equal(status->type, DEVTASK_TYPE_USE);
	assert_int_equal(status->remaining_ns, 7);
	devtask_status_free(status);
	assert_int_equal(devtask_session_status_next(app->session, 1, &status), -ENOENT);
	assert_says("no more registrations");
	assert_int_equal(devtask_session_status(app->session, 3, &status), -ENOENT);
	assert_says("no registration 3");
}

static const struct devtask_app_event full = {
	.kind = DEVTASK_APP_EVENT_COMPLETED, .seq = 2, .time_ns = 3, .request = 4, .registration = 5,
	.flags = DEVTASK_APP_EVENT_HAS_EXIT | DEVTASK_APP_EVENT_HAS_REASON, .lost = 6,
	.verdict = DEVTASK_VERDICT_LOW_BATTERY, .progress = 7, .reason = DEVTASK_REASON_IDLE_TASK,
	.detail = DEVTASK_DETAIL_NO_IO, .exit_status = 0x8b, .reasons = 1ull << 63, .measured = 8,
	.required = 9, .ops = 10, .bytes = 11, .duration_ns = 12,
	.trigger = "0f0e0d0c-0b0a-4908-8706-050403020100",
};

static void assert_full(const struct devtask_event *event, const char *text)
{
	assert_int_equal(event->kind, DEVTASK_SESSION_EVENT_COMPLETED);
	assert_int_equal(event->seq, 2);
	assert_int_equal(event->time_ns, 3);
	assert_int_equal(event->request, 4);
	assert_int_equal(event->registration, 5);
	assert_int_equal(event->lost, 6);
	assert_int_equal(event->verdict, DEVTASK_VERDICT_LOW_BATTERY);
	assert_int_equal(event->progress, 7);
	assert_true(event->canceled);
	assert_int_equal(event->reason, DEVTASK_REASON_IDLE_TASK);
	assert_int_equal(event->detail, DEVTASK_DETAIL_NO_IO);
	assert_true(event->has_exit_status);
	assert_int_equal(WTERMSIG(event->exit_status), 11);
	assert_int_equal(event->reasons, 1ull << 63);
	assert_int_equal(event->measured, 8);
	assert_int_equal(event->required, 9);
	assert_int_equal(event->ops, 10);
	assert_int_equal(event->bytes, 11);
	assert_int_equal(event->duration_ns, 12);
	assert_string_equal(event->trigger, full.trigger);
	assert_string_equal(event->text, text);
}

/* APP-1, END-4 */
static void an_event_is_told_with_every_member(void **state)
{
	struct devtask_event *event;
	struct app *app = *state;
	char result[4097] = "";

	fake_event(&full, "40 records");
	memset(result, 'r', 4096);
	fake_event(&full, result);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(devtask_session_next(app->session, 0, &event), 0);
		assert_full(event, i ? result : "40 records");
		devtask_event_free(event);
	}
}

static void a_longer_event_of_a_newer_kernel_is_understood(void **state)
{
	char packet[sizeof(full) + 16 + 4];
	struct devtask_event *event;
	struct app *app = *state;
	struct devtask_app_event head = full;

	head.size = sizeof(packet);
	head.text_size = 4;
	memset(packet, 0x55, sizeof(packet));
	memcpy(packet, &head, sizeof(head));
	memcpy(packet + sizeof(packet) - 4, "done", 4);
	assert_int_equal(send(fake.kernel, packet, sizeof(packet), 0), sizeof(packet));
	assert_int_equal(devtask_session_next(app->session, 0, &event), 0);
	assert_full(event, "done");
	devtask_event_free(event);
}

static void bytes_that_are_no_event_are_refused_and_do_not_stay(void **state)
{
	struct devtask_app_event bad[3] = { full, full, full };
	const size_t sizes[3] = { 20, sizeof(full), sizeof(full) };
	struct devtask_event *event;
	struct app *app = *state;

	bad[0].size = 20;
	bad[1].size = sizeof(full) + 1;
	bad[2].size = sizeof(full);
	bad[2].text_size = 1;
	for (int i = 0; i < 3; i++) {
		assert_int_equal(send(fake.kernel, &bad[i], sizes[i], 0), sizes[i]);
		assert_int_equal(devtask_session_next(app->session, 0, &event), -EPROTO);
	}
	assert_int_equal(devtask_session_next(app->session, 0, &event), -EAGAIN);
}

/* APP-4: it was read from the kernel, which will not give it again. */
static void an_event_is_not_lost_when_memory_is(void **state)
{
	struct devtask_event *event;
	struct app *app = *state;

	fake_completed(1, 1);
	no_memory = true;
	assert_int_equal(devtask_session_next(app->session, 0, &event), -ENOMEM);
	no_memory = false;
	assert_int_equal(devtask_session_next(app->session, 0, &event), 0);
	assert_int_equal(event->kind, DEVTASK_SESSION_EVENT_COMPLETED);
	devtask_event_free(event);
}

static void call_all(struct app *app, int want)
{
	struct devtask_status *status;
	struct devtask_event *event;
	uint32_t number;
	int results[] = {
		devtask_session_register(app->session, "x", "y", DEVTASK_TYPE_USE, &number, NULL),
		devtask_session_unregister(app->session, 1, true),
		devtask_session_status(app->session, 1, &status),
		devtask_session_status_next(app->session, 0, &status),
		devtask_session_request(app->session, 1, app->trigger, NULL),
		devtask_session_request_wait(app->session, 1, app->trigger, 0, &event),
		devtask_session_explain(app->session, 1, app->trigger, NULL),
		devtask_session_explain_wait(app->session, 1, app->trigger, 0, &event),
		devtask_session_cancel(app->session, 1),
		devtask_session_cancel_wait(app->session, 1, 0, &event),
		devtask_session_next(app->session, 0, &event),
		devtask_session_dispatch(app->session, NULL, NULL),
		devtask_session_replay(app->session, 0),
	};

	for (size_t i = 0; i < sizeof(results) / sizeof(*results); i++)
		if (results[i] != want || !strstr(devtask_sentence(), "fork()"))
			_exit((int)i + 1);
}

/* Also while a thread of the parent is in the session: its locks are no use to the child. */
static void a_forked_child_is_refused_and_may_close(void **state)
{
	struct app *app = *state;
	int status;
	pid_t pid;

	fake_completed(1, 1);
	pid = fork();
	if (!pid) {
		call_all(app, -EPERM);
		devtask_trigger_destroy(app->trigger);
		devtask_session_close(app->session);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	/* The parent's is as it was. */
	struct devtask_event *event;

	assert_int_equal(devtask_session_next(app->session, 0, &event), 0);
	devtask_event_free(event);
}

static void *fail_elsewhere(void *arg)
{
	struct devtask_trigger *trigger;

	(void)arg;
	assert_string_equal(devtask_sentence(), "");
	assert_int_equal(devtask_trigger_create(DEVTASK_TYPE_USE, NULL, &trigger), -EINVAL);
	return NULL;
}

static void each_thread_has_a_sentence_of_its_own(void **state)
{
	struct app *app = *state;
	pthread_t thread;

	assert_int_equal(devtask_session_request(app->session, 7, app->trigger, NULL), -ENOENT);
	assert_int_equal(pthread_create(&thread, NULL, fail_elsewhere, NULL), 0);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_says("no registration 7");
}

/* The tool and the library spell alike. */
static void names_are_those_of_the_tool(void **state)
{
	static const struct {
		const struct devtask_names *names;
		const char *(*name)(uint32_t value);
	} pairs[] = {
		{ &devtask_type_names, devtask_type_name },
		{ &devtask_state_names, devtask_state_name },
		{ &devtask_verdict_names, devtask_verdict_name },
		{ &devtask_check_names, devtask_check_name },
		{ &devtask_reason_names, devtask_reason_name },
		{ &devtask_detail_names, devtask_detail_name },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++)
		for (uint32_t value = 0; value < 70; value++)
			assert_string_equal(pairs[i].name(value),
					    devtask_name_of(pairs[i].names, value) ?: "unknown");
	assert_string_equal(devtask_event_name(DEVTASK_SESSION_EVENT_COMPLETED), "completed");
	assert_string_equal(devtask_event_name(0), "unknown");
	assert_string_equal(devtask_event_name(UINT32_MAX), "unknown");
}

#define WITH_APP(test) cmocka_unit_test_setup_teardown(test, open_app, close_app)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_the_module_it_is_said_what_to_load),
		cmocka_unit_test(a_module_of_another_version_is_refused),
		cmocka_unit_test(a_task_cannot_ask_for_tasks),
		cmocka_unit_test(names_are_those_of_the_tool),
		WITH_APP(a_name_that_cannot_be_one_is_refused_before_the_door),
		WITH_APP(a_refused_registration_says_why),
		WITH_APP(conditions_reach_the_door_as_their_number),
		WITH_APP(a_trigger_takes_no_texts_that_cannot_go_through),
		WITH_APP(what_the_trigger_says_reaches_the_door_unchanged),
		WITH_APP(a_trigger_of_another_type_is_refused),
		WITH_APP(unregister_says_whether_to_cancel),
		WITH_APP(registrations_are_listed_one_after_another),
		WITH_APP(an_event_is_told_with_every_member),
		WITH_APP(a_longer_event_of_a_newer_kernel_is_understood),
		WITH_APP(bytes_that_are_no_event_are_refused_and_do_not_stay),
		WITH_APP(an_event_is_not_lost_when_memory_is),
		WITH_APP(a_forked_child_is_refused_and_may_close),
		WITH_APP(each_thread_has_a_sentence_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
