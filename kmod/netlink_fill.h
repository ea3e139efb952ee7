/* SPDX-License-Identifier: GPL-2.0-only */
/* One fill per object, for reply, dump and event alike. Knows messages, sends none. */
#ifndef DEVTASK_NETLINK_FILL_H
#define DEVTASK_NETLINK_FILL_H

#include <linux/types.h>

struct devtask_claim;
struct devtask_event;
struct devtask_task;
struct sk_buff;

size_t devtask_netlink_fill_size(const struct devtask_event *event);
int devtask_netlink_fill_info(struct sk_buff *skb);
int devtask_netlink_fill_task(struct sk_buff *skb, struct devtask_task *task, bool arguments);
int devtask_netlink_fill_claim(struct sk_buff *skb, struct devtask_claim *claim);
int devtask_netlink_fill_event(struct sk_buff *skb, const struct devtask_event *event);

#endif
