/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * request - the questions of apps, from the module to their answers: checks, consent, start.
 * A withdrawn question leaves nothing behind. Must not know what a check looks at, nor how a
 * task is made.
 */
#ifndef DEVTASK_DAEMON_REQUEST_H
#define DEVTASK_DAEMON_REQUEST_H

#include <systemd/sd-event.h>

#include "error.h"
#include "inquiry.h"

struct devtask_history;
struct devtask_kernel;
struct devtask_requests;

/*
 * Answers what waits, and from then on what comes. @sources is copied. Nothing is owned; all
 * rooms must outlive it.
 */
int devtask_requests_create(struct devtask_requests **requests, sd_event *loop,
			    struct devtask_kernel *kernel, const struct devtask_sources *sources,
			    struct devtask_history *history, struct devtask_error *error);

/* Questions without an answer stay with the module: the next helper answers them (RUN-11). */
void devtask_requests_destroy(struct devtask_requests *requests);

#endif
