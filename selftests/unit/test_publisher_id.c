// SPDX-License-Identifier: GPL-2.0-only
/* Publishers by their short ids (MET-2, INI-8). */
#include <stdlib.h>
#include <string.h>

#include "metadata.h"
#include "publisher_id.h"
#include "unit.h"

#define MICROSOFT "CN=Microsoft Corporation, O=Microsoft Corporation, L=Redmond, S=Washington, C=US"

/* MET-2: pairs that are in wide use. */
static void publishers_have_the_ids_that_windows_gives_them(void **state)
{
	static const char *const known[][2] = {
		{ "8wekyb3d8bbwe", MICROSOFT },
		{ "cw5n1h2txyewy", "CN=Microsoft Windows, O=Microsoft Corporation, L=Redmond, "
				   "S=Washington, C=US" },
		{ "kzf8qxf38zg5c", "CN=Skype Software Sarl, O=Microsoft Corporation, "
				   "L=Luxembourg, S=Luxembourg, C=LU" },
		{ "amge560j0aq9g", "CN=C357A519-CEE3-4675-9EF4-44DE1D99A5D6" },
		{ "pwh22gvzcj20c", "CN=9C2E3884-8027-4E71-97C7-BB7731A649A4" },
		{ "h0ed56e8a88dc", "CN=B408A06D-44F7-4860-A12E-644DD44FA741" },
	};
	char id[DEVTASK_PUBLISHER_ID_LENGTH + 1];

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		assert_true(devtask_publisher_id(known[i][1], id));
		assert_string_equal(id, known[i][0]);
	}
}

/* MET-2: computed with another implementation of UTF-16 and SHA-256, Python's. */
static void letters_beyond_ascii_count_as_utf_16(void **state)
{
	char id[DEVTASK_PUBLISHER_ID_LENGTH + 1];

	(void)state;
	assert_true(devtask_publisher_id("CN=Gr\xc3\xbc\xc3\x9f" "e \xe6\x97\xa5 \xf0\x9f\x94\x8c", id));
	assert_string_equal(id, "2ag7yt2ffex88");
	assert_true(devtask_publisher_id("", id));
	assert_string_equal(id, "werc8gmrzge18");
}

/* MET-2 */
static void what_is_not_utf_8_has_no_id(void **state)
{
	char id[DEVTASK_PUBLISHER_ID_LENGTH + 1];

	(void)state;
	assert_false(devtask_publisher_id("CN=\xff", id));
	assert_string_equal(id, "");
	assert_false(devtask_publisher_id_matches("", "CN=\xff"));
}

/* INI-8, MET-2 */
static void a_listed_id_means_its_publisher_and_no_other(void **state)
{
	(void)state;
	assert_true(devtask_publisher_id_matches(MICROSOFT, MICROSOFT));
	assert_true(devtask_publisher_id_matches("8wekyb3d8bbwe", MICROSOFT));
	assert_false(devtask_publisher_id_matches("8wekyb3d8bbwf", MICROSOFT));
	assert_false(devtask_publisher_id_matches("8wekyb3d8bbwe", "CN=Microsoft Corporation"));
	/* Who calls himself like an id is not the one whose id it is. */
	assert_false(devtask_publisher_id_matches("8wekyb3d8bbwe", "8wekyb3d8bbwe"));
	assert_false(devtask_publisher_id_matches("CN=Other", MICROSOFT));
}

/* INI-8, MET-2 */
static void a_list_of_apps_may_name_publishers_by_id(void **state)
{
	struct devtask_metadata metadata;
	struct devtask_error error;

	(void)state;
	devtask_metadata_init(&metadata);
	assert_int_equal(devtask_metadata_take(&metadata, DEVTASK_METADATA_APPS,
					       "Contoso.Updater!8wekyb3d8bbwe", &error), 0);
	assert_true(devtask_metadata_allows(&metadata, "Contoso.Updater", MICROSOFT));
	assert_false(devtask_metadata_allows(&metadata, "Contoso.Other", MICROSOFT));
	assert_false(devtask_metadata_allows(&metadata, "Contoso.Updater", "CN=Contoso"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(publishers_have_the_ids_that_windows_gives_them),
		cmocka_unit_test(letters_beyond_ascii_count_as_utf_16),
		cmocka_unit_test(what_is_not_utf_8_has_no_id),
		cmocka_unit_test(a_listed_id_means_its_publisher_and_no_other),
		cmocka_unit_test(a_list_of_apps_may_name_publishers_by_id),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
