// SPDX-License-Identifier: GPL-2.0-only
/*
 * The administrator's file of settings: RUN-10 (limits), RUN-4 (floor), INI-4 (blocked classes),
 * INI-6 (maximum), ADM-4 (developer mode). Each mistake has its words.
 */
#include <signal.h>

#include "conf.h"
#include "folder.h"
#include "unit.h"

#define SECOND 1000000000ull

static struct folder etc;

static int make(void **state)
{
	(void)state;
	folder_make(&etc);
	chmod(etc.path, 0755);
	return 0;
}

static int drop(void **state)
{
	(void)state;
	folder_remove(&etc);
	return 0;
}

static struct devtask_conf_source source(void)
{
	return (struct devtask_conf_source) { etc.path, getuid() };
}

static struct devtask_conf *load(void)
{
	struct devtask_conf_source from = source();
	struct devtask_conf *conf;

	assert_int_equal(devtask_conf_create(&conf, &from, NULL), 0);
	return conf;
}

/* What --check-config says, with the place of the files taken out; to be freed. */
static char *check(int *status, char **settings)
{
	struct devtask_conf_source from = source();
	char *good = NULL, *bad = NULL, *at;
	size_t good_size, bad_size;
	FILE *to = open_memstream(&good, &good_size), *wrong = open_memstream(&bad, &bad_size);

	*status = devtask_conf_check(&from, to, wrong);
	fclose(to);
	fclose(wrong);
	while ((at = strstr(bad, etc.path)))
		memmove(at, at + strlen(etc.path) + 1, strlen(at + strlen(etc.path) + 1) + 1);
	if (settings)
		*settings = good;
	else
		free(good);
	return bad;
}

/* RUN-10: without a file the defaults are the requirements' table. */
static void without_a_file_the_defaults_are_the_requirements(void **state)
{
	struct devtask_conf *conf = load();
	const struct devtask_settings *settings = devtask_conf_settings(conf);
	int status;
	char *bad;

	(void)state;
	assert_int_equal(settings->deadline_ns[DEVTASK_TYPE_USE], 600 * SECOND);
	assert_int_equal(settings->deadline_ns[DEVTASK_TYPE_SERVICING], 1800 * SECOND);
	assert_int_equal(settings->io_interval_ns[DEVTASK_TYPE_USE], 5 * SECOND);
	assert_int_equal(settings->io_interval_ns[DEVTASK_TYPE_SERVICING], 0);
	assert_int_equal(settings->grace_ns, 5 * SECOND);
	assert_int_equal(settings->floor_mode[DEVTASK_TYPE_USE], DEVTASK_FLOOR_MODE_CANCEL);
	assert_int_equal(settings->floor_mode[DEVTASK_TYPE_SERVICING], DEVTASK_FLOOR_MODE_CANCEL);
	assert_int_equal(settings->floor_cycles, 400000000);
	assert_int_equal(settings->floor_window_locked_ns, 60 * SECOND);
	assert_int_equal(settings->floor_window_unlocked_ns, 300 * SECOND);
	assert_int_equal(settings->return_ns, 60 * SECOND);
	assert_int_equal(settings->tasks_max, 0);
	assert_int_equal(settings->blocked_count, 0);
	assert_int_equal(settings->prompt_timeout_ns, 120 * SECOND);
	assert_false(settings->agent_on_pty);
	assert_false(settings->display_without_login);
	assert_false(settings->developer_mode);
	devtask_conf_destroy(conf);
	bad = check(&status, NULL);
	assert_string_equal(bad, "");
	assert_int_equal(status, 0);
	free(bad);
}

