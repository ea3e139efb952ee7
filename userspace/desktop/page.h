/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * page - the window: the list of stored answers, or why there is none; it asks before it stops a
 * running task. Must not know how answers are read.
 */
#ifndef DEVTASK_DESKTOP_PAGE_H
#define DEVTASK_DESKTOP_PAGE_H

typedef struct _AdwApplication AdwApplication;
typedef struct _GtkWindow GtkWindow;

/* A window of @application, which is not shown yet and ends with its being closed. */
GtkWindow *devtask_page_create(AdwApplication *application);

#endif
