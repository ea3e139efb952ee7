/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * conf - what the administrator set in /etc/devtask/devtask.conf and in the drop-ins of
 * devtask.conf.d (RUN-10, INI-4, INI-6, ADM-4). A mistake is one line with file, number and
 * what to change; the value that stood before it stays, and nothing is stopped by it. Must
 * not know who obeys a setting.
 */
#ifndef DEVTASK_DAEMON_CONF_H
#define DEVTASK_DAEMON_CONF_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include <systemd/sd-event.h>

#include "error.h"
#include "settings.h"

#define DEVTASK_CONF_DIRECTORY	"/etc/devtask"

/* Where to look, and who must own what is found there. */
struct devtask_conf_source {
	const char *directory;
	uid_t owner;
};

struct devtask_conf;

/* @settings, which belong to the room, have changed; @mistakes were logged. */
typedef void devtask_conf_fn(const struct devtask_settings *settings, unsigned int mistakes,
			     void *context);

/* Reads all files and logs each mistake. NULL for @source: /etc/devtask of root. -ENOMEM. */
int devtask_conf_create(struct devtask_conf **conf, const struct devtask_conf_source *source,
			struct devtask_error *error);
void devtask_conf_destroy(struct devtask_conf *conf);

/* Stays at its place for the life of @conf; a reload changes what stands in it. */
const struct devtask_settings *devtask_conf_settings(const struct devtask_conf *conf);

/* Reads all files anew. Running tasks keep the limits they have. Returns the number of mistakes. */
unsigned int devtask_conf_reload(struct devtask_conf *conf);

/*
 * Reloads on SIGHUP, tells the service manager, calls @fn. Blocks the signal: to be called
 * before there are threads. Returns 0 or a negative errno.
 */
int devtask_conf_watch(struct devtask_conf *conf, sd_event *loop, devtask_conf_fn *fn,
		       void *context);

/*
 * For "devtaskd --check-config": mistakes to @bad, settings in force to @good. Returns the
 * exit status: 0, or 1 if there is a mistake.
 */
int devtask_conf_check(const struct devtask_conf_source *source, FILE *good, FILE *bad);

/* INI-4: has the administrator blocked this class of device? */
bool devtask_conf_blocks_class(const struct devtask_settings *settings, int class, int subclass,
			       int protocol);
bool devtask_conf_blocks_usage(const struct devtask_settings *settings, int page, int usage);

#endif
