// SPDX-License-Identifier: GPL-2.0-only
/*
 * consent_verbs - see consent_verbs.h. A program of the user's is as good as the user's own app:
 * what could give an app a permission, or make it be asked for one again and again, is not for
 * it (CON-6).
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <json-c/json.h>

#include "call.h"
#include "consent.h"
#include "consent_verbs.h"
#include "duration.h"
#include "log.h"
#include "message.h"
#include "numbers.h"
#include "whose.h"

#define PAGE	100	/* answers in one packet, which so has room for the longest names */

struct page {
	struct json_object *array;
	int64_t skip;
	bool more;
};

static const char *spell(enum devtask_consent_answer answer)
{
	return answer == DEVTASK_CONSENT_YES ? "yes" : "no";
}

/* Until then a no of @time_ns stands against programs of the user's. */
static uint64_t firm_until_ns(uint64_t time_ns)
{
	return time_ns + DEVTASK_CONSENT_FIRM_NS;
}

static void add_entry(const struct devtask_consent_entry *entry, void *context)
{
	struct page *page = context;
	struct json_object *json;

	if (page->skip-- > 0)
		return;
	page->more = json_object_array_length(page->array) == PAGE;
	if (page->more)
		return;
	json = json_object_new_object();
	json_object_object_add(json, "uid", json_object_new_int64(entry->key.uid));
	json_object_object_add(json, "app", json_object_new_string(entry->key.app));
	json_object_object_add(json, "model", json_object_new_string(entry->key.model));
	json_object_object_add(json, "answer", json_object_new_string(spell(entry->answer)));
	json_object_object_add(json, "by", json_object_new_string(entry->by));
	json_object_object_add(json, "time_ns", json_object_new_uint64(entry->time_ns));
	if (entry->answer == DEVTASK_CONSENT_NO)
		json_object_object_add(json, "firm_until_ns",
				       json_object_new_uint64(firm_until_ns(entry->time_ns)));
	json_object_array_add(page->array, json);
}

/* "offset" is how many answers the client has already; "more": there are others. */
static void answer_list(struct devtask_call *call, struct json_object *request, void *context)
{
	struct page page = { .array = json_object_new_array() };
	struct json_object *answer, *offset;
	struct devtask_error error;
	const char *notice;
	uid_t uid;
	int ret = devtask_whose(call, request, &uid, &error);

	if (json_object_object_get_ex(request, "offset", &offset))
		page.skip = json_object_get_int64(offset);
	if (!ret)
		ret = devtask_consent_list(context, uid, add_entry, &page, &error);
	if (ret) {
		json_object_put(page.array);
		devtask_call_refuse(call, &error);
		return;
	}
	answer = json_object_new_object();
	json_object_object_add(answer, "answers", page.array);
	json_object_object_add(answer, "more", json_object_new_boolean(page.more));
	notice = devtask_consent_notice(context);
	if (notice)
		json_object_object_add(answer, "notice", json_object_new_string(notice));
	devtask_call_answer(call, answer);
}

struct subject {
	struct devtask_consent_key key;
	char model[DEVTASK_CONSENT_MODEL_MAX];
};

static int read_subject(const struct devtask_call *call, struct json_object *request,
			struct subject *subject, struct devtask_error *error)
{
	const char *device = devtask_message_string(request, "device");
	int ret = devtask_call_uid(call, &subject->key.uid, error);

	if (ret)
		return ret;
	subject->key.app = devtask_message_string(request, "app");
	subject->key.model = subject->model;
	if (!subject->key.app || !device)
		return devtask_error_set(error, DEVTASK_EXIT_USAGE, -EBADMSG,
					 "the request must name \"app\" and \"device\"");
	return devtask_consent_model(device, subject->model, error);
}

static bool is_trusted(const struct devtask_call *call)
{
	return !devtask_call_sender(call)->uid || devtask_call_is_agent(call);
}

static const char *giver(const struct devtask_call *call)
{
	if (!devtask_call_sender(call)->uid)
		return "root";
	return devtask_call_is_agent(call) ? "agent" : "user";
}

static void finish(struct devtask_call *call, const struct subject *subject, int ret,
		   const char *what, const struct devtask_error *error)
{
	if (ret) {
		devtask_call_refuse(call, error);
		return;
	}
	log_info("%s, pid %d, %s: %s on %s for user %u", giver(call),
		 devtask_call_sender(call)->pid, what, subject->key.app, subject->model,
		 subject->key.uid);
	devtask_call_answer(call, NULL);
}

