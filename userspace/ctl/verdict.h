/* SPDX-License-Identifier: GPL-2.0-only */
/* verdict - how a task ended, as the exit code of "devtaskctl run". Pure. */
#ifndef DEVTASK_CTL_VERDICT_H
#define DEVTASK_CTL_VERDICT_H

#include <stdbool.h>
#include <stdint.h>

struct devtask_ending {
	bool canceled;
	uint32_t reason;	/* if canceled */
	bool status_known;
	uint32_t status;	/* as from waitpid(2) */
};

int devtask_verdict(const struct devtask_ending *ending);

#endif
