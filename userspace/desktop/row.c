// SPDX-License-Identifier: GPL-2.0-only
/* row - see row.h. */
#include <string.h>

#include <gtk/gtk.h>

#include "row.h"

#define KEY	"devtask-row"
#define TEXT	512

struct devtask_row {
	GtkWidget *widget;
	GtkWidget *title;
	GtkWidget *answer;
	GtkWidget *in_use;
	GtkWidget *device;
	GtkWidget *history;
	GtkWidget *obstacle;
	GtkWidget *refuse;
	GtkWidget *ask_again;
	char *app;
	char *model;
	unsigned int offers;
	bool busy;
	devtask_row_fn *on_press;
	void *context;
};

static void press_refuse(GtkButton *button, gpointer data)
{
	struct devtask_row *row = data;

	(void)button;
	row->on_press(row, DEVTASK_OFFER_REFUSE, row->context);
}

static void press_ask_again(GtkButton *button, gpointer data)
{
	struct devtask_row *row = data;

	(void)button;
	row->on_press(row, DEVTASK_OFFER_ASK_AGAIN, row->context);
}

static void destroy(gpointer data)
{
	struct devtask_row *row = data;

	g_free(row->app);
	g_free(row->model);
	g_free(row);
}

/* Text wraps, so that it is whole at any width and size of letters. */
static GtkWidget *add_label(GtkWidget *box, const char *class, const char *other)
{
	GtkWidget *label = gtk_label_new(NULL);

	gtk_label_set_wrap(GTK_LABEL(label), TRUE);
	gtk_label_set_wrap_mode(GTK_LABEL(label), PANGO_WRAP_WORD_CHAR);
	gtk_label_set_xalign(GTK_LABEL(label), 0);
	if (class)
		gtk_widget_add_css_class(label, class);
	if (other)
		gtk_widget_add_css_class(label, other);
	gtk_box_append(GTK_BOX(box), label);
	return label;
}

static GtkWidget *add_button(GtkWidget *box, const char *text, GCallback pressed,
			     struct devtask_row *row)
{
	GtkWidget *button = gtk_button_new_with_label(text);

	g_signal_connect(button, "clicked", pressed, row);
	gtk_box_append(GTK_BOX(box), button);
	return button;
}

static void add_head(GtkWidget *box, struct devtask_row *row)
{
	GtkWidget *head = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 12);

	gtk_box_append(GTK_BOX(box), head);
	row->title = add_label(head, "heading", NULL);
	gtk_widget_set_hexpand(row->title, TRUE);
	row->answer = add_label(head, "heading", NULL);
	gtk_label_set_wrap(GTK_LABEL(row->answer), FALSE);
	gtk_widget_set_valign(row->answer, GTK_ALIGN_START);
}

static void add_foot(GtkWidget *box, struct devtask_row *row)
{
	GtkWidget *foot = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6);

	gtk_widget_set_halign(foot, GTK_ALIGN_END);
	gtk_widget_set_margin_top(foot, 6);
	gtk_box_append(GTK_BOX(box), foot);
	row->ask_again = add_button(foot, "Ask Again", G_CALLBACK(press_ask_again), row);
	row->refuse = add_button(foot, "Refuse", G_CALLBACK(press_refuse), row);
}

struct devtask_row *devtask_row_create(devtask_row_fn *on_press, void *context)
{
	struct devtask_row *row = g_new0(struct devtask_row, 1);
	GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 3);

	row->on_press = on_press;
	row->context = context;
	gtk_widget_set_margin_top(box, 12);
	gtk_widget_set_margin_bottom(box, 12);
	gtk_widget_set_margin_start(box, 12);
	gtk_widget_set_margin_end(box, 12);
	add_head(box, row);
	row->device = add_label(box, NULL, NULL);
	row->in_use = add_label(box, "accent", NULL);
	row->history = add_label(box, "dim-label", NULL);
	row->obstacle = add_label(box, "dim-label", NULL);
	add_foot(box, row);
	row->widget = gtk_list_box_row_new();
	gtk_list_box_row_set_activatable(GTK_LIST_BOX_ROW(row->widget), FALSE);
	gtk_list_box_row_set_child(GTK_LIST_BOX_ROW(row->widget), box);
	g_object_set_data_full(G_OBJECT(row->widget), KEY, row, destroy);
	return row;
}

