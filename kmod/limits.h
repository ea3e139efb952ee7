/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Every number with a meaning, with the requirement that it comes from. Knows nothing else.
 * Also compiled on the host by the unit tests.
 */
#ifndef DEVTASK_LIMITS_H
#define DEVTASK_LIMITS_H

#define DEVTASK_NS_PER_S 1000000000ULL

/* RUN-1: wall clock since the start, by operation type */
#define DEVTASK_USE_DEADLINE_NS		(600ULL * DEVTASK_NS_PER_S)
#define DEVTASK_SERVICING_DEADLINE_NS	(1800ULL * DEVTASK_NS_PER_S)
/* RUN-10: what an administrator may configure */
#define DEVTASK_DEADLINE_MIN_NS		(1ULL * DEVTASK_NS_PER_S)
#define DEVTASK_DEADLINE_MAX_NS		(86400ULL * DEVTASK_NS_PER_S)

/* RUN-1: how long before the limit a task is warned */
#define DEVTASK_WARNING_NS		(60ULL * DEVTASK_NS_PER_S)

/* RUN-3: one completed I/O per interval; only DeviceUse has the rule */
#define DEVTASK_USE_IO_INTERVAL_NS	(5ULL * DEVTASK_NS_PER_S)
#define DEVTASK_IO_INTERVAL_MIN_NS	(DEVTASK_NS_PER_S / 2)
#define DEVTASK_IO_INTERVAL_MAX_NS	(3600ULL * DEVTASK_NS_PER_S)

/* END-1: time to stop cleanly after the cancellation */
#define DEVTASK_GRACE_NS		(5ULL * DEVTASK_NS_PER_S)
#define DEVTASK_GRACE_MAX_NS		(60ULL * DEVTASK_NS_PER_S)
/* END-1: between the revocation and the kill, so that a program sees ENODEV and can say so */
#define DEVTASK_LINGER_NS		(DEVTASK_NS_PER_S / 2)
/* How often the process tree is looked at again after a kill */
#define DEVTASK_KILL_AGAIN_NS		(DEVTASK_NS_PER_S / 10)

/* END-2: how long calls are waited for before the next try to break them; it doubles */
#define DEVTASK_DRAIN_FIRST_MS		16
#define DEVTASK_DRAIN_LAST_MS		128

/* How soon after a driver's wake-up its file is asked for a hang-up (RUN-2) */
#define DEVTASK_HANGUP_CHECK_MS		50

/* END-6: how often, and how long apart, a driver is attached that a closing thread keeps away */
#define DEVTASK_RESTORE_TRIES		50
#define DEVTASK_RESTORE_PAUSE_MS	10

/* APP-2 */
#define DEVTASK_ARGUMENTS_MAX		4096
#define DEVTASK_TRIGGER_LEN		36
#define DEVTASK_PATH_MAX		4095
#define DEVTASK_NAME_MAX		255
#define DEVTASK_RESULT_MAX		4096		/* END-4 */
#define DEVTASK_SENTENCE_MAX		1023

/* APP-4: events that can be fetched again */
#define DEVTASK_EVENT_RING		1024

/* Quotas: a hostile task or a confused helper must not eat the machine */
#define DEVTASK_TASKS_MAX		65536
#define DEVTASK_CLAIMS_PER_TASK		16
/* With those that dead descriptors of devices that came and went still hold (APP-8) */
#define DEVTASK_CLAIMS_ALIVE		80
#define DEVTASK_NOTICES_PER_TASK	32
#define DEVTASK_GUARDS_PER_CLAIM	256
#define DEVTASK_SESSIONS_PER_USER	64
#define DEVTASK_SESSIONS_PER_TASK	64
#define DEVTASK_EVENTS_PER_REGISTRATION	64
#define DEVTASK_EVENTS_PER_SESSION	256
#define DEVTASK_COMPLETED_UNREAD	16

#endif
