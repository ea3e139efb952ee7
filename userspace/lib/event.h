/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * event - what the kernel tells a session, made into what the library tells an app, and a queue
 * of those. Must not know where events come from and who waits for them.
 */
#ifndef LIBDEVTASK_EVENT_H
#define LIBDEVTASK_EVENT_H

#include <stddef.h>

#include "include/devtask.h"

/* Always room for one raw event, also of a kernel that has made it longer. */
#define DEVTASK_EVENT_RAW_MAX 8192

/* In order of their numbers; of the progress of one request only the newest. */
struct devtask_queue {
	struct slot *first;
};

/* From @size bytes that read(2) gave; -EPROTO if they are no event, -ENOMEM. */
int devtask_event_make(const void *raw, size_t size, struct devtask_event **event);
/* NULL if there is no memory. */
struct devtask_event *devtask_event_copy(const struct devtask_event *event);

/* Takes @event over; one that is there already, by its number, is freed. */
void devtask_queue_put(struct devtask_queue *queue, struct devtask_event *event);
/* The oldest, for the caller to free, or NULL. */
struct devtask_event *devtask_queue_get(struct devtask_queue *queue);
void devtask_queue_clear(struct devtask_queue *queue);

#endif
