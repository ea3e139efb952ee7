// SPDX-License-Identifier: GPL-2.0-only
/*
 * absence - see absence.h.
 *
 * Whatever step a helper dies at, the next one goes on: the module knows which claims are detached
 * and which have been replaced, the keepsake what to wait for and since when. A keepsake may be one
 * replacement behind the module, never more: it is written before the next one can be made. A claim
 * that has replaced another is mounted again by whoever adopts it, unless it is.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "absence.h"
#include "device.h"
#include "job.h"
#include "keepsake.h"
#include "kernel.h"
#include "log.h"
#include "lookout.h"
#include "names.h"
#include "numbers.h"
#include "plan.h"
#include "supervisor.h"
#include "vacancy.h"

struct servicing {
	struct devtask_absences *absences;
	struct servicing *next;
	const struct devtask_job *job;
	struct devtask_keepsake keepsake;
	struct devtask_vacancy places[DEVTASK_MESSAGE_DEVICES];	/* as the keepsake's devices */
};

struct devtask_absences {
	sd_event *loop;
	struct devtask_vacancy_rooms rooms;
	int directory;
	struct servicing *servicings;
	struct devtask_lookout *lookout;	/* while somebody waits */
	sd_event_source *on_retry;
};

static void look_again(struct devtask_absences *absences);

static void keep(void *context)
{
	struct servicing *servicing = context;
	struct devtask_error error;

	if (devtask_keepsake_write(servicing->absences->directory, &servicing->keepsake, &error))
		devtask_log(LOG_WARNING, servicing->keepsake.trigger,
			    "%s; another helper would not wait for the device", error.text);
}

static struct servicing **find(struct devtask_absences *absences, uint32_t task)
{
	struct servicing **link = &absences->servicings;

	while (*link && (*link)->job->id != task)
		link = &(*link)->next;
	return link;
}

static struct servicing *add(struct devtask_absences *absences, const struct devtask_job *job)
{
	struct servicing *servicing = calloc(1, sizeof(*servicing));

	if (!servicing)
		return NULL;
	servicing->absences = absences;
	servicing->job = job;
	memcpy(servicing->keepsake.trigger, job->trigger, sizeof(servicing->keepsake.trigger));
	for (size_t i = 0; i < DEVTASK_MESSAGE_DEVICES; i++)
		servicing->places[i] = (struct devtask_vacancy) {
			.job = job, .rooms = &absences->rooms, .loop = absences->loop,
			.kept = &servicing->keepsake.devices[i], .keep = keep,
			.context = servicing,
		};
	servicing->next = absences->servicings;
	absences->servicings = servicing;
	return servicing;
}

static void drop(struct servicing *servicing)
{
	for (size_t i = 0; i < DEVTASK_MESSAGE_DEVICES; i++)
		devtask_vacancy_clear(&servicing->places[i]);
	free(servicing);
}

static struct devtask_vacancy *place_of(struct servicing *servicing, uint32_t claim)
{
	for (unsigned int i = 0; i < servicing->keepsake.count; i++)
		if (servicing->places[i].kept->claim == claim)
			return &servicing->places[i];
	return NULL;
}

static int on_retry(sd_event_source *source, uint64_t usec, void *context)
{
	struct devtask_absences *absences = context;

	(void)source;
	(void)usec;
	absences->on_retry = sd_event_source_disable_unref(absences->on_retry);
	look_again(absences);
	return 0;
}

static void try_later(struct devtask_absences *absences)
{
	if (!absences->on_retry)
		sd_event_add_time_relative(absences->loop, &absences->on_retry, CLOCK_MONOTONIC,
					   DEVTASK_RETURN_RETRY_US, 0, on_retry, absences);
}

static void on_device(struct udev_device *udev, void *context)
{
	struct devtask_absences *absences = context;
	struct devtask_port seen;

	if (!udev) {
		look_again(absences);
		return;
	}
	if (!devtask_port_read(&seen, udev))
		return;
	for (struct servicing *at = absences->servicings; at; at = at->next)
		for (unsigned int i = 0; i < at->keepsake.count; i++)
			if (!devtask_vacancy_consider(&at->places[i], udev, &seen))
				try_later(absences);
}

