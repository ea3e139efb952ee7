/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * trust - opens a file that nobody but root (and one other, for tests) can have changed or put in
 * its place: every folder on the way and the file itself belong to them, and others cannot
 * write. Each step is taken from the open folder before it, so what was checked is what is
 * opened. Must not know what is in the file.
 */
#ifndef DEVTASK_TRUST_H
#define DEVTASK_TRUST_H

#include <sys/stat.h>
#include <sys/types.h>

#include "error.h"

/*
 * Opens the absolute @path, with O_PATH, O_RDONLY or O_RDONLY | O_DIRECTORY in @flags; symbolic
 * links in trusted folders are followed. @owner is trusted besides root. Returns a descriptor and
 * fills *@st, or returns -ENOENT, -EPERM (not to be trusted) or another errno with a sentence.
 */
int devtask_trust_open(const char *path, int flags, uid_t owner, struct stat *st,
		       struct devtask_error *error);

/* The same for file @name in the open, trusted folder @folder (for the sentence: @path). No links. */
int devtask_trust_open_at(int folder, const char *path, const char *name, uid_t owner,
			  struct stat *st, struct devtask_error *error);

#endif
