/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * foreground_report - what others said is in the foreground: agents of a display, and root.
 * A report ends with its process, or with the one who made it. Must not know terminals.
 */
#ifndef DEVTASK_DAEMON_FOREGROUND_REPORT_H
#define DEVTASK_DAEMON_FOREGROUND_REPORT_H

#include <stdbool.h>
#include <sys/types.h>

#include <systemd/sd-event.h>

#include "foreground_facts.h"

struct devtask_process;

/* The list, embedded in its owner; zeroed but for @loop and @roots it is empty. */
struct devtask_foreground_reports {
	sd_event *loop;
	const struct devtask_foreground_roots *roots;
	struct devtask_foreground_report *first;
	unsigned int count;
};

struct devtask_foreground_report {
	struct devtask_foreground_report *next;
	struct devtask_foreground_reports *list;
	const void *source;
	char provider[DEVTASK_FOREGROUND_PROVIDER];
	uid_t uid;
	pid_t reporter;	/* 0 = its session does not matter */
	bool is_display;	/* @session is what matters, not the reporter's */
	char session[64];	/* empty = there is no logind */
	pid_t pid;	/* 0 = nothing of this user's is in the foreground */
	int pidfd;
	sd_event_source *on_exit;
};

/* As devtask_foreground_report(). */
int devtask_foreground_report_put(struct devtask_foreground_reports *list,
				  const struct devtask_foreground_report *wanted);
void devtask_foreground_report_drop(struct devtask_foreground_report *report);

/* The report of @source about @uid (-1: any), or NULL. */
struct devtask_foreground_report *
devtask_foreground_report_find(const struct devtask_foreground_reports *list, const void *source,
			       uid_t uid);

/* Returns 1 yes, 0 no (with a sentence), -ENOENT: this report is not about @process's user. */
int devtask_foreground_report_has(const struct devtask_foreground_report *report,
				  const struct devtask_process *process,
				  struct devtask_foreground_why *why);

#endif
