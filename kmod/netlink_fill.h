/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One fill per object, for reply, dump and event alike, and what all handlers read and write in
 * the same way. Knows messages, sends none.
 */
#ifndef DEVTASK_NETLINK_FILL_H
#define DEVTASK_NETLINK_FILL_H

#include <linux/types.h>

struct devtask_ask;
struct devtask_claim;
struct devtask_event;
struct devtask_task;
struct genl_family;
struct genl_info;
struct netlink_callback;
struct sk_buff;

size_t devtask_netlink_fill_size(const struct devtask_event *event);
int devtask_netlink_fill_info(struct sk_buff *skb);
int devtask_netlink_fill_task(struct sk_buff *skb, struct devtask_task *task, bool arguments);
int devtask_netlink_fill_claim(struct sk_buff *skb, struct devtask_claim *claim);
int devtask_netlink_fill_event(struct sk_buff *skb, const struct devtask_event *event);
size_t devtask_netlink_fill_ask_size(const struct devtask_ask *ask);
int devtask_netlink_fill_ask(struct sk_buff *skb, const struct devtask_ask *ask);
int devtask_netlink_fill_dump_start(struct netlink_callback *cb);
int devtask_netlink_fill_dump(struct sk_buff *skb, struct netlink_callback *cb,
			      const struct genl_family *family, u8 cmd,
			      int (*fill)(struct sk_buff *skb, const void *object),
			      const void *object);
int devtask_netlink_text(struct genl_info *info, int attr, const char **text);

#endif
