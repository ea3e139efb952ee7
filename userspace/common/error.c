// SPDX-License-Identifier: GPL-2.0-only
/* error - see error.h. */
#include <stdarg.h>
#include <stdio.h>

#include "error.h"

int devtask_error_set(struct devtask_error *error, enum devtask_exit exit, int err,
		      const char *format, ...)
{
	va_list args;

	if (!error)
		return err;
	error->exit = exit;
	error->err = err;
	va_start(args, format);
	vsnprintf(error->text, sizeof(error->text), format, args);
	va_end(args);
	return err;
}
