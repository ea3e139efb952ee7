/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * metadata - what the maker of a device says of it through udev (MET-1): its name, the apps that may
 * service it, what it turns into meanwhile. Must not know where the maker wrote it down.
 *
 * Properties of the device, in text as devtask-metadata(7) has it: %XX is one byte; in it must be
 * written '%', '|', '!', '#', control characters, and blanks at either end.
 *
 *   DEVTASK_NAME=Friendly name
 *   DEVTASK_PRIVILEGED_APPS=Contoso.Updater!CN=Contoso, O=Contoso|Other.App!CN=Other
 *       separated by '|'; the first '!' ends the identity name; "*" alone: any app
 *   DEVTASK_COMPANION_IDS=1209:0002 1209:0003
 *   DEVTASK_RETURN_SECONDS=60
 *   DEVTASK_BATTERY_FLOOR=50
 *
 * The hwdb is asked for devtask:usb:vVVVVpPPPPdDDDD with the digits of sysfs, so in LOWER case.
 */
#ifndef DEVTASK_METADATA_H
#define DEVTASK_METADATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"

struct devtask_device;

#define DEVTASK_METADATA_NAME		"DEVTASK_NAME"
#define DEVTASK_METADATA_APPS		"DEVTASK_PRIVILEGED_APPS"
#define DEVTASK_METADATA_COMPANIONS	"DEVTASK_COMPANION_IDS"
#define DEVTASK_METADATA_RETURN		"DEVTASK_RETURN_SECONDS"
#define DEVTASK_METADATA_FLOOR		"DEVTASK_BATTERY_FLOOR"

#define DEVTASK_METADATA_APPS_MAX	16
#define DEVTASK_METADATA_COMPANIONS_MAX	16
#define DEVTASK_METADATA_TEXT_MAX	4096	/* bytes of a property; udev's messages have 8192 */
#define DEVTASK_METADATA_RETURN_S	60	/* decided: if it is not said */
#define DEVTASK_METADATA_RETURN_S_MAX	1800
#define DEVTASK_METADATA_FLOOR_MAX	99

struct devtask_metadata {
	char name[128];			/* "" if it is not said */
	bool any_application;
	struct {
		char name[128];		/* identity name */
		char publisher[256];
	} apps[DEVTASK_METADATA_APPS_MAX];
	size_t app_count;
	struct {
		uint16_t vendor;
		uint16_t product;
	} companions[DEVTASK_METADATA_COMPANIONS_MAX];
	size_t companion_count;
	uint64_t return_ns;		/* never 0 */
	bool return_is_said;		/* by the maker: else the administrator's counts */
	unsigned int battery_floor_percent;	/* 0: not said */
	bool is_known;			/* udev has one of the properties at least */
};

/*
 * Reads them of @device through libudev. A device without metadata is no error: !is_known. Errors:
 * -ENODEV it is gone; -EINVAL a property is malformed, as the sentence says: @metadata then says
 * only that it is known, so nobody is privileged.
 */
int devtask_metadata_read(const struct devtask_device *device, struct devtask_metadata *metadata,
			  struct devtask_error *error);

/* What is said of a device of which nothing is known. */
void devtask_metadata_init(struct devtask_metadata *metadata);

/*
 * Takes the property @key with @text, "" for one that is not there; a key of another room is passed
 * over. Returns 0, or -EINVAL with a sentence that names key and mistake. Pure.
 */
int devtask_metadata_take(struct devtask_metadata *metadata, const char *key, const char *text,
			  struct devtask_error *error);

/*
 * Writes @text so that it can stand in a property. Returns how many bytes that has, as snprintf()
 * does. Pure.
 */
size_t devtask_metadata_escape(const char *text, char *escaped, size_t size);

/*
 * Is the app with this full id privileged (INI-8)? What is listed as publisher is its name, or the
 * id that Windows makes of it (room publisher_id). Pure.
 */
bool devtask_metadata_allows(const struct devtask_metadata *metadata, const char *identity_name,
			     const char *publisher);

/* May the device show this id during an update (APP-8)? Pure. */
bool devtask_metadata_is_companion(const struct devtask_metadata *metadata, uint16_t vendor,
				   uint16_t product);

#endif
