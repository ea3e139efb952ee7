/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a task's own sessions are told besides its cancellation: the newest few things, which
 * each reader goes through at its own pace. Knows no task and no session.
 */
#ifndef DEVTASK_NOTICE_H
#define DEVTASK_NOTICE_H

#include <linux/spinlock.h>
#include <linux/types.h>

#include "limits.h"

/**
 * struct devtask_notice - one thing to tell
 * @seq: number, from 1, no gaps
 * @kind: DEVTASK_EVENT_KIND_WARNING, _DETACHED or _ATTACHED
 * @time_ns: when, CLOCK_BOOTTIME
 * @measured_ns: of a warning
 * @required_ns: of a warning
 * @claim_index: which of the task's devices
 */
struct devtask_notice {
	u64 seq;
	u32 kind;
	u64 time_ns;
	u64 measured_ns;
	u64 required_ns;
	u32 claim_index;
};

/**
 * struct devtask_notices - a ring of them
 * @lock: protects it; process context, innermost
 * @newest: seq of the newest, 0 = none; read anywhere
 * @ring: slot = seq modulo size
 */
struct devtask_notices {
	spinlock_t lock;
	u64 newest;
	struct devtask_notice ring[DEVTASK_NOTICES_PER_TASK];
};

void devtask_notice_init(struct devtask_notices *notices);
void devtask_notice_add(struct devtask_notices *notices, const struct devtask_notice *notice);
u64 devtask_notice_newest(struct devtask_notices *notices);
bool devtask_notice_after(struct devtask_notices *notices, u64 seq, struct devtask_notice *notice);

#endif
