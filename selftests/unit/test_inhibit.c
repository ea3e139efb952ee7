// SPDX-License-Identifier: GPL-2.0-only
/*
 * Inhibitor locks (APP-9) against a real bus of the test's own with a false logind on it, for what the
 * real one is hard to be brought to: late answers, a computer that stops already, no logind. With the
 * real one: selftests/systemd/inhibit.
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

#include <systemd/sd-bus.h>

#include "folder.h"
#include "inhibit.h"
#include "names.h"
#include "unit.h"

#define LOGIND		"org.freedesktop.login1"
#define LOGIND_PATH	"/org/freedesktop/login1"
#define MANAGER		LOGIND ".Manager"
#define LOCKS		8

#define USE		DEVTASK_TYPE_USE
#define SERVICING	DEVTASK_TYPE_SERVICING

/* What was asked for; held as long as nobody has closed the other end. */
static struct {
	char what[64], who[320], why[420], mode[16];
	int end;
} locks[LOCKS];
static unsigned int asked, leavings;
static bool is_stopping, is_silent;
static sd_bus_message *unanswered;
static struct folder folder;
static char address[128];
static pid_t bus_pid;
static sd_bus *logind;
static sd_event *loop;
static struct devtask_inhibit *inhibit;

static void start_bus(void)
{
	char option[128], byte;
	int ready[2];

	folder_write(&folder, "conf", "<busconfig><listen>%s</listen><policy context='default'>"
		     "<allow send_destination='*'/><allow receive_sender='*'/><allow own='*'/>"
		     "<allow user='*'/></policy></busconfig>", address);
	snprintf(option, sizeof(option), "--config-file=%s/conf", folder.path);
	assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
	bus_pid = fork();
	if (!bus_pid) {
		char number[16];

		snprintf(number, sizeof(number), "%d", dup(ready[1]));
		execlp("dbus-daemon", "dbus-daemon", option, "--nofork", "--nopidfile",
		       "--print-address", number, NULL);
		_exit(127);
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
}

static void stop_bus(void)
{
	kill(bus_pid, SIGKILL);
	waitpid(bus_pid, NULL, 0);
}

static int grant(sd_bus_message *call)
{
	int ends[2], ret;

	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	locks[asked].end = ends[0];
	ret = sd_bus_reply_method_return(call, "h", ends[1]);
	close(ends[1]);
	asked++;
	return ret;
}

static int on_call(sd_bus_message *call, void *context, sd_bus_error *error)
{
	const char *what, *who, *why, *mode;

	(void)context;
	(void)error;
	if (!sd_bus_message_is_method_call(call, MANAGER, "Inhibit"))
		return 0;
	if (is_stopping)
		return sd_bus_reply_method_errorf(call, LOGIND ".OperationInProgress", "too late");
	assert_true(asked < LOCKS);
	assert_true(sd_bus_message_read(call, "ssss", &what, &who, &why, &mode) >= 0);
	snprintf(locks[asked].what, sizeof(locks->what), "%s", what);
	snprintf(locks[asked].who, sizeof(locks->who), "%s", who);
	snprintf(locks[asked].why, sizeof(locks->why), "%s", why);
	snprintf(locks[asked].mode, sizeof(locks->mode), "%s", mode);
	if (is_silent) {
		unanswered = sd_bus_message_ref(call);
		return 1;
	}
	return grant(call);
}

static void start_logind(void)
{
	assert_true(sd_bus_new(&logind) >= 0);
	assert_true(sd_bus_set_address(logind, address) >= 0);
	assert_true(sd_bus_set_bus_client(logind, true) >= 0);
	assert_true(sd_bus_negotiate_fds(logind, true) >= 0);
	assert_true(sd_bus_start(logind) >= 0);
	assert_true(sd_bus_add_object(logind, NULL, LOGIND_PATH, on_call, NULL) >= 0);
	assert_true(sd_bus_request_name(logind, LOGIND, 0) >= 0);
	assert_true(sd_bus_attach_event(logind, loop, 0) >= 0);
}

static void stop_logind(void)
{
	logind = sd_bus_flush_close_unref(logind);
}

static void announce(const char *what, int begins)
{
	assert_true(sd_bus_emit_signal(logind, LOGIND_PATH, MANAGER, what, "b", begins) >= 0);
}

static bool is_held(unsigned int number)
{
	struct pollfd end = { .fd = locks[number].end, .events = POLLIN };

	assert_true(number < asked);
	return !poll(&end, 1, 0);
}

static void take_leaving(void *context)
{
	(void)context;
	leavings++;
}

static int make(void **state)
{
	static const struct devtask_inhibit_events events = { take_leaving };

	(void)state;
	asked = leavings = 0;
	is_stopping = is_silent = false;
	folder_make(&folder);
	snprintf(address, sizeof(address), "unix:path=%s/bus", folder.path);
	assert_int_equal(sd_event_new(&loop), 0);
	start_bus();
	return devtask_inhibit_create(&inhibit, loop, address, &events, NULL);
}

static int drop(void **state)
{
	(void)state;
	devtask_inhibit_destroy(inhibit);
	if (logind)
		stop_logind();
	stop_bus();
	sd_event_unref(loop);
	while (asked)
		close(locks[--asked].end);
	folder_remove(&folder);
	return 0;
}

/* Turns the loop until @condition holds; a minute without it is a failure. */
#define until(condition) do { \
	while (!(condition)) \
		assert_true(sd_event_run(loop, 60000000) > 0); \
} while (0)

