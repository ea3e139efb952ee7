/* SPDX-License-Identifier: (GPL-2.0 WITH Linux-syscall-note) OR MIT */
/* Follows from Documentation/netlink/specs/devtask.yaml;
 * written by Documentation/netlink/gen-uapi.py. Change the specification, not this file.
 */

#ifndef _UAPI_LINUX_DEVTASK_H
#define _UAPI_LINUX_DEVTASK_H

#define DEVTASK_FAMILY_NAME "devtask"
#define DEVTASK_FAMILY_VERSION 1

/* Raised when a program built against an older header would be wrong. */
#define DEVTASK_ABI_VERSION 1

/**
 * enum devtask_type - Operation type; the numbers are the log ids of the source page.
 * @DEVTASK_TYPE_SERVICING: Settings transfer or firmware update.
 * @DEVTASK_TYPE_USE: Sync with a device.
 */
enum devtask_type {
	DEVTASK_TYPE_SERVICING,
	DEVTASK_TYPE_USE,

	/* private: */
	__DEVTASK_TYPE_MAX,
	DEVTASK_TYPE_MAX = (__DEVTASK_TYPE_MAX - 1)
};

/**
 * enum devtask_state - Life of a task, in this order; a state is never entered twice.
 * @DEVTASK_STATE_PREPARED: Created; the entry point has not started, no clock runs.
 * @DEVTASK_STATE_RUNNING: The entry point runs; every rule is enforced.
 * @DEVTASK_STATE_CANCELING: Cancelled, in its grace; the device may still be open.
 * @DEVTASK_STATE_REVOKED: Device access has been taken away; the process tree is being ended.
 * @DEVTASK_STATE_ENDED: The process tree has ended. The last state; seen in events only.
 */
enum devtask_state {
	DEVTASK_STATE_PREPARED = 1,
	DEVTASK_STATE_RUNNING,
	DEVTASK_STATE_CANCELING,
	DEVTASK_STATE_REVOKED,
	DEVTASK_STATE_ENDED,

	/* private: */
	__DEVTASK_STATE_MAX,
	DEVTASK_STATE_MAX = (__DEVTASK_STATE_MAX - 1)
};

/**
 * enum devtask_reason - Why a task was cancelled; names and numbers of WinRT (END-5).
 * @DEVTASK_REASON_ABORT: The app, the owner or the administrator cancelled it.
 * @DEVTASK_REASON_TERMINATING: The app has exited.
 * @DEVTASK_REASON_LOGGING_OFF: The user has logged off.
 * @DEVTASK_REASON_SERVICING_UPDATE: The app was updated.
 * @DEVTASK_REASON_IDLE_TASK: The task idles or hangs.
 * @DEVTASK_REASON_UNINSTALL: The app was removed.
 * @DEVTASK_REASON_CONDITION_LOSS: A condition that the task needs no longer holds, such as an
 *   attached device.
 * @DEVTASK_REASON_SYSTEM_POLICY: The policy of the system changed.
 * @DEVTASK_REASON_QUIET_HOURS_ENTERED: Quiet hours began.
 * @DEVTASK_REASON_EXECUTION_TIME_EXCEEDED: The task ran for longer than its type may.
 * @DEVTASK_REASON_RESOURCE_REVOCATION: What the task was granted has been taken back.
 * @DEVTASK_REASON_ENERGY_SAVER: The energy saver was switched on.
 */
enum devtask_reason {
	DEVTASK_REASON_ABORT,
	DEVTASK_REASON_TERMINATING,
	DEVTASK_REASON_LOGGING_OFF,
	DEVTASK_REASON_SERVICING_UPDATE,
	DEVTASK_REASON_IDLE_TASK,
	DEVTASK_REASON_UNINSTALL,
	DEVTASK_REASON_CONDITION_LOSS,
	DEVTASK_REASON_SYSTEM_POLICY,
	DEVTASK_REASON_QUIET_HOURS_ENTERED,
	DEVTASK_REASON_EXECUTION_TIME_EXCEEDED,
	DEVTASK_REASON_RESOURCE_REVOCATION,
	DEVTASK_REASON_ENERGY_SAVER,

	/* private: */
	__DEVTASK_REASON_MAX,
	DEVTASK_REASON_MAX = (__DEVTASK_REASON_MAX - 1)
};

