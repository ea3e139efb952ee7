// SPDX-License-Identifier: GPL-2.0-only
/* record - see record.h. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "record.h"

static const char *const kinds[] = {
	"requested", "started", "canceled", "finished", "denied", "failed", "warned",
	"detached", "attached",
};

_Static_assert(sizeof(kinds) / sizeof(*kinds) == DEVTASK_RECORD_KIND_MAX + 1,
	       "a kind of record misses its name");

const struct devtask_names devtask_record_names = {
	.what = "record",
	.count = sizeof(kinds) / sizeof(*kinds),
	.text = kinds,
};

#define FIELD(member, form, bit, spelling)						\
	{ .name = #member, .offset = offsetof(struct devtask_record, member),		\
	  .format = DEVTASK_RECORD_##form, .has = (bit), .names = (spelling) }

const struct devtask_record_field devtask_record_fields[] = {
	FIELD(kind, U32, 0, &devtask_record_names),
	FIELD(type, U32, 0, &devtask_type_names),
	FIELD(uid, U32, 0, NULL),
	FIELD(time_ns, U64, 0, NULL),
	FIELD(boottime_ns, U64, 0, NULL),
	FIELD(trigger, TEXT, 0, NULL),
	FIELD(app, TEXT, 0, NULL),
	FIELD(device, TEXT, 0, NULL),
	FIELD(hardware_id, TEXT, 0, NULL),
	FIELD(program, TEXT, 0, NULL),
	FIELD(arguments, TEXT, 0, NULL),
	FIELD(sentence, TEXT, 0, NULL),
	FIELD(task_id, U32, DEVTASK_RECORD_HAS_TASK, NULL),
	FIELD(reason, U32, DEVTASK_RECORD_HAS_REASON, &devtask_reason_names),
	FIELD(detail, U32, DEVTASK_RECORD_HAS_REASON, &devtask_detail_names),
	FIELD(verdict, U32, DEVTASK_RECORD_HAS_VERDICT, &devtask_verdict_names),
	FIELD(reasons, MASK, DEVTASK_RECORD_HAS_VERDICT, &devtask_check_names),
	FIELD(measured, U64, DEVTASK_RECORD_HAS_MEASURED, NULL),
	FIELD(required, U64, DEVTASK_RECORD_HAS_MEASURED, NULL),
	FIELD(exit_status, U32, DEVTASK_RECORD_HAS_EXIT, NULL),
	FIELD(ops, U64, DEVTASK_RECORD_HAS_USAGE, NULL),
	FIELD(bytes, U64, DEVTASK_RECORD_HAS_USAGE, NULL),
	FIELD(duration_ns, U64, DEVTASK_RECORD_HAS_USAGE, NULL),
};

const size_t devtask_record_field_count =
	sizeof(devtask_record_fields) / sizeof(*devtask_record_fields);

uint32_t devtask_record_log_id(const struct devtask_record *record)
{
	return (record->type == DEVTASK_TYPE_SERVICING ? 1 : 10) + record->kind;
}

const char *devtask_record_text(const struct devtask_record *record,
				const struct devtask_record_field *field)
{
	const char *text;

	memcpy(&text, (const char *)record + field->offset, sizeof(text));
	return text;
}

void devtask_record_set_text(struct devtask_record *record,
			     const struct devtask_record_field *field, const char *text)
{
	memcpy((char *)record + field->offset, &text, sizeof(text));
}

uint64_t devtask_record_number(const struct devtask_record *record,
			       const struct devtask_record_field *field)
{
	uint64_t wide;
	uint32_t narrow;

	if (field->format == DEVTASK_RECORD_U32) {
		memcpy(&narrow, (const char *)record + field->offset, sizeof(narrow));
		return narrow;
	}
	memcpy(&wide, (const char *)record + field->offset, sizeof(wide));
	return wide;
}

void devtask_record_set_number(struct devtask_record *record,
			       const struct devtask_record_field *field, uint64_t value)
{
	uint32_t narrow = (uint32_t)value;

	if (field->format == DEVTASK_RECORD_U32)
		memcpy((char *)record + field->offset, &narrow, sizeof(narrow));
	else
		memcpy((char *)record + field->offset, &value, sizeof(value));
	record->has |= field->has;
}

bool devtask_record_knows(const struct devtask_record *record,
			  const struct devtask_record_field *field)
{
	if (field->format == DEVTASK_RECORD_TEXT)
		return devtask_record_text(record, field);
	return (record->has & field->has) == field->has;
}

static const char *spell_mask(const struct devtask_names *names, uint64_t mask, char *text,
			      size_t size)
{
	size_t length = 0;

	*text = '\0';
	for (uint32_t bit = 0; bit < 64 && length < size; bit++) {
		const char *name = devtask_name_of(names, bit);

		if (!(mask >> bit & 1))
			continue;
		if (name)
			length += (size_t)snprintf(text + length, size - length, "%s%s",
						   length ? " " : "", name);
		else
			length += (size_t)snprintf(text + length, size - length, "%s%" PRIu32,
						   length ? " " : "", bit);
	}
	return text;
}

const char *devtask_record_spell(const struct devtask_record *record,
				 const struct devtask_record_field *field, char *text, size_t size)
{
	const char *name = NULL;
	uint64_t number;

	if (field->format == DEVTASK_RECORD_TEXT)
		return devtask_record_text(record, field);
	number = devtask_record_number(record, field);
	if (field->format == DEVTASK_RECORD_MASK)
		return spell_mask(field->names, number, text, size);
	if (field->names)
		name = devtask_name_of(field->names, (uint32_t)number);
	if (name)
		return name;
	snprintf(text, size, "%" PRIu64, number);
	return text;
}