/* Whatever is there now. Never called by the lookout's scan, which it would begin again. */
static void look_again(struct devtask_absences *absences)
{
	if (!absences->lookout)
		return;
	for (struct servicing *at = absences->servicings; at; at = at->next)
		for (unsigned int i = 0; i < at->keepsake.count; i++)
			if (devtask_vacancy_is_away(&at->places[i]))
				devtask_lookout_scan(absences->lookout,
						     at->keepsake.devices[i].known.port.subsystem);
}

/* The looking out ends with the last who is waited for. */
static void rest(struct devtask_absences *absences)
{
	for (struct servicing *at = absences->servicings; at; at = at->next)
		for (unsigned int i = 0; i < at->keepsake.count; i++)
			if (devtask_vacancy_is_away(&at->places[i]))
				return;
	devtask_lookout_destroy(absences->lookout);
	absences->lookout = NULL;
	absences->on_retry = sd_event_source_disable_unref(absences->on_retry);
}

static void begin(struct servicing *servicing, struct devtask_vacancy *place, uint64_t since_ns)
{
	struct devtask_absences *absences = servicing->absences;
	struct devtask_error error;

	if (!devtask_vacancy_begin(place, since_ns))
		return;
	if (!absences->lookout &&
	    devtask_lookout_create(&absences->lookout, absences->loop, on_device, absences,
				   &error)) {
		devtask_log(LOG_ERR, servicing->job->trigger, "%s", error.text);
		return;
	}
	/* It may be back already. */
	devtask_lookout_scan(absences->lookout, place->kept->known.port.subsystem);
}

static int on_made(const struct devtask_job *job, void *context, struct devtask_error *error)
{
	struct devtask_absences *absences = context;
	struct servicing *servicing;

	if (job->type != DEVTASK_TYPE_SERVICING)
		return 0;
	servicing = add(absences, job);
	if (!servicing)
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -ENOMEM, "out of memory");
	for (int i = 0; i < job->plan->device_count; i++)
		devtask_vacancy_remember(&servicing->places[servicing->keepsake.count++],
					 &job->plan->devices[i], job->plan->guards[i].claim);
	return devtask_keepsake_write(absences->directory, &servicing->keepsake, error);
}

/* The claims of an adopted task, and what became of them. */
struct adoption {
	struct servicing *servicing;
	struct claim {
		struct claim *next;
		uint32_t id, replaces, state;
		char node[DEVTASK_SPEC_MAX + 1];
	} *claims;
	uint32_t wanted;		/* claim whose loss is looked for */
	uint64_t since_ns;
};

static void note_claim(const struct devtask_claim *claim, void *context)
{
	struct adoption *adoption = context;
	struct claim *noted;

	if (claim->task_id != adoption->servicing->job->id)
		return;
	noted = calloc(1, sizeof(*noted));
	if (!noted)
		return;
	noted->id = claim->id;
	noted->state = claim->state;
	if (devtask_has(claim, DEVTASK_A_CLAIM_REPLACES))
		noted->replaces = claim->replaces;
	snprintf(noted->node, sizeof(noted->node), "%.*s", DEVTASK_SPEC_MAX, claim->path);
	noted->next = adoption->claims;
	adoption->claims = noted;
}

static const struct claim *successor_of(const struct adoption *adoption, uint32_t id)
{
	const struct claim *claim = adoption->claims;

	while (claim && claim->replaces != id)
		claim = claim->next;
	return claim;
}

static const struct claim *claim_of(const struct adoption *adoption, uint32_t id)
{
	const struct claim *claim = adoption->claims;

	while (claim && claim->id != id)
		claim = claim->next;
	return claim;
}

static void note_loss(const struct devtask_event *event, void *context)
{
	struct adoption *adoption = context;

	if (event->kind == DEVTASK_EVENT_KIND_DETACHED && event->claim_id == adoption->wanted)
		adoption->since_ns = event->time_ns;
}

