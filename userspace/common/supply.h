/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * supply - the power supplies of this machine as the kernel's power_supply class shows them:
 * numbers and words, read by libudev. Must not know what follows from them.
 */
#ifndef DEVTASK_COMMON_SUPPLY_H
#define DEVTASK_COMMON_SUPPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* In place of a number: the supply does not have it; what it has is no number. */
#define DEVTASK_SUPPLY_ABSENT	INT64_MIN
#define DEVTASK_SUPPLY_GARBLED	(INT64_MIN + 1)

#define DEVTASK_SUPPLIES_MAX	32

enum devtask_supply_kind {
	DEVTASK_SUPPLY_OTHER,
	DEVTASK_SUPPLY_ADAPTER,		/* brings power in: Mains, USB, Wireless */
	DEVTASK_SUPPLY_BATTERY,		/* keeps it: Battery, UPS */
};

struct devtask_supply {
	char name[64];			/* such as "BAT0" */
	enum devtask_supply_kind kind;
	bool is_of_device;		/* scope=Device: of a mouse, not of this computer */
	int64_t online;			/* adapters: 0 = nothing comes in */
	int64_t present;		/* batteries: 0 = the bay is empty */
	int64_t energy_now_uwh;
	int64_t energy_full_uwh;
	int64_t charge_now_uah;
	int64_t charge_full_uah;
	int64_t voltage_uv;		/* as designed, else as it is */
	int64_t capacity_percent;
	char status[24];		/* such as "Discharging"; "" = not told */
};

/*
 * Reads all supplies into @supplies, in the order of their names. Returns how many there are, at
 * most @max, or a negative errno: the class cannot be read at all.
 */
int devtask_supply_list(struct devtask_supply *supplies, size_t max);

#endif
