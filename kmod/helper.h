/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who holds the helper's role: one netlink socket of one process. Knows nothing of what a
 * helper may do.
 */
#ifndef DEVTASK_HELPER_H
#define DEVTASK_HELPER_H

#include <linux/types.h>

int devtask_helper_bind(u32 portid);
bool devtask_helper_is_current(u32 portid);
bool devtask_helper_release(u32 portid);
pid_t devtask_helper_pid(void);
u32 devtask_helper_portid(void);
void devtask_helper_exit(void);

#endif
