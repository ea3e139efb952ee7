// SPDX-License-Identifier: GPL-2.0-only
/* permission - see permission.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include <json-c/json.h>

#include "clean.h"
#include "message.h"
#include "permission.h"
#include "spec.h"

#define NSEC_PER_SEC UINT64_C(1000000000)

static char *copy_clean(const char *text)
{
	char *copy = strdup(text);

	if (copy)
		devtask_clean(copy);
	return copy;
}

/* If there is no memory, the old text stays. */
static void replace(char **text, const char *by)
{
	char *copy = copy_clean(by);

	if (!copy)
		return;
	free(*text);
	*text = copy;
}

static void clear_row(struct devtask_permission *row)
{
	free(row->app);
	free(row->model);
	free(row->title);
	free(row->device);
	free(row->by);
}

static uint64_t number_of(struct json_object *json, const char *key)
{
	struct json_object *member;

	return json_object_object_get_ex(json, key, &member) ? json_object_get_uint64(member) : 0;
}

static int read_row(struct json_object *json, struct devtask_permission *row)
{
	const char *app = devtask_message_string(json, "app");
	const char *model = devtask_message_string(json, "model");
	const char *answer = devtask_message_string(json, "answer");
	const char *by = devtask_message_string(json, "by");

	if (!app || !model || !answer || !by)
		return -EBADMSG;
	*row = (struct devtask_permission) {
		.app = strdup(app),
		.model = strdup(model),
		.title = copy_clean(app),
		.device = strdup(""),
		.by = strdup(by),
		.allowed = !strcmp(answer, "yes"),
		.since_ns = number_of(json, "time_ns"),
		.firm_until_ns = number_of(json, "firm_until_ns"),
	};
	if (row->app && row->model && row->title && row->device && row->by)
		return 0;
	clear_row(row);
	return -ENOMEM;
}

static int add_row(struct devtask_permissions *permissions, struct json_object *json)
{
	struct devtask_permission *grown = reallocarray(permissions->rows, permissions->count + 1,
							sizeof(*grown));
	int ret;

	if (!grown)
		return -ENOMEM;
	permissions->rows = grown;
	ret = read_row(json, &grown[permissions->count]);
	if (!ret)
		permissions->count++;
	return ret;
}

int devtask_permissions_add(struct devtask_permissions *permissions, struct json_object *answers,
			    struct devtask_error *error)
{
	int ret = json_object_is_type(answers, json_type_array) ? 0 : -EBADMSG;

	for (size_t i = 0; !ret && i < json_object_array_length(answers); i++)
		ret = add_row(permissions, json_object_array_get_idx(answers, i));
	if (ret == -ENOMEM)
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, ret, "out of memory");
	if (ret)
		return devtask_error_set(error, DEVTASK_EXIT_ABI, ret,
			"the helper's list makes no sense; install helper and page of one release");
	return 0;
}

void devtask_permissions_clear(struct devtask_permissions *permissions)
{
	for (size_t i = 0; i < permissions->count; i++)
		clear_row(&permissions->rows[i]);
	free(permissions->rows);
	*permissions = (struct devtask_permissions) { 0 };
}

void devtask_permissions_name_app(struct devtask_permissions *permissions, const char *app,
				  const char *title)
{
	for (size_t i = 0; i < permissions->count; i++) {
		struct devtask_permission *row = &permissions->rows[i];

		if (strcmp(row->app, app))
			continue;
		row->installed = true;
		if (*title)
			replace(&row->title, title);
	}
}

/* As answers do, so devices are told apart by vendor and product only. */
static bool is_of_model(const char *hardware_id, const char *model)
{
	struct devtask_spec spec;
	char text[32];

	if (devtask_spec_parse(hardware_id, &spec, NULL))
		return false;
	if (spec.form != DEVTASK_SPEC_USB_ID && spec.form != DEVTASK_SPEC_HID_ID)
		return false;
	snprintf(text, sizeof(text), "usb:%04x:%04x", spec.vendor, spec.product);
	return !strcmp(text, model);
}

void devtask_permissions_name_device(struct devtask_permissions *permissions,
				     const char *hardware_id, const char *name, bool attached)
{
	for (size_t i = 0; i < permissions->count; i++) {
		struct devtask_permission *row = &permissions->rows[i];

		if (!is_of_model(hardware_id, row->model))
			continue;
		row->attached = row->attached || attached;
		if (*name && !*row->device)
			replace(&row->device, name);
	}
}

