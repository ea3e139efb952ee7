// SPDX-License-Identifier: GPL-2.0-only
/* Events out, as they happen and out of the ring; see netlink_event.h. */
#include <net/genetlink.h>

#include "event.h"
#include "netlink_event.h"
#include "netlink_fill.h"

static const struct genl_family *family;

/**
 * devtask_netlink_event_init() - say by which family listeners are told
 * @of: the family
 */
void devtask_netlink_event_init(const struct genl_family *of)
{
	family = of;
}

/**
 * struct event_dump - where a replay writes to
 * @skb: message that gets the attributes
 * @cb: the dump
 * @err: of the last event that was shown
 */
struct event_dump {
	struct sk_buff *skb;
	struct netlink_callback *cb;
	int err;
};

static int fill_event(struct sk_buff *skb, const void *event)
{
	return devtask_netlink_fill_event(skb, event);
}

static int show_event(const struct devtask_event *event, void *to)
{
	struct event_dump *dump = to;

	dump->err = devtask_netlink_fill_dump(dump->skb, dump->cb, family, DEVTASK_CMD_EVENT_GET,
					      fill_event, event);
	return dump->err;
}

int devtask_netlink_event_dump_start(struct netlink_callback *cb)
{
	struct nlattr *since = devtask_compat_dump_attrs(cb)[DEVTASK_A_EVENT_SINCE];
	u64 seq = since ? nla_get_u64(since) : 0;

	/* Two words, so that a 32-bit kernel counts on too. */
	cb->args[0] = lower_32_bits(seq);
	cb->args[1] = upper_32_bits(seq);
	return devtask_netlink_fill_dump_start(cb);
}

int devtask_netlink_event_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct event_dump dump = { .skb = skb, .cb = cb };
	u64 seq = (u64)cb->args[1] << 32 | (u32)cb->args[0];

	seq = devtask_event_replay(seq, show_event, &dump);
	cb->args[0] = lower_32_bits(seq);
	cb->args[1] = upper_32_bits(seq);
	return dump.err && !skb->len ? dump.err : skb->len;
}

/**
 * devtask_netlink_event_tell() - multicast an event; may sleep
 * @event: the event
 *
 * Nobody listening is no error, and what a slow listener loses it finds in the ring.
 */
void devtask_netlink_event_tell(const struct devtask_event *event)
{
	struct sk_buff *skb;
	void *header;

	if (!genl_has_listeners(family, &init_net, DEVTASK_NETLINK_EVENTS))
		return;
	skb = genlmsg_new(devtask_netlink_fill_size(event), GFP_KERNEL);
	if (!skb)
		return;
	header = genlmsg_put(skb, 0, 0, family, 0, DEVTASK_CMD_EVENT_NTF);
	if (!header || devtask_netlink_fill_event(skb, event)) {
		nlmsg_free(skb);
		return;
	}
	genlmsg_end(skb, header);
	genlmsg_multicast(family, skb, 0, DEVTASK_NETLINK_EVENTS, GFP_KERNEL);
}
