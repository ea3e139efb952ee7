// SPDX-License-Identifier: GPL-2.0-only
/* What devtaskctl top makes of two moments (ADM-1, ADM-3): rates, a table, JSON. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "board.h"
#include "duration.h"
#include "rates.h"
#include "unit.h"

#define SEC	DEVTASK_NSEC_PER_SEC

static struct devtask_pace pace(uint32_t id, uint64_t elapsed_ns, uint64_t ops, uint64_t bytes,
				uint64_t cpu_ns)
{
	struct devtask_pace made = { .has_cpu = true, .cpu_ns = cpu_ns };
	struct devtask_task *task = &made.task;

	task->id = id;
	task->type = DEVTASK_TYPE_USE;
	task->state = DEVTASK_STATE_RUNNING;
	snprintf(task->trigger, sizeof(task->trigger), "trigger-%u", id);
	strcpy(task->program, "/usr/bin/sync");
	strcpy(task->device, "usb:1209:0001");
	task->elapsed_ns = elapsed_ns;
	task->remaining_ns = 600 * SEC - elapsed_ns;
	task->since_io_ns = 1250 * DEVTASK_NSEC_PER_MSEC;
	task->io_interval_ns = 5 * SEC;
	task->ops = ops;
	task->bytes = bytes;
	devtask_set(task, DEVTASK_A_TASK_ID);
	devtask_set(task, DEVTASK_A_TASK_ELAPSED_NS);
	devtask_set(task, DEVTASK_A_TASK_OPS);
	return made;
}

/* Of doubles that are made of whole numbers. */
static void assert_rate(double rate, double wanted)
{
	if (rate < wanted - 0.001 || rate > wanted + 0.001)
		fail_msg("%f is not %f", rate, wanted);
}

/* ADM-1 */
static void the_first_rates_are_those_since_the_start(void **state)
{
	struct devtask_pace now = pace(1, 4 * SEC, 200, 8192, SEC);

	(void)state;
	devtask_rates_set(&now, 1, NULL, 0);
	assert_true(now.has_rates);
	assert_rate(now.ops, 50);
	assert_rate(now.bytes, 2048);
	assert_rate(now.cpu, 0.25);
}

/* ADM-1 */
static void later_rates_are_those_since_the_last_look(void **state)
{
	struct devtask_pace before[] = { pace(3, 9 * SEC, 9, 9, 9), pace(1, 4 * SEC, 200, 8192, SEC) };
	struct devtask_pace now[] = { pace(1, 6 * SEC, 230, 8192, 3 * SEC), pace(4, SEC, 7, 70, 0) };

	(void)state;
	devtask_rates_set(now, 2, before, 2);
	assert_rate(now[0].ops, 15);
	assert_rate(now[0].bytes, 0);
	assert_rate(now[0].cpu, 1);
	assert_rate(now[1].ops, 7);
	assert_rate(now[1].bytes, 70);
}

/* ADM-1: no moment has passed, none has begun, or the module has been loaded again. */
static void where_no_time_has_passed_there_is_no_rate(void **state)
{
	struct devtask_pace before = pace(1, 4 * SEC, 200, 8192, SEC);
	struct devtask_pace same = before, fresh = pace(2, 0, 0, 0, 0);
	struct devtask_pace other = pace(1, 2 * SEC, 10, 0, 0);

	(void)state;
	devtask_rates_set(&same, 1, &before, 1);
	assert_false(same.has_rates);
	fresh.task.present = 0;
	devtask_rates_set(&fresh, 1, &before, 1);
	assert_false(fresh.has_rates);
	strcpy(other.task.trigger, "of another life");
	devtask_rates_set(&other, 1, &before, 1);
	assert_rate(other.ops, 5);
}

/* ADM-1 */
static void cpu_that_was_not_known_before_is_not_guessed(void **state)
{
	struct devtask_pace before = pace(1, 4 * SEC, 0, 0, 0), now = pace(1, 6 * SEC, 0, 0, SEC);

	(void)state;
	before.has_cpu = false;
	devtask_rates_set(&now, 1, &before, 1);
	assert_true(now.has_rates);
	assert_false(now.has_cpu);
}

static char *write_board(const struct devtask_pace *paces, size_t count)
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	assert_non_null(to);
	devtask_board_write(paces, count, 5 * SEC, to);
	fclose(to);
	return text;
}

static void assert_has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("\"%s\" is not in:\n%s", part, text);
}

/* ADM-1, ADM-3 */
static void the_table_says_what_is_left_and_how_fast(void **state)
{
	struct devtask_pace paces[] = { pace(7, 4 * SEC, 1200, 8192, SEC), pace(8, 0, 0, 0, 0) };
	char *text;

	(void)state;
	paces[1].task.present = 0;
	paces[1].task.state = DEVTASK_STATE_PREPARED;
	strcpy(paces[1].task.app, "Example\033[2J");
	devtask_rates_set(paces, 2, NULL, 0);
	text = write_board(paces, 2);
	assert_has(text, "2 tasks, 1 running\n");
	assert_has(text, "   7  use");
	assert_has(text, "9 min 56 s  1.2 of 5.0 s  1,200  300.0  8.0 KiB  2.0 KiB  25.0 %  "
			 "usb:1209:0001  /usr/bin/sync\n");
	assert_has(text, "Example [2J\n");
	assert_null(strchr(text, '\033'));
	free(text);
	text = write_board(NULL, 0);
	assert_has(text, "0 tasks, 0 running\n");
	free(text);
}

/* ADM-1 */
static void programs_get_what_people_get(void **state)
{
	struct devtask_pace now = pace(7, 4 * SEC, 200, 8192, SEC);
	struct json_object *board, *tasks, *task, *member;

	(void)state;
	devtask_rates_set(&now, 1, NULL, 0);
	board = devtask_board_json(&now, 1, 5 * SEC);
	assert_true(json_object_object_get_ex(board, "time_ns", &member));
	assert_int_equal(json_object_get_int64(member), 5 * SEC);
	assert_true(json_object_object_get_ex(board, "tasks", &tasks));
	assert_int_equal(json_object_array_length(tasks), 1);
	task = json_object_array_get_idx(tasks, 0);
	assert_true(json_object_object_get_ex(task, "id", &member));
	assert_int_equal(json_object_get_int(member), 7);
	assert_true(json_object_object_get_ex(task, "ops_per_s", &member));
	assert_rate(json_object_get_double(member), 50);
	assert_true(json_object_object_get_ex(task, "bytes_per_s", &member));
	assert_rate(json_object_get_double(member), 2048);
	assert_true(json_object_object_get_ex(task, "cpu_percent", &member));
	assert_rate(json_object_get_double(member), 25);
	assert_true(json_object_object_get_ex(task, "cpu_ns", &member));
	assert_int_equal(json_object_get_int64(member), SEC);
	json_object_put(board);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_rates_are_those_since_the_start),
		cmocka_unit_test(later_rates_are_those_since_the_last_look),
		cmocka_unit_test(where_no_time_has_passed_there_is_no_rate),
		cmocka_unit_test(cpu_that_was_not_known_before_is_not_guessed),
		cmocka_unit_test(the_table_says_what_is_left_and_how_fast),
		cmocka_unit_test(programs_get_what_people_get),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
