// SPDX-License-Identifier: GPL-2.0-only
/* package_parse - see package_parse.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <sha2.h>

#include "package.h"
#include "package_files.h"
#include "package_parse.h"
#include "package_xml.h"

/* Of the files that have been read, in one order, each with its end. */
static void set_digest(struct devtask_package *package,
		       struct devtask_package_file *const *files, size_t count)
{
	uint8_t hash[SHA256_DIGEST_LENGTH];
	SHA2_CTX context;

	SHA256Init(&context);
	for (size_t i = 0; i < count; i++)
		if (files[i])
			SHA256Update(&context, (const uint8_t *)files[i]->text,
				     files[i]->size + 1);
	SHA256Final(hash, &context);
	for (size_t i = 0; i < sizeof(hash); i++) {
		static const char digits[] = "0123456789abcdef";

		package->digest[2 * i] = digits[hash[i] >> 4];
		package->digest[2 * i + 1] = digits[hash[i] & 15];
	}
}

/* The one for every language, or else the one for the default language. */
static struct devtask_package_file *find(struct devtask_package_files *files, const char *folder,
					 const char *name, const char *locale)
{
	struct devtask_package_file *file = devtask_package_files_find(files, folder, name);
	char *below;

	if (file)
		return file;
	below = malloc(strlen(folder) + strlen(locale) + 2);
	if (!below)
		return NULL;
	strcpy(below, folder);
	strcat(below, "/");
	strcat(below, locale);
	file = devtask_package_files_find(files, below, name);
	free(below);
	return file;
}

/* What the other files say, in the folders that the first one names. */
static int read_others(struct devtask_package_files *files, struct devtask_package *package,
		       struct devtask_package_folders *folders, struct devtask_package_file *info)
{
	const char *device_folder = folders->device ? folders->device : "DeviceInfo";
	const char *software_folder = folders->software ? folders->software : "SoftwareInfo";
	struct devtask_package_file *device, *software;
	int ret;

	device = find(files, device_folder, "DeviceInfo.xml", package->locale);
	software = find(files, software_folder, "SoftwareInfo.xml", package->locale);
	set_digest(package, (struct devtask_package_file *[]){ info, device, software }, 3);
	if (!device) {
		devtask_mistakes_add(&info->mistakes, false, 1, 1,
			"the package has no %s/DeviceInfo.xml; add it, for it has the name of the device",
			device_folder);
		return -EINVAL;
	}
	if (folders->software && !software) {
		devtask_mistakes_add(&info->mistakes, false, 1, 1,
			"the package has no %s/SoftwareInfo.xml, which is named here; add it, for it has the privileged apps",
			software_folder);
		return -EINVAL;
	}
	ret = devtask_package_xml_read(DEVTASK_PACKAGE_DEVICE, device, package, NULL);
	if (!ret && software)
		ret = devtask_package_xml_read(DEVTASK_PACKAGE_SOFTWARE, software, package, NULL);
	return ret;
}

/* No text is NULL. */
static int fill(struct devtask_package *package)
{
	char **const texts[] = {
		&package->locale, &package->experience, &package->model_name,
		&package->model_number, &package->manufacturer, &package->description,
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		if (!*texts[i])
			*texts[i] = strdup("");
		if (!*texts[i])
			return -ENOMEM;
	}
	return 0;
}

int devtask_package_parse(struct devtask_package_files *files, struct devtask_package **package)
{
	struct devtask_package_file *info = devtask_package_files_find(files, "",
								       "PackageInfo.xml");
	struct devtask_package_folders folders = { 0 };
	struct devtask_package *made;
	int ret;

	*package = NULL;
	if (!info)
		return -ENOENT;
	made = calloc(1, sizeof(*made));
	if (!made)
		return -ENOMEM;
	ret = devtask_package_xml_read(DEVTASK_PACKAGE_INFO, info, made, &folders);
	if (!ret)
		ret = read_others(files, made, &folders, info);
	if (!ret)
		ret = fill(made);
	free(folders.device);
	free(folders.software);
	if (ret)
		devtask_package_destroy(made);
	else
		*package = made;
	return ret;
}
