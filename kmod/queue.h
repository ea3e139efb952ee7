/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The events that wait for one app: numbered, bounded, kept for a while after they were read.
 * Knows neither sessions nor tasks. Has one spinlock, innermost of all.
 */
#ifndef DEVTASK_QUEUE_H
#define DEVTASK_QUEUE_H

#include <linux/kref.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/wait.h>
#include <linux/devtask_app.h>

/**
 * struct devtask_lane - what a queue knows of one registration; all under the queue's lock
 * @ref:	references: the registration, each note
 * @kept:	notes of it in the queue
 * @lost:	notes that were dropped unread, since that was last told
 * @seq:	number of its newest note, 0 = none yet
 */
struct devtask_lane {
	struct kref ref;
	unsigned int kept;
	u32 lost;
	u64 seq;
};

/**
 * struct devtask_note - one event of an app
 * @ref:	references: the queue, who reads it
 * @in_queue:	entry of &devtask_queue.notes
 * @lane:	whose it is, referenced, set when it is pushed
 * @text:	belongs to the note, NULL if there is none
 * @was_read:	it has reached the app; under the queue's lock
 * @busy:	it is on its way to the app; under the queue's lock
 * @head:	what the app reads; @text_size is that of @text
 */
struct devtask_note {
	struct kref ref;
	struct list_head in_queue;
	struct devtask_lane *lane;
	char *text;
	bool was_read;
	bool busy;
	struct devtask_app_event head;
};

/**
 * struct devtask_queue - the events of one app
 * @wait:	readers and pollers
 * @lock:	protects all that follows, and the members of lanes and notes
 * @notes:	list of &devtask_note.in_queue, numbers growing
 * @kept:	its length
 * @seq:	number of the newest note, 0 = none yet
 * @cursor:	the next read gives the first note with a greater number
 * @unread:	completed runs that have not been read
 * @closed:	nobody reads any more, nothing is kept
 */
struct devtask_queue {
	wait_queue_head_t wait;
	spinlock_t lock;
	struct list_head notes;
	unsigned int kept;
	u64 seq;
	u64 cursor;
	unsigned int unread;
	bool closed;
};

struct devtask_lane *devtask_lane_create(void);
void devtask_lane_put(struct devtask_lane *lane);
struct devtask_note *devtask_note_create(enum devtask_app_event_kind kind, const char *text);
void devtask_note_put(struct devtask_note *note);

void devtask_queue_init(struct devtask_queue *queue);
void devtask_queue_close(struct devtask_queue *queue);
void devtask_queue_push(struct devtask_queue *queue, struct devtask_lane *lane,
			struct devtask_note *note);
bool devtask_queue_ready(struct devtask_queue *queue);
struct devtask_note *devtask_queue_take(struct devtask_queue *queue, u32 *lost);
void devtask_queue_done(struct devtask_queue *queue, struct devtask_note *note, u32 lost,
			bool was_read);
int devtask_queue_replay(struct devtask_queue *queue, u64 since);
u64 devtask_queue_newest(struct devtask_queue *queue, const struct devtask_lane *lane);
unsigned int devtask_queue_unread(struct devtask_queue *queue);

#endif
