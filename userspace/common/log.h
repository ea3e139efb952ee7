/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * log - one line to the journal when the service manager started us, else to stderr.
 * Must not know what is being logged.
 */
#ifndef DEVTASK_LOG_H
#define DEVTASK_LOG_H

#include <stdbool.h>
#include <syslog.h>

/* @name stands before each line on stderr; @debug lets LOG_DEBUG lines through. */
void devtask_log_init(const char *name, bool debug);

/* Is standard error the journal, so that devtask_log() writes entries with fields? */
bool devtask_log_is_journal(void);

/* @trigger: the GUID that all records of one request carry, or NULL. */
void devtask_log(int priority, const char *trigger, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#define log_error(...)		devtask_log(LOG_ERR, NULL, __VA_ARGS__)
#define log_warning(...)	devtask_log(LOG_WARNING, NULL, __VA_ARGS__)
#define log_info(...)		devtask_log(LOG_INFO, NULL, __VA_ARGS__)
#define log_debug(...)		devtask_log(LOG_DEBUG, NULL, __VA_ARGS__)

#endif
