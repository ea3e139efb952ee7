/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * conf_value - the keys of devtask.conf: their sections, defaults, ranges and spelling, as
 * one table. Pure. Must not know files.
 */
#ifndef DEVTASK_DAEMON_CONF_VALUE_H
#define DEVTASK_DAEMON_CONF_VALUE_H

#include <stdio.h>

struct devtask_settings;

void devtask_conf_value_defaults(struct devtask_settings *settings);

/*
 * Sets one value. Returns 0, or -EINVAL with a sentence in @text (without the place) and
 * nothing changed.
 */
int devtask_conf_value_set(struct devtask_settings *settings, const char *section,
			   const char *name, const char *value, char *text, size_t size);

/* All settings in the file's own syntax. */
void devtask_conf_value_print(const struct devtask_settings *settings, FILE *to);

#endif
