// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lock state (RUN-4) and log-off (RUN-8), against a real bus of the test's own. logind on it is a
 * fake: the real one needs systemd as process 1 and people who log in. It speaks the part of
 * logind's interface that the room uses.
 */
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

#include <systemd/sd-bus.h>

#include "folder.h"
#include "session.h"
#include "unit.h"

#define LOGIND		"org.freedesktop.login1"
#define LOGIND_PATH	"/org/freedesktop/login1"
#define SENTINEL	4242

struct login {
	uid_t uid;
	const char *seat;
	const char *class;
	const char *state;
	bool is_locked;
	bool is_there;
	bool is_vanishing;	/* listed, but gone when it is asked for */
	bool is_failing;	/* logind cannot say */
};

static struct login logins[8];
static struct folder folder;
static char address[128];
static pid_t bus_pid;
static sd_bus *logind;
static sd_event *loop;
static struct devtask_session *session;
static unsigned int offs[8], off_count, changes;

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
	/* It prints its address when it listens. */
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
}

static void stop_bus(void)
{
	kill(bus_pid, SIGKILL);
	waitpid(bus_pid, NULL, 0);
}

static int list(sd_bus_message *call, void *context, sd_bus_error *error)
{
	sd_bus_message *reply;
	char path[64];
	int ret;

	(void)context;
	(void)error;
	if (!sd_bus_message_is_method_call(call, LOGIND ".Manager", "ListSessions"))
		return 0;
	sd_bus_message_new_method_return(call, &reply);
	sd_bus_message_open_container(reply, 'a', "(susso)");
	for (unsigned int i = 0; i < 8; i++) {
		snprintf(path, sizeof(path), LOGIND_PATH "/session/_3%u", i);
		if (logins[i].is_there)
			sd_bus_message_append(reply, "(susso)", "c", logins[i].uid, "user",
					      logins[i].seat, path);
	}
	sd_bus_message_close_container(reply);
	ret = sd_bus_send(NULL, reply, NULL);
	sd_bus_message_unref(reply);
	return ret < 0 ? ret : 1;
}

static int describe(sd_bus_message *call, void *context, sd_bus_error *error)
{
	const char *path = sd_bus_message_get_path(call);
	const struct login *login = &logins[path[strlen(path) - 1] - '0'];

	(void)context;
	(void)error;
	if (login->is_vanishing)
		return sd_bus_reply_method_errorf(call, SD_BUS_ERROR_UNKNOWN_OBJECT, "it went");
	if (login->is_failing)
		return sd_bus_reply_method_errorf(call, SD_BUS_ERROR_NO_MEMORY, "no memory");
	return sd_bus_reply_method_return(call, "a{sv}", 5,
		"VTNr", "u", 2, "Class", "s", login->class, "LockedHint", "b", login->is_locked,
		"Scope", "s", "x", "State", "s", login->state);
}

static void start_logind(void)
{
	assert_true(sd_bus_new(&logind) >= 0);
	assert_true(sd_bus_set_address(logind, address) >= 0);
	assert_true(sd_bus_set_bus_client(logind, true) >= 0);
	assert_true(sd_bus_start(logind) >= 0);
	assert_true(sd_bus_add_object(logind, NULL, LOGIND_PATH, list, NULL) >= 0);
	assert_true(sd_bus_add_fallback(logind, NULL, LOGIND_PATH "/session", describe, NULL) >= 0);
	assert_true(sd_bus_request_name(logind, LOGIND, 0) >= 0);
	assert_true(sd_bus_attach_event(logind, loop, 0) >= 0);
}

static void stop_logind(void)
{
	logind = sd_bus_flush_close_unref(logind);
}

static void take_log_off(uid_t uid, void *context)
{
	(void)context;
	offs[off_count++] = uid;
}

static void take_change(void *context)
{
	(void)context;
	changes++;
}

static int make(void **state)
{
	static const struct devtask_session_events events = { take_log_off, take_change };

	(void)state;
	memset(logins, 0, sizeof(logins));
	off_count = changes = 0;
	folder_make(&folder);
	snprintf(address, sizeof(address), "unix:path=%s/bus", folder.path);
	assert_int_equal(sd_event_new(&loop), 0);
	start_bus();
	assert_int_equal(devtask_session_create(&session, loop, address, &events, NULL, NULL), 0);
	return 0;
}

static int drop(void **state)
{
	(void)state;
	devtask_session_destroy(session);
	if (logind)
		stop_logind();
	stop_bus();
	sd_event_unref(loop);
	folder_remove(&folder);
	return 0;
}

/* Turns the loop until @condition holds; a minute without it is a failure. */
#define until(condition) do { \
	while (!(condition)) \
		assert_true(sd_event_run(loop, 60000000) > 0); \
} while (0)

static void log_in(unsigned int number, uid_t uid, const char *seat, const char *class)
{
	logins[number] = (struct login) { uid, seat, class, "active", false, true, false, false };
	sd_bus_emit_signal(logind, LOGIND_PATH, LOGIND ".Manager", "SessionNew", "so", "c",
			   LOGIND_PATH "/session/x");
}

