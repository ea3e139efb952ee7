/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * conf - what the administrator set in /etc/devtask/devtask.conf and in the drop-ins of
 * devtask.conf.d (RUN-10, INI-4, INI-6, ADM-4). A mistake is one line with file, number and
 * what to change; the value that stood before it stays, and nothing is stopped by it. Must
 * not know who obeys a setting.
 */
#ifndef DEVTASK_DAEMON_CONF_H
#define DEVTASK_DAEMON_CONF_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include <systemd/sd-event.h>

#include "error.h"

#define DEVTASK_CONF_DIRECTORY	"/etc/devtask"
#define DEVTASK_CONF_CLASSES	64
#define DEVTASK_CONF_ANY	(-1)

/* What happens to a task below the CPU floor (RUN-4). */
enum devtask_floor_mode {
	DEVTASK_FLOOR_MODE_CANCEL,
	DEVTASK_FLOOR_MODE_REPORT,
	DEVTASK_FLOOR_MODE_OFF,
};

/* A blocked class of devices: a USB class triple, or a HID usage. DEVTASK_CONF_ANY matches all. */
struct devtask_conf_class {
	bool is_usage;
	int value[3];	/* class, subclass, protocol; or page, usage */
};

/* Indexed by enum devtask_type where a rule has a value for each. */
struct devtask_settings {
	uint64_t deadline_ns[2];		/* RUN-1 */
	uint64_t io_interval_ns[2];		/* RUN-3; 0 = rule off */
	uint64_t grace_ns;			/* END-1 */
	enum devtask_floor_mode floor_mode[2];	/* RUN-4 */
	uint64_t floor_cycles;
	uint64_t floor_window_locked_ns;
	uint64_t floor_window_unlocked_ns;
	uint64_t tasks_max;			/* INI-6; 0 = no limit */
	struct devtask_conf_class blocked[DEVTASK_CONF_CLASSES];	/* INI-4 */
	unsigned int blocked_count;
	uint64_t prompt_timeout_ns;		/* CON-3 */
	bool agent_on_pty;			/* CON-6: may an agent sit on a pseudo terminal? */
	uint64_t history_keep_ns;		/* ADM-2; 0 = for ever */
	uint64_t history_records_max;		/* 0 = no limit */
	bool developer_mode;			/* ADM-4 */
};

/* Where to look, and who must own what is found there. */
struct devtask_conf_source {
	const char *directory;
	uid_t owner;
};

struct devtask_conf;

/* @settings, which belong to the room, have changed; @mistakes were logged. */
typedef void devtask_conf_fn(const struct devtask_settings *settings, unsigned int mistakes,
			     void *context);

/* Reads all files and logs each mistake. NULL for @source: /etc/devtask of root. -ENOMEM. */
int devtask_conf_create(struct devtask_conf **conf, const struct devtask_conf_source *source,
			struct devtask_error *error);
void devtask_conf_destroy(struct devtask_conf *conf);

/* Stays at its place for the life of @conf; a reload changes what stands in it. */
const struct devtask_settings *devtask_conf_settings(const struct devtask_conf *conf);

/* Reads all files anew. Running tasks keep the limits they have. Returns the number of mistakes. */
unsigned int devtask_conf_reload(struct devtask_conf *conf);

/*
 * Reloads on SIGHUP, tells the service manager, calls @fn. Blocks the signal: to be called
 * before there are threads. Returns 0 or a negative errno.
 */
int devtask_conf_watch(struct devtask_conf *conf, sd_event *loop, devtask_conf_fn *fn,
		       void *context);

/*
 * For "devtaskd --check-config": mistakes to @bad, settings in force to @good. Returns the
 * exit status: 0, or 1 if there is a mistake.
 */
int devtask_conf_check(const struct devtask_conf_source *source, FILE *good, FILE *bad);

/* INI-4: has the administrator blocked this class of device? */
bool devtask_conf_blocks_class(const struct devtask_settings *settings, int class, int subclass,
			       int protocol);
bool devtask_conf_blocks_usage(const struct devtask_settings *settings, int page, int usage);

#endif
