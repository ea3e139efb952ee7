// SPDX-License-Identifier: GPL-2.0-only
/* foreground_report - see foreground_report.h. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "foreground_report.h"
#include "login.h"
#include "process.h"

/* Sessions of people at one machine; a report costs a descriptor. */
#define REPORTS_MAX 256

struct devtask_foreground_report *
devtask_foreground_report_find(const struct devtask_foreground_reports *list, const void *source,
			       uid_t uid)
{
	struct devtask_foreground_report *report = list->first;

	while (report && (report->source != source || (uid != (uid_t)-1 && report->uid != uid)))
		report = report->next;
	return report;
}

static void forget_process(struct devtask_foreground_report *report)
{
	report->on_exit = sd_event_source_disable_unref(report->on_exit);
	if (report->pidfd >= 0)
		close(report->pidfd);
	report->pidfd = -1;
	report->pid = 0;
}

void devtask_foreground_report_drop(struct devtask_foreground_report *report)
{
	struct devtask_foreground_report **link = &report->list->first;

	while (*link != report)
		link = &(*link)->next;
	*link = report->next;
	report->list->count--;
	forget_process(report);
	free(report);
}

/* The number may be given to another process at once: what was said was said of this one. */
static int on_process_end(sd_event_source *source, int fd, uint32_t revents, void *context)
{
	(void)source;
	(void)fd;
	(void)revents;
	forget_process(context);
	return 0;
}

static bool has_ended(int pidfd)
{
	return syscall(SYS_pidfd_send_signal, pidfd, 0, NULL, 0) && errno == ESRCH;
}

/* Opens first and looks then: what /proc says is of the process that the descriptor holds. */
static int hold_process(struct devtask_foreground_report *report, pid_t pid)
{
	struct devtask_process process;
	int ret;

	report->pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (report->pidfd < 0)
		return errno == EINVAL ? -ESRCH : -errno;
	ret = devtask_process_read(report->list->roots->proc, pid, &process);
	if (!ret && process.uid != report->uid)
		ret = -EPERM;
	if (has_ended(report->pidfd))
		ret = -ESRCH;
	if (!ret)
		ret = sd_event_add_io(report->list->loop, &report->on_exit, report->pidfd, EPOLLIN,
				      on_process_end, report);
	if (ret < 0) {
		forget_process(report);
		return ret;
	}
	report->pid = pid;
	return 0;
}

static struct devtask_foreground_report *add(struct devtask_foreground_reports *list)
{
	struct devtask_foreground_report *report = calloc(1, sizeof(*report));

	if (!report)
		return NULL;
	report->list = list;
	report->pidfd = -1;
	report->next = list->first;
	list->first = report;
	list->count++;
	return report;
}

int devtask_foreground_report_put(struct devtask_foreground_reports *list,
				  const struct devtask_foreground_report *wanted)
{
	struct devtask_foreground_report *report;
	int ret;

	if (!*wanted->provider || wanted->pid < 0)
		return -EINVAL;
	report = devtask_foreground_report_find(list, wanted->source, wanted->uid);
	if (!report) {
		report = list->count < REPORTS_MAX ? add(list) : NULL;
		if (!report)
			return -EMFILE;
	}
	/* Whatever follows, what was said before no longer holds. */
	forget_process(report);
	report->source = wanted->source;
	report->uid = wanted->uid;
	report->reporter = wanted->reporter;
	report->is_display = wanted->is_display;
	memcpy(report->session, wanted->session, sizeof(report->session));
	memcpy(report->provider, wanted->provider, sizeof(report->provider));
	ret = wanted->pid ? hold_process(report, wanted->pid) : 0;
	if (ret)
		devtask_foreground_report_drop(report);
	return ret;
}

static int __attribute__((format(printf, 2, 3)))
say_no(struct devtask_foreground_why *why, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(why->sentence, sizeof(why->sentence), format, args);
	va_end(args);
	return 0;
}

/*
 * The window is the process's own; or it is that of a terminal emulator, and the process is in
 * the foreground group of a terminal that the emulator made: whose session is led by the
 * emulator's child. A terminal that something within has made again (tmux, script) is as
 * little known as what it shows.
 */
static bool is_behind_window(const struct devtask_foreground_report *report,
			     const struct devtask_process *process)
{
	struct devtask_process leader;

	if (process->pid == report->pid)
		return true;
	return process->terminal && process->group == process->foreground &&
	       !devtask_process_read(report->list->roots->proc, process->session, &leader) &&
	       leader.parent == report->pid && leader.terminal == process->terminal;
}

/* A user may stop what watches the own display; it would not see that the focus moves. */
static int check_display(const struct devtask_foreground_report *report,
			 struct devtask_foreground_why *why)
{
	const struct devtask_foreground_roots *roots = report->list->roots;
	struct devtask_process reporter;

	if (devtask_process_read(roots->proc, report->reporter, &reporter) || reporter.is_dead ||
	    reporter.is_stopped)
		return say_no(why, "%s: process %d, which watches the display, is stopped",
			      report->provider, report->reporter);
	if (*report->session && !roots->is_active(report->session))
		return say_no(why, "%s: login session %s of the display is not active",
			      report->provider, report->session);
	return 1;
}

static int check_reporter(const struct devtask_foreground_report *report,
			  struct devtask_foreground_why *why)
{
	struct devtask_login login;

	if (report->is_display)
		return check_display(report, why);
	if (report->reporter && !report->list->roots->login(report->reporter, &login) &&
	    !login.is_active)
		return say_no(why, "%s: login session %s of the display is not active",
			      report->provider, login.id);
	return 1;
}

int devtask_foreground_report_has(const struct devtask_foreground_report *report,
				  const struct devtask_process *process,
				  struct devtask_foreground_why *why)
{
	if (report->uid != process->uid)
		return -ENOENT;
	memcpy(why->provider, report->provider, sizeof(why->provider));
	why->measured = (uint64_t)process->pid;
	why->required = (uint64_t)report->pid;
	if (!report->pid || has_ended(report->pidfd))
		return say_no(why, "%s: no program of user %u is in the foreground", report->provider,
			      report->uid);
	if (!check_reporter(report, why))
		return 0;
	if (!is_behind_window(report, process))
		return say_no(why, "%s: the app's process %d is not the one in the foreground, which is %d",
			      report->provider, process->pid, report->pid);
	return 1;
}
