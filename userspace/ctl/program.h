/* SPDX-License-Identifier: GPL-2.0-only */
/* program - which file a program's name means, as a shell would say. */
#ifndef DEVTASK_CTL_PROGRAM_H
#define DEVTASK_CTL_PROGRAM_H

#include "error.h"

/*
 * Absolute path of @name, which is looked up in $PATH if it has no slash; to be freed.
 * NULL with DEVTASK_EXIT_NO_PROGRAM or DEVTASK_EXIT_CANNOT_RUN in @error.
 */
char *devtask_program_find(const char *name, struct devtask_error *error);

#endif
