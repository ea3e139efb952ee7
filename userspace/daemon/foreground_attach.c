// SPDX-License-Identifier: GPL-2.0-only
/* foreground_attach - see foreground_attach.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <json-c/json.h>

#include "foreground.h"
#include "foreground_attach.h"
#include "foreground_display.h"
#include "log.h"
#include "message.h"
#include "question.h"
#include "witness.h"

struct devtask_watchers {
	char *program;
	struct devtask_foreground *fg;
	struct devtask_watcher_ways ways;
	bool without_login;
};

/* One of them; its address is the source of what it reports. */
struct watcher {
	struct devtask_watchers *watchers;
	struct devtask_call *call;
	char session[64];
};

static int report(struct watcher *watcher, pid_t pid)
{
	const struct ucred *who = devtask_call_sender(watcher->call);

	return devtask_foreground_report_display(watcher->watchers->fg, watcher, who->uid, "x11",
						 who->pid, watcher->session, pid);
}

static void drop(struct watcher *watcher)
{
	devtask_foreground_withdraw(watcher->watchers->fg, watcher);
	log_info("the watcher of a display of user %u left",
		 devtask_call_sender(watcher->call)->uid);
	free(watcher);
}

static void on_gone(struct devtask_call *call, void *context)
{
	(void)call;
	drop(context);
}

/*
 * A window of another user's program, or of one that ended meanwhile, is nobody's: then what
 * was said before must not stand either.
 */
static void on_message(struct devtask_call *call, json_object *message, void *context)
{
	const char *verb = devtask_message_string(message, "verb");
	struct watcher *watcher = context;
	uint64_t pid;

	if (!verb || strcmp(verb, "foreground") ||
	    devtask_question_number(message, "pid", &pid) || pid > INT32_MAX) {
		log_warning("watcher of a display, pid %d: a message that makes no sense",
			    devtask_call_sender(call)->pid);
		drop(watcher);
		devtask_call_close(call);
		return;
	}
	if (report(watcher, (pid_t)pid))
		report(watcher, 0);
}

static int check(const struct devtask_watchers *watchers, struct devtask_call *call,
		 struct devtask_display_facts *facts, struct devtask_error *error)
{
	const struct ucred *who = devtask_call_sender(call);
	int fds[DEVTASK_CALL_FDS];
	int ret;

	devtask_call_take_descriptors(call, fds);
	ret = watchers->ways.witness(watchers->program, who, devtask_call_pidfd(call), error);
	if (ret && error->exit == DEVTASK_EXIT_PERMISSION)
		devtask_error_set(error, DEVTASK_EXIT_PERMISSION, ret,
			"process %d is not the installed %s, which alone may tell what a display shows",
			who->pid, watchers->program);
	if (!ret) {
		watchers->ways.look(fds[0], who, facts);
		ret = devtask_display_judge(facts, watchers->without_login, error);
	}
	for (int i = 0; i < DEVTASK_CALL_FDS; i++)
		if (fds[i] >= 0)
			close(fds[i]);
	return ret;
}

static void greet(struct watcher *watcher)
{
	json_object *hello = json_object_new_object();

	json_object_object_add(hello, "ok", json_object_new_boolean(true));
	json_object_object_add(hello, "event", json_object_new_string("attached"));
	json_object_object_add(hello, "session", json_object_new_string(watcher->session));
	devtask_call_push(watcher->call, hello);
}

static void attach(struct devtask_call *call, json_object *request, void *context)
{
	static const struct devtask_call_life life = { on_message, on_gone };
	const struct ucred *who = devtask_call_sender(call);
	struct devtask_watchers *watchers = context;
	struct devtask_display_facts facts;
	struct devtask_error error;
	struct watcher *watcher = NULL;
	int ret;

	(void)request;
	ret = check(watchers, call, &facts, &error);
	if (!ret) {
		watcher = calloc(1, sizeof(*watcher));
		if (!watcher)
			ret = devtask_error_set(&error, DEVTASK_EXIT_FAILURE, -ENOMEM,
						"out of memory");
	}
	if (!ret) {
		*watcher = (struct watcher){ .watchers = watchers, .call = call };
		memcpy(watcher->session, facts.session.id, sizeof(watcher->session));
		ret = report(watcher, 0);
		if (ret)
			devtask_error_set(&error, DEVTASK_EXIT_FAILURE, ret,
				"too many displays are watched; end those of users who have left");
	}
	if (ret) {
		log_warning("user %u: %s", who->uid, error.text);
		free(watcher);
		devtask_call_refuse(call, &error);
		return;
	}
	devtask_call_keep(call, &life, watcher);
	log_info("a display of user %u is watched, login session \"%s\"", who->uid,
		 watcher->session);
	greet(watcher);
}

const struct devtask_control_verb devtask_watcher_verbs[] = {
	{ .name = "foreground-attach", .who = DEVTASK_CONTROL_ANYBODY, .descriptors = 1,
	  .handler = attach },
	{ 0 },
};

int devtask_watchers_create(struct devtask_watchers **watchers, const char *program,
			    struct devtask_foreground *fg,
			    const struct devtask_watcher_ways *ways, struct devtask_error *error)
{
	static const struct devtask_watcher_ways machine = { devtask_witness_check,
							     devtask_display_look };
	struct devtask_watchers *self = calloc(1, sizeof(*self));

	if (self)
		self->program = strdup(program);
	if (!self || !self->program) {
		free(self);
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -ENOMEM, "out of memory");
	}
	self->fg = fg;
	self->ways = ways ? *ways : machine;
	*watchers = self;
	return 0;
}

void devtask_watchers_destroy(struct devtask_watchers *watchers)
{
	if (!watchers)
		return;
	free(watchers->program);
	free(watchers);
}

void devtask_watchers_configure(struct devtask_watchers *watchers, bool without_login)
{
	watchers->without_login = without_login;
}
