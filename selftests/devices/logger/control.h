/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SELFTESTS_LOGGER_CONTROL_H
#define SELFTESTS_LOGGER_CONTROL_H

#include <stdbool.h>

struct logger_manner;

/* Open ep0 in @mount_point and describe the device. @manner stays the caller's. Returns the
 * descriptor to poll for reading, or -1 with errno.
 */
int logger_control_start(const char *mount_point, const struct logger_manner *manner);

/* ep0 is readable: take one event and answer it. Returns false when a request waits that is not
 * to be answered; ep0 stays readable then, so it is better not polled before
 * logger_control_hold() or logger_control_forget() has been called.
 */
bool logger_control_serve(void);

/* Leave the host's requests on the control pipe unanswered; or answer them (and refuse the one
 * that waits).
 */
void logger_control_hold(bool hold);

/* The host is gone: the request that waits will never be answered. */
void logger_control_forget(void);

void logger_control_stop(void);

#endif