/* Since when a device has been away that no helper saw go; 0 if nobody knows. */
static uint64_t find_loss(struct adoption *adoption, uint32_t claim)
{
	struct devtask_error error;

	adoption->wanted = claim;
	adoption->since_ns = 0;
	devtask_kernel_event_dump(adoption->servicing->absences->rooms.kernel, note_loss, adoption,
				  &error);
	return adoption->since_ns;
}

/* Nothing was kept: what the devices say now they said when the task began. */
static void remember_now(struct adoption *adoption)
{
	struct servicing *servicing = adoption->servicing;
	struct devtask_keepsake *keepsake = &servicing->keepsake;
	char spec[DEVTASK_SPEC_MAX + 8];
	struct devtask_device device;
	struct devtask_error error;

	keepsake->count = 0;
	for (const struct claim *at = adoption->claims; at; at = at->next) {
		if (successor_of(adoption, at->id) || keepsake->count == DEVTASK_MESSAGE_DEVICES)
			continue;
		memset(&keepsake->devices[keepsake->count], 0, sizeof(*keepsake->devices));
		snprintf(spec, sizeof(spec), "path:%s", at->node);
		if (at->state == DEVTASK_CLAIM_STATE_LIVE &&
		    !devtask_device_find(spec, &device, &error))
			devtask_vacancy_remember(&servicing->places[keepsake->count], &device,
						 at->id);
		else
			keepsake->devices[keepsake->count].claim = at->id;
		keepsake->count++;
	}
	keep(servicing);
}

static void adopt_place(struct adoption *adoption, struct devtask_vacancy *place)
{
	const struct claim *claim = claim_of(adoption, place->kept->claim), *next;
	uint64_t since_ns = place->kept->away_ns;

	while ((next = successor_of(adoption, place->kept->claim))) {
		claim = next;
		since_ns = 0;
		place->kept->claim = claim->id;
	}
	place->kept->away_ns = 0;
	if (!claim)
		return;
	if (claim->state == DEVTASK_CLAIM_STATE_DETACHED)
		begin(adoption->servicing, place, since_ns ? since_ns :
		      find_loss(adoption, claim->id));
	else if (claim->state == DEVTASK_CLAIM_STATE_LIVE && claim->replaces)
		devtask_vacancy_mount(place, claim->node);
}

static void note_claims(struct adoption *adoption)
{
	const struct servicing *servicing = adoption->servicing;
	struct devtask_error error;

	if (devtask_kernel_claim_dump(servicing->absences->rooms.kernel, note_claim, adoption,
				      &error))
		devtask_log(LOG_WARNING, servicing->job->trigger, "%s", error.text);
}

static void forget_claims(struct adoption *adoption)
{
	struct claim *claim;

	while ((claim = adoption->claims)) {
		adoption->claims = claim->next;
		free(claim);
	}
}

/* A task of an earlier helper. */
static void adopt(struct devtask_absences *absences, const struct devtask_job *job)
{
	struct adoption adoption = { .servicing = add(absences, job) };
	struct servicing *servicing = adoption.servicing;
	struct devtask_error error;

	if (!servicing)
		return;
	note_claims(&adoption);
	if (devtask_keepsake_read(absences->directory, job->trigger, &servicing->keepsake,
				  &error)) {
		devtask_log(LOG_WARNING, job->trigger, "%s", error.text);
		remember_now(&adoption);
	}
	for (unsigned int i = 0; i < servicing->keepsake.count; i++)
		adopt_place(&adoption, &servicing->places[i]);
	keep(servicing);
	forget_claims(&adoption);
}

/* A device may have gone unheard. What has come back did so by this room alone. */
static void on_lost(struct devtask_supervisor *supervisor, void *context)
{
	struct devtask_absences *absences = context;

	(void)supervisor;
	for (struct servicing *at = absences->servicings; at; at = at->next) {
		struct adoption adoption = { .servicing = at };

		note_claims(&adoption);
		for (unsigned int i = 0; i < at->keepsake.count; i++) {
			const struct claim *claim = claim_of(&adoption, at->places[i].kept->claim);

			if (claim && claim->state == DEVTASK_CLAIM_STATE_DETACHED)
				begin(at, &at->places[i], find_loss(&adoption, claim->id));
		}
		forget_claims(&adoption);
	}
}

