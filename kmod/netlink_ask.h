/* SPDX-License-Identifier: GPL-2.0-only */
/* The part of the netlink door where questions go out and answers come in. Holds no state. */
#ifndef DEVTASK_NETLINK_ASK_H
#define DEVTASK_NETLINK_ASK_H

#include <linux/types.h>

struct devtask_ask_voice;
struct genl_family;
struct genl_info;
struct netlink_callback;
struct sk_buff;

extern const struct devtask_ask_voice devtask_netlink_ask_voice;

void devtask_netlink_ask_init(const struct genl_family *family);
int devtask_netlink_ask_dump_start(struct netlink_callback *cb);
int devtask_netlink_ask_dump(struct sk_buff *skb, struct netlink_callback *cb);
int devtask_netlink_ask_answer(struct sk_buff *skb, struct genl_info *info);

#endif
