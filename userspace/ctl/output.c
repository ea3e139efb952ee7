// SPDX-License-Identifier: GPL-2.0-only
/* output - see output.h. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <json-c/json.h>

#include "cause.h"
#include "duration.h"
#include "human.h"
#include "output.h"
#include "table.h"
#include "utf8.h"

int devtask_output_error(const struct devtask_error *error)
{
	fprintf(stderr, "devtaskctl: %s\n", error->text);
	return error->exit;
}

static json_object *member(const struct devtask_field *field, const char *data)
{
	const char *name;
	uint32_t u32;
	uint64_t u64;

	switch (field->type) {
	case DEVTASK_FIELD_STRING:
		return json_object_new_string(data);
	case DEVTASK_FIELD_U64:
		memcpy(&u64, data, sizeof(u64));
		return json_object_new_uint64(u64);
	case DEVTASK_FIELD_U32:
		memcpy(&u32, data, sizeof(u32));
		name = field->names ? devtask_name_of(field->names, u32) : NULL;
		return name ? json_object_new_string(name) : json_object_new_uint64(u32);
	}
	return NULL;
}

json_object *devtask_output_object(const struct devtask_shape *shape, const void *object)
{
	json_object *json = json_object_new_object();
	uint64_t present;

	memcpy(&present, object, sizeof(present));
	for (size_t i = 0; i < shape->count; i++)
		if (present >> shape->fields[i].attr & 1)
			json_object_object_add(json, shape->fields[i].name,
				member(&shape->fields[i],
				       (const char *)object + shape->fields[i].offset));
	return json;
}

void devtask_output_json(FILE *to, json_object *json)
{
	const char *text = json_object_to_json_string_ext(json, JSON_C_TO_STRING_PLAIN |
							  JSON_C_TO_STRING_NOSLASHESCAPE);
	char *valid = devtask_utf8_is_valid(text) ? NULL : devtask_utf8_repair(text);

	fprintf(to, "%s\n", valid ? valid : text);
	fflush(to);
	free(valid);
	json_object_put(json);
}

void devtask_output_notice(json_object *answer)
{
	json_object *notice;

	if (json_object_object_get_ex(answer, "notice", &notice))
		fprintf(stderr, "devtaskctl: %s\n", json_object_get_string(notice));
}

static const char *name_or(const struct devtask_names *names, uint32_t value)
{
	const char *name = devtask_name_of(names, value);

	return name ? name : "unknown";
}

const char *devtask_output_reason(uint32_t reason, uint32_t detail, uint64_t measured_ns,
				  uint64_t required_ns, char *text, size_t size)
{
	char measured[32], required[32], cause[DEVTASK_CAUSE_MAX];
	int length;

	length = snprintf(text, size, "%s (%s)", name_or(&devtask_reason_names, reason),
			  name_or(&devtask_detail_names, detail));
	if (length <= 0 || (size_t)length >= size)
		return text;
	if (*devtask_cause_explain(detail, required_ns, cause, sizeof(cause)))
		snprintf(text + length, size - (size_t)length, ": %s", cause);
	else if (measured_ns || required_ns)
		snprintf(text + length, size - (size_t)length, ": measured %s, required %s",
			 devtask_duration_format(measured_ns, measured, sizeof(measured)),
			 devtask_duration_format(required_ns, required, sizeof(required)));
	return text;
}

static void print_exit(const struct devtask_event *event)
{
	char ops[32], bytes[32];
	int status = (int)event->exit_status;

	if (!devtask_has(event, DEVTASK_A_EVENT_EXIT_STATUS))
		printf("exit status unknown");
	else if (WIFSIGNALED(status))
		printf("ended by signal %d (%s)", WTERMSIG(status), strsignal(WTERMSIG(status)));
	else
		printf("exit status %d", WEXITSTATUS(status));
	printf(", %s operations, %s", devtask_human_count(event->ops, ops, sizeof(ops)),
	       devtask_human_bytes(event->bytes, bytes, sizeof(bytes)));
}

/* Milliseconds: it should take next to none. */
static void print_revocation(const struct devtask_event *event)
{
	printf("no access to the device any more");
	if (devtask_has(event, DEVTASK_A_EVENT_MEASURED_NS))
		printf(", %.3f ms after the cut",
		       (double)event->measured_ns / DEVTASK_NSEC_PER_MSEC);
}

void devtask_output_event(const struct devtask_event *event)
{
	char clock[32], span[32], reason[DEVTASK_OUTPUT_REASON_MAX];

	printf("%s  task %-3" PRIu32 "  %-8s  ",
	       devtask_human_clock(event->time_ns, clock, sizeof(clock)), event->task_id,
	       name_or(&devtask_event_kind_names, event->kind));
	if (devtask_has(event, DEVTASK_A_EVENT_DURATION_NS))
		printf("%12s  ", devtask_duration_format(event->duration_ns, span, sizeof(span)));
	else
		printf("%12s  ", "");

	if (event->kind == DEVTASK_EVENT_KIND_CANCELED)
		printf("%s%s", devtask_output_reason(event->reason, event->detail,
			event->measured_ns, event->required_ns, reason, sizeof(reason)),
			event->unsafe ? ", in a phase that was unsafe for the device" : "");
	else if (event->kind == DEVTASK_EVENT_KIND_WARNING)
		printf("runs for %s of %s",
		       devtask_duration_format(event->measured_ns, span, sizeof(span)),
		       devtask_duration_format(event->required_ns, reason, sizeof(reason)));
	else if (event->kind == DEVTASK_EVENT_KIND_REVOKED)
		print_revocation(event);
	else if (event->kind == DEVTASK_EVENT_KIND_KILLED)
		printf("did not stop by itself");
	else if (event->kind == DEVTASK_EVENT_KIND_ENDED)
		print_exit(event);
	else if (event->kind == DEVTASK_EVENT_KIND_DETACHED)
		printf("its device is gone and waited for (claim %" PRIu32 ")", event->claim_id);
	else if (event->kind == DEVTASK_EVENT_KIND_ATTACHED)
		printf("its device is back (claim %" PRIu32 ")", event->claim_id);
	else
		printf("%s on %s (%s)", event->program, event->device,
		       name_or(&devtask_type_names, event->type));
	printf("\n");
	fflush(stdout);
}

