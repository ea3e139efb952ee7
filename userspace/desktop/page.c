// SPDX-License-Identifier: GPL-2.0-only
/* page - see page.h. */
#include <adwaita.h>

#include "page.h"
#include "reader.h"
#include "row.h"

#define NSEC_PER_USEC	1000ull

struct page {
	GtkWindow *window;
	AdwToastOverlay *toasts;
	GtkStack *stack;
	GtkListBox *list;
	GtkLabel *notice;
	AdwStatusPage *trouble;
	struct devtask_reader *reader;
	struct devtask_permissions shown;	/* borrowed from the reader's last */
	guint next_offer;
};

/* A question that is open: the rows may be others when it is answered. */
struct question {
	struct page *page;
	enum devtask_permission_offer offer;
	char *app;
	char *model;
};

static uint64_t now_ns(void)
{
	return (uint64_t)g_get_real_time() * NSEC_PER_USEC;
}

static struct devtask_row *row_at(const struct page *page, int index)
{
	GtkListBoxRow *widget = gtk_list_box_get_row_at_index(page->list, index);

	return widget ? devtask_row_of(GTK_WIDGET(widget)) : NULL;
}

static const struct devtask_permission *find(const struct page *page, const char *app,
					     const char *model)
{
	for (size_t i = 0; i < page->shown.count; i++)
		if (!g_strcmp0(page->shown.rows[i].app, app) &&
		    !g_strcmp0(page->shown.rows[i].model, model))
			return &page->shown.rows[i];
	return NULL;
}

static struct devtask_row *find_row(const struct page *page, const char *app, const char *model)
{
	struct devtask_row *row;

	for (int i = 0; (row = row_at(page, i)); i++)
		if (!g_strcmp0(devtask_row_app(row), app) &&
		    !g_strcmp0(devtask_row_model(row), model))
			return row;
	return NULL;
}

static void toast(struct page *page, const char *app, const char *what)
{
	g_autofree char *valid = g_utf8_make_valid(app, -1);
	g_autofree char *text = g_markup_printf_escaped("%s %s", valid, what);

	adw_toast_overlay_add_toast(page->toasts, adw_toast_new(text));
}

/* The helper's sentences begin small, for they follow the name of a program. */
static char *capitalize(const char *sentence)
{
	g_autofree char *valid = g_utf8_make_valid(sentence, -1);

	*valid = g_ascii_toupper(*valid);
	return g_strconcat(valid, g_str_has_suffix(valid, ".") ? "" : ".", NULL);
}

static void tell_failure(struct page *page, const struct devtask_error *error)
{
	g_autofree char *sentence = capitalize(error->text);
	GtkWidget *dialog = adw_message_dialog_new(page->window, "Nothing Was Changed", sentence);

	adw_message_dialog_add_response(ADW_MESSAGE_DIALOG(dialog), "close", "_Close");
	gtk_window_present(GTK_WINDOW(dialog));
}

static void end_change(struct devtask_change *change, void *context)
{
	struct page *page = context;
	const struct devtask_permission *permission = find(page, change->app, change->model);
	const char *title = permission ? permission->title : change->app;
	struct devtask_row *row = find_row(page, change->app, change->model);

	if (row)
		devtask_row_set_busy(row, false);
	if (change->error.exit)
		tell_failure(page, &change->error);
	else if (change->offer == DEVTASK_OFFER_REFUSE)
		toast(page, title, "is refused");
	else
		toast(page, title, "will ask again");
}

static void change(struct page *page, enum devtask_permission_offer offer, const char *app,
		   const char *model)
{
	struct devtask_row *row = find_row(page, app, model);
	struct devtask_change *wish = g_new0(struct devtask_change, 1);

	wish->offer = offer;
	wish->app = g_strdup(app);
	wish->model = g_strdup(model);
	wish->done = end_change;
	wish->context = page;
	if (row)
		devtask_row_set_busy(row, true);
	devtask_reader_change(page->reader, wish);
}

static void free_question(gpointer data, GClosure *closure)
{
	struct question *question = data;

	(void)closure;
	g_free(question->app);
	g_free(question->model);
	g_free(question);
}

static void hear_response(AdwMessageDialog *dialog, const char *response, gpointer data)
{
	struct question *question = data;

	(void)dialog;
	if (!g_strcmp0(response, "stop"))
		change(question->page, question->offer, question->app, question->model);
}

