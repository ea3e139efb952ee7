// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * names - the spelling of each number that the library hands out, as in the specification. A
 * value that is added there cannot be forgotten here: the tables are held against the last one.
 */
#include "include/devtask.h"

struct names {
	uint32_t first, count;
	const char *const *text;
};

#define NAMES(label, first_value, last_value, ...)					\
	static const char *const label##_text[] = { __VA_ARGS__ };			\
	_Static_assert(sizeof(label##_text) / sizeof(*label##_text) ==			\
		       (last_value) - (first_value) + 1, #label " misses a value");	\
	static const struct names label##_names = {					\
		.first = (first_value),							\
		.count = (last_value) - (first_value) + 1,				\
		.text = label##_text,							\
	}

NAMES(type, DEVTASK_TYPE_SERVICING, DEVTASK_TYPE_MAX, "servicing", "use");
NAMES(state, DEVTASK_STATE_PREPARED, DEVTASK_STATE_MAX,
      "prepared", "running", "canceling", "revoked", "ended");
NAMES(verdict, DEVTASK_VERDICT_ALLOWED, DEVTASK_VERDICT_MAX,
      "allowed", "denied-by-user", "denied-by-system", "low-battery");
NAMES(check, DEVTASK_CHECK_HELPER, DEVTASK_CHECK_MAX,
      "helper", "app", "entry-point", "conditions", "registration", "arguments", "estimate",
      "owner", "foreground", "attached", "capability", "class", "access", "protocol",
      "app-busy", "device-busy", "system-busy", "device-held", "privileged", "battery",
      "agent", "consent", "prompt", "start");
NAMES(reason, DEVTASK_REASON_ABORT, DEVTASK_REASON_MAX,
      "abort", "terminating", "logging-off", "servicing-update", "idle-task", "uninstall",
      "condition-loss", "system-policy", "quiet-hours-entered", "execution-time-exceeded",
      "resource-revocation", "energy-saver");
NAMES(detail, DEVTASK_DETAIL_NONE, DEVTASK_DETAIL_MAX,
      "none", "by-app", "by-admin", "no-io", "cpu-floor", "device-detached", "app-exited",
      "consent-revoked", "wall-clock", "helper-lost", "user-logged-off", "app-updated",
      "app-removed", "device-not-returned", "computer-stops");
NAMES(event, DEVTASK_SESSION_EVENT_VERDICT, DEVTASK_SESSION_EVENT_DEVICE,
      "verdict", "started", "progress", "canceled", "completed", "warning", "device");

static const char *name_of(const struct names *names, uint32_t value)
{
	if (value < names->first || value - names->first >= names->count)
		return "unknown";
	return names->text[value - names->first];
}

const char *devtask_type_name(uint32_t type)
{
	return name_of(&type_names, type);
}

const char *devtask_state_name(uint32_t state)
{
	return name_of(&state_names, state);
}

const char *devtask_verdict_name(uint32_t verdict)
{
	return name_of(&verdict_names, verdict);
}

const char *devtask_check_name(uint32_t check)
{
	return name_of(&check_names, check);
}

const char *devtask_reason_name(uint32_t reason)
{
	return name_of(&reason_names, reason);
}

const char *devtask_detail_name(uint32_t detail)
{
	return name_of(&detail_names, detail);
}

const char *devtask_event_name(uint32_t kind)
{
	return name_of(&event_names, kind);
}
