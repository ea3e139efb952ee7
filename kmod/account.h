/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Counts completed I/O: operations and bytes of one claim, and the time stamp that all
 * claims of a task share. Knows neither tasks nor devices.
 */
#ifndef DEVTASK_ACCOUNT_H
#define DEVTASK_ACCOUNT_H

#include <linux/compiler.h>
#include <linux/jiffies.h>
#include <linux/percpu.h>
#include <linux/types.h>

/**
 * struct devtask_count - operations and bytes
 */
struct devtask_count {
	u64 ops;
	u64 bytes;
};

/**
 * struct devtask_account - counters of one claim
 * @counts:	per CPU, only ever growing
 * @last_io:	the task's stamp in jiffies: the tick of its newest completed I/O; read and
 *		written without a lock, two CPUs write the same or neighbouring ticks
 */
struct devtask_account {
	struct devtask_count __percpu *counts;
	unsigned long *last_io;
};

int devtask_account_init(struct devtask_account *account, unsigned long *last_io);
void devtask_account_exit(struct devtask_account *account);
struct devtask_count devtask_account_sum(const struct devtask_account *account);

/**
 * devtask_account_io() - one I/O has completed (RUN-3, ADM-3)
 * @account:	of the claim it was done through
 * @bytes:	that it moved
 *
 * Any context. The stamp is stored only when the tick has changed, so that threads on
 * several CPUs do not fight for its cache line.
 */
static __always_inline void devtask_account_io(struct devtask_account *account, u64 bytes)
{
	unsigned long now = jiffies;

	this_cpu_inc(account->counts->ops);
	this_cpu_add(account->counts->bytes, bytes);
	if (READ_ONCE(*account->last_io) != now)
		WRITE_ONCE(*account->last_io, now);
}

#endif
