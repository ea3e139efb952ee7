// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the page of permissions shows and offers for each stored answer: CON-4 (seen and changed at
 * any time), CON-6 (an app cannot answer, so the page cannot allow).
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <json-c/json.h>

#include "permission.h"
#include "unit.h"

#define HOUR_NS	(3600 * UINT64_C(1000000000))
#define SINCE	UINT64_C(1795366800000000000)	/* 2026-11-22 17:00 UTC */

#define YES	"{\"app\":\"org.example.Logger\",\"model\":\"usb:1209:0001\",\"answer\":\"yes\"," \
		"\"by\":\"agent\",\"time_ns\":1795366800000000000}"
#define NO	"{\"app\":\"org.example.Scale\",\"model\":\"usb:046d:c52b\",\"answer\":\"no\"," \
		"\"by\":\"root\",\"time_ns\":1795366800000000000," \
		"\"firm_until_ns\":1795370400000000000}"

static int add(struct devtask_permissions *permissions, const char *text,
	       struct devtask_error *error)
{
	json_object *answers = json_tokener_parse(text);
	int ret = devtask_permissions_add(permissions, answers, error);

	json_object_put(answers);
	return ret;
}

static int set_up(void **state)
{
	static struct devtask_permissions permissions;

	setenv("TZ", "UTC", 1);
	tzset();
	assert_int_equal(add(&permissions, "[" NO "," YES "]", NULL), 0);
	*state = &permissions;
	return 0;
}

static int tear_down(void **state)
{
	devtask_permissions_clear(*state);
	return 0;
}

static struct devtask_permission *row(void **state, const char *app)
{
	struct devtask_permissions *permissions = *state;

	for (size_t i = 0; i < permissions->count; i++)
		if (!strcmp(permissions->rows[i].app, app))
			return &permissions->rows[i];
	fail_msg("no row of %s", app);
	return NULL;
}

#define LOGGER(state)	row(state, "org.example.Logger")
#define SCALE(state)	row(state, "org.example.Scale")

/* CON-4 */
static void a_list_becomes_rows(void **state)
{
	struct devtask_permissions *permissions = *state;

	assert_int_equal(permissions->count, 2);
	assert_true(LOGGER(state)->allowed);
	assert_false(SCALE(state)->allowed);
	assert_string_equal(LOGGER(state)->model, "usb:1209:0001");
	assert_string_equal(LOGGER(state)->by, "agent");
	assert_int_equal(LOGGER(state)->since_ns, SINCE);
	assert_int_equal(LOGGER(state)->firm_until_ns, 0);
	assert_int_equal(SCALE(state)->firm_until_ns, SINCE + HOUR_NS);
	assert_int_equal(add(permissions, "[]", NULL), 0);
	assert_int_equal(permissions->count, 2);
}

/* CON-4: what is not "yes" is never shown as allowed. */
static void a_list_that_makes_no_sense_is_refused(void **state)
{
	static const char *const bad[] = {
		"{}", "[7]", "[{}]", "[{\"app\":\"x\",\"model\":\"usb:1:2\",\"answer\":\"yes\"}]",
		"[{\"app\":7,\"model\":\"usb:1:2\",\"answer\":\"yes\",\"by\":\"root\"}]",
	};
	struct devtask_permissions none = { 0 };
	struct devtask_error error;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		assert_int_equal(add(&none, bad[i], &error), -EBADMSG);
		assert_non_null(strstr(error.text, "install helper and page of one release"));
	}
	assert_int_equal(none.count, 0);
	assert_int_equal(add(&none, "[{\"app\":\"x\",\"model\":\"usb:1:2\",\"answer\":\"YES\","
			     "\"by\":\"root\"}]", &error), 0);
	assert_false(none.rows[0].allowed);
	devtask_permissions_clear(&none);
}

/* CON-4, CON-6 */
static void a_row_offers_what_the_helper_lets_the_user_do(void **state)
{
	assert_int_equal(devtask_permission_offers(LOGGER(state), SINCE),
			 DEVTASK_OFFER_REFUSE | DEVTASK_OFFER_ASK_AGAIN);
	assert_int_equal(devtask_permission_offers(SCALE(state), SINCE + HOUR_NS - 1), 0);
	assert_int_equal(devtask_permission_offers(SCALE(state), SINCE + HOUR_NS),
			 DEVTASK_OFFER_ASK_AGAIN);
}

/* CON-4: the page is told when to look, and does not look all the time. */
static void the_next_change_of_what_is_offered_is_known(void **state)
{
	assert_int_equal(devtask_permissions_next_offer_ns(*state, SINCE), SINCE + HOUR_NS);
	assert_int_equal(devtask_permissions_next_offer_ns(*state, SINCE + HOUR_NS), 0);
}

/* CON-4 */
static void what_is_not_offered_says_from_when_it_is(void **state)
{
	char text[128];

	assert_string_equal(devtask_permission_obstacle(SCALE(state), SINCE, text, sizeof(text)),
			    "You can let it ask again from 18:00 on.");
	assert_string_equal(devtask_permission_obstacle(SCALE(state), SINCE + HOUR_NS, text,
							sizeof(text)), "");
	assert_string_equal(devtask_permission_obstacle(LOGGER(state), SINCE, text, sizeof(text)),
			    "");
}

