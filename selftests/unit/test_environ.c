// SPDX-License-Identifier: GPL-2.0-only
/* The environment of a task: APP-2 (what the task is told), APP-5 (it is not the app). */
#include <stdlib.h>
#include <string.h>

#include "environ.h"
#include "unit.h"

static const char *look_up(char **list, const char *name)
{
	size_t length = strlen(name);
	const char *found = NULL;

	for (; *list; list++) {
		if (strncmp(*list, name, length) || (*list)[length] != '=')
			continue;
		assert_null(found);
		found = *list + length + 1;
	}
	return found;
}

static char **build(char *const *caller, const char *user)
{
	const struct devtask_environ_facts facts = {
		.trigger = "guid", .device = "usb:1-1", .type = "use", .arguments = "a b",
		.descriptor_names = "usb-1234-5678", .descriptors = 1, .pid = 42,
		.user = user, .home = "/home/u", .shell = "/bin/sh",
	};
	char **list = devtask_environ_build(caller, &facts);

	assert_non_null(list);
	return list;
}

/* The list ends with its process otherwise; entries of the caller are the caller's. */
static void drop(char **list, char *const *caller)
{
	for (char **entry = list; *entry; entry++) {
		char *const *own = caller;

		while (own && *own && *own != *entry)
			own++;
		if (!own || !*own)
			free(*entry);
	}
	free(list);
}

/* APP-2 */
static void the_task_is_told_what_it_is_for(void **state)
{
	char *caller[] = { "PATH=/bin", "DEVTASK_TRIGGER_ID=forged", "LISTEN_FDS=9",
			   "LISTEN_PID=1", "LISTEN_FDNAMES=x", NULL };
	char **list = build(caller, NULL);

	(void)state;
	assert_string_equal(look_up(list, "DEVTASK_TRIGGER_ID"), "guid");
	assert_string_equal(look_up(list, "DEVTASK_DEVICE"), "usb:1-1");
	assert_string_equal(look_up(list, "DEVTASK_TYPE"), "use");
	assert_string_equal(look_up(list, "DEVTASK_ARGUMENTS"), "a b");
	assert_string_equal(look_up(list, "LISTEN_FDS"), "1");
	assert_string_equal(look_up(list, "LISTEN_PID"), "42");
	assert_string_equal(look_up(list, "LISTEN_FDNAMES"), "usb-1234-5678");
	assert_string_equal(look_up(list, "PATH"), "/bin");
	drop(list, caller);
}

/* APP-5 */
static void what_belongs_to_the_caller_alone_stays_behind(void **state)
{
	char *caller[] = { "NOTIFY_SOCKET=/x", "WATCHDOG_USEC=1", "JOURNAL_STREAM=1:2",
			   "SUDO_UID=1000", "INVOCATION_ID=1", "DEVTASK_X=1", "=C:=x", "broken",
			   "NOTIFY=yes", NULL };
	char **list = build(caller, NULL);

	(void)state;
	for (size_t i = 0; i < 8; i++) {
		assert_false(devtask_environ_passes(caller[i], false));
		for (char **entry = list; *entry; entry++)
			assert_ptr_not_equal(*entry, caller[i]);
	}
	assert_string_equal(look_up(list, "NOTIFY"), "yes");
	drop(list, caller);
}

/* APP-5 */
static void another_user_gets_a_home_of_its_own(void **state)
{
	char *caller[] = { "HOME=/root", "USER=root", "LD_PRELOAD=/root/x.so", "SSH_AUTH_SOCK=/x",
			   "DBUS_SESSION_BUS_ADDRESS=x", "XDG_RUNTIME_DIR=/run/user/0", "LANG=C",
			   NULL };
	char **list = build(caller, "u");

	(void)state;
	assert_string_equal(look_up(list, "HOME"), "/home/u");
	assert_string_equal(look_up(list, "USER"), "u");
	assert_string_equal(look_up(list, "LOGNAME"), "u");
	assert_string_equal(look_up(list, "LANG"), "C");
	assert_null(look_up(list, "LD_PRELOAD"));
	assert_null(look_up(list, "SSH_AUTH_SOCK"));
	assert_null(look_up(list, "DBUS_SESSION_BUS_ADDRESS"));
	assert_null(look_up(list, "XDG_RUNTIME_DIR"));
	drop(list, caller);
	list = build(caller, NULL);
	assert_string_equal(look_up(list, "HOME"), "/root");
	assert_string_equal(look_up(list, "LD_PRELOAD"), "/root/x.so");
	drop(list, caller);
}

/* APP-5 */
static void an_empty_environment_is_enough(void **state)
{
	char *none[] = { NULL };
	char **list = build(none, NULL);

	(void)state;
	assert_string_equal(look_up(list, "LISTEN_FDS"), "1");
	drop(list, none);
	list = build(NULL, NULL);
	assert_string_equal(look_up(list, "LISTEN_FDS"), "1");
	drop(list, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_task_is_told_what_it_is_for),
		cmocka_unit_test(what_belongs_to_the_caller_alone_stays_behind),
		cmocka_unit_test(another_user_gets_a_home_of_its_own),
		cmocka_unit_test(an_empty_environment_is_enough),
	};

	return cmocka_run_group_tests_name("environ", tests, NULL, NULL);
}