/**
 * enum devtask_detail - Which rule of ours stands behind the reason (END-5).
 * @DEVTASK_DETAIL_NONE: The task was not cancelled.
 * @DEVTASK_DETAIL_BY_APP: The app cancelled it (RUN-5).
 * @DEVTASK_DETAIL_BY_ADMIN: The administrator or the owner cancelled it with the tool.
 * @DEVTASK_DETAIL_NO_IO: No completed I/O within the interval (RUN-3).
 * @DEVTASK_DETAIL_CPU_FLOOR: Less CPU time than the floor (RUN-4).
 * @DEVTASK_DETAIL_DEVICE_DETACHED: The device is gone (RUN-2).
 * @DEVTASK_DETAIL_APP_EXITED: The app has exited (RUN-6).
 * @DEVTASK_DETAIL_CONSENT_REVOKED: The user took the permission back (RUN-7).
 * @DEVTASK_DETAIL_WALL_CLOCK: The hard deadline has passed (RUN-1).
 * @DEVTASK_DETAIL_HELPER_LOST: The helper died before the entry point had started (RUN-11).
 * @DEVTASK_DETAIL_USER_LOGGED_OFF: The user whose app it is has logged off (RUN-8).
 * @DEVTASK_DETAIL_APP_UPDATED: The app's program or manifest was replaced (RUN-8).
 * @DEVTASK_DETAIL_APP_REMOVED: The app's program or manifest was removed (RUN-8).
 * @DEVTASK_DETAIL_DEVICE_NOT_RETURNED: The device did not come back in the time that its metadata
 *   give it (APP-8).
 * @DEVTASK_DETAIL_COMPUTER_STOPS: The computer goes to sleep or shuts down (APP-9).
 */
enum devtask_detail {
	DEVTASK_DETAIL_NONE,
	DEVTASK_DETAIL_BY_APP,
	DEVTASK_DETAIL_BY_ADMIN,
	DEVTASK_DETAIL_NO_IO,
	DEVTASK_DETAIL_CPU_FLOOR,
	DEVTASK_DETAIL_DEVICE_DETACHED,
	DEVTASK_DETAIL_APP_EXITED,
	DEVTASK_DETAIL_CONSENT_REVOKED,
	DEVTASK_DETAIL_WALL_CLOCK,
	DEVTASK_DETAIL_HELPER_LOST,
	DEVTASK_DETAIL_USER_LOGGED_OFF,
	DEVTASK_DETAIL_APP_UPDATED,
	DEVTASK_DETAIL_APP_REMOVED,
	DEVTASK_DETAIL_DEVICE_NOT_RETURNED,
	DEVTASK_DETAIL_COMPUTER_STOPS,

	/* private: */
	__DEVTASK_DETAIL_MAX,
	DEVTASK_DETAIL_MAX = (__DEVTASK_DETAIL_MAX - 1)
};

/**
 * enum devtask_kind - What sort of device node a claim is for.
 * @DEVTASK_KIND_USB: A usbfs node (PRO-1).
 * @DEVTASK_KIND_HID: A hidraw node (PRO-2).
 * @DEVTASK_KIND_CHARDEV: Any other character device (PRO-8).
 */
enum devtask_kind {
	DEVTASK_KIND_USB = 1,
	DEVTASK_KIND_HID,
	DEVTASK_KIND_CHARDEV,

	/* private: */
	__DEVTASK_KIND_MAX,
	DEVTASK_KIND_MAX = (__DEVTASK_KIND_MAX - 1)
};

/**
 * enum devtask_claim_state - Life of a claim; a claim never goes back to live.
 * @DEVTASK_CLAIM_STATE_LIVE: The device is there and can be opened by the task.
 * @DEVTASK_CLAIM_STATE_DETACHED: The device is gone; the claim cannot be opened.
 * @DEVTASK_CLAIM_STATE_REVOKED: Taken back; nothing resurrects it (END-2).
 */
enum devtask_claim_state {
	DEVTASK_CLAIM_STATE_LIVE = 1,
	DEVTASK_CLAIM_STATE_DETACHED,
	DEVTASK_CLAIM_STATE_REVOKED,

	/* private: */
	__DEVTASK_CLAIM_STATE_MAX,
	DEVTASK_CLAIM_STATE_MAX = (__DEVTASK_CLAIM_STATE_MAX - 1)
};

/**
 * enum devtask_event_kind - What an event tells.
 * @DEVTASK_EVENT_KIND_CREATED: A task was prepared.
 * @DEVTASK_EVENT_KIND_STARTED: Its entry point has started.
 * @DEVTASK_EVENT_KIND_CANCELED: Carries reason, detail, measured-ns and required-ns.
 * @DEVTASK_EVENT_KIND_REVOKED: No I/O reaches the device any more (END-2). measured-ns says how
 *   long it took.
 * @DEVTASK_EVENT_KIND_KILLED: The process tree did not end by itself and was killed (END-1).
 * @DEVTASK_EVENT_KIND_ENDED: The last event of a task. Carries exit-status, ops, bytes and
 *   duration-ns.
 * @DEVTASK_EVENT_KIND_VIOLATED: Developer mode (ADM-4): what would have cancelled the task.
 *   Carries reason, detail, measured-ns and required-ns; the task goes on.
 * @DEVTASK_EVENT_KIND_DETACHED: A device of a servicing task is gone (APP-8). Carries claim-id;
 *   the task goes on.
 * @DEVTASK_EVENT_KIND_ATTACHED: A device of a servicing task is back (APP-8). Carries the
 *   claim-id of the new claim.
 * @DEVTASK_EVENT_KIND_WARNING: The deadline is near (RUN-1). Carries measured-ns, the time since
 *   the start, and required-ns, the deadline. Once per task.
 */
