// SPDX-License-Identifier: GPL-2.0-only
/* power - see power.h. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "power.h"
#include "supply.h"

/* A gauge may run over a little; a megawatt hour is none, and sums of less fit. */
#define OVERFULL_PERCENT	110
#define AMOUNT_MAX		INT64_C(1000000000000)
#define MILLION			INT64_C(1000000)

/* What is in a battery, and what would be; in one unit. */
struct fill {
	bool is_there;
	int64_t now;
	int64_t full;
};

struct gauge {
	struct fill energy;
	struct fill charge;
	struct fill as_energy;		/* energy, or charge by voltage */
	struct fill own;		/* the best that it has, to the millionth */
};

static void __attribute__((format(printf, 2, 3)))
tell(struct devtask_power *power, const char *format, ...)
{
	va_list args;

	/* The first is enough to act on. */
	if (*power->problem)
		return;
	va_start(args, format);
	vsnprintf(power->problem, sizeof(power->problem), format, args);
	va_end(args);
}

/* Returns false if the numbers are absurd; none at all is not. A full of 0 was never learned. */
static bool take_fill(int64_t now, int64_t full, struct fill *fill)
{
	if (now == DEVTASK_SUPPLY_GARBLED || full == DEVTASK_SUPPLY_GARBLED)
		return false;
	if (now == DEVTASK_SUPPLY_ABSENT || full == DEVTASK_SUPPLY_ABSENT || !full)
		return true;
	if (now < 0 || full < 0 || now > AMOUNT_MAX || full > AMOUNT_MAX ||
	    now > full * OVERFULL_PERCENT / 100)
		return false;
	*fill = (struct fill) { true, now < full ? now : full, full };
	return true;
}

static void tell_absurd(const struct devtask_supply *supply, struct devtask_power *power,
			int64_t now, int64_t full, const char *unit)
{
	if (now == DEVTASK_SUPPLY_GARBLED || full == DEVTASK_SUPPLY_GARBLED)
		tell(power, "battery %s gives something that is no number", supply->name);
	else
		tell(power, "battery %s gives an absurd value (%" PRId64 " of %" PRId64 " %s)",
		     supply->name, now, full, unit);
}

/* From charge to energy; nothing is there without a voltage to believe. */
static struct fill convert(const struct fill *charge, int64_t voltage_uv)
{
	struct fill energy = { 0 };

	if (voltage_uv < 1000 || voltage_uv > 1000 * MILLION)
		return energy;
	energy.now = charge->now / 1000 * (voltage_uv / 1000);
	energy.full = charge->full / 1000 * (voltage_uv / 1000);
	energy.is_there = energy.full > 0;
	return energy;
}

/* Returns false if the battery cannot be believed. */
static bool read_gauge(const struct devtask_supply *supply, struct devtask_power *power,
		       struct gauge *gauge)
{
	struct fill capacity = { 0 };

	memset(gauge, 0, sizeof(*gauge));
	if (!take_fill(supply->energy_now_uwh, supply->energy_full_uwh, &gauge->energy)) {
		tell_absurd(supply, power, supply->energy_now_uwh, supply->energy_full_uwh, "uWh");
		return false;
	}
	if (!take_fill(supply->charge_now_uah, supply->charge_full_uah, &gauge->charge)) {
		tell_absurd(supply, power, supply->charge_now_uah, supply->charge_full_uah, "uAh");
		return false;
	}
	if (!take_fill(supply->capacity_percent, 100, &capacity)) {
		tell_absurd(supply, power, supply->capacity_percent, 100, "%");
		return false;
	}
	gauge->own = gauge->energy.is_there ? gauge->energy :
		     gauge->charge.is_there ? gauge->charge : capacity;
	if (!gauge->own.is_there) {
		tell(power, "battery %s does not tell how full it is", supply->name);
		return false;
	}
	gauge->own.now = gauge->own.now * MILLION / gauge->own.full;
	gauge->own.full = MILLION;
	gauge->as_energy = gauge->energy;
	if (!gauge->energy.is_there && gauge->charge.is_there)
		gauge->as_energy = convert(&gauge->charge, supply->voltage_uv);
	return true;
}

