// SPDX-License-Identifier: GPL-2.0-only
/* consent - see consent.h. No answer is kept in memory: the file is what counts. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <sqlite3.h>

#include "consent.h"
#include "log.h"
#include "store.h"

/* An answer is a word, not a bit: no single fault of the disk makes a yes of a no. */
static const char *const steps[] = {
	"CREATE TABLE answer ("
	" uid INTEGER NOT NULL,"
	" app TEXT NOT NULL,"
	" model TEXT NOT NULL,"
	" answer TEXT NOT NULL CHECK (answer IN ('yes', 'no')),"
	" given_by TEXT NOT NULL,"
	" time_ns INTEGER NOT NULL,"
	" PRIMARY KEY (uid, app, model)"
	") STRICT, WITHOUT ROWID",
};

static const struct devtask_store_schema schema = {
	.name = "consent",
	.what = "the stored answers",
	.steps = steps,
	.step_count = sizeof(steps) / sizeof(*steps),
};

struct watcher {
	struct watcher *next;
	devtask_consent_watch_fn *fn;
	void *context;
	bool every;		/* change, not only what is taken back */
};

/* A no that could not be stored. */
struct refusal {
	struct refusal *next;
	uid_t uid;
	char *app;
	char model[DEVTASK_CONSENT_MODEL_MAX];
};

struct devtask_consent {
	const char *directory;
	struct devtask_store *store;	/* NULL while it cannot be opened */
	struct watcher *watchers;
	struct refusal *refusals;
};

static bool is_refusal_of(const struct refusal *refusal, const struct devtask_consent_key *key)
{
	return refusal->uid == key->uid && !strcmp(refusal->app, key->app) &&
	       !strcmp(refusal->model, key->model);
}

static bool is_refused(const struct devtask_consent *consent,
		       const struct devtask_consent_key *key)
{
	for (const struct refusal *refusal = consent->refusals; refusal; refusal = refusal->next)
		if (is_refusal_of(refusal, key))
			return true;
	return false;
}

static void drop_refusal(struct devtask_consent *consent, const struct devtask_consent_key *key)
{
	struct refusal **link = &consent->refusals;

	while (*link) {
		struct refusal *refusal = *link;

		if (!is_refusal_of(refusal, key)) {
			link = &refusal->next;
			continue;
		}
		*link = refusal->next;
		free(refusal->app);
		free(refusal);
	}
}

static void add_refusal(struct devtask_consent *consent, const struct devtask_consent_key *key)
{
	struct refusal *refusal;

	if (is_refused(consent, key))
		return;
	refusal = calloc(1, sizeof(*refusal));
	if (refusal)
		refusal->app = strdup(key->app);
	if (!refusal || !refusal->app) {
		free(refusal);
		return;
	}
	refusal->uid = key->uid;
	strcpy(refusal->model, key->model);
	refusal->next = consent->refusals;
	consent->refusals = refusal;
}

static int open_store(struct devtask_consent *consent, struct devtask_error *error)
{
	return consent->store ? 0 :
	       devtask_store_open(&consent->store, consent->directory, &schema, error);
}

/* After a fault the next call looks at the file anew, and sets it aside if it is broken. */
static int leave(struct devtask_consent *consent, int ret)
{
	if (ret == -EUCLEAN || ret == -EIO) {
		devtask_store_close(consent->store);
		consent->store = NULL;
	}
	return ret;
}

static bool is_model(const char *model)
{
	char normal[DEVTASK_CONSENT_MODEL_MAX];

	return !devtask_consent_model(model, normal, NULL) && !strcmp(model, normal);
}

static int check_key(const struct devtask_consent_key *key, struct devtask_error *error)
{
	bool plain = *key->app && strlen(key->app) <= 255;

	for (const char *c = key->app; *c; c++)
		plain = plain && !iscntrl((unsigned char)*c);
	if (!plain)
		return devtask_error_set(error, DEVTASK_EXIT_USAGE, -EINVAL,
			"that is no name of an app; devtaskctl apps shows the names there are");
	if (!is_model(key->model))
		return devtask_error_set(error, DEVTASK_EXIT_USAGE, -EINVAL,
			"\"%.32s\" is no model of a device; name it by vendor and product, such as "
			"usb:1209:0001", key->model);
	return 0;
}

