// SPDX-License-Identifier: GPL-2.0-only
/*
 * The generic netlink door; see netlink.h and Documentation/netlink/specs/devtask.yaml.
 *
 * An operation says by its flags what it needs; resolve() finds it or refuses, and the
 * handlers see only what is there. Nothing here waits for a driver: a waiting handler would
 * stall the registration of every family in the system.
 */
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/notifier.h>
#include <linux/uuid.h>
#include <net/genetlink.h>

#include "broker.h"
#include "claim.h"
#include "helper.h"
#include "label.h"
#include "limits.h"
#include "netlink.h"
#include "netlink_ask.h"
#include "netlink_event.h"
#include "netlink_fill.h"
#include "task.h"

/* What an operation needs before its handler is called (genl_ops.internal_flags) */
#define NEEDS_HELPER	BIT(0)		/* the sender holds the helper's role */
#define NEEDS_TASK	BIT(1)		/* the attribute "id" names a task: user_ptr[0] */
#define NEEDS_OWNER_TASK BIT(2)		/* the attribute "task-id" names one: user_ptr[0] */
#define NEEDS_CLAIM	BIT(3)		/* the attribute "id" names a claim: user_ptr[0] */

static struct genl_family family;

static const struct genl_multicast_group groups[] = {
	[DEVTASK_NETLINK_EVENTS] = { .name = DEVTASK_MCGRP_EVENTS },
};

static bool is_admin(struct sk_buff *skb)
{
	return netlink_capable(skb, CAP_NET_ADMIN);
}

static bool is_owner(struct sk_buff *skb, const struct devtask_task *task)
{
	return uid_eq(NETLINK_CREDS(skb)->uid, task->label->uid);
}

static int find_task(struct genl_info *info, int attr)
{
	struct devtask_task *task;

	if (GENL_REQ_ATTR_CHECK(info, attr)) {
		GENL_SET_ERR_MSG(info, "say which task: its number is missing");
		return -EINVAL;
	}
	task = devtask_task_find(nla_get_u32(info->attrs[attr]));
	if (!task) {
		GENL_SET_ERR_MSG(info, "no such task: it has ended or never was");
		return -ESRCH;
	}
	info->user_ptr[0] = task;
	return 0;
}

static int find_claim(struct genl_info *info)
{
	struct devtask_claim *claim;

	if (GENL_REQ_ATTR_CHECK(info, DEVTASK_A_CLAIM_ID)) {
		GENL_SET_ERR_MSG(info, "say which claim: its number is missing");
		return -EINVAL;
	}
	claim = devtask_claim_find(nla_get_u32(info->attrs[DEVTASK_A_CLAIM_ID]));
	if (!claim) {
		GENL_SET_ERR_MSG(info, "no such claim: its task has ended or it never was");
		return -ENOENT;
	}
	info->user_ptr[0] = claim;
	return 0;
}

static int resolve(const struct genl_split_ops *ops, struct sk_buff *skb, struct genl_info *info)
{
	if ((ops->internal_flags & NEEDS_HELPER) && !devtask_helper_is_current(info->snd_portid)) {
		GENL_SET_ERR_MSG(info, "only the helper may do this: send helper-bind first, from the same process");
		return -EPERM;
	}
	if (ops->internal_flags & NEEDS_TASK)
		return find_task(info, DEVTASK_A_TASK_ID);
	if (ops->internal_flags & NEEDS_OWNER_TASK)
		return find_task(info, DEVTASK_A_CLAIM_TASK_ID);
	if (ops->internal_flags & NEEDS_CLAIM)
		return find_claim(info);
	return 0;
}

static void release(const struct genl_split_ops *ops, struct sk_buff *skb, struct genl_info *info)
{
	if (ops->internal_flags & (NEEDS_TASK | NEEDS_OWNER_TASK))
		devtask_task_put(info->user_ptr[0]);
	if (ops->internal_flags & NEEDS_CLAIM)
		devtask_claim_put(info->user_ptr[0]);
}

