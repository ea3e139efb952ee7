// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who is in the foreground (INI-2): every rule of each provider on a false machine, and every way
 * to fail closed.
 */
#include <errno.h>
#include <signal.h>
#include <sys/wait.h>

#include "folder.h"
#include "foreground.h"
#include "foreground_tty.h"
#include "login.h"
#include "process.h"
#include "unit.h"

/* Device numbers as /proc/PID/stat has them. */
#define TTY2	((4 << 8) | 2)
#define TTY3	((4 << 8) | 3)
#define TTYS0	((4 << 8) | 64)
#define PTS0	(136 << 8)
#define PTS300	((137 << 8) | 44)
#define HVC0	(229 << 8)
#define USB300	((188 << 8) | 0x2c | (1 << 20))	/* minor 300 */

static struct folder root;
static struct devtask_login false_login;
static int login_result;
static bool false_text;
static char proc[128], sys[128], dev[128];
static sd_event *loop;
static struct devtask_foreground *fg;

static int find_login(pid_t pid, struct devtask_login *login)
{
	(void)pid;
	*login = false_login;
	return login_result;
}

static bool shows_text(const char *path)
{
	return false_text && strstr(path, "/dev/tty");
}

static bool active_session;

static bool is_active(const char *session)
{
	assert_string_equal(session, "c7");
	return active_session;
}

static const struct devtask_foreground_roots roots = { proc, sys, dev, find_login, shows_text,
						       is_active };

static void write_process_of(pid_t pid, pid_t parent, pid_t group, int terminal, pid_t foreground,
			     uid_t uid, char state)
{
	char name[64];

	snprintf(name, sizeof(name), "proc/%d/stat", pid);
	folder_write(&root, name, "%d (app) %c %d %d 700 %d %d 4194304 0 0\n", pid, state, parent, group,
		     terminal, foreground);
	snprintf(name, sizeof(name), "proc/%d/status", pid);
	folder_write(&root, name, "Name:\tapp\nPid:\t%d\nUid:\t0\t%u\t0\t0\n", pid, uid);
}

static void write_process(pid_t pid, pid_t group, int terminal, pid_t foreground)
{
	write_process_of(pid, 1, group, terminal, foreground, 1000, 'S');
}

static int make(void **state)
{
	(void)state;
	folder_make(&root);
	snprintf(proc, sizeof(proc), "%s/proc", root.path);
	snprintf(sys, sizeof(sys), "%s/sys", root.path);
	snprintf(dev, sizeof(dev), "%s/dev", root.path);
	memset(&false_login, 0, sizeof(false_login));
	login_result = -ENODATA;
	false_text = true;
	folder_write(&root, "sys/class/tty/tty0/active", "tty2\n");
	folder_link(&root, "sys/dev/char/4:2", "../../devices/virtual/tty/tty2");
	folder_link(&root, "sys/dev/char/4:3", "../../devices/virtual/tty/tty3");
	folder_link(&root, "sys/dev/char/4:64", "../../devices/pnp0/00:04/tty/ttyS0");
	folder_link(&root, "sys/dev/char/229:0", "../../devices/virtual/tty/hvc0");
	folder_link(&root, "sys/dev/char/188:300", "../../devices/usb1/ttyUSB300/tty/ttyUSB300");
	folder_write(&root, "dev/ttyS0", "x");
	assert_int_equal(sd_event_new(&loop), 0);
	assert_int_equal(devtask_foreground_create(&fg, loop, &roots, NULL), 0);
	return 0;
}

static int drop(void **state)
{
	(void)state;
	devtask_foreground_destroy(fg);
	sd_event_unref(loop);
	folder_remove(&root);
	return 0;
}

static void log_in(const char *type, const char *terminal, bool is_active)
{
	strcpy(false_login.id, "c4");
	strcpy(false_login.type, type);
	strcpy(false_login.terminal, terminal);
	false_login.is_active = is_active;
	login_result = 0;
}

static void expect_no(pid_t pid, const char *provider, const char *sentence)
{
	struct devtask_foreground_why why;

	assert_false(devtask_foreground_has(fg, pid, 1000, &why));
	assert_string_equal(why.sentence, sentence);
	assert_string_equal(why.provider, provider);
}