GtkWidget *devtask_row_widget(const struct devtask_row *row)
{
	return row->widget;
}

struct devtask_row *devtask_row_of(GtkWidget *widget)
{
	return g_object_get_data(G_OBJECT(widget), KEY);
}

/* It may come from a device, which need not keep to UTF-8. */
static void set_text(GtkWidget *label, const char *text)
{
	g_autofree char *valid = g_utf8_make_valid(text, -1);

	gtk_label_set_text(GTK_LABEL(label), valid);
	gtk_widget_set_visible(label, *valid);
}

static void set_name(GtkWidget *widget, const char *what, const char *about)
{
	g_autofree char *name = g_strdup_printf("%s%s%s", what, *what ? ": " : "", about);
	g_autofree char *valid = g_utf8_make_valid(name, -1);

	gtk_accessible_update_property(GTK_ACCESSIBLE(widget), GTK_ACCESSIBLE_PROPERTY_LABEL,
				       valid, -1);
}

/* What who does not see the row hears of it and of its buttons. */
static void show_names(struct devtask_row *row, const struct devtask_permission *permission,
		       const char *history)
{
	const char *device = *permission->device ? permission->device : permission->model;
	g_autofree char *about = g_strdup_printf("%s, %s", permission->title, device);
	g_autofree char *whole = g_strdup_printf("%s. %s%s", about, history,
						 permission->tasks ? ". In use now" : "");

	set_name(row->refuse, "Refuse", about);
	set_name(row->ask_again, "Ask again", about);
	set_name(row->widget, "", whole);
}

static void show_offers(struct devtask_row *row)
{
	gtk_widget_set_visible(row->refuse, row->offers & DEVTASK_OFFER_REFUSE);
	gtk_widget_set_sensitive(row->refuse, !row->busy);
	gtk_widget_set_sensitive(row->ask_again,
				 !row->busy && (row->offers & DEVTASK_OFFER_ASK_AGAIN));
}

void devtask_row_show(struct devtask_row *row, const struct devtask_permission *permission,
		      uint64_t now_ns)
{
	char text[TEXT], history[TEXT];

	if (!row->app) {
		row->app = g_strdup(permission->app);
		row->model = g_strdup(permission->model);
	}
	devtask_permission_history(permission, history, sizeof(history));
	set_text(row->title, devtask_permission_heading(permission, text, sizeof(text)));
	set_text(row->answer, permission->allowed ? "Allowed" : "Refused");
	gtk_widget_remove_css_class(row->answer, permission->allowed ? "error" : "success");
	gtk_widget_add_css_class(row->answer, permission->allowed ? "success" : "error");
	set_text(row->in_use, permission->tasks ? "\342\227\217 In use now" : "");
	set_text(row->device, devtask_permission_device(permission, text, sizeof(text)));
	set_text(row->history, history);
	set_text(row->obstacle, devtask_permission_obstacle(permission, now_ns, text,
							    sizeof(text)));
	row->offers = devtask_permission_offers(permission, now_ns);
	show_names(row, permission, history);
	show_offers(row);
}

void devtask_row_set_busy(struct devtask_row *row, bool busy)
{
	row->busy = busy;
	show_offers(row);
}

bool devtask_row_is_about(const struct devtask_row *row,
			  const struct devtask_permission *permission)
{
	return row->app && !strcmp(row->app, permission->app) &&
	       !strcmp(row->model, permission->model);
}

const char *devtask_row_app(const struct devtask_row *row)
{
	return row->app;
}

const char *devtask_row_model(const struct devtask_row *row)
{
	return row->model;
}
