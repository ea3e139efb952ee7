// SPDX-License-Identifier: GPL-2.0-only
/*
 * The events that wait for one app; see queue.h.
 *
 * An app that does not read is bounded twice: by registration and by queue. What goes first is
 * what it has read already, then the oldest that it has not, which is counted; a completed run
 * that was not read stays (APP-4), and who asks for runs sees to it that these are few.
 */
#include <linux/poll.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "limits.h"
#include "queue.h"

/**
 * devtask_lane_create() - make the bookkeeping of one registration
 *
 * May sleep. Return: a lane with one reference, or NULL without memory.
 */
struct devtask_lane *devtask_lane_create(void)
{
	struct devtask_lane *lane = kzalloc(sizeof(*lane), GFP_KERNEL_ACCOUNT);

	if (lane)
		kref_init(&lane->ref);
	return lane;
}

static void free_lane(struct kref *ref)
{
	kfree(container_of(ref, struct devtask_lane, ref));
}

/**
 * devtask_lane_put() - drop a reference; any context
 * @lane: the lane, or NULL
 */
void devtask_lane_put(struct devtask_lane *lane)
{
	if (lane)
		kref_put(&lane->ref, free_lane);
}

/**
 * devtask_note_create() - make an event that is in no queue yet
 * @kind: what it tells
 * @text: copied; NULL for none
 *
 * May sleep. Return: a note with one reference, all else 0, or NULL without memory.
 */
struct devtask_note *devtask_note_create(enum devtask_app_event_kind kind, const char *text)
{
	struct devtask_note *note = kzalloc(sizeof(*note), GFP_KERNEL_ACCOUNT);

	if (!note)
		return NULL;
	kref_init(&note->ref);
	INIT_LIST_HEAD(&note->in_queue);
	note->head.kind = kind;
	if (text) {
		note->text = kstrdup(text, GFP_KERNEL_ACCOUNT);
		if (!note->text) {
			kfree(note);
			return NULL;
		}
		note->head.text_size = strlen(text);
	}
	return note;
}

static void free_note(struct kref *ref)
{
	struct devtask_note *note = container_of(ref, struct devtask_note, ref);

	devtask_lane_put(note->lane);
	kfree(note->text);
	kfree(note);
}

/**
 * devtask_note_put() - drop a reference; any context
 * @note: the note, or NULL
 */
void devtask_note_put(struct devtask_note *note)
{
	if (note)
		kref_put(&note->ref, free_note);
}

void devtask_queue_init(struct devtask_queue *queue)
{
	init_waitqueue_head(&queue->wait);
	spin_lock_init(&queue->lock);
	INIT_LIST_HEAD(&queue->notes);
}

static bool is_unread_completion(const struct devtask_note *note)
{
	return note->head.kind == DEVTASK_APP_EVENT_COMPLETED && !note->was_read;
}

static void remove(struct devtask_queue *queue, struct devtask_note *note)
{
	list_del_init(&note->in_queue);
	note->lane->kept--;
	queue->kept--;
	if (is_unread_completion(note))
		queue->unread--;
	devtask_note_put(note);
}

/* The newest progress stands for the older ones (APP-3); these are not counted as lost. */
static void coalesce(struct devtask_queue *queue, const struct devtask_lane *lane)
{
	struct devtask_note *note, *next;

	list_for_each_entry_safe(note, next, &queue->notes, in_queue)
		if (note->lane == lane && note->head.kind == DEVTASK_APP_EVENT_PROGRESS)
			remove(queue, note);
}

/* Return: what can best be done without, of @lane or (NULL) of all; NULL if nothing can. */
static struct devtask_note *least_needed(struct devtask_queue *queue,
					 const struct devtask_lane *lane)
{
	struct devtask_note *note, *oldest = NULL;

	list_for_each_entry(note, &queue->notes, in_queue) {
		if ((lane && note->lane != lane) || note->busy)
			continue;
		if (note->was_read)
			return note;
		if (!oldest && !is_unread_completion(note))
			oldest = note;
	}
	return oldest;
}

static void trim(struct devtask_queue *queue, const struct devtask_lane *lane)
{
	struct devtask_note *note = least_needed(queue, lane);

	if (!note)
		return;
	if (!note->was_read)
		note->lane->lost++;
	remove(queue, note);
}

/**
 * devtask_queue_push() - append an event and wake who waits
 * @queue: the queue
 * @lane:  whose event it is
 * @note:  its reference goes to the queue
 *
 * Any context that may take a spinlock. Cannot fail; what is dropped is counted.
 */
