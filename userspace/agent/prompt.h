/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * prompt - the words of a question and what typing does to it (CON-2, CON-3). To allow, the
 * person copies a number that is only on the screen: a program that can push keystrokes into
 * the terminal cannot see it. Pure; must not know the terminal.
 */
#ifndef DEVTASK_AGENT_PROMPT_H
#define DEVTASK_AGENT_PROMPT_H

#include <stdbool.h>
#include <stddef.h>

#include "question.h"

#define DEVTASK_PROMPT_TEXT_MAX	2048

struct devtask_prompt {
	char number[8];
	char typed[16];
	size_t length;		/* of what was typed, also of what did not fit */
};

enum devtask_prompt_state {
	DEVTASK_PROMPT_OPEN,
	DEVTASK_PROMPT_YES,
	DEVTASK_PROMPT_NO,
};

/* @random: any number; the prompt's has four digits. */
void devtask_prompt_begin(struct devtask_prompt *prompt, unsigned int random);

/* Writes the question. @utf8: the terminal shows more than ASCII. */
void devtask_prompt_write(const struct devtask_prompt *prompt,
			  const struct devtask_question *question, unsigned int seconds, bool utf8,
			  char text[static DEVTASK_PROMPT_TEXT_MAX]);

/*
 * One byte was typed. Enter behind the number is yes; Enter behind anything else, Esc, Ctrl-C,
 * Ctrl-D and the like are no. *@echo: what to show for it, or 0.
 */
enum devtask_prompt_state devtask_prompt_type(struct devtask_prompt *prompt, unsigned char byte,
					      char *echo);

#endif
