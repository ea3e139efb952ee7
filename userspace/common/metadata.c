// SPDX-License-Identifier: GPL-2.0-only
/* metadata - see metadata.h. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libudev.h>

#include "clean.h"
#include "device.h"
#include "metadata.h"
#include "publisher_id.h"
#include "utf8.h"

#define NANOSECONDS	1000000000ull

/* How much of a property is quoted. */
#define QUOTED		40

/* A piece of a property: not terminated; .text is NULL behind the last one. */
struct piece {
	const char *text;
	size_t length;
};

#define QUOTE(piece) (int)((piece).length < QUOTED ? (piece).length : QUOTED), (piece).text

static int __attribute__((format(printf, 2, 3)))
refuse(struct devtask_error *error, const char *format, ...)
{
	char text[256], *repaired;
	va_list args;
	int ret;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	/* What is quoted may be any bytes, and three for each of them must fit. */
	repaired = devtask_utf8_repair(text);
	if (repaired)
		devtask_clean(repaired);
	ret = devtask_error_set(error, DEVTASK_EXIT_MISTAKES, -EINVAL, "%s",
				repaired ? repaired : "device metadata is malformed");
	free(repaired);
	return ret;
}

static bool is_control(char c)
{
	return (unsigned char)c < ' ' || c == 0x7f;
}

static int hex(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	if (digit >= 'a' && digit <= 'f')
		return digit - 'a' + 10;
	if (digit >= 'A' && digit <= 'F')
		return digit - 'A' + 10;
	return -1;
}

/* What is before @separator, or all that is left. False if there is no more. */
static bool next_piece(struct piece *rest, char separator, struct piece *piece)
{
	const char *end;

	if (!rest->text)
		return false;
	*piece = *rest;
	end = memchr(rest->text, separator, rest->length);
	if (end)
		piece->length = (size_t)(end - rest->text);
	rest->text = end ? end + 1 : NULL;
	rest->length = end ? rest->length - piece->length - 1 : 0;
	return true;
}

/* The byte that stands at @piece; passes over it. -1: it is none. */
static int next_byte(struct piece *piece)
{
	const char *text = piece->text;
	size_t length = *text == '%' ? 3 : 1;
	int high, low;

	if (piece->length < length || is_control(*text))
		return -1;
	piece->text += length;
	piece->length -= length;
	if (length == 1)
		return (unsigned char)*text;
	high = hex(text[1]);
	low = hex(text[2]);
	return high < 0 || low < 0 || !(high | low) ? -1 : high << 4 | low;
}

/* @what names the piece in the sentence. */
static int decode(const char *key, const char *what, struct piece piece, char *to, size_t size,
		  struct devtask_error *error)
{
	struct piece rest = piece;
	size_t used = 0;
	int byte;

	while (rest.length) {
		byte = next_byte(&rest);
		if (byte < 0)
			return refuse(error, "%s: a control character or a lone %% is in the %s \"%.*s\"; write each such byte as %%XX",
				      key, what, QUOTE(piece));
		if (used == size - 1)
			return refuse(error, "%s: the %s \"%.*s\" is longer than %zu bytes", key,
				      what, QUOTE(piece), size - 1);
		to[used++] = (char)byte;
	}
	to[used] = '\0';
	if (devtask_utf8_is_valid(to))
		return 0;
	return refuse(error, "%s: the %s \"%.*s\" is not UTF-8", key, what, QUOTE(piece));
}

static int take_name(struct devtask_metadata *metadata, const char *key, const char *text,
		     struct devtask_error *error)
{
	const struct piece all = { text, strlen(text) };
	int ret = decode(key, "name", all, metadata->name, sizeof(metadata->name), error);

	if (!ret)
		devtask_clean(metadata->name);
	return ret;
}

static int take_app(struct devtask_metadata *metadata, const char *key, struct piece app,
		    struct devtask_error *error)
{
	size_t i = metadata->app_count;
	struct piece rest = app, name, publisher;