static enum devtask_consent_answer answer_of(const char *text)
{
	if (text && !strcmp(text, "yes"))
		return DEVTASK_CONSENT_YES;
	return DEVTASK_CONSENT_NO;
}

static int take_answer(sqlite3_stmt *row, void *context)
{
	enum devtask_consent_answer *answer = context;

	*answer = answer_of((const char *)sqlite3_column_text(row, 0));
	return 0;
}

static int read_answer(struct devtask_consent *consent, const struct devtask_consent_key *key,
		       enum devtask_consent_answer *answer, struct devtask_error *error)
{
	sqlite3_stmt *statement = devtask_store_prepare(consent->store,
		"SELECT answer FROM answer WHERE uid=? AND app=? AND model=?", error, "iss",
		(int64_t)key->uid, key->app, key->model);

	*answer = DEVTASK_CONSENT_NONE;
	return statement ? devtask_store_run(consent->store, statement, take_answer, answer, error) :
	       error->err;
}

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int write_answer(struct devtask_consent *consent, const struct devtask_consent_key *key,
			enum devtask_consent_answer answer, const char *by,
			struct devtask_error *error)
{
	sqlite3_stmt *statement = devtask_store_prepare(consent->store,
		"INSERT INTO answer (uid, app, model, answer, given_by, time_ns)"
		" VALUES (?, ?, ?, ?, ?, ?)"
		" ON CONFLICT DO UPDATE SET answer=excluded.answer, given_by=excluded.given_by,"
		" time_ns=excluded.time_ns", error, "issssi", (int64_t)key->uid, key->app,
		key->model, answer == DEVTASK_CONSENT_YES ? "yes" : "no", by, now_ns());

	return statement ? devtask_store_run(consent->store, statement, NULL, NULL, error) :
	       error->err;
}

static int delete_answer(struct devtask_consent *consent, const struct devtask_consent_key *key,
			 struct devtask_error *error)
{
	sqlite3_stmt *statement = devtask_store_prepare(consent->store,
		"DELETE FROM answer WHERE uid=? AND app=? AND model=?", error, "iss",
		(int64_t)key->uid, key->app, key->model);

	return statement ? devtask_store_run(consent->store, statement, NULL, NULL, error) :
	       error->err;
}

/*
 * What was answered before and the new answer, in one transaction. DEVTASK_CONSENT_NONE
 * deletes it.
 */
static int exchange(struct devtask_consent *consent, const struct devtask_consent_key *key,
		    enum devtask_consent_answer answer, const char *by,
		    enum devtask_consent_answer *before, struct devtask_error *error)
{
	int ret = open_store(consent, error);

	*before = DEVTASK_CONSENT_NONE;
	if (!ret)
		ret = devtask_store_begin(consent->store, error);
	if (ret)
		return leave(consent, ret);
	ret = read_answer(consent, key, before, error);
	if (!ret)
		ret = answer ? write_answer(consent, key, answer, by, error) :
		      delete_answer(consent, key, error);
	if (!ret)
		ret = devtask_store_commit(consent->store, error);
	if (ret)
		devtask_store_rollback(consent->store);
	else
		drop_refusal(consent, key);
	return leave(consent, ret);
}

static void tell_watchers(struct devtask_consent *consent, const struct devtask_consent_key *key,
			  bool revoked)
{
	for (struct watcher *watcher = consent->watchers; watcher; watcher = watcher->next)
		if (revoked || watcher->every)
			watcher->fn(key, watcher->context);
}

/* The devices are taken away all the same; only a restart could bring the old answer back. */
static int hold_refusal(struct devtask_consent *consent, const struct devtask_consent_key *key,
			int ret, struct devtask_error *error)
{
	struct devtask_error why = *error;

	add_refusal(consent, key);
	return devtask_error_set(error, DEVTASK_EXIT_FAILURE, ret,
		"running tasks have lost the device, but the answer could not be stored and holds "
		"only until devtaskd ends: %.300s", why.text);
}

