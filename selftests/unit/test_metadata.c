// SPDX-License-Identifier: GPL-2.0-only
/* What the maker of a device can say of it (MET-1), and who is privileged by it (INI-8). */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "clean.h"
#include "metadata.h"
#include "unit.h"
#include "utf8.h"

#define APPS		DEVTASK_METADATA_APPS
#define COMPANIONS	DEVTASK_METADATA_COMPANIONS

static struct devtask_metadata metadata;

/* Takes one property; returns the sentence, "" if it is taken. */
static const char *take(const char *key, const char *text)
{
	static struct devtask_error error;
	int ret;

	memset(&error, 0, sizeof(error));
	devtask_metadata_init(&metadata);
	ret = devtask_metadata_take(&metadata, key, text, &error);
	assert_int_equal(ret, *error.text ? -EINVAL : 0);
	return error.text;
}

static void assert_refused(const char *key, const char *text, const char *why)
{
	const char *sentence = take(key, text);

	if (!strstr(sentence, why))
		fail_msg("%s=%s: said \"%s\", not \"%s\"", key, text, sentence, why);
	assert_memory_equal(sentence, key, strlen(key));
	assert_false(devtask_clean_is_needed(sentence));
	assert_true(devtask_utf8_is_valid(sentence));
	/* Nobody is privileged by it, and nothing of it is believed. */
	assert_true(metadata.is_known);
	assert_int_equal(metadata.app_count, 0);
	assert_int_equal(metadata.companion_count, 0);
	assert_false(metadata.any_application);
	assert_string_equal(metadata.name, "");
	assert_true(metadata.return_ns == 60000000000);
}

/* MET-1 */
static void without_properties_nothing_is_known(void **state)
{
	static const char *const keys[] = {
		DEVTASK_METADATA_NAME, APPS, COMPANIONS, DEVTASK_METADATA_RETURN,
		DEVTASK_METADATA_FLOOR,
	};

	(void)state;
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		assert_string_equal(take(keys[i], ""), "");
		assert_false(metadata.is_known);
		assert_int_equal(metadata.app_count, 0);
		assert_int_equal(metadata.companion_count, 0);
		assert_true(metadata.return_ns == 60000000000);
		assert_int_equal(metadata.battery_floor_percent, 0);
		assert_false(devtask_metadata_allows(&metadata, "A", "CN=A"));
		assert_false(devtask_metadata_allows(&metadata, "", ""));
	}
	assert_string_equal(take("ID_VENDOR", "%%%"), "");
	assert_false(metadata.is_known);
}

/* MET-1 */
static void properties_add_up(void **state)
{
	(void)state;
	devtask_metadata_init(&metadata);
	assert_int_equal(devtask_metadata_take(&metadata, "DEVTASK_NAME", "Hub 100%25 \xc3\xa4", NULL), 0);
	assert_int_equal(devtask_metadata_take(&metadata, APPS, "A.B!CN=A, O=\"A\"", NULL), 0);
	assert_int_equal(devtask_metadata_take(&metadata, COMPANIONS, "1209:0002", NULL), 0);
	assert_int_equal(devtask_metadata_take(&metadata, "DEVTASK_RETURN_SECONDS", "90", NULL), 0);
	assert_int_equal(devtask_metadata_take(&metadata, "DEVTASK_BATTERY_FLOOR", "50", NULL), 0);
	assert_true(metadata.is_known);
	assert_string_equal(metadata.name, "Hub 100% \xc3\xa4");
	assert_int_equal(metadata.app_count, 1);
	assert_int_equal(metadata.companion_count, 1);
	assert_true(metadata.return_ns == 90000000000);
	assert_int_equal(metadata.battery_floor_percent, 50);
}

/* INI-8 */
static void identity_and_publisher_together_are_privileged(void **state)
{
	(void)state;
	assert_string_equal(take(APPS, "Contoso.Updater!CN=Contoso, O=Contoso|Other.App!CN=Other"), "");
	assert_int_equal(metadata.app_count, 2);
	assert_true(devtask_metadata_allows(&metadata, "Contoso.Updater", "CN=Contoso, O=Contoso"));
	assert_true(devtask_metadata_allows(&metadata, "Other.App", "CN=Other"));
	assert_false(devtask_metadata_allows(&metadata, "Other.App", "CN=Contoso, O=Contoso"));
	assert_false(devtask_metadata_allows(&metadata, "Contoso.Updater", "CN=Contoso"));
	assert_false(devtask_metadata_allows(&metadata, "contoso.updater", "CN=Contoso, O=Contoso"));
	assert_false(devtask_metadata_allows(&metadata, "Contoso.Updater", ""));
	assert_false(devtask_metadata_allows(&metadata, "*", "*"));
}

/* INI-8 */
static void an_asterisk_alone_is_any_app(void **state)
{
	(void)state;
	assert_string_equal(take(APPS, "*"), "");
	assert_true(metadata.any_application);
	assert_int_equal(metadata.app_count, 0);
	assert_true(devtask_metadata_allows(&metadata, "Any.App", "CN=Anybody"));
}

