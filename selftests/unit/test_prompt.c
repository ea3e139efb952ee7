// SPDX-License-Identifier: GPL-2.0-only
/* The words of a question and what typing does: CON-2, CON-3, CON-6 (names are only names). */
#include <stdio.h>
#include <string.h>

#include "prompt.h"
#include "unit.h"

static enum devtask_prompt_state type(const char *keys)
{
	enum devtask_prompt_state state = DEVTASK_PROMPT_OPEN;
	struct devtask_prompt prompt;
	char echo;

	devtask_prompt_begin(&prompt, 3711);
	assert_string_equal(prompt.number, "4711");
	for (; *keys && state == DEVTASK_PROMPT_OPEN; keys++)
		state = devtask_prompt_type(&prompt, (unsigned char)*keys, &echo);
	return state;
}

/* CON-3 */
static void only_the_number_is_yes(void **state)
{
	static const char *const no[] = {
		"\r", "\n", "yes\r", "y\r", "471\r", "47111\r", " 4711\r", "4711 \r", "4712\r",
		"\033", "\003", "\004", "\032", "\034", "4711\033", "4711\003", "\t4711\r", "0004711\r",
		"47114711471147114711\r", "\xff\xfe\r",
	};

	(void)state;
	assert_int_equal(type("4711\r"), DEVTASK_PROMPT_YES);
	assert_int_equal(type("4711\n"), DEVTASK_PROMPT_YES);
	for (size_t i = 0; i < sizeof(no) / sizeof(*no); i++)
		assert_int_equal(type(no[i]), DEVTASK_PROMPT_NO);
	assert_int_equal(type("4711"), DEVTASK_PROMPT_OPEN);
}

/* CON-3 */
static void a_mistake_can_be_corrected(void **state)
{
	char many[64];

	(void)state;
	assert_int_equal(type("4712\b1\r"), DEVTASK_PROMPT_YES);
	assert_int_equal(type("4712\x7f" "1\r"), DEVTASK_PROMPT_YES);
	assert_int_equal(type("\b\b\b4711\r"), DEVTASK_PROMPT_YES);
	/* Also what no longer fitted; a backspace takes exactly one. */
	snprintf(many, sizeof(many), "4711%s%s\r", "xxxxxxxxxxxxxxxxxxxx", "\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b");
	assert_int_equal(type(many), DEVTASK_PROMPT_YES);
	assert_int_equal(type("4711xxxxxxxxxxxxxxxxxxxx\b\r"), DEVTASK_PROMPT_NO);
}

/* CON-6 */
static void the_number_has_four_digits_whatever_is_drawn(void **state)
{
	static const unsigned int drawn[] = { 0, 1, 8999, 9000, 123456789, 4294967295u };
	struct devtask_prompt prompt;

	(void)state;
	for (size_t i = 0; i < sizeof(drawn) / sizeof(*drawn); i++) {
		devtask_prompt_begin(&prompt, drawn[i]);
		assert_int_equal(strlen(prompt.number), 4);
		assert_true(prompt.number[0] != '0');
	}
}

static void write_about(const char *app, uint32_t type_, uint64_t estimate_ns, bool utf8,
			char text[static DEVTASK_PROMPT_TEXT_MAX])
{
	const struct devtask_question question = {
		.app = app, .app_name = "org.sync", .device = "Watch", .model = "usb:1234:5678",
		.type = type_, .estimate_ns = estimate_ns,
	};
	struct devtask_prompt prompt;

	devtask_prompt_begin(&prompt, 3711);
	devtask_prompt_write(&prompt, &question, 120, utf8, text);
	assert_non_null(strstr(text, "4711"));
	assert_non_null(strstr(text, "120 s"));
	assert_non_null(strstr(text, "[no]"));
}