enum devtask_event_kind {
	DEVTASK_EVENT_KIND_CREATED = 1,
	DEVTASK_EVENT_KIND_STARTED,
	DEVTASK_EVENT_KIND_CANCELED,
	DEVTASK_EVENT_KIND_REVOKED,
	DEVTASK_EVENT_KIND_KILLED,
	DEVTASK_EVENT_KIND_ENDED,
	DEVTASK_EVENT_KIND_VIOLATED,
	DEVTASK_EVENT_KIND_DETACHED,
	DEVTASK_EVENT_KIND_ATTACHED,
	DEVTASK_EVENT_KIND_WARNING,

	/* private: */
	__DEVTASK_EVENT_KIND_MAX,
	DEVTASK_EVENT_KIND_MAX = (__DEVTASK_EVENT_KIND_MAX - 1)
};

/**
 * enum devtask_verdict - Answer to a request; names and numbers of WinRT (section 2).
 * @DEVTASK_VERDICT_ALLOWED: The task runs.
 * @DEVTASK_VERDICT_DENIED_BY_USER: The person said no, now or earlier.
 * @DEVTASK_VERDICT_DENIED_BY_SYSTEM: A rule is not kept; the reasons say which.
 * @DEVTASK_VERDICT_LOW_BATTERY: The computer's battery is too low (INI-9).
 */
enum devtask_verdict {
	DEVTASK_VERDICT_ALLOWED,
	DEVTASK_VERDICT_DENIED_BY_USER,
	DEVTASK_VERDICT_DENIED_BY_SYSTEM,
	DEVTASK_VERDICT_LOW_BATTERY,

	/* private: */
	__DEVTASK_VERDICT_MAX,
	DEVTASK_VERDICT_MAX = (__DEVTASK_VERDICT_MAX - 1)
};

/**
 * enum devtask_check - What is looked at before a task may start, in this order. A set of reasons
 * is a 64-bit mask with the bit 1 << check for each one that failed.
 * @DEVTASK_CHECK_HELPER: The helper runs and can decide.
 * @DEVTASK_CHECK_APP: The program that asks is the executable of an installed manifest.
 * @DEVTASK_CHECK_ENTRY_POINT: The manifest declares the entry point with this operation type and
 *   it has a program (INI-1).
 * @DEVTASK_CHECK_CONDITIONS: No condition was asked for (REG-6).
 * @DEVTASK_CHECK_REGISTRATION: The name is free and the app has no other trigger of this type
 *   (REG-5, REG-7).
 * @DEVTASK_CHECK_ARGUMENTS: The arguments are within their limits (APP-2).
 * @DEVTASK_CHECK_ESTIMATE: The time estimate is under 30 minutes (INI-7).
 * @DEVTASK_CHECK_OWNER: The app still lives and has not withdrawn the request.
 * @DEVTASK_CHECK_FOREGROUND: The app is in the foreground (INI-2).
 * @DEVTASK_CHECK_ATTACHED: The device is attached or in range (INI-3).
 * @DEVTASK_CHECK_CAPABILITY: The manifest declares the device (INI-4).
 * @DEVTASK_CHECK_CLASS: The administrator has not blocked this class of device (INI-4).
 * @DEVTASK_CHECK_ACCESS: The user may use the device and has not refused it to the app (INI-4).
 * @DEVTASK_CHECK_PROTOCOL: The protocol is supported by the operation type (INI-5).
 * @DEVTASK_CHECK_APP_BUSY: The app has no device task running (INI-6).
 * @DEVTASK_CHECK_DEVICE_BUSY: No task of this operation type runs on the device (INI-6).
 * @DEVTASK_CHECK_SYSTEM_BUSY: Fewer tasks run than the administrator allows (INI-6).
 * @DEVTASK_CHECK_DEVICE_HELD: No other process holds the device (APP-7).
 * @DEVTASK_CHECK_PRIVILEGED: The app is a privileged app of the device (INI-8).
 * @DEVTASK_CHECK_BATTERY: The battery is above its floor, or there is AC (INI-9).
 * @DEVTASK_CHECK_AGENT: There is a consent agent that can ask the person (CON-6).
 * @DEVTASK_CHECK_CONSENT: The person permits it (INI-10).
 * @DEVTASK_CHECK_PROMPT: The person answered in time and the prompt did not die (CON-3).
 * @DEVTASK_CHECK_START: The program could be started.
 */
