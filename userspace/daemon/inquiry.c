// SPDX-License-Identifier: GPL-2.0-only
/* inquiry - see inquiry.h. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "agent.h"
#include "clean.h"
#include "conf.h"
#include "facts.h"
#include "inquiry.h"
#include "job.h"
#include "metadata.h"
#include "log.h"
#include "proto.h"
#include "registry.h"
#include "siblings.h"
#include "supervisor.h"

#define NANOSECONDS	1000000000ull

/* A session stays that of the app that opened it, even in the hands of another one. */
static const struct devtask_app *find_app(const struct devtask_sources *sources,
					  const struct devtask_ask *ask,
					  struct devtask_error *error)
{
	const struct devtask_sender sender = {
		.pid = (pid_t)ask->pid,
		.uid = ask->uid,
		.gid = ask->gid,
		.executable = ask->executable,
		.executable_dev = makedev(ask->executable_major, ask->executable_minor),
		.executable_inode = ask->executable_inode,
		.cgroup = ask->cgroup,
	};
	const struct devtask_app *app;

	app = devtask_registry_find(sources->registry, &sender, error);
	if (app && *ask->app && strcmp(app->name, ask->app)) {
		devtask_error_set(error, DEVTASK_EXIT_DENIED_BY_SYSTEM, -EPERM,
				  "it is %s's, but the session was opened by %s", app->name,
				  ask->app);
		return NULL;
	}
	return app;
}

static void ask_registry(const struct devtask_sources *sources, const struct devtask_ask *ask,
			 struct devtask_inquiry *inquiry)
{
	struct devtask_admission_facts *facts = &inquiry->facts;
	const struct devtask_entry_point *entry;
	const struct devtask_app *app;
	const char *program;

	app = find_app(sources, ask, &inquiry->app_error);
	if (!app) {
		facts->app_why = inquiry->app_error.text;
		return;
	}
	snprintf(inquiry->app, sizeof(inquiry->app), "%.255s", app->name);
	snprintf(inquiry->title, sizeof(inquiry->title), "%.255s", app->display_name);
	facts->app = inquiry->app;
	entry = devtask_app_entry_point(app, ask->entry_point, ask->type, NULL);
	facts->declared = entry;
	program = entry ? devtask_registry_program(sources->registry, app, entry, NULL) : NULL;
	if (!program)
		return;
	snprintf(inquiry->program, sizeof(inquiry->program), "%s", program);
	facts->program = inquiry->program;
}

static void look_at_classes(const struct devtask_settings *settings,
			    const struct devtask_facts *device, struct devtask_inquiry *inquiry)
{
	struct devtask_admission_facts *facts = &inquiry->facts;

	for (size_t i = 0; i < device->class_count; i++) {
		const uint8_t *number = device->classes[i].number;

		if (!devtask_conf_blocks_class(settings, number[0], number[1], number[2]))
			continue;
		snprintf(inquiry->blocked, sizeof(inquiry->blocked), "usb %02x:%02x:%02x",
			 number[0], number[1], number[2]);
		facts->blocked_class = inquiry->blocked;
	}
	for (size_t i = 0; i < device->usage_count; i++) {
		const struct devtask_usage *usage = &device->usages[i];

		if (!devtask_conf_blocks_usage(settings, usage->page, usage->id))
			continue;
		snprintf(inquiry->blocked, sizeof(inquiry->blocked), "usage %04x:%04x",
			 usage->page, usage->id);
		facts->blocked_class = inquiry->blocked;
	}
}

