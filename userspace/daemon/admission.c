// SPDX-License-Identifier: GPL-2.0-only
/* admission - see admission.h. One function per row of section 2. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "admission.h"
#include "numbers.h"

#define USE		(1u << DEVTASK_TYPE_USE)
#define SERVICING	(1u << DEVTASK_TYPE_SERVICING)
#define BOTH		(USE | SERVICING)

#define BIT(name)	DEVTASK_ADMISSION_BIT(name)

/* What one check found. */
struct finding {
	enum devtask_verdict verdict;	/* the row's, unless the check says another */
	uint64_t measured;
	uint64_t required;
	char sentence[1024];
};

typedef bool check_fn(const struct devtask_admission_facts *facts, struct finding *finding);

static bool __attribute__((format(printf, 2, 3)))
fails(struct finding *finding, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(finding->sentence, sizeof(finding->sentence), format, args);
	va_end(args);
	return false;
}

static const char *or_text(const char *text, const char *other)
{
	return text && *text ? text : other;
}

static bool check_app(const struct devtask_admission_facts *facts, struct finding *finding)
{
	if (facts->app)
		return true;
	return fails(finding, "%s is not the executable of an installed manifest%s%s; see: devtaskctl apps",
		     or_text(facts->executable, "the program"), facts->app_why ? ": " : "",
		     or_text(facts->app_why, ""));
}

static bool check_entry_point(const struct devtask_admission_facts *facts,
			      struct finding *finding)
{
	const char *type = devtask_name_of(&devtask_type_names, facts->type);

	if (!facts->declared)
		return fails(finding, "the manifest of %s declares no entry point \"%s\" for device %s; see: devtaskctl apps",
			     facts->app, or_text(facts->entry_point, ""), type);
	if (!facts->program)
		return fails(finding, "the entry point \"%s\" of %s has no program; install it, or name it in the manifest",
			     facts->entry_point, facts->app);
	return true;
}

static bool check_arguments(const struct devtask_admission_facts *facts, struct finding *finding)
{
	finding->measured = facts->arguments_bytes;
	finding->required = DEVTASK_ARGUMENTS_BYTES;
	if (facts->arguments_bytes <= DEVTASK_ARGUMENTS_BYTES)
		return true;
	return fails(finding, "the arguments have %zu bytes; at most %d are possible",
		     facts->arguments_bytes, DEVTASK_ARGUMENTS_BYTES);
}

static bool check_estimate(const struct devtask_admission_facts *facts, struct finding *finding)
{
	finding->measured = facts->estimate_ns;
	finding->required = DEVTASK_ESTIMATE_NS;
	if (facts->estimate_ns < DEVTASK_ESTIMATE_NS)
		return true;
	return fails(finding, "the update is estimated at %llu minutes; it must be under %llu",
		     facts->estimate_ns / DEVTASK_MINUTE_NS,
		     DEVTASK_ESTIMATE_NS / DEVTASK_MINUTE_NS);
}

static bool check_owner(const struct devtask_admission_facts *facts, struct finding *finding)
{
	return facts->owner_lives || fails(finding, "the app has exited or withdrawn its request");
}

static bool check_foreground(const struct devtask_admission_facts *facts,
			     struct finding *finding)
{
	if (facts->foreground)
		return true;
	return fails(finding, "%s is not in the foreground: %s; bring it to the front and try again",
		     facts->app, or_text(facts->foreground_why, "nothing says that it is"));
}

static bool check_attached(const struct devtask_admission_facts *facts, struct finding *finding)
{
	if (facts->attached)
		return true;
	return fails(finding, "%s is not attached%s%s; connect it and try again",
		     or_text(facts->device, "the device"), facts->attached_why ? ": " : "",
		     or_text(facts->attached_why, ""));
}

static bool check_capability(const struct devtask_admission_facts *facts,
			     struct finding *finding)
{
	if (facts->capable)
		return true;
	return fails(finding, "the manifest of %s declares no capability for %s; its maker must add it",
		     facts->app, facts->device);
}

static bool check_class(const struct devtask_admission_facts *facts, struct finding *finding)
{
	if (!facts->blocked_class)
		return true;
	return fails(finding, "devices of the class %s are blocked by the administrator, in devtask.conf",
		     facts->blocked_class);
}

