// SPDX-License-Identifier: GPL-2.0-only
/* police - see police.h. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "conf.h"
#include "consent.h"
#include "cpufloor.h"
#include "job.h"
#include "log.h"
#include "police.h"
#include "registry.h"
#include "session.h"
#include "supervisor.h"

struct devtask_police {
	struct devtask_police_rooms rooms;
	struct devtask_session *session;
	struct devtask_cpufloor *floor;
};

/* One change, and the tasks that it concerns. */
struct sweep {
	struct devtask_police *police;
	bool (*concerns)(const struct devtask_job *job, const struct sweep *sweep);
	uid_t uid;
	const char *app;
	const char *model;
	enum devtask_reason reason;
	enum devtask_detail detail;
};

static void sweep_one(const struct devtask_job *job, void *context)
{
	const struct sweep *sweep = context;

	/* The administrator's own tasks have no app, and ask for no permission. */
	if (*job->app && sweep->concerns(job, sweep))
		devtask_supervisor_cancel(sweep->police->rooms.supervisor, job, sweep->reason,
					  sweep->detail, 0, 0);
}

static void sweep(struct sweep *sweep)
{
	devtask_supervisor_each(sweep->police->rooms.supervisor, sweep_one, sweep);
}

static bool is_of_user(const struct devtask_job *job, const struct sweep *sweep)
{
	return job->uid == sweep->uid;
}

static void on_logged_off(uid_t uid, void *context)
{
	struct sweep change = {
		.police = context, .concerns = is_of_user, .uid = uid,
		.reason = DEVTASK_REASON_LOGGING_OFF, .detail = DEVTASK_DETAIL_USER_LOGGED_OFF,
	};

	sweep(&change);
}

static void on_lock_changed(void *context)
{
	struct devtask_police *police = context;

	devtask_cpufloor_lock_changed(police->floor);
}

static bool is_of_app(const struct devtask_job *job, const struct sweep *sweep)
{
	return !strcmp(job->app, sweep->app);
}

static void on_app_changed(void *context, const char *app, enum devtask_registry_change change)
{
	bool removed = change == DEVTASK_REGISTRY_REMOVED;
	struct sweep tasks = {
		.police = context, .concerns = is_of_app, .app = app,
		.reason = removed ? DEVTASK_REASON_UNINSTALL : DEVTASK_REASON_SERVICING_UPDATE,
		.detail = removed ? DEVTASK_DETAIL_APP_REMOVED : DEVTASK_DETAIL_APP_UPDATED,
	};

	sweep(&tasks);
}

static bool rests_on(const struct devtask_job *job, const struct sweep *sweep)
{
	char model[DEVTASK_CONSENT_MODEL_MAX];

	/* A permission to update was given for this once (CON-2). */
	return job->type == DEVTASK_TYPE_USE && job->uid == sweep->uid &&
	       !strcmp(job->app, sweep->app) &&
	       !devtask_consent_model(job->hardware_id, model, NULL) &&
	       !strcmp(model, sweep->model);
}

static void on_revoked(const struct devtask_consent_key *key, void *context)
{
	struct sweep change = {
		.police = context, .concerns = rests_on,
		.uid = key->uid, .app = key->app, .model = key->model,
		.reason = DEVTASK_REASON_RESOURCE_REVOCATION,
		.detail = DEVTASK_DETAIL_CONSENT_REVOKED,
	};

	sweep(&change);
}

static bool is_locked(uid_t uid, void *context)
{
	struct devtask_police *police = context;

	return devtask_session_lock(police->session, uid) == DEVTASK_SESSION_LOCK_LOCKED;
}

struct culprit {
	struct devtask_police *police;
	const struct devtask_cpufloor_finding *finding;
};

/* A cycle is a nanosecond at the 1 GHz that the rule is written for. */
static void convict(const struct devtask_job *job, void *context)
{
	const struct culprit *culprit = context;
	const struct devtask_cpufloor_finding *finding = culprit->finding;

	if (!job->has_id || job->id != finding->task)
		return;
	devtask_log(LOG_NOTICE, job->trigger,
		    "task %u used %" PRIu64 " cycles in %" PRIu64 " s, under the floor of %" PRIu64 "%s",
		    job->id, finding->cycles, finding->window_ns / 1000000000,
		    finding->required_cycles,
		    finding->mode == DEVTASK_FLOOR_MODE_REPORT ? "; it goes on" : "");
	if (finding->mode == DEVTASK_FLOOR_MODE_CANCEL)
		devtask_supervisor_cancel(culprit->police->rooms.supervisor, job,
					  DEVTASK_REASON_IDLE_TASK, DEVTASK_DETAIL_CPU_FLOOR,
					  finding->cycles, finding->required_cycles);
}

