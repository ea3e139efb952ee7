// SPDX-License-Identifier: GPL-2.0-only
/* Who has a device open (APP-7): a child of ours, with /dev/full, which nobody else has. */
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "holder.h"
#include "siblings.h"
#include "unit.h"

static pid_t child;

/* A child that has /dev/full open with @flags, and nothing else of ours. */
static void start_child(int flags)
{
	int ready[2];
	char byte;

	assert_int_equal(pipe(ready), 0);
	child = fork();
	assert_true(child >= 0);
	if (!child) {
		if (open("/dev/full", flags) < 0 || write(ready[1], "", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
}

static void end_child(void)
{
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

/* A node that nobody has, and full, as if they were nodes of one device; of full reading is I/O if @reading. */
static void make_device(struct devtask_siblings *siblings, bool reading)
{
	memset(siblings, 0, sizeof(*siblings));
	siblings->count = 2;
	siblings->list[0].number = makedev(250, 4711);
	siblings->list[1].number = makedev(1, 7);
	siblings->list[1].reading_is_io = reading;
	strcpy(siblings->list[1].node, "/dev/full");
}

static bool is_held(bool reading)
{
	struct devtask_holder holder = { 0 };
	struct devtask_siblings siblings;
	bool held;

	make_device(&siblings, reading);
	held = devtask_holder_find_any(NULL, &siblings, NULL, NULL, &holder);
	if (held) {
		assert_int_equal(holder.pid, child);
		assert_string_equal(holder.node, "/dev/full");
		assert_true(*holder.name);
	}
	return held;
}

static void who_writes_is_a_holder_of_any_node(void **state)
{
	struct devtask_holder holder = { 0 };

	(void)state;
	start_child(O_WRONLY);
	assert_true(is_held(false));
	assert_true(is_held(true));
	assert_true(devtask_holder_find(NULL, makedev(1, 7), &holder));
	assert_int_equal(holder.pid, child);
	end_child();
	assert_false(is_held(true));
}

static void who_reads_is_one_where_reading_is_io(void **state)
{
	struct devtask_holder holder;

	(void)state;
	start_child(O_RDONLY);
	assert_true(is_held(true));
	assert_false(is_held(false));
	assert_false(devtask_holder_find(NULL, makedev(1, 7), &holder));
	end_child();
}

static void a_path_without_io_is_no_hold(void **state)
{
	(void)state;
	start_child(O_PATH);
	assert_false(is_held(true));
	end_child();
}

static void a_disk_of_the_same_number_is_another_node(void **state)
{
	struct devtask_holder holder;
	struct devtask_siblings siblings;

	(void)state;
	start_child(O_RDWR);
	make_device(&siblings, true);
	siblings.list[1].is_block = true;
	assert_false(devtask_holder_find_any(NULL, &siblings, NULL, NULL, &holder));
	assert_false(devtask_siblings_have(&siblings, false, makedev(1, 7)));
	assert_true(devtask_siblings_have(&siblings, true, makedev(1, 7)));
	end_child();
}

static bool is_the_child(pid_t pid, void *context)
{
	(void)context;
	return pid == child;
}

static void whom_the_caller_spares_is_passed_over(void **state)
{
	struct devtask_holder holder;
	struct devtask_siblings siblings;

	(void)state;
	start_child(O_RDWR);
	make_device(&siblings, true);
	assert_false(devtask_holder_find_any(NULL, &siblings, is_the_child, NULL, &holder));
	end_child();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_writes_is_a_holder_of_any_node),
		cmocka_unit_test(who_reads_is_one_where_reading_is_io),
		cmocka_unit_test(a_path_without_io_is_no_hold),
		cmocka_unit_test(a_disk_of_the_same_number_is_another_node),
		cmocka_unit_test(whom_the_caller_spares_is_passed_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
