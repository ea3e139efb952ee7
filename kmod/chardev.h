/* SPDX-License-Identifier: GPL-2.0-only */
/* The door for apps and tasks, /dev/devtask. Holds no state; the calls are linux/devtask_app.h. */
#ifndef DEVTASK_CHARDEV_H
#define DEVTASK_CHARDEV_H

int devtask_chardev_init(void);
void devtask_chardev_exit(void);

#endif
