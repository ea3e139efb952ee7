/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Since v6.2 (20b0b53acaa2 "genetlink: introduce split op representation") ->pre_doit() gets
 * the split form of an operation; since v6.6 (7288dd2fd488 "genetlink: make genl_info
 * available to dumpit") the attributes of a dump are in genl_dumpit_info()->info.
 */
#ifndef DEVTASK_COMPAT_NET_GENETLINK_H
#define DEVTASK_COMPAT_NET_GENETLINK_H

#include <linux/version.h>
#include_next <net/genetlink.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
#define genl_split_ops genl_ops
#endif

static inline struct nlattr **devtask_compat_dump_attrs(struct netlink_callback *cb)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 6, 0)
	return genl_dumpit_info(cb)->attrs;
#else
	return genl_dumpit_info(cb)->info.attrs;
#endif
}

#endif