/* RUN-10, INI-4, INI-6, ADM-4 */
static void every_setting_can_be_changed(void **state)
{
	static const char text[] =
		"[limits]\nuse-deadline = 90s\nservicing-deadline = 45min\nuse-io-interval = 1500ms\n"
		"grace = 0\nreturn-time = 45s\ntasks = 7\n\n"
		"[cpu-floor]\nuse = report\nservicing = off\ncycles = 123\nwindow-locked = 30s\n"
		"window-unlocked = 1h\n\n"
		"[devices]\nblocked-classes = classId:08 * *\nblocked-classes = usage:0001 0006\n\n"
		"[power]\nbattery-floor = 50\nbattery-watch = no\n\n"
		"[consent]\nprompt-timeout = 10s\nagent-on-pty = yes\n\n"
		"[foreground]\ndisplay-without-login = yes\n\n"
		"[history]\nkeep = 48h\nrecords = 5\n\n"
		"[developer]\nmode = yes\n";
	const struct devtask_settings *settings;
	struct devtask_conf *conf;
	char *bad, *good;
	int status;

	(void)state;
	folder_write(&etc, "devtask.conf", "%s", text);
	conf = load();
	settings = devtask_conf_settings(conf);
	assert_int_equal(settings->deadline_ns[DEVTASK_TYPE_USE], 90 * SECOND);
	assert_int_equal(settings->deadline_ns[DEVTASK_TYPE_SERVICING], 2700 * SECOND);
	assert_int_equal(settings->io_interval_ns[DEVTASK_TYPE_USE], SECOND * 3 / 2);
	assert_int_equal(settings->grace_ns, 0);
	assert_int_equal(settings->return_ns, 45 * SECOND);
	assert_int_equal(settings->tasks_max, 7);
	assert_int_equal(settings->floor_mode[DEVTASK_TYPE_USE], DEVTASK_FLOOR_MODE_REPORT);
	assert_int_equal(settings->floor_mode[DEVTASK_TYPE_SERVICING], DEVTASK_FLOOR_MODE_OFF);
	assert_int_equal(settings->floor_cycles, 123);
	assert_int_equal(settings->floor_window_locked_ns, 30 * SECOND);
	assert_int_equal(settings->floor_window_unlocked_ns, 3600 * SECOND);
	assert_int_equal(settings->blocked_count, 2);
	assert_int_equal(settings->battery_floor_percent, 50);
	assert_false(settings->battery_watch);
	assert_int_equal(settings->prompt_timeout_ns, 10 * SECOND);
	assert_true(settings->agent_on_pty);
	assert_true(settings->display_without_login);
	assert_int_equal(settings->history_keep_ns, 172800 * SECOND);
	assert_int_equal(settings->history_records_max, 5);
	assert_true(settings->developer_mode);
	devtask_conf_destroy(conf);
	/* What --check-config shows can be written back. */
	bad = check(&status, &good);
	assert_string_equal(bad, "");
	assert_string_equal(good, text);
	free(bad);
	free(good);
}

/* RUN-10: the example shows every key, and its default. */
static void the_example_has_every_key_with_its_default(void **state)
{
	char *bad, *plain, *example, line[256];
	FILE *from = fopen("userspace/data/devtask.conf", "r");
	FILE *to = fopen(folder_path(&etc, "shown"), "w");
	int status;

	(void)state;
	if (!from)	/* started beside its source */
		from = fopen("../../userspace/data/devtask.conf", "r");
	assert_non_null(from);
	free(check(&status, &plain));
	while (fgets(line, sizeof(line), from))
		if (*line != '#')
			fputs(line, to);
	fclose(from);
	fclose(to);
	assert_int_equal(rename(folder_path(&etc, "shown"), folder_path(&etc, "devtask.conf")), 0);
	bad = check(&status, &example);
	assert_string_equal(bad, "");
	assert_string_equal(example, plain);
	/* Word for word, but for the comments. */
	from = fopen(folder_path(&etc, "devtask.conf"), "r");
	free(bad);
	bad = calloc(1, 4096);
	assert_true(fread(bad, 1, 4095, from) > 0);
	fclose(from);
	assert_string_equal(bad + strspn(bad, "\n"), plain);
	free(bad);
	free(plain);
	free(example);
}

/* INI-4 */
static void a_blocked_class_matches_with_wildcards(void **state)
{
	const struct devtask_settings *settings;
	struct devtask_conf *conf;

	(void)state;
	folder_write(&etc, "devtask.conf", "[devices]\nblocked-classes = classId:08 * *, "
		     "classId:03 01 01, usage:0001 *\n");
	conf = load();
	settings = devtask_conf_settings(conf);
	assert_true(devtask_conf_blocks_class(settings, 0x08, 0x06, 0x50));
	assert_true(devtask_conf_blocks_class(settings, 0x03, 0x01, 0x01));
	assert_false(devtask_conf_blocks_class(settings, 0x03, 0x01, 0x02));
	assert_false(devtask_conf_blocks_class(settings, 0xff, 0x00, 0x00));
	assert_true(devtask_conf_blocks_usage(settings, 0x0001, 0x0006));
	assert_false(devtask_conf_blocks_usage(settings, 0xffa0, 0x0001));
	/* A usage is no class: 0001 does not block audio. */
	assert_false(devtask_conf_blocks_class(settings, 0x01, 0x00, 0x00));
	devtask_conf_destroy(conf);
}

