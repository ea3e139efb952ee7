/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * chronicle - writes down what the module tells of tasks (ADM-2): begun, cancelled, ended, and
 * for the administrator's own also requested. Also what happened while no helper ran. Must not
 * know requests of apps, which are written down by who decides them.
 */
#ifndef DEVTASK_DAEMON_CHRONICLE_H
#define DEVTASK_DAEMON_CHRONICLE_H

#include "error.h"

struct devtask_chronicle;
struct devtask_history;
struct devtask_kernel;
struct devtask_supervisor;

/* To be called before devtask_supervisor_adopt(). Nothing is owned; all must outlive it. */
int devtask_chronicle_create(struct devtask_chronicle **chronicle, struct devtask_kernel *kernel,
			     struct devtask_supervisor *supervisor,
			     struct devtask_history *history, struct devtask_error *error);
void devtask_chronicle_destroy(struct devtask_chronicle *chronicle);

#endif
