/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * descriptors - how many files the helper may have open, which is not what its tasks may: each
 * of them costs it three. Must not know what they are for.
 */
#ifndef DEVTASK_DAEMON_DESCRIPTORS_H
#define DEVTASK_DAEMON_DESCRIPTORS_H

/* As many as the administrator allows (the hard limit). Errors do not matter: fewer do, too. */
void devtask_descriptors_raise(void);

/* In a child: the limit that the helper was started with. Nothing happens if none was raised. */
void devtask_descriptors_restore(void);

#endif
