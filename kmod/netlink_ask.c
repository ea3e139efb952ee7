// SPDX-License-Identifier: GPL-2.0-only
/*
 * Questions out, answers in; see netlink_ask.h. What the helper does not hear (its buffer is
 * full: it is told ENOBUFS by the socket) it finds in the dump.
 */
#include <linux/uuid.h>
#include <net/genetlink.h>

#include "answer.h"
#include "ask.h"
#include "helper.h"
#include "limits.h"
#include "netlink_ask.h"
#include "netlink_fill.h"
#include "session.h"

static const struct genl_family *family;

/**
 * devtask_netlink_ask_init() - say by which family the helper is spoken to
 * @of: the family
 */
void devtask_netlink_ask_init(const struct genl_family *of)
{
	family = of;
}

/* To the helper's socket alone; does not wait. */
static void send(struct sk_buff *skb, void *header)
{
	u32 portid = devtask_helper_portid();

	if (!portid) {
		nlmsg_free(skb);
		return;
	}
	genlmsg_end(skb, header);
	genlmsg_unicast(&init_net, skb, portid);
}

static struct sk_buff *begin(size_t size, u8 cmd, void **header)
{
	struct sk_buff *skb = genlmsg_new(size, GFP_KERNEL);

	if (!skb)
		return NULL;
	*header = genlmsg_put(skb, 0, 0, family, 0, cmd);
	if (*header)
		return skb;
	nlmsg_free(skb);
	return NULL;
}

static void tell_asked(const struct devtask_ask *ask)
{
	void *header;
	struct sk_buff *skb = begin(devtask_netlink_fill_ask_size(ask), DEVTASK_CMD_ASK_NTF,
				    &header);

	if (!skb)
		return;
	if (devtask_netlink_fill_ask(skb, ask))
		nlmsg_free(skb);
	else
		send(skb, header);
}

static void tell_gone(u64 id)
{
	void *header;
	struct sk_buff *skb = begin(NLMSG_DEFAULT_SIZE, DEVTASK_CMD_ASK_GONE_NTF, &header);

	if (!skb)
		return;
	if (nla_put_u64_64bit(skb, DEVTASK_A_ASK_ID, id, DEVTASK_A_ASK_PAD))
		nlmsg_free(skb);
	else
		send(skb, header);
}

const struct devtask_ask_voice devtask_netlink_ask_voice = {
	.asked = tell_asked,
	.gone = tell_gone,
};

/* One question with the longest texts must fit, or the dump could not go on. */
int devtask_netlink_ask_dump_start(struct netlink_callback *cb)
{
	if (!devtask_helper_is_current(NETLINK_CB(cb->skb).portid)) {
		NL_SET_ERR_MSG(cb->extack, "only the helper may do this: send helper-bind first, from the same process");
		return -EPERM;
	}
	cb->min_dump_alloc = NLMSG_DEFAULT_SIZE + 2 * DEVTASK_PATH_MAX + DEVTASK_ARGUMENTS_MAX +
			     4 * DEVTASK_NAME_MAX;
	return 0;
}

static int fill_ask(struct sk_buff *skb, const void *ask)
{
	return devtask_netlink_fill_ask(skb, ask);
}

int devtask_netlink_ask_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	/* Two words, so that a 32-bit kernel counts on too. */
	u64 id = (u64)cb->args[1] << 32 | (u32)cb->args[0];
	const struct devtask_ask *ask;
	int err = 0;

	mutex_lock(&devtask_session_lock);
	while (!err && (ask = devtask_ask_next(id))) {
		err = devtask_netlink_fill_dump(skb, cb, family, DEVTASK_CMD_ASK_GET, fill_ask, ask);
		if (!err)
			id = ask->id;
	}
	mutex_unlock(&devtask_session_lock);
	cb->args[0] = lower_32_bits(id);
	cb->args[1] = upper_32_bits(id);
	return err && !skb->len ? err : skb->len;
}

static u64 u64_of(struct genl_info *info, int attr)
{
	return info->attrs[attr] ? nla_get_u64(info->attrs[attr]) : 0;
}

static int read_answer(struct genl_info *info, struct devtask_answer *answer)
{
	int err;

	if (GENL_REQ_ATTR_CHECK(info, DEVTASK_A_ASK_ID) ||
	    GENL_REQ_ATTR_CHECK(info, DEVTASK_A_ASK_VERDICT)) {
		GENL_SET_ERR_MSG(info, "id and verdict are both needed");
		return -EINVAL;
	}
	err = devtask_netlink_text(info, DEVTASK_A_ASK_SENTENCE, &answer->sentence) ?:
	      devtask_netlink_text(info, DEVTASK_A_ASK_TRIGGER, &answer->trigger) ?:
	      devtask_netlink_text(info, DEVTASK_A_ASK_APP, &answer->app);
	if (err)
		return err;
	if (*answer->trigger && !uuid_is_valid(answer->trigger)) {
		GENL_SET_ERR_MSG(info, "trigger: not a GUID of 36 characters");
		return -EINVAL;
	}
	answer->id = u64_of(info, DEVTASK_A_ASK_ID);
	answer->verdict = nla_get_u32(info->attrs[DEVTASK_A_ASK_VERDICT]);
	answer->reasons = u64_of(info, DEVTASK_A_ASK_REASONS);
	answer->measured = u64_of(info, DEVTASK_A_ASK_MEASURED);
	answer->required = u64_of(info, DEVTASK_A_ASK_REQUIRED);
	return 0;
}

int devtask_netlink_ask_answer(struct sk_buff *skb, struct genl_info *info)
{
	struct devtask_answer answer;

	return read_answer(info, &answer) ?: devtask_answer_give(&answer, info->extack);
}
