// SPDX-License-Identifier: GPL-2.0-only
/* The protocol's objects, also when the message is garbled: ADM-1, ADM-3, END-4. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <netlink/attr.h>
#include <netlink/msg.h>

#include "proto.h"
#include "unit.h"

static const struct devtask_shape *const shapes[] = {
	&devtask_info_shape, &devtask_helper_shape, &devtask_task_shape, &devtask_claim_shape,
	&devtask_event_shape, &devtask_ask_shape,
};

static const struct nlattr *attributes(struct nl_msg *message, int *length)
{
	*length = nlmsg_datalen(nlmsg_hdr(message));
	return nlmsg_data(nlmsg_hdr(message));
}

static struct nl_msg *packed(const struct devtask_shape *shape, const void *object)
{
	struct nl_msg *message = nlmsg_alloc_size(32768);

	assert_non_null(message);
	assert_int_equal(devtask_proto_pack(shape, object, message), 0);
	return message;
}

static int unpack(const struct devtask_shape *shape, void *object, struct nl_msg *message)
{
	int length;
	const struct nlattr *attrs = attributes(message, &length);

	return devtask_proto_unpack(shape, object, attrs, length);
}

/* Every member set to something of its own, strings at their full length. */
static void fill(const struct devtask_shape *shape, void *object, bool long_strings)
{
	uint64_t present = 0;

	memset(object, 0, shape->size);
	for (size_t i = 0; i < shape->count; i++) {
		const struct devtask_field *field = &shape->fields[i];
		char *member = (char *)object + field->offset;
		size_t length = long_strings ? field->size - 1 : 5;

		present |= UINT64_C(1) << field->attr;
		if (field->type == DEVTASK_FIELD_STRING)
			memset(member, 'a' + (int)i % 26, length);
		else
			memset(member, (int)(0x80 + i), field->size);
	}
	memcpy(object, &present, sizeof(present));
}

/* END-4 */
static void every_object_comes_back_as_it_was_packed(void **state)
{
	(void)state;
	for (size_t s = 0; s < sizeof(shapes) / sizeof(*shapes); s++) {
		for (int long_strings = 0; long_strings < 2; long_strings++) {
			char *sent = malloc(shapes[s]->size), *got = malloc(shapes[s]->size);
			struct nl_msg *message;

			fill(shapes[s], sent, long_strings);
			message = packed(shapes[s], sent);
			assert_int_equal(unpack(shapes[s], got, message), 0);
			for (size_t i = 0; i < shapes[s]->count; i++) {
				const struct devtask_field *field = &shapes[s]->fields[i];

				assert_memory_equal(sent + field->offset, got + field->offset,
						    field->size);
			}
			assert_memory_equal(sent, got, sizeof(uint64_t));
			nlmsg_free(message);
			free(sent);
			free(got);
		}
	}
}

/* ADM-1: absent and zero are not the same. */
static void what_was_not_sent_is_not_present(void **state)
{
	struct devtask_task *task = calloc(1, sizeof(*task));
	struct nl_msg *message;

	(void)state;
	task->id = 7;
	devtask_set(task, DEVTASK_A_TASK_ID);
	devtask_set(task, DEVTASK_A_TASK_OPS);
	message = packed(&devtask_task_shape, task);
	memset(task, 0xff, sizeof(*task));
	assert_int_equal(unpack(&devtask_task_shape, task, message), 0);
	assert_int_equal(task->id, 7);
	assert_true(devtask_has(task, DEVTASK_A_TASK_OPS));
	assert_true(task->ops == 0);
	assert_false(devtask_has(task, DEVTASK_A_TASK_EXIT_STATUS));
	assert_false(devtask_has(task, DEVTASK_A_TASK_REASON));
	assert_string_equal(task->program, "");
	nlmsg_free(message);
	free(task);
}

static int unpack_event(struct nl_msg *message)
{
	struct devtask_event event;

	return unpack(&devtask_event_shape, &event, message);
}

/* ADM-1 */
static void an_attribute_of_a_newer_module_is_passed_over(void **state)
{
	struct nl_msg *message = nlmsg_alloc();

	(void)state;
	nla_put_u32(message, 63, 1);
	nla_put_u32(message, 4000, 1);
	nla_put(message, 0, 0, NULL);
	nla_put_u64(message, DEVTASK_A_EVENT_SEQ, 1);
	assert_int_equal(unpack_event(message), 0);
	nlmsg_free(message);
}

/* ADM-1 */
static void a_number_of_wrong_size_is_refused(void **state)
{
	static const int sizes[] = { 0, 1, 2, 3, 5, 7, 8, 64 };

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		struct nl_msg *message = nlmsg_alloc();
		char data[64] = { 0 };

		nla_put(message, DEVTASK_A_EVENT_TASK_ID, sizes[i], data);
		assert_int_equal(unpack_event(message), -EBADMSG);
		nlmsg_free(message);
	}
}

static int unpack_trigger(const char *data, int size)
{
	struct nl_msg *message = nlmsg_alloc();
	int ret;

	nla_put(message, DEVTASK_A_EVENT_TRIGGER, size, data);
	ret = unpack_event(message);
	nlmsg_free(message);
	return ret;
}

