/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * foreground - is this process in the foreground (INI-2)? Several providers are asked: "tty"
 * looks at terminals, agents report what their display shows ("x11"), and root may set it
 * ("manual"). One yes is enough; silence and doubt are a no. Must not know what the answer is
 * for.
 */
#ifndef DEVTASK_DAEMON_FOREGROUND_H
#define DEVTASK_DAEMON_FOREGROUND_H

#include <stdbool.h>
#include <sys/types.h>

#include <systemd/sd-event.h>

#include "error.h"
#include "foreground_facts.h"

struct devtask_foreground;

/* @roots: NULL is the machine itself. */
int devtask_foreground_create(struct devtask_foreground **fg, sd_event *loop,
			      const struct devtask_foreground_roots *roots,
			      struct devtask_error *error);
void devtask_foreground_destroy(struct devtask_foreground *fg);

/* @pid and @uid as the kernel saw the asking process. @why is filled in either case. */
bool devtask_foreground_has(struct devtask_foreground *fg, pid_t pid, uid_t uid,
			    struct devtask_foreground_why *why);

/*
 * @provider (such as "x11") of @uid, speaking through @source (any address that is its own,
 * for instance its connection), says that process @pid is in the foreground; 0: none is. It
 * replaces what the same source said before, ends with that process, and counts only while
 * the login session of @reporter, if it has one, is the active one. -ESRCH: no such process,
 * -EPERM: it is not @uid's, -EMFILE: too many sources, -EINVAL: no such name for a provider.
 */
int devtask_foreground_report(struct devtask_foreground *fg, const void *source, uid_t uid,
			      const char *provider, pid_t reporter, pid_t pid);

/*
 * The same of a display that @session shows, by the name that logind has for it (empty where
 * there is no logind): counts only while that is the active one, and @reporter is at work.
 */
int devtask_foreground_report_display(struct devtask_foreground *fg, const void *source, uid_t uid,
				      const char *provider, pid_t reporter, const char *session,
				      pid_t pid);

/* To be called when the source goes: what it said no longer counts. */
void devtask_foreground_withdraw(struct devtask_foreground *fg, const void *source);

/* "manual": set for a compositor or by the administrator, one per user. Errors as above. */
int devtask_foreground_set(struct devtask_foreground *fg, uid_t uid, pid_t pid);
/* False if nothing was set. */
bool devtask_foreground_clear(struct devtask_foreground *fg, uid_t uid);

typedef void devtask_foreground_fn(const char *provider, uid_t uid, pid_t pid, void *context);
void devtask_foreground_each(const struct devtask_foreground *fg, devtask_foreground_fn *fn,
			     void *context);

#endif
