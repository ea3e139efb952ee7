// SPDX-License-Identifier: GPL-2.0-only
/*
 * session - see session.h. Whatever logind announces, the whole list is asked for anew and
 * compared with the one before: one way in, so that a lost signal or a restart of the bus
 * changes nothing but the time.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <systemd/sd-bus.h>
#include <systemd/sd-login.h>

#include "log.h"
#include "numbers.h"
#include "session.h"

#define SYSTEM_BUS	"unix:path=/run/dbus/system_bus_socket"
#define LOGIND		"org.freedesktop.login1"
#define LOGIND_PATH	"/org/freedesktop/login1"
#define MANAGER		"org.freedesktop.login1.Manager"
#define SESSION		"org.freedesktop.login1.Session"
#define PROPERTIES	"org.freedesktop.DBus.Properties"

/* One login session, as read in one go. */
struct row {
	struct row *next;
	struct devtask_session *owner;
	uid_t uid;
	bool is_user;		/* of a person, and not closing */
	bool is_locked;
	bool has_seat;
};

struct devtask_session {
	sd_event *loop;
	char *address;
	char *memory;		/* path of the file of users, or NULL */
	struct devtask_session_events events;
	void *context;
	sd_bus *bus;
	sd_login_monitor *monitor;
	sd_event_source *on_monitor;
	sd_event_source *on_timer;
	struct row *rows;	/* the last whole list; stands while the bus is away */
	struct row *fresh;	/* the list that is being read */
	uint64_t pause_us;	/* until the next try to reach the bus */
	unsigned int missing;	/* answers that it waits for */
	bool is_reading;
	bool is_broken;		/* what is being read is not the truth */
	bool is_stale;		/* something happened since the reading began */
	bool is_known;
	bool has_complained;
};

static void free_rows(struct row **rows)
{
	struct row *row;

	while ((row = *rows)) {
		*rows = row->next;
		free(row);
	}
}

static bool is_logged_in(const struct row *rows, uid_t uid)
{
	for (; rows; rows = rows->next)
		if (rows->uid == uid && rows->is_user)
			return true;
	return false;
}

static bool is_locked(const struct row *rows, uid_t uid)
{
	bool locked = false;

	for (; rows; rows = rows->next) {
		if (rows->uid != uid || !rows->is_user)
			continue;
		if (!rows->is_locked && rows->has_seat)
			return false;
		locked |= rows->is_locked;
	}
	return locked;
}

/* Of this and the rows before it, is it the first of its user? */
static bool is_first(const struct row *rows, const struct row *row)
{
	while (rows->uid != row->uid)
		rows = rows->next;
	return rows == row;
}

static bool lock_differs(const struct row *old, const struct row *fresh)
{
	for (const struct row *row = old; row; row = row->next)
		if (is_locked(old, row->uid) != is_locked(fresh, row->uid))
			return true;
	for (const struct row *row = fresh; row; row = row->next)
		if (is_locked(old, row->uid) != is_locked(fresh, row->uid))
			return true;
	return false;
}

static struct row *add_row(struct devtask_session *self, struct row **rows, uid_t uid)
{
	struct row *row = calloc(1, sizeof(*row));

	if (!row)
		return NULL;
	row->owner = self;
	row->uid = uid;
	row->is_user = true;
	row->next = *rows;
	*rows = row;
	return row;
}

/* Renamed into place: a helper that dies now leaves the old file or the new one. */
static void write_memory(const struct devtask_session *self)
{
	char fresh[PATH_MAX];
	FILE *file;

	if (!self->memory)
		return;
	snprintf(fresh, sizeof(fresh), "%s.new", self->memory);
	file = fopen(fresh, "we");
	if (!file)
		return;
	for (const struct row *row = self->rows; row; row = row->next)
		if (row->is_user)
			fprintf(file, "%u\n", row->uid);
	if (!fclose(file))
		rename(fresh, self->memory);
}

static void complain(struct devtask_session *self, const char *why)
{
	if (!self->has_complained)
		log_warning("logind does not answer (%s): neither a locked screen nor a log-off is "
			    "noticed, and the CPU floor has its window for unlocked screens", why);
	self->has_complained = true;
}

