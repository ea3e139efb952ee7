/* SPDX-License-Identifier: GPL-2.0-only */
/* The part of the netlink door where events go out. Holds no state. */
#ifndef DEVTASK_NETLINK_EVENT_H
#define DEVTASK_NETLINK_EVENT_H

struct devtask_event;
struct genl_family;
struct netlink_callback;
struct sk_buff;

/* Of the family's multicast groups */
enum { DEVTASK_NETLINK_EVENTS };

void devtask_netlink_event_init(const struct genl_family *family);
int devtask_netlink_event_dump_start(struct netlink_callback *cb);
int devtask_netlink_event_dump(struct sk_buff *skb, struct netlink_callback *cb);
void devtask_netlink_event_tell(const struct devtask_event *event);

#endif