/* A reply whose payload the caller fills; finish with send_reply() or nlmsg_free(). */
static struct sk_buff *new_reply(struct genl_info *info, size_t size, void **header)
{
	struct sk_buff *reply = genlmsg_new(size, GFP_KERNEL);

	if (!reply)
		return NULL;
	*header = genlmsg_put_reply(reply, info, &family, 0, info->genlhdr->cmd);
	if (!*header) {
		nlmsg_free(reply);
		return NULL;
	}
	return reply;
}

static int send_reply(struct genl_info *info, struct sk_buff *reply, void *header, int err)
{
	if (err) {
		nlmsg_free(reply);
		return err;
	}
	genlmsg_end(reply, header);
	return genlmsg_reply(reply, info);
}

static int reply_id(struct genl_info *info, int attr, u32 id)
{
	void *header;
	struct sk_buff *reply = new_reply(info, NLMSG_DEFAULT_SIZE, &header);

	if (!reply)
		return -ENOMEM;
	return send_reply(info, reply, header, nla_put_u32(reply, attr, id));
}

static int info_get(struct sk_buff *skb, struct genl_info *info)
{
	void *header;
	struct sk_buff *reply = new_reply(info, NLMSG_DEFAULT_SIZE, &header);

	if (!reply)
		return -ENOMEM;
	return send_reply(info, reply, header, devtask_netlink_fill_info(reply));
}

static int helper_bind(struct sk_buff *skb, struct genl_info *info)
{
	int err;

	if (GENL_REQ_ATTR_CHECK(info, DEVTASK_A_HELPER_ABI_VERSION)) {
		GENL_SET_ERR_MSG(info, "say which ABI version the helper was built for");
		return -EINVAL;
	}
	if (nla_get_u32(info->attrs[DEVTASK_A_HELPER_ABI_VERSION]) != DEVTASK_ABI_VERSION) {
		GENL_SET_ERR_MSG(info, "module and helper speak different ABI versions: install both from one release");
		return -EPROTO;
	}
	err = devtask_helper_bind(info->snd_portid);
	if (err)
		GENL_SET_ERR_MSG(info, "another helper is running: stop it first");
	return err;
}

static u64 u64_of(struct genl_info *info, int attr, u64 otherwise)
{
	return info->attrs[attr] ? nla_get_u64(info->attrs[attr]) : otherwise;
}

static u32 u32_of(struct genl_info *info, int attr, u32 otherwise)
{
	return info->attrs[attr] ? nla_get_u32(info->attrs[attr]) : otherwise;
}

static int read_request(struct genl_info *info, struct devtask_request *request)
{
	struct devtask_limits defaults;
	int err;

	if (GENL_REQ_ATTR_CHECK(info, DEVTASK_A_TASK_TYPE) ||
	    GENL_REQ_ATTR_CHECK(info, DEVTASK_A_TASK_TRIGGER) ||
	    GENL_REQ_ATTR_CHECK(info, DEVTASK_A_TASK_PROGRAM) ||
	    GENL_REQ_ATTR_CHECK(info, DEVTASK_A_TASK_UID) ||
	    GENL_REQ_ATTR_CHECK(info, DEVTASK_A_TASK_CGROUP_FD)) {
		GENL_SET_ERR_MSG(info, "type, trigger, program, uid and cgroup-fd are all needed");
		return -EINVAL;
	}
	err = devtask_netlink_text(info, DEVTASK_A_TASK_TRIGGER, &request->trigger) ?:
	      devtask_netlink_text(info, DEVTASK_A_TASK_PROGRAM, &request->program) ?:
	      devtask_netlink_text(info, DEVTASK_A_TASK_DEVICE, &request->device) ?:
	      devtask_netlink_text(info, DEVTASK_A_TASK_ARGUMENTS, &request->arguments) ?:
	      devtask_netlink_text(info, DEVTASK_A_TASK_APP, &request->app);
	if (err)
		return err;
	if (!uuid_is_valid(request->trigger)) {
		GENL_SET_ERR_MSG(info, "trigger: not a GUID of 36 characters");
		return -EINVAL;
	}
	request->type = nla_get_u32(info->attrs[DEVTASK_A_TASK_TYPE]);
	request->uid = make_kuid(current_user_ns(), nla_get_u32(info->attrs[DEVTASK_A_TASK_UID]));
	if (!uid_valid(request->uid)) {
		GENL_SET_ERR_MSG(info, "uid: no such user id");
		return -EINVAL;
	}
	request->ask_id = u64_of(info, DEVTASK_A_TASK_ASK_ID, 0);
	request->report_only = u32_of(info, DEVTASK_A_TASK_REPORT_ONLY, 0);
	request->cgroup_fd = nla_get_u32(info->attrs[DEVTASK_A_TASK_CGROUP_FD]);
	defaults = devtask_rules_defaults(request->type);
	request->limits = (struct devtask_limits) {
		.deadline_ns = u64_of(info, DEVTASK_A_TASK_DEADLINE_NS, defaults.deadline_ns),
		.io_interval_ns = u64_of(info, DEVTASK_A_TASK_IO_INTERVAL_NS,
					 defaults.io_interval_ns),
		.grace_ns = u64_of(info, DEVTASK_A_TASK_GRACE_NS, defaults.grace_ns),
		.warning_ns = u64_of(info, DEVTASK_A_TASK_WARNING_NS, defaults.warning_ns),
	};
	return 0;
}