void devtask_permissions_count_task(struct devtask_permissions *permissions, const char *app,
				    const char *hardware_id)
{
	for (size_t i = 0; i < permissions->count; i++)
		if (!strcmp(permissions->rows[i].app, app) &&
		    is_of_model(hardware_id, permissions->rows[i].model))
			permissions->rows[i].tasks++;
}

static int compare(const void *left, const void *right)
{
	const struct devtask_permission *a = left, *b = right;
	int order = strcasecmp(a->title, b->title);

	if (!order)
		order = strcmp(a->app, b->app);
	if (!order)
		order = strcasecmp(a->device, b->device);
	return order ? order : strcmp(a->model, b->model);
}

void devtask_permissions_sort(struct devtask_permissions *permissions)
{
	if (permissions->count)
		qsort(permissions->rows, permissions->count, sizeof(*permissions->rows), compare);
}

unsigned int devtask_permission_offers(const struct devtask_permission *permission,
				       uint64_t now_ns)
{
	if (permission->allowed)
		return DEVTASK_OFFER_REFUSE | DEVTASK_OFFER_ASK_AGAIN;
	return now_ns >= permission->firm_until_ns ? DEVTASK_OFFER_ASK_AGAIN : 0;
}

uint64_t devtask_permissions_next_offer_ns(const struct devtask_permissions *permissions,
					   uint64_t now_ns)
{
	uint64_t next = 0;

	for (size_t i = 0; i < permissions->count; i++) {
		uint64_t until = permissions->rows[i].firm_until_ns;

		if (until > now_ns && (!next || until < next))
			next = until;
	}
	return next;
}

const char *devtask_permission_heading(const struct devtask_permission *permission, char *text,
				       size_t size)
{
	if (!permission->installed)
		snprintf(text, size, "%s (not installed)", permission->title);
	else if (strcmp(permission->title, permission->app))
		snprintf(text, size, "%s (%s)", permission->title, permission->app);
	else
		snprintf(text, size, "%s", permission->title);
	return text;
}

const char *devtask_permission_device(const struct devtask_permission *permission, char *text,
				      size_t size)
{
	const char *state = permission->attached ? "" : ", not attached";

	if (*permission->device)
		snprintf(text, size, "%s (%s)%s", permission->device, permission->model, state);
	else
		snprintf(text, size, "%s%s", permission->model, state);
	return text;
}

static void read_time(uint64_t realtime_ns, struct tm *local)
{
	time_t seconds = (time_t)(realtime_ns / NSEC_PER_SEC);

	if (!localtime_r(&seconds, local))
		*local = (struct tm) { .tm_mday = 1 };
}

static const char *occasion(const char *by)
{
	if (!strcmp(by, "agent"))
		return ", when the app asked";
	if (!strcmp(by, "root"))
		return ", by the administrator";
	return "";
}

const char *devtask_permission_history(const struct devtask_permission *permission, char *text,
				       size_t size)
{
	struct tm local;
	char when[64];

	/* Digits only: the order of day and month differs between people. */
	read_time(permission->since_ns, &local);
	strftime(when, sizeof(when), "%Y-%m-%d %H:%M", &local);
	snprintf(text, size, "%s since %s%s", permission->allowed ? "Allowed" : "Refused", when,
		 occasion(permission->by));
	return text;
}

const char *devtask_permission_warning(const struct devtask_permission *permission,
				       enum devtask_permission_offer offer, char *text,
				       size_t size)
{
	snprintf(text, size, "This stops the sync that runs now: %s loses %s at once.%s",
		 permission->title, *permission->device ? permission->device : permission->model,
		 offer == DEVTASK_OFFER_REFUSE ?
		 " For an hour only the administrator can change it again." :
		 " The next time the app wants it, you are asked.");
	return text;
}

const char *devtask_permission_obstacle(const struct devtask_permission *permission,
					uint64_t now_ns, char *text, size_t size)
{
	struct tm local;

	*text = '\0';
	if (permission->firm_until_ns <= now_ns)
		return text;
	read_time(permission->firm_until_ns, &local);
	strftime(text, size, "You can let it ask again from %H:%M on.", &local);
	return text;
}