static void expect_yes(pid_t pid, const char *provider)
{
	struct devtask_foreground_why why;

	assert_true(devtask_foreground_has(fg, pid, 1000, &why));
	assert_string_equal(why.provider, provider);
	assert_string_equal(why.sentence, "");
}

/* INI-2: the name of a program can look like the fields behind it. */
static void a_program_cannot_forge_its_fields_by_its_name(void **state)
{
	struct devtask_process process = { 0 };

	(void)state;
	assert_int_equal(devtask_process_parse_stat(
		"812 (a) S 1 799 799 1026 799) R 5 812 799 1026 799 0 0\n", &process), 0);
	assert_int_equal(process.pid, 812);
	assert_int_equal(process.parent, 5);
	assert_int_equal(process.group, 812);
	assert_int_equal(process.session, 799);
	assert_int_equal(process.foreground, 799);
	assert_false(process.is_dead);
	assert_int_equal(devtask_process_parse_stat("812 (a\nb) Z 5 812 799 0 -1 0\n", &process), 0);
	assert_true(process.is_dead);
	assert_int_equal(process.terminal, 0);
	assert_int_equal(process.foreground, -1);
}

/* INI-2 */
static void a_stat_that_makes_no_sense_is_refused(void **state)
{
	static const char *const texts[] = { "", "812", "812 (a", "812 (a) S 1 2 3", "(a) S 1 2 3 4 5",
					     "812 (a) S 1 2 x 4 5 6" };
	struct devtask_process process = { .pid = 1 };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		assert_int_equal(devtask_process_parse_stat(texts[i], &process), -EBADMSG);
	assert_int_equal(process.pid, 1);
}

/* INI-2 */
static void terminals_are_known_by_their_numbers(void **state)
{
	static const struct { int number; const char *name; } cases[] = {
		{ TTY2, "tty2" }, { TTYS0, "ttyS0" }, { PTS0, "pts/0" }, { PTS300, "pts/300" },
		{ HVC0, "hvc0" }, { USB300, "ttyUSB300" },
	};
	struct devtask_process process;
	char text[128], name[64];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		snprintf(text, sizeof(text), "9 (a) S 1 2 3 %d 5 6", cases[i].number);
		assert_int_equal(devtask_process_parse_stat(text, &process), 0);
		assert_int_equal(devtask_foreground_tty_name(&roots, &process, name, sizeof(name)), 0);
		assert_string_equal(name, cases[i].name);
	}
}

/* INI-2 */
static void the_foreground_group_of_the_shown_terminal_has_it(void **state)
{
	struct devtask_foreground_why why;

	(void)state;
	write_process(812, 799, TTY2, 799);
	expect_yes(812, "tty");
	write_process(812, 812, TTY2, 799);
	expect_no(812, "tty", "the app's process group 812 is not the foreground group 799 of /dev/tty2");
	devtask_foreground_has(fg, 812, 1000, &why);
	assert_int_equal(why.measured, 812);
	assert_int_equal(why.required, 799);
	write_process(812, 812, TTY2, -1);
	expect_no(812, "tty", "the app's process group 812 is not the foreground group -1 of /dev/tty2");
	write_process(812, 799, TTY3, 799);
	expect_no(812, "tty", "the app's terminal /dev/tty3 is not shown; /dev/tty2 is");
	folder_write(&root, "sys/class/tty/tty0/active", "tty3\n");
	expect_yes(812, "tty");
}

/* INI-2 */
static void a_terminal_that_nobody_can_see_does_not_count(void **state)
{
	(void)state;
	write_process(812, 799, TTY2, 799);
	false_text = false;
	expect_no(812, "tty", "/dev/tty2 shows a graphical display, not the app's text");
	unlink(folder_path(&root, "sys/class/tty/tty0/active"));
	expect_no(812, "tty", "nobody can tell which virtual terminal is shown");
	unlink(folder_path(&root, "sys/dev/char/4:2"));
	expect_no(812, "tty", "the app's terminal 4:2 is gone");
}

