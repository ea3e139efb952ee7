// SPDX-License-Identifier: GPL-2.0-only
/* history_verbs - see history_verbs.h. */
#include <errno.h>

#include <json-c/json.h>

#include "call.h"
#include "history.h"
#include "history_verbs.h"
#include "message.h"
#include "utf8.h"
#include "whose.h"

/* A packet ends behind the record that exceeds this; a record is at most 6 * 10 KiB as JSON. */
#define PAGE_BYTES	(48 * 1024)

struct page {
	struct json_object *array;
	size_t bytes;
	bool more;
};

static struct json_object *spell_mask(const struct devtask_names *names, uint64_t mask)
{
	struct json_object *array = json_object_new_array();

	for (uint32_t bit = 0; bit < 64; bit++) {
		const char *name = devtask_name_of(names, bit);

		if (mask >> bit & 1)
			json_object_array_add(array, name ? json_object_new_string(name) :
					      json_object_new_int64(bit));
	}
	return array;
}

/* What an app gave may be any bytes. */
static struct json_object *spell_text(const char *text)
{
	char *valid = devtask_utf8_repair(text);
	struct json_object *json = valid ? json_object_new_string(valid) : NULL;

	free(valid);
	return json;
}

static struct json_object *member(const struct devtask_record *record,
				  const struct devtask_record_field *field)
{
	const char *name = NULL;
	uint64_t number;

	if (field->format == DEVTASK_RECORD_TEXT)
		return spell_text(devtask_record_text(record, field));
	number = devtask_record_number(record, field);
	if (field->format == DEVTASK_RECORD_MASK)
		return spell_mask(field->names, number);
	if (field->names)
		name = devtask_name_of(field->names, (uint32_t)number);
	return name ? json_object_new_string(name) : json_object_new_uint64(number);
}

static bool add_record(const struct devtask_record *record, void *context)
{
	struct json_object *json = json_object_new_object();
	struct page *page = context;
	size_t length;

	json_object_object_add(json, "id", json_object_new_int64(record->id));
	json_object_object_add(json, "log_id",
			       json_object_new_int64(devtask_record_log_id(record)));
	for (size_t i = 0; i < devtask_record_field_count; i++)
		if (devtask_record_knows(record, &devtask_record_fields[i]))
			json_object_object_add(json, devtask_record_fields[i].name,
					       member(record, &devtask_record_fields[i]));
	json_object_to_json_string_length(json, JSON_C_TO_STRING_PLAIN, &length);
	json_object_array_add(page->array, json);
	page->bytes += length;
	page->more = page->bytes > PAGE_BYTES;
	return !page->more;
}

/* 0 if it is absent. */
static int read_number(struct json_object *request, const char *key, int64_t *number,
		       struct devtask_error *error)
{
	struct json_object *value;

	*number = 0;
	if (!json_object_object_get_ex(request, key, &value))
		return 0;
	if (!json_object_is_type(value, json_type_int) || json_object_get_int64(value) < 0)
		return devtask_error_set(error, DEVTASK_EXIT_USAGE, -EBADMSG,
					 "\"%s\" must be a number that is not negative", key);
	*number = json_object_get_int64(value);
	return 0;
}

static int read_filter(const struct devtask_call *call, struct json_object *request,
		       struct devtask_history_filter *filter, struct devtask_error *error)
{
	int64_t since, limit;
	int ret = devtask_whose(call, request, &filter->uid, error);

	filter->trigger = devtask_message_string(request, "trigger");
	filter->app = devtask_message_string(request, "app");
	if (!ret)
		ret = read_number(request, "since_ns", &since, error);
	if (!ret)
		ret = read_number(request, "limit", &limit, error);
	if (!ret)
		ret = read_number(request, "after", &filter->after, error);
	if (ret)
		return ret;
	filter->since_ns = (uint64_t)since;
	filter->limit = limit < DEVTASK_HISTORY_LIMIT_MAX ? (uint32_t)limit :
			DEVTASK_HISTORY_LIMIT_MAX;
	return 0;
}

/* "more": ask again with "after" the last one's id. */
static void answer_history(struct devtask_call *call, struct json_object *request, void *context)
{
	struct page page = { .array = json_object_new_array() };
	struct devtask_history_filter filter = { 0 };
	struct json_object *answer;
	struct devtask_error error;
	const char *notice;
	int ret = read_filter(call, request, &filter, &error);

	if (!ret)
		ret = devtask_history_query(context, &filter, add_record, &page, &error);
	if (ret) {
		json_object_put(page.array);
		devtask_call_refuse(call, &error);
		return;
	}
	answer = json_object_new_object();
	json_object_object_add(answer, "records", page.array);
	json_object_object_add(answer, "more", json_object_new_boolean(page.more));
	notice = devtask_history_notice(context);
	if (notice)
		json_object_object_add(answer, "notice", json_object_new_string(notice));
	devtask_call_answer(call, answer);
}

const struct devtask_control_verb devtask_history_verbs[] = {
	{ "history", DEVTASK_CONTROL_OWNER, 0, answer_history },
	{ 0 },
};
