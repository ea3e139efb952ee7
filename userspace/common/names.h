/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * names - the one catalogue of names that the outside sees: paths, environment, exit
 * codes, and the spelling of each enum value (as in Documentation/netlink/specs/devtask.yaml).
 * Must not know who uses them.
 */
#ifndef DEVTASK_NAMES_H
#define DEVTASK_NAMES_H

#include <stddef.h>
#include <stdint.h>

#include <linux/devtask.h>

#define DEVTASK_VERSION			"0.1.0"

/* A test build overrides this to meet a module of another version. */
#ifndef DEVTASK_PROGRAM_ABI
#define DEVTASK_PROGRAM_ABI		DEVTASK_ABI_VERSION
#endif

#define DEVTASK_MODULE			"devtask"
#define DEVTASK_FILESYSTEM		"devtask"
#define DEVTASK_PATH_MODULE		"/sys/module/devtask"
#define DEVTASK_PATH_DOOR		"/dev/devtask"
#define DEVTASK_PATH_DOOR_NUMBER	"/sys/class/misc/devtask/dev"
#define DEVTASK_PATH_RUN		"/run/devtask"
#define DEVTASK_PATH_CONTROL		"/run/devtask/control"
#define DEVTASK_PATH_SERVICING		"/run/devtask/servicing"
#define DEVTASK_PATH_AGENT		"/usr/libexec/devtask/devtask-agent"
#define DEVTASK_PATH_X11		"/usr/libexec/devtask/devtask-x11"
#define DEVTASK_PATH_CGROUP_ROOT	"/sys/fs/cgroup"
#define DEVTASK_CGROUP_NAME		"devtask"

/* What a task finds in its environment, besides LISTEN_FDS, LISTEN_PID, LISTEN_FDNAMES. */
#define DEVTASK_ENV_TRIGGER		"DEVTASK_TRIGGER_ID"
#define DEVTASK_ENV_DEVICE		"DEVTASK_DEVICE"
#define DEVTASK_ENV_TYPE		"DEVTASK_TYPE"
#define DEVTASK_ENV_ARGUMENTS		"DEVTASK_ARGUMENTS"

/* Overrides for tests and for running without installation. */
#define DEVTASK_ENV_CONTROL		"DEVTASK_CONTROL"

/*
 * Exit codes of devtaskctl (ADM-1). "run" passes the program's own status through; what
 * devtask itself has to say is 120 to 127. The table in devtaskctl(1) and in --help
 * follows from devtask_exit_codes.
 */
enum devtask_exit {
	DEVTASK_EXIT_OK = 0,
	DEVTASK_EXIT_FAILURE = 1,
	DEVTASK_EXIT_USAGE = 64,
	DEVTASK_EXIT_MISTAKES = 65,
	DEVTASK_EXIT_NOT_THERE = 66,
	DEVTASK_EXIT_UNAVAILABLE = 69,
	DEVTASK_EXIT_ABI = 76,
	DEVTASK_EXIT_PERMISSION = 77,
	DEVTASK_EXIT_STATUS_UNKNOWN = 120,
	DEVTASK_EXIT_DENIED_BY_SYSTEM = 121,
	DEVTASK_EXIT_DENIED_BY_USER = 122,
	DEVTASK_EXIT_LOW_BATTERY = 123,
	DEVTASK_EXIT_TIME_EXCEEDED = 124,
	DEVTASK_EXIT_CANCELED = 125,
	DEVTASK_EXIT_CANNOT_RUN = 126,
	DEVTASK_EXIT_NO_PROGRAM = 127,
	DEVTASK_EXIT_SIGNAL = 128,
};

struct devtask_exit_code {
	enum devtask_exit code;
	const char *meaning;
};

extern const struct devtask_exit_code devtask_exit_codes[];
extern const size_t devtask_exit_codes_count;

/* Spellings of one enum: text[value - first]. */
struct devtask_names {
	const char *what;
	uint32_t first;
	uint32_t count;
	const char *const *text;
};

extern const struct devtask_names devtask_type_names;
extern const struct devtask_names devtask_state_names;
extern const struct devtask_names devtask_reason_names;
extern const struct devtask_names devtask_detail_names;
extern const struct devtask_names devtask_kind_names;
extern const struct devtask_names devtask_claim_state_names;
extern const struct devtask_names devtask_event_kind_names;
extern const struct devtask_names devtask_verdict_names;
extern const struct devtask_names devtask_check_names;
extern const struct devtask_names devtask_ask_kind_names;

/* The spelling of @value, or NULL if this program does not know it. */
const char *devtask_name_of(const struct devtask_names *names, uint32_t value);

/* Sets *@value and returns 0, or returns -EINVAL if no value is spelled @text. */
int devtask_value_of(const struct devtask_names *names, const char *text, uint32_t *value);

#endif