	if (app.length == 1 && *app.text == '*')
		return refuse(error, "%s: \"*\" means any app and must stand alone; take it or the others away",
			      key);
	if (i == DEVTASK_METADATA_APPS_MAX)
		return refuse(error, "%s: more than %d apps", key, DEVTASK_METADATA_APPS_MAX);
	next_piece(&rest, '!', &name);
	if (!next_piece(&rest, '!', &publisher) || rest.text || !name.length || !publisher.length)
		return refuse(error, "%s: \"%.*s\" is no IDENTITY!PUBLISHER; a further ! is written %%21",
			      key, QUOTE(app));
	metadata->app_count++;
	return decode(key, "identity name", name, metadata->apps[i].name,
		      sizeof(metadata->apps[i].name), error) ?:
	       decode(key, "publisher", publisher, metadata->apps[i].publisher,
		      sizeof(metadata->apps[i].publisher), error);
}

static int take_apps(struct devtask_metadata *metadata, const char *key, const char *text,
		     struct devtask_error *error)
{
	struct piece rest = { text, strlen(text) }, app;
	int ret = 0;

	metadata->app_count = 0;
	metadata->any_application = !strcmp(text, "*");
	if (!*text || metadata->any_application)
		return 0;
	while (!ret && next_piece(&rest, '|', &app))
		ret = take_app(metadata, key, app, error);
	return ret;
}

static int take_hex16(struct piece piece, uint16_t *number)
{
	unsigned int value = 0;

	for (size_t i = 0; i < piece.length; i++) {
		if (hex(piece.text[i]) < 0)
			return -EINVAL;
		value = value << 4 | (unsigned int)hex(piece.text[i]);
	}
	*number = (uint16_t)value;
	return piece.length == 4 ? 0 : -EINVAL;
}

static int take_companions(struct devtask_metadata *metadata, const char *key, const char *text,
			   struct devtask_error *error)
{
	struct piece rest = { text, strlen(text) }, piece, vendor, product, id;

	metadata->companion_count = 0;
	while (next_piece(&rest, ' ', &piece)) {
		size_t i = metadata->companion_count;

		if (!piece.length)
			continue;
		if (i == DEVTASK_METADATA_COMPANIONS_MAX)
			return refuse(error, "%s: more than %d ids", key,
				      DEVTASK_METADATA_COMPANIONS_MAX);
		id = piece;
		next_piece(&id, ':', &vendor);
		if (!next_piece(&id, ':', &product) || id.text ||
		    take_hex16(vendor, &metadata->companions[i].vendor) ||
		    take_hex16(product, &metadata->companions[i].product))
			return refuse(error, "%s: \"%.*s\" is no id such as 1209:0002; blanks separate several",
				      key, QUOTE(piece));
		metadata->companion_count++;
	}
	return 0;
}

/* A plain decimal number of @text. */
static int take_number(const char *key, const char *text, unsigned int min, unsigned int max,
		       unsigned int *number, struct devtask_error *error)
{
	unsigned int value = 0;
	size_t length = strspn(text, "0123456789");

	for (size_t i = 0; i < length && value <= max; i++)
		value = value * 10 + (unsigned int)(text[i] - '0');
	if (!length || text[length] || value < min || value > max)
		return refuse(error, "%s: \"%.40s\" is no number from %u to %u", key, text, min,
			      max);
	*number = value;
	return 0;
}

static int take_return(struct devtask_metadata *metadata, const char *key, const char *text,
		       struct devtask_error *error)
{
	unsigned int seconds = DEVTASK_METADATA_RETURN_S;
	int ret = 0;

	if (*text)
		ret = take_number(key, text, 1, DEVTASK_METADATA_RETURN_S_MAX, &seconds, error);
	metadata->return_ns = seconds * NANOSECONDS;
	metadata->return_is_said = !ret && *text;
	return ret;
}

static int take_floor(struct devtask_metadata *metadata, const char *key, const char *text,
		      struct devtask_error *error)
{
	metadata->battery_floor_percent = 0;
	if (!*text)
		return 0;
	return take_number(key, text, 0, DEVTASK_METADATA_FLOOR_MAX,
			   &metadata->battery_floor_percent, error);
}

