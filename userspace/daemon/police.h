/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * police - the rules of section 4 that the helper watches: the CPU floor (RUN-4), permission
 * taken back (RUN-7), log-off, app updated or removed (RUN-8). Finds the tasks that a change
 * concerns and has them cancelled. Must not know how a change is noticed.
 */
#ifndef DEVTASK_DAEMON_POLICE_H
#define DEVTASK_DAEMON_POLICE_H

#include <systemd/sd-event.h>

#include "error.h"
#include "session.h"

struct devtask_consent;
struct devtask_cpufloor_finding;
struct devtask_police;
struct devtask_registry;
struct devtask_settings;
struct devtask_supervisor;

struct devtask_police_rooms {
	struct devtask_supervisor *supervisor;
	struct devtask_registry *registry;
	struct devtask_consent *consent;
	const struct devtask_settings *settings;
};

/*
 * To be called before devtask_supervisor_adopt(), so that what changed while no helper ran is
 * noticed. @rooms is copied; nothing is owned, all must outlive it.
 */
int devtask_police_create(struct devtask_police **police, sd_event *loop,
			  const struct devtask_police_rooms *rooms, struct devtask_error *error);
void devtask_police_destroy(struct devtask_police *police);

/*
 * RUN-4, RUN-10: how task @id stands with the CPU floor, whose it is, and what is known of that
 * user's screen. -ENOENT: no such task is watched.
 */
int devtask_police_look(struct devtask_police *police, uint32_t id, uid_t *owner,
			struct devtask_cpufloor_finding *finding, enum devtask_session_lock *lock);

#endif
