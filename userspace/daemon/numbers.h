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

/* A client connects, sends one request and has its answer. */
#define DEVTASK_CLIENT_TIMEOUT_US	(90ull * 1000 * 1000)
#define DEVTASK_CLIENTS_MAX		64

#endif
