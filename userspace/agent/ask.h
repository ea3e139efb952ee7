/* SPDX-License-Identifier: GPL-2.0-only */
/* ask - one question on the terminal, from its first word to the answer (CON-3). */
#ifndef DEVTASK_AGENT_ASK_H
#define DEVTASK_AGENT_ASK_H

#include <stdbool.h>
#include <stdint.h>

#include "question.h"

struct devtask_terminal;

/* What else may happen while a person thinks. */
struct devtask_ask_events {
	int link;	/* the helper speaks: it takes the question back, or has gone */
	int signals;	/* a signal wants us to end */
};

struct devtask_ask_outcome {
	enum devtask_answer answer;
	bool is_interrupted;	/* by an event, which is still to be read; the answer is dead */
};

/* The foreground is given back when this returns. */
struct devtask_ask_outcome devtask_ask(struct devtask_terminal *terminal,
				       const struct devtask_question *question,
				       uint64_t timeout_ns, const struct devtask_ask_events *events);

#endif