static bool check_access(const struct devtask_admission_facts *facts, struct finding *finding)
{
	if (!facts->refused)
		return true;
	if (facts->refused_why)
		return fails(finding, "whether you permitted it cannot be known: %s",
			     facts->refused_why);
	return fails(finding, "you have not permitted %s to use this device; change it with: devtaskctl consent grant %s %s",
		     facts->app, facts->app, facts->device);
}

static bool check_protocol(const struct devtask_admission_facts *facts, struct finding *finding)
{
	finding->measured = facts->kind;
	if (facts->type != DEVTASK_TYPE_USE)
		return true;
	if (facts->is_mtp)
		return fails(finding, "%s speaks MTP, which only device servicing may use",
			     facts->device);
	if (facts->kind == DEVTASK_KIND_CHARDEV)
		return fails(finding, "%s is reached by raw ioctl, which only device servicing may use",
			     facts->device);
	return true;
}

static bool check_app_busy(const struct devtask_admission_facts *facts, struct finding *finding)
{
	finding->measured = facts->app_tasks;
	if (!facts->app_tasks)
		return true;
	return fails(finding, "%s has a device task that still runs; wait for its end, or cancel it",
		     facts->app);
}

static bool check_device_busy(const struct devtask_admission_facts *facts,
			      struct finding *finding)
{
	finding->measured = facts->device_tasks;
	if (!facts->device_tasks)
		return true;
	return fails(finding, "another device task uses %s; wait for its end: devtaskctl list",
		     facts->device);
}

static bool check_system_busy(const struct devtask_admission_facts *facts,
			      struct finding *finding)
{
	finding->measured = facts->system_tasks;
	finding->required = facts->system_tasks_max;
	if (!facts->system_tasks_max || facts->system_tasks < facts->system_tasks_max)
		return true;
	return fails(finding, "%u device tasks run and the administrator allows %u; wait for the end of one",
		     facts->system_tasks, facts->system_tasks_max);
}

static bool check_device_held(const struct devtask_admission_facts *facts,
			      struct finding *finding)
{
	finding->measured = (uint64_t)facts->holder_pid;
	if (!facts->holder)
		return true;
	return fails(finding, "%s is held open by %s (process %d); it must close it first",
		     facts->device, facts->holder, facts->holder_pid);
}

static bool check_privileged(const struct devtask_admission_facts *facts,
			     struct finding *finding)
{
	if (facts->privileged)
		return true;
	return fails(finding, "%s is not a privileged app of %s: %s", facts->app, facts->device,
		     or_text(facts->privileged_why, "its metadata does not name it"));
}

static bool check_battery(const struct devtask_admission_facts *facts, struct finding *finding)
{
	finding->required = facts->battery_floor_percent;
	if (facts->on_ac)
		return true;
	/* It is not known to be low, and an update is no place to try. */
	if (facts->battery_why) {
		finding->verdict = DEVTASK_VERDICT_DENIED_BY_SYSTEM;
		return fails(finding, "%s; connect the charger and try again", facts->battery_why);
	}
	finding->measured = facts->battery_percent;
	if (facts->battery_percent > facts->battery_floor_percent)
		return true;
	return fails(finding, "the battery is at %u %% and must be above %u %%; connect the charger and try again",
		     facts->battery_percent, facts->battery_floor_percent);
}

static bool check_agent(const struct devtask_admission_facts *facts, struct finding *finding)
{
	if (facts->agent || facts->consent == DEVTASK_PERMISSION_YES)
		return true;
	return fails(finding, "nobody can ask you for permission: start a consent agent with: devtaskctl agent");
}

static bool check_consent(const struct devtask_admission_facts *facts, struct finding *finding)
{
	if (facts->consent != DEVTASK_PERMISSION_NO)
		return true;
	return fails(finding, "you did not permit %s to use %s", facts->app, facts->device);
}

static bool check_prompt(const struct devtask_admission_facts *facts, struct finding *finding)
{
	finding->required = facts->prompt_s;
	if (facts->consent == DEVTASK_PERMISSION_TIMEOUT) {
		finding->measured = facts->prompt_s;
		return fails(finding, "the question was not answered within %u s; try again",
			     facts->prompt_s);
	}
	if (facts->consent == DEVTASK_PERMISSION_DEAD)
		return fails(finding, "the question was closed without an answer; try again");
	return true;
}