static void print_times(const struct devtask_task *task)
{
	char elapsed[32], deadline[32], left[32], since[32], interval[32];

	if (!devtask_has(task, DEVTASK_A_TASK_ELAPSED_NS)) {
		printf("  time      not started\n");
		return;
	}
	printf("  time      %s of %s, %s left\n",
	       devtask_duration_format(task->elapsed_ns, elapsed, sizeof(elapsed)),
	       devtask_duration_format(task->deadline_ns, deadline, sizeof(deadline)),
	       devtask_duration_format(task->remaining_ns, left, sizeof(left)));
	if (task->io_interval_ns)
		printf("  last I/O  %s ago, one is due every %s\n",
		       devtask_duration_format(task->since_io_ns, since, sizeof(since)),
		       devtask_duration_format(task->io_interval_ns, interval, sizeof(interval)));
	else
		printf("  last I/O  %s ago\n",
		       devtask_duration_format(task->since_io_ns, since, sizeof(since)));
}

void devtask_output_task(const struct devtask_task *task)
{
	char user[64], ops[32], bytes[32], reason[DEVTASK_OUTPUT_REASON_MAX];

	printf("task %" PRIu32 "    %s, %s\n", task->id,
	       name_or(&devtask_type_names, task->type),
	       name_or(&devtask_state_names, task->state));
	printf("  trigger   %s\n  program   %s\n", task->trigger, task->program);
	if (devtask_has(task, DEVTASK_A_TASK_ARGUMENTS))
		printf("  arguments %s\n", task->arguments);
	printf("  device    %s\n  user      %s\n", task->device,
	       devtask_human_user(task->uid, user, sizeof(user)));
	print_times(task);
	printf("  I/O       %s operations, %s\n",
	       devtask_human_count(task->ops, ops, sizeof(ops)),
	       devtask_human_bytes(task->bytes, bytes, sizeof(bytes)));
	if (task->unsafe)
		printf("  phase     unsafe: the device may be damaged if it is stopped now\n");
	if (devtask_has(task, DEVTASK_A_TASK_REASON))
		printf("  cancelled %s\n",
		       devtask_output_reason(task->reason, task->detail, task->measured_ns,
					     task->required_ns, reason, sizeof(reason)));
}

void devtask_output_claim(const struct devtask_claim *claim)
{
	char ops[32], bytes[32];

	printf("  claim %-3" PRIu32 " %s (%s), %s, %" PRIu32 " open, %s operations, %s\n", claim->id,
	       claim->path,
	       *claim->hardware_id ? claim->hardware_id : name_or(&devtask_kind_names, claim->kind),
	       name_or(&devtask_claim_state_names, claim->state), claim->guards,
	       devtask_human_count(claim->ops, ops, sizeof(ops)),
	       devtask_human_bytes(claim->bytes, bytes, sizeof(bytes)));
}

static void add_task_row(struct devtask_table *table, const struct devtask_task *task)
{
	bool started = devtask_has(task, DEVTASK_A_TASK_ELAPSED_NS);
	char text[64];

	snprintf(text, sizeof(text), "%" PRIu32, task->id);
	devtask_table_add(table, text);
	devtask_table_add(table, name_or(&devtask_type_names, task->type));
	devtask_table_add(table, name_or(&devtask_state_names, task->state));
	devtask_table_add(table, devtask_human_user(task->uid, text, sizeof(text)));
	devtask_table_add(table, devtask_human_count(task->ops, text, sizeof(text)));
	devtask_table_add(table, devtask_human_bytes(task->bytes, text, sizeof(text)));
	devtask_table_add(table, !started ? "-" :
			  devtask_duration_format(task->since_io_ns, text, sizeof(text)));
	devtask_table_add(table, !started ? "-" :
			  devtask_duration_format(task->remaining_ns, text, sizeof(text)));
	devtask_table_add(table, task->device);
	devtask_table_add(table, task->program);
}

void devtask_output_tasks(const struct devtask_task *tasks, size_t count)
{
	static const struct devtask_column columns[] = {
		{ "TASK", 'r' }, { "TYPE", 'l' }, { "STATE", 'l' }, { "USER", 'l' },
		{ "OPS", 'r' }, { "DATA", 'r' }, { "SINCE I/O", 'r' }, { "TIME LEFT", 'r' },
		{ "DEVICE", 'l' }, { "PROGRAM", 'l' },
	};
	struct devtask_table *table;

	table = devtask_table_create(columns, sizeof(columns) / sizeof(*columns));
	for (size_t i = 0; i < count; i++)
		add_task_row(table, &tasks[i]);
	devtask_table_print(table);
}
