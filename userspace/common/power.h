/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * power - how the computer is powered (INI-9): is it on AC, and how full are its batteries? A pure
 * rule over supplies. Must not know how full they have to be.
 */
#ifndef DEVTASK_COMMON_POWER_H
#define DEVTASK_COMMON_POWER_H

#include <stdbool.h>
#include <stddef.h>

#include "error.h"

struct devtask_supply;

struct devtask_power {
	bool on_ac;
	bool has_battery;		/* in the computer; without one it is on AC */
	bool is_known;			/* percent was measured */
	unsigned int percent;		/* a started one counts: above 33 % is 34; 0 if unknown */
	char problem[256];		/* a supply that cannot be believed; "" = none */
};

/*
 * INI-9: 100 * sum of energy / sum of full energy over the batteries of the computer. What has no
 * energy is added up as charge, or as charge by its voltage beside others that have energy, or
 * else the mean of the percentages is taken. A battery that gives nothing, or something absurd, is
 * left out and told in problem, never taken for an empty one.
 *
 * A UPS is a battery: it is what is left when the mains fail. On AC is what has an adapter that is
 * online; where the machine tells of no adapter, a battery that charges and none that discharges.
 */
void devtask_power_judge(const struct devtask_supply *supplies, size_t count,
			 struct devtask_power *power);

/*
 * The same for this machine. Returns 0, or a negative errno with @error and nothing known: not on
 * AC, a battery, and the error's text as the problem.
 */
int devtask_power_read(struct devtask_power *power, struct devtask_error *error);

/* Such as "not on AC, battery at 21 %". Returns @text. */
const char *devtask_power_describe(const struct devtask_power *power, char *text, size_t size);

#endif
