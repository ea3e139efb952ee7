/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * taskdir - which file is the program of an application or an entry point (REG-2): the one
 * that the manifest names, or one named like it in the app's task directory. Must not know
 * who runs it.
 */
#ifndef DEVTASK_TASKDIR_H
#define DEVTASK_TASKDIR_H

#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#include "error.h"

struct devtask_program_name;

/* Where task directories are: the administrator's, then the vendors'. */
#define DEVTASK_TASKDIR_ROOTS "/usr/local/libexec/devtask/apps:/usr/libexec/devtask/apps"

/* A program as it was found; two differ if it was replaced or written to. */
struct devtask_program {
	char *path;		/* NULL if there is none */
	dev_t dev;
	uint64_t inode;
	int64_t size;
	struct timespec written;
	struct devtask_error error;	/* why there is none */
};

/*
 * Looks for the program of app @app. @roots is a list such as DEVTASK_TASKDIR_ROOTS; @owner may own
 * programs besides root. Returns 0, or a negative errno that is in program->error as well: -ENOENT
 * there is no program, -EPERM it cannot be trusted. @what: "entry point X" or "the app itself".
 */
int devtask_taskdir_find(const char *roots, uid_t owner, const char *app, const char *what,
			 const struct devtask_program_name *name,
			 struct devtask_program *program);

#endif
