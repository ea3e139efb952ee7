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
 */
enum devtask_event_kind {
	DEVTASK_EVENT_KIND_CREATED = 1,
	DEVTASK_EVENT_KIND_STARTED,
	DEVTASK_EVENT_KIND_CANCELED,
	DEVTASK_EVENT_KIND_REVOKED,
	DEVTASK_EVENT_KIND_KILLED,
	DEVTASK_EVENT_KIND_ENDED,

	/* private: */
	__DEVTASK_EVENT_KIND_MAX,
	DEVTASK_EVENT_KIND_MAX = (__DEVTASK_EVENT_KIND_MAX - 1)
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

	/* private: */
	__DEVTASK_A_EVENT_MAX,
	DEVTASK_A_EVENT_MAX = (__DEVTASK_A_EVENT_MAX - 1)
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
 *   if the task has been cancelled before: the first reason wins.
 * @DEVTASK_CMD_TASK_END: Helper only. The process tree has ended. What access is left is revoked,
 *   then the event "ended" follows and the task is gone. Returns at once.
 * @DEVTASK_CMD_TASK_GET: One task, or all of them (dump). Open to anybody; arguments only to the
 *   task's user and the administrator, and not in a dump.
 * @DEVTASK_CMD_CLAIM_CREATE: Helper only. Give a task the right to one device node. The guarded
 *   node is then had by mounting the file system type "devtask" with the option claim=ID over the
 *   node's path in the task's mount namespace.
 * @DEVTASK_CMD_CLAIM_GET: One claim, or all of them (dump).
 * @DEVTASK_CMD_EVENT_GET: The events that the ring still holds (the newest 1024), oldest first.
 * @DEVTASK_CMD_EVENT_NTF: An event as it happens.
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

	/* private: */
	__DEVTASK_CMD_MAX,
	DEVTASK_CMD_MAX = (__DEVTASK_CMD_MAX - 1)
};

#define DEVTASK_MCGRP_EVENTS "events"

#endif /* _UAPI_LINUX_DEVTASK_H */