/* INI-2 */
static void a_pseudo_terminal_counts_only_as_that_of_its_login(void **state)
{
	(void)state;
	write_process(812, 799, PTS0, 799);
	expect_no(812, "tty", "the app's terminal /dev/pts/0 is a pseudo terminal outside of any login "
		  "session, which anybody can make");
	log_in("tty", "pts/0", true);
	expect_yes(812, "tty");
	log_in("tty", "pts/0", false);
	expect_no(812, "tty", "login session c4 of the app is not active");
	log_in("tty", "pts/1", true);
	expect_no(812, "tty", "the app's terminal /dev/pts/0 is not the terminal of login session c4, "
		  "which is /dev/pts/1");
	log_in("tty", "", true);
	expect_no(812, "tty", "the app's terminal /dev/pts/0 is not the terminal of login session c4, "
		  "which is unknown");
	log_in("unspecified", "pts/0", true);
	expect_no(812, "tty", "login session c4 of the app is of type unspecified; only in one of type "
		  "tty does a pseudo terminal count");
	log_in("tty", "pts/0", true);
	write_process(812, 812, PTS0, 799);
	expect_no(812, "tty", "the app's process group 812 is not the foreground group 799 of /dev/pts/0");
}

/* INI-2 */
static void a_graphical_session_is_its_displays_matter(void **state)
{
	static const char *const types[] = { "x11", "wayland", "mir" };
	char want[256];

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		log_in(types[i], "tty2", true);
		snprintf(want, sizeof(want), "login session c4 of the app is graphical (%s): an agent of "
			 "that display has to report its window", types[i]);
		write_process(812, 799, TTY2, 799);
		expect_no(812, "tty", want);
		write_process(813, 799, PTS0, 799);
		expect_no(813, "tty", want);
	}
}

/* INI-2 */
static void a_serial_line_counts_for_whom_login_gave_it_to(void **state)
{
	uid_t owner = getuid() ? getuid() : 1234, other = owner + 1;
	struct devtask_foreground_why why;
	char want[256];

	(void)state;
	assert_int_equal(chown(folder_path(&root, "dev/ttyS0"), owner, (gid_t)-1), 0);
	write_process_of(812, 1, 799, TTYS0, 799, owner, 'S');
	assert_true(devtask_foreground_has(fg, 812, owner, &why));
	write_process_of(812, 1, 799, TTYS0, 799, other, 'S');
	assert_false(devtask_foreground_has(fg, 812, other, &why));
	snprintf(want, sizeof(want),
		 "nobody has logged in as user %u on the app's terminal /dev/ttyS0", other);
	assert_string_equal(why.sentence, want);
	log_in("tty", "ttyS0", true);
	assert_true(devtask_foreground_has(fg, 812, other, &why));
	log_in("tty", "ttyS0", false);
	assert_false(devtask_foreground_has(fg, 812, other, &why));
	assert_string_equal(why.sentence, "login session c4 of the app is not active");
	login_result = -ENODATA;
	write_process_of(813, 1, 799, HVC0, 799, 0, 'S');
	assert_true(devtask_foreground_has(fg, 813, 0, &why));
	write_process_of(813, 1, 813, HVC0, 799, 0, 'S');
	assert_false(devtask_foreground_has(fg, 813, 0, &why));
}

/* INI-2: no terminal, no report, no process, the wrong user: no. */
static void in_doubt_nobody_is_in_the_foreground(void **state)
{
	(void)state;
	write_process(812, 799, 0, -1);
	expect_no(812, "", "nobody can tell: the app's process 812 has no terminal, and no agent of user "
		  "1000 reports a window; start devtask-x11 in that session");
	write_process_of(812, 1, 799, TTY2, 799, 1000, 'Z');
	expect_no(812, "", "the app's process 812 has ended");
	expect_no(4711, "", "the app's process 4711 has ended");
	expect_no(0, "", "the app's process 0 has ended");
	write_process_of(812, 1, 799, TTY2, 799, 1001, 'S');
	expect_no(812, "", "the app's process 812 runs as user 1001, but user 1000 asked");
	write_process(812, 799, TTY2, 799);
	unlink(folder_path(&root, "proc/812/status"));
	expect_no(812, "", "the app's process 812 has ended");
}