/* What the metadata says, to an app that is not privileged by it. */
static void tell_metadata(const struct devtask_app *app, struct devtask_inquiry *inquiry)
{
	const struct devtask_metadata *metadata = &inquiry->metadata;
	const size_t size = sizeof(inquiry->privileged_why);
	char *why = inquiry->privileged_why;
	size_t i = 0;

	while (app && i < metadata->app_count && strcmp(metadata->apps[i].name, app->name))
		i++;
	inquiry->facts.privileged_why = why;
	if (inquiry->metadata_error.err)
		snprintf(why, size, "its metadata is malformed: %.400s",
			 inquiry->metadata_error.text);
	else if (!metadata->is_known)
		snprintf(why, size, "it has no metadata; its maker or the administrator must say by udev who may service it, see devtask-metadata(7)");
	else if (!metadata->app_count)
		snprintf(why, size, "its metadata names no app; see devtask-metadata(7)");
	else if (i < metadata->app_count)
		snprintf(why, size, "its metadata names the one whose publisher is %s",
			 metadata->apps[i].publisher);
	else
		snprintf(why, size, "its metadata names %s of %s%s", metadata->apps[0].name,
			 metadata->apps[0].publisher,
			 metadata->app_count > 1 ? " and others" : "");
	devtask_clean(why);
}

static void ask_metadata(const struct devtask_app *app, struct devtask_inquiry *inquiry)
{
	struct devtask_admission_facts *facts = &inquiry->facts;

	devtask_metadata_read(&inquiry->device, &inquiry->metadata, &inquiry->metadata_error);
	facts->privileged = app && devtask_metadata_allows(&inquiry->metadata, app->name,
							   app->publisher);
	if (!facts->privileged)
		tell_metadata(app, inquiry);
}

static void ask_device(const struct devtask_sources *sources, struct devtask_inquiry *inquiry)
{
	struct devtask_admission_facts *facts = &inquiry->facts;
	struct devtask_facts device;
	const struct devtask_app *app;
	int ret;

	ret = devtask_device_find(facts->device, &inquiry->device, &inquiry->device_error);
	if (!ret)
		ret = devtask_facts_read(&inquiry->device, &device, &inquiry->device_error);
	if (ret) {
		/* "Not attached" says it all; what else is wrong must be told. */
		if (ret != -ENODEV)
			facts->attached_why = inquiry->device_error.text;
		return;
	}
	facts->attached = true;
	facts->kind = inquiry->device.kind;
	facts->is_mtp = devtask_facts_is_mtp(&device);
	look_at_classes(sources->settings, &device, inquiry);
	app = devtask_registry_by_name(sources->registry, inquiry->app);
	facts->capable = app && !devtask_app_covers_facts(app, &device, facts->device, NULL, NULL);
	ask_metadata(app, inquiry);
}

struct count {
	struct devtask_inquiry *inquiry;
	const struct devtask_ask *ask;
	const struct devtask_siblings *siblings;
};

/* The administrator's own uses of a device are his to tell apart, and what else he does with it. */
static bool wants_it_alone(const struct devtask_inquiry *inquiry)
{
	return *inquiry->app || inquiry->facts.type == DEVTASK_TYPE_SERVICING;
}

/* A servicing has the whole device to itself, whichever node another task was given. */
static bool is_in_the_way(const struct devtask_job *job, const struct count *count)
{
	const struct devtask_admission_facts *facts = &count->inquiry->facts;

	if (!facts->attached)
		return false;
	if (job->type == facts->type && job->number == count->inquiry->device.number &&
	    wants_it_alone(count->inquiry))
		return true;
	return (job->type == DEVTASK_TYPE_SERVICING || facts->type == DEVTASK_TYPE_SERVICING) &&
	       devtask_siblings_have(count->siblings, false, job->number);
}

static void count_job(const struct devtask_job *job, void *context)
{
	const struct count *count = context;
	struct devtask_admission_facts *facts = &count->inquiry->facts;

	facts->system_tasks++;
	if (*job->app && !strcmp(job->app, count->inquiry->app) && job->uid == count->ask->uid)
		facts->app_tasks++;
	if (is_in_the_way(job, count))
		facts->device_tasks++;
}

/* INI-6, APP-7: who else has the device, a task or a program. */
static void look_for_others(const struct devtask_sources *sources, const struct devtask_ask *ask,
			    struct devtask_inquiry *inquiry)
{
	struct devtask_admission_facts *facts = &inquiry->facts;
	struct devtask_siblings *siblings = &inquiry->siblings;
	struct count count = { inquiry, ask, siblings };
	bool held = false;

