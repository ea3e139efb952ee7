// SPDX-License-Identifier: GPL-2.0-only
/* mistakes - see mistakes.h. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "clean.h"
#include "mistakes.h"

void devtask_mistakes_add(struct devtask_mistakes *mistakes, bool warning, uint32_t line,
			  uint32_t column, const char *format, ...)
{
	struct devtask_mistake *grown;
	va_list args;
	char *text;

	mistakes->errors += !warning;
	if (mistakes->count >= DEVTASK_MISTAKES_MAX)
		return;
	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	va_end(args);
	grown = reallocarray(mistakes->list, mistakes->count + 1, sizeof(*grown));
	if (grown)
		mistakes->list = grown;
	if (text)
		devtask_clean(text);
	if (!grown || !text) {
		free(text);
		return;
	}
	grown[mistakes->count++] = (struct devtask_mistake){
		.line = line, .column = column, .warning = warning, .text = text,
	};
}

char *devtask_mistake_print(const struct devtask_mistake *mistake, const char *file, char *text,
			    size_t size)
{
	snprintf(text, size, "%s:%" PRIu32 ":%" PRIu32 ": %s%s", file, mistake->line,
		 mistake->column, mistake->warning ? "warning: " : "", mistake->text);
	return text;
}

const struct devtask_mistake *devtask_mistakes_first(const struct devtask_mistakes *mistakes)
{
	for (size_t i = 0; i < mistakes->count; i++)
		if (!mistakes->list[i].warning)
			return &mistakes->list[i];
	return NULL;
}

void devtask_mistakes_clear(struct devtask_mistakes *mistakes)
{
	for (size_t i = 0; i < mistakes->count; i++)
		free(mistakes->list[i].text);
	free(mistakes->list);
	*mistakes = (struct devtask_mistakes){ 0 };
}
