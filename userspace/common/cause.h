/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cause - what a rule that ended a task means for a person who did not know of it, and the way out.
 * Must not know where it is read.
 */
#ifndef DEVTASK_CAUSE_H
#define DEVTASK_CAUSE_H

#include <stddef.h>
#include <stdint.h>

#define DEVTASK_CAUSE_MAX	256

/*
 * Sets @text to a sentence, or to "" if enum devtask_detail @detail with its two numbers says it
 * all. Returns @text.
 */
const char *devtask_cause_explain(uint32_t detail, uint64_t required_ns, char *text, size_t size);

#endif
