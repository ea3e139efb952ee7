// SPDX-License-Identifier: GPL-2.0-only
/*
 * Build-time proof that the numbers of the uapi are the ones that were promised: WinRT's
 * reasons (END-5), the log ids of the operation types, the commands that programs have
 * compiled in. Holds no code.
 */
#include <linux/build_bug.h>
#include <linux/devtask.h>

static_assert(DEVTASK_TYPE_SERVICING == 0);
static_assert(DEVTASK_TYPE_USE == 1);

static_assert(DEVTASK_REASON_ABORT == 0);
static_assert(DEVTASK_REASON_TERMINATING == 1);
static_assert(DEVTASK_REASON_LOGGING_OFF == 2);
static_assert(DEVTASK_REASON_SERVICING_UPDATE == 3);
static_assert(DEVTASK_REASON_IDLE_TASK == 4);
static_assert(DEVTASK_REASON_UNINSTALL == 5);
static_assert(DEVTASK_REASON_CONDITION_LOSS == 6);
static_assert(DEVTASK_REASON_SYSTEM_POLICY == 7);
static_assert(DEVTASK_REASON_QUIET_HOURS_ENTERED == 8);
static_assert(DEVTASK_REASON_EXECUTION_TIME_EXCEEDED == 9);
static_assert(DEVTASK_REASON_RESOURCE_REVOCATION == 10);
static_assert(DEVTASK_REASON_ENERGY_SAVER == 11);

static_assert(DEVTASK_STATE_PREPARED == 1 && DEVTASK_STATE_ENDED == 5);
static_assert(DEVTASK_EVENT_KIND_CREATED == 1 && DEVTASK_EVENT_KIND_ENDED == 6);
static_assert(DEVTASK_KIND_USB == 1 && DEVTASK_KIND_CHARDEV == 3);

static_assert(DEVTASK_CMD_INFO_GET == 1);
static_assert(DEVTASK_CMD_HELPER_BIND == 2);
static_assert(DEVTASK_CMD_TASK_CREATE == 3);
static_assert(DEVTASK_CMD_EVENT_NTF == 11);
