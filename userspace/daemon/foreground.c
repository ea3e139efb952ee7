// SPDX-License-Identifier: GPL-2.0-only
/* foreground - see foreground.h. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/kd.h>

#include <systemd/sd-login.h>

#include "foreground.h"
#include "foreground_report.h"
#include "foreground_tty.h"
#include "login.h"
#include "process.h"

#define MANUAL "manual"

struct devtask_foreground {
	struct devtask_foreground_roots roots;
	struct devtask_foreground_reports reports;
};

static bool shows_text(const char *path)
{
	int fd = open(path, O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	int mode, ret;

	if (fd < 0)
		return false;
	ret = ioctl(fd, KDGETMODE, &mode);
	close(fd);
	return !ret && mode == KD_TEXT;
}

static bool is_active(const char *session)
{
	return sd_session_is_active(session) > 0;
}

static const struct devtask_foreground_roots machine = {
	.proc = "/proc",
	.sys = "/sys",
	.dev = "/dev",
	.login = devtask_login_find,
	.shows_text = shows_text,
	.is_active = is_active,
};

int devtask_foreground_create(struct devtask_foreground **fg, sd_event *loop,
			      const struct devtask_foreground_roots *roots,
			      struct devtask_error *error)
{
	struct devtask_foreground *self = calloc(1, sizeof(*self));

	if (!self)
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -ENOMEM, "out of memory");
	self->roots = roots ? *roots : machine;
	self->reports.loop = sd_event_ref(loop);
	self->reports.roots = &self->roots;
	*fg = self;
	return 0;
}

void devtask_foreground_destroy(struct devtask_foreground *fg)
{
	if (!fg)
		return;
	while (fg->reports.first)
		devtask_foreground_report_drop(fg->reports.first);
	sd_event_unref(fg->reports.loop);
	free(fg);
}

static bool is_told_apart(const struct devtask_foreground_why *why)
{
	return *why->provider;
}

/* Reports first: they know windows. Of several that say no, the first one's words stand. */
static bool ask_reports(const struct devtask_foreground *fg, const struct devtask_process *process,
			struct devtask_foreground_why *why)
{
	const struct devtask_foreground_report *report;

	for (report = fg->reports.first; report; report = report->next) {
		struct devtask_foreground_why own = { 0 };
		int ret = devtask_foreground_report_has(report, process, &own);

		if (ret == 1 || (!ret && !is_told_apart(why)))
			*why = own;
		if (ret == 1)
			return true;
	}
	return false;
}

static bool ask_all(const struct devtask_foreground *fg, const struct devtask_process *process,
		    struct devtask_foreground_why *why)
{
	struct devtask_foreground_why own = { 0 };
	struct devtask_login login;
	int ret;

	if (ask_reports(fg, process, why))
		return true;
	ret = devtask_foreground_tty_has(&fg->roots, process, &own);
	if (ret == 1) {
		*why = own;
		return true;
	}
	/* In a graphical session the display's word is the better one, if there is one. */
	if (!ret && !(is_told_apart(why) && !fg->roots.login(process->pid, &login) &&
		      devtask_login_is_graphical(&login)))
		*why = own;
	return false;
}

bool devtask_foreground_has(struct devtask_foreground *fg, pid_t pid, uid_t uid,
			    struct devtask_foreground_why *why)
{
	struct devtask_process process;
	int ret = devtask_process_read(fg->roots.proc, pid, &process);

	memset(why, 0, sizeof(*why));
	why->measured = pid > 0 ? (uint64_t)pid : 0;
	if (ret || process.is_dead) {
		snprintf(why->sentence, sizeof(why->sentence), "the app's process %d has ended", pid);
		return false;
	}
	if (process.uid != uid) {
		snprintf(why->sentence, sizeof(why->sentence),
			 "the app's process %d runs as user %u, but user %u asked", pid, process.uid,
			 uid);
		return false;
	}
	if (ask_all(fg, &process, why)) {
		why->sentence[0] = 0;
		return true;
	}
	if (!is_told_apart(why))
		snprintf(why->sentence, sizeof(why->sentence),
			 "nobody can tell: the app's process %d has no terminal, and no agent of user %u "
			 "reports a window; start devtask-x11 in that session", pid, uid);
	return false;
}

static int put(struct devtask_foreground *fg, struct devtask_foreground_report *wanted,
	       const char *provider)
{
	if (strlen(provider) >= sizeof(wanted->provider) || !strcmp(provider, MANUAL) ||
	    !strcmp(provider, "tty"))
		return -EINVAL;
	strcpy(wanted->provider, provider);
	return devtask_foreground_report_put(&fg->reports, wanted);
}

int devtask_foreground_report(struct devtask_foreground *fg, const void *source, uid_t uid,
			      const char *provider, pid_t reporter, pid_t pid)
{
	struct devtask_foreground_report wanted = { .source = source, .uid = uid,
						    .reporter = reporter, .pid = pid };

	return put(fg, &wanted, provider);
}

int devtask_foreground_report_display(struct devtask_foreground *fg, const void *source, uid_t uid,
				      const char *provider, pid_t reporter, const char *session,
				      pid_t pid)
{
	struct devtask_foreground_report wanted = { .source = source, .uid = uid, .is_display = true,
						    .reporter = reporter, .pid = pid };

	if (strlen(session) >= sizeof(wanted.session))
		return -EINVAL;
	strcpy(wanted.session, session);
	return put(fg, &wanted, provider);
}

void devtask_foreground_withdraw(struct devtask_foreground *fg, const void *source)
{
	struct devtask_foreground_report *report;

	while ((report = devtask_foreground_report_find(&fg->reports, source, (uid_t)-1)))
		devtask_foreground_report_drop(report);
}

/* The room itself is the source of what root set. */
int devtask_foreground_set(struct devtask_foreground *fg, uid_t uid, pid_t pid)
{
	const struct devtask_foreground_report wanted = { .source = fg, .uid = uid, .pid = pid,
							  .provider = MANUAL };

	return devtask_foreground_report_put(&fg->reports, &wanted);
}

bool devtask_foreground_clear(struct devtask_foreground *fg, uid_t uid)
{
	struct devtask_foreground_report *report;

	report = devtask_foreground_report_find(&fg->reports, fg, uid);
	if (report)
		devtask_foreground_report_drop(report);
	return report;
}

void devtask_foreground_each(const struct devtask_foreground *fg, devtask_foreground_fn *fn,
			     void *context)
{
	const struct devtask_foreground_report *report;

	for (report = fg->reports.first; report; report = report->next)
		fn(report->provider, report->uid, report->pid, context);
}
