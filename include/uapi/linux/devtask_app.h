/* SPDX-License-Identifier: (GPL-2.0 WITH Linux-syscall-note) OR MIT */
/*
 * The door for apps and tasks: /dev/devtask. Numbers that it shares with the netlink family
 * are in linux/devtask.h.
 *
 * A descriptor is a session. One that is opened by a member of a running task speaks for that
 * task; any other speaks for the process that opened it, and for no other: every call by
 * another process is refused with EPERM. The session of an app ends with the last close or
 * with the death of that process, whichever is first (RUN-6).
 *
 * Every argument begins with its size, so that it can grow: unknown trailing bytes must be
 * zero (E2BIG otherwise). Pointers are user addresses in 64 bits. Texts go in by address and
 * length in bytes, without a NUL in them (EINVAL otherwise).
 *
 * Where a call has a @sentence, a refusal writes one for a person there, cut to
 * @sentence_size, always with a NUL; an address of 0 means that nobody wants it.
 */
#ifndef _UAPI_LINUX_DEVTASK_APP_H
#define _UAPI_LINUX_DEVTASK_APP_H

#include <linux/ioctl.h>
#include <linux/types.h>
#include <linux/devtask.h>

#define DEVTASK_APP_NAME_MAX		255	/* bytes of a name, an entry point, a device */
#define DEVTASK_APP_ARGUMENTS_MAX	4096	/* bytes (APP-2) */
#define DEVTASK_APP_RESULT_MAX		4096	/* bytes (END-4) */
#define DEVTASK_APP_SENTENCE_MAX	1024	/* bytes, with the NUL */

/**
 * struct devtask_app_info - DEVTASK_APP_INFO: what is there; open to everybody
 * @size: of this structure
 * @abi_version: out: DEVTASK_ABI_VERSION of the module
 * @is_task: out: 1 if this session speaks for a task
 * @helper: out: 1 if a helper is bound
 * @session: out: number of the session, never given again
 * @seq: out: number of the newest event of the session, 0 = none yet
 */
struct devtask_app_info {
	__u32 size;
	__u32 abi_version;
	__u32 is_task;
	__u32 helper;
	__u64 session;
	__u64 seq;
};

/**
 * struct devtask_app_register - DEVTASK_APP_REGISTER: register a task (REG-5); waits for the helper
 * @size: of this structure
 * @type: enum devtask_type
 * @flags: 0
 * @conditions: number of conditions wanted; any but 0 is refused (REG-6)
 * @name: address of the name
 * @entry_point: address of the entry point's name
 * @name_size: bytes, 1 to DEVTASK_APP_NAME_MAX
 * @entry_point_size: bytes, 1 to DEVTASK_APP_NAME_MAX
 * @sentence: address of a buffer, or 0
 * @sentence_size: of that buffer
 * @registration: out: number of the registration in this session, from 1
 * @reasons: out, if refused: mask of enum devtask_check
 *
 * Errors: EEXIST the name or the type is taken (@sentence names the holder, REG-5, REG-7);
 * EACCES refused by the helper; EHOSTDOWN no helper; EOPNOTSUPP conditions;
 * EINTR a signal came first: nothing is registered.
 */
struct devtask_app_register {
	__u32 size;
	__u32 type;
	__u32 flags;
	__u32 conditions;
	__aligned_u64 name;
	__aligned_u64 entry_point;
	__u32 name_size;
	__u32 entry_point_size;
	__aligned_u64 sentence;
	__u32 sentence_size;
	__u32 registration;
	__aligned_u64 reasons;
};

#define DEVTASK_APP_UNREGISTER_CANCEL	(1 << 0)

/**
 * struct devtask_app_unregister - DEVTASK_APP_UNREGISTER (END-3)
 * @size: of this structure
 * @registration: which
 * @flags: DEVTASK_APP_UNREGISTER_CANCEL: cancel its task; without it a running task goes on
 * @reserved: 0
 *
 * Its name and type are free at once. The events of a task that goes on still arrive. A request
 * without an answer is withdrawn. ENOENT: no such registration.
 */
struct devtask_app_unregister {
	__u32 size;
	__u32 registration;
	__u32 flags;
	__u32 reserved;
};

#define DEVTASK_APP_REQUEST_EXPLAIN	(1 << 0)