/* The columns of section 2, and what must hold for a check to make sense. */
static const struct {
	enum devtask_check check;
	unsigned int types;
	enum devtask_verdict verdict;
	uint64_t needs;
	check_fn *holds;
} rows[] = {
#define ROW(name, types, verdict, needs, fn) \
	{ DEVTASK_CHECK_##name, types, DEVTASK_VERDICT_##verdict, needs, fn }
#define DEVICE	(BIT(APP) | BIT(ATTACHED))
	ROW(APP, BOTH, DENIED_BY_SYSTEM, 0, check_app),
	ROW(ENTRY_POINT, BOTH, DENIED_BY_SYSTEM, BIT(APP), check_entry_point),
	ROW(ARGUMENTS, BOTH, DENIED_BY_SYSTEM, 0, check_arguments),
	ROW(ESTIMATE, SERVICING, DENIED_BY_SYSTEM, 0, check_estimate),
	ROW(OWNER, BOTH, DENIED_BY_SYSTEM, 0, check_owner),
	ROW(FOREGROUND, BOTH, DENIED_BY_SYSTEM, BIT(APP) | BIT(OWNER), check_foreground),
	ROW(ATTACHED, BOTH, DENIED_BY_SYSTEM, 0, check_attached),
	ROW(CAPABILITY, BOTH, DENIED_BY_SYSTEM, DEVICE, check_capability),
	ROW(CLASS, BOTH, DENIED_BY_SYSTEM, DEVICE, check_class),
	ROW(ACCESS, BOTH, DENIED_BY_USER, DEVICE, check_access),
	ROW(PROTOCOL, BOTH, DENIED_BY_SYSTEM, BIT(ATTACHED), check_protocol),
	ROW(APP_BUSY, BOTH, DENIED_BY_SYSTEM, BIT(APP), check_app_busy),
	ROW(DEVICE_BUSY, BOTH, DENIED_BY_SYSTEM, BIT(ATTACHED), check_device_busy),
	ROW(SYSTEM_BUSY, BOTH, DENIED_BY_SYSTEM, 0, check_system_busy),
	ROW(DEVICE_HELD, BOTH, DENIED_BY_SYSTEM, BIT(ATTACHED), check_device_held),
	ROW(PRIVILEGED, SERVICING, DENIED_BY_SYSTEM, DEVICE, check_privileged),
	ROW(BATTERY, SERVICING, LOW_BATTERY, 0, check_battery),
	ROW(AGENT, BOTH, DENIED_BY_USER, DEVICE, check_agent),
	ROW(CONSENT, BOTH, DENIED_BY_USER, DEVICE | BIT(AGENT), check_consent),
	ROW(PROMPT, BOTH, DENIED_BY_USER, DEVICE | BIT(AGENT), check_prompt),
};

uint64_t devtask_admission_applies(enum devtask_type type, uint64_t checks)
{
	uint64_t apply = 0;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (rows[i].types & 1u << type)
			apply |= UINT64_C(1) << rows[i].check;
	return apply & checks;
}

void devtask_admission_judge(const struct devtask_admission_facts *facts, uint64_t checks,
			     struct devtask_admission *admission)
{
	uint64_t apply = devtask_admission_applies(facts->type, checks);

	memset(admission, 0, sizeof(*admission));
	admission->verdict = DEVTASK_VERDICT_ALLOWED;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		uint64_t bit = UINT64_C(1) << rows[i].check;
		struct finding finding = { .verdict = rows[i].verdict };

		if (!(apply & bit) || rows[i].needs & admission->reasons ||
		    rows[i].holds(facts, &finding))
			continue;
		if (!admission->reasons) {
			admission->verdict = finding.verdict;
			admission->measured = finding.measured;
			admission->required = finding.required;
			memcpy(admission->sentence, finding.sentence, sizeof(finding.sentence));
		}
		admission->reasons |= bit;
	}
}

uint64_t devtask_admission_foresee(const struct devtask_admission_facts *facts, uint64_t silent,
				   struct devtask_admission *admission)
{
	uint64_t checks = silent & DEVTASK_ADMISSION_SILENT;

	devtask_admission_judge(facts, checks, admission);
	if (admission->reasons || facts->consent == DEVTASK_PERMISSION_YES)
		return checks;
	checks |= DEVTASK_ADMISSION_BIT(AGENT);
	devtask_admission_judge(facts, checks, admission);
	return checks;
}
