// SPDX-License-Identifier: GPL-2.0-only
/*
 * The CPU floor (RUN-4): the arithmetic as a table, the frequency, and the room on a false cgroup.
 * ADM-4: developer mode makes a report of a cancellation.
 */
#include <errno.h>
#include <fcntl.h>

#include "cpufloor.h"
#include "cpufloor_rule.h"
#include "cpuspeed.h"
#include "folder.h"
#include "unit.h"

#define SECOND	1000000000ull
#define GHZ	1000000ull	/* in kHz */
#define FLOOR	400000000ull
#define LOCKED	(60 * SECOND)
#define OPEN	(300 * SECOND)

static struct folder root;

static int make(void **state)
{
	(void)state;
	folder_make(&root);
	return 0;
}

static int drop(void **state)
{
	(void)state;
	folder_remove(&root);
	return 0;
}

/* RUN-4: CPU time at a frequency, in cycles. */
static void cycles_are_cpu_time_times_frequency(void **state)
{
	static const struct { uint64_t usage_us, khz, cycles; } cases[] = {
		{ 400000, GHZ, FLOOR },			/* 400 ms at 1 GHz: the source page's words */
		{ 400000 - 1, GHZ, FLOOR - 1000 },
		{ 100000, 4 * GHZ, FLOOR },
		{ 200000, 2 * GHZ, FLOOR },
		{ 163574, 2445432, 400009093 },
		{ 0, 5 * GHZ, 0 },
		{ 1000, 0, 0 },
		{ UINT64_MAX, GHZ, UINT64_MAX },	/* does not wrap */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_int_equal(devtask_floor_cycles(cases[i].usage_us, cases[i].khz),
				 cases[i].cycles);
}

/* A sample every five seconds from 0 to @seconds; all of @usage_us is used by second @at. */
static void run(struct devtask_floor_history *history, unsigned int seconds, unsigned int at,
		uint64_t usage_us)
{
	memset(history, 0, sizeof(*history));
	for (unsigned int now = 0; now <= seconds; now += 5)
		devtask_floor_add(history, now * SECOND, now < at ? 0 : usage_us, GHZ);
}

/*
 * RUN-4
 *
 *  seconds since start   used at   used            window   verdict
 */
static void a_window_is_judged_when_it_is_whole(void **state)
{
	static const struct {
		unsigned int seconds, at;
		uint64_t usage_us, window_ns;
		bool is_whole, is_violated;
		uint64_t cycles;
	} cases[] = {
		{  55,   5,      0, LOCKED, false, false, 0 },		/* not whole yet */
		{  60,   5,      0, LOCKED, true,  true,  0 },		/* idle for exactly 60 s */
		{  60,   5, 399999, LOCKED, true,  true,  399999000 },	/* one below */
		{  60,   5, 400000, LOCKED, true,  false, FLOOR },	/* exactly at */
		{  60,  60, 400000, LOCKED, true,  false, FLOOR },	/* at the last moment */
		{  65,   5, 400000, LOCKED, true,  true,  0 },		/* it lies before the window */
		{  65,  10, 400000, LOCKED, true,  false, FLOOR },	/* it is the window's first */
		{ 295,   5,      0, OPEN,   false, false, 0 },
		{ 300,   5,      0, OPEN,   true,  true,  0 },		/* idle for exactly 300 s */
		{ 300,   5, 399999, OPEN,   true,  true,  399999000 },
		{ 300,   5, 400000, OPEN,   true,  false, FLOOR },
		{ 305,   5, 400000, OPEN,   true,  true,  0 },
		{ 600, 300, 400000, OPEN,   true,  true,  0 },		/* 300 is the old window's last */
		{ 600, 305, 400000, OPEN,   true,  false, FLOOR },
	};
	struct devtask_floor_history history;
	struct devtask_floor_verdict verdict;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct devtask_floor_window window = { cases[i].window_ns, 0, FLOOR };

		run(&history, cases[i].seconds, cases[i].at, cases[i].usage_us);
		devtask_floor_judge(&history, &window, &verdict);
		assert_int_equal(verdict.is_whole, cases[i].is_whole);
		assert_int_equal(verdict.is_violated, cases[i].is_violated);
		assert_int_equal(verdict.cycles, cases[i].cycles);
		if (verdict.is_whole)
			assert_int_equal(verdict.length_ns, cases[i].window_ns);
	}
}

