// SPDX-License-Identifier: GPL-2.0-only
/* harden - see harden.h. */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harden.h"
#include "names.h"

/* Where the display is. Nothing of it names code or files that code would be taken from. */
static const char *const kept[] = { "DISPLAY", "XAUTHORITY", "TERM" };

#define KEPT_COUNT	(sizeof(kept) / sizeof(*kept))

static bool keep_environment(void)
{
	char *values[KEPT_COUNT];

	for (size_t i = 0; i < KEPT_COUNT; i++) {
		const char *value = getenv(kept[i]);

		values[i] = value && strlen(value) < 4096 ? strdup(value) : NULL;
	}
	if (clearenv() || setenv("PATH", "/usr/bin:/bin", 1))
		return false;
	for (size_t i = 0; i < KEPT_COUNT; i++) {
		if (values[i] && setenv(kept[i], values[i], 1))
			return false;
		free(values[i]);
	}
	return true;
}

static bool fill_standard_descriptors(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	return fd > STDERR_FILENO && !close_range((unsigned int)STDERR_FILENO + 1, ~0U, 0);
}

static void reset_signals(void)
{
	const struct sigaction usual = { .sa_handler = SIG_DFL };
	sigset_t none;

	for (int number = 1; number < NSIG; number++)
		sigaction(number, &usual, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_IGN);
	alarm(0);
}

void devtask_harden(void)
{
	const struct rlimit nothing = { 0, 0 };

	if (prctl(PR_SET_DUMPABLE, 0) || setrlimit(RLIMIT_CORE, &nothing) ||
	    !keep_environment() || !fill_standard_descriptors() || chdir("/"))
		_exit(DEVTASK_EXIT_FAILURE);
	umask(077);
	reset_signals();
}

bool devtask_harden_is_setgid(void)
{
	return getegid() != getgid();
}
