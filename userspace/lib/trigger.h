/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * trigger - what an app asks for, and the check that a text can go through the door. Must not
 * know sessions.
 */
#ifndef LIBDEVTASK_TRIGGER_H
#define LIBDEVTASK_TRIGGER_H

#include <stddef.h>

#include "include/devtask.h"

struct devtask_trigger {
	enum devtask_type type;
	uint64_t estimate_ns;
	char *device;
	char *arguments;	/* NULL = none */
};

/* 0, or -EINVAL with a sentence if @text (called @what) is NULL or has not @min to @max bytes. */
int devtask_trigger_check_text(const char *what, const char *text, size_t min, size_t max);

#endif