/* What is being read is let come in, so that no answer meets another reading's rows. */
static void lose(struct devtask_session *self, const char *why)
{
	complain(self, why);
	self->is_known = false;
	self->is_broken = true;
	if (self->events.lock_changed)
		self->events.lock_changed(self->context);
}

static void retry_later(struct devtask_session *self)
{
	sd_event_source_set_time_relative(self->on_timer, self->pause_us);
	if (self->pause_us < DEVTASK_BUS_RETRY_MAX_US)
		self->pause_us *= 2;
	sd_event_source_set_enabled(self->on_timer, SD_EVENT_ONESHOT);
}

static void read_all(struct devtask_session *self);

/* The list is whole: it replaces the one before, and what differs is told. */
static void finish_reading(struct devtask_session *self)
{
	struct row *old = self->rows;
	bool was_known = self->is_known;
	bool lock_changed;

	self->rows = self->fresh;
	self->fresh = NULL;
	self->is_reading = false;
	self->is_known = true;
	self->has_complained = false;
	self->pause_us = DEVTASK_BUS_RETRY_US;
	lock_changed = !was_known || lock_differs(old, self->rows);
	for (const struct row *row = old; row; row = row->next) {
		if (!is_first(old, row) || !is_logged_in(old, row->uid) ||
		    is_logged_in(self->rows, row->uid))
			continue;
		log_info("user %u has logged off", row->uid);
		if (self->events.logged_off)
			self->events.logged_off(row->uid, self->context);
	}
	free_rows(&old);
	write_memory(self);
	if (lock_changed && self->events.lock_changed)
		self->events.lock_changed(self->context);
	if (self->is_stale)
		read_all(self);
}

static void take_row(struct devtask_session *self)
{
	if (--self->missing)
		return;
	if (!self->is_broken) {
		finish_reading(self);
		return;
	}
	/* Nobody is logged off for an answer that did not come. */
	free_rows(&self->fresh);
	self->is_reading = false;
	lose(self, "its answers make no sense");
	if (self->is_stale)
		read_all(self);
	else
		retry_later(self);
}

/* Reads one variant if its type is as expected; else skips it. */
static int read_property(sd_bus_message *message, const char *name, struct row *row)
{
	const char *text;
	int flag, ret = 0;

	if (!strcmp(name, "LockedHint")) {
		ret = sd_bus_message_read(message, "v", "b", &flag);
		row->is_locked = ret >= 0 && flag;
	} else if (!strcmp(name, "Class")) {
		ret = sd_bus_message_read(message, "v", "s", &text);
		row->is_user = row->is_user && ret >= 0 && !strncmp(text, "user", 4);
	} else if (!strcmp(name, "State")) {
		ret = sd_bus_message_read(message, "v", "s", &text);
		row->is_user = row->is_user && ret >= 0 && strcmp(text, "closing");
	} else {
		ret = sd_bus_message_skip(message, "v");
	}
	return ret;
}

static int on_properties(sd_bus_message *reply, void *context, sd_bus_error *error)
{
	struct row *row = context;
	const char *name;
	int ret;

	(void)error;
	/* A session that ended since it was listed has no properties: it is no session. */
	row->is_user = !sd_bus_message_is_method_error(reply, NULL);
	if (!row->is_user && !sd_bus_message_is_method_error(reply, SD_BUS_ERROR_UNKNOWN_OBJECT))
		row->owner->is_broken = true;
	ret = row->is_user ? sd_bus_message_enter_container(reply, 'a', "{sv}") : -ENOENT;
	while (ret >= 0) {
		ret = sd_bus_message_enter_container(reply, 'e', "sv");
		if (ret <= 0)
			break;
		ret = sd_bus_message_read(reply, "s", &name);
		if (ret >= 0)
			ret = read_property(reply, name, row);
		if (ret >= 0)
			ret = sd_bus_message_exit_container(reply);
	}
	row->owner->is_broken |= row->is_user && ret < 0;
	take_row(row->owner);
	return 0;
}

static int ask_properties(struct devtask_session *self, uid_t uid, const char *seat,
			  const char *path)
{
	struct row *row = add_row(self, &self->fresh, uid);
	int ret;

	if (!row)
		return -ENOMEM;
	row->has_seat = *seat;
	ret = sd_bus_call_method_async(self->bus, NULL, LOGIND, path, PROPERTIES, "GetAll",
				       on_properties, row, "s", SESSION);
	if (ret >= 0)
		self->missing++;
	return ret;
}