int devtask_consent_create(struct devtask_consent **consent, const char *directory,
			   struct devtask_error *error)
{
	struct devtask_consent *self = calloc(1, sizeof(*self));
	struct devtask_error reason;

	if (!self)
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -ENOMEM, "out of memory");
	self->directory = directory ? directory : DEVTASK_STORE_DIRECTORY;
	if (open_store(self, &reason))
		log_error("%s; until then no app is permitted anything", reason.text);
	*consent = self;
	return 0;
}

void devtask_consent_destroy(struct devtask_consent *consent)
{
	if (!consent)
		return;
	while (consent->watchers)
		devtask_consent_unwatch(consent, consent->watchers->fn,
					consent->watchers->context);
	while (consent->refusals)
		drop_refusal(consent, &(struct devtask_consent_key){
			consent->refusals->uid, consent->refusals->app,
			consent->refusals->model });
	devtask_store_close(consent->store);
	free(consent);
}

int devtask_consent_model(const char *hardware_id, char model[DEVTASK_CONSENT_MODEL_MAX],
			  struct devtask_error *error)
{
	unsigned int vendor, product;
	int length = 0;
	bool known = !strncmp(hardware_id, "usb:", 4) || !strncmp(hardware_id, "hid:", 4);

	/* Exactly four digits each; a serial number may follow. */
	if (known && strspn(hardware_id + 4, "0123456789abcdefABCDEF") == 4 &&
	    sscanf(hardware_id + 4, "%4x:%4x%n", &vendor, &product, &length) == 2 &&
	    length == 9 && strspn(hardware_id + 9, "0123456789abcdefABCDEF") == 4 &&
	    (!hardware_id[13] || hardware_id[13] == ':')) {
		snprintf(model, DEVTASK_CONSENT_MODEL_MAX, "usb:%04x:%04x", vendor & 0xffff,
			 product & 0xffff);
		return 0;
	}
	return devtask_error_set(error, DEVTASK_EXIT_USAGE, -EINVAL,
		"\"%.64s\" has no vendor and product, so no answer is stored for it; name the "
		"device as usb:VVVV:PPPP", hardware_id);
}

int devtask_consent_get(struct devtask_consent *consent, const struct devtask_consent_key *key,
			enum devtask_consent_answer *answer, struct devtask_error *error)
{
	struct devtask_error own;
	int ret;

	error = error ? error : &own;
	*answer = DEVTASK_CONSENT_NO;
	ret = check_key(key, error);
	if (ret || is_refused(consent, key))
		return ret;
	ret = open_store(consent, error);
	if (!ret)
		ret = read_answer(consent, key, answer, error);
	if (ret)
		*answer = DEVTASK_CONSENT_NO;
	return leave(consent, ret);
}

int devtask_consent_set(struct devtask_consent *consent, const struct devtask_consent_key *key,
			enum devtask_consent_answer answer, const char *by,
			struct devtask_error *error)
{
	enum devtask_consent_answer before;
	struct devtask_error own;
	int ret;

	error = error ? error : &own;
	if (answer == DEVTASK_CONSENT_NONE)
		return devtask_error_set(error, DEVTASK_EXIT_USAGE, -EINVAL,
					 "an answer is yes or no; to have none, forget it");
	ret = check_key(key, error);
	if (ret)
		return ret;
	ret = exchange(consent, key, answer, by, &before, error);
	if (answer == DEVTASK_CONSENT_YES || (!ret && before != DEVTASK_CONSENT_YES)) {
		if (!ret)
			tell_watchers(consent, key, false);
		return ret;
	}
	if (ret)
		ret = hold_refusal(consent, key, ret, error);
	tell_watchers(consent, key, true);
	return ret;
}

int devtask_consent_revoke(struct devtask_consent *consent, const struct devtask_consent_key *key,
			   const char *by, struct devtask_error *error)
{
	enum devtask_consent_answer before;
	struct devtask_error own;
	int ret;

	error = error ? error : &own;
	ret = check_key(key, error);
	if (ret)
		return ret;
	ret = exchange(consent, key, DEVTASK_CONSENT_NO, by, &before, error);
	if (ret)
		ret = hold_refusal(consent, key, ret, error);
	tell_watchers(consent, key, true);
	return ret;
}

