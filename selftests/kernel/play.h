/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * App and helper in one: the steps that most tests of sessions go through. Must not know which
 * events they expect.
 */
#ifndef KTEST_PLAY_H
#define KTEST_PLAY_H

#include <linux/devtask.h>
#include <stdint.h>

#include "cage.h"
#include "wire.h"

/* Register from this process, allowed as @app (NULL: APP_NAME): the number, or -errno. */
int play_register(struct wire *helper, int fd, enum devtask_type type, const char *name,
		  const char *app);
/*
 * Request from this process, make a task in @cage with a claim on @path (or NULL), allow it and
 * start it. 0 or -errno; @ask_id may be NULL.
 */
int play_run(struct wire *helper, int fd, uint32_t registration, struct cage *cage,
	     const char *path);
/* As above, up to the task; it is neither allowed nor started. */
int play_prepare(struct wire *helper, int fd, uint32_t registration, struct cage *cage,
		 const char *path, uint64_t *ask_id);

#endif
