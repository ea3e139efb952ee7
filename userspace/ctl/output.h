/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * output - what devtaskctl says, in two voices: lines for people, JSON for programs. JSON
 * keys are the attribute names of the protocol with "_" for "-", enum values their names.
 */
#ifndef DEVTASK_CTL_OUTPUT_H
#define DEVTASK_CTL_OUTPUT_H

#include <stdio.h>

#include "error.h"
#include "proto.h"

struct json_object;

/* "devtaskctl: sentence" on stderr. Returns the exit code that goes with it. */
int devtask_output_error(const struct devtask_error *error);

/* Each present member of @object. */
struct json_object *devtask_output_object(const struct devtask_shape *shape, const void *object);

/* Prints and frees @json, as one line of UTF-8 whatever its strings are. */
void devtask_output_json(FILE *to, struct json_object *json);

#define DEVTASK_OUTPUT_REASON_MAX	384

/* "idle-task (no-io): measured 5.001 s, required 5.000 s" */
const char *devtask_output_reason(uint32_t reason, uint32_t detail, uint64_t measured_ns,
				  uint64_t required_ns, char *text, size_t size);

/* The "notice" of an answer of the helper's, if it has one, on stderr. */
void devtask_output_notice(struct json_object *answer);

/* One line for one event. */
void devtask_output_event(const struct devtask_event *event);

/* The paragraph of one task, and the line of one of its claims. */
void devtask_output_task(const struct devtask_task *task);
void devtask_output_claim(const struct devtask_claim *claim);

/* A table of tasks. */
void devtask_output_tasks(const struct devtask_task *tasks, size_t count);

#endif
