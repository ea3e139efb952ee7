// SPDX-License-Identifier: GPL-2.0-only
/* The control message, also from a hostile sender: APP-2 (arguments), ADM-1. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"
#include "unit.h"

#define ABI_TEXT_(abi)	#abi
#define ABI_TEXT(abi)	ABI_TEXT_(abi)
#define HEAD	"{\"verb\":\"run\",\"abi_version\":" ABI_TEXT(DEVTASK_PROGRAM_ABI)
#define REST	",\"type\":\"use\",\"devices\":[\"usb:1234:5678\"],\"program\":\"/bin/true\"," \
		"\"directory\":\"/\",\"argv\":[\"true\"],\"environ\":[]"

static int unpack(const char *text, size_t length, struct devtask_error *error)
{
	struct devtask_run_request request;
	char *copy = malloc(length ? length : 1);
	int ret;

	/* A block of its exact size: ASan sees a read past the end. */
	memcpy(copy, text, length);
	ret = devtask_message_unpack_run(copy, length, &request, error);
	devtask_run_request_clear(&request);
	free(copy);
	return ret;
}

static void assert_refused(const char *text, const char *about)
{
	struct devtask_error error = { 0 };

	assert_int_equal(unpack(text, strlen(text), &error), -EBADMSG);
	assert_non_null(strstr(error.text, about));
}

/* APP-2 */
static void a_request_comes_back_as_it_was_sent(void **state)
{
	char *argv[] = { "dfu-util", "-D", "fw \"1\"\n\\.bin", NULL };
	char *environment[] = { "PATH=/bin", "X=\303\244", NULL };
	struct devtask_run_request sent = {
		.abi_version = DEVTASK_PROGRAM_ABI, .type = DEVTASK_TYPE_SERVICING,
		.devices = { "usb:1-1", "hid:1234:5678" }, .user = "nobody",
		.program = "/usr/bin/dfu-util", .arguments = "{\"a\":1}\t", .directory = "/tmp",
		.argv = argv, .environ = environment, .has_deadline = true,
		.trigger = "573e8c73-0cb4-4471-a1bf-fab26c31d384",
		.deadline_ns = UINT64_C(3600000000000), .has_io_interval = true,
	}, got;
	char *text = devtask_message_pack_run(&sent);

	(void)state;
	assert_int_equal(devtask_message_unpack_run(text, strlen(text), &got, NULL), 0);
	assert_int_equal(got.type, DEVTASK_TYPE_SERVICING);
	assert_string_equal(got.devices[0], "usb:1-1");
	assert_string_equal(got.devices[1], "hid:1234:5678");
	assert_null(got.devices[2]);
	assert_string_equal(got.user, "nobody");
	assert_string_equal(got.trigger, sent.trigger);
	assert_string_equal(got.program, sent.program);
	assert_string_equal(got.arguments, sent.arguments);
	assert_string_equal(got.directory, "/tmp");
	assert_string_equal(got.argv[2], argv[2]);
	assert_null(got.argv[3]);
	assert_string_equal(got.environ[1], environment[1]);
	assert_null(got.environ[2]);
	assert_true(got.has_deadline && got.deadline_ns == sent.deadline_ns);
	assert_true(got.has_io_interval && got.io_interval_ns == 0);
	devtask_run_request_clear(&got);
	free(text);
}