/* INI-8 */
static void an_asterisk_among_names_is_refused(void **state)
{
	(void)state;
	assert_refused(APPS, "A!CN=A|*", "must stand alone");
	assert_refused(APPS, "*|A!CN=A", "must stand alone");
	assert_refused(APPS, "*|*", "must stand alone");
	assert_refused(APPS, "* ", "no IDENTITY!PUBLISHER");
	assert_refused(APPS, "**", "no IDENTITY!PUBLISHER");
}

/* INI-8: nobody is privileged by a malformed list. */
static void a_malformed_list_of_apps_is_told(void **state)
{
	static const char *const wrong[] = {
		"A", "!", "A!", "!CN=A", "A!CN=A|", "|A!CN=A", "A!CN=A||B!CN=B", "|", "A!CN=A|B",
		"A!CN=A!", "A!!CN=A", "A!CN=Yahoo!", " ",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		assert_refused(APPS, wrong[i], "is no IDENTITY!PUBLISHER");
}

/* MET-1 */
static void separators_inside_are_percent_encoded(void **state)
{
	(void)state;
	assert_string_equal(take(APPS, "A%7CB%21C!CN=%25, O=a%21%7c%23%0Ab"), "");
	assert_int_equal(metadata.app_count, 1);
	assert_string_equal(metadata.apps[0].name, "A|B!C");
	assert_string_equal(metadata.apps[0].publisher, "CN=%, O=a!|#\nb");
}

/* MET-1 */
static void a_wrong_percent_encoding_is_told(void **state)
{
	static const char *const wrong[] = {
		"A!CN=%", "A!CN=%2", "A!CN=%2|B!CN=B", "A!CN=%%", "A!CN=%g0", "A!CN=%0g", "A!CN=%00",
		"A%!CN=A", "A%2!CN=A", "A!CN=% 5", "A!CN=%-1", "A!CN=\n", "A\x01!CN=A", "A!CN=\x7f",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		assert_refused(APPS, wrong[i], "write each such byte as %XX");
	assert_refused("DEVTASK_NAME", "100%", "write each such byte as %XX");
	assert_refused(APPS, "A!CN=%C3", "not UTF-8");
	assert_refused("DEVTASK_NAME", "\xff\xfe\xfd", "not UTF-8");
}

/* MET-1 */
static void texts_have_limits(void **state)
{
	char text[DEVTASK_METADATA_TEXT_MAX + 2];

	(void)state;
	memset(text, 'x', sizeof(text));
	text[127] = '\0';
	assert_string_equal(take("DEVTASK_NAME", text), "");
	assert_int_equal(strlen(metadata.name), 127);
	text[127] = 'x';
	text[128] = '\0';
	assert_refused("DEVTASK_NAME", text, "longer than 127 bytes");
	text[128] = 'x';
	text[127] = '!';
	text[128 + 255] = '\0';
	assert_string_equal(take(APPS, text), "");
	assert_int_equal(strlen(metadata.apps[0].name), 127);
	assert_int_equal(strlen(metadata.apps[0].publisher), 255);
	text[128 + 255] = 'x';
	text[128 + 256] = '\0';
	assert_refused(APPS, text, "publisher \"xxx");
	assert_refused(APPS, text, "longer than 255 bytes");
	text[128 + 256] = 'x';
	text[127] = 'x';
	text[128] = '!';
	text[200] = '\0';
	assert_refused(APPS, text, "identity name \"xxx");
	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	assert_refused(APPS, text, "longer than 4096 bytes");
	/* What is quoted is any bytes, and as long as it gets. */
	memset(text, '\xff', 300);
	text[300] = '\0';
	assert_refused(COMPANIONS, text, "is no id");
}

/* MET-1 */
static void lists_have_sixteen_members_at_most(void **state)
{
	char apps[17 * 12] = "", ids[17 * 10 + 1] = "";

	(void)state;
	for (int i = 0; i < 17; i++) {
		sprintf(apps + strlen(apps), "%sA%d!CN=B", i ? "|" : "", i);
		sprintf(ids + strlen(ids), "%s1209:%04x", i ? " " : "", i);
		if (i != 15)
			continue;
		assert_string_equal(take(APPS, apps), "");
		assert_int_equal(metadata.app_count, 16);
		assert_true(devtask_metadata_allows(&metadata, "A15", "CN=B"));
		assert_string_equal(take(COMPANIONS, ids), "");
		assert_int_equal(metadata.companion_count, 16);
		assert_true(devtask_metadata_is_companion(&metadata, 0x1209, 0xf));
	}
	assert_refused(APPS, apps, "more than 16 apps");
	assert_refused(COMPANIONS, ids, "more than 16 ids");
}

/* APP-8 */
static void companions_are_known_by_both_halves_of_the_id(void **state)
{
	(void)state;
	assert_string_equal(take(COMPANIONS, "  1209:db02 ABCD:00ef  "), "");
	assert_int_equal(metadata.companion_count, 2);
	assert_true(devtask_metadata_is_companion(&metadata, 0x1209, 0xdb02));
	assert_true(devtask_metadata_is_companion(&metadata, 0xabcd, 0xef));
	assert_false(devtask_metadata_is_companion(&metadata, 0x1209, 0xef));
	assert_false(devtask_metadata_is_companion(&metadata, 0xdb02, 0x1209));
	assert_false(devtask_metadata_is_companion(&metadata, 0, 0));
}

/* MET-1 */
static void a_malformed_id_is_told(void **state)
{
	static const char *const wrong[] = {
		"1209", "1209:", ":0002", "1209:2", "1209:00002", "1209:000g", "0x09:0002",
		"1209:0002:", "1209:0002:A", "1209:0002,1209:0003", "1209:0002 x", "1209 :0002",
		"1209-0002", "1209:0002\t1209:0003", "usb:1209:0002", "1209:00 2", "+209:0002",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		assert_refused(COMPANIONS, wrong[i], "is no id such as");
}

/* MET-1 */
static void numbers_have_their_range(void **state)
{
	static const char *const wrong[] = {
		"-1", "+1", " 1", "1 ", "0x10", "1.5", "ten", "1801", "4294967297",
		"18446744073709551617", "99999999999999999999999999",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		assert_refused("DEVTASK_RETURN_SECONDS", wrong[i], "is no number from 1 to 1800");
		assert_refused("DEVTASK_BATTERY_FLOOR", wrong[i], "is no number from 0 to 99");
	}
	assert_refused("DEVTASK_RETURN_SECONDS", "0", "is no number from 1 to 1800");
	assert_refused("DEVTASK_BATTERY_FLOOR", "100", "is no number from 0 to 99");
	assert_string_equal(take("DEVTASK_RETURN_SECONDS", "1"), "");
	assert_true(metadata.return_ns == 1000000000);
	assert_string_equal(take("DEVTASK_RETURN_SECONDS", "1800"), "");
	assert_true(metadata.return_ns == 1800000000000);
	assert_string_equal(take("DEVTASK_BATTERY_FLOOR", "0"), "");
	assert_true(metadata.is_known);
	assert_string_equal(take("DEVTASK_BATTERY_FLOOR", "99"), "");
	assert_int_equal(metadata.battery_floor_percent, 99);
}

/* MET-1 */
static void a_name_cannot_feign_other_text(void **state)
{
	(void)state;
	assert_string_equal(take("DEVTASK_NAME", "a%1b[2Jb\xe2\x80\xae" "c"), "");
	assert_string_equal(metadata.name, "a [2Jb   c");
}

/* MET-2: what an import writes is what a reader has. */
static void what_is_escaped_is_read_back(void **state)
{
	static const char *const texts[] = {
		"Plain", "CN=A, O=\"B\" #1|2!3%41", " edge ", "  ", "\x01\n\x7f", "\xc3\xa4", "%", "a b",
	};
	char escaped[512], property[1100];

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		size_t length = devtask_metadata_escape(texts[i], escaped, sizeof(escaped));

		assert_int_equal(length, strlen(escaped));
		assert_null(strpbrk(escaped, "|!#\n\x01\x7f"));
		assert_true(*escaped != ' ' && escaped[length - 1] != ' ');
		snprintf(property, sizeof(property), "%s!%s|B!C", escaped, escaped);
		assert_string_equal(take(APPS, property), "");
		assert_string_equal(metadata.apps[0].name, texts[i]);
		assert_string_equal(metadata.apps[0].publisher, texts[i]);
	}
	/* As snprintf() does: what does not fit is counted, and the end is kept. */
	memset(escaped, 'x', sizeof(escaped));
	assert_int_equal(devtask_metadata_escape("a|b", escaped, 3), 5);
	assert_string_equal(escaped, "a%");
	assert_int_equal(escaped[3], 'x');
	assert_int_equal(devtask_metadata_escape("a|b", NULL, 0), 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_properties_nothing_is_known),
		cmocka_unit_test(properties_add_up),
		cmocka_unit_test(identity_and_publisher_together_are_privileged),
		cmocka_unit_test(an_asterisk_alone_is_any_app),
		cmocka_unit_test(an_asterisk_among_names_is_refused),
		cmocka_unit_test(a_malformed_list_of_apps_is_told),
		cmocka_unit_test(separators_inside_are_percent_encoded),
		cmocka_unit_test(a_wrong_percent_encoding_is_told),
		cmocka_unit_test(texts_have_limits),
		cmocka_unit_test(lists_have_sixteen_members_at_most),
		cmocka_unit_test(companions_are_known_by_both_halves_of_the_id),
		cmocka_unit_test(a_malformed_id_is_told),
		cmocka_unit_test(numbers_have_their_range),
		cmocka_unit_test(a_name_cannot_feign_other_text),
		cmocka_unit_test(what_is_escaped_is_read_back),
	};

	return cmocka_run_group_tests_name("metadata", tests, NULL, NULL);
}
