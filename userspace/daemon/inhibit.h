/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * inhibit - sleep and shutdown against running tasks, by logind's inhibitor locks (APP-9). While a
 * servicing runs they are blocked, and so is the lid, which logind would otherwise obey at once.
 * While a use runs they are delayed: its task is cancelled and has its grace to stop. A lock is an
 * open descriptor of this process, so that none outlives it, and a helper that takes tasks over
 * takes them anew. Must not know how a task is stopped, nor what the kernel does about sleep.
 */
#ifndef DEVTASK_DAEMON_INHIBIT_H
#define DEVTASK_DAEMON_INHIBIT_H

#include <stdbool.h>
#include <stdint.h>

#include <systemd/sd-event.h>

struct devtask_inhibit;

struct devtask_inhibit_events {
	/* The computer stops: every task of type use is to end. Perhaps more than once. */
	void (*leaving)(void *context);
};

/*
 * @address: of the bus, NULL = the system's. Without a logind that is said once and nothing is held
 * off; when one comes, the locks are taken. Returns 0 or a negative errno.
 */
int devtask_inhibit_create(struct devtask_inhibit **inhibit, sd_event *loop, const char *address,
			   const struct devtask_inhibit_events *events, void *context);

/* Lets go of everything. */
void devtask_inhibit_destroy(struct devtask_inhibit *inhibit);

/* A task is there, or was taken over; once more does nothing. @who and @device may be "". */
void devtask_inhibit_add(struct devtask_inhibit *inhibit, uint32_t task, uint32_t type,
			 const char *who, const char *device);
void devtask_inhibit_remove(struct devtask_inhibit *inhibit, uint32_t task);

/* Between logind's announcement and the wake-up. */
bool devtask_inhibit_is_leaving(const struct devtask_inhibit *inhibit);

/* How many locks are held now. */
unsigned int devtask_inhibit_count(const struct devtask_inhibit *inhibit);

#endif
