// SPDX-License-Identifier: GPL-2.0-only
/* gather - see gather.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <json-c/json.h>
#include <libudev.h>

#include "client.h"
#include "device.h"
#include "gather.h"
#include "genl.h"
#include "query.h"
#include "registry.h"

static void keep_notice(struct devtask_gathering *gathering, struct json_object *answer)
{
	const char *notice = devtask_message_string(answer, "notice");

	if (notice && !*gathering->notice)
		snprintf(gathering->notice, sizeof(gathering->notice), "%s", notice);
}

/* Adds what is behind the rows that are there; *@more: there are others. */
static int ask_page(struct devtask_gathering *gathering, bool *more)
{
	struct devtask_permissions *permissions = &gathering->permissions;
	struct json_object *request = devtask_message_request("consent-list"), *answer;
	size_t before = permissions->count;
	int ret;

	json_object_object_add(request, "offset", json_object_new_int64((int64_t)before));
	answer = devtask_client_ask(request, &gathering->error);
	if (!answer)
		return gathering->error.err;
	keep_notice(gathering, answer);
	ret = devtask_permissions_add(permissions, json_object_object_get(answer, "answers"),
				      &gathering->error);
	*more = json_object_get_boolean(json_object_object_get(answer, "more")) &&
		permissions->count > before;
	json_object_put(answer);
	return ret;
}

static int ask_helper(struct devtask_gathering *gathering)
{
	bool more = true;
	int ret = 0;

	while (!ret && more)
		ret = ask_page(gathering, &more);
	return ret;
}

static void name_apps(struct devtask_permissions *permissions)
{
	struct devtask_registry *registry;
	const struct devtask_installed *apps;
	size_t count;

	if (devtask_registry_create(&registry, getenv(DEVTASK_ENV_APPS_PATH), NULL, 0, NULL))
		return;
	apps = devtask_registry_apps(registry, &count);
	for (size_t i = 0; i < count; i++)
		devtask_permissions_name_app(permissions, apps[i].app->name,
					     apps[i].app->display_name);
	devtask_registry_destroy(registry);
}

static void name_attached(struct devtask_permissions *permissions)
{
	struct devtask_device *devices;
	int count = devtask_device_list(&devices, NULL);

	for (int i = 0; i < count; i++)
		devtask_permissions_name_device(permissions, devices[i].hardware_id,
						devices[i].name, true);
	if (count >= 0)
		free(devices);
}

static const char *look_up(struct udev_list_entry *properties, const char *key)
{
	struct udev_list_entry *entry = udev_list_entry_get_by_name(properties, key);
	const char *value = entry ? udev_list_entry_get_value(entry) : NULL;

	return value ? value : "";
}

/* What is not attached is known by its numbers only, and by the database of those. */
static void name_absent(struct devtask_permissions *permissions, struct udev_hwdb *database)
{
	for (size_t i = 0; i < permissions->count; i++) {
		const struct devtask_permission *row = &permissions->rows[i];
		struct udev_list_entry *properties;
		unsigned int vendor, product;
		char name[256], id[32];
		const char *model;

		if (*row->device || sscanf(row->model, "usb:%4x:%4x", &vendor, &product) != 2)
			continue;
		snprintf(id, sizeof(id), "usb:v%04Xp%04X", vendor, product);
		properties = udev_hwdb_get_properties_list_entry(database, id, 0);
		model = look_up(properties, "ID_MODEL_FROM_DATABASE");
		if (!*model)
			continue;
		snprintf(name, sizeof(name), "%.100s %.150s",
			 look_up(properties, "ID_VENDOR_FROM_DATABASE"), model);
		devtask_permissions_name_device(permissions, row->model, name, false);
	}
}

static void name_devices(struct devtask_permissions *permissions)
{
	struct udev *udev = udev_new();
	struct udev_hwdb *database = udev ? udev_hwdb_new(udev) : NULL;

	name_attached(permissions);
	if (database) {
		name_absent(permissions, database);
		udev_hwdb_unref(database);
	}
	if (udev)
		udev_unref(udev);
}

static const struct devtask_task *task_of(const struct devtask_claim *claim,
					  const struct devtask_task *tasks, int count)
{
	for (int i = 0; i < count; i++)
		if (tasks[i].id == claim->task_id)
			return &tasks[i];
	return NULL;
}

static int count_tasks(struct devtask_genl *genl, struct devtask_permissions *permissions,
		       struct devtask_error *error)
{
	struct devtask_task *tasks = NULL;
	struct devtask_claim *claims = NULL;
	int task_count = devtask_query_tasks(genl, &tasks, error);
	int claim_count = task_count < 0 ? task_count :
			  devtask_query_claims(genl, &claims, error);

	for (int i = 0; i < claim_count; i++) {
		const struct devtask_task *task = task_of(&claims[i], tasks, task_count);

		if (task && task->uid == getuid() && task->state < DEVTASK_STATE_REVOKED)
			devtask_permissions_count_task(permissions, task->app,
						       claims[i].hardware_id);
	}
	free(claims);
	free(tasks);
	return claim_count < 0 ? claim_count : 0;
}

/* The answers are worth showing without it. */
static void find_tasks(struct devtask_gathering *gathering)
{
	struct devtask_genl *genl;
	struct devtask_error error;
	int ret = devtask_genl_connect(&genl, &error);

	if (!ret) {
		ret = count_tasks(genl, &gathering->permissions, &error);
		devtask_genl_close(genl);
	}
	if (ret && !*gathering->notice)
		snprintf(gathering->notice, sizeof(gathering->notice),
			 "Which of them are in use now is not known: %.400s", error.text);
}

struct devtask_gathering *devtask_gather(void)
{
	struct devtask_gathering *gathering = calloc(1, sizeof(*gathering));

	if (!gathering || ask_helper(gathering))
		return gathering;
	name_apps(&gathering->permissions);
	name_devices(&gathering->permissions);
	if (gathering->permissions.count)
		find_tasks(gathering);
	devtask_permissions_sort(&gathering->permissions);
	return gathering;
}

void devtask_gathering_destroy(struct devtask_gathering *gathering)
{
	if (!gathering)
		return;
	devtask_permissions_clear(&gathering->permissions);
	free(gathering);
}

int devtask_gather_change(enum devtask_permission_offer change, const char *app,
			  const char *model, struct devtask_error *error)
{
	struct json_object *request = devtask_message_request(
		change == DEVTASK_OFFER_REFUSE ? "consent-revoke" : "consent-forget");
	struct json_object *answer;

	json_object_object_add(request, "app", json_object_new_string(app));
	json_object_object_add(request, "device", json_object_new_string(model));
	answer = devtask_client_ask(request, error);
	if (!answer)
		return error->err;
	json_object_put(answer);
	return 0;
}

int devtask_gather_follow(struct devtask_error *error)
{
	struct json_object *hello;
	int fd = devtask_client_connect(error);

	if (fd < 0)
		return fd;
	if (!devtask_client_send(fd, devtask_message_request("consent-follow"), error)) {
		hello = devtask_client_receive(fd, error);
		if (hello) {
			json_object_put(hello);
			return fd;
		}
	}
	close(fd);
	return error->err;
}
