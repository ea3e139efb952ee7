// SPDX-License-Identifier: GPL-2.0-only
/* message - see message.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "guid.h"
#include "message.h"

#define JSON_DEPTH 8

static void add_string(json_object *to, const char *key, const char *value)
{
	if (value)
		json_object_object_add(to, key, json_object_new_string(value));
}

static void add_words(json_object *to, const char *key, char *const *words)
{
	json_object *array = json_object_new_array();

	for (; words && *words; words++)
		json_object_array_add(array, json_object_new_string(*words));
	json_object_object_add(to, key, array);
}

static char *finish(json_object *json)
{
	char *text = strdup(json_object_to_json_string_ext(json, JSON_C_TO_STRING_PLAIN));

	json_object_put(json);
	return text;
}

json_object *devtask_message_request(const char *verb)
{
	json_object *json = json_object_new_object();

	add_string(json, "verb", verb);
	json_object_object_add(json, "abi_version", json_object_new_int64(DEVTASK_PROGRAM_ABI));
	return json;
}

json_object *devtask_message_refusal(const struct devtask_error *error)
{
	json_object *json = json_object_new_object();

	json_object_object_add(json, "ok", json_object_new_boolean(false));
	add_string(json, "error", error->text);
	json_object_object_add(json, "err", json_object_new_int(error->err));
	json_object_object_add(json, "exit", json_object_new_int(error->exit));
	return json;
}

json_object *devtask_message_started(const struct devtask_run_reply *reply)
{
	json_object *json = json_object_new_object();

	json_object_object_add(json, "ok", json_object_new_boolean(true));
	json_object_object_add(json, "id", json_object_new_int64(reply->id));
	add_string(json, "trigger", reply->trigger);
	return json;
}

char *devtask_message_pack_run(const struct devtask_run_request *request)
{
	json_object *json = json_object_new_object();

	if (!json)
		return NULL;
	add_string(json, "verb", "run");
	json_object_object_add(json, "abi_version", json_object_new_int64(request->abi_version));
	add_string(json, "type", devtask_name_of(&devtask_type_names, request->type));
	add_words(json, "devices", request->devices);
	if (*request->trigger)
		add_string(json, "trigger", request->trigger);
	add_string(json, "user", request->user);
	add_string(json, "program", request->program);
	add_string(json, "arguments", request->arguments);
	add_string(json, "directory", request->directory);
	add_words(json, "argv", request->argv);
	add_words(json, "environ", request->environ);
	if (request->has_deadline)
		json_object_object_add(json, "deadline_ns",
				       json_object_new_uint64(request->deadline_ns));
	if (request->has_io_interval)
		json_object_object_add(json, "io_interval_ns",
				       json_object_new_uint64(request->io_interval_ns));
	if (request->estimate_ns)
		json_object_object_add(json, "estimate_ns",
				       json_object_new_uint64(request->estimate_ns));
	return finish(json);
}

char *devtask_message_pack_reply(const struct devtask_run_reply *reply)
{
	return finish(reply->started ? devtask_message_started(reply) :
		      devtask_message_refusal(&reply->error));
}

/* NULL unless the whole packet is one object. */
static json_object *parse(const char *text, size_t length)
{
	json_tokener *tokener;
	json_object *json;

	if (!length || length > DEVTASK_MESSAGE_MAX)
		return NULL;
	tokener = json_tokener_new_ex(JSON_DEPTH);
	if (!tokener)
		return NULL;
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
	json = json_tokener_parse_ex(tokener, text, (int)length);
	if (json_tokener_get_error(tokener) == json_tokener_continue) {
		/* A bare number or literal only ends with the text: not an object anyway. */
		json_object_put(json);
		json = NULL;
	} else if (json_tokener_get_error(tokener) != json_tokener_success ||
		   json_tokener_get_parse_end(tokener) != length ||
		   !json_object_is_type(json, json_type_object)) {
		json_object_put(json);
		json = NULL;
	}
	json_tokener_free(tokener);
	return json;
}

/* A copy of the string under @key, or NULL if there is none or it hides a NUL. */
static char *take_text(json_object *value)
{
	const char *text;

	if (!json_object_is_type(value, json_type_string))
		return NULL;
	text = json_object_get_string(value);
	if (strlen(text) != (size_t)json_object_get_string_len(value))
		return NULL;
	return strdup(text);
}