static int task_create(struct sk_buff *skb, struct genl_info *info)
{
	struct devtask_request request;
	u32 id;
	int err;

	err = read_request(info, &request);
	if (!err)
		err = devtask_broker_create_task(&request, &id, info->extack);
	return err ?: reply_id(info, DEVTASK_A_TASK_ID, id);
}

static int task_start(struct sk_buff *skb, struct genl_info *info)
{
	return devtask_broker_start_task(info->user_ptr[0], info->extack);
}

static int task_cancel(struct sk_buff *skb, struct genl_info *info)
{
	struct devtask_task *task = info->user_ptr[0];
	bool helper = devtask_helper_is_current(info->snd_portid);
	struct devtask_cancellation why = {};

	if (!helper && !is_admin(skb) && !is_owner(skb, task)) {
		GENL_SET_ERR_MSG(info, "only the user that the task runs as and the administrator may cancel it");
		return -EPERM;
	}
	if (!helper && (info->attrs[DEVTASK_A_TASK_REASON] || info->attrs[DEVTASK_A_TASK_DETAIL])) {
		GENL_SET_ERR_MSG(info, "only the helper may give a reason: leave it out");
		return -EPERM;
	}
	why.reason = u32_of(info, DEVTASK_A_TASK_REASON, DEVTASK_REASON_ABORT);
	why.detail = u32_of(info, DEVTASK_A_TASK_DETAIL, DEVTASK_DETAIL_BY_ADMIN);
	why.measured_ns = u64_of(info, DEVTASK_A_TASK_MEASURED_NS, 0);
	why.required_ns = u64_of(info, DEVTASK_A_TASK_REQUIRED_NS, 0);
	return devtask_broker_cancel_task(task, &why, u32_of(info, DEVTASK_A_TASK_CONFIRMED, 0),
					  info->extack);
}

static int task_end(struct sk_buff *skb, struct genl_info *info)
{
	return devtask_broker_end_task(info->user_ptr[0],
				       info->attrs[DEVTASK_A_TASK_EXIT_STATUS],
				       u32_of(info, DEVTASK_A_TASK_EXIT_STATUS, 0), info->extack);
}

static size_t task_size(const struct devtask_task *task)
{
	return NLMSG_DEFAULT_SIZE + strlen(task->label->program) + strlen(task->label->arguments);
}

static int task_get(struct sk_buff *skb, struct genl_info *info)
{
	struct devtask_task *task = info->user_ptr[0];
	bool arguments = is_admin(skb) || is_owner(skb, task);
	void *header;
	struct sk_buff *reply = new_reply(info, task_size(task), &header);

	if (!reply)
		return -ENOMEM;
	return send_reply(info, reply, header, devtask_netlink_fill_task(reply, task, arguments));
}

/* In a dump nobody sees arguments: one reader's right differs from task to task. */
static int fill_task(struct sk_buff *skb, const void *task)
{
	return devtask_netlink_fill_task(skb, (struct devtask_task *)task, false);
}