/* A process that lives until it is told to go. */
static pid_t spawn(void)
{
	pid_t pid = fork();

	if (!pid) {
		for (;;)
			pause();
	}
	write_process(pid, pid, 0, -1);
	return pid;
}

static void end(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static const int agent, other_agent;

/* INI-2 */
static void the_window_that_an_agent_reports_has_it(void **state)
{
	pid_t one = spawn(), two = spawn();
	char want[256];

	(void)state;
	assert_int_equal(devtask_foreground_report(fg, &agent, 1000, "x11", 500, one), 0);
	expect_yes(one, "x11");
	snprintf(want, sizeof(want),
		 "x11: the app's process %d is not the one in the foreground, which is %d", two, one);
	expect_no(two, "x11", want);
	assert_int_equal(devtask_foreground_report(fg, &agent, 1000, "x11", 500, two), 0);
	expect_yes(two, "x11");
	/* The user looks at the empty desktop. */
	assert_int_equal(devtask_foreground_report(fg, &agent, 1000, "x11", 500, 0), 0);
	expect_no(two, "x11", "x11: no program of user 1000 is in the foreground");
	end(one);
	end(two);
}

/* INI-2 */
static void a_report_goes_with_its_agent(void **state)
{
	pid_t one = spawn(), two = spawn();
	char want[256];

	(void)state;
	devtask_foreground_report(fg, &agent, 1000, "x11", 500, one);
	devtask_foreground_report(fg, &other_agent, 1000, "x11", 501, two);
	expect_yes(one, "x11");
	expect_yes(two, "x11");
	devtask_foreground_withdraw(fg, &agent);
	snprintf(want, sizeof(want),
		 "x11: the app's process %d is not the one in the foreground, which is %d", one, two);
	expect_no(one, "x11", want);
	devtask_foreground_withdraw(fg, &other_agent);
	devtask_foreground_withdraw(fg, &other_agent);
	snprintf(want, sizeof(want), "nobody can tell: the app's process %d has no terminal, and no agent "
		 "of user 1000 reports a window; start devtask-x11 in that session", two);
	expect_no(two, "", want);
	end(one);
	end(two);
}

/* INI-2: the number of a dead process may be another's at once. */
static void a_report_goes_with_its_process(void **state)
{
	pid_t pid = spawn();

	(void)state;
	devtask_foreground_report(fg, &agent, 1000, "x11", 500, pid);
	devtask_foreground_set(fg, 1000, pid);
	expect_yes(pid, "manual");
	end(pid);
	/* Before the loop has turned, and after. */
	expect_no(pid, "manual", "manual: no program of user 1000 is in the foreground");
	while (sd_event_run(loop, 0) > 0)
		;
	expect_no(pid, "manual", "manual: no program of user 1000 is in the foreground");
	assert_int_equal(devtask_foreground_report(fg, &agent, 1000, "x11", 500, pid), -ESRCH);
}

/* INI-2 */
static void a_display_behind_another_session_does_not_count(void **state)
{
	pid_t pid = spawn();

	(void)state;
	devtask_foreground_report(fg, &agent, 1000, "x11", 500, pid);
	log_in("x11", "tty7", false);
	expect_no(pid, "x11", "x11: login session c4 of the display is not active");
	log_in("x11", "tty7", true);
	expect_yes(pid, "x11");
	/* Where both speak in a graphical session, the display's words are told. */
	write_process(pid, 3, PTS0, 4);
	devtask_foreground_report(fg, &agent, 1000, "x11", 500, 0);
	expect_no(pid, "x11", "x11: no program of user 1000 is in the foreground");
	end(pid);
}

/* INI-2: within the window of a terminal emulator its foreground group has it. */
static void a_program_in_the_windows_terminal_has_it_too(void **state)
{
	pid_t window = spawn();
	char want[256];

	(void)state;
	log_in("x11", "tty7", true);
	devtask_foreground_report(fg, &agent, 1000, "x11", 500, window);
	write_process_of(700, window, 700, PTS0, 901, 1000, 'S');	/* the shell */
	write_process_of(901, 700, 901, PTS0, 901, 1000, 'S');
	expect_yes(901, "x11");
	snprintf(want, sizeof(want),
		 "x11: the app's process 902 is not the one in the foreground, which is %d", window);
	write_process_of(902, 700, 902, PTS0, 901, 1000, 'S');		/* started with & */
	expect_no(902, "x11", want);
	write_process_of(902, 700, 902, 0, -1, 1000, 'S');		/* without a terminal */
	expect_no(902, "x11", want);
	end(window);
}

/* INI-2: a program that was left behind can make a terminal, and be the first one on it. */
static void a_terminal_that_the_window_did_not_make_has_it_not(void **state)
{
	pid_t window = spawn();
	char want[256];

	(void)state;
	log_in("x11", "tty7", true);
	devtask_foreground_report(fg, &agent, 1000, "x11", 500, window);
	snprintf(want, sizeof(want),
		 "x11: the app's process 902 is not the one in the foreground, which is %d", window);
	write_process_of(902, 700, 901, PTS0, 901, 1000, 'S');
	expect_no(902, "x11", want);				/* of a session without a leader */
	write_process_of(600, window, 600, PTS300, 600, 1000, 'S');
	write_process_of(700, 600, 700, PTS0, 901, 1000, 'S');	/* led by the shell's child */
	expect_no(902, "x11", want);
	write_process_of(700, window, 700, PTS300, 901, 1000, 'S');	/* by one elsewhere */
	expect_no(902, "x11", want);
	write_process_of(700, window, 700, PTS0, 901, 1000, 'S');
	expect_yes(902, "x11");
	end(window);
}

/* INI-2 */
static void a_display_counts_while_its_session_is_the_active_one(void **state)
{
	pid_t pid = spawn();

	(void)state;
	write_process_of(500, 1, 500, 0, -1, 1000, 'S');
	active_session = true;
	assert_int_equal(devtask_foreground_report_display(fg, &agent, 1000, "x11", 500, "c7", pid),
			 0);
	expect_yes(pid, "x11");
	active_session = false;
	expect_no(pid, "x11", "x11: login session c7 of the display is not active");
	/* Without logind, if the administrator lets it count. */
	assert_int_equal(devtask_foreground_report_display(fg, &agent, 1000, "x11", 500, "", pid), 0);
	expect_yes(pid, "x11");
	assert_int_equal(devtask_foreground_report_display(fg, &agent, 1000, "x11", 500,
		"a-session-with-a-name-that-is-longer-than-any-that-logind-gives-to-one", pid),
		-EINVAL);
	end(pid);
}

/* INI-2: a user may stop the own programs, this one too; then the focus moves unseen. */
static void who_watches_a_display_must_be_at_work(void **state)
{
	static const char want[] = "x11: process 500, which watches the display, is stopped";
	pid_t pid = spawn();

	(void)state;
	active_session = true;
	devtask_foreground_report_display(fg, &agent, 1000, "x11", 500, "c7", pid);
	expect_no(pid, "x11", want);				/* not there */
	for (const char *letter = "TtZX"; *letter; letter++) {
		write_process_of(500, 1, 500, 0, -1, 1000, *letter);
		expect_no(pid, "x11", want);
	}
	write_process_of(500, 1, 500, 0, -1, 1000, 'R');
	expect_yes(pid, "x11");
	end(pid);
}

/* INI-2 */
static void a_report_that_makes_no_sense_is_refused(void **state)
{
	pid_t pid = spawn();

	(void)state;
	assert_int_equal(devtask_foreground_report(fg, &agent, 1001, "x11", 500, pid), -EPERM);
	assert_int_equal(devtask_foreground_report(fg, &agent, 1000, "x11", 500, -1), -EINVAL);
	assert_int_equal(devtask_foreground_report(fg, &agent, 1000, "", 500, pid), -EINVAL);
	assert_int_equal(devtask_foreground_report(fg, &agent, 1000, "tty", 500, pid), -EINVAL);
	assert_int_equal(devtask_foreground_report(fg, &agent, 1000, "manual", 500, pid), -EINVAL);
	assert_int_equal(devtask_foreground_report(fg, &agent, 1000, "a-provider-of-x11", 500, pid),
			 -EINVAL);
	/* What cannot be believed also ends what was believed before. */
	assert_int_equal(devtask_foreground_report(fg, &agent, 1000, "x11", 500, pid), 0);
	expect_yes(pid, "x11");
	write_process_of(pid, 1, 1, 0, -1, 1001, 'S');
	assert_int_equal(devtask_foreground_report(fg, &agent, 1000, "x11", 500, pid), -EPERM);
	write_process(pid, pid, 0, -1);
	devtask_foreground_set(fg, 1000, 0);
	expect_no(pid, "manual", "manual: no program of user 1000 is in the foreground");
	end(pid);
}

/* INI-2 */
static void sources_are_bounded(void **state)
{
	static char sources[300];
	int ret = 0;
	int taken = 0;

	(void)state;
	while (!(ret = devtask_foreground_report(fg, &sources[taken], 1000, "x11", 500, 0)))
		taken++;
	assert_int_equal(ret, -EMFILE);
	assert_int_equal(taken, 256);
}

static void count(const char *provider, uid_t uid, pid_t pid, void *context)
{
	assert_string_equal(provider, "manual");
	assert_true(uid == 1000 || uid == 1001);
	assert_true(pid > 0 || uid == 1001);
	(*(int *)context)++;
}

/* INI-2 */
static void root_sets_and_clears_it_for_each_user(void **state)
{
	pid_t pid = spawn();
	char want[256];
	int rows = 0;

	(void)state;
	assert_int_equal(devtask_foreground_set(fg, 1000, pid), 0);
	assert_int_equal(devtask_foreground_set(fg, 1001, pid), -EPERM);
	assert_int_equal(devtask_foreground_set(fg, 1001, 0), 0);
	expect_yes(pid, "manual");
	devtask_foreground_each(fg, count, &rows);
	assert_int_equal(rows, 2);
	assert_true(devtask_foreground_clear(fg, 1000));
	assert_false(devtask_foreground_clear(fg, 1000));
	snprintf(want, sizeof(want), "nobody can tell: the app's process %d has no terminal, and no agent "
		 "of user 1000 reports a window; start devtask-x11 in that session", pid);
	expect_no(pid, "", want);
	end(pid);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make, drop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_program_cannot_forge_its_fields_by_its_name),
		cmocka_unit_test(a_stat_that_makes_no_sense_is_refused),
		IN_FOLDER(terminals_are_known_by_their_numbers),
		IN_FOLDER(the_foreground_group_of_the_shown_terminal_has_it),
		IN_FOLDER(a_terminal_that_nobody_can_see_does_not_count),
		IN_FOLDER(a_pseudo_terminal_counts_only_as_that_of_its_login),
		IN_FOLDER(a_graphical_session_is_its_displays_matter),
		IN_FOLDER(a_serial_line_counts_for_whom_login_gave_it_to),
		IN_FOLDER(in_doubt_nobody_is_in_the_foreground),
		IN_FOLDER(the_window_that_an_agent_reports_has_it),
		IN_FOLDER(a_report_goes_with_its_agent),
		IN_FOLDER(a_report_goes_with_its_process),
		IN_FOLDER(a_display_behind_another_session_does_not_count),
		IN_FOLDER(a_program_in_the_windows_terminal_has_it_too),
		IN_FOLDER(a_terminal_that_the_window_did_not_make_has_it_not),
		IN_FOLDER(a_display_counts_while_its_session_is_the_active_one),
		IN_FOLDER(who_watches_a_display_must_be_at_work),
		IN_FOLDER(a_report_that_makes_no_sense_is_refused),
		IN_FOLDER(sources_are_bounded),
		IN_FOLDER(root_sets_and_clears_it_for_each_user),
	};

	return cmocka_run_group_tests_name("foreground", tests, NULL, NULL);
}
