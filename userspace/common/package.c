// SPDX-License-Identifier: GPL-2.0-only
/* package - see package.h. */
#include <stdlib.h>

#include "package.h"

static void clear_texts(struct devtask_package_texts *texts)
{
	for (size_t i = 0; i < texts->count; i++)
		free(texts->list[i]);
	free(texts->list);
}

static void clear_apps(struct devtask_package_apps *apps)
{
	for (size_t i = 0; i < apps->count; i++) {
		free(apps->list[i].name);
		free(apps->list[i].publisher);
	}
	free(apps->list);
}

void devtask_package_destroy(struct devtask_package *package)
{
	if (!package)
		return;
	free(package->ids);
	clear_texts(&package->hardware_ids);
	clear_texts(&package->model_ids);
	clear_texts(&package->locales);
	clear_texts(&package->categories);
	clear_apps(&package->privileged);
	clear_apps(&package->companions);
	free(package->locale);
	free(package->experience);
	free(package->model_name);
	free(package->model_number);
	free(package->manufacturer);
	free(package->description);
	free(package);
}
