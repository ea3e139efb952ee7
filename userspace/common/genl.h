/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * genl - a connection to the module's generic netlink family, and every way in which that
 * can be refused, in words. Must not know what the commands mean.
 */
#ifndef DEVTASK_GENL_H
#define DEVTASK_GENL_H

#include <stdbool.h>

#include "error.h"

struct devtask_genl;
struct devtask_shape;
struct nlattr;

/* Called for each object of a reply. A negative value ends the call with it. */
typedef int devtask_genl_fn(const struct nlattr *attributes, int length, void *context);

/* A notification to this socket alone; see devtask_genl_on_note(). */
typedef void devtask_genl_note_fn(int command, const struct nlattr *attributes, int length,
				  void *context);

/*
 * Connects and finds the family; -ENOENT if the module is not loaded. Does not ask for the
 * ABI version (see devtask_genl_check).
 */
int devtask_genl_open(struct devtask_genl **genl, struct devtask_error *error);
void devtask_genl_close(struct devtask_genl *genl);

/* -EPROTO with both versions and the way out if module and program differ. */
int devtask_genl_check(struct devtask_genl *genl, struct devtask_error *error);

/* Both of the above. */
int devtask_genl_connect(struct devtask_genl **genl, struct devtask_error *error);

/*
 * One command. @request may be NULL. @dump asks for all objects. Blocks until the answer
 * is complete. Returns 0, or the errno of the module whose own sentence is in @error.
 */
int devtask_genl_call(struct devtask_genl *genl, int command, bool dump,
		      const struct devtask_shape *shape, const void *request,
		      devtask_genl_fn *fn, void *context, struct devtask_error *error);

/*
 * Events as they happen. A connection that listens serves for nothing else, and its
 * descriptor becomes readable. receive returns 0 when nothing is left, -ENOBUFS when
 * events were lost (fetch them with event-get).
 */
int devtask_genl_listen(struct devtask_genl *genl, struct devtask_error *error);
int devtask_genl_descriptor(const struct devtask_genl *genl);

/*
 * Notifications that the module sends to this socket, which may come between a command and
 * its answer: @fn hears each at once, also during devtask_genl_call(), so it should only
 * keep them. devtask_genl_notes() hears those that wait; -ENOBUFS if some were lost.
 */
void devtask_genl_on_note(struct devtask_genl *genl, devtask_genl_note_fn *fn, void *context);
int devtask_genl_notes(struct devtask_genl *genl);
int devtask_genl_receive(struct devtask_genl *genl, devtask_genl_fn *fn, void *context);

#endif