/* RUN-10: a drop-in wins over the file, a later one over an earlier one. */
static void drop_ins_win_in_the_order_of_their_names(void **state)
{
	struct devtask_conf *conf;

	(void)state;
	folder_write(&etc, "devtask.conf", "[limits]\nuse-deadline = 1min\ngrace = 1s\ntasks = 1\n");
	folder_write(&etc, "devtask.conf.d/20-b.conf", "[limits]\nuse-deadline = 3min\n");
	folder_write(&etc, "devtask.conf.d/10-a.conf", "[limits]\nuse-deadline = 2min\ngrace = 2s\n");
	folder_write(&etc, "devtask.conf.d/30-c.conf~", "[limits]\nuse-deadline = 4min\n");
	folder_write(&etc, "devtask.conf.d/.40.conf", "[limits]\nuse-deadline = 5min\n");
	conf = load();
	assert_int_equal(devtask_conf_settings(conf)->deadline_ns[DEVTASK_TYPE_USE], 180 * SECOND);
	assert_int_equal(devtask_conf_settings(conf)->grace_ns, 2 * SECOND);
	assert_int_equal(devtask_conf_settings(conf)->tasks_max, 1);
	devtask_conf_destroy(conf);
}

/* RUN-10: one line of a file, and the words that it gets. */
static void every_kind_of_mistake_has_its_words(void **state)
{
	static const struct { const char *line, *words; } cases[] = {
		{ "use-deadline = soon", "use-deadline: \"soon\" is no duration; write for instance 90s, "
		  "10min or 2h" },
		{ "use-deadline =", "use-deadline: \"\" is no duration; write for instance 90s, "
		  "10min or 2h" },
		{ "use-deadline = 0", "use-deadline: 0 is out of range; it can be 1s to 24h" },
		{ "use-deadline = 25h", "use-deadline: 25h is out of range; it can be 1s to 24h" },
		{ "use-deadline = 99999999999999999999h",
		  "use-deadline: 99999999999999999999h is out of range; it can be 1s to 24h" },
		{ "use-io-interval = 499ms",
		  "use-io-interval: 499ms is out of range; it can be 0, or 500ms to 1h" },
		{ "tasks = many", "tasks: \"many\" is no whole number" },
		{ "tasks = -1", "tasks: \"-1\" is no whole number" },
		{ "tasks = 100001", "tasks: 100001 is out of range; it can be 0 to 100000" },
		{ "tasks = 99999999999999999999999",
		  "tasks: 99999999999999999999999 is out of range; it can be 0 to 100000" },
		{ "dead-line = 5s", "[limits] has no key \"dead-line\"; see devtask.conf(5)" },
		{ "cycles = 5", "cycles belongs into [cpu-floor]" },
		{ "grace", "the line is neither [section] nor key = value" },
		{ "[limits", "the line has no ] behind the section's name" },
		{ "  grace = 1s", "the line begins with a blank; begin every key at the left edge" },
		{ "[cpu]\ngrace = 1s", "grace belongs into [limits]" },
		{ "[cpu]\nx = 1s", "there is no section [cpu]; see devtask.conf(5)" },
		{ "[cpu-floor]\nuse = stop", "use: \"stop\" is none of cancel, report, off" },
		{ "[developer]\nmode = maybe", "mode: \"maybe\" is neither yes nor no" },
		{ "[devices]\nblocked-classes = storage", "blocked-classes: \"storage\" is no class; "
		  "write for instance classId:08 * * or usage:0001 0006" },
		{ "[devices]\nblocked-classes = classId:8 * *", "blocked-classes: \"classId:8 * *\" is no "
		  "class; write for instance classId:08 * * or usage:0001 0006" },
		{ "[devices]\nblocked-classes = usage:0001 0006 0001", "blocked-classes: \"usage:0001 "
		  "0006 0001\" is no class; write for instance classId:08 * * or usage:0001 0006" },
	};
	char want[512];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		int status, line = strchr(cases[i].line, '\n') ? 4 : 3;
		char *bad;

		folder_write(&etc, "devtask.conf", "# comment\n[limits]\n%s\n", cases[i].line);
		snprintf(want, sizeof(want), "devtask.conf:%d: %s\n", line, cases[i].words);
		bad = check(&status, NULL);
		assert_string_equal(bad, want);
		assert_int_equal(status, 1);
		free(bad);
	}
}

/* RUN-10 */
static void a_mistake_leaves_what_stood_before_and_what_follows(void **state)
{
	struct devtask_conf *conf;

	(void)state;
	folder_write(&etc, "devtask.conf", "grace = 9s\n\n[limits]\nuse-deadline = 1min\n"
		     "use-deadline = never\n???\ngrace = 2s ; a remark\n");
	conf = load();
	assert_int_equal(devtask_conf_settings(conf)->deadline_ns[DEVTASK_TYPE_USE], 60 * SECOND);
	assert_int_equal(devtask_conf_settings(conf)->grace_ns, 2 * SECOND);
	assert_int_equal(devtask_conf_reload(conf), 3);
	devtask_conf_destroy(conf);
}

