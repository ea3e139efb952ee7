// SPDX-License-Identifier: GPL-2.0-only
/* What a task is told; see notice.h. */
#include <linux/minmax.h>

#include "notice.h"

void devtask_notice_init(struct devtask_notices *notices)
{
	spin_lock_init(&notices->lock);
}

static struct devtask_notice *slot(struct devtask_notices *notices, u64 seq)
{
	u32 at = (u32)seq % DEVTASK_NOTICES_PER_TASK;	/* a power of 2: the high half is no matter */

	return &notices->ring[at];
}

/**
 * devtask_notice_add() - one thing more; the oldest is forgotten for it
 * @notices: the ring
 * @notice: everything but seq is filled in
 */
void devtask_notice_add(struct devtask_notices *notices, const struct devtask_notice *notice)
{
	struct devtask_notice *at;

	spin_lock(&notices->lock);
	at = slot(notices, ++notices->newest);
	*at = *notice;
	at->seq = notices->newest;
	spin_unlock(&notices->lock);
}

/**
 * devtask_notice_newest() - number of the newest, 0 if there was none
 * @notices: the ring
 */
u64 devtask_notice_newest(struct devtask_notices *notices)
{
	u64 newest;

	spin_lock(&notices->lock);
	newest = notices->newest;
	spin_unlock(&notices->lock);
	return newest;
}

/**
 * devtask_notice_after() - the oldest that is kept and has a greater number
 * @notices: the ring
 * @seq: number of the last one that the reader has
 * @notice: out
 *
 * Return: false if there is none.
 */
bool devtask_notice_after(struct devtask_notices *notices, u64 seq, struct devtask_notice *notice)
{
	u64 newest, oldest;

	spin_lock(&notices->lock);
	newest = notices->newest;
	oldest = newest > DEVTASK_NOTICES_PER_TASK ? newest - DEVTASK_NOTICES_PER_TASK + 1 : 1;
	if (seq < newest)
		*notice = *slot(notices, max(seq + 1, oldest));
	spin_unlock(&notices->lock);
	return seq < newest;
}