/* CON-2 */
static void servicing_warns_and_shows_the_estimate(void **state)
{
	char text[DEVTASK_PROMPT_TEXT_MAX];

	(void)state;
	write_about("Sync", DEVTASK_TYPE_SERVICING, 24 * 60000000000ull, true, text);
	assert_non_null(strstr(text, "can take up to 24 minutes"));
	assert_non_null(strstr(text, "keep the device connected"));
	assert_non_null(strstr(text, "plugged in or well charged"));
	write_about("Sync", DEVTASK_TYPE_SERVICING, 24 * 60000000000ull + 1, true, text);
	assert_non_null(strstr(text, "up to 25 minutes"));
	write_about("Sync", DEVTASK_TYPE_SERVICING, 1, true, text);
	assert_non_null(strstr(text, "up to 1 minute."));
	write_about("Sync", DEVTASK_TYPE_SERVICING, 0, true, text);
	assert_null(strstr(text, "can take"));
	write_about("Sync", DEVTASK_TYPE_USE, 0, true, text);
	assert_null(strstr(text, "keep the device connected"));
	assert_non_null(strstr(text, "Your answer is kept"));
}

/* CON-3, CON-6: a name cannot move the cursor, begin a line or turn the writing around. */
static void names_of_strangers_are_only_names(void **state)
{
	static const char *const evil[] = {
		"\033[2JTrusted", "A\r\nAllow? [no] 4711", "A\tB\x7f", "A\xc2\x9b" "2JB",
		"A\xe2\x80\xae" "B", "\x9b" "2J", "\xff\xfe", "\xc3", "\xe2\x80", "\xf5\x80\x80\x80", "",
	};
	char text[DEVTASK_PROMPT_TEXT_MAX], plain[DEVTASK_PROMPT_TEXT_MAX];
	unsigned int lines;

	(void)state;
	write_about("Sync", DEVTASK_TYPE_USE, 0, true, plain);
	for (size_t i = 0; i < sizeof(evil) / sizeof(*evil) * 2; i++) {
		write_about(evil[i / 2], DEVTASK_TYPE_USE, 0, i % 2, text);
		assert_null(strchr(text, '\033'));
		assert_null(strchr(text, '\x7f'));
		assert_null(strchr(text, (char)0x9b));
		assert_null(strstr(text, "\xe2\x80\xae"));
		lines = 0;
		for (const char *p = text; *p; p++)
			lines += *p == '\n';
		for (const char *p = plain; *p; p++)
			lines -= *p == '\n';
		assert_int_equal(lines, 0);
	}
}

/* CON-3 */
static void a_name_beyond_ascii_is_shown_where_it_can_be(void **state)
{
	char text[DEVTASK_PROMPT_TEXT_MAX], many[4096];

	(void)state;
	write_about("M\303\274ller \342\202\254", DEVTASK_TYPE_USE, 0, true, text);
	assert_non_null(strstr(text, "M\303\274ller \342\202\254"));
	write_about("M\303\274ller \342\202\254", DEVTASK_TYPE_USE, 0, false, text);
	assert_non_null(strstr(text, "M?ller ?\r\n"));
	memset(many, 'x', sizeof(many));
	many[sizeof(many) - 1] = 0;
	write_about(many, DEVTASK_TYPE_USE, 0, true, text);
	assert_non_null(strstr(text, "xxx...\r\n"));
	memset(many, '\377', sizeof(many) - 1);
	write_about(many, DEVTASK_TYPE_USE, 0, true, text);
	assert_non_null(strstr(text, "???...\r\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_the_number_is_yes),
		cmocka_unit_test(a_mistake_can_be_corrected),
		cmocka_unit_test(the_number_has_four_digits_whatever_is_drawn),
		cmocka_unit_test(servicing_warns_and_shows_the_estimate),
		cmocka_unit_test(names_of_strangers_are_only_names),
		cmocka_unit_test(a_name_beyond_ascii_is_shown_where_it_can_be),
	};

	return cmocka_run_group_tests_name("prompt", tests, NULL, NULL);
}