static const struct {
	const char *key;
	int (*take)(struct devtask_metadata *metadata, const char *key, const char *text,
		    struct devtask_error *error);
} properties[] = {
	{ DEVTASK_METADATA_NAME, take_name },
	{ DEVTASK_METADATA_APPS, take_apps },
	{ DEVTASK_METADATA_COMPANIONS, take_companions },
	{ DEVTASK_METADATA_RETURN, take_return },
	{ DEVTASK_METADATA_FLOOR, take_floor },
};

#define PROPERTIES (sizeof(properties) / sizeof(*properties))

void devtask_metadata_init(struct devtask_metadata *metadata)
{
	memset(metadata, 0, sizeof(*metadata));
	metadata->return_ns = DEVTASK_METADATA_RETURN_S * NANOSECONDS;
}

int devtask_metadata_take(struct devtask_metadata *metadata, const char *key, const char *text,
			  struct devtask_error *error)
{
	int ret = 0;

	for (size_t i = 0; i < PROPERTIES; i++) {
		if (strcmp(key, properties[i].key))
			continue;
		if (strlen(text) > DEVTASK_METADATA_TEXT_MAX)
			ret = refuse(error, "%s is longer than %d bytes", key,
				     DEVTASK_METADATA_TEXT_MAX);
		else
			ret = properties[i].take(metadata, key, text, error);
		metadata->is_known |= *text != '\0';
	}
	if (ret) {
		devtask_metadata_init(metadata);
		metadata->is_known = true;
	}
	return ret;
}

int devtask_metadata_read(const struct devtask_device *device, struct devtask_metadata *metadata,
			  struct devtask_error *error)
{
	struct udev *udev = udev_new();
	struct udev_device *found;
	const char *text;
	int ret = 0;

	devtask_metadata_init(metadata);
	found = udev ? udev_device_new_from_devnum(udev, 'c', device->number) : NULL;
	if (!found) {
		udev_unref(udev);
		return devtask_error_set(error, DEVTASK_EXIT_NOT_THERE, -ENODEV,
			"%s is not attached any more; attach the device again", device->node);
	}
	for (size_t i = 0; i < PROPERTIES && !ret; i++) {
		text = udev_device_get_property_value(found, properties[i].key);
		ret = devtask_metadata_take(metadata, properties[i].key, text ? text : "", error);
	}
	udev_device_unref(found);
	udev_unref(udev);
	return ret;
}

size_t devtask_metadata_escape(const char *text, char *escaped, size_t size)
{
	size_t last = strlen(text), used = 0;
	char piece[4];

	for (size_t i = 0; i < last; i++) {
		bool edge = text[i] == ' ' && (!i || i == last - 1);
		bool plain = !edge && !is_control(text[i]) && !strchr("%|!#", text[i]);
		int length = snprintf(piece, sizeof(piece), plain ? "%c" : "%%%02X",
				      (unsigned char)text[i]);

		for (int j = 0; j < length; j++, used++)
			if (used + 1 < size)
				escaped[used] = piece[j];
	}
	if (size)
		escaped[used < size ? used : size - 1] = '\0';
	return used;
}

bool devtask_metadata_allows(const struct devtask_metadata *metadata, const char *identity_name,
			     const char *publisher)
{
	for (size_t i = 0; i < metadata->app_count; i++)
		if (!strcmp(metadata->apps[i].name, identity_name) &&
		    devtask_publisher_id_matches(metadata->apps[i].publisher, publisher))
			return true;
	return metadata->any_application;
}

bool devtask_metadata_is_companion(const struct devtask_metadata *metadata, uint16_t vendor,
				   uint16_t product)
{
	for (size_t i = 0; i < metadata->companion_count; i++)
		if (metadata->companions[i].vendor == vendor &&
		    metadata->companions[i].product == product)
			return true;
	return false;
}
