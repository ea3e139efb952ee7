// SPDX-License-Identifier: GPL-2.0-only
/* markup - see markup.h. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <libxml/parser.h>
#include <libxml/parserInternals.h>

#include "markup.h"
#include "mistakes.h"

#define BYTE_ORDER_MARK "\xef\xbb\xbf"

struct devtask_markup {
	const char *text;	/* without a byte order mark */
	size_t size;
	size_t mark;		/* bytes of that mark */
	const struct devtask_markup_ears *ears;
	void *context;
	struct devtask_mistakes *mistakes;
	xmlParserCtxt *parser;
	int fault;		/* nothing is heard any more */
};

void devtask_markup_place(const char *text, size_t offset, uint32_t *line, uint32_t *column)
{
	size_t start = 0;

	*line = 1;
	*column = 1;
	for (size_t i = 0; i < offset; i++) {
		if (text[i] == '\n') {
			++*line;
			start = i + 1;
		}
	}
	if (!start && offset >= 3 && !memcmp(text, BYTE_ORDER_MARK, 3))
		start = 3;
	for (size_t i = start; i < offset; i++)
		*column += ((unsigned char)text[i] & 0xc0) != 0x80;
}

const struct devtask_attribute *devtask_markup_attribute(const struct devtask_element *element,
							 const char *space, const char *name)
{
	for (size_t i = 0; i < element->attribute_count; i++)
		if (!strcmp(element->attributes[i].name, name) &&
		    !strcmp(element->attributes[i].space, space))
			return &element->attributes[i];
	return NULL;
}

static size_t position(const struct devtask_markup *markup)
{
	long consumed = xmlByteConsumed(markup->parser);

	return consumed < 0 ? 0 : (size_t)consumed > markup->size ? markup->size : (size_t)consumed;
}