/* RUN-4: the same CPU time is enough or not by the frequency, which may change on the way. */
static void a_change_of_frequency_counts_half_on_each_side(void **state)
{
	static const struct { uint64_t khz[3]; bool is_violated; uint64_t cycles; } cases[] = {
		{ { GHZ, GHZ, GHZ }, true, 300000000 },
		{ { 2 * GHZ, 2 * GHZ, 2 * GHZ }, false, 600000000 },
		/* 150 ms at 1.5 GHz, 150 ms at 2 GHz */
		{ { GHZ, 2 * GHZ, 2 * GHZ }, false, 525000000 },
		/* 150 ms at 1.5 GHz, 150 ms at 1.166666 GHz: exactly below and at */
		{ { 2 * GHZ, GHZ, 1333333 }, true, 399999900 },
		{ { 2 * GHZ, GHZ, 1333334 }, false, 400000050 },
	};
	const struct devtask_floor_window window = { LOCKED, 0, FLOOR };
	struct devtask_floor_history history;
	struct devtask_floor_verdict verdict;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		memset(&history, 0, sizeof(history));
		for (unsigned int j = 0; j < 3; j++)
			devtask_floor_add(&history, j * 30 * SECOND, j * 150000, cases[i].khz[j]);
		devtask_floor_judge(&history, &window, &verdict);
		assert_int_equal(verdict.cycles, cases[i].cycles);
		assert_int_equal(verdict.is_violated, cases[i].is_violated);
	}
}

/* RUN-4: what was before the lock is not held against a task. */
static void no_window_reaches_back_before_its_bound(void **state)
{
	static const struct { uint64_t bound_s; bool is_whole; uint64_t length_s; } cases[] = {
		{ 0, true, 60 }, { 60, true, 60 }, { 61, false, 55 }, { 118, false, 0 },
		{ 121, false, 0 },
	};
	struct devtask_floor_history history;
	struct devtask_floor_verdict verdict;

	(void)state;
	run(&history, 120, 200, 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct devtask_floor_window window = { LOCKED, cases[i].bound_s * SECOND, FLOOR };

		devtask_floor_judge(&history, &window, &verdict);
		assert_int_equal(verdict.is_whole, cases[i].is_whole);
		assert_int_equal(verdict.is_violated, cases[i].is_whole);
		assert_int_equal(verdict.length_ns, cases[i].length_s * SECOND);
	}
}

/* RUN-4: samples that come late make a window longer, never shorter. */
static void a_late_sample_is_in_favour_of_the_task(void **state)
{
	const struct devtask_floor_window window = { LOCKED, 0, FLOOR };
	struct devtask_floor_history history = { 0 };
	struct devtask_floor_verdict verdict;

	(void)state;
	devtask_floor_add(&history, 0, 0, GHZ);
	devtask_floor_add(&history, 5 * SECOND + 1, 400000, GHZ);
	devtask_floor_add(&history, 65 * SECOND, 400000, GHZ);
	devtask_floor_judge(&history, &window, &verdict);
	assert_false(verdict.is_violated);
	assert_int_equal(verdict.length_ns, 65 * SECOND);
	devtask_floor_add(&history, 65 * SECOND + 1, 400000, GHZ);
	devtask_floor_judge(&history, &window, &verdict);
	assert_true(verdict.is_violated);
	assert_int_equal(verdict.length_ns, 60 * SECOND);
}

