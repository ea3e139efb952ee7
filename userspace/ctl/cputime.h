/* SPDX-License-Identifier: GPL-2.0-only */
/* cputime - how much of the processors a task's process tree has used. Must not know tasks. */
#ifndef DEVTASK_CTL_CPUTIME_H
#define DEVTASK_CTL_CPUTIME_H

#include <stdbool.h>
#include <stdint.h>

/* @cgroup is the name of its directory. False if that is gone or cannot be read. */
bool devtask_cputime_read(const char *cgroup, uint64_t *cpu_ns);

#endif
