// SPDX-License-Identifier: GPL-2.0-only
/* cpufloor - see cpufloor.h. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cpufloor.h"
#include "cpufloor_rule.h"
#include "cpuspeed.h"
#include "duration.h"
#include "log.h"
#include "numbers.h"

/* How late a sample may be, so that those of many tasks are read in one waking. */
#define SLACK_US	(200ull * 1000)

struct watch {
	struct watch *next;
	struct devtask_cpufloor *floor;
	uint32_t task;
	enum devtask_type type;
	uid_t uid;
	int stat;			/* cpu.stat */
	bool is_locked;			/* at the newest sample */
	uint64_t locked_ns;		/* since when */
	uint64_t begin_ns;		/* no window begins earlier */
	uint64_t sampled_ns;		/* the newest sample */
	uint64_t next_us;
	sd_event_source *on_time;
	struct devtask_floor_history history;
};

struct devtask_cpufloor {
	sd_event *loop;
	struct devtask_cpufloor_seams seams;
	struct devtask_cpufloor_roots roots;
	struct watch *watches;
};

static const struct devtask_cpufloor_roots machine = { "/proc", "/sys", DEVTASK_FLOOR_SAMPLE_US };

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * DEVTASK_NSEC_PER_SEC + (uint64_t)now.tv_nsec;
}

static struct watch *find(const struct devtask_cpufloor *floor, uint32_t task)
{
	struct watch *watch = floor->watches;

	while (watch && watch->task != task)
		watch = watch->next;
	return watch;
}

static void free_watch(struct watch *watch)
{
	sd_event_source_disable_unref(watch->on_time);
	if (watch->stat >= 0)
		close(watch->stat);
	free(watch);
}

/* "usage_usec 1234" is the first line; it is searched for all the same. */
static int read_usage(int stat, uint64_t *usage_us)
{
	static const char key[] = "usage_usec ";
	char text[1024];
	const char *line;
	ssize_t length = pread(stat, text, sizeof(text) - 1, 0);

	if (length < 0)
		return -errno;
	text[length] = 0;
	for (line = text; line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
		if (!strncmp(line, key, strlen(key)))
			return sscanf(line + strlen(key), "%" SCNu64, usage_us) == 1 ? 0 : -EBADMSG;
	return -EBADMSG;
}

static void take_lock_state(struct watch *watch)
{
	const struct devtask_cpufloor_seams *seams = &watch->floor->seams;
	bool is_locked = seams->is_locked(watch->uid, seams->context);

	if (is_locked && !watch->is_locked)
		watch->locked_ns = now_ns();
	watch->is_locked = is_locked;
}

static enum devtask_floor_mode mode_of(const struct watch *watch)
{
	const struct devtask_settings *settings = watch->floor->seams.settings;
	enum devtask_floor_mode mode = settings->floor_mode[watch->type];

	if (mode == DEVTASK_FLOOR_MODE_CANCEL && settings->developer_mode)
		return DEVTASK_FLOOR_MODE_REPORT;
	return mode;
}

/* The lock state first: a window may begin at the sample that notices it. */
static int take_sample(struct watch *watch)
{
	const struct devtask_cpufloor_roots *roots = &watch->floor->roots;
	uint64_t usage_us;
	int ret;

	take_lock_state(watch);
	ret = read_usage(watch->stat, &usage_us);
	if (ret)
		return ret;
	watch->sampled_ns = now_ns();
	devtask_floor_add(&watch->history, watch->sampled_ns, usage_us,
			  devtask_cpuspeed_khz(roots->sys, roots->proc));
	return 0;
}

/* Fills @finding; true if the task is below the floor. */
static bool judge(const struct watch *watch, struct devtask_cpufloor_finding *finding)
{
	const struct devtask_settings *settings = watch->floor->seams.settings;
	struct devtask_floor_window window = {
		.length_ns = watch->is_locked ? settings->floor_window_locked_ns :
			     settings->floor_window_unlocked_ns,
		.not_before_ns = watch->begin_ns,
		.cycles = settings->floor_cycles,
	};
	struct devtask_floor_verdict verdict;

	if (watch->is_locked && watch->locked_ns > window.not_before_ns)
		window.not_before_ns = watch->locked_ns;
	devtask_floor_judge(&watch->history, &window, &verdict);
	*finding = (struct devtask_cpufloor_finding) {
		.task = watch->task,
		.mode = mode_of(watch),
		.is_locked = watch->is_locked,
		.cycles = verdict.cycles,
		.required_cycles = window.cycles,
		.window_ns = verdict.length_ns,
		.required_window_ns = window.length_ns,
	};
	return verdict.is_violated;
}

static int on_time(sd_event_source *source, uint64_t usec, void *context)
{
	struct devtask_cpufloor_finding finding;
	struct watch *watch = context;
	struct devtask_cpufloor *floor = watch->floor;

	(void)usec;
	/* From the start, not from now: samples stay on the grid that windows are multiples of. */
	while (watch->next_us * 1000 <= now_ns())
		watch->next_us += floor->roots.sample_us;
	sd_event_source_set_time(source, watch->next_us);
	sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
	if (take_sample(watch)) {
		log_debug("task %u: cpu.stat cannot be read; has it ended?", watch->task);
		return 0;
	}
	if (!judge(watch, &finding) || finding.mode == DEVTASK_FLOOR_MODE_OFF)
		return 0;
	watch->begin_ns = watch->sampled_ns;
	floor->seams.violated(&finding, floor->seams.context);
	return 0;
}

int devtask_cpufloor_create(struct devtask_cpufloor **floor, sd_event *loop,
			    const struct devtask_cpufloor_seams *seams,
			    struct devtask_error *error)
{
	struct devtask_cpufloor *self = calloc(1, sizeof(*self));

	if (!self)
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -ENOMEM, "out of memory");
	self->loop = sd_event_ref(loop);
	self->seams = *seams;
	self->roots = seams->roots ? *seams->roots : machine;
	*floor = self;
	return 0;
}

