/* SPDX-License-Identifier: GPL-2.0-only */
/* cpuspeed - how fast the processors run now. Must not know what is computed from it. */
#ifndef DEVTASK_DAEMON_CPUSPEED_H
#define DEVTASK_DAEMON_CPUSPEED_H

#include <stdint.h>

/* Where nothing is known: the source page's 400 ms are meant at 1 GHz. */
#define DEVTASK_CPUSPEED_UNKNOWN_KHZ	1000000

/*
 * kHz of the fastest processor: nobody knows on which one a task ran, and the doubt is in its
 * favour. From cpufreq (cpuinfo_avg_freq, else scaling_cur_freq), else /proc/cpuinfo, else
 * DEVTASK_CPUSPEED_UNKNOWN_KHZ. @sys is "/sys", @proc "/proc".
 */
uint64_t devtask_cpuspeed_khz(const char *sys, const char *proc);

#endif