/* Adds up; false for as long as one battery does not have this unit. */
static void add(struct fill *sum, const struct fill *fill)
{
	sum->is_there &= fill->is_there;
	sum->now += fill->now;
	sum->full += fill->full;
}

static void measure(const struct gauge *sum, struct devtask_power *power)
{
	const struct fill *fill = sum->energy.is_there ? &sum->energy :
				  sum->charge.is_there ? &sum->charge :
				  sum->as_energy.is_there ? &sum->as_energy : &sum->own;

	/* Rounded up, so that "strictly above" is exact for whole percents. */
	power->percent = (unsigned int)((fill->now * 100 + fill->full - 1) / fill->full);
	power->is_known = true;
}

static void judge_batteries(const struct devtask_supply *supplies, size_t count,
			    struct devtask_power *power)
{
	struct gauge sum = { { true, 0, 0 }, { true, 0, 0 }, { true, 0, 0 }, { true, 0, 0 } };
	struct gauge gauge;
	bool any = false;

	for (size_t i = 0; i < count; i++) {
		if (supplies[i].kind != DEVTASK_SUPPLY_BATTERY || supplies[i].is_of_device ||
		    !supplies[i].present)
			continue;
		power->has_battery = true;
		if (!read_gauge(&supplies[i], power, &gauge))
			continue;
		add(&sum.energy, &gauge.energy);
		add(&sum.charge, &gauge.charge);
		add(&sum.as_energy, &gauge.as_energy);
		add(&sum.own, &gauge.own);
		any = true;
	}
	if (any)
		measure(&sum, power);
}

/* Power flows in, says a machine that tells of no adapter. */
static bool charges(const struct devtask_supply *supplies, size_t count)
{
	bool charging = false;

	for (size_t i = 0; i < count; i++) {
		if (supplies[i].kind != DEVTASK_SUPPLY_BATTERY || supplies[i].is_of_device)
			continue;
		if (!strcmp(supplies[i].status, "Discharging"))
			return false;
		charging |= !strcmp(supplies[i].status, "Charging");
	}
	return charging;
}

static bool is_on_ac(const struct devtask_supply *supplies, size_t count,
		     struct devtask_power *power)
{
	bool told = false;

	for (size_t i = 0; i < count; i++) {
		if (supplies[i].kind != DEVTASK_SUPPLY_ADAPTER || supplies[i].is_of_device)
			continue;
		if (supplies[i].online > 0)
			return true;
		if (supplies[i].online < 0)
			tell(power, "adapter %s does not tell whether it is connected",
			     supplies[i].name);
		told = true;
	}
	return !told && charges(supplies, count);
}

void devtask_power_judge(const struct devtask_supply *supplies, size_t count,
			 struct devtask_power *power)
{
	memset(power, 0, sizeof(*power));
	judge_batteries(supplies, count, power);
	power->on_ac = !power->has_battery || is_on_ac(supplies, count, power);
}

int devtask_power_read(struct devtask_power *power, struct devtask_error *error)
{
	struct devtask_supply supplies[DEVTASK_SUPPLIES_MAX];
	int count = devtask_supply_list(supplies, DEVTASK_SUPPLIES_MAX);

	if (count >= 0) {
		devtask_power_judge(supplies, (size_t)count, power);
		return 0;
	}
	*power = (struct devtask_power) { .has_battery = true };
	tell(power, "the power supplies cannot be read: %s", strerror(-count));
	return devtask_error_set(error, DEVTASK_EXIT_FAILURE, count, "%s", power->problem);
}

const char *devtask_power_describe(const struct devtask_power *power, char *text, size_t size)
{
	const char *ac = power->on_ac ? "on AC" : "not on AC";
	const char *but = *power->problem ? "; " : "";

	if (!power->has_battery)
		snprintf(text, size, "%s, no battery", ac);
	else if (power->is_known)
		snprintf(text, size, "%s, battery at %u %%%s%s", ac, power->percent, but,
			 power->problem);
	else
		snprintf(text, size, "%s, battery unknown%s%s", ac, but, power->problem);
	return text;
}
