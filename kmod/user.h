/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * User memory of the calls of /dev/devtask: structures that begin with their size, texts by
 * address and length. Knows no call.
 */
#ifndef DEVTASK_USER_H
#define DEVTASK_USER_H

#include <linux/types.h>

int devtask_user_read(void *to, size_t size, const void __user *arg, u32 *user_size);
int devtask_user_write(void __user *arg, const void *from, size_t size, u32 user_size);
char *devtask_user_text(u64 address, u32 size, u32 min, u32 max);
int devtask_user_put_text(u64 address, u32 *size, const char *text);
int devtask_user_put_sentence(u64 address, u32 size, const char *sentence);

#endif