static int task_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	unsigned long id = cb->args[0];
	struct devtask_task *task;
	int err = 0;

	while (!err && (task = devtask_task_next(&id))) {
		err = devtask_netlink_fill_dump(skb, cb, &family, DEVTASK_CMD_TASK_GET, fill_task,
						task);
		devtask_task_put(task);
		if (!err)
			cb->args[0] = ++id;
	}
	return err && !skb->len ? err : skb->len;
}

static int claim_create(struct sk_buff *skb, struct genl_info *info)
{
	struct devtask_claim_wish wish = { .replaces = u32_of(info, DEVTASK_A_CLAIM_REPLACES, 0) };
	u32 id;
	int err;

	if (GENL_REQ_ATTR_CHECK(info, DEVTASK_A_CLAIM_PATH)) {
		GENL_SET_ERR_MSG(info, "say which device: the path of its node is missing");
		return -EINVAL;
	}
	err = devtask_netlink_text(info, DEVTASK_A_CLAIM_PATH, &wish.path) ?:
	      devtask_netlink_text(info, DEVTASK_A_CLAIM_HARDWARE_ID, &wish.hardware_id) ?:
	      devtask_broker_create_claim(info->user_ptr[0], &wish, &id, info->extack);
	return err ?: reply_id(info, DEVTASK_A_CLAIM_ID, id);
}

static int claim_get(struct sk_buff *skb, struct genl_info *info)
{
	struct devtask_claim *claim = info->user_ptr[0];
	void *header;
	struct sk_buff *reply = new_reply(info, NLMSG_DEFAULT_SIZE + strlen(claim->path_name),
					  &header);

	if (!reply)
		return -ENOMEM;
	return send_reply(info, reply, header, devtask_netlink_fill_claim(reply, claim));
}

static int fill_claim(struct sk_buff *skb, const void *claim)
{
	return devtask_netlink_fill_claim(skb, (struct devtask_claim *)claim);
}

static int claim_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	unsigned long id = cb->args[0];
	struct devtask_claim *claim;
	int err = 0;

	while (!err && (claim = devtask_claim_next(&id))) {
		err = devtask_netlink_fill_dump(skb, cb, &family, DEVTASK_CMD_CLAIM_GET, fill_claim,
						claim);
		devtask_claim_put(claim);
		if (!err)
			cb->args[0] = ++id;
	}
	return err && !skb->len ? err : skb->len;
}

static const struct nla_policy helper_policy[DEVTASK_A_HELPER_MAX + 1] = {
	[DEVTASK_A_HELPER_ABI_VERSION] = { .type = NLA_U32 },
};

static const struct nla_policy task_create_policy[DEVTASK_A_TASK_MAX + 1] = {
	[DEVTASK_A_TASK_TYPE] = NLA_POLICY_MAX(NLA_U32, DEVTASK_TYPE_MAX),
	[DEVTASK_A_TASK_TRIGGER] = { .type = NLA_NUL_STRING, .len = DEVTASK_TRIGGER_LEN },
	[DEVTASK_A_TASK_PROGRAM] = { .type = NLA_NUL_STRING, .len = DEVTASK_PATH_MAX },
	[DEVTASK_A_TASK_ARGUMENTS] = { .type = NLA_NUL_STRING, .len = DEVTASK_ARGUMENTS_MAX },
	[DEVTASK_A_TASK_DEVICE] = { .type = NLA_NUL_STRING, .len = DEVTASK_NAME_MAX },
	[DEVTASK_A_TASK_UID] = { .type = NLA_U32 },
	[DEVTASK_A_TASK_CGROUP_FD] = { .type = NLA_U32 },
	[DEVTASK_A_TASK_DEADLINE_NS] = { .type = NLA_U64 },
	[DEVTASK_A_TASK_IO_INTERVAL_NS] = { .type = NLA_U64 },
	[DEVTASK_A_TASK_GRACE_NS] = { .type = NLA_U64 },
	[DEVTASK_A_TASK_APP] = { .type = NLA_NUL_STRING, .len = DEVTASK_NAME_MAX },
	[DEVTASK_A_TASK_ASK_ID] = { .type = NLA_U64 },
	[DEVTASK_A_TASK_REPORT_ONLY] = NLA_POLICY_MAX(NLA_U32, 1),
	[DEVTASK_A_TASK_WARNING_NS] = { .type = NLA_U64 },
};