/* Cancelling is what Esc, Enter and closing mean. */
static void ask_first(struct page *page, const struct devtask_permission *permission,
		      enum devtask_permission_offer offer)
{
	struct question *question = g_new0(struct question, 1);
	AdwMessageDialog *dialog;
	char warning[512];
	g_autofree char *valid = NULL;

	devtask_permission_warning(permission, offer, warning, sizeof(warning));
	valid = g_utf8_make_valid(warning, -1);
	dialog = ADW_MESSAGE_DIALOG(adw_message_dialog_new(page->window, "Stop the Running Sync?",
							   valid));
	adw_message_dialog_add_responses(dialog, "cancel", "_Cancel", "stop",
		offer == DEVTASK_OFFER_REFUSE ? "_Refuse" : "Stop and _Ask Again", NULL);
	adw_message_dialog_set_response_appearance(dialog, "stop", ADW_RESPONSE_DESTRUCTIVE);
	adw_message_dialog_set_default_response(dialog, "cancel");
	adw_message_dialog_set_close_response(dialog, "cancel");
	question->page = page;
	question->offer = offer;
	question->app = g_strdup(permission->app);
	question->model = g_strdup(permission->model);
	g_signal_connect_data(dialog, "response", G_CALLBACK(hear_response), question,
			      free_question, 0);
	gtk_window_present(GTK_WINDOW(dialog));
}

static void press(struct devtask_row *row, enum devtask_permission_offer offer, void *context)
{
	struct page *page = context;
	const struct devtask_permission *permission = find(page, devtask_row_app(row),
							   devtask_row_model(row));

	if (permission && permission->tasks)
		ask_first(page, permission, offer);
	else
		change(page, offer, devtask_row_app(row), devtask_row_model(row));
}

/* Rows that stay keep the keyboard's focus. */
static void fill_list(struct page *page)
{
	uint64_t now = now_ns();
	struct devtask_row *row;
	int i;

	for (i = 0; (size_t)i < page->shown.count; i++) {
		const struct devtask_permission *permission = &page->shown.rows[i];

		while ((row = row_at(page, i)) && !devtask_row_is_about(row, permission) &&
		       !find(page, devtask_row_app(row), devtask_row_model(row)))
			gtk_list_box_remove(page->list, devtask_row_widget(row));
		if (!row || !devtask_row_is_about(row, permission)) {
			row = devtask_row_create(press, page);
			gtk_list_box_insert(page->list, devtask_row_widget(row), i);
		}
		devtask_row_show(row, permission, now);
	}
	while ((row = row_at(page, i)))
		gtk_list_box_remove(page->list, devtask_row_widget(row));
}

static gboolean offer_more(gpointer data);

static void wait_for_offer(struct page *page)
{
	uint64_t now = now_ns(), next = devtask_permissions_next_offer_ns(&page->shown, now);

	if (page->next_offer)
		g_source_remove(page->next_offer);
	page->next_offer = !next ? 0 :
		g_timeout_add_seconds((guint)((next - now) / 1000000000 % 86400) + 1, offer_more,
				      page);
}

static gboolean offer_more(gpointer data)
{
	struct page *page = data;

	page->next_offer = 0;
	fill_list(page);
	wait_for_offer(page);
	return G_SOURCE_REMOVE;
}

static void show_trouble(struct page *page, const char *title, const char *sentence)
{
	g_autofree char *whole = capitalize(sentence);
	g_autofree char *markup = g_markup_escape_text(whole, -1);

	adw_status_page_set_title(page->trouble, title);
	adw_status_page_set_description(page->trouble, markup);
	gtk_stack_set_visible_child_name(page->stack, "trouble");
}

static void show_error(struct page *page, const struct devtask_error *error)
{
	switch ((int)error->exit) {
	case DEVTASK_EXIT_UNAVAILABLE:
		show_trouble(page, "The Helper Does Not Run", error->text);
		break;
	case DEVTASK_EXIT_ABI:
		show_trouble(page, "Helper and Page Do Not Fit", error->text);
		break;
	default:
		show_trouble(page, "The Answers Cannot Be Read", error->text);
	}
}