static void answer_grant(struct devtask_call *call, struct json_object *request, void *context)
{
	struct devtask_error error;
	struct subject subject;
	int ret = read_subject(call, request, &subject, &error);

	if (!ret && !is_trusted(call))
		ret = devtask_error_set(&error, DEVTASK_EXIT_PERMISSION, -EPERM,
			"a program of yours may take a permission back but not give one, or an app "
			"could answer for you: say yes when the app asks, or use sudo with --user");
	if (!ret)
		ret = devtask_consent_set(context, &subject.key, DEVTASK_CONSENT_YES, giver(call),
					  &error);
	finish(call, &subject, ret, "permitted", &error);
}

static void answer_revoke(struct devtask_call *call, struct json_object *request, void *context)
{
	struct devtask_error error;
	struct subject subject;
	int ret = read_subject(call, request, &subject, &error);

	if (!ret)
		ret = devtask_consent_revoke(context, &subject.key, giver(call), &error);
	finish(call, &subject, ret, "took the permission back", &error);
}

struct search {
	const struct devtask_consent_key *key;
	enum devtask_consent_answer answer;
	uint64_t time_ns;
};

static void match(const struct devtask_consent_entry *entry, void *context)
{
	struct search *search = context;

	if (strcmp(entry->key.app, search->key->app) ||
	    strcmp(entry->key.model, search->key->model))
		return;
	search->answer = entry->answer;
	search->time_ns = entry->time_ns;
}

/* A no that an app's own program could undo at once would be asked for until it is a yes. */
static int check_forgettable(struct devtask_consent *consent, const struct subject *subject,
			     struct devtask_error *error)
{
	struct search search = { .key = &subject->key };
	struct timespec now;
	uint64_t age;
	int ret = devtask_consent_list(consent, subject->key.uid, match, &search, error);

	if (ret || search.answer != DEVTASK_CONSENT_NO)
		return ret;
	clock_gettime(CLOCK_REALTIME, &now);
	age = (uint64_t)now.tv_sec * DEVTASK_NSEC_PER_SEC + (uint64_t)now.tv_nsec - search.time_ns;
	if (age < DEVTASK_CONSENT_FIRM_NS || age > UINT64_MAX / 2)
		return devtask_error_set(error, DEVTASK_EXIT_PERMISSION, -EPERM,
			"a no is kept for an hour against programs of yours, or an app could ask "
			"again and again: try later, or use sudo with --user");
	return 0;
}

static void answer_forget(struct devtask_call *call, struct json_object *request, void *context)
{
	struct devtask_error error;
	struct subject subject;
	int ret = read_subject(call, request, &subject, &error);

	if (!ret && !is_trusted(call))
		ret = check_forgettable(context, &subject, &error);
	if (!ret)
		ret = devtask_consent_forget(context, &subject.key, &error);
	finish(call, &subject, ret, "made forget the answer about", &error);
}

struct follower {
	struct devtask_call *call;
	struct devtask_consent *consent;
	uid_t uid;
};

/* One who does not read has a message that waits, which says as much. */
static void tell_follower(const struct devtask_consent_key *key, void *context)
{
	struct follower *follower = context;
	struct json_object *event;

	if (follower->uid != DEVTASK_WHOSE_ALL && follower->uid != key->uid)
		return;
	event = json_object_new_object();
	json_object_object_add(event, "event", json_object_new_string("consent-changed"));
	devtask_call_push(follower->call, event);
}

static void lose_follower(struct devtask_call *call, void *context)
{
	struct follower *follower = context;

	(void)call;
	devtask_consent_unwatch(follower->consent, tell_follower, follower);
	free(follower);
}

static void follow(struct devtask_call *call, struct json_object *request, void *context)
{
	static const struct devtask_call_life life = { .on_gone = lose_follower };
	struct follower *follower = calloc(1, sizeof(*follower));
	struct devtask_error error;
	struct json_object *hello;
	int ret;

	if (!follower)
		ret = devtask_error_set(&error, DEVTASK_EXIT_FAILURE, -ENOMEM, "out of memory");
	else
		ret = devtask_whose(call, request, &follower->uid, &error);
	if (!ret)
		ret = devtask_consent_follow(context, tell_follower, follower, &error);
	if (ret) {
		free(follower);
		devtask_call_refuse(call, &error);
		return;
	}
	follower->call = call;
	follower->consent = context;
	devtask_call_keep(call, &life, follower);
	hello = json_object_new_object();
	json_object_object_add(hello, "ok", json_object_new_boolean(true));
	devtask_call_push(call, hello);
}

const struct devtask_control_verb devtask_consent_verbs[] = {
	{ "consent-list", DEVTASK_CONTROL_OWNER, 0, answer_list },
	{ "consent-grant", DEVTASK_CONTROL_OWNER, 0, answer_grant },
	{ "consent-revoke", DEVTASK_CONTROL_OWNER, 0, answer_revoke },
	{ "consent-forget", DEVTASK_CONTROL_OWNER, 0, answer_forget },
	{ "consent-follow", DEVTASK_CONTROL_OWNER, 0, follow },
	{ 0 },
};