/**
 * struct devtask_app_request - DEVTASK_APP_REQUEST: ask for a run; does not wait
 * @size: of this structure
 * @registration: of which
 * @flags: DEVTASK_APP_REQUEST_EXPLAIN: only say whether, start nothing, ask nobody
 * @device_size: bytes, 1 to DEVTASK_APP_NAME_MAX
 * @device: address of the device's name, such as "usb:1209:0001"
 * @arguments: address of the opaque string, or 0
 * @arguments_size: bytes, 0 to DEVTASK_APP_ARGUMENTS_MAX
 * @reserved: 0
 * @estimate_ns: time that the app expects, 0 = unknown (INI-7)
 * @request: out: number of the request in this session, from 1; its events carry it
 *
 * The verdict comes as an event. Errors: ENOENT no such registration; EBUSY a request of this
 * registration waits or its task runs; ENOBUFS too many completed runs were not read yet;
 * EHOSTDOWN no helper.
 */
struct devtask_app_request {
	__u32 size;
	__u32 registration;
	__u32 flags;
	__u32 device_size;
	__aligned_u64 device;
	__aligned_u64 arguments;
	__u32 arguments_size;
	__u32 reserved;
	__aligned_u64 estimate_ns;
	__aligned_u64 request;
};

/**
 * struct devtask_app_cancel - DEVTASK_APP_CANCEL: cancel the task or withdraw the request (RUN-5)
 * @size: of this structure
 * @registration: of which
 *
 * Returns at once; "completed" says when it has ended, also if the request was withdrawn before
 * its verdict. ENOENT: no such registration, ESRCH: nothing of it waits or runs, EALREADY: it has
 * been cancelled before.
 */
struct devtask_app_cancel {
	__u32 size;
	__u32 registration;
};

/**
 * enum devtask_app_phase - where a registration is
 */
enum devtask_app_phase {
	DEVTASK_APP_PHASE_IDLE,		/* nothing waits, nothing runs */
	DEVTASK_APP_PHASE_WAITING,	/* a request waits for its verdict */
	DEVTASK_APP_PHASE_RUNNING,	/* a task runs; its state says more */
};

/**
 * struct devtask_app_status - DEVTASK_APP_STATUS: how a registration is (APP-1, RUN-10)
 * @size: of this structure
 * @registration: in: which; with @next: the first one with a greater number, out: which it is
 * @next: in: 1 = list (REG-5); ENOENT at the end
 * @type: enum devtask_type
 * @phase: enum devtask_app_phase
 * @state: enum devtask_state, 0 if no task runs
 * @progress: newest progress (APP-3)
 * @name_size: in: bytes at @name, out: bytes of the name, without a NUL
 * @name: address of a buffer for the name, or 0
 * @request: number of the newest request, 0 = none yet
 * @elapsed_ns: since the start
 * @remaining_ns: until the hard limit
 * @since_io_ns: since the last completed I/O
 * @io_interval_ns: what RUN-3 wants, 0 = rule off
 * @ops: completed I/O operations
 * @bytes: of those
 * @seq: number of the newest event of this registration
 */
struct devtask_app_status {
	__u32 size;
	__u32 registration;
	__u32 next;
	__u32 type;
	__u32 phase;
	__u32 state;
	__u32 progress;
	__u32 name_size;
	__aligned_u64 name;
	__aligned_u64 request;
	__aligned_u64 elapsed_ns;
	__aligned_u64 remaining_ns;
	__aligned_u64 since_io_ns;
	__aligned_u64 io_interval_ns;
	__aligned_u64 ops;
	__aligned_u64 bytes;
	__aligned_u64 seq;
};

/**
 * struct devtask_app_replay - DEVTASK_APP_REPLAY: read events again (APP-4)
 * @size: of this structure
 * @reserved: 0
 * @since: the next read gives the oldest kept event with a greater number
 */
struct devtask_app_replay {
	__u32 size;
	__u32 reserved;
	__aligned_u64 since;
};

/**
 * enum devtask_app_event_kind - what an event of a session tells
 * @DEVTASK_APP_EVENT_VERDICT: to a request or an explain; has verdict, reasons, measured,
 *	required, trigger; the text is the sentence
 * @DEVTASK_APP_EVENT_STARTED: the entry point runs
 * @DEVTASK_APP_EVENT_PROGRESS: has progress; only the newest is kept (APP-3)
 * @DEVTASK_APP_EVENT_CANCELED: has reason, detail, measured and required in nanoseconds
 * @DEVTASK_APP_EVENT_COMPLETED: the process tree has ended; has exit_status if known, reason
 *	and detail if it was cancelled, ops, bytes, duration_ns; the text is the task's result.
 *	Kept until it has been read
 * @DEVTASK_APP_EVENT_WARNING: the hard limit is near (RUN-1); measured is the time since the
 *	start and required the limit, in nanoseconds
 * @DEVTASK_APP_EVENT_DEVICE: a device of a servicing task is gone, or with
 *	DEVTASK_APP_EVENT_HAS_DEVICE back (APP-8); has claim
 */