int devtask_consent_forget(struct devtask_consent *consent, const struct devtask_consent_key *key,
			   struct devtask_error *error)
{
	enum devtask_consent_answer before;
	struct devtask_error own;
	int ret;

	error = error ? error : &own;
	ret = check_key(key, error);
	if (!ret)
		ret = exchange(consent, key, DEVTASK_CONSENT_NONE, NULL, &before, error);
	if (ret)
		return ret;
	if (before != DEVTASK_CONSENT_NONE) {
		tell_watchers(consent, key, before == DEVTASK_CONSENT_YES);
		return 0;
	}
	return devtask_error_set(error, DEVTASK_EXIT_NOT_THERE, -ENOENT,
		"user %u has given %.128s no answer about %s; devtaskctl consent list shows the "
		"answers there are", (unsigned int)key->uid, key->app, key->model);
}

struct list {
	devtask_consent_list_fn *fn;
	void *context;
};

static int list_row(sqlite3_stmt *row, void *context)
{
	const struct list *list = context;
	struct devtask_consent_entry entry = {
		.key = {
			.uid = (uid_t)sqlite3_column_int64(row, 0),
			.app = (const char *)sqlite3_column_text(row, 1),
			.model = (const char *)sqlite3_column_text(row, 2),
		},
		.answer = answer_of((const char *)sqlite3_column_text(row, 3)),
		.by = (const char *)sqlite3_column_text(row, 4),
		.time_ns = (uint64_t)sqlite3_column_int64(row, 5),
	};

	list->fn(&entry, list->context);
	return 0;
}

int devtask_consent_list(struct devtask_consent *consent, uid_t uid, devtask_consent_list_fn *fn,
			 void *context, struct devtask_error *error)
{
	bool all = uid == DEVTASK_CONSENT_ALL_USERS;
	struct list list = { fn, context };
	struct devtask_error own;
	sqlite3_stmt *statement;
	int ret;

	error = error ? error : &own;
	ret = open_store(consent, error);
	if (ret)
		return ret;
	statement = devtask_store_prepare(consent->store,
		"SELECT uid, app, model, answer, given_by, time_ns FROM answer"
		" WHERE uid=?1 OR ?2 ORDER BY uid, app, model", error, "ii", (int64_t)uid,
		(int64_t)all);
	ret = statement ? devtask_store_run(consent->store, statement, list_row, &list, error) :
	      error->err;
	return leave(consent, ret);
}

static int add_watcher(struct devtask_consent *consent, devtask_consent_watch_fn *fn,
		       void *context, bool every, struct devtask_error *error)
{
	struct watcher *watcher = calloc(1, sizeof(*watcher));

	if (!watcher)
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -ENOMEM, "out of memory");
	watcher->fn = fn;
	watcher->context = context;
	watcher->every = every;
	watcher->next = consent->watchers;
	consent->watchers = watcher;
	return 0;
}

int devtask_consent_watch(struct devtask_consent *consent, devtask_consent_watch_fn *fn,
			  void *context, struct devtask_error *error)
{
	return add_watcher(consent, fn, context, false, error);
}

int devtask_consent_follow(struct devtask_consent *consent, devtask_consent_watch_fn *fn,
			   void *context, struct devtask_error *error)
{
	return add_watcher(consent, fn, context, true, error);
}

void devtask_consent_unwatch(struct devtask_consent *consent, devtask_consent_watch_fn *fn,
			     void *context)
{
	struct watcher **link = &consent->watchers;

	while (*link) {
		struct watcher *watcher = *link;

		if (watcher->fn != fn || watcher->context != context) {
			link = &watcher->next;
			continue;
		}
		*link = watcher->next;
		free(watcher);
	}
}

const char *devtask_consent_notice(const struct devtask_consent *consent)
{
	return consent->store ? devtask_store_notice(consent->store) : NULL;
}
