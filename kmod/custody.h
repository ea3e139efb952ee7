/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * All claims of one task together: which there are, what takes the place of what, and one
 * revocation for all of them. Knows no rules and tells nobody.
 */
#ifndef DEVTASK_CUSTODY_H
#define DEVTASK_CUSTODY_H

#include <linux/types.h>

#include "account.h"

struct devtask_claim;
struct devtask_task;
struct netlink_ext_ack;

int devtask_custody_add(struct devtask_task *task, struct devtask_claim *claim,
			struct netlink_ext_ack *extack);
int devtask_custody_replace(struct devtask_task *task, u32 old, struct devtask_claim *claim,
			    struct netlink_ext_ack *extack);
struct devtask_claim *devtask_custody_next_lost(struct devtask_task *task);

unsigned int devtask_custody_count(const struct devtask_task *task);
u32 devtask_custody_index(const struct devtask_claim *claim);
struct devtask_claim *devtask_custody_get(struct devtask_task *task, u32 index);
struct devtask_count devtask_custody_sum(const struct devtask_task *task);

void devtask_custody_shut(struct devtask_task *task);
void devtask_custody_interrupt(struct devtask_task *task, bool again);
bool devtask_custody_drain(struct devtask_task *task, unsigned int wait_ms);
void devtask_custody_restore(struct devtask_task *task);
void devtask_custody_forget(struct devtask_task *task);

#endif