/* False only if there is something else than a proper string. */
static bool take_string(json_object *from, const char *key, char **to)
{
	json_object *value;

	*to = NULL;
	if (!json_object_object_get_ex(from, key, &value))
		return true;
	*to = take_text(value);
	return *to;
}

static bool take_number(json_object *from, const char *key, bool *has, uint64_t *to)
{
	json_object *value;

	*has = json_object_object_get_ex(from, key, &value);
	if (!*has)
		return true;
	if (!json_object_is_type(value, json_type_int) || json_object_get_int64(value) < 0)
		return false;
	*to = json_object_get_uint64(value);
	return true;
}

/* Fills @to with copies; the array that @to is must have room for @max and a NULL. */
static bool take_words(json_object *array, char **to, size_t max)
{
	size_t count;

	if (!json_object_is_type(array, json_type_array))
		return false;
	count = json_object_array_length(array);
	if (count > max)
		return false;
	for (size_t i = 0; i < count; i++) {
		to[i] = take_text(json_object_array_get_idx(array, i));
		if (!to[i])
			return false;
	}
	return true;
}

static bool take_word_list(json_object *from, const char *key, char ***to)
{
	json_object *array;

	if (!json_object_object_get_ex(from, key, &array) ||
	    !json_object_is_type(array, json_type_array) ||
	    json_object_array_length(array) > DEVTASK_MESSAGE_WORDS)
		return false;
	*to = calloc(json_object_array_length(array) + 1, sizeof(**to));
	return *to && take_words(array, *to, DEVTASK_MESSAGE_WORDS);
}

static bool take_guid(json_object *from, const char *key, char to[37])
{
	const char *text;

	if (!json_object_object_get_ex(from, key, NULL))
		return true;
	text = devtask_message_string(from, key);
	return text && devtask_guid_parse(text, false, to);
}

/* The name of the first member that is not as it must be, or NULL. */
static const char *take_run(json_object *json, struct devtask_run_request *request)
{
	json_object *devices;
	uint32_t value;
	char *type;
	bool ok;

	ok = take_string(json, "type", &type) && type &&
	     !devtask_value_of(&devtask_type_names, type, &value);
	free(type);
	if (!ok)
		return "type";
	request->type = value;
	if (!json_object_object_get_ex(json, "devices", &devices) ||
	    !take_words(devices, request->devices, DEVTASK_MESSAGE_DEVICES) ||
	    !request->devices[0])
		return "devices";
	if (!take_guid(json, "trigger", request->trigger))
		return "trigger";
	if (!take_string(json, "user", &request->user))
		return "user";
	if (!take_string(json, "program", &request->program) || !request->program ||
	    request->program[0] != '/' || strlen(request->program) > 4095)
		return "program";
	if (!take_string(json, "arguments", &request->arguments) ||
	    (request->arguments && strlen(request->arguments) > DEVTASK_ARGUMENTS_MAX))
		return "arguments";
	if (!take_string(json, "directory", &request->directory) || !request->directory ||
	    request->directory[0] != '/')
		return "directory";
	if (!take_word_list(json, "argv", &request->argv) || !request->argv[0])
		return "argv";
	if (!take_word_list(json, "environ", &request->environ))
		return "environ";
	if (!take_number(json, "deadline_ns", &request->has_deadline, &request->deadline_ns))
		return "deadline_ns";
	if (!take_number(json, "io_interval_ns", &request->has_io_interval,
			 &request->io_interval_ns))
		return "io_interval_ns";
	if (!take_number(json, "estimate_ns", &ok, &request->estimate_ns))
		return "estimate_ns";
	return NULL;
}

json_object *devtask_message_parse(const char *text, size_t length, struct devtask_error *error)
{
	json_object *json = parse(text, length);

	if (!json)
		devtask_error_set(error, DEVTASK_EXIT_FAILURE, -EBADMSG,
			"the message is not one JSON object of at most %d bytes",
			DEVTASK_MESSAGE_MAX);
	return json;
}

static int tell_wrong(const char *member, struct devtask_error *error)
{
	return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -EBADMSG,
		"the request's member \"%s\" is missing or not as it must be", member);
}