enum devtask_check {
	DEVTASK_CHECK_HELPER,
	DEVTASK_CHECK_APP,
	DEVTASK_CHECK_ENTRY_POINT,
	DEVTASK_CHECK_CONDITIONS,
	DEVTASK_CHECK_REGISTRATION,
	DEVTASK_CHECK_ARGUMENTS,
	DEVTASK_CHECK_ESTIMATE,
	DEVTASK_CHECK_OWNER,
	DEVTASK_CHECK_FOREGROUND,
	DEVTASK_CHECK_ATTACHED,
	DEVTASK_CHECK_CAPABILITY,
	DEVTASK_CHECK_CLASS,
	DEVTASK_CHECK_ACCESS,
	DEVTASK_CHECK_PROTOCOL,
	DEVTASK_CHECK_APP_BUSY,
	DEVTASK_CHECK_DEVICE_BUSY,
	DEVTASK_CHECK_SYSTEM_BUSY,
	DEVTASK_CHECK_DEVICE_HELD,
	DEVTASK_CHECK_PRIVILEGED,
	DEVTASK_CHECK_BATTERY,
	DEVTASK_CHECK_AGENT,
	DEVTASK_CHECK_CONSENT,
	DEVTASK_CHECK_PROMPT,
	DEVTASK_CHECK_START,

	/* private: */
	__DEVTASK_CHECK_MAX,
	DEVTASK_CHECK_MAX = (__DEVTASK_CHECK_MAX - 1)
};

/**
 * enum devtask_ask_kind - What the module asks the helper on behalf of an app.
 * @DEVTASK_ASK_KIND_REGISTER: May this program register this entry point?
 * @DEVTASK_ASK_KIND_REQUEST: May this task start? Allowed means that it has been created with the
 *   ask's id.
 * @DEVTASK_ASK_KIND_EXPLAIN: As request, but nothing is started and nobody is asked.
 */
enum devtask_ask_kind {
	DEVTASK_ASK_KIND_REGISTER = 1,
	DEVTASK_ASK_KIND_REQUEST,
	DEVTASK_ASK_KIND_EXPLAIN,

	/* private: */
	__DEVTASK_ASK_KIND_MAX,
	DEVTASK_ASK_KIND_MAX = (__DEVTASK_ASK_KIND_MAX - 1)
};

/**
 * enum devtask_a_info - Attributes: What the loaded module is.
 * @DEVTASK_A_INFO_ABI_VERSION: (u32) What DEVTASK_ABI_VERSION was when the module was built.
 * @DEVTASK_A_INFO_MODULE_VERSION: (string) For people; never compare it.
 * @DEVTASK_A_INFO_HELPER_PID: (u32) Absent while no helper is bound.
 * @DEVTASK_A_INFO_TASKS: (u32) How many tasks there are now.
 * @DEVTASK_A_INFO_EVENT_SEQ: (u64) Sequence number of the newest event; 0 = none yet.
 * @DEVTASK_A_INFO_PAD: (pad) Alignment of 64-bit attributes.
 */
enum devtask_a_info {
	DEVTASK_A_INFO_ABI_VERSION = 1,
	DEVTASK_A_INFO_MODULE_VERSION,
	DEVTASK_A_INFO_HELPER_PID,
	DEVTASK_A_INFO_TASKS,
	DEVTASK_A_INFO_EVENT_SEQ,
	DEVTASK_A_INFO_PAD,

	/* private: */
	__DEVTASK_A_INFO_MAX,
	DEVTASK_A_INFO_MAX = (__DEVTASK_A_INFO_MAX - 1)
};

/**
 * enum devtask_a_helper - Attributes: The helper and its role.
 * @DEVTASK_A_HELPER_ABI_VERSION: (u32) The version that the helper was built for.
 */
enum devtask_a_helper {
	DEVTASK_A_HELPER_ABI_VERSION = 1,

	/* private: */
	__DEVTASK_A_HELPER_MAX,
	DEVTASK_A_HELPER_MAX = (__DEVTASK_A_HELPER_MAX - 1)
};

