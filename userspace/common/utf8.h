/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * utf8 - makes UTF-8 of bytes that need not be it: names of processes, paths and arguments are any
 * bytes, JSON and the journal's lines are not. Pure.
 */
#ifndef DEVTASK_UTF8_H
#define DEVTASK_UTF8_H

#include <stdbool.h>

/* As RFC 3629 has it: no surrogates, nothing longer than need be, nothing above U+10FFFF. */
bool devtask_utf8_is_valid(const char *text);

/*
 * A copy with U+FFFD in the place of each byte that belongs to no character, at most three times
 * as long; to be freed. NULL for lack of memory.
 */
char *devtask_utf8_repair(const char *text);

#endif
