/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * manifest_parts - takes the elements of a manifest that count, checks them, and puts them into
 * an app. Must not know in which order or depth they come: that is room "manifest".
 */
#ifndef DEVTASK_MANIFEST_PARTS_H
#define DEVTASK_MANIFEST_PARTS_H

#include <stdbool.h>
#include <stddef.h>

#include "app.h"

/* The namespace of what devtask adds to Windows' manifests. */
#define DEVTASK_MANIFEST_SPACE "urn:devtask:manifest:1"

struct devtask_element;
struct devtask_mistakes;

struct devtask_parts {
	const char *text;
	struct devtask_mistakes *mistakes;
	struct devtask_app *app;
	bool out_of_memory;
	size_t root;		/* offset of Package */

	/* The Extension that we are in. */
	struct devtask_entry_point entry;
	size_t entry_offset;
	size_t task_count;

	/* The DeviceCapability and the Device that we are in. */
	struct devtask_capability capability;
	size_t capability_offset, device_offset;
	size_t device_count, function_count;
};

/* A mistake, or a warning, at a byte of the text. */
void devtask_parts_fault(struct devtask_parts *parts, size_t offset, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void devtask_parts_warn(struct devtask_parts *parts, size_t offset, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Each is told of the start of its element. False: what is inside does not count. */
bool devtask_parts_identity(struct devtask_parts *parts, const struct devtask_element *element);
bool devtask_parts_application(struct devtask_parts *parts, const struct devtask_element *element);
bool devtask_parts_sender(struct devtask_parts *parts, const struct devtask_element *element);
bool devtask_parts_extension(struct devtask_parts *parts, const struct devtask_element *element);
bool devtask_parts_task(struct devtask_parts *parts, const struct devtask_element *element);
bool devtask_parts_capability(struct devtask_parts *parts, const struct devtask_element *element);
bool devtask_parts_device(struct devtask_parts *parts, const struct devtask_element *element);
bool devtask_parts_function(struct devtask_parts *parts, const struct devtask_element *element);

/* And of the ends, where something is known to be missing. */
void devtask_parts_end_extension(struct devtask_parts *parts);
void devtask_parts_end_device(struct devtask_parts *parts);
void devtask_parts_end_capability(struct devtask_parts *parts);
void devtask_parts_end(struct devtask_parts *parts);

/* Frees what is left of parts that have not ended. The app is not freed. */
void devtask_parts_clear(struct devtask_parts *parts);

#endif