static int on_list(sd_bus_message *reply, void *context, sd_bus_error *error)
{
	struct devtask_session *self = context;
	const char *id, *name, *seat, *path;
	uint32_t uid;
	int ret;

	(void)error;
	if (sd_bus_message_is_method_error(reply, NULL)) {
		self->is_reading = false;
		lose(self, sd_bus_message_get_error(reply)->message);
		/* One that is not there announces itself when it comes; one that hangs does not. */
		if (self->is_stale)
			read_all(self);
		else if (sd_bus_message_is_method_error(reply, SD_BUS_ERROR_NO_REPLY))
			retry_later(self);
		return 0;
	}
	/* One answer more than there are sessions, so that the list is not whole before its end. */
	self->missing = 1;
	ret = sd_bus_message_enter_container(reply, 'a', "(susso)");
	while (ret >= 0 &&
	       (ret = sd_bus_message_read(reply, "(susso)", &id, &uid, &name, &seat, &path)) > 0)
		ret = ask_properties(self, uid, seat, path);
	self->is_broken |= ret < 0;
	take_row(self);
	return 0;
}

static void read_all(struct devtask_session *self)
{
	sd_bus_message *message = NULL;
	int ret;

	self->is_stale = self->is_reading;
	if (self->is_reading)
		return;
	ret = sd_bus_message_new_method_call(self->bus, &message, LOGIND, LOGIND_PATH, MANAGER,
					     "ListSessions");
	if (ret >= 0)
		ret = sd_bus_message_set_auto_start(message, false);
	if (ret >= 0)
		ret = sd_bus_call_async(self->bus, NULL, message, on_list, self, 0);
	sd_bus_message_unref(message);
	if (ret < 0) {
		lose(self, strerror(-ret));
		return;
	}
	free_rows(&self->fresh);
	self->is_broken = false;
	self->is_reading = true;
}

static int on_signal(sd_bus_message *message, void *context, sd_bus_error *error)
{
	(void)message;
	(void)error;
	read_all(context);
	return 0;
}

/* logind announces a session's end on the bus, but not that one is closing: that is a file's. */
static int on_monitor(sd_event_source *source, int fd, uint32_t revents, void *context)
{
	struct devtask_session *self = context;

	(void)source;
	(void)fd;
	(void)revents;
	sd_login_monitor_flush(self->monitor);
	if (self->is_known || self->is_reading)
		read_all(self);
	return 0;
}

static void watch_files(struct devtask_session *self)
{
	if (sd_login_monitor_new("session", &self->monitor) < 0)
		return;
	sd_event_add_io(self->loop, &self->on_monitor, sd_login_monitor_get_fd(self->monitor),
			(uint32_t)sd_login_monitor_get_events(self->monitor), on_monitor, self);
}

static void close_bus(struct devtask_session *self)
{
	/* Answers that were on their way are dropped with it, before the rows they are for. */
	self->bus = sd_bus_close_unref(self->bus);
	free_rows(&self->fresh);
	self->missing = 0;
	self->is_reading = false;
	self->is_stale = false;
}

/* A bus cannot be thrown away from within its own callback: the timer does it. */
static int on_disconnected(sd_bus_message *message, void *context, sd_bus_error *error)
{
	struct devtask_session *self = context;

	(void)message;
	(void)error;
	lose(self, "the bus has gone");
	retry_later(self);
	return 0;
}

static int on_owner(sd_bus_message *message, void *context, sd_bus_error *error)
{
	const char *name, *old, *fresh;

	(void)error;
	if (sd_bus_message_read(message, "sss", &name, &old, &fresh) < 0)
		return 0;
	if (*fresh)
		read_all(context);
	else
		lose(context, "it has ended");
	return 0;
}

