// SPDX-License-Identifier: GPL-2.0-only
/* journal - see journal.h. */
#include <ctype.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <syslog.h>
#include <unistd.h>

/* Where in our source a record is written says nothing. */
#define SD_JOURNAL_SUPPRESS_LOCATION
#include <systemd/sd-journal.h>

#include "clean.h"
#include "duration.h"
#include "journal.h"
#include "log.h"
#include "record.h"
#include "utf8.h"

#define JOURNAL_SOCKET	"/run/systemd/journal/socket"
#define ENTRY_MAX	40
#define LINE_MAX_BYTES	1024

static const char *const message_ids[] = {
	[DEVTASK_RECORD_REQUESTED] = DEVTASK_MESSAGE_REQUESTED,
	[DEVTASK_RECORD_STARTED] = DEVTASK_MESSAGE_STARTED,
	[DEVTASK_RECORD_CANCELED] = DEVTASK_MESSAGE_CANCELED,
	[DEVTASK_RECORD_FINISHED] = DEVTASK_MESSAGE_FINISHED,
	[DEVTASK_RECORD_DENIED] = DEVTASK_MESSAGE_DENIED,
	[DEVTASK_RECORD_FAILED] = DEVTASK_MESSAGE_FAILED,
	[DEVTASK_RECORD_WARNED] = DEVTASK_MESSAGE_WARNED,
	[DEVTASK_RECORD_DETACHED] = DEVTASK_MESSAGE_DETACHED,
	[DEVTASK_RECORD_ATTACHED] = DEVTASK_MESSAGE_ATTACHED,
};

struct entry {
	struct iovec fields[ENTRY_MAX];
	int count;
};

const char *devtask_journal_message_id(uint32_t kind)
{
	return kind <= DEVTASK_RECORD_KIND_MAX ? message_ids[kind] : NULL;
}

static int priority_of(const struct devtask_record *record)
{
	switch ((enum devtask_record_kind)record->kind) {
	case DEVTASK_RECORD_REQUESTED:
	case DEVTASK_RECORD_STARTED:
	case DEVTASK_RECORD_FINISHED:
		return LOG_INFO;
	case DEVTASK_RECORD_CANCELED:
	case DEVTASK_RECORD_DENIED:
	case DEVTASK_RECORD_DETACHED:
	case DEVTASK_RECORD_ATTACHED:
		return LOG_NOTICE;
	case DEVTASK_RECORD_FAILED:
	case DEVTASK_RECORD_WARNED:
		return LOG_WARNING;
	}
	return LOG_WARNING;
}

static const char *name_or(const struct devtask_names *names, uint32_t value)
{
	const char *name = devtask_name_of(names, value);

	return name ? name : "unknown";
}

static void append(char *line, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void append(char *line, size_t size, const char *format, ...)
{
	size_t length = strlen(line);
	va_list args;

	va_start(args, format);
	vsnprintf(line + length, size - length, format, args);
	va_end(args);
}

static void append_outcome(const struct devtask_record *record, char *line, size_t size)
{
	char span[32];

	if (record->has & DEVTASK_RECORD_HAS_REASON)
		append(line, size, ": %s (%s)", name_or(&devtask_reason_names, record->reason),
		       name_or(&devtask_detail_names, record->detail));
	if (record->has & DEVTASK_RECORD_HAS_VERDICT && record->verdict != DEVTASK_VERDICT_ALLOWED)
		append(line, size, ": %s", name_or(&devtask_verdict_names, record->verdict));
	if (record->has & DEVTASK_RECORD_HAS_USAGE)
		append(line, size, ", %s, %" PRIu64 " operations, %" PRIu64 " bytes",
		       devtask_duration_format(record->duration_ns, span, sizeof(span)),
		       record->ops, record->bytes);
	if (record->sentence && *record->sentence)
		append(line, size, ": %s", record->sentence);
}

/* "denied use of usb:1209:0001 by logger.app of user 1000: denied-by-system: ..." */
static void describe(const struct devtask_record *record, char *line, size_t size)
{
	const char *who = record->app && *record->app ? record->app :
			  record->program ? record->program : "the administrator";

	snprintf(line, size, "%s: %s of %s by %s for user %" PRIu32,
		 name_or(&devtask_record_names, record->kind),
		 name_or(&devtask_type_names, record->type),
		 record->device ? record->device : "no device", who, record->uid);
	append_outcome(record, line, size);
	/* What an app chose as its text must not make a second line. */
	devtask_clean(line);
}

static void add(struct entry *entry, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void add(struct entry *entry, const char *format, ...)
{
	va_list args;
	char *text;
	int length;

	if (entry->count == ENTRY_MAX)
		return;
	va_start(args, format);
	length = vasprintf(&text, format, args);
	va_end(args);
	if (length >= 0)
		entry->fields[entry->count++] = (struct iovec){ text, (size_t)length };
}

static void add_member(struct entry *entry, const struct devtask_record *record,
		       const struct devtask_record_field *field)
{
	char name[32] = "", text[512];

	for (size_t i = 0; field->name[i] && i + 1 < sizeof(name); i++)
		name[i] = (char)toupper((unsigned char)field->name[i]);
	add(entry, "DEVTASK_%s=%s", name,
	    devtask_record_spell(record, field, text, sizeof(text)));
}

static bool send_entry(const struct devtask_record *record, const char *line)
{
	struct entry entry = { .count = 0 };
	bool sent;

	/* sd_journal_sendv() calls it a success if there is no journal. */
	if (access(JOURNAL_SOCKET, W_OK))
		return false;
	add(&entry, "MESSAGE=%s", line);
	add(&entry, "MESSAGE_ID=%s", devtask_journal_message_id(record->kind));
	add(&entry, "PRIORITY=%d", priority_of(record));
	add(&entry, "DEVTASK_LOG_ID=%" PRIu32, devtask_record_log_id(record));
	for (size_t i = 0; i < devtask_record_field_count; i++)
		if (devtask_record_knows(record, &devtask_record_fields[i]))
			add_member(&entry, record, &devtask_record_fields[i]);
	sent = sd_journal_sendv(entry.fields, entry.count) >= 0;
	for (int i = 0; i < entry.count; i++)
		free(entry.fields[i].iov_base);
	return sent;
}

void devtask_journal_note(const struct devtask_record *record)
{
	char line[LINE_MAX_BYTES], *valid;
	bool sent;

	if (!devtask_journal_message_id(record->kind))
		return;
	describe(record, line, sizeof(line));
	/* The journal shows a message that is no text as a number of bytes. */
	valid = devtask_utf8_repair(line);
	sent = send_entry(record, valid ? valid : line);
	if (!sent || !devtask_log_is_journal())
		devtask_log(priority_of(record), record->trigger, "%s", valid ? valid : line);
	free(valid);
}
