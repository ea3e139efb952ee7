/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sender - who asks, as the kernel saw it at the moment of the asking, and which outside
 * launchers (Flatpak, snapd, systemd) say that they started it. Must not know manifests.
 */
#ifndef DEVTASK_SENDER_H
#define DEVTASK_SENDER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct devtask_sender {
	pid_t pid;
	uid_t uid;
	gid_t gid;
	const char *executable;		/* borrowed; ends with " (deleted)" if it is */
	dev_t executable_dev;
	uint64_t executable_inode;
	const char *cgroup;		/* borrowed; path from the root of the hierarchy, "/..." */
};

/* Where a manifest may let a sender come from, besides its executable. */
enum devtask_source_kind {
	DEVTASK_SOURCE_FLATPAK,		/* scope app-flatpak-ID-*.scope of a user's manager */
	DEVTASK_SOURCE_SNAP,		/* snap.NAME.*.scope or .service */
	DEVTASK_SOURCE_SCOPE,		/* app-*-ID-*.scope, app-*-ID@*.service of a user's manager */
	DEVTASK_SOURCE_SERVICE,		/* /system.slice/NAME.service */
};

#define DEVTASK_SOURCE_COUNT (DEVTASK_SOURCE_SERVICE + 1)

/* "flatpak", "snap", "scope", "service" */
const char *devtask_source_name(enum devtask_source_kind kind);

/*
 * Does @sender come from the launcher @kind under the name @id? Judged by the cgroup alone, which
 * for every kind but SERVICE the user's own manager makes: see Documentation/security.rst for
 * what a program of the same user can feign. Pure.
 */
bool devtask_sender_is_from(const struct devtask_sender *sender, enum devtask_source_kind kind,
			    const char *id);

#endif
