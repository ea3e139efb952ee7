/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * journal - records as entries of the system's journal, one stable message id per kind of
 * record and one field per member, see devtask-journal(7) (ADM-2). Must not know the history.
 */
#ifndef DEVTASK_DAEMON_JOURNAL_H
#define DEVTASK_DAEMON_JOURNAL_H

#include <stdint.h>

struct devtask_record;

/* Never changed: scripts and catalogs know them. */
#define DEVTASK_MESSAGE_REQUESTED	"11ac9faafeaf439094df5747e6329854"
#define DEVTASK_MESSAGE_STARTED		"97383133577f4df0a0489f50e44945c6"
#define DEVTASK_MESSAGE_CANCELED	"66c1c28dda224b88848baa348dd99884"
#define DEVTASK_MESSAGE_FINISHED	"496daca77a644d6792ce490275d41448"
#define DEVTASK_MESSAGE_DENIED		"5ce7147ecbbb4a7d9e17aa93250f2505"
#define DEVTASK_MESSAGE_FAILED		"2668db99cf414e44ade693e354014bfa"
#define DEVTASK_MESSAGE_WARNED		"3b973b084b3241fa9f2481cbeb74f0fe"
#define DEVTASK_MESSAGE_DETACHED	"b8851870bf9c41efb84d2a9abbb19c57"
#define DEVTASK_MESSAGE_ATTACHED	"cd8e1a73881c4c9b81e28a46206a0c47"

/* The id of entries of this enum devtask_record_kind, 32 digits. */
const char *devtask_journal_message_id(uint32_t kind);

/*
 * Writes an entry, and the same as a line on standard error unless that is the journal, or if
 * there is no journal.
 */
void devtask_journal_note(const struct devtask_record *record);

#endif
