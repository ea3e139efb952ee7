/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * restore - kernel drivers that a task has detached from its USB device come back after it
 * (END-6). Knows claims; not guards, and not why the task is over.
 */
#ifndef DEVTASK_RESTORE_H
#define DEVTASK_RESTORE_H

struct devtask_claim;

int devtask_restore_init(void);
void devtask_restore_exit(void);

unsigned long devtask_restore_driven(const struct devtask_claim *claim);
void devtask_restore_note(struct devtask_claim *claim, unsigned long driven);
void devtask_restore_begin(struct devtask_claim *claim);

#endif
