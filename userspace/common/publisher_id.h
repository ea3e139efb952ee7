/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * publisher_id - the short id that Windows makes of a publisher's name and that stands in names of
 * package families: Microsoft.Photos_8wekyb3d8bbwe. Pure; must not know who is privileged.
 */
#ifndef DEVTASK_PUBLISHER_ID_H
#define DEVTASK_PUBLISHER_ID_H

#include <stdbool.h>

#define DEVTASK_PUBLISHER_ID_LENGTH 13

/*
 * Sets @id to the id of @publisher, the Publisher of a manifest as it is written there. False if
 * that is not UTF-8, or for lack of memory; @id is "" then.
 */
bool devtask_publisher_id(const char *publisher, char id[DEVTASK_PUBLISHER_ID_LENGTH + 1]);

/*
 * Is @listed, a publisher's name or its id, the publisher @publisher? A name has a "=" in it, so
 * that no name can pass for an id.
 */
bool devtask_publisher_id_matches(const char *listed, const char *publisher);

#endif
