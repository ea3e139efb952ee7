/* SPDX-License-Identifier: GPL-2.0-only */
/* guid - new GUIDs, and one spelling for them and Bluetooth UUIDs. Must not know what they name. */
#ifndef DEVTASK_GUID_H
#define DEVTASK_GUID_H

#include <stdbool.h>

/*
 * Sets @to to lower case without braces. @text may have braces, or be the 4 or 8 hex digits of
 * a Bluetooth UUID if @is_short says so. False if it is no GUID.
 */
bool devtask_guid_parse(const char *text, bool is_short, char to[37]);

/* A random one. 0 or a negative errno. */
int devtask_guid_make(char to[37]);

#endif
