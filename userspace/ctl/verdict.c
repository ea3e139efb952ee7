// SPDX-License-Identifier: GPL-2.0-only
/* verdict - see verdict.h. */
#include <sys/wait.h>

#include "names.h"
#include "verdict.h"

int devtask_verdict(const struct devtask_ending *ending)
{
	int status = (int)ending->status;

	/* A task may stop cleanly when it is cancelled: its status 0 must not hide that. */
	if (ending->canceled)
		return ending->reason == DEVTASK_REASON_EXECUTION_TIME_EXCEEDED ?
		       DEVTASK_EXIT_TIME_EXCEEDED : DEVTASK_EXIT_CANCELED;
	if (!ending->status_known)
		return DEVTASK_EXIT_STATUS_UNKNOWN;
	if (WIFSIGNALED(status))
		return DEVTASK_EXIT_SIGNAL + WTERMSIG(status);
	return WEXITSTATUS(status);
}
