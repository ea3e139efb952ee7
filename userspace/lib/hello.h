/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * hello - opens the door and finds out whether both sides fit. Must not know what follows.
 */
#ifndef LIBDEVTASK_HELLO_H
#define LIBDEVTASK_HELLO_H

#include <stdbool.h>

/*
 * A descriptor for a task or for an app, whichever @as_task says that this process is. -ENOENT,
 * -EACCES, -EPROTO; -ESRCH it is no task, -EOPNOTSUPP it is one.
 */
int devtask_hello_open(bool as_task);

#endif