static const struct nla_policy task_id_policy[DEVTASK_A_TASK_ID + 1] = {
	[DEVTASK_A_TASK_ID] = { .type = NLA_U32 },
};

static const struct nla_policy task_cancel_policy[DEVTASK_A_TASK_MAX + 1] = {
	[DEVTASK_A_TASK_ID] = { .type = NLA_U32 },
	[DEVTASK_A_TASK_REASON] = NLA_POLICY_MAX(NLA_U32, DEVTASK_REASON_MAX),
	[DEVTASK_A_TASK_DETAIL] = NLA_POLICY_RANGE(NLA_U32, DEVTASK_DETAIL_BY_APP,
						   DEVTASK_DETAIL_MAX),
	[DEVTASK_A_TASK_MEASURED_NS] = { .type = NLA_U64 },
	[DEVTASK_A_TASK_REQUIRED_NS] = { .type = NLA_U64 },
	[DEVTASK_A_TASK_CONFIRMED] = NLA_POLICY_MAX(NLA_U32, 1),
};

static const struct nla_policy task_end_policy[DEVTASK_A_TASK_MAX + 1] = {
	[DEVTASK_A_TASK_ID] = { .type = NLA_U32 },
	[DEVTASK_A_TASK_EXIT_STATUS] = { .type = NLA_U32 },
};

static const struct nla_policy claim_create_policy[DEVTASK_A_CLAIM_MAX + 1] = {
	[DEVTASK_A_CLAIM_TASK_ID] = { .type = NLA_U32 },
	[DEVTASK_A_CLAIM_PATH] = { .type = NLA_NUL_STRING, .len = DEVTASK_PATH_MAX },
	[DEVTASK_A_CLAIM_HARDWARE_ID] = { .type = NLA_NUL_STRING, .len = DEVTASK_NAME_MAX },
	[DEVTASK_A_CLAIM_REPLACES] = NLA_POLICY_MIN(NLA_U32, 1),
};

static const struct nla_policy claim_id_policy[DEVTASK_A_CLAIM_ID + 1] = {
	[DEVTASK_A_CLAIM_ID] = { .type = NLA_U32 },
};

static const struct nla_policy event_since_policy[DEVTASK_A_EVENT_SINCE + 1] = {
	[DEVTASK_A_EVENT_SINCE] = { .type = NLA_U64 },
};

static const struct nla_policy ask_answer_policy[DEVTASK_A_ASK_MAX + 1] = {
	[DEVTASK_A_ASK_ID] = { .type = NLA_U64 },
	[DEVTASK_A_ASK_VERDICT] = NLA_POLICY_MAX(NLA_U32, DEVTASK_VERDICT_MAX),
	[DEVTASK_A_ASK_REASONS] = { .type = NLA_U64 },
	[DEVTASK_A_ASK_MEASURED] = { .type = NLA_U64 },
	[DEVTASK_A_ASK_REQUIRED] = { .type = NLA_U64 },
	[DEVTASK_A_ASK_SENTENCE] = { .type = NLA_NUL_STRING, .len = DEVTASK_SENTENCE_MAX },
	[DEVTASK_A_ASK_TRIGGER] = { .type = NLA_NUL_STRING, .len = DEVTASK_TRIGGER_LEN },
	[DEVTASK_A_ASK_APP] = { .type = NLA_NUL_STRING, .len = DEVTASK_NAME_MAX },
};

/* No attribute at all: an empty policy would mean "any". */
static const struct nla_policy no_policy[] = {
	[1] = { .type = NLA_REJECT },
};

#define POLICY(table) .policy = (table), .maxattr = ARRAY_SIZE(table) - 1

