/* SPDX-License-Identifier: GPL-2.0-only */
/* The rule "device stays attached" (RUN-2). Knows claims, not what guards do. */
#ifndef DEVTASK_PRESENCE_H
#define DEVTASK_PRESENCE_H

struct devtask_claim;

int devtask_presence_init(void);
void devtask_presence_exit(void);
void devtask_presence_lost(struct devtask_claim *claim);
void devtask_presence_check(struct devtask_claim *claim);

#endif