/* RUN-10 */
static void every_mistake_is_told_with_its_line(void **state)
{
	char *bad;
	int status;

	(void)state;
	folder_write(&etc, "devtask.conf", "\xef\xbb\xbf[limits]\r\ngrace = 1s\r\n; x\nfoo\n%0300d\n"
		     "tasks = 1\n", 7);
	folder_write(&etc, "devtask.conf.d/a.conf", "grace = 1s\n");
	bad = check(&status, NULL);
	assert_string_equal(bad,
		"devtask.conf:4: the line is neither [section] nor key = value\n"
		"devtask.conf:5: the line is too long; several lines with the same key add up where a "
		"list is meant\n"
		"devtask.conf.d/a.conf:1: grace belongs into [limits]\n");
	free(bad);
}

/* ADM-4, RUN-10: who can write the file decides; so nobody but root may. */
static void what_others_can_write_is_ignored(void **state)
{
	struct devtask_conf_source other = { etc.path, getuid() + 1 };
	struct devtask_conf *conf;
	char *bad, want[256];
	int status;

	(void)state;
	folder_write(&etc, "devtask.conf", "[developer]\nmode = yes\n");
	chmod(folder_path(&etc, "devtask.conf"), 0664);
	conf = load();
	assert_false(devtask_conf_settings(conf)->developer_mode);
	bad = check(&status, NULL);
	assert_string_equal(bad,
		"devtask.conf: ignored: others can write it; chmod go-w devtask.conf\n");
	free(bad);
	chmod(folder_path(&etc, "devtask.conf"), 0644);
	assert_int_equal(devtask_conf_reload(conf), 0);
	assert_true(devtask_conf_settings(conf)->developer_mode);
	chmod(etc.path, 0777);
	assert_int_equal(devtask_conf_reload(conf), 1);
	assert_false(devtask_conf_settings(conf)->developer_mode);
	chmod(etc.path, 0755);
	devtask_conf_destroy(conf);

	assert_int_equal(devtask_conf_create(&conf, &other, NULL), 0);
	assert_int_equal(devtask_conf_reload(conf), 1);
	assert_false(devtask_conf_settings(conf)->developer_mode);
	devtask_conf_destroy(conf);
	snprintf(want, sizeof(want), "%s/devtask.conf", etc.path);
	unlink(want);
	mkfifo(want, 0644);
	bad = check(&status, NULL);
	assert_string_equal(bad, "devtask.conf: ignored: it is no ordinary file\n");
	free(bad);
}

/* RUN-10 */
static void a_binary_file_is_no_harm(void **state)
{
	FILE *file = fopen(folder_path(&etc, "devtask.conf"), "w");
	char *bad;
	int status;

	(void)state;
	fwrite("[limits]\ngra\0ce = 1s\ntasks = 3\n", 1, 31, file);
	fclose(file);
	bad = check(&status, NULL);
	assert_string_equal(bad, "devtask.conf:2: the line has a NUL byte; is this a text file?\n");
	free(bad);
}

static void note(const struct devtask_settings *settings, unsigned int mistakes, void *context)
{
	(void)mistakes;
	*(uint64_t *)context = settings->tasks_max;
}

/* RUN-10 */
static void a_hangup_reads_the_files_anew(void **state)
{
	struct devtask_conf *conf = load();
	uint64_t tasks = 0;
	sd_event *loop;

	(void)state;
	assert_int_equal(sd_event_new(&loop), 0);
	assert_int_equal(devtask_conf_watch(conf, loop, note, &tasks), 0);
	folder_write(&etc, "devtask.conf", "[limits]\ntasks = 12\n");
	raise(SIGHUP);
	while (!tasks)
		assert_true(sd_event_run(loop, UINT64_MAX) >= 0);
	assert_int_equal(tasks, 12);
	devtask_conf_destroy(conf);
	sd_event_unref(loop);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(without_a_file_the_defaults_are_the_requirements, make, drop),
		cmocka_unit_test_setup_teardown(every_setting_can_be_changed, make, drop),
		cmocka_unit_test_setup_teardown(the_example_has_every_key_with_its_default, make, drop),
		cmocka_unit_test_setup_teardown(a_blocked_class_matches_with_wildcards, make, drop),
		cmocka_unit_test_setup_teardown(drop_ins_win_in_the_order_of_their_names, make, drop),
		cmocka_unit_test_setup_teardown(every_kind_of_mistake_has_its_words, make, drop),
		cmocka_unit_test_setup_teardown(a_mistake_leaves_what_stood_before_and_what_follows, make, drop),
		cmocka_unit_test_setup_teardown(every_mistake_is_told_with_its_line, make, drop),
		cmocka_unit_test_setup_teardown(what_others_can_write_is_ignored, make, drop),
		cmocka_unit_test_setup_teardown(a_binary_file_is_no_harm, make, drop),
		cmocka_unit_test_setup_teardown(a_hangup_reads_the_files_anew, make, drop),
	};

	return cmocka_run_group_tests_name("conf", tests, NULL, NULL);
}