static void log_off(unsigned int number)
{
	logins[number].is_there = false;
	sd_bus_emit_signal(logind, LOGIND_PATH, LOGIND ".Manager", "SessionRemoved", "so", "c",
			   LOGIND_PATH "/session/x");
}

static void announce(unsigned int number, const char *property)
{
	char path[64];

	snprintf(path, sizeof(path), LOGIND_PATH "/session/_3%u", number);
	sd_bus_emit_signal(logind, path, "org.freedesktop.DBus.Properties", "PropertiesChanged",
			   "sa{sv}as", LOGIND ".Session", 0, 1, property);
}

static void lock(unsigned int number, bool is_locked)
{
	logins[number].is_locked = is_locked;
	announce(number, "LockedHint");
}

/* Returns when the room has seen everything that happened before. */
static void settle(void)
{
	log_in(7, SENTINEL, "", "user");
	until(devtask_session_is_logged_in(session, SENTINEL));
	log_off(7);
	until(!devtask_session_is_logged_in(session, SENTINEL));
	assert_int_equal(offs[--off_count], SENTINEL);
}

/* RUN-8 */
static void the_end_of_the_last_session_is_a_log_off(void **state)
{
	(void)state;
	start_logind();
	log_in(0, 1000, "seat0", "user");
	log_in(1, 1000, "", "user");
	log_in(2, 1001, "", "user");
	settle();
	assert_true(devtask_session_is_logged_in(session, 1000));
	log_off(0);
	settle();
	assert_int_equal(off_count, 0);
	log_off(1);
	until(off_count);
	assert_int_equal(offs[0], 1000);
	assert_false(devtask_session_is_logged_in(session, 1000));
	assert_true(devtask_session_is_logged_in(session, 1001));
	settle();
	assert_int_equal(off_count, 1);
}

/* RUN-8: programs that were left behind keep a session closing, but nobody is there. */
static void a_closing_session_is_a_log_off(void **state)
{
	(void)state;
	start_logind();
	log_in(0, 1000, "seat0", "user");
	settle();
	logins[0].state = "closing";
	announce(0, "State");
	until(off_count);
	assert_int_equal(offs[0], 1000);
	log_off(0);
	settle();
	assert_int_equal(off_count, 1);
}

/* RUN-8: greeters, cron jobs and service managers come and go with nobody. */
static void what_is_no_person_does_not_log_off(void **state)
{
	(void)state;
	start_logind();
	log_in(0, 1000, "seat0", "greeter");
	log_in(1, 1000, "", "background");
	log_in(2, 1000, "", "manager");
	log_in(3, 1001, "", "user");
	logins[3].is_vanishing = true;
	settle();
	assert_false(devtask_session_is_logged_in(session, 1000));
	assert_false(devtask_session_is_logged_in(session, 1001));
	for (unsigned int i = 0; i < 4; i++)
		log_off(i);
	settle();
	assert_int_equal(off_count, 0);
}

/*
 * RUN-4
 *
 *  each session of user 1000: seat, locked -> the user's screen
 */
static void the_screen_is_locked_when_no_seat_is_open(void **state)
{
	static const struct {
		struct { const char *seat; bool is_locked; } of[2];
		enum devtask_session_lock want;
	} cases[] = {
		{ { { "seat0", false }, { NULL } }, DEVTASK_SESSION_LOCK_OPEN },
		{ { { "seat0", true }, { NULL } }, DEVTASK_SESSION_LOCK_LOCKED },
		{ { { "seat0", true }, { "seat1", false } }, DEVTASK_SESSION_LOCK_OPEN },
		{ { { "seat0", true }, { "seat1", true } }, DEVTASK_SESSION_LOCK_LOCKED },
		{ { { "seat0", true }, { "", false } }, DEVTASK_SESSION_LOCK_LOCKED },
		{ { { "seat0", false }, { "", true } }, DEVTASK_SESSION_LOCK_OPEN },
		{ { { "", false }, { NULL } }, DEVTASK_SESSION_LOCK_OPEN },
		{ { { "", true }, { NULL } }, DEVTASK_SESSION_LOCK_LOCKED },
		{ { { NULL }, { NULL } }, DEVTASK_SESSION_LOCK_OPEN },
	};

	(void)state;
	start_logind();
	log_in(6, 1001, "seat0", "user");
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		for (unsigned int j = 0; j < 2; j++) {
			if (!cases[i].of[j].seat) {
				log_off(j);
				continue;
			}
			log_in(j, 1000, cases[i].of[j].seat, "user");
			lock(j, cases[i].of[j].is_locked);
		}
		settle();
		assert_int_equal(devtask_session_lock(session, 1000), cases[i].want);
		assert_int_equal(devtask_session_lock(session, 1001), DEVTASK_SESSION_LOCK_OPEN);
	}
}

