// SPDX-License-Identifier: GPL-2.0-only
/* Counts completed I/O; see account.h. */
#include <linux/gfp.h>

#include "account.h"

/**
 * devtask_account_init() - make empty counters
 * @account: the account
 * @last_io: the stamp to write, outlives the account
 *
 * May sleep. Return: 0 or -ENOMEM.
 */
int devtask_account_init(struct devtask_account *account, unsigned long *last_io)
{
	account->last_io = last_io;
	account->counts = alloc_percpu_gfp(struct devtask_count, GFP_KERNEL_ACCOUNT);
	return account->counts ? 0 : -ENOMEM;
}

void devtask_account_exit(struct devtask_account *account)
{
	free_percpu(account->counts);
}

/**
 * devtask_account_sum() - what has been counted until now
 * @account: the account
 */
struct devtask_count devtask_account_sum(const struct devtask_account *account)
{
	struct devtask_count sum = {};
	int cpu;

	for_each_possible_cpu(cpu) {
		const struct devtask_count *count = per_cpu_ptr(account->counts, cpu);

		sum.ops += READ_ONCE(count->ops);
		sum.bytes += READ_ONCE(count->bytes);
	}
	return sum;
}
