/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * foreground_facts - what the providers of the foreground share: where the facts are, and the
 * form of an answer. Must not know any provider.
 */
#ifndef DEVTASK_DAEMON_FOREGROUND_FACTS_H
#define DEVTASK_DAEMON_FOREGROUND_FACTS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define DEVTASK_FOREGROUND_PROVIDER	16	/* bytes of a provider's name, with the NUL */

struct devtask_login;

/* Where the facts are: on the machine itself, or in a test's folders. */
struct devtask_foreground_roots {
	const char *proc;
	const char *sys;
	const char *dev;
	int (*login)(pid_t pid, struct devtask_login *login);
	/* Does the virtual terminal at this path show text, not a display's picture? */
	bool (*shows_text)(const char *path);
	/* Is this login session the one before its seat? */
	bool (*is_active)(const char *session);
};

/* Who answered, what was measured and what it should have been, for the verdict's sentence. */
struct devtask_foreground_why {
	char provider[DEVTASK_FOREGROUND_PROVIDER];	/* empty: none had anything to say */
	uint64_t measured;	/* a process, or its process group */
	uint64_t required;	/* the one in the foreground; 0 = unknown */
	char sentence[384];	/* without a full stop */
};

#endif
