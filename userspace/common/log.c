// SPDX-License-Identifier: GPL-2.0-only
/* log - see log.h. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <systemd/sd-journal.h>

#include "log.h"

static const char *log_name = "devtask";
static bool log_debugging;
static bool log_to_journal;

/* $JOURNAL_STREAM names stderr's device and inode if stderr really is the journal. */
static bool stderr_is_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	uint64_t dev, ino;
	struct stat st;

	if (!stream || sscanf(stream, "%" SCNu64 ":%" SCNu64, &dev, &ino) != 2)
		return false;
	return !fstat(STDERR_FILENO, &st) && st.st_dev == dev && st.st_ino == ino;
}

void devtask_log_init(const char *name, bool debug)
{
	log_name = name;
	log_debugging = debug;
	log_to_journal = stderr_is_journal();
}

bool devtask_log_is_journal(void)
{
	return log_to_journal;
}

void devtask_log(int priority, const char *trigger, const char *format, ...)
{
	char line[1024];
	va_list args;

	if (priority >= LOG_DEBUG && !log_debugging)
		return;
	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);

	if (log_to_journal && trigger)
		sd_journal_send("MESSAGE=%s", line, "PRIORITY=%i", priority,
				"DEVTASK_TRIGGER=%s", trigger, NULL);
	else if (log_to_journal)
		sd_journal_send("MESSAGE=%s", line, "PRIORITY=%i", priority, NULL);
	else
		fprintf(stderr, "%s: %s\n", log_name, line);
}