enum devtask_app_event_kind {
	DEVTASK_APP_EVENT_VERDICT = 1,
	DEVTASK_APP_EVENT_STARTED,
	DEVTASK_APP_EVENT_PROGRESS,
	DEVTASK_APP_EVENT_CANCELED,
	DEVTASK_APP_EVENT_COMPLETED,
	DEVTASK_APP_EVENT_WARNING,
	DEVTASK_APP_EVENT_DEVICE,
};

#define DEVTASK_APP_EVENT_HAS_EXIT	(1 << 0)	/* @exit_status is known */
#define DEVTASK_APP_EVENT_HAS_REASON	(1 << 1)	/* @reason and @detail: it was cancelled */
#define DEVTASK_APP_EVENT_HAS_DEVICE	(1 << 2)	/* the device is there (again) */
#define DEVTASK_APP_EVENT_UNSAFE	(1 << 3)	/* cancelled in an unsafe phase */

/**
 * struct devtask_app_event - one event; read(2) gives exactly one, poll(2) says POLLIN
 * @size: bytes of this structure and of the text behind it
 * @kind: enum devtask_app_event_kind
 * @seq: number in the session; grows
 * @time_ns: CLOCK_BOOTTIME
 * @request: number of the request
 * @registration: of which
 * @flags: DEVTASK_APP_EVENT_HAS_*, DEVTASK_APP_EVENT_UNSAFE
 * @lost: events of this registration that were dropped unread since the last one read; older
 *	progress, for which the newest stands, is not counted
 * @verdict: enum devtask_verdict
 * @progress: number of the app's own meaning
 * @reason: enum devtask_reason
 * @detail: enum devtask_detail
 * @exit_status: as from waitpid(2)
 * @reasons: mask of enum devtask_check
 * @measured: what the rule or the first failed check measured
 * @required: what it wanted
 * @ops: completed I/O operations
 * @bytes: of those
 * @duration_ns: since the start
 * @trigger: GUID with its NUL, empty if there is none
 * @claim: which device, from 0, as in DEVTASK_APP_OPEN
 * @text_size: bytes of @text, without a NUL
 * @text: sentence or result
 *
 * read(2): EMSGSIZE if the buffer is too small (nothing is lost), EAGAIN or waiting if there
 * is none. sizeof(struct devtask_app_event) + 4096 always suffices.
 */
struct devtask_app_event {
	__u32 size;
	__u32 kind;
	__aligned_u64 seq;
	__aligned_u64 time_ns;
	__aligned_u64 request;
	__u32 registration;
	__u32 flags;
	__u32 lost;
	__u32 verdict;
	__u32 progress;
	__u32 reason;
	__u32 detail;
	__u32 exit_status;
	__aligned_u64 reasons;
	__aligned_u64 measured;
	__aligned_u64 required;
	__aligned_u64 ops;
	__aligned_u64 bytes;
	__aligned_u64 duration_ns;
	char trigger[40];
	__u32 claim;
	__u32 text_size;
	char text[];
};

/**
 * struct devtask_app_details - DEVTASK_APP_DETAILS: what a task is to do (APP-2, RUN-10); tasks only
 * @size: of this structure
 * @type: enum devtask_type
 * @state: enum devtask_state
 * @claims: how many devices it has; DEVTASK_APP_OPEN takes 0 to @claims - 1
 * @device_size: in: bytes at @device, out: bytes of the text, without a NUL
 * @arguments_size: in: bytes at @arguments, out: bytes of the text, without a NUL
 * @device: address of a buffer, or 0
 * @arguments: address of a buffer, or 0
 * @estimate_ns: as the app gave it
 * @elapsed_ns: since the start
 * @remaining_ns: until the hard limit
 * @since_io_ns: since the last completed I/O
 * @io_interval_ns: what RUN-3 wants, 0 = rule off
 * @reason: enum devtask_reason, if @detail is not 0
 * @detail: enum devtask_detail, 0 = not cancelled
 * @trigger: GUID with its NUL
 * @measured: by the rule that cancelled it, in nanoseconds (END-1)
 * @required: what that rule wanted
 *
 * ENOSPC: a buffer is too small; the sizes say what it takes.
 */
