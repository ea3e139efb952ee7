// SPDX-License-Identifier: GPL-2.0-only
/* The module: makes the rooms ready from the ground up and leaves them in reverse. */
#include <linux/module.h>

#include "chardev.h"
#include "claim.h"
#include "desk.h"
#include "event.h"
#include "guard.h"
#include "guard_file.h"
#include "guard_usb.h"
#include "helper.h"
#include "members.h"
#include "netlink.h"
#include "netlink_ask.h"
#include "netlink_event.h"
#include "node.h"
#include "power.h"
#include "presence.h"
#include "restore.h"
#include "task.h"

#define VERSION "0.1.0"

static const struct devtask_guard_kind *kind_of(const struct devtask_claim *claim)
{
	switch (claim->kind) {
	case DEVTASK_KIND_USB:
		return &devtask_guard_usb;
	case DEVTASK_KIND_HID:
		return &devtask_guard_file_hid;
	case DEVTASK_KIND_CHARDEV:
	case __DEVTASK_KIND_MAX:
		break;
	}
	return &devtask_guard_file_chardev;
}

static int __init devtask_init(void)
{
	int err;

	err = devtask_event_init(devtask_netlink_event_tell);
	if (err)
		return err;
	err = devtask_task_init();
	if (err)
		goto exit_event;
	err = devtask_guard_init();
	if (err)
		goto exit_task;
	err = devtask_restore_init();
	if (err)
		goto exit_guard;
	err = devtask_guard_usb_init();
	if (err)
		goto exit_restore;
	err = devtask_presence_init();
	if (err)
		goto exit_usb;
	err = devtask_power_init();
	if (err)
		goto exit_presence;
	err = devtask_node_init(kind_of);
	if (err)
		goto exit_power;
	devtask_desk_init(&devtask_netlink_ask_voice);
	err = devtask_netlink_init();
	if (err)
		goto exit_node;
	err = devtask_chardev_init();
	if (err)
		goto exit_netlink;
	pr_info("devtask %s, ABI %d\n", VERSION, DEVTASK_ABI_VERSION);
	return 0;

exit_netlink:
	devtask_netlink_exit();
exit_node:
	devtask_node_exit();
exit_power:
	devtask_power_exit();
exit_presence:
	devtask_presence_exit();
exit_usb:
	devtask_guard_usb_exit();
exit_restore:
	devtask_restore_exit();
exit_guard:
	devtask_guard_exit();
exit_task:
	devtask_task_exit();
exit_event:
	devtask_event_exit();
	return err;
}

/*
 * Nothing is left here that could be in use: each session, each task, each guarded file and
 * each mounted node pins the module. What may still run are the last burials, steps and kicks.
 */
static void __exit devtask_exit(void)
{
	devtask_chardev_exit();
	devtask_netlink_exit();
	devtask_node_exit();
	devtask_power_exit();
	devtask_presence_exit();
	devtask_guard_usb_exit();
	devtask_guard_exit();
	devtask_restore_exit();
	devtask_task_exit();
	devtask_claim_exit();
	devtask_members_exit();
	devtask_helper_exit();
	devtask_event_exit();
}

module_init(devtask_init);
module_exit(devtask_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("devtask maintainers");
MODULE_DESCRIPTION("Device background tasks: guarded, revocable device access");
MODULE_VERSION(VERSION);
