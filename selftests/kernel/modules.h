/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Loading and unloading of kernel modules by the tests.
 */
#ifndef KTEST_MODULES_H
#define KTEST_MODULES_H

/* modprobe; what is missing may be built in, the first use of it tells. */
void load_modules(const char *names);

/* delete_module(2) without waiting: 0 or -errno. */
int unload_devtask(void);
/* Load build/module/<release>/devtask.ko, or $DEVTASK_KO: 0 or -errno. */
int reload_devtask(void);

#endif
