// SPDX-License-Identifier: GPL-2.0-only
/*
 * keepsake - see keepsake.h. A file has a line for each member, "NAME VALUE", a line "device"
 * before those of each device, and "end" at its end.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "guid.h"
#include "keepsake.h"

#define COMPANIONS_MAX	(sizeof(((struct devtask_port_known *)0)->companions) / \
			 sizeof(((struct devtask_port_known *)0)->companions[0]))

static int tell(int err, const char *what, struct devtask_error *error)
{
	return devtask_error_set(error, DEVTASK_EXIT_FAILURE, err,
				 "cannot %s what is kept of a servicing's devices: %s", what,
				 strerror(-err));
}

int devtask_keepsake_open(const char *directory, struct devtask_error *error)
{
	int fd;

	if (mkdir(directory, 0700) && errno != EEXIST)
		return tell(-errno, "keep", error);
	fd = open(directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return fd < 0 ? tell(-errno, "keep", error) : fd;
}

static void put_device(FILE *file, const struct devtask_keepsake_device *device)
{
	const struct devtask_port_known *known = &device->known;
	const struct devtask_port *port = &known->port;

	fprintf(file, "device\nclaim %" PRIu32 "\nreturn-ns %" PRIu64 "\naway-ns %" PRIu64 "\n",
		device->claim, device->return_ns, device->away_ns);
	fprintf(file, "interface %d\nid %04x:%04x\n", port->interface, port->vendor,
		port->product);
	if (*port->subsystem)
		fprintf(file, "subsystem %s\n", port->subsystem);
	if (*port->place)
		fprintf(file, "place %s\n", port->place);
	if (*port->peer)
		fprintf(file, "peer %s\n", port->peer);
	for (size_t i = 0; i < known->companion_count; i++)
		fprintf(file, "companion %04x:%04x\n", known->companions[i].vendor,
			known->companions[i].product);
}

static int write_file(int fd, const struct devtask_keepsake *keepsake)
{
	FILE *file = fdopen(fd, "w");
	bool failed;

	if (!file) {
		close(fd);
		return -ENOMEM;
	}
	for (unsigned int i = 0; i < keepsake->count; i++)
		put_device(file, &keepsake->devices[i]);
	fputs("end\n", file);
	failed = ferror(file);
	if (fclose(file))
		return -errno;
	return failed ? -EIO : 0;
}

int devtask_keepsake_write(int directory, const struct devtask_keepsake *keepsake,
			   struct devtask_error *error)
{
	char draft[48];
	int fd, ret;

	snprintf(draft, sizeof(draft), ".%s", keepsake->trigger);
	fd = openat(directory, draft, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	ret = fd < 0 ? -errno : write_file(fd, keepsake);
	if (!ret && renameat(directory, draft, directory, keepsake->trigger))
		ret = -errno;
	if (!ret)
		return 0;
	unlinkat(directory, draft, 0);
	return tell(ret, "write", error);
}

static bool take_id(const char *value, uint16_t *vendor, uint16_t *product)
{
	char rest;

	return sscanf(value, "%4" SCNx16 ":%4" SCNx16 "%c", vendor, product, &rest) == 2;
}

static bool take_text(const char *value, char *to, size_t size)
{
	int length = snprintf(to, size, "%s", value);

	return length > 0 && (size_t)length < size;
}

static bool take_companion(const char *value, struct devtask_port_known *known)
{
	size_t i = known->companion_count;

	if (i == COMPANIONS_MAX ||
	    !take_id(value, &known->companions[i].vendor, &known->companions[i].product))
		return false;
	known->companion_count++;
	return true;
}

static bool take_member(const char *name, const char *value,
			struct devtask_keepsake_device *device)
{
	struct devtask_port *port = &device->known.port;
	char rest;

	if (!strcmp(name, "claim"))
		return sscanf(value, "%" SCNu32 "%c", &device->claim, &rest) == 1;
	if (!strcmp(name, "return-ns"))
		return sscanf(value, "%" SCNu64 "%c", &device->return_ns, &rest) == 1;
	if (!strcmp(name, "away-ns"))
		return sscanf(value, "%" SCNu64 "%c", &device->away_ns, &rest) == 1;
	if (!strcmp(name, "interface"))
		return sscanf(value, "%d%c", &port->interface, &rest) == 1;
	if (!strcmp(name, "subsystem"))
		return take_text(value, port->subsystem, sizeof(port->subsystem));
	if (!strcmp(name, "place"))
		return take_text(value, port->place, sizeof(port->place));
	if (!strcmp(name, "peer"))
		return take_text(value, port->peer, sizeof(port->peer));
	if (!strcmp(name, "id"))
		return take_id(value, &port->vendor, &port->product);
	if (!strcmp(name, "companion"))
		return take_companion(value, &device->known);
	return false;
}

static bool take_line(char *line, struct devtask_keepsake *keepsake)
{
	char *value = strchr(line, ' ');

	if (!strcmp(line, "device")) {
		if (keepsake->count == DEVTASK_MESSAGE_DEVICES)
			return false;
		keepsake->count++;
		return true;
	}
	if (!value || !keepsake->count)
		return false;
	*value++ = '\0';
	return take_member(line, value, &keepsake->devices[keepsake->count - 1]);
}

/* True if every line was understood, and the last one was "end". */
static bool read_lines(FILE *file, struct devtask_keepsake *keepsake)
{
	bool good = true, ended = false;
	char *line = NULL;
	size_t size = 0;

	while (good && getline(&line, &size, file) >= 0) {
		line[strcspn(line, "\n")] = '\0';
		good = !ended;
		ended = !strcmp(line, "end");
		good = good && (ended || take_line(line, keepsake));
	}
	free(line);
	return good && ended;
}

int devtask_keepsake_read(int directory, const char *trigger, struct devtask_keepsake *keepsake,
			  struct devtask_error *error)
{
	int fd = openat(directory, trigger, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "r");
	bool good;

	memset(keepsake, 0, sizeof(*keepsake));
	snprintf(keepsake->trigger, sizeof(keepsake->trigger), "%s", trigger);
	if (!file) {
		int err = -errno;

		if (fd >= 0)
			close(fd);
		return tell(err, "read", error);
	}
	good = read_lines(file, keepsake);
	fclose(file);
	return good ? 0 : tell(-EBADMSG, "read", error);
}

void devtask_keepsake_remove(int directory, const char *trigger)
{
	unlinkat(directory, trigger, 0);
}

void devtask_keepsake_sweep(int directory,
			    bool (*is_wanted)(const char *trigger, void *context), void *context)
{
	int copy = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *list = copy < 0 ? NULL : fdopendir(copy);
	struct dirent *entry;
	char trigger[37];

	if (!list) {
		if (copy >= 0)
			close(copy);
		return;
	}
	/* Drafts too: ".TRIGGER". */
	while ((entry = readdir(list)))
		if (devtask_guid_parse(entry->d_name + (*entry->d_name == '.'), false, trigger) &&
		    (*entry->d_name == '.' || !is_wanted(trigger, context)))
			unlinkat(directory, entry->d_name, 0);
	closedir(list);
}
