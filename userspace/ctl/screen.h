/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * screen - the whole terminal for text that is renewed, keys, and signals, so that the terminal is
 * as it was whenever it is left. Must not know what is shown.
 */
#ifndef DEVTASK_CTL_SCREEN_H
#define DEVTASK_CTL_SCREEN_H

#include <stdbool.h>
#include <stdint.h>

#include "error.h"

struct devtask_screen;

enum devtask_screen_call {
	DEVTASK_SCREEN_DUE,	/* the time is over, or somebody wants it now */
	DEVTASK_SCREEN_RESIZED,	/* show it again */
	DEVTASK_SCREEN_QUIT,	/* a key, a signal, or the terminal is gone */
};

/* True if a person sits at standard input and output. */
bool devtask_screen_is_there(void);

/* Takes the terminal, and the signals that end or resize. -ENOTSUP if its type is not known. */
int devtask_screen_open(struct devtask_screen **screen, struct devtask_error *error);

/*
 * Shows @text from the top, lines and columns cut where the terminal ends; line @bold (from 0)
 * stands out. If lines are missing, the last one says how many.
 */
void devtask_screen_show(struct devtask_screen *screen, const char *text, int bold);

/* Waits for a key, a signal, or @until_ns of CLOCK_MONOTONIC. */
enum devtask_screen_call devtask_screen_wait(struct devtask_screen *screen, uint64_t until_ns);

/*
 * Gives the terminal back, and dies of the signal that ended it, if one did. NULL is no screen.
 */
void devtask_screen_close(struct devtask_screen *screen);

#endif
