// SPDX-License-Identifier: GPL-2.0-only
/* package_hwdb - see package_hwdb.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "clean.h"
#include "metadata.h"
#include "package.h"
#include "package_date.h"
#include "package_hwdb.h"
#include "publisher_id.h"
#include "utf8.h"

/* In names of files: it comes before all others there, too. "+" comes before what is in locales. */
#define NO_EXPERIENCE "00000000-0000-0000-0000-000000000000"

/* Which of two packages counts: the newer one, or one that is decided by what it says alone. */
static int compare_packages(const struct devtask_package *a, const struct devtask_package *b)
{
	if (a->modified != b->modified)
		return a->modified < b->modified ? -1 : 1;
	return strcmp(a->experience, b->experience) ?:
	       strcasecmp(a->locale, b->locale) ?:
	       strcmp(a->digest, b->digest);
}

static int compare_ids(const struct devtask_package_id *a, const struct devtask_package_id *b)
{
	char text[2][DEVTASK_PACKAGE_ID_SIZE];

	return strcmp(devtask_package_id_match(a, text[0]), devtask_package_id_match(b, text[1]));
}

static int compare(const void *left, const void *right)
{
	const struct devtask_package_entry *a = left, *b = right;

	if (a->id->rank != b->id->rank)
		return a->id->rank < b->id->rank ? -1 : 1;
	return compare_ids(a->id, b->id) ?:
	       compare_packages(a->package, b->package) ?:
	       strcmp(a->source, b->source);
}

static void find_winners(struct devtask_package_entries *entries)
{
	struct devtask_package_entry *list = entries->list;

	for (size_t i = entries->count; i--;) {
		const struct devtask_package *winner;

		list[i].winner = i;
		if (i + 1 == entries->count || list[i].id->rank != list[i + 1].id->rank ||
		    compare_ids(list[i].id, list[i + 1].id))
			continue;
		list[i].winner = list[i + 1].winner;
		winner = list[list[i].winner].package;
		list[i].same = !compare_packages(list[i].package, winner);
		list[i].tied = !list[i].same && list[i].package->modified == winner->modified;
	}
}

int devtask_package_hwdb_order(const struct devtask_package *const *packages,
			       const char *const *sources, size_t count,
			       struct devtask_package_entries *entries)
{
	size_t all = 0, used = 0;

	for (size_t i = 0; i < count; i++)
		all += packages[i]->id_count;
	entries->count = all;
	entries->list = calloc(all + 1, sizeof(*entries->list));
	if (!entries->list)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < packages[i]->id_count; j++)
			entries->list[used++] = (struct devtask_package_entry){
				.package = packages[i], .id = &packages[i]->ids[j],
				.source = sources[i],
			};
	qsort(entries->list, all, sizeof(*entries->list), compare);
	find_winners(entries);
	return 0;
}

static int too_long(const struct devtask_package_entry *entry, const char *what,
		    struct devtask_error *error)
{
	return devtask_error_set(error, DEVTASK_EXIT_MISTAKES, -EINVAL,
		"%s: the %s more than %d bytes, which udev does not take; shorten it", entry->source,
		what, DEVTASK_METADATA_TEXT_MAX);
}

/* The longest beginning that is UTF-8 and has less than @size bytes. */
static void cut(const char *text, char *to, size_t size)
{
	size_t length = strlen(text);

	if (length >= size)
		for (length = size - 1; length && ((unsigned char)text[length] & 0xc0) == 0x80;)
			length--;
	memcpy(to, text, length);
	to[length] = '\0';
}

static int write_name(const struct devtask_package_entry *entry, FILE *to,
		      struct devtask_error *error)
{
	char name[sizeof(((struct devtask_metadata *)0)->name)];
	char text[DEVTASK_METADATA_TEXT_MAX + 1];

	cut(entry->package->model_name, name, sizeof(name));
	if (devtask_metadata_escape(name, text, sizeof(text)) >= sizeof(text))
		return too_long(entry, "ModelName has", error);
	fprintf(to, " %s=%s\n", DEVTASK_METADATA_NAME, text);
	return 0;
}

/* The publisher, or its id if it is too long to be compared as it is. */
static const char *short_publisher(const char *publisher, char *id)
{
	if (strlen(publisher) < sizeof(((struct devtask_metadata *)0)->apps->publisher))
		return publisher;
	return devtask_publisher_id(publisher, id) ? id : NULL;
}

static int write_apps(const struct devtask_package_entry *entry, FILE *to,
		      struct devtask_error *error)
{
	const struct devtask_package_apps *apps = &entry->package->privileged;
	char text[DEVTASK_METADATA_TEXT_MAX + 1] = "*";
	size_t used = 0;

	for (size_t i = 0; i < apps->count && !entry->package->any_application; i++) {
		char id[DEVTASK_PUBLISHER_ID_LENGTH + 1];
		const char *parts[] = {
			apps->list[i].name, short_publisher(apps->list[i].publisher, id),
		};

		if (!parts[1])
			return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -ENOMEM,
						 "out of memory");
		for (size_t j = 0; j < 2 && used < sizeof(text); j++) {
			used += devtask_metadata_escape(parts[j], text + used,
							sizeof(text) - used);
			if (used < sizeof(text) - 1)
				strcpy(text + used, !j ? "!" : i + 1 < apps->count ? "|" : "");
			used += !j || i + 1 < apps->count;
		}
	}
	if (used >= sizeof(text))
		return too_long(entry, "list of privileged apps has", error);
	if (!apps->count && !entry->package->any_application)
		*text = '\0';
	fprintf(to, " %s=%s\n", DEVTASK_METADATA_APPS, text);
	return 0;
}

int devtask_package_hwdb_write(const struct devtask_package_entry *entry, FILE *to,
			       struct devtask_error *error)
{
	char match[DEVTASK_PACKAGE_ID_SIZE], date[DEVTASK_PACKAGE_DATE_SIZE];
	const char *slash = strrchr(entry->source, '/');
	char *source = devtask_utf8_repair(slash && slash[1] ? slash + 1 : entry->source);
	int ret;

	if (!source)
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -ENOMEM, "out of memory");
	devtask_clean(source);
	fprintf(to, "# from %s: ExperienceID %s, %s, of %s\n%s\n", source,
		*entry->package->experience ? entry->package->experience : "none",
		entry->package->locale, devtask_package_date_print(entry->package->modified, date),
		devtask_package_id_match(entry->id, match));
	free(source);
	ret = write_name(entry, to, error);
	if (!ret)
		ret = write_apps(entry, to, error);
	fputc('\n', to);
	if (!ret && ferror(to))
		ret = devtask_error_set(error, DEVTASK_EXIT_FAILURE, -EIO,
					"cannot write: %s; make room", strerror(errno));
	return ret;
}

const char *devtask_package_hwdb_name(const struct devtask_package *package,
				      enum devtask_package_rank rank,
				      char name[DEVTASK_PACKAGE_HWDB_NAME_SIZE])
{
	char date[DEVTASK_PACKAGE_DATE_SIZE], *at;

	snprintf(name, DEVTASK_PACKAGE_HWDB_NAME_SIZE, "70-devtask-%d-%s-%s-%s+%.8s.hwdb",
		 (int)rank, devtask_package_date_print(package->modified, date),
		 *package->experience ? package->experience : NO_EXPERIENCE, package->locale,
		 package->digest);
	/* The locale, whose case does not count. */
	for (at = name + strlen("70-devtask-0-") + strlen(date); *at; at++)
		if (*at >= 'A' && *at <= 'Z')
			*at += 'a' - 'A';
	return name;
}