static void on_idle(const struct devtask_cpufloor_finding *finding, void *context)
{
	struct culprit culprit = { context, finding };

	devtask_supervisor_each(culprit.police->rooms.supervisor, convict, &culprit);
}

/* What may have changed while the program was made, or while no helper ran. */
static void check_grounds(struct devtask_police *police, const struct devtask_job *job)
{
	struct devtask_supervisor *supervisor = police->rooms.supervisor;
	enum devtask_consent_answer answer = DEVTASK_CONSENT_YES;
	char model[DEVTASK_CONSENT_MODEL_MAX];
	struct devtask_consent_key key = { job->uid, job->app, model };

	if (!devtask_registry_by_name(police->rooms.registry, job->app)) {
		devtask_supervisor_cancel(supervisor, job, DEVTASK_REASON_UNINSTALL,
					  DEVTASK_DETAIL_APP_REMOVED, 0, 0);
		return;
	}
	if (job->type != DEVTASK_TYPE_USE || devtask_consent_model(job->hardware_id, model, NULL))
		return;
	/* A store that cannot be read takes nothing back: the answer was given before. */
	if (!devtask_consent_get(police->rooms.consent, &key, &answer, NULL) &&
	    answer == DEVTASK_CONSENT_NO)
		devtask_supervisor_cancel(supervisor, job, DEVTASK_REASON_RESOURCE_REVOCATION,
					  DEVTASK_DETAIL_CONSENT_REVOKED, 0, 0);
}

static void on_begun(const struct devtask_job *job, void *context)
{
	struct devtask_police *police = context;
	int ret = devtask_cpufloor_watch(police->floor, job->id, job->type, job->uid, job->cgroup);

	if (ret)
		devtask_log(LOG_WARNING, job->trigger,
			    "the CPU time of task %u is not watched: %s", job->id, strerror(-ret));
	if (*job->app)
		check_grounds(police, job);
}

static void on_ended(const struct devtask_job *job, void *context)
{
	struct devtask_police *police = context;

	devtask_cpufloor_unwatch(police->floor, job->id);
}

struct glance {
	uint32_t id;
	uid_t owner;
	bool found;
};

static void glance_at(const struct devtask_job *job, void *context)
{
	struct glance *glance = context;

	if (!job->has_id || job->id != glance->id)
		return;
	glance->owner = job->uid;
	glance->found = true;
}

int devtask_police_look(struct devtask_police *police, uint32_t id, uid_t *owner,
			struct devtask_cpufloor_finding *finding, enum devtask_session_lock *lock)
{
	struct glance glance = { .id = id };

	devtask_supervisor_each(police->rooms.supervisor, glance_at, &glance);
	if (!glance.found)
		return -ENOENT;
	*owner = glance.owner;
	*lock = devtask_session_lock(police->session, glance.owner);
	return devtask_cpufloor_look(police->floor, id, finding);
}

static const struct devtask_supervisor_watch watch = { .begun = on_begun, .ended = on_ended };

static const struct devtask_session_events session_events = {
	.logged_off = on_logged_off, .lock_changed = on_lock_changed,
};

int devtask_police_create(struct devtask_police **police, sd_event *loop,
			  const struct devtask_police_rooms *rooms, struct devtask_error *error)
{
	struct devtask_police *self = calloc(1, sizeof(*self));
	struct devtask_cpufloor_seams seams;
	int ret;

	if (!self)
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -ENOMEM, "out of memory");
	self->rooms = *rooms;
	seams = (struct devtask_cpufloor_seams) {
		.settings = rooms->settings, .is_locked = is_locked, .violated = on_idle,
		.context = self,
	};
	ret = devtask_session_create(&self->session, loop, NULL, &session_events, self, error);
	if (!ret)
		ret = devtask_session_remember(self->session, DEVTASK_PATH_RUN "/logged-in");
	if (!ret)
		ret = devtask_cpufloor_create(&self->floor, loop, &seams, error);
	if (!ret)
		ret = devtask_registry_watch(rooms->registry, loop, on_app_changed, self, error);
	if (!ret)
		ret = devtask_consent_watch(rooms->consent, on_revoked, self, error);
	if (!ret)
		ret = devtask_supervisor_add_watch(rooms->supervisor, &watch, self);
	if (ret) {
		devtask_police_destroy(self);
		return ret;
	}
	*police = self;
	return 0;
}

void devtask_police_destroy(struct devtask_police *police)
{
	if (!police)
		return;
	devtask_consent_unwatch(police->rooms.consent, on_revoked, police);
	devtask_cpufloor_destroy(police->floor);
	devtask_session_destroy(police->session);
	free(police);
}