static void on_begun(const struct devtask_job *job, void *context)
{
	struct devtask_absences *absences = context;

	if (job->type == DEVTASK_TYPE_SERVICING && !*find(absences, job->id))
		adopt(absences, job);
}

static void on_left(const struct devtask_job *job, void *context)
{
	struct devtask_absences *absences = context;
	struct servicing **link = &absences->servicings, *servicing;

	/* One that the module refused has no number. */
	while (*link && (*link)->job != job)
		link = &(*link)->next;
	servicing = *link;
	if (!servicing)
		return;
	devtask_keepsake_remove(absences->directory, servicing->keepsake.trigger);
	*link = servicing->next;
	drop(servicing);
	rest(absences);
}

static void on_event(const struct devtask_event *event, const struct devtask_job *job,
		     void *context)
{
	struct devtask_absences *absences = context;
	struct servicing *servicing = job ? *find(absences, job->id) : NULL;
	struct devtask_vacancy *place;

	if (!servicing)
		return;
	if (event->kind == DEVTASK_EVENT_KIND_DETACHED) {
		place = place_of(servicing, event->claim_id);
		if (place)
			begin(servicing, place, event->time_ns);
	} else if (event->kind == DEVTASK_EVENT_KIND_CANCELED) {
		for (unsigned int i = 0; i < servicing->keepsake.count; i++)
			devtask_vacancy_end(&servicing->places[i]);
	}
	rest(absences);
}

static bool is_wanted(const char *trigger, void *context)
{
	const struct devtask_absences *absences = context;

	for (const struct servicing *at = absences->servicings; at; at = at->next)
		if (!strcmp(at->keepsake.trigger, trigger))
			return true;
	return false;
}

void devtask_absences_settle(struct devtask_absences *absences)
{
	devtask_keepsake_sweep(absences->directory, is_wanted, absences);
}

static const struct devtask_supervisor_watch watch = {
	.made = on_made, .begun = on_begun, .left = on_left, .event = on_event,
	.lost = on_lost,
};

int devtask_absences_create(struct devtask_absences **absences, sd_event *loop,
			    struct devtask_kernel *kernel, struct devtask_supervisor *supervisor,
			    struct devtask_hold *hold, const struct devtask_settings *settings,
			    struct devtask_error *error)
{
	struct devtask_absences *self = calloc(1, sizeof(*self));
	int ret;

	if (!self)
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -ENOMEM, "out of memory");
	self->loop = sd_event_ref(loop);
	self->rooms = (struct devtask_vacancy_rooms) {
		.kernel = kernel, .supervisor = supervisor, .hold = hold, .settings = settings,
	};
	/* The helper's socket is not there yet. */
	mkdir(DEVTASK_PATH_RUN, 0755);
	self->directory = devtask_keepsake_open(DEVTASK_PATH_SERVICING, error);
	ret = self->directory < 0 ? self->directory : 0;
	if (!ret && devtask_supervisor_add_watch(supervisor, &watch, self))
		ret = devtask_error_set(error, DEVTASK_EXIT_FAILURE, -ENOSPC,
					"too many rooms watch tasks");
	if (ret) {
		devtask_absences_destroy(self);
		return ret;
	}
	*absences = self;
	return 0;
}

void devtask_absences_destroy(struct devtask_absences *absences)
{
	struct servicing *servicing;

	if (!absences)
		return;
	while ((servicing = absences->servicings)) {
		absences->servicings = servicing->next;
		drop(servicing);
	}
	devtask_lookout_destroy(absences->lookout);
	sd_event_source_disable_unref(absences->on_retry);
	if (absences->directory >= 0)
		close(absences->directory);
	sd_event_unref(absences->loop);
	free(absences);
}