/* RUN-4: the longest window that can be set still fits, a day later as well. */
static void the_history_keeps_the_longest_window(void **state)
{
	const struct devtask_floor_window window = { 3600 * SECOND, 0, FLOOR };
	struct devtask_floor_history history;
	struct devtask_floor_verdict verdict;

	(void)state;
	run(&history, 86400, 86400 - 3595, 400000);
	devtask_floor_judge(&history, &window, &verdict);
	assert_true(verdict.is_whole);
	assert_false(verdict.is_violated);
	run(&history, 86400, 86400 - 3600, 400000);
	devtask_floor_judge(&history, &window, &verdict);
	assert_true(verdict.is_violated);
	assert_int_equal(verdict.length_ns, 3600 * SECOND);
}

/* RUN-4 */
static void cpu_time_that_goes_backwards_counts_as_none(void **state)
{
	const struct devtask_floor_window window = { LOCKED, 0, FLOOR };
	struct devtask_floor_history history = { 0 };
	struct devtask_floor_verdict verdict;

	(void)state;
	devtask_floor_judge(&history, &window, &verdict);
	assert_false(verdict.is_violated);
	devtask_floor_add(&history, 0, 900000, GHZ);
	devtask_floor_add(&history, 60 * SECOND, 100000, GHZ);
	devtask_floor_judge(&history, &window, &verdict);
	assert_true(verdict.is_violated);
	assert_int_equal(verdict.cycles, 0);
}

/* RUN-4 */
static void the_frequency_is_the_fastest_processors(void **state)
{
	char sys[128], proc[128];

	(void)state;
	snprintf(sys, sizeof(sys), "%s/sys", root.path);
	snprintf(proc, sizeof(proc), "%s/proc", root.path);
	assert_int_equal(devtask_cpuspeed_khz(sys, proc), 1000000);
	folder_write(&root, "proc/cpuinfo", "processor\t: 0\nmodel name\t: x 3.2 GHz\n"
		     "cpu MHz\t\t: 1200.345\n\nprocessor\t: 1\ncpu MHz\t\t: 2445.432\n");
	assert_int_equal(devtask_cpuspeed_khz(sys, proc), 2445432);
	folder_write(&root, "sys/devices/system/cpu/cpufreq/policy0/scaling_cur_freq", "800000\n");
	folder_write(&root, "sys/devices/system/cpu/cpufreq/policy4/scaling_cur_freq", "3100000\n");
	folder_write(&root, "sys/devices/system/cpu/cpufreq/ondemand/scaling_cur_freq", "9000000\n");
	assert_int_equal(devtask_cpuspeed_khz(sys, proc), 3100000);
	/* What really ran is better than what was asked for. */
	folder_write(&root, "sys/devices/system/cpu/cpufreq/policy4/cpuinfo_avg_freq", "2900000\n");
	assert_int_equal(devtask_cpuspeed_khz(sys, proc), 2900000);
	folder_write(&root, "sys/devices/system/cpu/cpufreq/policy4/cpuinfo_avg_freq", "<unknown>\n");
	assert_int_equal(devtask_cpuspeed_khz(sys, proc), 3100000);
}

/* The room, with windows of milliseconds and a cpu.stat that stands still. */
struct scene {
	struct devtask_settings settings;
	struct devtask_cpufloor_roots roots;
	struct devtask_cpufloor *floor;
	struct devtask_cpufloor_finding last;
	sd_event *loop;
	char sys[128];
	unsigned int findings;
	bool is_locked;
	int cgroup;
};

static bool is_locked(uid_t uid, void *context)
{
	assert_int_equal(uid, 1000);
	return ((struct scene *)context)->is_locked;
}

static void take_finding(const struct devtask_cpufloor_finding *finding, void *context)
{
	struct scene *scene = context;

	scene->last = *finding;
	scene->findings++;
}