static void show(const struct devtask_gathering *gathering, void *context)
{
	struct page *page = context;

	if (!gathering) {
		show_trouble(page, "The Helper Does Not Answer",
			     "it is there but has said nothing for ten seconds; see what it does "
			     "with: journalctl -u devtaskd");
		return;
	}
	page->shown = gathering->permissions;
	fill_list(page);
	wait_for_offer(page);
	gtk_label_set_text(page->notice, gathering->notice);
	gtk_widget_set_visible(GTK_WIDGET(page->notice), *gathering->notice);
	if (gathering->error.exit)
		show_error(page, &gathering->error);
	else
		gtk_stack_set_visible_child_name(page->stack,
						 page->shown.count ? "list" : "empty");
}

static gboolean try_again(GtkWidget *widget, GVariant *arguments, gpointer data)
{
	struct page *page = data;

	(void)widget;
	(void)arguments;
	devtask_reader_again(page->reader);
	return TRUE;
}

static void press_try_again(GtkButton *button, gpointer data)
{
	struct page *page = data;

	(void)button;
	devtask_reader_again(page->reader);
}

static void hear_focus(GObject *window, GParamSpec *property, gpointer data)
{
	struct page *page = data;

	(void)property;
	if (gtk_window_is_active(GTK_WINDOW(window)))
		devtask_reader_again(page->reader);
}

static void destroy(gpointer data)
{
	struct page *page = data;

	if (page->next_offer)
		g_source_remove(page->next_offer);
	devtask_reader_destroy(page->reader);
	g_free(page);
}

static GtkWidget *make_text(const char *text, bool selectable)
{
	GtkWidget *label = gtk_label_new(text);

	gtk_label_set_wrap(GTK_LABEL(label), TRUE);
	gtk_label_set_wrap_mode(GTK_LABEL(label), PANGO_WRAP_WORD_CHAR);
	gtk_label_set_xalign(GTK_LABEL(label), 0);
	gtk_label_set_selectable(GTK_LABEL(label), selectable);
	return label;
}

static GtkWidget *add_small(GtkWidget *box, const char *text, bool selectable)
{
	GtkWidget *label = make_text(text, selectable);

	gtk_widget_add_css_class(label, "caption");
	gtk_box_append(GTK_BOX(box), label);
	return label;
}

/* CON-6: who may allow, since the page may not. */
static GtkWidget *make_footnote(void)
{
	GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 3);
	g_autofree char *command = g_strdup_printf(
		"sudo devtaskctl consent grant --user %s APP DEVICE", g_get_user_name());

	add_small(box, "You allow an app when it asks, not here: so no app can press the button "
		  "for you. The administrator can, with", false);
	gtk_widget_add_css_class(add_small(box, command, true), "monospace");
	gtk_widget_set_halign(box, GTK_ALIGN_CENTER);
	return box;
}

static GtkWidget *make_list(struct page *page)
{
	GtkWidget *scroll = gtk_scrolled_window_new(), *clamp = adw_clamp_new();
	GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 12), *list = gtk_list_box_new();
	GtkWidget *intro = make_text("These apps have asked to use a device in the background.",
				     false);

	page->list = GTK_LIST_BOX(list);
	gtk_list_box_set_selection_mode(page->list, GTK_SELECTION_NONE);
	gtk_widget_add_css_class(list, "boxed-list");
	gtk_accessible_update_property(GTK_ACCESSIBLE(list), GTK_ACCESSIBLE_PROPERTY_LABEL,
				       "Stored answers", -1);
	page->notice = GTK_LABEL(make_text("", true));
	gtk_widget_add_css_class(GTK_WIDGET(page->notice), "warning");
	gtk_box_append(GTK_BOX(box), intro);
	gtk_box_append(GTK_BOX(box), GTK_WIDGET(page->notice));
	gtk_box_append(GTK_BOX(box), list);
	gtk_box_append(GTK_BOX(box), make_footnote());
	gtk_widget_set_margin_top(box, 18);
	gtk_widget_set_margin_bottom(box, 18);
	gtk_widget_set_margin_start(box, 12);
	gtk_widget_set_margin_end(box, 12);
	adw_clamp_set_child(ADW_CLAMP(clamp), box);
	gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scroll), GTK_POLICY_NEVER,
				       GTK_POLICY_AUTOMATIC);
	gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scroll), clamp);
	return scroll;
}