/**
 * enum devtask_a_task - Attributes: One background task.
 * @DEVTASK_A_TASK_ID: (u32) Number of the task; not given again before two thousand million
 *   others.
 * @DEVTASK_A_TASK_TYPE: (u32, enum devtask_type) Operation type.
 * @DEVTASK_A_TASK_STATE: (u32, enum devtask_state) Where the task is in its life.
 * @DEVTASK_A_TASK_TRIGGER: (string, at most 36 bytes) GUID of the request in its 36-character
 *   form.
 * @DEVTASK_A_TASK_PROGRAM: (string, at most 4095 bytes) Path of the entry point.
 * @DEVTASK_A_TASK_ARGUMENTS: (string, at most 4096 bytes) Opaque string of the app (APP-2).
 * @DEVTASK_A_TASK_DEVICE: (string, at most 255 bytes) The device as the request named it.
 * @DEVTASK_A_TASK_UID: (u32) User that the task runs as.
 * @DEVTASK_A_TASK_CGROUP_FD: (u32) Directory descriptor of the task's own cgroup v2. Only in
 *   task-create.
 * @DEVTASK_A_TASK_CGROUP_ID: (u64) The same cgroup as a number (inode of its directory).
 * @DEVTASK_A_TASK_DEADLINE_NS: (u64) Hard limit on CLOCK_BOOTTIME from the start (RUN-1). Default
 *   by type.
 * @DEVTASK_A_TASK_IO_INTERVAL_NS: (u64) One completed I/O per interval (RUN-3). 0 = rule off.
 *   Default by type.
 * @DEVTASK_A_TASK_GRACE_NS: (u64) Time to stop cleanly after the cancellation (END-1).
 * @DEVTASK_A_TASK_ELAPSED_NS: (u64) Since the start, on CLOCK_BOOTTIME.
 * @DEVTASK_A_TASK_REMAINING_NS: (u64) Until the hard limit.
 * @DEVTASK_A_TASK_SINCE_IO_NS: (u64) Since the last completed I/O, or the start if there was
 *   none.
 * @DEVTASK_A_TASK_OPS: (u64) Completed I/O operations of all claims.
 * @DEVTASK_A_TASK_BYTES: (u64) Bytes of those operations.
 * @DEVTASK_A_TASK_REASON: (u32, enum devtask_reason) Only once cancelled.
 * @DEVTASK_A_TASK_DETAIL: (u32, enum devtask_detail) Only once cancelled.
 * @DEVTASK_A_TASK_MEASURED_NS: (u64) What the rule measured. Only once cancelled.
 * @DEVTASK_A_TASK_REQUIRED_NS: (u64) What the rule wanted. Only once cancelled.
 * @DEVTASK_A_TASK_EXIT_STATUS: (u32) As from waitpid(2). Only in task-end; absent = unknown.
 * @DEVTASK_A_TASK_PAD: (pad) Alignment of 64-bit attributes.
 * @DEVTASK_A_TASK_APP: (string, at most 255 bytes) Identity name of the app; empty for a task of
 *   the administrator.
 * @DEVTASK_A_TASK_APP_PID: (u32) Process that asked for it; absent if none did or it is gone.
 * @DEVTASK_A_TASK_REGISTRATION: (string, at most 255 bytes) Name under which the app registered
 *   the task.
 * @DEVTASK_A_TASK_ASK_ID: (u64) Only in task-create: the pending request that this task answers.
 * @DEVTASK_A_TASK_PROGRESS: (u32) Newest progress of the task (APP-3); absent before the first.
 * @DEVTASK_A_TASK_REPORT_ONLY: (u32) Developer mode (ADM-4): 1 = rules are reported, not
 *   enforced.
 * @DEVTASK_A_TASK_UNSAFE: (u32) 1 = the task has said that its device must not be taken away now
 *   (APP-9).
 * @DEVTASK_A_TASK_CONFIRMED: (u32) Only in task-cancel: 1 = who cancels knows that the task may
 *   be in an unsafe phase.
 * @DEVTASK_A_TASK_WARNING_NS: (u64) How long before the deadline the event "warning" comes; 0 =
 *   never. Default 60 s; none if the deadline is not longer.
 */
enum devtask_a_task {
	DEVTASK_A_TASK_ID = 1,
	DEVTASK_A_TASK_TYPE,
	DEVTASK_A_TASK_STATE,
	DEVTASK_A_TASK_TRIGGER,
	DEVTASK_A_TASK_PROGRAM,
	DEVTASK_A_TASK_ARGUMENTS,
	DEVTASK_A_TASK_DEVICE,
	DEVTASK_A_TASK_UID,
	DEVTASK_A_TASK_CGROUP_FD,
	DEVTASK_A_TASK_CGROUP_ID,
	DEVTASK_A_TASK_DEADLINE_NS,
	DEVTASK_A_TASK_IO_INTERVAL_NS,
	DEVTASK_A_TASK_GRACE_NS,
	DEVTASK_A_TASK_ELAPSED_NS,
	DEVTASK_A_TASK_REMAINING_NS,
	DEVTASK_A_TASK_SINCE_IO_NS,
	DEVTASK_A_TASK_OPS,
	DEVTASK_A_TASK_BYTES,
	DEVTASK_A_TASK_REASON,
	DEVTASK_A_TASK_DETAIL,
	DEVTASK_A_TASK_MEASURED_NS,
	DEVTASK_A_TASK_REQUIRED_NS,
	DEVTASK_A_TASK_EXIT_STATUS,
	DEVTASK_A_TASK_PAD,
	DEVTASK_A_TASK_APP,
	DEVTASK_A_TASK_APP_PID,
	DEVTASK_A_TASK_REGISTRATION,
	DEVTASK_A_TASK_ASK_ID,
	DEVTASK_A_TASK_PROGRESS,
	DEVTASK_A_TASK_REPORT_ONLY,
	DEVTASK_A_TASK_UNSAFE,
	DEVTASK_A_TASK_CONFIRMED,
	DEVTASK_A_TASK_WARNING_NS,

	/* private: */
	__DEVTASK_A_TASK_MAX,
	DEVTASK_A_TASK_MAX = (__DEVTASK_A_TASK_MAX - 1)
};

