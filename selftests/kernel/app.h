/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An app's side of /dev/devtask, and a task's: each call as one function. Must not know what the
 * helper answers.
 */
#ifndef KTEST_APP_H
#define KTEST_APP_H

#include <linux/devtask_app.h>
#include <stdbool.h>
#include <stdint.h>

#define APP_NAME "Example.Logger"

struct app_refusal {
	uint64_t reasons;
	char sentence[DEVTASK_APP_SENTENCE_MAX];
};

struct app_event {
	struct devtask_app_event head;
	char text[4097];	/* with a NUL */
};

/* All return 0 (or what is said) or -errno. */

int app_open(int flags);
int app_info(int fd, struct devtask_app_info *info);
/* Number of the registration; @refusal may be NULL. Waits for the helper. */
int app_register(int fd, enum devtask_type type, const char *name, const char *entry_point,
		 struct app_refusal *refusal);
int app_unregister(int fd, uint32_t registration, bool cancel);
/* @arguments may be NULL; number of the request to @request, which may be NULL. */
int app_request(int fd, uint32_t registration, const char *device, const char *arguments,
		uint32_t flags, uint64_t *request);
int app_cancel(int fd, uint32_t registration);
/* @name: 256 bytes, or NULL */
int app_status(int fd, uint32_t registration, bool next, struct devtask_app_status *status,
	       char *name);
int app_replay(int fd, uint64_t since);
/* The next event within @ms (scaled), or -ETIMEDOUT. */
int app_next(int fd, struct app_event *event, int ms);
/* The next event must be of this kind: 0, or -EPROTO and what came in @event. */
int app_expect(int fd, enum devtask_app_event_kind kind, struct app_event *event);
/* What poll(2) says now. */
int app_poll(int fd);

/* @device, @arguments: buffers of 256 and 4097 bytes, or NULL. */
int app_details(int fd, struct devtask_app_details *details, char *device, char *arguments);
/* The descriptor, or -errno. */
int app_open_claim(int fd, uint32_t claim, uint32_t flags);
int app_progress(int fd, uint32_t progress);
int app_result(int fd, const char *result);
int app_unsafe(int fd, uint32_t unsafe);

#endif