/* The first fault is told, and ends it: what follows from a fault explains nothing. */
static void fail(struct devtask_markup *markup, int fault, const char *what, const char *change)
{
	uint32_t line, column;

	if (markup->fault)
		return;
	markup->fault = fault;
	devtask_markup_place(markup->text, position(markup), &line, &column);
	devtask_mistakes_add(markup->mistakes, false, line, column, "%.*s; %s",
			     (int)strcspn(what, "\n"), what, change);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/*
 * Where the value of the attribute stands in the start tag [@at, @end), which libxml2 has found
 * to be well formed. SAX itself tells no places of attributes.
 */
static size_t find_value(const struct devtask_markup *markup, size_t at, size_t end,
			 const char *prefix, const char *name)
{
	const char *text = markup->text;
	size_t found = at, prefix_size = prefix ? strlen(prefix) + 1 : 0;

	while (at < end && !is_blank(text[at]))
		at++;
	while (at < end) {
		size_t start, length;
		bool same;

		while (at < end && is_blank(text[at]))
			at++;
		start = at;
		while (at < end && text[at] != '=' && !is_blank(text[at]))
			at++;
		length = at - start;
		same = length == prefix_size + strlen(name) &&
		       !strncmp(text + start + prefix_size, name, length - prefix_size) &&
		       (!prefix || (!strncmp(text + start, prefix, prefix_size - 1) &&
				    text[start + prefix_size - 1] == ':'));
		while (at < end && text[at] != '"' && text[at] != '\'')
			at++;
		if (at >= end)
			break;
		if (same)
			return at + 1;
		for (char quote = text[at++]; at < end && text[at] != quote; at++)
			;
		at++;
	}
	return found;
}

static bool take_attributes(struct devtask_markup *markup, size_t start, size_t end,
			    const xmlChar **from, struct devtask_attribute *to, size_t count)
{
	for (size_t i = 0; i < count; i++, from += 5) {
		to[i].name = (const char *)from[0];
		to[i].space = from[2] ? (const char *)from[2] : "";
		to[i].value = strndup((const char *)from[3], (size_t)(from[4] - from[3]));
		to[i].offset = markup->mark + find_value(markup, start, end,
							 (const char *)from[1], to[i].name);
		if (!to[i].value)
			return false;
	}
	return true;
}

static void hear_enter(void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
		       int space_count, const xmlChar **spaces, int attribute_count,
		       int defaulted_count, const xmlChar **attributes)
{
	struct devtask_markup *markup = data;
	struct devtask_element element = {
		.space = uri ? (const char *)uri : "",
		.name = (const char *)name,
		.attribute_count = (size_t)attribute_count,
	};
	struct devtask_attribute *list;
	size_t start, end = position(markup);

	(void)prefix;
	(void)space_count;
	(void)spaces;
	(void)defaulted_count;
	if (markup->fault)
		return;
	/* No "<" can stand in a start tag but its own. */
	for (start = end ? end - 1 : 0; start && markup->text[start] != '<';)
		start--;
	element.offset = markup->mark + start;
	list = calloc(element.attribute_count + 1, sizeof(*list));
	element.attributes = list;
	if (!list || !take_attributes(markup, start, end, attributes, list,
				      element.attribute_count))
		markup->fault = -ENOMEM;
	else
		markup->ears->enter(markup->context, &element);
	for (size_t i = 0; list && i < element.attribute_count; i++)
		free(list[i].value);
	free(list);
}

static void hear_leave(void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
	struct devtask_markup *markup = data;

	(void)name;
	(void)prefix;
	(void)uri;
	if (!markup->fault)
		markup->ears->leave(markup->context);
}

static void hear_text(void *data, const xmlChar *text, int size)
{
	struct devtask_markup *markup = data;

	if (!markup->fault)
		markup->ears->text(markup->context, (const char *)text, (size_t)size);
}

static void hear_document_type(void *data, const xmlChar *name, const xmlChar *external,
			       const xmlChar *system)
{
	struct devtask_markup *markup = data;

	(void)name;
	(void)external;
	(void)system;
	fail(markup, -EINVAL, "a document type (DOCTYPE) is refused, for it can name other files",
	     "remove it");
	xmlStopParser(markup->parser);
}

/* libxml2 made its argument const later. */
#if LIBXML_VERSION >= 21200
static void hear_error(void *data, const xmlError *error)
#else
static void hear_error(void *data, xmlError *error)
#endif
{
	struct devtask_markup *markup = data;

	if (error->level < XML_ERR_ERROR)
		return;
	if (error->code == XML_ERR_NO_MEMORY)
		markup->fault = markup->fault ? markup->fault : -ENOMEM;
	else if (error->code == XML_ERR_INVALID_ENCODING || error->code == XML_ERR_INVALID_CHAR)
		fail(markup, -EINVAL, "here is a character that is not UTF-8 or not XML",
		     "save the file as UTF-8");
	else
		fail(markup, -EINVAL, error->message ? error->message : "not well-formed XML",
		     "correct the XML here");
}

static void set_up(xmlParserCtxt *parser, struct devtask_markup *markup)
{
	xmlSAXHandler *sax = parser->sax;

	memset(sax, 0, sizeof(*sax));
	sax->initialized = XML_SAX2_MAGIC;
	sax->startElementNs = hear_enter;
	sax->endElementNs = hear_leave;
	sax->characters = hear_text;
	sax->cdataBlock = hear_text;
	sax->internalSubset = hear_document_type;
	sax->serror = hear_error;
	parser->userData = markup;
	xmlCtxtUseOptions(parser, XML_PARSE_NONET | XML_PARSE_IGNORE_ENC);
	/* Otherwise it would guess, and EBCDIC, too. */
	parser->encoding = xmlStrdup((const xmlChar *)"UTF-8");
}

/* With its mark, or without: then one byte of the "<" that begins it is 0. */
static bool is_wide(const char *text, size_t size)
{
	return size >= 2 && (!memcmp(text, "\xff\xfe", 2) || !memcmp(text, "\xfe\xff", 2) ||
			     !text[0] || !text[1]);
}

int devtask_markup_parse(const char *text, size_t size, const struct devtask_markup_ears *ears,
			 void *context, struct devtask_mistakes *mistakes)
{
	struct devtask_markup markup = {
		.mark = size >= 3 && !memcmp(text, BYTE_ORDER_MARK, 3) ? 3 : 0,
		.ears = ears, .context = context, .mistakes = mistakes,
	};

	if (is_wide(text, size)) {
		devtask_mistakes_add(mistakes, false, 1, 1,
				     "the file is UTF-16; save the file as UTF-8");
		return -EINVAL;
	}
	if (size > INT_MAX || size == markup.mark) {
		devtask_mistakes_add(mistakes, false, 1, 1,
				     "the file is empty; write a Package element");
		return -EINVAL;
	}
	markup.text = text + markup.mark;
	markup.size = size - markup.mark;
	markup.parser = xmlCreateMemoryParserCtxt(markup.text, (int)markup.size);
	if (!markup.parser)
		return -ENOMEM;
	set_up(markup.parser, &markup);
	xmlParseDocument(markup.parser);
	if (!markup.parser->wellFormed && !markup.fault)
		fail(&markup, -EINVAL, "not well-formed XML", "correct the XML here");
	xmlFreeDoc(markup.parser->myDoc);
	xmlFreeParserCtxt(markup.parser);
	return markup.fault;
}
