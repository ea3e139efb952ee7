/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * process - what /proc says of one process: its user, parent, group, terminal. Must not know
 * why somebody asks.
 */
#ifndef DEVTASK_DAEMON_PROCESS_H
#define DEVTASK_DAEMON_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct devtask_process {
	pid_t pid;
	pid_t parent;
	pid_t group;
	pid_t session;
	dev_t terminal;		/* 0 = none */
	pid_t foreground;	/* foreground group of that terminal; -1 = none */
	bool is_dead;		/* a zombie or less */
	bool is_stopped;	/* by a signal or a tracer */
	uid_t uid;		/* effective */
};

/* The text of /proc/PID/stat. Returns 0, or -EBADMSG and leaves @process alone. Pure. */
int devtask_process_parse_stat(const char *text, struct devtask_process *process);

/* @proc is "/proc". Returns 0, -ESRCH (no such process) or -EBADMSG. */
int devtask_process_read(const char *proc, pid_t pid, struct devtask_process *process);

#endif
