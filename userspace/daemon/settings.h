/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * settings - what an administrator can set, as plain values; see devtask.conf(5). Must not
 * know where they come from, nor who obeys them.
 */
#ifndef DEVTASK_DAEMON_SETTINGS_H
#define DEVTASK_DAEMON_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

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
	uint64_t return_ns;			/* APP-8, if the maker does not say it */
	uint64_t tasks_max;			/* INI-6; 0 = no limit */
	struct devtask_conf_class blocked[DEVTASK_CONF_CLASSES];	/* INI-4 */
	unsigned int blocked_count;
	uint64_t battery_floor_percent;		/* INI-9: strictly above it */
	bool battery_watch;			/* is a servicing task's battery watched? */
	uint64_t prompt_timeout_ns;		/* CON-3 */
	bool agent_on_pty;			/* CON-6: may an agent sit on a pseudo terminal? */
	bool display_without_login;		/* INI-2: does one count that logind knows nothing of? */
	uint64_t history_keep_ns;		/* ADM-2; 0 = for ever */
	uint64_t history_records_max;		/* 0 = no limit */
	bool developer_mode;			/* ADM-4 */
};

#endif
