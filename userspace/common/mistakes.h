/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * mistakes - what is wrong in one file, each with its place and what to change. Must not
 * know what kind of file it is.
 */
#ifndef DEVTASK_MISTAKES_H
#define DEVTASK_MISTAKES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct devtask_mistake {
	uint32_t line;		/* from 1 */
	uint32_t column;	/* from 1, in characters */
	bool warning;		/* suspicious, but it can be used */
	char *text;		/* "what is wrong; what to change" */
};

/* Zero-initialise it before the first use. */
struct devtask_mistakes {
	struct devtask_mistake *list;	/* in the order of the file */
	size_t count;
	size_t errors;			/* those that are no warnings */
};

/* Who makes so many mistakes is told no more of them. */
#define DEVTASK_MISTAKES_MAX 50

void devtask_mistakes_add(struct devtask_mistakes *mistakes, bool warning, uint32_t line,
			  uint32_t column, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

/* "FILE:LINE:COLUMN: TEXT" or "FILE:LINE:COLUMN: warning: TEXT"; returns @text. */
char *devtask_mistake_print(const struct devtask_mistake *mistake, const char *file, char *text,
			    size_t size);

/* The first one that is no warning, or NULL. */
const struct devtask_mistake *devtask_mistakes_first(const struct devtask_mistakes *mistakes);

/* Frees what is in it and makes it empty. */
void devtask_mistakes_clear(struct devtask_mistakes *mistakes);

#endif