static void begin(struct scene *scene)
{
	struct devtask_cpufloor_seams seams = { &scene->settings, is_locked, take_finding, scene,
						&scene->roots };

	memset(scene, 0, sizeof(*scene));
	snprintf(scene->sys, sizeof(scene->sys), "%s/none", root.path);
	scene->roots = (struct devtask_cpufloor_roots) { scene->sys, scene->sys, 5000 };
	scene->settings.floor_cycles = FLOOR;
	scene->settings.floor_window_locked_ns = 20 * SECOND / 1000;
	scene->settings.floor_window_unlocked_ns = 100 * SECOND / 1000;
	folder_write(&root, "cgroup/cpu.stat", "usage_usec 0\nuser_usec 0\nsystem_usec 0\n");
	scene->cgroup = open(folder_path(&root, "cgroup"), O_RDONLY | O_DIRECTORY);
	assert_int_equal(sd_event_new(&scene->loop), 0);
	assert_int_equal(devtask_cpufloor_create(&scene->floor, scene->loop, &seams, NULL), 0);
}

static void end(struct scene *scene)
{
	devtask_cpufloor_destroy(scene->floor);
	sd_event_unref(scene->loop);
	close(scene->cgroup);
}

static void wait_for(struct scene *scene, unsigned int findings)
{
	while (scene->findings < findings)
		assert_true(sd_event_run(scene->loop, UINT64_MAX) >= 0);
}

/* RUN-4 */
static void an_idle_task_is_told_about_by_the_lock_states_window(void **state)
{
	struct scene scene;

	(void)state;
	begin(&scene);
	assert_int_equal(devtask_cpufloor_watch(scene.floor, 7, DEVTASK_TYPE_USE, 1000, scene.cgroup),
			 0);
	assert_int_equal(devtask_cpufloor_watch(scene.floor, 7, DEVTASK_TYPE_USE, 1000, scene.cgroup),
			 -EEXIST);
	wait_for(&scene, 1);
	assert_int_equal(scene.last.task, 7);
	assert_int_equal(scene.last.mode, DEVTASK_FLOOR_MODE_CANCEL);
	assert_int_equal(scene.last.cycles, 0);
	assert_int_equal(scene.last.required_cycles, FLOOR);
	assert_int_equal(scene.last.required_window_ns, 100 * SECOND / 1000);
	assert_true(scene.last.window_ns >= 100 * SECOND / 1000);
	assert_false(scene.last.is_locked);
	scene.is_locked = true;
	devtask_cpufloor_lock_changed(scene.floor);
	wait_for(&scene, 2);
	assert_int_equal(scene.last.required_window_ns, 20 * SECOND / 1000);
	assert_true(scene.last.window_ns >= 20 * SECOND / 1000);
	assert_true(scene.last.is_locked);
	end(&scene);
}

/* RUN-4: a task that has done its cycles before the window's end is left alone. */
static void a_busy_task_is_left_alone(void **state)
{
	struct devtask_cpufloor_finding now;
	struct scene scene;
	uint64_t usage_us = 0;

	(void)state;
	begin(&scene);
	devtask_cpufloor_watch(scene.floor, 1, DEVTASK_TYPE_USE, 1000, scene.cgroup);
	do {
		/* Whenever the room looks, there is a floor's worth more than at the last look. */
		usage_us += 400000;
		folder_write(&root, "cgroup/cpu.stat", "usage_usec %llu\n",
			     (unsigned long long)usage_us);
		assert_true(sd_event_run(scene.loop, UINT64_MAX) >= 0);
		assert_int_equal(devtask_cpufloor_look(scene.floor, 1, &now), 0);
	} while (now.window_ns < now.required_window_ns);
	assert_int_equal(scene.findings, 0);
	assert_true(now.cycles >= FLOOR);
	/* It goes idle: now it is told about. */
	wait_for(&scene, 1);
	end(&scene);
}