void devtask_queue_push(struct devtask_queue *queue, struct devtask_lane *lane,
			struct devtask_note *note)
{
	kref_get(&lane->ref);
	note->lane = lane;
	spin_lock(&queue->lock);
	if (queue->closed) {
		spin_unlock(&queue->lock);
		devtask_note_put(note);
		return;
	}
	if (note->head.kind == DEVTASK_APP_EVENT_PROGRESS)
		coalesce(queue, lane);
	if (lane->kept >= DEVTASK_EVENTS_PER_REGISTRATION)
		trim(queue, lane);
	if (queue->kept >= DEVTASK_EVENTS_PER_SESSION)
		trim(queue, NULL);
	note->head.seq = ++queue->seq;
	lane->seq = queue->seq;
	lane->kept++;
	queue->kept++;
	if (is_unread_completion(note))
		queue->unread++;
	list_add_tail(&note->in_queue, &queue->notes);
	spin_unlock(&queue->lock);
	wake_up_interruptible_poll(&queue->wait, EPOLLIN | EPOLLRDNORM);
}

/**
 * devtask_queue_close() - drop everything, now and from now on
 * @queue: the queue
 */
void devtask_queue_close(struct devtask_queue *queue)
{
	struct devtask_note *note, *next;

	spin_lock(&queue->lock);
	queue->closed = true;
	list_for_each_entry_safe(note, next, &queue->notes, in_queue)
		remove(queue, note);
	spin_unlock(&queue->lock);
}

static bool has_news(const struct devtask_queue *queue)
{
	return !list_empty(&queue->notes) &&
	       list_last_entry(&queue->notes, struct devtask_note, in_queue)->head.seq >
	       queue->cursor;
}

/**
 * devtask_queue_ready() - would a read give an event?
 * @queue: the queue
 */
bool devtask_queue_ready(struct devtask_queue *queue)
{
	bool ready;

	spin_lock(&queue->lock);
	ready = has_news(queue);
	spin_unlock(&queue->lock);
	return ready;
}

/**
 * devtask_queue_take() - the event that the next read gives
 * @queue: the queue
 * @lost:  out: how many of its registration were dropped before it
 *
 * One reader at a time, which ends with devtask_queue_done(). Return: a note with a reference
 * for the caller, which stays in the queue, or NULL.
 */
struct devtask_note *devtask_queue_take(struct devtask_queue *queue, u32 *lost)
{
	struct devtask_note *note, *found = NULL;

	spin_lock(&queue->lock);
	list_for_each_entry(note, &queue->notes, in_queue) {
		if (note->head.seq <= queue->cursor)
			continue;
		found = note;
		found->busy = true;
		kref_get(&found->ref);
		*lost = found->lane->lost;
		break;
	}
	spin_unlock(&queue->lock);
	return found;
}

/**
 * devtask_queue_done() - the reader has done with an event
 * @queue:    the queue
 * @note:     from devtask_queue_take(); its reference is dropped
 * @lost:     what that said
 * @was_read: the app has it; otherwise the next read gives it again
 */
void devtask_queue_done(struct devtask_queue *queue, struct devtask_note *note, u32 lost,
			bool was_read)
{
	spin_lock(&queue->lock);
	note->busy = false;
	if (was_read) {
		if (!list_empty(&note->in_queue) && is_unread_completion(note))
			queue->unread--;
		note->was_read = true;
		note->lane->lost -= lost;
		queue->cursor = note->head.seq;
	}
	spin_unlock(&queue->lock);
	devtask_note_put(note);
}

/**
 * devtask_queue_replay() - let the next read begin elsewhere (APP-4)
 * @queue: the queue
 * @since: with the oldest kept event that has a greater number
 *
 * Return: 0, -EINVAL for a number that has not been given yet.
 */
int devtask_queue_replay(struct devtask_queue *queue, u64 since)
{
	int err = 0;

	spin_lock(&queue->lock);
	if (since > queue->seq)
		err = -EINVAL;
	else
		queue->cursor = since;
	spin_unlock(&queue->lock);
	if (!err)
		wake_up_interruptible_poll(&queue->wait, EPOLLIN | EPOLLRDNORM);
	return err;
}

/**
 * devtask_queue_newest() - number of the newest event, 0 if there was none
 * @queue: the queue
 * @lane:  of this registration, or NULL: of all
 */
u64 devtask_queue_newest(struct devtask_queue *queue, const struct devtask_lane *lane)
{
	u64 seq;

	spin_lock(&queue->lock);
	seq = lane ? lane->seq : queue->seq;
	spin_unlock(&queue->lock);
	return seq;
}

/**
 * devtask_queue_unread() - how many completed runs were not read yet
 * @queue: the queue
 */
unsigned int devtask_queue_unread(struct devtask_queue *queue)
{
	unsigned int unread;

	spin_lock(&queue->lock);
	unread = queue->unread;
	spin_unlock(&queue->lock);
	return unread;
}