/* ADM-1 */
static void a_missing_or_wrong_member_is_named(void **state)
{
	(void)state;
	assert_refused("{}", "verb");
	assert_refused("{\"verb\":\"stop\",\"abi_version\":" ABI_TEXT(DEVTASK_PROGRAM_ABI) "}", "verb");
	assert_refused("{\"verb\":7}", "verb");
	assert_refused("{\"verb\":\"run\"}", "abi_version");
	assert_refused("{\"verb\":\"run\",\"abi_version\":\"1\"}", "abi_version");
	assert_refused("{\"verb\":\"run\",\"abi_version\":-1}", "abi_version");
	assert_refused(HEAD "}", "type");
	assert_refused(HEAD ",\"type\":\"USE\"}", "type");
	assert_refused(HEAD ",\"type\":null}", "type");
	assert_refused(HEAD ",\"type\":\"use\"}", "devices");
	assert_refused(HEAD ",\"type\":\"use\",\"devices\":[]}", "devices");
	assert_refused(HEAD REST ",\"trigger\":\"../x\"}", "trigger");
	assert_refused(HEAD ",\"type\":\"use\",\"devices\":[7]}", "devices");
	assert_refused(HEAD ",\"type\":\"use\",\"devices\":{\"0\":\"x\"}}", "devices");
	assert_refused(HEAD REST ",\"user\":0}", "user");
	assert_refused(HEAD REST ",\"user\":\"a\\u0000b\"}", "user");
	assert_refused(HEAD REST ",\"program\":\"bin/true\"}", "program");
	assert_refused(HEAD REST ",\"program\":\"/bin/true\\u0000\"}", "program");
	assert_refused(HEAD REST ",\"directory\":\"..\"}", "directory");
	assert_refused(HEAD REST ",\"argv\":[]}", "argv");
	assert_refused(HEAD REST ",\"argv\":[null]}", "argv");
	assert_refused(HEAD REST ",\"argv\":[\"a\",[]]}", "argv");
	assert_refused(HEAD REST ",\"environ\":\"A=b\"}", "environ");
	assert_refused(HEAD REST ",\"environ\":[\"A=\\u0000\"]}", "environ");
	assert_refused(HEAD REST ",\"deadline_ns\":-5}", "deadline_ns");
	assert_refused(HEAD REST ",\"deadline_ns\":1.5}", "deadline_ns");
	assert_refused(HEAD REST ",\"io_interval_ns\":true}", "io_interval_ns");
}

/* APP-2: bounded to 4096 bytes, NUL refused. */
static void arguments_are_bounded(void **state)
{
	char text[8192];
	struct devtask_error error;

	(void)state;
	for (int size = 4095; size <= 4097; size++) {
		int length = snprintf(text, sizeof(text), HEAD REST ",\"arguments\":\"%0*d\"}",
				      size, 0);

		assert_int_equal(unpack(text, (size_t)length, &error),
				 size <= DEVTASK_ARGUMENTS_MAX ? 0 : -EBADMSG);
	}
	assert_refused(HEAD REST ",\"arguments\":\"a\\u0000\"}", "arguments");
}

/* ADM-1 */
static void what_is_not_one_object_is_refused(void **state)
{
	static const char *const wrong[] = {
		"", " ", "7", "\"run\"", "[]", "null", "true", "{", "}", "{\"verb\"", "{\"verb\":}",
		"{} {}", "{}x", "{'verb':'run'}", "{\"verb\":\"run\",}", "nul", "1e", "-",
		"{\"verb\":\"run\"}\n{\"verb\":\"run\"}", "\xff\xfe", "{\"a\":\"\xff\"}",
	};
	struct devtask_error error;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		assert_int_equal(unpack(wrong[i], strlen(wrong[i]), &error), -EBADMSG);
	assert_int_equal(unpack("{\"verb\":\"run\"\0}", 15, &error), -EBADMSG);
}

/* ADM-1 */
static void deep_nesting_is_refused(void **state)
{
	size_t length = 100000;
	char *text = malloc(length);
	struct devtask_error error;

	(void)state;
	memset(text, '[', length);
	assert_int_equal(unpack(text, length, &error), -EBADMSG);
	memcpy(text, "{\"verb\":", 8);
	assert_int_equal(unpack(text, length, &error), -EBADMSG);
	free(text);
}

/* ADM-1 */
static void lists_and_packets_have_a_maximum(void **state)
{
	size_t used, room = DEVTASK_MESSAGE_MAX + 64;
	char *text = malloc(room);
	struct devtask_error error;

	(void)state;
	used = (size_t)snprintf(text, room, HEAD REST ",\"devices\":[\"a\"");
	for (int i = 1; i < DEVTASK_MESSAGE_DEVICES; i++)
		used += (size_t)snprintf(text + used, room - used, ",\"a\"");
	strcpy(text + used, "]}");
	assert_int_equal(unpack(text, strlen(text), &error), 0);
	strcpy(text + used, ",\"a\"]}");
	assert_int_equal(unpack(text, strlen(text), &error), -EBADMSG);

	used = (size_t)snprintf(text, room, HEAD REST ",\"argv\":[\"a\"");
	for (int i = 0; i < DEVTASK_MESSAGE_WORDS; i++)
		used += (size_t)snprintf(text + used, room - used, ",\"a\"");
	strcpy(text + used, "]}");
	assert_int_equal(unpack(text, strlen(text), &error), -EBADMSG);

	memset(text, ' ', room);
	assert_int_equal(unpack(text, DEVTASK_MESSAGE_MAX + 1, &error), -EBADMSG);
	free(text);
}