void devtask_cpufloor_destroy(struct devtask_cpufloor *floor)
{
	if (!floor)
		return;
	while (floor->watches)
		devtask_cpufloor_unwatch(floor, floor->watches->task);
	sd_event_unref(floor->loop);
	free(floor);
}

int devtask_cpufloor_watch(struct devtask_cpufloor *floor, uint32_t task, enum devtask_type type,
			   uid_t uid, int cgroup)
{
	struct watch *watch;
	int ret;

	if (find(floor, task))
		return -EEXIST;
	watch = calloc(1, sizeof(*watch));
	if (!watch)
		return -ENOMEM;
	watch->floor = floor;
	watch->task = task;
	watch->type = type;
	watch->uid = uid;
	watch->stat = openat(cgroup, "cpu.stat", O_RDONLY | O_CLOEXEC);
	ret = watch->stat < 0 ? -errno : take_sample(watch);
	if (ret >= 0) {
		watch->next_us = now_ns() / 1000 + floor->roots.sample_us;
		ret = sd_event_add_time(floor->loop, &watch->on_time, CLOCK_MONOTONIC,
					watch->next_us, SLACK_US, on_time, watch);
	}
	if (ret < 0) {
		free_watch(watch);
		return ret;
	}
	watch->next = floor->watches;
	floor->watches = watch;
	return 0;
}

void devtask_cpufloor_unwatch(struct devtask_cpufloor *floor, uint32_t task)
{
	struct watch **link = &floor->watches;
	struct watch *watch;

	while (*link && (*link)->task != task)
		link = &(*link)->next;
	watch = *link;
	if (!watch)
		return;
	*link = watch->next;
	free_watch(watch);
}

void devtask_cpufloor_lock_changed(struct devtask_cpufloor *floor)
{
	for (struct watch *watch = floor->watches; watch; watch = watch->next)
		take_lock_state(watch);
}

int devtask_cpufloor_look(struct devtask_cpufloor *floor, uint32_t task,
			  struct devtask_cpufloor_finding *finding)
{
	struct watch *watch = find(floor, task);

	if (!watch)
		return -ENOENT;
	judge(watch, finding);
	return 0;
}
