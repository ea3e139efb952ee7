/* SPDX-License-Identifier: GPL-2.0-only */
/* numbers - each number of the helper that has a meaning, with the reason beside it. */
#ifndef DEVTASK_DAEMON_LIMITS_H
#define DEVTASK_DAEMON_LIMITS_H

/* RUN-9: all tasks together get a fifth of what the user's programs (weight 100) get. */
#define DEVTASK_CPU_WEIGHT		"20"
#define DEVTASK_IO_WEIGHT		"default 20"
#define DEVTASK_NICE			10

/* From clone to exec. Generous: a loaded machine pages the program in first. */
#define DEVTASK_SETUP_TIMEOUT_US	(60ull * 1000 * 1000)

/* APP-8: to mount one node in a running task takes milliseconds, unless the task is in the way. */
#define DEVTASK_VISIT_TIMEOUT_US	(10ull * 1000 * 1000)
/* What could not be done for a device that is back is tried again so soon. */
#define DEVTASK_RETURN_RETRY_US		(1ull * 1000 * 1000)

/* As statfs(2) tells of a guarded node, and of what was opened there ("dtk1"). */
#define DEVTASK_GUARD_MAGIC		0x64746b31

/* A client connects, sends one request and has its answer. */
#define DEVTASK_CLIENT_TIMEOUT_US	(90ull * 1000 * 1000)
/* Of all clients; of those kept for root; of one user that is not root. */
#define DEVTASK_CLIENTS_MAX		128
#define DEVTASK_CLIENTS_ROOT		32
#define DEVTASK_CLIENTS_PER_USER	24

/* Questions of one user that are shown or wait; a person has better things to do (CON-3). */
#define DEVTASK_QUESTIONS_PER_USER	8

/* Defaults of devtask.conf(5): RUN-1, RUN-3, END-1 as the module's own limits. */
#define DEVTASK_CONF_USE_DEADLINE_NS		(600ull * 1000 * 1000 * 1000)
#define DEVTASK_CONF_SERVICING_DEADLINE_NS	(1800ull * 1000 * 1000 * 1000)
#define DEVTASK_CONF_USE_IO_INTERVAL_NS		(5ull * 1000 * 1000 * 1000)
#define DEVTASK_CONF_GRACE_NS			(5ull * 1000 * 1000 * 1000)
/* APP-8: unless the maker says how long a device may be away. */
#define DEVTASK_CONF_RETURN_NS			(60ull * 1000 * 1000 * 1000)
/* RUN-4: 400 ms at 1 GHz, each minute with the screen locked, every five minutes otherwise. */
#define DEVTASK_CONF_FLOOR_CYCLES		400000000ull
#define DEVTASK_CONF_FLOOR_LOCKED_NS		(60ull * 1000 * 1000 * 1000)
#define DEVTASK_CONF_FLOOR_UNLOCKED_NS		(300ull * 1000 * 1000 * 1000)
/* INI-9: percent */
#define DEVTASK_CONF_BATTERY_FLOOR		33
/* A battery falls by a percent in minutes. */
#define DEVTASK_POWER_LOOK_US			(30ull * 1000 * 1000)
/* CON-3 */
#define DEVTASK_CONF_PROMPT_TIMEOUT_NS		(120ull * 1000 * 1000 * 1000)
/* ADM-2: a quarter of a year, and a bound for a machine that syncs every minute. */
#define DEVTASK_CONF_HISTORY_KEEP_NS		(90ull * 24 * 3600 * 1000 * 1000 * 1000)
#define DEVTASK_CONF_HISTORY_RECORDS		100000ull

/* A bus that is not there is looked for again, each time after twice the pause. */
#define DEVTASK_BUS_RETRY_US			(1ull * 1000 * 1000)
#define DEVTASK_BUS_RETRY_MAX_US		(64ull * 1000 * 1000)

/* RUN-4: a task's CPU time is read this often; a verdict is never early and not later by more. */
#define DEVTASK_FLOOR_SAMPLE_US			(5ull * 1000 * 1000)

/* After the person's answer the app's window comes back to the front: looked at every 100 ms. */
#define DEVTASK_SETTLE_US		(100 * 1000)
#define DEVTASK_SETTLE_TIMES		30

/* Where a task's program finds others. */
#define DEVTASK_TASK_PATH		"/usr/local/bin:/usr/bin:/bin"

/* APP-2: opaque arguments of an app. INI-7: an update must be expected to take less. */
#define DEVTASK_ARGUMENTS_BYTES		4096
#define DEVTASK_MINUTE_NS		(60ull * 1000 * 1000 * 1000)
#define DEVTASK_ESTIMATE_NS		(30 * DEVTASK_MINUTE_NS)

/* A person with sqlite3 may look into a store; a change waits for that so long. */
#define DEVTASK_STORE_BUSY_MS		2000

/* CON-6: for so long no ordinary program of the user can have a no forgotten. */
#define DEVTASK_CONSENT_FIRM_NS		(60 * DEVTASK_MINUTE_NS)

#endif