struct devtask_app_details {
	__u32 size;
	__u32 type;
	__u32 state;
	__u32 claims;
	__u32 device_size;
	__u32 arguments_size;
	__aligned_u64 device;
	__aligned_u64 arguments;
	__aligned_u64 estimate_ns;
	__aligned_u64 elapsed_ns;
	__aligned_u64 remaining_ns;
	__aligned_u64 since_io_ns;
	__aligned_u64 io_interval_ns;
	__u32 reason;
	__u32 detail;
	char trigger[40];
	__aligned_u64 measured;
	__aligned_u64 required;
};

/**
 * struct devtask_app_open - DEVTASK_APP_OPEN: a guarded descriptor; tasks only
 * @size: of this structure
 * @claim: which of its devices, from 0, in the order of the request
 * @flags: O_RDONLY, O_WRONLY or O_RDWR, with O_NONBLOCK and O_CLOEXEC
 * @reserved: 0
 *
 * Returns the descriptor. ENXIO: no such claim, ENODEV: the device is gone or taken back.
 */
struct devtask_app_open {
	__u32 size;
	__u32 claim;
	__u32 flags;
	__u32 reserved;
};

/**
 * struct devtask_app_progress - DEVTASK_APP_PROGRESS: tell the app how far it is (APP-3); tasks only
 * @size: of this structure
 * @progress: number of the app's own meaning
 */
struct devtask_app_progress {
	__u32 size;
	__u32 progress;
};

/**
 * struct devtask_app_result - DEVTASK_APP_RESULT: leave a result (END-4); tasks only
 * @size: of this structure
 * @result_size: bytes, at most DEVTASK_APP_RESULT_MAX; the newest result stands
 * @result: address
 */
struct devtask_app_result {
	__u32 size;
	__u32 result_size;
	__aligned_u64 result;
};

/**
 * struct devtask_app_unsafe - DEVTASK_APP_UNSAFE: the device must not be taken away now (APP-9);
 *	tasks only
 * @size: of this structure
 * @unsafe: 1 = from now on, 0 = no longer
 *
 * A person who wants to cancel the task is asked to confirm it; rules and the app are not held up.
 * ECANCELED: @unsafe is 1 and the task has been cancelled: do not begin what cannot be broken off.
 */
struct devtask_app_unsafe {
	__u32 size;
	__u32 unsafe;
};

/*
 * The session of a task has events of its own: DEVTASK_APP_EVENT_WARNING, DEVTASK_APP_EVENT_DEVICE
 * and, as the last one, DEVTASK_APP_EVENT_CANCELED. Its descriptor is the cancellation as something
 * to poll: it is POLLIN and POLLHUP from then on and never before; another event that was not read
 * is POLLPRI. A read gives the oldest, also those from before the session was opened (the newest 32
 * are kept); after the cancellation it gives 0.
 */

#define DEVTASK_APP_INFO	_IOWR(0xDB, 0x00, struct devtask_app_info)
#define DEVTASK_APP_REGISTER	_IOWR(0xDB, 0x01, struct devtask_app_register)
#define DEVTASK_APP_UNREGISTER	_IOWR(0xDB, 0x02, struct devtask_app_unregister)
#define DEVTASK_APP_REQUEST	_IOWR(0xDB, 0x03, struct devtask_app_request)
#define DEVTASK_APP_CANCEL	_IOWR(0xDB, 0x04, struct devtask_app_cancel)
#define DEVTASK_APP_STATUS	_IOWR(0xDB, 0x05, struct devtask_app_status)
#define DEVTASK_APP_REPLAY	_IOWR(0xDB, 0x06, struct devtask_app_replay)
#define DEVTASK_APP_DETAILS	_IOWR(0xDB, 0x20, struct devtask_app_details)
#define DEVTASK_APP_OPEN	_IOWR(0xDB, 0x21, struct devtask_app_open)
#define DEVTASK_APP_PROGRESS	_IOWR(0xDB, 0x22, struct devtask_app_progress)
#define DEVTASK_APP_RESULT	_IOWR(0xDB, 0x23, struct devtask_app_result)
#define DEVTASK_APP_UNSAFE	_IOWR(0xDB, 0x24, struct devtask_app_unsafe)

#endif /* _UAPI_LINUX_DEVTASK_APP_H */
