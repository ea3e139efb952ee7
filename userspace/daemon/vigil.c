// SPDX-License-Identifier: GPL-2.0-only
/* vigil - see vigil.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "device.h"
#include "history.h"
#include "inhibit.h"
#include "job.h"
#include "log.h"
#include "metadata.h"
#include "power.h"
#include "powerwatch.h"
#include "record.h"
#include "settings.h"
#include "supervisor.h"
#include "vigil.h"

struct devtask_vigil {
	struct devtask_supervisor *supervisor;
	struct devtask_history *history;
	const struct devtask_settings *settings;
	struct devtask_inhibit *inhibit;
	struct devtask_powerwatch *power;
};

/* APP-9: a use gets its grace before the computer stops; a servicing holds it off. */
static void end_use(const struct devtask_job *job, void *context)
{
	struct devtask_vigil *vigil = context;

	if (job->has_id && job->type == DEVTASK_TYPE_USE)
		devtask_supervisor_cancel(vigil->supervisor, job, DEVTASK_REASON_SYSTEM_POLICY,
					  DEVTASK_DETAIL_COMPUTER_STOPS, 0, 0);
}

static void on_leaving(void *context)
{
	struct devtask_vigil *vigil = context;

	devtask_supervisor_each(vigil->supervisor, end_use, vigil);
}

struct warning {
	struct devtask_vigil *vigil;
	uint32_t task;
	const struct devtask_power *power;
	unsigned int floor_percent;
};

static void warn(const struct devtask_job *job, void *context)
{
	const struct warning *warning = context;
	char state[400], sentence[600];
	struct devtask_record record = {
		.kind = DEVTASK_RECORD_WARNED,
		.type = job->type,
		.has = DEVTASK_RECORD_HAS_TASK | DEVTASK_RECORD_HAS_MEASURED,
		.uid = job->uid,
		.trigger = job->trigger,
		.app = *job->app ? job->app : NULL,
		.device = job->device,
		.hardware_id = *job->hardware_id ? job->hardware_id : NULL,
		.program = job->program,
		.task_id = job->id,
		.measured = warning->power->percent,
		.required = warning->floor_percent,
		.sentence = sentence,
	};

	if (!job->has_id || job->id != warning->task)
		return;
	snprintf(sentence, sizeof(sentence), "%s, and servicing goes on: connect the charger now",
		 devtask_power_describe(warning->power, state, sizeof(state)));
	devtask_history_note(warning->vigil->history, &record);
}

static void on_low(uint32_t task, const struct devtask_power *power, unsigned int floor_percent,
		   void *context)
{
	struct devtask_vigil *vigil = context;
	struct warning warning = { vigil, task, power, floor_percent };

	if (vigil->settings->battery_watch)
		devtask_supervisor_each(vigil->supervisor, warn, &warning);
}

/* INI-9: as at the request, the stricter of the administrator and the maker. */
static unsigned int floor_of(const struct devtask_vigil *vigil, const struct devtask_job *job)
{
	unsigned int floor_percent = (unsigned int)vigil->settings->battery_floor_percent;
	struct devtask_metadata metadata;
	struct devtask_device device;

	if (!devtask_device_find(job->device, &device, NULL) &&
	    !devtask_metadata_read(&device, &metadata, NULL) &&
	    metadata.battery_floor_percent > floor_percent)
		floor_percent = metadata.battery_floor_percent;
	return floor_percent;
}

static void begin(struct devtask_vigil *vigil, const struct devtask_job *job)
{
	devtask_inhibit_add(vigil->inhibit, job->id, job->type,
			    *job->app ? job->app : job->program ? job->program : "", job->device);
}

/* Before its process: nothing has been done to the device yet. */
static int on_made(const struct devtask_job *job, void *context, struct devtask_error *error)
{
	(void)error;
	begin(context, job);
	return 0;
}

static void on_begun(const struct devtask_job *job, void *context)
{
	struct devtask_vigil *vigil = context;

	begin(vigil, job);
	if (devtask_inhibit_is_leaving(vigil->inhibit))
		end_use(job, vigil);
	if (job->type == DEVTASK_TYPE_SERVICING &&
	    devtask_powerwatch_add(vigil->power, job->id, floor_of(vigil, job)))
		devtask_log(LOG_WARNING, job->trigger, "no memory to watch the battery for task %u",
			    job->id);
}

static void on_left(const struct devtask_job *job, void *context)
{
	struct devtask_vigil *vigil = context;

	if (!job->has_id)
		return;
	devtask_inhibit_remove(vigil->inhibit, job->id);
	devtask_powerwatch_remove(vigil->power, job->id);
}

static const struct devtask_supervisor_watch watch = {
	.made = on_made, .begun = on_begun, .left = on_left,
};

int devtask_vigil_create(struct devtask_vigil **vigil, sd_event *loop,
			 struct devtask_supervisor *supervisor, struct devtask_history *history,
			 const struct devtask_settings *settings, struct devtask_error *error)
{
	static const struct devtask_inhibit_events events = { on_leaving };
	struct devtask_vigil *self = calloc(1, sizeof(*self));
	int ret = -ENOMEM;

	if (self) {
		self->supervisor = supervisor;
		self->history = history;
		self->settings = settings;
		ret = devtask_inhibit_create(&self->inhibit, loop, NULL, &events, self);
	}
	if (!ret)
		ret = devtask_powerwatch_create(&self->power, loop, on_low, self);
	if (!ret)
		ret = devtask_supervisor_add_watch(supervisor, &watch, self);
	if (ret) {
		devtask_vigil_destroy(self);
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, ret,
					 "cannot keep the computer awake for tasks: %s",
					 strerror(-ret));
	}
	*vigil = self;
	return 0;
}

void devtask_vigil_destroy(struct devtask_vigil *vigil)
{
	if (!vigil)
		return;
	devtask_powerwatch_destroy(vigil->power);
	devtask_inhibit_destroy(vigil->inhibit);
	free(vigil);
}
