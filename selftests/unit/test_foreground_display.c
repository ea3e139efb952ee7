// SPDX-License-Identifier: GPL-2.0-only
/* Which displays tell of the foreground (INI-2): each way to be none that counts, alone. */
#include <errno.h>
#include <sys/un.h>
#include <unistd.h>

#include "foreground_display.h"
#include "unit.h"

/* As lightdm starts one: root's server, whose name logind was told. */
static const struct devtask_display_facts managed = {
	.user = 1000,
	.session = { .id = "c2", .type = "x11", .class = "user", .display = ":0", .seat = "seat0",
		     .terminal = 7 },
	.name = ":0",
};

/* As startx and gdm start one: in the session, as its user, on its terminal. */
static const struct devtask_display_facts rootless = {
	.user = 1000,
	.session = { .id = "3", .type = "tty", .class = "user", .seat = "seat0", .terminal = 2 },
	.name = ":1",
	.server_user = 1000,
	.server_is_inside = true,
	.server_has_terminal = true,
	.server_is_roots = true,
};

static void expect(const struct devtask_display_facts *facts, const char *sentence)
{
	struct devtask_error error = { 0 };
	int ret = devtask_display_judge(facts, false, &error);

	assert_string_equal(error.text, sentence ? sentence : "");
	assert_int_equal(ret, sentence ? -EPERM : 0);
}

/* INI-2 */
static void the_display_of_a_login_session_counts(void **state)
{
	struct devtask_display_facts facts = rootless;

	(void)state;
	expect(&managed, NULL);
	expect(&rootless, NULL);
	facts.server_user = 0;			/* Xorg.wrap with root's rights */
	expect(&facts, NULL);
}

/* INI-2 */
static void a_session_that_nobody_sits_before_does_not_count(void **state)
{
	struct devtask_display_facts facts = managed;

	(void)state;
	facts.session.is_remote = true;
	expect(&facts, "login session c2 is at no seat: nobody sits before its display; log in at the "
	       "machine itself");
	facts = managed;
	facts.session.seat[0] = 0;
	expect(&facts, "login session c2 is at no seat: nobody sits before its display; log in at the "
	       "machine itself");
	facts = managed;
	strcpy(facts.session.class, "greeter");
	expect(&facts, "login session c2 is of class greeter; only in one of class user does a display "
	       "tell of the foreground");
	facts = managed;
	strcpy(facts.session.type, "wayland");
	expect(&facts, "login session c2 is of type wayland; its X display shows only some of the "
	       "windows");
}

/* INI-2: Xvfb :99, Xephyr, the display of somebody else who lent the cookie. */
static void a_server_that_a_program_started_does_not_count(void **state)
{
	static const char other[] = "display :99 is not that of login session c2, which is :0";
	static const char not_shown[] = "the X server of display :1 is not the one that login session "
					"3 shows: any program can start a server of its own";
	struct devtask_display_facts facts = managed;

	(void)state;
	strcpy(facts.name, ":99");
	expect(&facts, other);
	facts.server_user = 1000;
	facts.server_is_inside = facts.server_has_terminal = facts.server_is_roots = true;
	expect(&facts, other);
	facts = managed;
	facts.server_user = 1000;		/* the right name alone, where root's is not there */
	expect(&facts, "the X server of display :0 is not the one that login session c2 shows: any "
	       "program can start a server of its own");
	facts = rootless;
	facts.server_is_inside = false;
	expect(&facts, not_shown);
	facts = rootless;
	facts.server_has_terminal = false;
	expect(&facts, not_shown);
	facts = rootless;
	facts.server_is_roots = false;
	expect(&facts, not_shown);
	facts = rootless;
	facts.server_user = 1001;
	expect(&facts, not_shown);
	facts = rootless;
	facts.server_user = 0;			/* sudo Xvfb :1 */
	facts.server_has_terminal = false;
	expect(&facts, not_shown);
}

/* INI-2 */
static void without_logind_the_administrator_decides(void **state)
{
	struct devtask_display_facts facts = managed;
	struct devtask_error error;

	(void)state;
	memset(&facts.session, 0, sizeof(facts.session));
	expect(&facts, "user 1000 has no login session here that logind knows, so nobody can tell "
	       "whether display :0 is before a person; the administrator may let it count: "
	       "display-without-login in devtask.conf");
	assert_int_equal(devtask_display_judge(&facts, true, &error), 0);
	/* But not for what logind does know, nor for other machines' displays. */
	facts = rootless;
	facts.server_has_terminal = false;
	assert_int_equal(devtask_display_judge(&facts, true, &error), -EPERM);
	memset(&facts.session, 0, sizeof(facts.session));
	facts.name[0] = 0;
	assert_int_equal(devtask_display_judge(&facts, true, &error), -EPERM);
}

static int listen_at(const char *name, bool is_abstract, int *client)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	socklen_t length;
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	strcpy(address.sun_path + is_abstract, name);
	length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + is_abstract + strlen(name));
	assert_int_equal(bind(fd, (struct sockaddr *)&address, length), 0);
	assert_int_equal(listen(fd, 1), 0);
	*client = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(connect(*client, (struct sockaddr *)&address, length), 0);
	return fd;
}

/* INI-2 */
static void a_display_is_known_by_its_socket(void **state)
{
	static const struct {
		const char *socket, *name;
	} rows[] = {
		{ "/tmp/.X11-unix/X4711", ":4711" },
		{ "/tmp/.X11-unix/X", "" },
		{ "/tmp/.X11-unix/X4711a", "" },
		{ "/tmp/.X11-unix/X-4711", "" },
		{ "/tmp/.X11-unix/X471147114711", "" },
		{ "/tmp/.X11-unix/../.X11-unix/X4711", "" },
		{ "/srv/tmp/.X11-unix/X4711", "" },
	};
	const struct ucred who = { getpid(), getuid(), getgid() };
	struct devtask_display_facts facts;
	int client, listener, ends[2];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		listener = listen_at(rows[i].socket, true, &client);
		assert_int_equal(devtask_display_look(client, &who, &facts), 0);
		assert_string_equal(facts.name, rows[i].name);
		assert_int_equal(facts.user, getuid());
		assert_int_equal(facts.server_user, *rows[i].name ? getuid() : (uid_t)-1);
		assert_false(facts.server_has_terminal);
		close(client);
		close(listener);
	}
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(devtask_display_look(ends[0], &who, &facts), 0);
	assert_string_equal(facts.name, "");
	expect(&facts, "this is no display of this machine; its clients cannot be told apart");
	close(ends[0]);
	close(ends[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_display_of_a_login_session_counts),
		cmocka_unit_test(a_session_that_nobody_sits_before_does_not_count),
		cmocka_unit_test(a_server_that_a_program_started_does_not_count),
		cmocka_unit_test(without_logind_the_administrator_decides),
		cmocka_unit_test(a_display_is_known_by_its_socket),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
