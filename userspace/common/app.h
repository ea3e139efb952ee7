/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * app - what one manifest says: who the app is, its programs, its entry points, its device
 * capabilities (REG-1). Must not know XML, folders or senders.
 */
#ifndef DEVTASK_APP_H
#define DEVTASK_APP_H

#include <stddef.h>
#include <stdint.h>

#include "capability.h"
#include "error.h"
#include "sender.h"

struct devtask_device;

/* Bit of a DEVTASK_TYPE_* in devtask_entry_point.types. */
#define DEVTASK_TYPE_BIT(type) (1U << (type))

/* How an Application or an Extension names its program; resolved by room "taskdir". */
struct devtask_program_name {
	char *native;		/* Executable of devtask's own namespace, or NULL */
	char *executable;	/* Executable of Windows' namespaces, or NULL */
	char *entry_point;	/* EntryPoint or StartPage, or NULL */
};

struct devtask_application {
	char *id;		/* Application@Id, or "" */
	struct devtask_program_name program;
};

struct devtask_entry_point {
	struct devtask_program_name program;	/* its entry_point is the name; never NULL */
	uint32_t types;		/* DEVTASK_TYPE_BIT()s of the types that devtask runs */
	char *others;		/* kinds of tasks that it does not run: "timer, systemEvent", or "" */
	uint32_t line;		/* in the manifest */
};

struct devtask_source {
	enum devtask_source_kind kind;
	char *id;
};

struct devtask_app {
	char *path;		/* the manifest */
	char *name;		/* Identity@Name: a safe file name, unique among installed apps */
	char *publisher;	/* Identity@Publisher; name and publisher are the full id (INI-8) */
	char *version;
	char *display_name;	/* for people; without control characters */
	struct devtask_application *applications;
	size_t application_count;
	struct devtask_entry_point *entry_points;
	size_t entry_point_count;
	struct devtask_capability *capabilities;
	size_t capability_count;
	struct devtask_source *sources;	/* further ways to know the app's processes (opt-in) */
	size_t source_count;
};

/* NULL is fine. */
void devtask_app_destroy(struct devtask_app *app);

/*
 * The entry point @name, which must be declared for @type, a DEVTASK_TYPE_* (INI-1). NULL with
 * -ENOENT or -ENOTSUP and a sentence in @error.
 */
const struct devtask_entry_point *devtask_app_entry_point(const struct devtask_app *app,
							   const char *name, uint32_t type,
							   struct devtask_error *error);

/*
 * Is @device accessible to the app by one of its capabilities (INI-4)? Reads the device's facts.
 * Returns 0, -EACCES with a sentence that names device and declared capabilities, or -ENODEV if
 * the device is gone. *@capability (may be NULL) is the one that covers it.
 */
int devtask_app_covers(const struct devtask_app *app, const struct devtask_device *device,
		       const struct devtask_capability **capability, struct devtask_error *error);

/* The same for facts at hand; @what names the device in the sentence. Pure. */
int devtask_app_covers_facts(const struct devtask_app *app, const struct devtask_facts *facts,
			     const char *what, const struct devtask_capability **capability,
			     struct devtask_error *error);

#endif
