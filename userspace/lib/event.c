// SPDX-License-Identifier: LGPL-2.1-or-later
/* event - see event.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <linux/devtask_app.h>

#include "event.h"
#include "sentence.h"

/* The event comes first: an app's pointer to it is the pointer to all of it. */
struct slot {
	struct devtask_event event;
	struct slot *next;
	size_t text_size;
	char trigger[sizeof(((struct devtask_app_event *)NULL)->trigger)];
	char text[];
};

_Static_assert(offsetof(struct slot, event) == 0, "free() needs the start");
_Static_assert((int)DEVTASK_SESSION_EVENT_VERDICT == (int)DEVTASK_APP_EVENT_VERDICT &&
	       (int)DEVTASK_SESSION_EVENT_STARTED == (int)DEVTASK_APP_EVENT_STARTED &&
	       (int)DEVTASK_SESSION_EVENT_PROGRESS == (int)DEVTASK_APP_EVENT_PROGRESS &&
	       (int)DEVTASK_SESSION_EVENT_CANCELED == (int)DEVTASK_APP_EVENT_CANCELED &&
	       (int)DEVTASK_SESSION_EVENT_COMPLETED == (int)DEVTASK_APP_EVENT_COMPLETED &&
	       (int)DEVTASK_SESSION_EVENT_WARNING == (int)DEVTASK_APP_EVENT_WARNING &&
	       (int)DEVTASK_SESSION_EVENT_DEVICE == (int)DEVTASK_APP_EVENT_DEVICE,
	       "the library tells the kernel's kinds");

static struct slot *slot_create(size_t text_size)
{
	struct slot *slot = calloc(1, sizeof(*slot) + text_size + 1);

	if (!slot)
		return NULL;
	slot->text_size = text_size;
	slot->event.trigger = slot->trigger;
	slot->event.text = slot->text;
	return slot;
}

static void fill(struct devtask_event *event, const struct devtask_app_event *raw)
{
	event->kind = raw->kind;
	event->registration = raw->registration;
	event->request = raw->request;
	event->seq = raw->seq;
	event->time_ns = raw->time_ns;
	event->lost = raw->lost;
	event->verdict = raw->verdict;
	event->reasons = raw->reasons;
	event->measured = raw->measured;
	event->required = raw->required;
	event->progress = raw->progress;
	event->has_exit_status = raw->flags & DEVTASK_APP_EVENT_HAS_EXIT;
	event->exit_status = (int)raw->exit_status;
	event->canceled = raw->flags & DEVTASK_APP_EVENT_HAS_REASON;
	event->reason = raw->reason;
	event->detail = raw->detail;
	event->ops = raw->ops;
	event->bytes = raw->bytes;
	event->duration_ns = raw->duration_ns;
	event->device = raw->claim;
	event->attached = raw->flags & DEVTASK_APP_EVENT_HAS_DEVICE;
	event->unsafe = raw->flags & DEVTASK_APP_EVENT_UNSAFE;
}

int devtask_event_make(const void *raw, size_t size, struct devtask_event **event)
{
	struct devtask_app_event head;
	struct slot *slot;

	/* The text is at the end; before it a newer kernel may have more than is known here. */
	if (size < offsetof(struct devtask_app_event, text))
		return devtask_sentence_set(-EPROTO, "the kernel gave %zu bytes for an event", size);
	memcpy(&head, raw, offsetof(struct devtask_app_event, text));
	if (head.size != size ||
	    head.text_size > size - offsetof(struct devtask_app_event, text))
		return devtask_sentence_set(-EPROTO, "the kernel gave an event of wrong sizes");
	slot = slot_create(head.text_size);
	if (!slot)
		return devtask_sentence_set(-ENOMEM, "no memory left for an event");
	fill(&slot->event, &head);
	memcpy(slot->trigger, head.trigger, sizeof(slot->trigger) - 1);
	memcpy(slot->text, (const char *)raw + size - head.text_size, head.text_size);
	*event = &slot->event;
	return 0;
}

struct devtask_event *devtask_event_copy(const struct devtask_event *event)
{
	const struct slot *from = (const struct slot *)event;
	struct slot *slot = slot_create(from->text_size);

	if (!slot)
		return NULL;
	slot->event = from->event;
	slot->event.trigger = slot->trigger;
	slot->event.text = slot->text;
	memcpy(slot->trigger, from->trigger, sizeof(slot->trigger));
	memcpy(slot->text, from->text, from->text_size);
	return &slot->event;
}

void devtask_event_free(struct devtask_event *event)
{
	free(event);
}

static bool is_older_progress(const struct devtask_event *old, const struct devtask_event *fresh)
{
	return old->kind == DEVTASK_SESSION_EVENT_PROGRESS && fresh->kind == old->kind &&
	       old->request == fresh->request && old->seq < fresh->seq;
}

void devtask_queue_put(struct devtask_queue *queue, struct devtask_event *event)
{
	struct slot *fresh = (struct slot *)event, **at = &queue->first;

	while (*at && (*at)->event.seq < event->seq) {
		struct slot *old = *at;

		if (!is_older_progress(&old->event, event)) {
			at = &old->next;
			continue;
		}
		/* What was lost before it was lost before the newer one, too. */
		event->lost += old->event.lost;
		*at = old->next;
		free(old);
	}
	if (*at && (*at)->event.seq == event->seq) {
		free(fresh);
		return;
	}
	fresh->next = *at;
	*at = fresh;
}

struct devtask_event *devtask_queue_get(struct devtask_queue *queue)
{
	struct slot *slot = queue->first;

	if (!slot)
		return NULL;
	queue->first = slot->next;
	return &slot->event;
}

void devtask_queue_clear(struct devtask_queue *queue)
{
	struct devtask_event *event;

	while ((event = devtask_queue_get(queue)))
		devtask_event_free(event);
}
