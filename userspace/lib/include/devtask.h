/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libdevtask: background tasks with a device, for apps that want one (devtask_session_*) and
 * for the tasks themselves (devtask_task_*). See libdevtask(3).
 *
 * A function that returns int gives 0 (or what it is said to give), else a negative errno, and
 * devtask_sentence() has a sentence for a person. A time-out is in milliseconds: 0 does not
 * wait, a negative one waits for ever; no signal ends a wait. Structures are made by the
 * library alone and grow at their end. Texts in them are never NULL and live as long as they.
 */
#ifndef DEVTASK_H
#define DEVTASK_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/devtask.h>	/* enum devtask_type, _verdict, _check, _state, _reason, _detail */

#ifdef __cplusplus
extern "C" {
#endif
#ifdef __GNUC__
#pragma GCC visibility push(default)
#endif

/* Of the last call that failed in this thread; "" if none did. Lives until the next one fails. */
const char *devtask_sentence(void);

/*
 * What an app asks for: an operation on a device. Belongs to the caller; one thread at a time.
 */
struct devtask_trigger;

/* @device as in "usb:1209:0001" or "hid:1209:0002", 1 to 255 bytes. -EINVAL, -ENOMEM. */
int devtask_trigger_create(enum devtask_type type, const char *device,
			   struct devtask_trigger **trigger);
/* Opaque to devtask, up to 4096 bytes (APP-2); reaches the task unchanged. -EINVAL, -ENOMEM. */
int devtask_trigger_set_arguments(struct devtask_trigger *trigger, const char *arguments);
/* How long the task will take, as far as the app knows; 0 = unknown (INI-7). */
void devtask_trigger_set_estimate_ns(struct devtask_trigger *trigger, uint64_t estimate_ns);
void devtask_trigger_destroy(struct devtask_trigger *trigger);

/*
 * A session is the app's line to devtask. It belongs to the process that opened it; a forked
 * child is refused (-EPERM) and opens its own. Several threads may use it at once, but none
 * while it is closed. The app's tasks are cancelled when it is closed or the process ends.
 */
struct devtask_session;

/*
 * -ENOENT the module is not loaded, -EACCES no right to the door, -EPROTO it is of another
 * version, -EOPNOTSUPP this process is a task itself, -ENOMEM, -EMFILE.
 */
int devtask_session_open(struct devtask_session **session);
void devtask_session_close(struct devtask_session *session);

/*
 * Register a task (REG-5): @name is the app's, @entry_point the manifest's. Waits for the
 * helper. *@registration is its number in this session; *@reasons (may be NULL) is a mask of
 * enum devtask_check if it is refused.
 * -EEXIST name or type are taken, -EACCES refused, -EHOSTDOWN no helper, -EDQUOT too many.
 */
int devtask_session_register(struct devtask_session *session, const char *name,
			     const char *entry_point, enum devtask_type type,
			     uint32_t *registration, uint64_t *reasons);
/*
 * The same for an app that has conditions in mind, such as "InternetAvailable". A device task can
 * have none (REG-6): -EOPNOTSUPP with DEVTASK_CHECK_CONDITIONS in *@reasons, and nothing is
 * registered. With a @count of 0 it is devtask_session_register().
 */
int devtask_session_register_with_conditions(struct devtask_session *session, const char *name,
					     const char *entry_point, enum devtask_type type,
					     const char *const *conditions, uint32_t count,
					     uint32_t *registration, uint64_t *reasons);
/* @cancel: its task as well; otherwise that goes on, and its events still come. -ENOENT. */
int devtask_session_unregister(struct devtask_session *session, uint32_t registration, bool cancel);

/*
 * Ask for a run; the verdict comes as an event with the number *@request (may be NULL).
 * The app closes its device before (APP-7). -ENOENT no such registration, -EINVAL the trigger
 * is of another type, -EBUSY one waits or runs, -ENOBUFS too many events are unread,
 * -EHOSTDOWN no helper.
 */
int devtask_session_request(struct devtask_session *session, uint32_t registration,
			    const struct devtask_trigger *trigger, uint64_t *request);
/*
 * The same, and wait for the verdict: a refusal is 0 with a verdict that says so. Other events
 * stay for devtask_session_next(). -ETIMEDOUT: the request stands, its verdict comes as an event.
 * -ECANCELED another thread has withdrawn it.
 */
struct devtask_event;
int devtask_session_request_wait(struct devtask_session *session, uint32_t registration,
				 const struct devtask_trigger *trigger, int timeout_ms,
				 struct devtask_event **verdict);
/* As both, but only say whether it would run: nothing is started and nobody is asked. */
int devtask_session_explain(struct devtask_session *session, uint32_t registration,
			    const struct devtask_trigger *trigger, uint64_t *request);
int devtask_session_explain_wait(struct devtask_session *session, uint32_t registration,
				 const struct devtask_trigger *trigger, int timeout_ms,
				 struct devtask_event **verdict);

/*
 * Cancel the task, or withdraw the request (RUN-5). Returns at once.
 * -ENOENT no such registration, -ESRCH nothing waits or runs, -EALREADY it was before.
 */
int devtask_session_cancel(struct devtask_session *session, uint32_t registration);
/*
 * The same, and wait for the end (END-3); -EALREADY is none. *@completed is the last event of
 * that request: "completed", or its verdict if it never ran; the others stay for
 * devtask_session_next(). -ETIMEDOUT: that event is still to come.
 */
int devtask_session_cancel_wait(struct devtask_session *session, uint32_t registration,
				int timeout_ms, struct devtask_event **completed);

/* Where a registration is. */
enum devtask_session_phase {
	DEVTASK_SESSION_PHASE_IDLE,	/* nothing waits, nothing runs */
	DEVTASK_SESSION_PHASE_WAITING,	/* a request waits for its verdict */
	DEVTASK_SESSION_PHASE_RUNNING	/* a task runs; its state says more */
};

struct devtask_status {
	uint32_t registration;
	enum devtask_type type;
	enum devtask_session_phase phase;
	uint32_t state;			/* enum devtask_state, 0 if no task runs */
	uint32_t progress;		/* newest (APP-3) */
	uint64_t request;		/* newest, 0 = none yet */
	uint64_t elapsed_ns;		/* since the start */
	uint64_t remaining_ns;		/* until the hard limit */
	uint64_t since_io_ns;		/* since the last completed I/O */
	uint64_t io_interval_ns;	/* how often one is due, 0 = rule off */
	uint64_t ops, bytes;		/* completed I/O */
	uint64_t seq;			/* newest event */
	const char *name;
};

/* How it is now (APP-1). -ENOENT no such registration. */
int devtask_session_status(struct devtask_session *session, uint32_t registration,
			   struct devtask_status **status);
/* The first registration with a number above @after, 0 to begin; -ENOENT at the end (REG-5). */
int devtask_session_status_next(struct devtask_session *session, uint32_t after,
				struct devtask_status **status);
void devtask_status_free(struct devtask_status *status);

enum devtask_session_event {
	DEVTASK_SESSION_EVENT_VERDICT = 1,	/* verdict, reasons, measured, required, trigger;
						   the text is a sentence */
	DEVTASK_SESSION_EVENT_STARTED,		/* the entry point runs */
	DEVTASK_SESSION_EVENT_PROGRESS,		/* progress; only the newest is kept */
	DEVTASK_SESSION_EVENT_CANCELED,		/* reason, detail; measured and required in ns */
	DEVTASK_SESSION_EVENT_COMPLETED,	/* the process tree has ended: exit_status, ops, bytes,
						   duration_ns; the text is the task's result */
	DEVTASK_SESSION_EVENT_WARNING,		/* the hard limit is near (RUN-1): measured is the time
						   since the start, required the limit, in ns */
	DEVTASK_SESSION_EVENT_DEVICE		/* a device of a servicing task is gone or, if attached,
						   back (APP-8) */
};

struct devtask_event {
	enum devtask_session_event kind;
	uint32_t registration;
	uint64_t request;
	uint64_t seq;			/* in the session; grows */
	uint64_t time_ns;		/* CLOCK_BOOTTIME */
	uint32_t lost;			/* events of this registration dropped unread before this one */
	enum devtask_verdict verdict;
	uint64_t reasons;		/* mask of enum devtask_check */
	uint64_t measured;		/* by the rule, or by the first check that failed */
	uint64_t required;		/* what that wanted */
	uint32_t progress;		/* of the app's own meaning */
	bool has_exit_status;
	int exit_status;		/* as from waitpid(2) */
	bool canceled;			/* reason and detail are there */
	enum devtask_reason reason;
	enum devtask_detail detail;
	uint64_t ops, bytes;		/* completed I/O */
	uint64_t duration_ns;		/* since the start */
	const char *trigger;		/* GUID, "" if there is none */
	const char *text;
	uint32_t device;		/* which, as devtask_task_open_device() counts */
	bool attached;			/* that device is back */
	bool unsafe;			/* it was cancelled in an unsafe phase (APP-9) */
};

/*
 * For an event loop: POLLIN while there may be an event. Read nothing from it; it belongs to
 * the session.
 */
int devtask_session_fd(const struct devtask_session *session);
/* -EAGAIN there is none (time-out 0), -ETIMEDOUT none came in time. */
int devtask_session_next(struct devtask_session *session, int timeout_ms,
			 struct devtask_event **event);
/*
 * Call @handler for each event that is there, without waiting; it may use the session, but not
 * close it. The event is freed after it. Gives how many there were.
 */
int devtask_session_dispatch(struct devtask_session *session,
			     void (*handler)(const struct devtask_event *event, void *context),
			     void *context);
/* After a loss: have the events that the kernel still keeps after number @since again (APP-4). */
int devtask_session_replay(struct devtask_session *session, uint64_t since);
void devtask_event_free(struct devtask_event *event);

/*
 * A task is a process that devtask started, or one of its children. Several threads may use it.
 */
struct devtask_task;

struct devtask_details {
	enum devtask_type type;
	enum devtask_state state;
	uint32_t devices;		/* how many devtask_task_open_device() knows */
	uint64_t estimate_ns;		/* as the app gave it */
	uint64_t elapsed_ns;		/* since the start */
	uint64_t remaining_ns;		/* until the hard limit (RUN-10) */
	uint64_t since_io_ns;		/* since the last completed I/O */
	uint64_t io_interval_ns;	/* how often one is due, 0 = rule off */
	bool canceled;			/* reason and detail are there */
	enum devtask_reason reason;
	enum devtask_detail detail;
	const char *trigger;		/* GUID */
	const char *device;		/* as the app named it */
	const char *arguments;		/* as the app gave them */
	uint64_t measured;		/* by the rule that cancelled it, in ns (END-1) */
	uint64_t required;		/* what that wanted */
};

/* -ESRCH this process belongs to no running task; others as devtask_session_open(). */
int devtask_task_open(struct devtask_task **task);
void devtask_task_close(struct devtask_task *task);
/* What there is to do, and how much time is left now (APP-2). */
int devtask_task_details(struct devtask_task *task, struct devtask_details **details);
void devtask_details_free(struct devtask_details *details);
/*
 * The guarded descriptor of device @index, from 0; @flags as for open(2). It is the caller's.
 * Gives the descriptor, -ENXIO no such device, -ENODEV it is gone or taken back.
 */
int devtask_task_open_device(struct devtask_task *task, uint32_t index, int flags);
/* Tell the app how far it is: a number of the app's own meaning (APP-3). */
int devtask_task_set_progress(struct devtask_task *task, uint32_t progress);
/* Leave a result for the app, up to 4096 bytes; the newest stands (END-4). */
int devtask_task_set_result(struct devtask_task *task, const char *result);
/*
 * From now on the device must not be taken away (true), or may be again (false), as around the
 * writing of a firmware (APP-9). A person who cancels the task then is asked to confirm it; rules
 * and the app are not held up. -ECANCELED it has been cancelled: do not begin.
 */
int devtask_task_set_unsafe(struct devtask_task *task, bool unsafe);
/*
 * What happens to the task: a warning, a device that is gone or back, and as the last one the
 * cancellation; also what was before this call. Registration and request are 0.
 * -EAGAIN there is none (time-out 0), -ETIMEDOUT none came in time, -ECANCELED there will be none.
 */
int devtask_task_next(struct devtask_task *task, int timeout_ms, struct devtask_event **event);
/* POLLIN and POLLHUP once the task is cancelled, never before; POLLPRI: devtask_task_next(). */
int devtask_task_fd(const struct devtask_task *task);
/* Gives 1 if it is cancelled, and why (both may be NULL), or 0. */
int devtask_task_is_canceled(struct devtask_task *task, enum devtask_reason *reason,
			     enum devtask_detail *detail);

/* Spellings as in devtaskctl; "unknown" for what this library does not know. */
const char *devtask_type_name(uint32_t type);
const char *devtask_state_name(uint32_t state);
const char *devtask_verdict_name(uint32_t verdict);
const char *devtask_check_name(uint32_t check);
const char *devtask_reason_name(uint32_t reason);
const char *devtask_detail_name(uint32_t detail);
const char *devtask_event_name(uint32_t kind);

#ifdef __GNUC__
#pragma GCC visibility pop
#endif
#ifdef __cplusplus
}
#endif

#endif
