// SPDX-License-Identifier: GPL-2.0-only
/* board - see board.h. */
#include <inttypes.h>
#include <stdbool.h>

#include <json-c/json.h>

#include "board.h"
#include "clean.h"
#include "duration.h"
#include "human.h"
#include "output.h"
#include "rates.h"
#include "table.h"

static const struct devtask_column columns[] = {
	{ "TASK", 'r' }, { "TYPE", 'l' }, { "STATE", 'l' }, { "TIME LEFT", 'r' },
	{ "IDLE FOR", 'r' }, { "OPS", 'r' }, { "OPS/S", 'r' }, { "DATA", 'r' }, { "DATA/S", 'r' },
	{ "CPU", 'r' }, { "DEVICE", 'l' }, { "APP OR COMMAND", 'l' },
};

static const char *name_or_unknown(const struct devtask_names *names, uint32_t value)
{
	const char *name = devtask_name_of(names, value);

	return name ? name : "unknown";
}

/* "1.2 of 5.0 s": when the second number is reached the task is cancelled (RUN-3). */
static const char *format_idle(const struct devtask_task *task, char *text, size_t size)
{
	double since = (double)task->since_io_ns / (double)DEVTASK_NSEC_PER_SEC;

	if (task->io_interval_ns)
		snprintf(text, size, "%.1f of %.1f s", since,
			 (double)task->io_interval_ns / (double)DEVTASK_NSEC_PER_SEC);
	else
		snprintf(text, size, "%.1f s", since);
	return text;
}

static void add_clean(struct devtask_table *table, const char *text)
{
	char clean[256];

	snprintf(clean, sizeof(clean), "%s", text);
	devtask_clean(clean);
	devtask_table_add(table, clean);
}

/* A number and its unit, or "-" where there is none. */
static void add_rate(struct devtask_table *table, bool has, double value, const char *unit)
{
	char text[32] = "-";

	if (has)
		snprintf(text, sizeof(text), "%.1f%s", value, unit);
	devtask_table_add(table, text);
}

static void add_row(struct devtask_table *table, const struct devtask_pace *pace)
{
	const struct devtask_task *task = &pace->task;
	bool started = devtask_has(task, DEVTASK_A_TASK_ELAPSED_NS);
	char text[64];

	snprintf(text, sizeof(text), "%" PRIu32, task->id);
	devtask_table_add(table, text);
	devtask_table_add(table, name_or_unknown(&devtask_type_names, task->type));
	devtask_table_add(table, name_or_unknown(&devtask_state_names, task->state));
	devtask_table_add(table, !started ? "-" :
			  devtask_duration_format(task->remaining_ns, text, sizeof(text)));
	devtask_table_add(table, !started ? "-" : format_idle(task, text, sizeof(text)));
	devtask_table_add(table, devtask_human_count(task->ops, text, sizeof(text)));
	add_rate(table, pace->has_rates, pace->ops, "");
	devtask_table_add(table, devtask_human_bytes(task->bytes, text, sizeof(text)));
	devtask_table_add(table, !pace->has_rates ? "-" :
			  devtask_human_bytes((uint64_t)pace->bytes, text, sizeof(text)));
	add_rate(table, pace->has_rates && pace->has_cpu, pace->cpu * 100, " %");
	add_clean(table, task->device);
	add_clean(table, *task->app ? task->app : task->program);
}

void devtask_board_write(const struct devtask_pace *paces, size_t count, uint64_t boottime_ns,
			 FILE *to)
{
	struct devtask_table *table;
	size_t running = 0;
	char clock[32];

	for (size_t i = 0; i < count; i++)
		running += paces[i].task.state == DEVTASK_STATE_RUNNING;
	fprintf(to, "%s  %zu task%s, %zu running\n",
		devtask_human_clock(boottime_ns, clock, sizeof(clock)), count,
		count == 1 ? "" : "s", running);
	table = devtask_table_create(columns, sizeof(columns) / sizeof(*columns));
	for (size_t i = 0; i < count; i++)
		add_row(table, &paces[i]);
	devtask_table_write(table, to);
}

static json_object *describe(const struct devtask_pace *pace)
{
	json_object *json = devtask_output_object(&devtask_task_shape, &pace->task);

	if (pace->has_rates) {
		json_object_object_add(json, "ops_per_s", json_object_new_double(pace->ops));
		json_object_object_add(json, "bytes_per_s", json_object_new_double(pace->bytes));
	}
	if (pace->has_cpu)
		json_object_object_add(json, "cpu_ns", json_object_new_uint64(pace->cpu_ns));
	if (pace->has_cpu && pace->has_rates)
		json_object_object_add(json, "cpu_percent",
				       json_object_new_double(pace->cpu * 100));
	return json;
}

struct json_object *devtask_board_json(const struct devtask_pace *paces, size_t count,
				       uint64_t boottime_ns)
{
	json_object *json = json_object_new_object();
	json_object *tasks = json_object_new_array();

	for (size_t i = 0; i < count; i++)
		json_object_array_add(tasks, describe(&paces[i]));
	json_object_object_add(json, "time_ns", json_object_new_uint64(boottime_ns));
	json_object_object_add(json, "tasks", tasks);
	return json;
}
