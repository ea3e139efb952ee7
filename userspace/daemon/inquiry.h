/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * inquiry - gathers the facts of a request: asks each room that knows one, and keeps the
 * texts. Must not judge them, nor ask the person.
 */
#ifndef DEVTASK_DAEMON_INQUIRY_H
#define DEVTASK_DAEMON_INQUIRY_H

#include "admission.h"
#include "consent.h"
#include "device.h"
#include "error.h"
#include "foreground.h"
#include "holder.h"
#include "siblings.h"
#include "metadata.h"
#include "power.h"

struct devtask_agents;
struct devtask_ask;
struct devtask_registry;
struct devtask_settings;
struct devtask_supervisor;

/* Whom it asks. */
struct devtask_sources {
	struct devtask_registry *registry;
	struct devtask_foreground *foreground;
	struct devtask_consent *consent;
	struct devtask_agents *agents;
	struct devtask_supervisor *supervisor;
	const struct devtask_settings *settings;
};

/* The facts at one moment, and what their texts point to. */
struct devtask_inquiry {
	struct devtask_admission_facts facts;
	char app[256];				/* identity name, "" if it is none */
	char title[256];			/* as people know it */
	char program[4096];
	struct devtask_device device;		/* valid if facts.attached */
	struct devtask_metadata metadata;	/* of the device; nothing is known if it is malformed */
	char privileged_why[512];
	char model[DEVTASK_CONSENT_MODEL_MAX];	/* "" if it has none */
	char blocked[32];
	struct devtask_holder holder;
	struct devtask_siblings siblings;	/* nodes of the device */
	struct devtask_foreground_why foreground_why;
	struct devtask_power power;		/* read for servicing only */
	struct devtask_error app_error;
	struct devtask_error device_error;
	struct devtask_error metadata_error;	/* .err is 0 if it was read */
	struct devtask_error consent_error;
};

/*
 * Fills @inquiry, which must stay at its place, with those facts that @checks look at. @ask
 * must outlive it.
 */
void devtask_inquiry_make(const struct devtask_sources *sources, const struct devtask_ask *ask,
			  uint64_t checks, struct devtask_inquiry *inquiry);

#endif