/**
 * enum devtask_a_claim - Attributes: The right of one task to one device.
 * @DEVTASK_A_CLAIM_ID: (u32) Number of the claim; not given again before two thousand million
 *   others.
 * @DEVTASK_A_CLAIM_TASK_ID: (u32) The task that holds it.
 * @DEVTASK_A_CLAIM_KIND: (u32, enum devtask_kind) What sort of node it is.
 * @DEVTASK_A_CLAIM_STATE: (u32, enum devtask_claim_state) Whether the device can still be had by
 *   it.
 * @DEVTASK_A_CLAIM_PATH: (string, at most 4095 bytes) The device node, in the helper's mount
 *   namespace.
 * @DEVTASK_A_CLAIM_HARDWARE_ID: (string, at most 255 bytes) For people and logs, e.g.
 *   "usb:1d6b:0104".
 * @DEVTASK_A_CLAIM_MAJOR: (u32) Device number of the node.
 * @DEVTASK_A_CLAIM_MINOR: (u32) Device number of the node.
 * @DEVTASK_A_CLAIM_GUARDS: (u32) How many guarded files are open now.
 * @DEVTASK_A_CLAIM_OPS: (u64) Completed I/O operations.
 * @DEVTASK_A_CLAIM_BYTES: (u64) Bytes of those operations.
 * @DEVTASK_A_CLAIM_PAD: (pad) Alignment of 64-bit attributes.
 * @DEVTASK_A_CLAIM_REPLACES: (u32) Number of the detached claim of the same task whose place it
 *   takes (APP-8).
 */
enum devtask_a_claim {
	DEVTASK_A_CLAIM_ID = 1,
	DEVTASK_A_CLAIM_TASK_ID,
	DEVTASK_A_CLAIM_KIND,
	DEVTASK_A_CLAIM_STATE,
	DEVTASK_A_CLAIM_PATH,
	DEVTASK_A_CLAIM_HARDWARE_ID,
	DEVTASK_A_CLAIM_MAJOR,
	DEVTASK_A_CLAIM_MINOR,
	DEVTASK_A_CLAIM_GUARDS,
	DEVTASK_A_CLAIM_OPS,
	DEVTASK_A_CLAIM_BYTES,
	DEVTASK_A_CLAIM_PAD,
	DEVTASK_A_CLAIM_REPLACES,

	/* private: */
	__DEVTASK_A_CLAIM_MAX,
	DEVTASK_A_CLAIM_MAX = (__DEVTASK_A_CLAIM_MAX - 1)
};

/**
 * enum devtask_a_event - Attributes: One step in the life of a task.
 * @DEVTASK_A_EVENT_SINCE: (u64) Only in the request of a dump. Events with a greater number are
 *   returned.
 * @DEVTASK_A_EVENT_SEQ: (u64) Starts at 1 and grows by 1; a gap in what a listener sees is a
 *   loss.
 * @DEVTASK_A_EVENT_KIND: (u32, enum devtask_event_kind) What happened.
 * @DEVTASK_A_EVENT_TIME_NS: (u64) CLOCK_BOOTTIME.
 * @DEVTASK_A_EVENT_TASK_ID: (u32) The task it happened to.
 * @DEVTASK_A_EVENT_TYPE: (u32, enum devtask_type) Operation type of the task.
 * @DEVTASK_A_EVENT_TRIGGER: (string) GUID of the request.
 * @DEVTASK_A_EVENT_PROGRAM: (string) Path of the entry point.
 * @DEVTASK_A_EVENT_DEVICE: (string) The device as the request named it.
 * @DEVTASK_A_EVENT_REASON: (u32, enum devtask_reason) Why it was cancelled. Only once cancelled.
 * @DEVTASK_A_EVENT_DETAIL: (u32, enum devtask_detail) Which rule stands behind the reason. Only
 *   once cancelled.
 * @DEVTASK_A_EVENT_MEASURED_NS: (u64) What the rule measured, or how long a revocation took.
 * @DEVTASK_A_EVENT_REQUIRED_NS: (u64) What the rule wanted.
 * @DEVTASK_A_EVENT_EXIT_STATUS: (u32) As from waitpid(2). Only in ended, absent = unknown.
 * @DEVTASK_A_EVENT_OPS: (u64) Completed I/O operations so far.
 * @DEVTASK_A_EVENT_BYTES: (u64) Bytes of those operations.
 * @DEVTASK_A_EVENT_DURATION_NS: (u64) From the start to this event.
 * @DEVTASK_A_EVENT_PAD: (pad) Alignment of 64-bit attributes.
 * @DEVTASK_A_EVENT_APP: (string) Identity name of the app; absent for a task of the
 *   administrator.
 * @DEVTASK_A_EVENT_UID: (u32) User that the task runs as.
 * @DEVTASK_A_EVENT_CLAIM_ID: (u32) Only in detached and attached.
 * @DEVTASK_A_EVENT_UNSAFE: (u32) 1 = it was cancelled in an unsafe phase. Only in canceled;
 *   absent = it was not.
 */
