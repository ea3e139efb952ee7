/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kernel - the only room of the helper that talks to the module: its commands as functions
 * and its events as a callback. Must not know cgroups, processes or clients.
 */
#ifndef DEVTASK_DAEMON_KERNEL_H
#define DEVTASK_DAEMON_KERNEL_H

#include "error.h"
#include "proto.h"

struct devtask_kernel;

typedef void devtask_kernel_task_fn(const struct devtask_task *task, void *context);
typedef void devtask_kernel_claim_fn(const struct devtask_claim *claim, void *context);
typedef void devtask_kernel_event_fn(const struct devtask_event *event, void *context);

/*
 * Takes the helper's role and listens to events. -ENOENT module missing, -EPROTO another
 * ABI version, -EBUSY another helper runs, -EPERM not root.
 */
int devtask_kernel_open(struct devtask_kernel **kernel, struct devtask_error *error);
/*
 * Is the role still ours? A module that was unloaded and loaded again has forgotten it: then
 * it is taken anew. Returns 0, 1 if it was (the descriptor for events is another one), or an
 * error as of open.
 */
int devtask_kernel_ensure(struct devtask_kernel *kernel, struct devtask_error *error);
void devtask_kernel_close(struct devtask_kernel *kernel);

/* @task carries what task-create takes; *@id is the new task's. */
int devtask_kernel_task_create(struct devtask_kernel *kernel, const struct devtask_task *task,
			       uint32_t *id, struct devtask_error *error);
int devtask_kernel_task_start(struct devtask_kernel *kernel, uint32_t id,
			      struct devtask_error *error);

/* @status as from waitpid(2), or NULL if nobody knows it. */
int devtask_kernel_task_end(struct devtask_kernel *kernel, uint32_t id, const int *status,
			    struct devtask_error *error);

int devtask_kernel_task_dump(struct devtask_kernel *kernel, devtask_kernel_task_fn *fn,
			     void *context, struct devtask_error *error);
int devtask_kernel_claim_create(struct devtask_kernel *kernel, uint32_t task, const char *node,
				const char *hardware_id, uint32_t *claim,
				struct devtask_error *error);

/*
 * The device of a detached claim is back (APP-8): a new claim in the place of @replaces. The new
 * node is still to be mounted. -EINVAL not a servicing task or not its claim, -EBUSY the old
 * claim is live or the task keeps too many descriptors of earlier ones, -ESTALE replaced before,
 * -ECANCELED the task is cancelled.
 */
int devtask_kernel_claim_replace(struct devtask_kernel *kernel, uint32_t task, const char *node,
				 const char *hardware_id, uint32_t replaces, uint32_t *claim,
				 struct devtask_error *error);

/* END-5. -EALREADY: it has been cancelled before, and the first reason stands. */
int devtask_kernel_task_cancel(struct devtask_kernel *kernel, uint32_t id,
			       enum devtask_reason reason, enum devtask_detail detail,
			       uint64_t measured_ns, uint64_t required_ns,
			       struct devtask_error *error);

/*
 * The questions of apps. They come in on the socket that holds the role, also between a
 * command and its answer, and are kept until devtask_kernel_asks() hands them over: to @ask,
 * or to @gone those that have been withdrawn meanwhile. A new helper begins with the dump.
 */
typedef void devtask_kernel_ask_fn(const struct devtask_ask *ask, void *context);
typedef void devtask_kernel_gone_fn(uint64_t id, void *context);

int devtask_kernel_ask_descriptor(const struct devtask_kernel *kernel);
/* 0, or -ENOBUFS: some were lost, dump them. */
int devtask_kernel_asks(struct devtask_kernel *kernel, devtask_kernel_ask_fn *ask,
			devtask_kernel_gone_fn *gone, void *context);
int devtask_kernel_ask_dump(struct devtask_kernel *kernel, devtask_kernel_ask_fn *fn,
			    void *context, struct devtask_error *error);
/* @answer: id, verdict and what goes with it. -ENOENT: withdrawn. */
int devtask_kernel_ask_answer(struct devtask_kernel *kernel, const struct devtask_ask *answer,
			      struct devtask_error *error);

int devtask_kernel_claim_dump(struct devtask_kernel *kernel, devtask_kernel_claim_fn *fn,
			      void *context, struct devtask_error *error);

/* The events that the module's ring still holds, oldest first. */
int devtask_kernel_event_dump(struct devtask_kernel *kernel, devtask_kernel_event_fn *fn,
			      void *context, struct devtask_error *error);

/* Readable when events wait; receive hands each to @fn. -ENOBUFS: some were lost. */
int devtask_kernel_descriptor(const struct devtask_kernel *kernel);
int devtask_kernel_receive(struct devtask_kernel *kernel, devtask_kernel_event_fn *fn,
			   void *context);

#endif
