// SPDX-License-Identifier: GPL-2.0-only
/* question - see question.h. */
#include <errno.h>
#include <string.h>

#include <json-c/json.h>

#include "message.h"
#include "question.h"

#define TEXT_MAX	1024	/* bytes; the agent shortens what it shows */

static const char *const answers[] = { "yes", "no", "timeout", "dead", "no-agent" };

const struct devtask_names devtask_answer_names = {
	.what = "answer",
	.first = DEVTASK_ANSWER_YES,
	.count = sizeof(answers) / sizeof(*answers),
	.text = answers,
};

const char *devtask_answer_sentence(enum devtask_answer answer)
{
	switch (answer) {
	case DEVTASK_ANSWER_YES:
		return "the user said yes";
	case DEVTASK_ANSWER_NO:
		return "the user said no";
	case DEVTASK_ANSWER_TIMEOUT:
		return "the user did not answer in time";
	case DEVTASK_ANSWER_DEAD:
		return "the consent agent could not ask, or ended before there was an answer; start it "
		       "again with: devtaskctl agent";
	case DEVTASK_ANSWER_NO_AGENT:
		return "the user has no consent agent that could ask; start one on a terminal of the "
		       "user's login with: devtaskctl agent";
	}
	return "the answer makes no sense";
}

static void add_text(json_object *to, const char *key, const char *text)
{
	json_object_object_add(to, key, json_object_new_string(text ? text : ""));
}

json_object *devtask_question_pack(const struct devtask_question *question, uint64_t number,
				   uint64_t timeout_ns)
{
	json_object *json = json_object_new_object();

	add_text(json, "event", "ask");
	json_object_object_add(json, "question", json_object_new_uint64(number));
	add_text(json, "app", question->app);
	add_text(json, "app_name", question->app_name);
	add_text(json, "device", question->device);
	add_text(json, "model", question->model);
	add_text(json, "type", devtask_name_of(&devtask_type_names, question->type));
	json_object_object_add(json, "estimate_ns", json_object_new_uint64(question->estimate_ns));
	json_object_object_add(json, "timeout_ns", json_object_new_uint64(timeout_ns));
	return json;
}

static const char *take_text(json_object *json, const char *key)
{
	const char *text = devtask_message_string(json, key);

	return text && strlen(text) <= TEXT_MAX ? text : NULL;
}

int devtask_question_number(json_object *json, const char *key, uint64_t *number)
{
	json_object *value;

	if (!json_object_object_get_ex(json, key, &value) ||
	    !json_object_is_type(value, json_type_int) || json_object_get_int64(value) < 0)
		return -EBADMSG;
	*number = json_object_get_uint64(value);
	return 0;
}

int devtask_question_unpack(json_object *json, struct devtask_question *question,
			    uint64_t *number, uint64_t *timeout_ns)
{
	const char *type = take_text(json, "type");

	question->app = take_text(json, "app");
	question->app_name = take_text(json, "app_name");
	question->device = take_text(json, "device");
	question->model = take_text(json, "model");
	if (!question->app || !question->app_name || !question->device || !question->model ||
	    !type || devtask_value_of(&devtask_type_names, type, &question->type) ||
	    devtask_question_number(json, "question", number) ||
	    devtask_question_number(json, "estimate_ns", &question->estimate_ns) ||
	    devtask_question_number(json, "timeout_ns", timeout_ns))
		return -EBADMSG;
	return 0;
}

json_object *devtask_answer_pack(enum devtask_answer answer, uint64_t number)
{
	json_object *json = json_object_new_object();

	add_text(json, "verb", "answer");
	json_object_object_add(json, "question", json_object_new_uint64(number));
	add_text(json, "answer", devtask_name_of(&devtask_answer_names, answer));
	return json;
}

int devtask_answer_unpack(json_object *json, enum devtask_answer *answer, uint64_t *number)
{
	const char *text = devtask_message_string(json, "answer");
	uint32_t value;

	if (!text || devtask_value_of(&devtask_answer_names, text, &value) ||
	    devtask_question_number(json, "question", number))
		return -EBADMSG;
	*answer = (enum devtask_answer)value;
	return 0;
}