/* ADM-1 */
static void a_string_without_its_end_or_too_long_is_refused(void **state)
{
	char text[64];

	(void)state;
	memset(text, 'x', sizeof(text));
	assert_int_equal(unpack_trigger(text, 5), -EBADMSG);
	assert_int_equal(unpack_trigger(text, 0), -EBADMSG);
	assert_int_equal(unpack_trigger("ab\0cd", 6), -EBADMSG);
	text[36] = '\0';
	assert_int_equal(unpack_trigger(text, 37), 0);
	text[36] = 'x';
	text[37] = '\0';
	assert_int_equal(unpack_trigger(text, 38), -EBADMSG);
}

/* ADM-1: cut at every byte, then with every byte changed; ASan watches the reads. */
static void a_torn_or_garbled_message_is_survived(void **state)
{
	const struct devtask_shape *shape = &devtask_event_shape;
	struct devtask_event event, out;
	struct nl_msg *message;
	const struct nlattr *attrs;
	int length, refused = 0;

	(void)state;
	fill(shape, &event, false);
	message = packed(shape, &event);
	attrs = attributes(message, &length);
	for (int cut = 0; cut < length; cut++) {
		char *copy = malloc((size_t)cut + 1);

		memcpy(copy, attrs, (size_t)cut);
		/* In a block of its exact size, so that ASan sees a read past the end. */
		copy = realloc(copy, (size_t)cut ? (size_t)cut : 1);
		devtask_proto_unpack(shape, &out, (struct nlattr *)(void *)copy, cut);
		free(copy);
	}
	for (int at = 0; at < length; at++) {
		for (int bit = 0; bit < 8; bit++) {
			char *copy = malloc((size_t)length);

			memcpy(copy, attrs, (size_t)length);
			copy[at] = (char)(copy[at] ^ (1 << bit));
			refused += devtask_proto_unpack(shape, &out,
						(struct nlattr *)(void *)copy, length) < 0;
			free(copy);
		}
	}
	assert_true(refused > 0);
	nlmsg_free(message);
}

/* ADM-1 */
static void noise_is_survived(void **state)
{
	uint32_t seed = 1;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		size_t length = (size_t)round % 200;
		unsigned char *noise = malloc(length + 1);
		struct devtask_claim out;

		for (size_t i = 0; i < length; i++) {
			seed = seed * 1664525 + 1013904223;
			noise[i] = (unsigned char)(seed >> 24);
			/* Small numbers make lengths and types that nearly fit. */
			if (i % 4 < 2 && round % 2)
				noise[i] &= i % 2 ? 0 : 0x1f;
		}
		devtask_proto_unpack(&devtask_claim_shape, &out, (struct nlattr *)(void *)noise,
				     (int)length);
		free(noise);
	}
}

/* ADM-1: JSON keys follow from the fields: none may appear twice or with a dash. */
static void every_field_has_a_key_of_its_own(void **state)
{
	(void)state;
	for (size_t s = 0; s < sizeof(shapes) / sizeof(*shapes); s++) {
		for (size_t i = 0; i < shapes[s]->count; i++) {
			const struct devtask_field *field = &shapes[s]->fields[i];

			assert_null(strchr(field->name, '-'));
			assert_true(field->attr < 64);
			assert_true(field->offset + field->size <= shapes[s]->size);
			for (size_t j = 0; j < i; j++) {
				assert_string_not_equal(field->name, shapes[s]->fields[j].name);
				assert_int_not_equal(field->attr, shapes[s]->fields[j].attr);
			}
		}
	}
}

/* ADM-1: a field for each attribute but the padding; the specification may have grown. */
static void no_attribute_of_the_specification_is_forgotten(void **state)
{
	(void)state;
	assert_int_equal(devtask_info_shape.count, DEVTASK_A_INFO_MAX - 1);
	assert_int_equal(devtask_helper_shape.count, DEVTASK_A_HELPER_MAX);
	assert_int_equal(devtask_task_shape.count, DEVTASK_A_TASK_MAX - 1);
	assert_int_equal(devtask_claim_shape.count, DEVTASK_A_CLAIM_MAX - 1);
	assert_int_equal(devtask_event_shape.count, DEVTASK_A_EVENT_MAX - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_object_comes_back_as_it_was_packed),
		cmocka_unit_test(what_was_not_sent_is_not_present),
		cmocka_unit_test(an_attribute_of_a_newer_module_is_passed_over),
		cmocka_unit_test(a_number_of_wrong_size_is_refused),
		cmocka_unit_test(a_string_without_its_end_or_too_long_is_refused),
		cmocka_unit_test(a_torn_or_garbled_message_is_survived),
		cmocka_unit_test(noise_is_survived),
		cmocka_unit_test(every_field_has_a_key_of_its_own),
		cmocka_unit_test(no_attribute_of_the_specification_is_forgotten),
	};

	return cmocka_run_group_tests_name("proto", tests, NULL, NULL);
}
