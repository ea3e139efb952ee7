// SPDX-License-Identifier: GPL-2.0-only
/* The ring of events; see event.h. */
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/minmax.h>

#include "event.h"
#include "label.h"
#include "limits.h"

static DEFINE_MUTEX(lock);			/* innermost of all; held while listeners are told */
static struct devtask_event *ring;		/* slot = seq modulo size; kind 0 = never used */
static u64 newest;				/* seq of the newest event, 0 = none */
static void (*tell)(const struct devtask_event *event);

/**
 * devtask_event_init() - make the ring
 * @listener: told each event in order, may sleep, must not emit
 *
 * Return: 0 or -ENOMEM.
 */
int devtask_event_init(void (*listener)(const struct devtask_event *event))
{
	ring = kvcalloc(DEVTASK_EVENT_RING, sizeof(*ring), GFP_KERNEL);
	if (!ring)
		return -ENOMEM;
	newest = 0;
	tell = listener;
	return 0;
}

static struct devtask_event *slot(u64 seq)
{
	return &ring[seq % DEVTASK_EVENT_RING];
}

static void forget(struct devtask_event *event)
{
	if (event->label)
		devtask_label_put(event->label);
}

void devtask_event_exit(void)
{
	size_t i;

	for (i = 0; i < DEVTASK_EVENT_RING; i++)
		forget(&ring[i]);
	kvfree(ring);
}

/**
 * devtask_event_emit() - number an event, keep it and tell the listeners
 * @event: everything but seq is filled in; its label gets a reference of the ring's own
 *
 * May sleep. Cannot fail: what a listener loses is still in the ring.
 */
void devtask_event_emit(struct devtask_event *event)
{
	mutex_lock(&lock);
	event->seq = ++newest;
	forget(slot(newest));
	devtask_label_get(event->label);
	*slot(newest) = *event;
	tell(event);
	mutex_unlock(&lock);
}

/**
 * devtask_event_newest() - number of the newest event, 0 if there was none
 */
u64 devtask_event_newest(void)
{
	u64 seq;

	mutex_lock(&lock);
	seq = newest;
	mutex_unlock(&lock);
	return seq;
}

/**
 * devtask_event_replay() - show the kept events after a number, oldest first
 * @since: number of the last event that the reader has
 * @show:  non-zero = no room for this one, stop
 * @to:	   passed on to @show
 *
 * May sleep. Return: number of the last event shown, or @since.
 */
u64 devtask_event_replay(u64 since, int (*show)(const struct devtask_event *event, void *to),
			 void *to)
{
	u64 seq;

	mutex_lock(&lock);
	if (since < newest) {
		u64 oldest = newest > DEVTASK_EVENT_RING ? newest - DEVTASK_EVENT_RING + 1 : 1;

		for (seq = max(since + 1, oldest); seq <= newest; seq++) {
			if (show(slot(seq), to))
				break;
			since = seq;
		}
	}
	mutex_unlock(&lock);
	return since;
}
