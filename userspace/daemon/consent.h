/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * consent - the answers of people: may this app of this user use this model of device in the
 * background? Kept until they are changed (CON-1, CON-5). Must not know who asks the person,
 * or what a task is.
 */
#ifndef DEVTASK_DAEMON_CONSENT_H
#define DEVTASK_DAEMON_CONSENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "error.h"

struct devtask_consent;

#define DEVTASK_CONSENT_MODEL_MAX	14	/* "usb:VVVV:PPPP" and its NUL */
#define DEVTASK_CONSENT_ALL_USERS	((uid_t)-1)

enum devtask_consent_answer {
	DEVTASK_CONSENT_NONE,	/* never asked, or forgotten: ask */
	DEVTASK_CONSENT_YES,
	DEVTASK_CONSENT_NO,
};

/* What an answer is about. @app is the identity name, @model from devtask_consent_model(). */
struct devtask_consent_key {
	uid_t uid;
	const char *app;
	const char *model;
};

struct devtask_consent_entry {
	struct devtask_consent_key key;
	enum devtask_consent_answer answer;
	const char *by;		/* "agent", "user" or "root": who gave it */
	uint64_t time_ns;	/* CLOCK_REALTIME */
};

/*
 * Answers are kept in @directory, or without one in DEVTASK_STORE_DIRECTORY. This succeeds also
 * if they cannot be read now: then each answer is an error with the reason, which the caller
 * must take for a no, and the next call tries again. Fails for lack of memory only.
 */
int devtask_consent_create(struct devtask_consent **consent, const char *directory,
			   struct devtask_error *error);
void devtask_consent_destroy(struct devtask_consent *consent);

/*
 * The model of a device, which two devices of one make share: "usb:1209:0001" of
 * "usb:1209:0001:SERIAL" and of "hid:1209:0001", in lower case. -EINVAL for what has no vendor
 * and product; such a device has no stored answer.
 */
int devtask_consent_model(const char *hardware_id, char model[DEVTASK_CONSENT_MODEL_MAX],
			  struct devtask_error *error);

/* Sets *@answer and returns 0. On an error it is DEVTASK_CONSENT_NO: nothing may start. */
int devtask_consent_get(struct devtask_consent *consent, const struct devtask_consent_key *key,
			enum devtask_consent_answer *answer, struct devtask_error *error);

/*
 * A person's answer to the question: on the disk when this returns 0. A no that replaces a yes
 * is told to the watchers as by devtask_consent_revoke().
 */
int devtask_consent_set(struct devtask_consent *consent, const struct devtask_consent_key *key,
			enum devtask_consent_answer answer, const char *by,
			struct devtask_error *error);

/*
 * Takes a permission back: stores a no, whatever was stored, and tells all watchers before it
 * returns (CON-4). They are told even if the no cannot be stored; then it holds as long as the
 * helper lives, and the error says so.
 */
int devtask_consent_revoke(struct devtask_consent *consent, const struct devtask_consent_key *key,
			   const char *by, struct devtask_error *error);

/* Ask again. The watchers are told if it was a yes. -ENOENT: there is no such answer. */
int devtask_consent_forget(struct devtask_consent *consent, const struct devtask_consent_key *key,
			   struct devtask_error *error);

/* The answers of @uid, or of all users; by user, app and model. What @fn gets is lost with it. */
typedef void devtask_consent_list_fn(const struct devtask_consent_entry *entry, void *context);
int devtask_consent_list(struct devtask_consent *consent, uid_t uid, devtask_consent_list_fn *fn,
			 void *context, struct devtask_error *error);

/*
 * @fn is called for each permission that is taken back: tasks of that user, app and model of
 * device, of either type, must lose their device now (RUN-7). @fn may not change watchers.
 */
typedef void devtask_consent_watch_fn(const struct devtask_consent_key *key, void *context);
int devtask_consent_watch(struct devtask_consent *consent, devtask_consent_watch_fn *fn,
			  void *context, struct devtask_error *error);

/* The same for each change of an answer, be it a yes, a no or that it is forgotten. */
int devtask_consent_follow(struct devtask_consent *consent, devtask_consent_watch_fn *fn,
			   void *context, struct devtask_error *error);
void devtask_consent_unwatch(struct devtask_consent *consent, devtask_consent_watch_fn *fn,
			     void *context);

/* A sentence if earlier answers were lost with a broken file, or NULL. */
const char *devtask_consent_notice(const struct devtask_consent *consent);

#endif
