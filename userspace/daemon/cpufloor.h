/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cpufloor - watches that running tasks do something (RUN-4): reads the CPU time of each
 * cgroup every few seconds and tells who fell below the floor. Cancels nobody. Must not know
 * tasks beyond their number, type, user and cgroup, nor where the lock state comes from.
 *
 * Decided: a window of 60 s (screen locked) or 300 s (not locked, or nobody knows) ends at
 * each sample, so "in every window" means any, not one after the other. When the lock state
 * changes, the task is judged by the new state from then on: a window of a locked screen
 * does not reach back before the lock, so locking never condemns a task at once. A window of
 * an unlocked screen reaches back over a lock, so locking again and again spares nobody.
 * Whoever is told about begins a new window; so does the watch of a new helper.
 */
#ifndef DEVTASK_DAEMON_CPUFLOOR_H
#define DEVTASK_DAEMON_CPUFLOOR_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <systemd/sd-event.h>

#include "error.h"
#include "names.h"
#include "settings.h"

struct devtask_cpufloor;

struct devtask_cpufloor_finding {
	uint32_t task;
	enum devtask_floor_mode mode;	/* cancel it, or only report it */
	bool is_locked;
	uint64_t cycles;		/* measured */
	uint64_t required_cycles;
	uint64_t window_ns;		/* measured over */
	uint64_t required_window_ns;
};

/* The task fell below the floor, mode is cancel or report. May unwatch any task. */
typedef void devtask_cpufloor_fn(const struct devtask_cpufloor_finding *finding, void *context);

struct devtask_cpufloor_roots {
	const char *proc;
	const char *sys;
	uint64_t sample_us;
};

/*
 * @settings are read at each sample and must outlive the room (devtask_conf_settings());
 * developer mode makes a report of every cancellation (ADM-4). @is_locked says whether the
 * screen of a user is locked. @roots: NULL is the machine itself.
 */
struct devtask_cpufloor_seams {
	const struct devtask_settings *settings;
	bool (*is_locked)(uid_t uid, void *context);
	devtask_cpufloor_fn *violated;
	void *context;
	const struct devtask_cpufloor_roots *roots;
};

int devtask_cpufloor_create(struct devtask_cpufloor **floor, sd_event *loop,
			    const struct devtask_cpufloor_seams *seams,
			    struct devtask_error *error);
void devtask_cpufloor_destroy(struct devtask_cpufloor *floor);

/*
 * From the start of the entry point on. @cgroup is a descriptor of the task's directory, which
 * the caller keeps. -EEXIST: it is watched already, or why cpu.stat cannot be read.
 */
int devtask_cpufloor_watch(struct devtask_cpufloor *floor, uint32_t task, enum devtask_type type,
			   uid_t uid, int cgroup);
/* Nothing happens if it is not watched. */
void devtask_cpufloor_unwatch(struct devtask_cpufloor *floor, uint32_t task);

/* To be called when a lock state changed, so that the change has its own moment. */
void devtask_cpufloor_lock_changed(struct devtask_cpufloor *floor);

/*
 * RUN-10: how a task stands now, without a verdict: cycles used in the window so far. -ENOENT:
 * it is not watched.
 */
int devtask_cpufloor_look(struct devtask_cpufloor *floor, uint32_t task,
			  struct devtask_cpufloor_finding *finding);

#endif
