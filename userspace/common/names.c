// SPDX-License-Identifier: GPL-2.0-only
/*
 * names - see names.h. The tables are held against the enums' last values at build time,
 * so a value added to the specification cannot be forgotten here.
 */
#include <errno.h>
#include <string.h>

#include "names.h"

#define NAMES(label, first_value, last_value, ...)					\
	static const char *const label##_text[] = { __VA_ARGS__ };			\
	_Static_assert(sizeof(label##_text) / sizeof(*label##_text) ==			\
		       (last_value) - (first_value) + 1, #label " misses a value");	\
	const struct devtask_names devtask_##label##_names = {				\
		.what = #label,								\
		.first = (first_value),							\
		.count = sizeof(label##_text) / sizeof(*label##_text),			\
		.text = label##_text,							\
	}

NAMES(type, DEVTASK_TYPE_SERVICING, DEVTASK_TYPE_MAX, "servicing", "use");
NAMES(state, DEVTASK_STATE_PREPARED, DEVTASK_STATE_MAX,
      "prepared", "running", "canceling", "revoked", "ended");
NAMES(reason, DEVTASK_REASON_ABORT, DEVTASK_REASON_MAX,
      "abort", "terminating", "logging-off", "servicing-update", "idle-task", "uninstall",
      "condition-loss", "system-policy", "quiet-hours-entered", "execution-time-exceeded",
      "resource-revocation", "energy-saver");
NAMES(detail, DEVTASK_DETAIL_NONE, DEVTASK_DETAIL_MAX,
      "none", "by-app", "by-admin", "no-io", "cpu-floor", "device-detached", "app-exited",
      "consent-revoked", "wall-clock", "helper-lost", "user-logged-off", "app-updated", "app-removed",
      "device-not-returned", "computer-stops");
NAMES(kind, DEVTASK_KIND_USB, DEVTASK_KIND_MAX, "usb", "hid", "chardev");
NAMES(claim_state, DEVTASK_CLAIM_STATE_LIVE, DEVTASK_CLAIM_STATE_MAX,
      "live", "detached", "revoked");
NAMES(event_kind, DEVTASK_EVENT_KIND_CREATED, DEVTASK_EVENT_KIND_MAX,
      "created", "started", "canceled", "revoked", "killed", "ended", "violated",
      "detached", "attached", "warning");
NAMES(verdict, DEVTASK_VERDICT_ALLOWED, DEVTASK_VERDICT_MAX,
      "allowed", "denied-by-user", "denied-by-system", "low-battery");
NAMES(check, DEVTASK_CHECK_HELPER, DEVTASK_CHECK_MAX,
      "helper", "app", "entry-point", "conditions", "registration", "arguments", "estimate",
      "owner", "foreground", "attached", "capability", "class", "access", "protocol",
      "app-busy", "device-busy", "system-busy", "device-held", "privileged", "battery",
      "agent", "consent", "prompt", "start");
NAMES(ask_kind, DEVTASK_ASK_KIND_REGISTER, DEVTASK_ASK_KIND_MAX,
      "register", "request", "explain");

const struct devtask_exit_code devtask_exit_codes[] = {
	{ DEVTASK_EXIT_OK, "done; for run: the program ended with status 0" },
	{ DEVTASK_EXIT_FAILURE, "failed for another reason than those below" },
	{ DEVTASK_EXIT_USAGE, "the command line is wrong" },
	{ DEVTASK_EXIT_MISTAKES, "lint: a manifest has mistakes; metadata: a package is broken" },
	{ DEVTASK_EXIT_NOT_THERE, "no such device, task, user or file, or several devices match" },
	{ DEVTASK_EXIT_UNAVAILABLE, "the module is not loaded or devtaskd is not running" },
	{ DEVTASK_EXIT_ABI, "module, helper and tool are not of one version" },
	{ DEVTASK_EXIT_PERMISSION, "not permitted" },
	{ DEVTASK_EXIT_STATUS_UNKNOWN, "run: ended, but its exit status was lost with a helper" },
	{ DEVTASK_EXIT_DENIED_BY_SYSTEM, "run: denied by the system" },
	{ DEVTASK_EXIT_DENIED_BY_USER, "run: denied by the user" },
	{ DEVTASK_EXIT_LOW_BATTERY, "run: denied because the battery is low" },
	{ DEVTASK_EXIT_TIME_EXCEEDED, "run: cancelled, its time was exceeded" },
	{ DEVTASK_EXIT_CANCELED, "run: cancelled for another reason" },
	{ DEVTASK_EXIT_CANNOT_RUN, "run: the program cannot be executed" },
	{ DEVTASK_EXIT_NO_PROGRAM, "run: there is no such program" },
	{ DEVTASK_EXIT_SIGNAL, "run: 128+N, the program was ended by signal N" },
};

const size_t devtask_exit_codes_count =
	sizeof(devtask_exit_codes) / sizeof(*devtask_exit_codes);

const char *devtask_name_of(const struct devtask_names *names, uint32_t value)
{
	if (value < names->first || value - names->first >= names->count)
		return NULL;
	return names->text[value - names->first];
}

int devtask_value_of(const struct devtask_names *names, const char *text, uint32_t *value)
{
	for (uint32_t i = 0; i < names->count; i++) {
		if (!strcmp(names->text[i], text)) {
			*value = names->first + i;
			return 0;
		}
	}
	return -EINVAL;
}
