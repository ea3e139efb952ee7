/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * record - one step in the life of a request, as it is written down (ADM-2), and the one list
 * of its fields that history, journal and answers to the tool are made from. Must not know
 * any of them.
 */
#ifndef DEVTASK_DAEMON_RECORD_H
#define DEVTASK_DAEMON_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "names.h"

enum devtask_record_kind {
	DEVTASK_RECORD_REQUESTED,	/* an app, or the administrator, asks */
	DEVTASK_RECORD_STARTED,		/* the entry point runs */
	DEVTASK_RECORD_CANCELED,	/* has reason and detail */
	DEVTASK_RECORD_FINISHED,	/* the process tree has ended */
	DEVTASK_RECORD_DENIED,		/* has verdict and reasons */
	DEVTASK_RECORD_FAILED,		/* allowed, but it could not be started or was lost */
	DEVTASK_RECORD_WARNED,		/* it goes on, but its person should do something */
	DEVTASK_RECORD_DETACHED,	/* a device of a servicing is gone, and waited for (APP-8) */
	DEVTASK_RECORD_ATTACHED,	/* it is back; has the hardware id that it came back with */
};

#define DEVTASK_RECORD_KIND_MAX	DEVTASK_RECORD_ATTACHED

extern const struct devtask_names devtask_record_names;

/* Members with @has bits are unknown without the bit; texts may be NULL, numbers 0. */
#define DEVTASK_RECORD_HAS_REASON	(1u << 0)	/* reason, detail */
#define DEVTASK_RECORD_HAS_VERDICT	(1u << 1)	/* verdict, reasons */
#define DEVTASK_RECORD_HAS_EXIT		(1u << 2)	/* exit_status */
#define DEVTASK_RECORD_HAS_MEASURED	(1u << 3)	/* measured, required */
#define DEVTASK_RECORD_HAS_TASK		(1u << 4)	/* task_id */
#define DEVTASK_RECORD_HAS_USAGE	(1u << 5)	/* ops, bytes, duration_ns */

/* The owner of a record owns its texts. */
struct devtask_record {
	int64_t id;		/* in the history, from 1; 0 = is not in it */
	uint32_t kind;		/* enum devtask_record_kind */
	uint32_t type;		/* enum devtask_type */
	uint32_t has;		/* DEVTASK_RECORD_HAS_* */
	uint32_t uid;
	uint64_t time_ns;	/* CLOCK_REALTIME */
	uint64_t boottime_ns;	/* CLOCK_BOOTTIME */
	const char *trigger;	/* GUID; all records of one request have the same */
	const char *app;	/* identity name; NULL for a task of the administrator */
	const char *device;	/* as the request named it */
	const char *hardware_id;
	const char *program;
	const char *arguments;	/* opaque text of the app (APP-2) */
	const char *sentence;	/* for people */
	uint32_t task_id;
	uint32_t reason;	/* enum devtask_reason */
	uint32_t detail;	/* enum devtask_detail */
	uint32_t verdict;	/* enum devtask_verdict */
	uint64_t reasons;	/* mask of enum devtask_check */
	uint64_t measured;	/* by the rule or check; nanoseconds for a cancelled task */
	uint64_t required;
	uint32_t exit_status;	/* as from waitpid(2) */
	uint64_t ops;
	uint64_t bytes;
	uint64_t duration_ns;
};

/* Servicing 1 to 6, use 10 to 15, in the order of the kinds; 7 to 9 and from 16 on are ours. */
uint32_t devtask_record_log_id(const struct devtask_record *record);

enum devtask_record_format {
	DEVTASK_RECORD_TEXT,
	DEVTASK_RECORD_U32,
	DEVTASK_RECORD_U64,
	DEVTASK_RECORD_MASK,	/* 64 bits, of values of @names */
};

/* One member: its name as a column and a JSON key; the journal has DEVTASK_NAME. */
struct devtask_record_field {
	const char *name;
	size_t offset;
	enum devtask_record_format format;
	uint32_t has;			/* the bit that it needs, or 0 */
	const struct devtask_names *names;	/* or NULL */
};

extern const struct devtask_record_field devtask_record_fields[];
extern const size_t devtask_record_field_count;

/* Is the member known? A text that is NULL is not. */
bool devtask_record_knows(const struct devtask_record *record,
			  const struct devtask_record_field *field);
const char *devtask_record_text(const struct devtask_record *record,
				const struct devtask_record_field *field);
void devtask_record_set_text(struct devtask_record *record,
			     const struct devtask_record_field *field, const char *text);
uint64_t devtask_record_number(const struct devtask_record *record,
			       const struct devtask_record_field *field);
void devtask_record_set_number(struct devtask_record *record,
			       const struct devtask_record_field *field, uint64_t value);

/*
 * The member as people and programs read it: text as it is, an enum's spelling, a mask as
 * "foreground attached", else a decimal number. Returns @text, or the member itself.
 */
const char *devtask_record_spell(const struct devtask_record *record,
				 const struct devtask_record_field *field, char *text,
				 size_t size);

#endif