static void a_servicing_blocks_under_its_own_name(void **state)
{
	(void)state;
	start_logind();
	devtask_inhibit_add(inhibit, 1, SERVICING, "Example.App", "usb:1209:0001");
	devtask_inhibit_add(inhibit, 1, SERVICING, "Example.App", "usb:1209:0001");
	devtask_inhibit_add(inhibit, 2, SERVICING, "", "a\nb");
	until(devtask_inhibit_count(inhibit) == 2);
	assert_int_equal(asked, 2);
	assert_string_equal(locks[0].what, "sleep:shutdown:handle-lid-switch");
	assert_string_equal(locks[0].mode, "block");
	assert_string_equal(locks[0].who, "devtask (Example.App)");
	assert_string_equal(locks[0].why, "usb:1209:0001 is being updated and may be damaged");
	assert_string_equal(locks[1].who, "devtask");
	assert_string_equal(locks[1].why, "a b is being updated and may be damaged");
	devtask_inhibit_remove(inhibit, 1);
	assert_false(is_held(0));
	assert_true(is_held(1));
	devtask_inhibit_remove(inhibit, 1);
	devtask_inhibit_remove(inhibit, 2);
	assert_false(is_held(1));
}

static void all_uses_share_one_delay_until_the_last_has_ended(void **state)
{
	(void)state;
	start_logind();
	devtask_inhibit_add(inhibit, 1, USE, "Example.App", "usb:1209:0001");
	devtask_inhibit_add(inhibit, 2, USE, "Example.App", "usb:1209:0002");
	until(devtask_inhibit_count(inhibit));
	assert_string_equal(locks[0].what, "sleep:shutdown");
	assert_string_equal(locks[0].mode, "delay");
	announce("PrepareForSleep", true);
	until(leavings);
	assert_true(devtask_inhibit_is_leaving(inhibit));
	devtask_inhibit_remove(inhibit, 1);
	assert_true(is_held(0));
	devtask_inhibit_remove(inhibit, 2);
	assert_false(is_held(0));
	announce("PrepareForSleep", false);
	until(!devtask_inhibit_is_leaving(inhibit));
	assert_int_equal(asked, 1);
	assert_int_equal(leavings, 1);
}

static void shutdown_is_announced_too(void **state)
{
	(void)state;
	start_logind();
	devtask_inhibit_add(inhibit, 1, USE, "", "usb:1209:0001");
	until(devtask_inhibit_count(inhibit));
	announce("PrepareForShutdown", true);
	until(leavings);
	assert_true(devtask_inhibit_is_leaving(inhibit));
	announce("PrepareForShutdown", false);
	until(!devtask_inhibit_is_leaving(inhibit));
	assert_true(is_held(0));
}

/* logind grants nothing more once it has announced. */
static void a_use_that_comes_too_late_is_ended_and_the_next_is_not(void **state)
{
	(void)state;
	start_logind();
	is_stopping = true;
	devtask_inhibit_add(inhibit, 1, USE, "", "usb:1209:0001");
	until(leavings);
	assert_int_equal(devtask_inhibit_count(inhibit), 0);
	is_stopping = false;
	announce("PrepareForSleep", false);
	until(devtask_inhibit_count(inhibit));
	assert_int_equal(leavings, 1);
}

static void an_answer_to_a_task_that_has_ended_holds_nothing(void **state)
{
	(void)state;
	start_logind();
	is_silent = true;
	devtask_inhibit_add(inhibit, 1, SERVICING, "", "usb:1209:0001");
	until(unanswered);
	devtask_inhibit_remove(inhibit, 1);
	is_silent = false;
	grant(unanswered);
	unanswered = sd_bus_message_unref(unanswered);
	/* What comes behind it has been heard. */
	announce("PrepareForSleep", true);
	until(leavings);
	assert_int_equal(devtask_inhibit_count(inhibit), 0);
	assert_false(is_held(0));
}

static void a_logind_that_comes_later_is_asked(void **state)
{
	(void)state;
	devtask_inhibit_add(inhibit, 1, SERVICING, "", "usb:1209:0001");
	devtask_inhibit_add(inhibit, 2, USE, "", "usb:1209:0002");
	assert_int_equal(devtask_inhibit_count(inhibit), 0);
	start_logind();
	until(devtask_inhibit_count(inhibit) == 2);
}

static void a_bus_that_goes_takes_no_lock_with_it(void **state)
{
	(void)state;
	start_logind();
	devtask_inhibit_add(inhibit, 1, SERVICING, "", "usb:1209:0001");
	until(devtask_inhibit_count(inhibit));
	stop_logind();
	stop_bus();
	start_bus();
	start_logind();
	/* The room is back when it asks for the next one. */
	devtask_inhibit_add(inhibit, 2, SERVICING, "", "usb:1209:0002");
	until(devtask_inhibit_count(inhibit) == 2);
	assert_int_equal(asked, 2);
	assert_true(is_held(0));
}

static void nothing_outlives_the_room(void **state)
{
	(void)state;
	start_logind();
	devtask_inhibit_add(inhibit, 1, SERVICING, "", "usb:1209:0001");
	devtask_inhibit_add(inhibit, 2, USE, "", "usb:1209:0002");
	until(devtask_inhibit_count(inhibit) == 2);
	devtask_inhibit_destroy(inhibit);
	inhibit = NULL;
	assert_false(is_held(0));
	assert_false(is_held(1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name)	cmocka_unit_test_setup_teardown(name, make, drop)
		TEST(a_servicing_blocks_under_its_own_name),
		TEST(all_uses_share_one_delay_until_the_last_has_ended),
		TEST(shutdown_is_announced_too),
		TEST(a_use_that_comes_too_late_is_ended_and_the_next_is_not),
		TEST(an_answer_to_a_task_that_has_ended_holds_nothing),
		TEST(a_logind_that_comes_later_is_asked),
		TEST(a_bus_that_goes_takes_no_lock_with_it),
		TEST(nothing_outlives_the_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
