/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * absence - the device of a servicing task goes away and comes back, perhaps as another (APP-8): the
 * helper waits for it at its port, and the task's access follows it. A device that does not come
 * back in its time ends the task. Must not know rules, apps or the control socket.
 */
#ifndef DEVTASK_DAEMON_ABSENCE_H
#define DEVTASK_DAEMON_ABSENCE_H

#include <systemd/sd-event.h>

#include "error.h"

struct devtask_absences;
struct devtask_hold;
struct devtask_kernel;
struct devtask_settings;
struct devtask_supervisor;

/* To be made before tasks are adopted; watches the supervisor from now on. */
int devtask_absences_create(struct devtask_absences **absences, sd_event *loop,
			    struct devtask_kernel *kernel, struct devtask_supervisor *supervisor,
			    struct devtask_hold *hold, const struct devtask_settings *settings,
			    struct devtask_error *error);

/* To be called after the tasks have been adopted: forgets what was kept of any other. */
void devtask_absences_settle(struct devtask_absences *absences);

/* To be called after the supervisor is destroyed. Whoever is away stays it: another helper waits. */
void devtask_absences_destroy(struct devtask_absences *absences);

#endif