const char *devtask_message_verb(json_object *request, struct devtask_error *error)
{
	const char *verb = devtask_message_string(request, "verb");
	uint64_t abi = 0;
	bool has_abi;

	if (!verb) {
		tell_wrong("verb", error);
	} else if (!take_number(request, "abi_version", &has_abi, &abi) || !has_abi) {
		tell_wrong("abi_version", error);
	} else if (abi != DEVTASK_PROGRAM_ABI) {
		devtask_error_set(error, DEVTASK_EXIT_ABI, -EPROTO,
			"wrong ABI version: devtaskd needs %u, this program has %llu; install "
			"both from one release and restart devtaskd",
			(unsigned int)DEVTASK_PROGRAM_ABI, (unsigned long long)abi);
	} else {
		return verb;
	}
	return NULL;
}

const char *devtask_message_string(json_object *from, const char *key)
{
	json_object *value;
	const char *text;

	if (!json_object_object_get_ex(from, key, &value) ||
	    !json_object_is_type(value, json_type_string))
		return NULL;
	text = json_object_get_string(value);
	return strlen(text) == (size_t)json_object_get_string_len(value) ? text : NULL;
}

int devtask_message_read_run(json_object *json, struct devtask_run_request *request,
			     struct devtask_error *error)
{
	const char *wrong;

	memset(request, 0, sizeof(*request));
	wrong = take_run(json, request);
	if (wrong) {
		devtask_run_request_clear(request);
		return tell_wrong(wrong, error);
	}
	request->abi_version = DEVTASK_PROGRAM_ABI;
	return 0;
}

int devtask_message_unpack_run(const char *text, size_t length,
			       struct devtask_run_request *request, struct devtask_error *error)
{
	json_object *json = devtask_message_parse(text, length, error);
	struct devtask_error why;
	const char *verb;
	int ret;

	memset(request, 0, sizeof(*request));
	if (!json)
		return -EBADMSG;
	verb = devtask_message_verb(json, &why);
	if (!verb) {
		ret = why.err;
		if (error)
			*error = why;
	} else if (strcmp(verb, "run")) {
		ret = tell_wrong("verb", error);
	} else {
		ret = devtask_message_read_run(json, request, error);
	}
	json_object_put(json);
	return ret;
}

void devtask_message_read_refusal(json_object *json, struct devtask_error *error)
{
	const char *text = devtask_message_string(json, "error");
	int code = DEVTASK_EXIT_FAILURE, err = -EIO;
	json_object *number;

	if (json_object_object_get_ex(json, "exit", &number) && json_object_get_int(number) > 0 &&
	    json_object_get_int(number) < 256)
		code = json_object_get_int(number);
	if (json_object_object_get_ex(json, "err", &number) && json_object_get_int(number) < 0)
		err = json_object_get_int(number);
	devtask_error_set(error, (enum devtask_exit)code, err, "%s",
			  text ? text : "the helper refused without a reason");
}

int devtask_message_unpack_reply(const char *text, size_t length, struct devtask_run_reply *reply)
{
	json_object *json = parse(text, length), *value;
	const char *trigger;
	int ret = -EBADMSG;

	memset(reply, 0, sizeof(*reply));
	if (!json)
		return ret;
	if (json_object_object_get_ex(json, "error", &value)) {
		devtask_message_read_refusal(json, &reply->error);
		ret = 0;
	} else if (json_object_object_get_ex(json, "id", &value)) {
		reply->started = true;
		reply->id = (uint32_t)json_object_get_int64(value);
		trigger = devtask_message_string(json, "trigger");
		if (trigger && strlen(trigger) < sizeof(reply->trigger))
			strcpy(reply->trigger, trigger);
		ret = 0;
	}
	json_object_put(json);
	return ret;
}

static void clear_words(char **words)
{
	for (char **word = words; word && *word; word++)
		free(*word);
}

void devtask_run_request_clear(struct devtask_run_request *request)
{
	clear_words(request->devices);
	clear_words(request->argv);
	clear_words(request->environ);
	free(request->argv);
	free(request->environ);
	free(request->user);
	free(request->program);
	free(request->arguments);
	free(request->directory);
	memset(request, 0, sizeof(*request));
}
