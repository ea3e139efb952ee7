/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * history - every request and what became of it, kept for a while and told to the journal
 * (ADM-2). Must not know who makes records, or why.
 */
#ifndef DEVTASK_DAEMON_HISTORY_H
#define DEVTASK_DAEMON_HISTORY_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "error.h"
#include "record.h"

struct devtask_history;

#define DEVTASK_HISTORY_ALL_USERS	((uid_t)-1)
#define DEVTASK_HISTORY_LIMIT_MAX	10000

/*
 * Records are kept in @directory, or without one in DEVTASK_STORE_DIRECTORY. Succeeds also if
 * they cannot be kept now: then the journal has them alone, a warning says so once, and each
 * record tries again. Fails for lack of memory only.
 */
int devtask_history_create(struct devtask_history **history, const char *directory,
			   struct devtask_error *error);
void devtask_history_destroy(struct devtask_history *history);

/* Keeps the newest @count records, and of those the ones younger than @age_ns. */
void devtask_history_keep(struct devtask_history *history, uint64_t age_ns, uint32_t count);

/*
 * Writes @record to journal and history, and prunes in the same transaction. Its times are now
 * if they are 0. The journal has it even if this returns an error, which needs no handling: it
 * was logged.
 */
int devtask_history_note(struct devtask_history *history, const struct devtask_record *record);

/* Which records: those that meet each member that is set. */
struct devtask_history_filter {
	uid_t uid;		/* or DEVTASK_HISTORY_ALL_USERS */
	const char *trigger;	/* its beginning, or NULL */
	const char *app;	/* or NULL */
	uint64_t since_ns;	/* CLOCK_REALTIME; 0 = from the first */
	uint32_t limit;		/* the newest so many; 0 = DEVTASK_HISTORY_LIMIT_MAX */
	int64_t after;		/* of those, the ones with a greater id */
};

/* Calls @fn, oldest first, until it returns false. What it gets is lost with the call. */
typedef bool devtask_history_fn(const struct devtask_record *record, void *context);
int devtask_history_query(struct devtask_history *history,
			  const struct devtask_history_filter *filter, devtask_history_fn *fn,
			  void *context, struct devtask_error *error);

/* A sentence if earlier records were lost with a broken file, or NULL. */
const char *devtask_history_notice(const struct devtask_history *history);

#endif
