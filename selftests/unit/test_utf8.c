// SPDX-License-Identifier: GPL-2.0-only
/* Bytes of apps and processes as UTF-8, which JSON has to be (ADM-1, ADM-2). */
#include <stdlib.h>
#include <string.h>

#include "unit.h"
#include "utf8.h"

#define BAD "\xef\xbf\xbd"

static void assert_repaired(const char *text, const char *wanted)
{
	char *made = devtask_utf8_repair(text);

	assert_non_null(made);
	assert_string_equal(made, wanted);
	assert_true(devtask_utf8_is_valid(made));
	assert_int_equal(devtask_utf8_is_valid(text), !strcmp(text, wanted));
	free(made);
}

/* ADM-1 */
static void what_is_utf8_stays_as_it_is(void **state)
{
	static const char *const good[] = {
		"", "logger", "\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf",
		"\xee\x80\x80", "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf",
		"Gr\xc3\xbc\xc3\x9f" "e \xe6\x97\xa5 \xf0\x9f\x94\x8c",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
		assert_repaired(good[i], good[i]);
}

/* ADM-1, ADM-2 */
static void each_byte_of_no_character_is_replaced(void **state)
{
	static const char *const bad[][2] = {
		{ "\x80", BAD }, { "a\xffz", "a" BAD "z" },
		{ "\xc0\xaf", BAD BAD }, { "\xc1\xbf", BAD BAD },		/* too long a way to say "/" */
		{ "\xe0\x9f\xbf", BAD BAD BAD }, { "\xf0\x8f\xbf\xbf", BAD BAD BAD BAD },
		{ "\xed\xa0\x80", BAD BAD BAD },				/* a surrogate */
		{ "\xf4\x90\x80\x80", BAD BAD BAD BAD }, { "\xf5\x80", BAD BAD },
		{ "\xc3", BAD }, { "\xc3(", BAD "(" }, { "\xe6\x97", BAD BAD },	/* cut off */
		{ "\xf0\x9f\x94", BAD BAD BAD }, { "\xf0\x9f\xc3\xbc", BAD BAD "\xc3\xbc" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_repaired(bad[i][0], bad[i][1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_utf8_stays_as_it_is),
		cmocka_unit_test(each_byte_of_no_character_is_replaced),
	};

	return cmocka_run_group_tests_name("utf8", tests, NULL, NULL);
}
