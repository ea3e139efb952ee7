/* SPDX-License-Identifier: GPL-2.0-only */
/* The guarded usbfs file. Knows usbfs's ioctls and how its waits are broken, no policy. */
#ifndef DEVTASK_GUARD_USB_H
#define DEVTASK_GUARD_USB_H

struct devtask_guard_kind;

extern const struct devtask_guard_kind devtask_guard_usb;

int devtask_guard_usb_init(void);
void devtask_guard_usb_exit(void);

#endif