/* RUN-4, ADM-4 */
static void the_mode_of_each_type_decides_what_follows(void **state)
{
	struct scene scene;

	(void)state;
	begin(&scene);
	scene.is_locked = true;
	scene.settings.floor_mode[DEVTASK_TYPE_USE] = DEVTASK_FLOOR_MODE_OFF;
	scene.settings.floor_mode[DEVTASK_TYPE_SERVICING] = DEVTASK_FLOOR_MODE_REPORT;
	devtask_cpufloor_watch(scene.floor, 1, DEVTASK_TYPE_USE, 1000, scene.cgroup);
	devtask_cpufloor_watch(scene.floor, 2, DEVTASK_TYPE_SERVICING, 1000, scene.cgroup);
	wait_for(&scene, 3);
	assert_int_equal(scene.last.task, 2);
	assert_int_equal(scene.last.mode, DEVTASK_FLOOR_MODE_REPORT);
	devtask_cpufloor_unwatch(scene.floor, 2);
	devtask_cpufloor_unwatch(scene.floor, 2);
	/* A reload of the settings counts at once; developer mode lets nothing be cancelled. */
	scene.settings.floor_mode[DEVTASK_TYPE_USE] = DEVTASK_FLOOR_MODE_CANCEL;
	wait_for(&scene, 4);
	assert_int_equal(scene.last.task, 1);
	assert_int_equal(scene.last.mode, DEVTASK_FLOOR_MODE_CANCEL);
	scene.settings.developer_mode = true;
	wait_for(&scene, 5);
	assert_int_equal(scene.last.mode, DEVTASK_FLOOR_MODE_REPORT);
	end(&scene);
}

static void take_and_unwatch(const struct devtask_cpufloor_finding *finding, void *context)
{
	struct scene *scene = context;

	take_finding(finding, context);
	devtask_cpufloor_unwatch(scene->floor, finding->task);
}

/* RUN-4: nobody watched, nothing wakes; whoever is told may end the watch. */
static void without_a_task_nothing_wakes(void **state)
{
	struct scene scene;
	struct devtask_cpufloor_seams seams;

	(void)state;
	begin(&scene);
	devtask_cpufloor_destroy(scene.floor);
	seams = (struct devtask_cpufloor_seams) { &scene.settings, is_locked, take_and_unwatch, &scene,
						  &scene.roots };
	devtask_cpufloor_create(&scene.floor, scene.loop, &seams, NULL);
	scene.is_locked = true;
	devtask_cpufloor_watch(scene.floor, 1, DEVTASK_TYPE_USE, 1000, scene.cgroup);
	wait_for(&scene, 1);
	assert_int_equal(devtask_cpufloor_look(scene.floor, 1, &scene.last), -ENOENT);
	assert_int_equal(sd_event_run(scene.loop, 100000), 0);
	assert_int_equal(devtask_cpufloor_watch(scene.floor, 1, DEVTASK_TYPE_USE, 1000, 0x7fffffff),
			 -EBADF);
	folder_write(&root, "cgroup/cpu.stat", "user_usec 0\n");
	assert_int_equal(devtask_cpufloor_watch(scene.floor, 1, DEVTASK_TYPE_USE, 1000, scene.cgroup),
			 -EBADMSG);
	end(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cycles_are_cpu_time_times_frequency),
		cmocka_unit_test(a_window_is_judged_when_it_is_whole),
		cmocka_unit_test(a_change_of_frequency_counts_half_on_each_side),
		cmocka_unit_test(no_window_reaches_back_before_its_bound),
		cmocka_unit_test(a_late_sample_is_in_favour_of_the_task),
		cmocka_unit_test(the_history_keeps_the_longest_window),
		cmocka_unit_test(cpu_time_that_goes_backwards_counts_as_none),
		cmocka_unit_test_setup_teardown(the_frequency_is_the_fastest_processors, make, drop),
		cmocka_unit_test_setup_teardown(an_idle_task_is_told_about_by_the_lock_states_window, make,
						drop),
		cmocka_unit_test_setup_teardown(a_busy_task_is_left_alone, make, drop),
		cmocka_unit_test_setup_teardown(the_mode_of_each_type_decides_what_follows, make, drop),
		cmocka_unit_test_setup_teardown(without_a_task_nothing_wakes, make, drop),
	};

	return cmocka_run_group_tests_name("cpufloor", tests, NULL, NULL);
}
