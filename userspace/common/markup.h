/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * markup - XML text as a series of elements with their places, by libxml2. Document types,
 * and with them entities, are refused; nothing is fetched from anywhere. Must not know what
 * the elements mean.
 */
#ifndef DEVTASK_MARKUP_H
#define DEVTASK_MARKUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct devtask_markup;
struct devtask_mistakes;

struct devtask_attribute {
	const char *space;	/* namespace URI, "" if none */
	const char *name;
	char *value;
	size_t offset;		/* of the value in the text, in bytes */
};

struct devtask_element {
	const char *space;	/* namespace URI, "" if none */
	const char *name;
	size_t offset;		/* of its "<" */
	const struct devtask_attribute *attributes;
	size_t attribute_count;
};

/* What is heard of a document; every function gets the same context. */
struct devtask_markup_ears {
	void (*enter)(void *context, const struct devtask_element *element);
	void (*text)(void *context, const char *text, size_t size);
	void (*leave)(void *context);
};

/*
 * Parses UTF-8 @text of @size bytes, with or without a byte order mark. Faults of the XML itself
 * go into @mistakes. Returns 0, -EINVAL if there was such a fault, or -ENOMEM.
 */
int devtask_markup_parse(const char *text, size_t size, const struct devtask_markup_ears *ears,
			 void *context, struct devtask_mistakes *mistakes);

/* Line and column (in characters) of a byte in @text, both from 1. */
void devtask_markup_place(const char *text, size_t offset, uint32_t *line, uint32_t *column);

/* The attribute, or NULL. @space is "" for one without a prefix. */
const struct devtask_attribute *devtask_markup_attribute(const struct devtask_element *element,
							 const char *space, const char *name);

#endif