/* CON-4 */
static void an_app_is_named_as_people_know_it(void **state)
{
	char text[128];

	assert_string_equal(devtask_permission_heading(LOGGER(state), text, sizeof(text)),
			    "org.example.Logger (not installed)");
	devtask_permissions_name_app(*state, "org.example.Logger", "Logger");
	assert_string_equal(devtask_permission_heading(LOGGER(state), text, sizeof(text)),
			    "Logger (org.example.Logger)");
	devtask_permissions_name_app(*state, "org.example.Scale", "");
	assert_string_equal(devtask_permission_heading(SCALE(state), text, sizeof(text)),
			    "org.example.Scale");
}

/* CON-4: a name cannot feign other text by turning the direction of writing. */
static void names_are_cleaned(void **state)
{
	devtask_permissions_name_app(*state, "org.example.Logger", "Log\342\200\256ger\n");
	assert_null(strchr(LOGGER(state)->title, '\n'));
	assert_null(strstr(LOGGER(state)->title, "\342\200\256"));
}

/* CON-1, CON-4: an answer is for a model, whatever the bus calls it. */
static void a_device_is_named_by_its_model(void **state)
{
	char text[128];

	assert_string_equal(devtask_permission_device(LOGGER(state), text, sizeof(text)),
			    "usb:1209:0001, not attached");
	devtask_permissions_name_device(*state, "usb:1209:0002", "Other", true);
	devtask_permissions_name_device(*state, "usb:1-1", "Port", true);
	assert_string_equal(devtask_permission_device(LOGGER(state), text, sizeof(text)),
			    "usb:1209:0001, not attached");
	devtask_permissions_name_device(*state, "hid:1209:0001", "Data logger", true);
	devtask_permissions_name_device(*state, "usb:1209:0001", "From a database", false);
	assert_string_equal(devtask_permission_device(LOGGER(state), text, sizeof(text)),
			    "Data logger (usb:1209:0001)");
}

/* CON-4 */
static void a_task_counts_for_its_app_and_model_only(void **state)
{
	devtask_permissions_count_task(*state, "org.example.Logger", "hid:1209:0001");
	devtask_permissions_count_task(*state, "org.example.Logger", "usb:1209:0001:SN1");
	devtask_permissions_count_task(*state, "org.example.Logger", "usb:046d:c52b");
	devtask_permissions_count_task(*state, "org.example.Other", "usb:1209:0001");
	assert_int_equal(LOGGER(state)->tasks, 2);
	assert_int_equal(SCALE(state)->tasks, 0);
}

/* CON-4 */
static void who_answered_and_when_is_said(void **state)
{
	char text[128];

	assert_string_equal(devtask_permission_history(LOGGER(state), text, sizeof(text)),
			    "Allowed since 2026-11-22 17:00, when the app asked");
	assert_string_equal(devtask_permission_history(SCALE(state), text, sizeof(text)),
			    "Refused since 2026-11-22 17:00, by the administrator");
}

/* CON-4, RUN-7 */
static void before_a_task_is_stopped_it_is_said_what_it_loses(void **state)
{
	char text[256];

	devtask_permission_warning(LOGGER(state), DEVTASK_OFFER_REFUSE, text, sizeof(text));
	assert_non_null(strstr(text, "stops the sync that runs now: org.example.Logger loses "
			       "usb:1209:0001 at once"));
	assert_non_null(strstr(text, "only the administrator"));
	devtask_permission_warning(LOGGER(state), DEVTASK_OFFER_ASK_AGAIN, text, sizeof(text));
	assert_non_null(strstr(text, "you are asked"));
}

/* CON-4 */
static void rows_stand_in_the_order_of_what_is_read(void **state)
{
	struct devtask_permissions *permissions = *state;

	devtask_permissions_name_app(permissions, "org.example.Scale", "a scale");
	devtask_permissions_name_app(permissions, "org.example.Logger", "Big logger");
	devtask_permissions_sort(permissions);
	assert_string_equal(permissions->rows[0].app, "org.example.Scale");
	assert_string_equal(permissions->rows[1].app, "org.example.Logger");
}

#define WITH_ROWS(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_ROWS(a_list_becomes_rows),
		WITH_ROWS(a_list_that_makes_no_sense_is_refused),
		WITH_ROWS(a_row_offers_what_the_helper_lets_the_user_do),
		WITH_ROWS(the_next_change_of_what_is_offered_is_known),
		WITH_ROWS(what_is_not_offered_says_from_when_it_is),
		WITH_ROWS(an_app_is_named_as_people_know_it),
		WITH_ROWS(names_are_cleaned),
		WITH_ROWS(a_device_is_named_by_its_model),
		WITH_ROWS(a_task_counts_for_its_app_and_model_only),
		WITH_ROWS(who_answered_and_when_is_said),
		WITH_ROWS(before_a_task_is_stopped_it_is_said_what_it_loses),
		WITH_ROWS(rows_stand_in_the_order_of_what_is_read),
	};

	return cmocka_run_group_tests_name("permission", tests, NULL, NULL);
}
