/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SELFTESTS_LOGGER_REMOTE_H
#define SELFTESTS_LOGGER_REMOTE_H

#include <stddef.h>

/* Listen for orders on a new unix socket @path. Returns the descriptor to poll, or -1 with
 * errno.
 */
int logger_remote_listen(const char *path);

/* Take one order: puts its word in @order and returns a descriptor for
 * logger_remote_reply(); or -1.
 */
int logger_remote_take(int listener, char *order, size_t size);

/* Answer the order with one line of text, and be done with it. */
void logger_remote_reply(int client, const char *text);

/* The other end: give @order to the logger that listens on @path, wait until it is done, print
 * the answer. Returns an exit status; has said on stderr what went wrong.
 */
int logger_remote_tell(const char *path, const char *order);

#endif
