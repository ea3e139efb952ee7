/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * session - what logind says of users: is the screen locked (RUN-4), has one logged off
 * (RUN-8)? A client of the system bus that never waits for it. Must not know tasks.
 *
 * Decided: a user has logged off when the last session of class "user" is closed or closing
 * (programs left behind may keep a closing one alive). Greeters, cron jobs and the user's
 * service manager are no sessions in this sense. The screen is locked when a session of the
 * user's is locked and none at a seat is not; a login over the network cannot unlock it.
 *
 * Decided: without logind the lock state is unknown, which the CPU floor takes as unlocked (the
 * window that asks less of a task), and nobody logs off; the log says so once.
 */
#ifndef DEVTASK_DAEMON_SESSION_H
#define DEVTASK_DAEMON_SESSION_H

#include <stdbool.h>
#include <sys/types.h>

#include <systemd/sd-event.h>

#include "error.h"

struct devtask_session;

enum devtask_session_lock {
	DEVTASK_SESSION_LOCK_UNKNOWN,
	DEVTASK_SESSION_LOCK_OPEN,
	DEVTASK_SESSION_LOCK_LOCKED,
};

/* Either may be NULL. Called from the loop, never from within a call into this room. */
struct devtask_session_events {
	/* RUN-8: the user had a session and has none now; also if that happened unseen, while
	 * the bus was away. */
	void (*logged_off)(uid_t uid, void *context);
	/* Whose lock state it is may be any user's: ask devtask_session_lock(). */
	void (*lock_changed)(void *context);
};

/*
 * @address of the bus, as D-Bus writes it; NULL: the system bus. Returns at once: the state is
 * unknown until logind has answered, and again while the bus is away. Errors: -ENOMEM, or a
 * bus address that makes no sense.
 */
int devtask_session_create(struct devtask_session **session, sd_event *loop, const char *address,
			   const struct devtask_session_events *events, void *context,
			   struct devtask_error *error);
void devtask_session_destroy(struct devtask_session *session);

/*
 * Keeps the users who are logged in in a file at @path, whose directory must be root's and
 * cleared at boot, so that the next helper notices who logged off while none ran (RUN-11). To be
 * called once, before the loop turns. -ENOMEM.
 */
int devtask_session_remember(struct devtask_session *session, const char *path);

enum devtask_session_lock devtask_session_lock(const struct devtask_session *session, uid_t uid);

/* Has logind answered? Only then does "not logged in" mean something. */
bool devtask_session_is_known(const struct devtask_session *session);
bool devtask_session_is_logged_in(const struct devtask_session *session, uid_t uid);

#endif
