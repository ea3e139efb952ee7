/* SPDX-License-Identifier: GPL-2.0-only */
/* The generic netlink door for helper and tool. Holds no state. */
#ifndef DEVTASK_NETLINK_H
#define DEVTASK_NETLINK_H

int devtask_netlink_init(void);
void devtask_netlink_exit(void);

#endif