static GtkWidget *make_status(const char *icon, const char *title, const char *text,
			      GtkWidget *child)
{
	GtkWidget *status = adw_status_page_new();

	adw_status_page_set_icon_name(ADW_STATUS_PAGE(status), icon);
	adw_status_page_set_title(ADW_STATUS_PAGE(status), title);
	adw_status_page_set_description(ADW_STATUS_PAGE(status), text);
	adw_status_page_set_child(ADW_STATUS_PAGE(status), child);
	return status;
}

static GtkWidget *make_trouble(struct page *page)
{
	GtkWidget *button = gtk_button_new_with_mnemonic("_Try Again"), *status;

	gtk_widget_set_halign(button, GTK_ALIGN_CENTER);
	gtk_accessible_update_property(GTK_ACCESSIBLE(button), GTK_ACCESSIBLE_PROPERTY_LABEL,
				       "Try again", -1);
	gtk_widget_add_css_class(button, "pill");
	gtk_widget_add_css_class(button, "suggested-action");
	g_signal_connect(button, "clicked", G_CALLBACK(press_try_again), page);
	status = make_status("dialog-warning-symbolic", "", "", button);
	page->trouble = ADW_STATUS_PAGE(status);
	return status;
}

static GtkWidget *make_stack(struct page *page)
{
	GtkWidget *stack = gtk_stack_new(), *spinner = gtk_spinner_new();

	page->stack = GTK_STACK(stack);
	gtk_spinner_start(GTK_SPINNER(spinner));
	gtk_widget_set_size_request(spinner, 32, 32);
	gtk_widget_set_halign(spinner, GTK_ALIGN_CENTER);
	gtk_accessible_update_property(GTK_ACCESSIBLE(spinner), GTK_ACCESSIBLE_PROPERTY_LABEL,
				       "Reading", -1);
	gtk_stack_add_named(page->stack, spinner, "reading");
	gtk_stack_add_named(page->stack, make_list(page), "list");
	gtk_stack_add_named(page->stack, make_status("devtask-permissions-symbolic",
		"No App Has Asked Yet", "When an app wants to use a device in the background, you are "
		"asked, and your answer appears here.", make_footnote()), "empty");
	gtk_stack_add_named(page->stack, make_trouble(page), "trouble");
	gtk_widget_set_vexpand(stack, TRUE);
	return stack;
}

static void add_keys(struct page *page)
{
	GtkEventController *keys = gtk_shortcut_controller_new();

	gtk_shortcut_controller_set_scope(GTK_SHORTCUT_CONTROLLER(keys), GTK_SHORTCUT_SCOPE_GLOBAL);
	gtk_shortcut_controller_add_shortcut(GTK_SHORTCUT_CONTROLLER(keys),
		gtk_shortcut_new(gtk_shortcut_trigger_parse_string("F5|<Control>r"),
				 gtk_callback_action_new(try_again, page, NULL)));
	gtk_shortcut_controller_add_shortcut(GTK_SHORTCUT_CONTROLLER(keys),
		gtk_shortcut_new(gtk_shortcut_trigger_parse_string("<Control>w|<Control>q"),
				 gtk_named_action_new("window.close")));
	gtk_widget_add_controller(GTK_WIDGET(page->window), keys);
}

GtkWindow *devtask_page_create(AdwApplication *application)
{
	struct page *page = g_new0(struct page, 1);
	GtkWidget *window = adw_application_window_new(GTK_APPLICATION(application));
	GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
	GtkWidget *toasts = adw_toast_overlay_new();

	page->window = GTK_WINDOW(window);
	page->toasts = ADW_TOAST_OVERLAY(toasts);
	g_object_set_data_full(G_OBJECT(window), "devtask-page", page, destroy);
	gtk_window_set_title(page->window, "Device Permissions");
	gtk_window_set_icon_name(page->window, "devtask-permissions");
	gtk_window_set_default_size(page->window, 640, 560);
	adw_toast_overlay_set_child(page->toasts, make_stack(page));
	gtk_box_append(GTK_BOX(box), adw_header_bar_new());
	gtk_box_append(GTK_BOX(box), toasts);
	adw_application_window_set_content(ADW_APPLICATION_WINDOW(window), box);
	add_keys(page);
	g_signal_connect(window, "notify::is-active", G_CALLBACK(hear_focus), page);
	page->reader = devtask_reader_create(show, page);
	return page->window;
}
