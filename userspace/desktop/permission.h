/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * permission - the stored answers of one user as the page shows them: names for people, whether a
 * task runs with it now, what can be done about it, and the sentences. Pure: must not know
 * sockets, the clock or widgets.
 */
#ifndef DEVTASK_DESKTOP_PERMISSION_H
#define DEVTASK_DESKTOP_PERMISSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"

struct json_object;

/* One answer. Texts are fit for people: what they come from may be an app or a device. */
struct devtask_permission {
	char *app;		/* identity name, with model the key */
	char *model;		/* "usb:VVVV:PPPP" */
	char *title;		/* the app's name for people, or its identity */
	char *device;		/* the device's name for people, or "" */
	bool installed;
	bool attached;
	bool allowed;
	char *by;		/* "agent", "user" or "root": who answered */
	uint64_t since_ns;	/* CLOCK_REALTIME, as the next */
	uint64_t firm_until_ns;	/* a no is not forgotten before; 0 for a yes */
	unsigned int tasks;	/* that run with it now */
};

struct devtask_permissions {
	struct devtask_permission *rows;
	size_t count;
};

/* What the user may do about one: bits. To allow is not among them (CON-6). */
enum devtask_permission_offer {
	DEVTASK_OFFER_REFUSE = 1,
	DEVTASK_OFFER_ASK_AGAIN = 2,
};

/* Appends the array of a "consent-list". Returns 0, -EBADMSG (a row makes no sense) or -ENOMEM. */
int devtask_permissions_add(struct devtask_permissions *permissions, struct json_object *answers,
			    struct devtask_error *error);
void devtask_permissions_clear(struct devtask_permissions *permissions);

/* What is known of an app, of a device (@hardware_id such as "hid:1209:0001"), of a task. */
void devtask_permissions_name_app(struct devtask_permissions *permissions, const char *app,
				  const char *title);
void devtask_permissions_name_device(struct devtask_permissions *permissions,
				     const char *hardware_id, const char *name, bool attached);
void devtask_permissions_count_task(struct devtask_permissions *permissions, const char *app,
				    const char *hardware_id);

/* By the names that people see. */
void devtask_permissions_sort(struct devtask_permissions *permissions);

unsigned int devtask_permission_offers(const struct devtask_permission *permission,
				       uint64_t now_ns);

/* When what is offered changes next, or 0 if time changes nothing. */
uint64_t devtask_permissions_next_offer_ns(const struct devtask_permissions *permissions,
					   uint64_t now_ns);

/* "Logger (Example.Logger)", "Example.Logger (not installed)". All of these return @text. */
const char *devtask_permission_heading(const struct devtask_permission *permission, char *text,
				       size_t size);

/* "Data logger (usb:1209:0001), not attached" */
const char *devtask_permission_device(const struct devtask_permission *permission, char *text,
				      size_t size);

/* "Allowed since 2026-11-22 17:00, when the app asked" */
const char *devtask_permission_history(const struct devtask_permission *permission, char *text,
				       size_t size);

/* What is to be known before it is refused or forgotten while a task runs. */
const char *devtask_permission_warning(const struct devtask_permission *permission,
				       enum devtask_permission_offer offer, char *text,
				       size_t size);

/* Why @offer is not made now, or "" if it is. */
const char *devtask_permission_obstacle(const struct devtask_permission *permission,
					uint64_t now_ns, char *text, size_t size);

#endif
