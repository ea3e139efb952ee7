/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * clean - text from files and devices, before it is shown or logged: control characters and
 * those that turn the direction of writing could feign other text. Must not know who shows it.
 */
#ifndef DEVTASK_CLEAN_H
#define DEVTASK_CLEAN_H

#include <stdbool.h>

/* Blanks each byte of such characters in UTF-8 @text. True if there was one. */
bool devtask_clean(char *text);

/* Is there such a character in @text? */
bool devtask_clean_is_needed(const char *text);

#endif