enum devtask_a_event {
	DEVTASK_A_EVENT_SINCE = 1,
	DEVTASK_A_EVENT_SEQ,
	DEVTASK_A_EVENT_KIND,
	DEVTASK_A_EVENT_TIME_NS,
	DEVTASK_A_EVENT_TASK_ID,
	DEVTASK_A_EVENT_TYPE,
	DEVTASK_A_EVENT_TRIGGER,
	DEVTASK_A_EVENT_PROGRAM,
	DEVTASK_A_EVENT_DEVICE,
	DEVTASK_A_EVENT_REASON,
	DEVTASK_A_EVENT_DETAIL,
	DEVTASK_A_EVENT_MEASURED_NS,
	DEVTASK_A_EVENT_REQUIRED_NS,
	DEVTASK_A_EVENT_EXIT_STATUS,
	DEVTASK_A_EVENT_OPS,
	DEVTASK_A_EVENT_BYTES,
	DEVTASK_A_EVENT_DURATION_NS,
	DEVTASK_A_EVENT_PAD,
	DEVTASK_A_EVENT_APP,
	DEVTASK_A_EVENT_UID,
	DEVTASK_A_EVENT_CLAIM_ID,
	DEVTASK_A_EVENT_UNSAFE,

	/* private: */
	__DEVTASK_A_EVENT_MAX,
	DEVTASK_A_EVENT_MAX = (__DEVTASK_A_EVENT_MAX - 1)
};

/**
 * enum devtask_a_ask - Attributes: A question of the module to the helper, on behalf of an app.
 * The sender is described as the module saw it at the time of the call.
 * @DEVTASK_A_ASK_ID: (u64) Number of the question; never given again.
 * @DEVTASK_A_ASK_KIND: (u32, enum devtask_ask_kind) What is asked.
 * @DEVTASK_A_ASK_SESSION: (u64) Number of the app's session; never given again.
 * @DEVTASK_A_ASK_PID: (u32) Process that asks (thread group).
 * @DEVTASK_A_ASK_UID: (u32) Its effective user.
 * @DEVTASK_A_ASK_GID: (u32) Its effective group.
 * @DEVTASK_A_ASK_CGROUP_ID: (u64) Its cgroup v2.
 * @DEVTASK_A_ASK_CGROUP: (string, at most 4095 bytes) Path of that cgroup from the root of the
 *   hierarchy.
 * @DEVTASK_A_ASK_EXECUTABLE: (string, at most 4095 bytes) Path of its executable; ends with "
 *   (deleted)" if it is.
 * @DEVTASK_A_ASK_EXECUTABLE_MAJOR: (u32) Device that holds the executable.
 * @DEVTASK_A_ASK_EXECUTABLE_MINOR: (u32) Device that holds the executable.
 * @DEVTASK_A_ASK_EXECUTABLE_INODE: (u64) Inode of the executable.
 * @DEVTASK_A_ASK_APP: (string, at most 255 bytes) Identity name of the app. In ask-answer to a
 *   register, and in every later ask of that session.
 * @DEVTASK_A_ASK_REGISTRATION: (string, at most 255 bytes) Name of the registration.
 * @DEVTASK_A_ASK_ENTRY_POINT: (string, at most 255 bytes) As the app named it.
 * @DEVTASK_A_ASK_TYPE: (u32, enum devtask_type) Operation type.
 * @DEVTASK_A_ASK_DEVICE: (string, at most 255 bytes) As the app named it, e.g. "usb:1209:0001".
 *   Not in a register.
 * @DEVTASK_A_ASK_ARGUMENTS: (string, at most 4096 bytes) Opaque string of the app (APP-2). Not in
 *   a register.
 * @DEVTASK_A_ASK_ESTIMATE_NS: (u64) Time that the app expects the task to take; 0 = unknown
 *   (INI-7).
 * @DEVTASK_A_ASK_VERDICT: (u32, enum devtask_verdict) Only in ask-answer.
 * @DEVTASK_A_ASK_REASONS: (u64) Mask of failed checks. Only in ask-answer.
 * @DEVTASK_A_ASK_MEASURED: (u64) What the first failed check measured, in its own unit. Only in
 *   ask-answer.
 * @DEVTASK_A_ASK_REQUIRED: (u64) What it wanted. Only in ask-answer.
 * @DEVTASK_A_ASK_SENTENCE: (string, at most 1023 bytes) For a person, with the way out. Only in
 *   ask-answer.
 * @DEVTASK_A_ASK_TRIGGER: (string, at most 36 bytes) GUID of the request. Only in ask-answer.
 * @DEVTASK_A_ASK_PAD: (pad) Alignment of 64-bit attributes.
 */