static const struct genl_ops ops[] = {
	{ .cmd = DEVTASK_CMD_INFO_GET, .doit = info_get, POLICY(no_policy) },
	{ .cmd = DEVTASK_CMD_HELPER_BIND, .doit = helper_bind, POLICY(helper_policy),
	  .flags = GENL_ADMIN_PERM },
	{ .cmd = DEVTASK_CMD_TASK_CREATE, .doit = task_create, POLICY(task_create_policy),
	  .flags = GENL_ADMIN_PERM, .internal_flags = NEEDS_HELPER },
	{ .cmd = DEVTASK_CMD_TASK_START, .doit = task_start, POLICY(task_id_policy),
	  .flags = GENL_ADMIN_PERM, .internal_flags = NEEDS_HELPER | NEEDS_TASK },
	{ .cmd = DEVTASK_CMD_TASK_CANCEL, .doit = task_cancel, POLICY(task_cancel_policy),
	  .internal_flags = NEEDS_TASK },
	{ .cmd = DEVTASK_CMD_TASK_END, .doit = task_end, POLICY(task_end_policy),
	  .flags = GENL_ADMIN_PERM, .internal_flags = NEEDS_HELPER | NEEDS_TASK },
	{ .cmd = DEVTASK_CMD_TASK_GET, .doit = task_get, .start = devtask_netlink_fill_dump_start,
	  .dumpit = task_dump, POLICY(task_id_policy), .internal_flags = NEEDS_TASK },
	{ .cmd = DEVTASK_CMD_CLAIM_CREATE, .doit = claim_create, POLICY(claim_create_policy),
	  .flags = GENL_ADMIN_PERM, .internal_flags = NEEDS_HELPER | NEEDS_OWNER_TASK },
	{ .cmd = DEVTASK_CMD_CLAIM_GET, .doit = claim_get, .start = devtask_netlink_fill_dump_start,
	  .dumpit = claim_dump, POLICY(claim_id_policy), .internal_flags = NEEDS_CLAIM },
	{ .cmd = DEVTASK_CMD_EVENT_GET, .start = devtask_netlink_event_dump_start,
	  .dumpit = devtask_netlink_event_dump, POLICY(event_since_policy) },
	{ .cmd = DEVTASK_CMD_ASK_GET, .start = devtask_netlink_ask_dump_start,
	  .dumpit = devtask_netlink_ask_dump, POLICY(no_policy), .flags = GENL_ADMIN_PERM },
	{ .cmd = DEVTASK_CMD_ASK_ANSWER, .doit = devtask_netlink_ask_answer,
	  POLICY(ask_answer_policy), .flags = GENL_ADMIN_PERM, .internal_flags = NEEDS_HELPER },
};

static struct genl_family family __ro_after_init = {
	.name = DEVTASK_FAMILY_NAME,
	.version = DEVTASK_FAMILY_VERSION,
	.module = THIS_MODULE,
	.ops = ops,
	.n_ops = ARRAY_SIZE(ops),
	.mcgrps = groups,
	.n_mcgrps = ARRAY_SIZE(groups),
	.pre_doit = resolve,
	.post_doit = release,
	.parallel_ops = true,
};

static int socket_gone(struct notifier_block *block, unsigned long action, void *data)
{
	struct netlink_notify *notify = data;

	if (action == NETLINK_URELEASE && notify->protocol == NETLINK_GENERIC &&
	    net_eq(notify->net, &init_net) && devtask_helper_release(notify->portid))
		devtask_broker_helper_lost();
	return NOTIFY_DONE;
}

static struct notifier_block socket_notifier = {
	.notifier_call = socket_gone,
};

/**
 * devtask_netlink_init() - open the door; everything behind it must be ready
 */
int devtask_netlink_init(void)
{
	int err;

	devtask_netlink_ask_init(&family);
	devtask_netlink_event_init(&family);
	err = netlink_register_notifier(&socket_notifier);
	if (err)
		return err;
	err = genl_register_family(&family);
	if (err)
		netlink_unregister_notifier(&socket_notifier);
	return err;
}

void devtask_netlink_exit(void)
{
	genl_unregister_family(&family);
	netlink_unregister_notifier(&socket_notifier);
}