static int watch_bus(struct devtask_session *self)
{
	static const char owner[] = "type='signal',sender='org.freedesktop.DBus',"
		"member='NameOwnerChanged',arg0='" LOGIND "'";
	static const char lock[] = "type='signal',sender='" LOGIND "',member='PropertiesChanged',"
		"interface='" PROPERTIES "',path_namespace='" LOGIND_PATH "/session'";
	static const char *const changes[] = { "SessionNew", "SessionRemoved", "UserRemoved" };
	int ret = sd_bus_match_signal(self->bus, NULL, "org.freedesktop.DBus.Local", NULL,
				      "org.freedesktop.DBus.Local", "Disconnected",
				      on_disconnected, self);

	if (ret >= 0)
		ret = sd_bus_add_match_async(self->bus, NULL, owner, on_owner, NULL, self);
	if (ret >= 0)
		ret = sd_bus_add_match_async(self->bus, NULL, lock, on_signal, NULL, self);
	for (size_t i = 0; ret >= 0 && i < sizeof(changes) / sizeof(*changes); i++)
		ret = sd_bus_match_signal_async(self->bus, NULL, LOGIND, LOGIND_PATH, MANAGER,
						changes[i], on_signal, NULL, self);
	return ret;
}

/* The first question goes out behind the matches: what happens between them is seen. */
static int open_bus(struct devtask_session *self)
{
	int ret = sd_bus_new(&self->bus);

	if (ret >= 0)
		ret = sd_bus_set_address(self->bus, self->address);
	if (ret >= 0)
		ret = sd_bus_set_bus_client(self->bus, true);
	if (ret >= 0)
		ret = sd_bus_start(self->bus);
	if (ret >= 0)
		ret = sd_bus_attach_event(self->bus, self->loop, SD_EVENT_PRIORITY_NORMAL);
	if (ret >= 0)
		ret = watch_bus(self);
	if (ret >= 0)
		read_all(self);
	return ret;
}

static int on_timer(sd_event_source *source, uint64_t usec, void *context)
{
	struct devtask_session *self = context;
	int ret;

	(void)source;
	(void)usec;
	close_bus(self);
	ret = open_bus(self);
	if (ret >= 0)
		return 0;
	complain(self, strerror(-ret));
	close_bus(self);
	retry_later(self);
	return 0;
}

int devtask_session_create(struct devtask_session **session, sd_event *loop, const char *address,
			   const struct devtask_session_events *events, void *context,
			   struct devtask_error *error)
{
	struct devtask_session *self = calloc(1, sizeof(*self));
	int ret = -ENOMEM;

	if (self)
		self->address = strdup(address ? address : SYSTEM_BUS);
	if (self && self->address) {
		self->loop = sd_event_ref(loop);
		self->pause_us = DEVTASK_BUS_RETRY_US;
		self->events = *events;
		self->context = context;
		watch_files(self);
		/* The first try is one of many, and made from the loop as the others are. */
		ret = sd_event_add_time_relative(loop, &self->on_timer, CLOCK_MONOTONIC, 0, 0,
						 on_timer, self);
	}
	if (ret < 0) {
		devtask_session_destroy(self);
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, ret,
					 "cannot watch login sessions: %s", strerror(-ret));
	}
	*session = self;
	return 0;
}

void devtask_session_destroy(struct devtask_session *session)
{
	if (!session)
		return;
	sd_event_source_disable_unref(session->on_timer);
	sd_event_source_disable_unref(session->on_monitor);
	sd_login_monitor_unref(session->monitor);
	close_bus(session);
	free_rows(&session->rows);
	sd_event_unref(session->loop);
	free(session->address);
	free(session->memory);
	free(session);
}

int devtask_session_remember(struct devtask_session *session, const char *path)
{
	FILE *file = fopen(path, "re");
	unsigned int uid;

	session->memory = strdup(path);
	while (file && fscanf(file, "%u", &uid) == 1)
		if (!add_row(session, &session->rows, uid))
			break;
	if (file)
		fclose(file);
	return session->memory ? 0 : -ENOMEM;
}

enum devtask_session_lock devtask_session_lock(const struct devtask_session *session, uid_t uid)
{
	if (!session->is_known)
		return DEVTASK_SESSION_LOCK_UNKNOWN;
	return is_locked(session->rows, uid) ? DEVTASK_SESSION_LOCK_LOCKED :
	       DEVTASK_SESSION_LOCK_OPEN;
}

bool devtask_session_is_known(const struct devtask_session *session)
{
	return session->is_known;
}

bool devtask_session_is_logged_in(const struct devtask_session *session, uid_t uid)
{
	return is_logged_in(session->rows, uid);
}