/* ADM-1: "wrong ABI version" with both numbers and the way out. */
static void another_abi_version_is_refused_with_the_way_out(void **state)
{
	const char *text = "{\"verb\":\"run\",\"abi_version\":4711" REST "}";
	struct devtask_error error;

	(void)state;
	assert_int_equal(unpack(text, strlen(text), &error), -EPROTO);
	assert_int_equal(error.exit, DEVTASK_EXIT_ABI);
	assert_non_null(strstr(error.text, "4711"));
	assert_non_null(strstr(error.text, "install"));
}

/* ADM-1: cut anywhere, or with any byte replaced. */
static void a_torn_or_garbled_request_is_survived(void **state)
{
	static const char evil[] = "\0\"{}[],:\\0n-\xff";
	char text[] = HEAD REST ",\"user\":\"u\",\"arguments\":\"a\\n\",\"deadline_ns\":12}";
	size_t length = strlen(text);
	struct devtask_error error;

	(void)state;
	assert_int_equal(unpack(text, length, &error), 0);
	for (size_t cut = 0; cut < length; cut++)
		assert_int_equal(unpack(text, cut, &error), -EBADMSG);
	for (size_t at = 0; at < length; at++) {
		char was = text[at];

		for (size_t i = 0; i < sizeof(evil) - 1; i++) {
			text[at] = evil[i];
			unpack(text, length, &error);
		}
		text[at] = was;
	}
}

/* ADM-1 */
static void an_answer_comes_back_as_it_was_given(void **state)
{
	struct devtask_run_reply started = { .started = true, .id = 4294967295u,
					     .trigger = "01234567-89ab-4def-8123-456789abcdef" };
	struct devtask_run_reply refused = { .error = { .exit = DEVTASK_EXIT_NO_PROGRAM,
					     .err = -ENOENT, .text = "no \"such\" program" } };
	struct devtask_run_reply got;
	char *text;

	(void)state;
	text = devtask_message_pack_reply(&started);
	assert_int_equal(devtask_message_unpack_reply(text, strlen(text), &got), 0);
	assert_true(got.started);
	assert_int_equal(got.id, started.id);
	assert_string_equal(got.trigger, started.trigger);
	free(text);
	text = devtask_message_pack_reply(&refused);
	assert_int_equal(devtask_message_unpack_reply(text, strlen(text), &got), 0);
	assert_false(got.started);
	assert_int_equal(got.error.exit, DEVTASK_EXIT_NO_PROGRAM);
	assert_int_equal(got.error.err, -ENOENT);
	assert_string_equal(got.error.text, refused.error.text);
	free(text);
}

/* ADM-1 */
static void a_strange_answer_is_survived(void **state)
{
	static const char *const answers[] = {
		"", "{}", "[]", "{\"error\":null}", "{\"error\":7,\"exit\":\"x\"}", "{\"id\":null}",
		"{\"id\":1,\"trigger\":null}", "{\"id\":1,\"trigger\":[1]}", "{\"id\":\"x\"}",
		"{\"id\":1,\"trigger\":\"01234567-89ab-4def-8123-456789abcdef0\"}",
	};
	struct devtask_run_reply got;

	(void)state;
	for (size_t i = 0; i < sizeof(answers) / sizeof(*answers); i++)
		devtask_message_unpack_reply(answers[i], strlen(answers[i]), &got);
	assert_int_equal(devtask_message_unpack_reply("{}", 2, &got), -EBADMSG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_comes_back_as_it_was_sent),
		cmocka_unit_test(a_missing_or_wrong_member_is_named),
		cmocka_unit_test(arguments_are_bounded),
		cmocka_unit_test(what_is_not_one_object_is_refused),
		cmocka_unit_test(deep_nesting_is_refused),
		cmocka_unit_test(lists_and_packets_have_a_maximum),
		cmocka_unit_test(another_abi_version_is_refused_with_the_way_out),
		cmocka_unit_test(a_torn_or_garbled_request_is_survived),
		cmocka_unit_test(an_answer_comes_back_as_it_was_given),
		cmocka_unit_test(a_strange_answer_is_survived),
	};

	return cmocka_run_group_tests_name("message", tests, NULL, NULL);
}