enum devtask_a_ask {
	DEVTASK_A_ASK_ID = 1,
	DEVTASK_A_ASK_KIND,
	DEVTASK_A_ASK_SESSION,
	DEVTASK_A_ASK_PID,
	DEVTASK_A_ASK_UID,
	DEVTASK_A_ASK_GID,
	DEVTASK_A_ASK_CGROUP_ID,
	DEVTASK_A_ASK_CGROUP,
	DEVTASK_A_ASK_EXECUTABLE,
	DEVTASK_A_ASK_EXECUTABLE_MAJOR,
	DEVTASK_A_ASK_EXECUTABLE_MINOR,
	DEVTASK_A_ASK_EXECUTABLE_INODE,
	DEVTASK_A_ASK_APP,
	DEVTASK_A_ASK_REGISTRATION,
	DEVTASK_A_ASK_ENTRY_POINT,
	DEVTASK_A_ASK_TYPE,
	DEVTASK_A_ASK_DEVICE,
	DEVTASK_A_ASK_ARGUMENTS,
	DEVTASK_A_ASK_ESTIMATE_NS,
	DEVTASK_A_ASK_VERDICT,
	DEVTASK_A_ASK_REASONS,
	DEVTASK_A_ASK_MEASURED,
	DEVTASK_A_ASK_REQUIRED,
	DEVTASK_A_ASK_SENTENCE,
	DEVTASK_A_ASK_TRIGGER,
	DEVTASK_A_ASK_PAD,

	/* private: */
	__DEVTASK_A_ASK_MAX,
	DEVTASK_A_ASK_MAX = (__DEVTASK_A_ASK_MAX - 1)
};

/**
 * enum devtask_cmd - Commands and notifications.
 * @DEVTASK_CMD_INFO_GET: What the loaded module is. Open to anybody.
 * @DEVTASK_CMD_HELPER_BIND: Take the helper's role for this socket. EBUSY while another helper
 *   lives, EPROTO for another ABI version. The role ends with the socket.
 * @DEVTASK_CMD_TASK_CREATE: Helper only. Make a task for one cgroup v2 directory. EEXIST if that
 *   cgroup or an ancestor or descendant of it has a task already; EINVAL for the root cgroup.
 * @DEVTASK_CMD_TASK_START: Helper only. The entry point starts now; the clocks run from here.
 * @DEVTASK_CMD_TASK_CANCEL: Helper, administrator (CAP_NET_ADMIN) or the user that the task runs
 *   as. Only the helper may give a reason and a detail, others get abort and by-admin. EALREADY
 *   if the task has been cancelled before: the first reason wins. EBUSY if a person cancels
 *   (by-admin) a task in an unsafe phase without confirmed.
 * @DEVTASK_CMD_TASK_END: Helper only. The process tree has ended. What access is left is revoked,
 *   then the event "ended" follows and the task is gone. Returns at once.
 * @DEVTASK_CMD_TASK_GET: One task, or all of them (dump). Open to anybody; arguments only to the
 *   task's user and the administrator, and not in a dump.
 * @DEVTASK_CMD_CLAIM_CREATE: Helper only. Give a task the right to one device node. The guarded
 *   node is then had by mounting the file system type "devtask" with the option claim=ID over the
 *   node's path in the task's mount namespace. With replaces, the device of a servicing task is
 *   back: the new claim takes the place of the old one. EINVAL for another type, another task's
 *   claim or a task that has not started, EBUSY while the old claim is live or too many earlier
 *   ones are still in use, ESTALE if it has been replaced before or never was.
 * @DEVTASK_CMD_CLAIM_GET: One claim, or all of them (dump).
 * @DEVTASK_CMD_EVENT_GET: The events that the ring still holds (the newest 1024), oldest first.
 * @DEVTASK_CMD_EVENT_NTF: An event as it happens.
 * @DEVTASK_CMD_ASK_GET: Helper only. The questions that wait for an answer, oldest first; a new
 *   helper begins with this.
 * @DEVTASK_CMD_ASK_NTF: A question as it comes. To the helper's socket alone.
 * @DEVTASK_CMD_ASK_GONE_NTF: The app has withdrawn the question or is gone; an answer would be
 *   refused with ENOENT. To the helper's socket alone.
 * @DEVTASK_CMD_ASK_ANSWER: Helper only. Answer a question, once. Allowed to a request needs a
 *   task that was created with its id (EINVAL otherwise); every refusal needs reasons and a
 *   sentence.
 */
enum devtask_cmd {
	DEVTASK_CMD_INFO_GET = 1,
	DEVTASK_CMD_HELPER_BIND,
	DEVTASK_CMD_TASK_CREATE,
	DEVTASK_CMD_TASK_START,
	DEVTASK_CMD_TASK_CANCEL,
	DEVTASK_CMD_TASK_END,
	DEVTASK_CMD_TASK_GET,
	DEVTASK_CMD_CLAIM_CREATE,
	DEVTASK_CMD_CLAIM_GET,
	DEVTASK_CMD_EVENT_GET,
	DEVTASK_CMD_EVENT_NTF,
	DEVTASK_CMD_ASK_GET,
	DEVTASK_CMD_ASK_NTF,
	DEVTASK_CMD_ASK_GONE_NTF,
	DEVTASK_CMD_ASK_ANSWER,

	/* private: */
	__DEVTASK_CMD_MAX,
	DEVTASK_CMD_MAX = (__DEVTASK_CMD_MAX - 1)
};

#define DEVTASK_MCGRP_EVENTS "events"

#endif /* _UAPI_LINUX_DEVTASK_H */
