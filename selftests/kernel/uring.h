/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One request at a time through io_uring, with the raw system calls. Must not know devtask.
 */
#ifndef KTEST_URING_H
#define KTEST_URING_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Read @len bytes from @fd and wait: bytes or -errno. @worker sends the request to a worker
 * thread at once; otherwise io_uring polls the file first.
 */
int uring_read(int fd, void *buf, size_t len, bool worker);
/* Wait for @events on @fd: the events that came or -errno. */
int uring_poll(int fd, short events);

#endif
