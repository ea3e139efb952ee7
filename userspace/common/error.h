/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * error - what went wrong, told once: one sentence with the way out for people, an errno
 * for the program, and the exit code that devtaskctl will end with.
 */
#ifndef DEVTASK_ERROR_H
#define DEVTASK_ERROR_H

#include "names.h"

struct devtask_error {
	enum devtask_exit exit;
	int err;	/* negative errno */
	char text[512];
};

/*
 * Fills @error (which may be NULL) and returns @err, a negative errno, so that a function
 * can end with "return devtask_error_set(...)".
 */
int devtask_error_set(struct devtask_error *error, enum devtask_exit exit, int err,
		      const char *format, ...) __attribute__((format(printf, 4, 5)));

#endif