/* RUN-4 */
static void a_change_of_the_lock_is_told_at_once(void **state)
{
	unsigned int before;

	(void)state;
	start_logind();
	log_in(0, 1000, "seat0", "user");
	settle();
	before = changes;
	lock(0, true);
	until(changes > before);
	assert_int_equal(devtask_session_lock(session, 1000), DEVTASK_SESSION_LOCK_LOCKED);
	before = changes;
	lock(0, false);
	until(changes > before);
	assert_int_equal(devtask_session_lock(session, 1000), DEVTASK_SESSION_LOCK_OPEN);
}

/* RUN-4, RUN-8: without logind nothing is known and nothing is waited for. */
static void without_logind_nothing_is_known(void **state)
{
	(void)state;
	assert_int_equal(devtask_session_lock(session, 1000), DEVTASK_SESSION_LOCK_UNKNOWN);
	/* The bus answers that nobody has the name. */
	until(changes);
	assert_int_equal(devtask_session_lock(session, 1000), DEVTASK_SESSION_LOCK_UNKNOWN);
	assert_false(devtask_session_is_known(session));
	assert_int_equal(off_count, 0);
}

/* RUN-8: who logged off while logind was away has logged off all the same. */
static void a_log_off_behind_loginds_back_is_noticed(void **state)
{
	(void)state;
	start_logind();
	log_in(0, 1000, "seat0", "user");
	lock(0, true);
	settle();
	stop_logind();
	until(!devtask_session_is_known(session));
	assert_int_equal(devtask_session_lock(session, 1000), DEVTASK_SESSION_LOCK_UNKNOWN);
	assert_int_equal(off_count, 0);
	logins[0].is_there = false;
	start_logind();
	until(off_count);
	assert_int_equal(offs[0], 1000);
	assert_true(devtask_session_is_known(session));
}

/* RUN-4, RUN-8 */
static void a_bus_that_starts_again_is_found_again(void **state)
{
	(void)state;
	start_logind();
	log_in(0, 1000, "seat0", "user");
	lock(0, true);
	settle();
	stop_logind();
	stop_bus();
	until(!devtask_session_is_known(session));
	start_bus();
	start_logind();
	until(devtask_session_is_known(session));
	assert_int_equal(devtask_session_lock(session, 1000), DEVTASK_SESSION_LOCK_LOCKED);
	assert_int_equal(off_count, 0);
	log_off(0);
	until(off_count);
	assert_int_equal(offs[0], 1000);
}

/* RUN-8: an answer that does not come logs nobody off. */
static void a_logind_in_trouble_logs_nobody_off(void **state)
{
	(void)state;
	start_logind();
	log_in(0, 1000, "seat0", "user");
	lock(0, true);
	settle();
	logins[0].is_failing = true;
	lock(0, false);
	until(!devtask_session_is_known(session));
	assert_int_equal(devtask_session_lock(session, 1000), DEVTASK_SESSION_LOCK_UNKNOWN);
	logins[0].is_failing = false;
	until(devtask_session_is_known(session));
	assert_int_equal(devtask_session_lock(session, 1000), DEVTASK_SESSION_LOCK_OPEN);
	assert_int_equal(off_count, 0);
}

/* RUN-8, RUN-11: one helper sees a login, the next one that it has gone. */
static void a_log_off_while_no_helper_ran_is_noticed(void **state)
{
	static const struct devtask_session_events events = { take_log_off, take_change };

	(void)state;
	assert_int_equal(devtask_session_remember(session, folder_path(&folder, "users")), 0);
	start_logind();
	log_in(0, 1000, "seat0", "user");
	log_in(1, 1001, "seat0", "user");
	log_in(2, 1002, "seat0", "greeter");
	settle();
	devtask_session_destroy(session);
	logins[0].is_there = logins[2].is_there = false;
	assert_int_equal(devtask_session_create(&session, loop, address, &events, NULL, NULL), 0);
	assert_int_equal(devtask_session_remember(session, folder_path(&folder, "users")), 0);
	assert_int_equal(devtask_session_lock(session, 1000), DEVTASK_SESSION_LOCK_UNKNOWN);
	until(off_count);
	assert_int_equal(offs[0], 1000);
	settle();
	assert_int_equal(off_count, 1);
	assert_true(devtask_session_is_logged_in(session, 1001));
}

#define ON_BUS(test) cmocka_unit_test_setup_teardown(test, make, drop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_BUS(the_end_of_the_last_session_is_a_log_off),
		ON_BUS(a_closing_session_is_a_log_off),
		ON_BUS(what_is_no_person_does_not_log_off),
		ON_BUS(the_screen_is_locked_when_no_seat_is_open),
		ON_BUS(a_change_of_the_lock_is_told_at_once),
		ON_BUS(without_logind_nothing_is_known),
		ON_BUS(a_log_off_behind_loginds_back_is_noticed),
		ON_BUS(a_logind_in_trouble_logs_nobody_off),
		ON_BUS(a_log_off_while_no_helper_ran_is_noticed),
		ON_BUS(a_bus_that_starts_again_is_found_again),
	};

	return cmocka_run_group_tests_name("session", tests, NULL, NULL);
}
