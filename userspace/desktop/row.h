/* SPDX-License-Identifier: GPL-2.0-only */
/* row - one stored answer on the page, with its buttons. Must not know who changes answers. */
#ifndef DEVTASK_DESKTOP_ROW_H
#define DEVTASK_DESKTOP_ROW_H

#include <stdbool.h>
#include <stdint.h>

#include "permission.h"

struct devtask_row;
typedef struct _GtkWidget GtkWidget;

typedef void devtask_row_fn(struct devtask_row *row, enum devtask_permission_offer offer,
			    void *context);

/* The row lives as long as its widget, which is to be put into a list. */
struct devtask_row *devtask_row_create(devtask_row_fn *on_press, void *context);
GtkWidget *devtask_row_widget(const struct devtask_row *row);
struct devtask_row *devtask_row_of(GtkWidget *widget);

/* Shows @permission, of which nothing is kept that changes hands. */
void devtask_row_show(struct devtask_row *row, const struct devtask_permission *permission,
		      uint64_t now_ns);

/* No button can be pressed while it is busy. */
void devtask_row_set_busy(struct devtask_row *row, bool busy);

bool devtask_row_is_about(const struct devtask_row *row,
			  const struct devtask_permission *permission);
const char *devtask_row_app(const struct devtask_row *row);
const char *devtask_row_model(const struct devtask_row *row);

#endif