	if (facts->attached)
		devtask_siblings_find(inquiry->device.number, siblings, NULL);
	devtask_supervisor_each(sources->supervisor, count_job, &count);
	if (facts->attached && !facts->device_tasks && wants_it_alone(inquiry))
		held = facts->type == DEVTASK_TYPE_SERVICING ?
		       devtask_holder_find_any(NULL, siblings, NULL, NULL, &inquiry->holder) :
		       devtask_holder_find(NULL, inquiry->device.number, &inquiry->holder);
	if (held) {
		facts->holder = inquiry->holder.name;
		facts->holder_pid = inquiry->holder.pid;
	}
}

static void ask_power(const struct devtask_settings *settings, const struct devtask_ask *ask,
		      struct devtask_inquiry *inquiry)
{
	struct devtask_admission_facts *facts = &inquiry->facts;
	struct devtask_power *power = &inquiry->power;

	devtask_power_read(power, NULL);
	facts->on_ac = power->on_ac;
	facts->battery_percent = power->percent;
	/* The stricter of the administrator and the maker of the device. */
	facts->battery_floor_percent = (unsigned int)settings->battery_floor_percent;
	if (facts->battery_floor_percent < inquiry->metadata.battery_floor_percent)
		facts->battery_floor_percent = inquiry->metadata.battery_floor_percent;
	if (power->has_battery && !power->is_known)
		facts->battery_why = power->problem;
	if (*power->problem && ask->kind == DEVTASK_ASK_KIND_REQUEST)
		log_warning("%s", power->problem);
}

static void ask_people(const struct devtask_sources *sources, const struct devtask_ask *ask,
		       struct devtask_inquiry *inquiry)
{
	struct devtask_admission_facts *facts = &inquiry->facts;
	struct devtask_consent_key key = { ask->uid, inquiry->app, inquiry->model };
	enum devtask_consent_answer answer = DEVTASK_CONSENT_NONE;

	facts->agent = devtask_agent_is_there(sources->agents, ask->uid);
	facts->prompt_s = (unsigned int)(sources->settings->prompt_timeout_ns / NANOSECONDS);
	if (!facts->app || !facts->attached ||
	    devtask_consent_model(inquiry->device.hardware_id, inquiry->model, NULL))
		return;
	if (devtask_consent_get(sources->consent, &key, &answer, &inquiry->consent_error))
		facts->refused_why = inquiry->consent_error.text;
	facts->refused = answer == DEVTASK_CONSENT_NO;
	/* CON-2: an update is asked for every time; who may not even use the device, not at all. */
	if (answer == DEVTASK_CONSENT_YES && facts->type == DEVTASK_TYPE_USE)
		facts->consent = DEVTASK_PERMISSION_YES;
}

void devtask_inquiry_make(const struct devtask_sources *sources, const struct devtask_ask *ask,
			  uint64_t checks, struct devtask_inquiry *inquiry)
{
	struct devtask_admission_facts *facts = &inquiry->facts;

	memset(inquiry, 0, sizeof(*inquiry));
	facts->type = ask->type;
	facts->executable = ask->executable;
	facts->entry_point = ask->entry_point;
	facts->arguments_bytes = strlen(ask->arguments);
	facts->estimate_ns = ask->estimate_ns;
	facts->device = ask->device;
	facts->system_tasks_max = (unsigned int)sources->settings->tasks_max;
	ask_registry(sources, ask, inquiry);
	if (!(checks & ~DEVTASK_ADMISSION_REGISTER))
		return;
	facts->owner_lives = ask->pid && (!kill((pid_t)ask->pid, 0) || errno == EPERM);
	facts->foreground = facts->app && facts->owner_lives &&
		devtask_foreground_has(sources->foreground, (pid_t)ask->pid, ask->uid,
				       &inquiry->foreground_why);
	if (*inquiry->foreground_why.sentence)
		facts->foreground_why = inquiry->foreground_why.sentence;
	ask_device(sources, inquiry);
	look_for_others(sources, ask, inquiry);
	if (devtask_admission_applies(facts->type, checks) & DEVTASK_ADMISSION_BIT(BATTERY))
		ask_power(sources->settings, ask, inquiry);
	ask_people(sources, ask, inquiry);
}
