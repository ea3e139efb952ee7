// SPDX-License-Identifier: GPL-2.0-only
/*
 * agent - see agent.h. A question is shown by one agent, that of the session before the user,
 * the newest among equals; while that is busy it waits for it. What was shown ends with the
 * agent that showed it; what only waits goes to the next one.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "agent.h"
#include "foreground.h"
#include "log.h"
#include "login.h"
#include "message.h"
#include "numbers.h"
#include "witness.h"

struct agent {
	struct devtask_agents *agents;
	struct agent *next;		/* older one */
	struct devtask_call *call;
	struct devtask_asking *shown;	/* by it, or NULL */
	char kind[16];
};

struct devtask_asking {
	struct devtask_agents *agents;
	struct devtask_asking *next;
	struct agent *by;		/* who shows it, or NULL */
	uint64_t number;
	uid_t uid;
	struct devtask_question question;	/* owns its texts */
	sd_event_source *on_timeout;
	devtask_agent_fn *fn;
	void *context;
};

struct devtask_agents {
	sd_event *loop;
	char *program;
	struct devtask_foreground *fg;
	struct devtask_agent_ways ways;
	uint64_t timeout_ns;
	bool pseudo;
	uint64_t last_number;
	struct agent *list;			/* newest first */
	struct devtask_asking *askings;		/* oldest first */
};

static bool is_active(pid_t pid)
{
	struct devtask_login login;

	return !devtask_login_find(pid, &login) && login.is_active;
}

static uid_t uid_of(const struct agent *agent)
{
	return devtask_call_sender(agent->call)->uid;
}

static struct agent *find_agent(const struct devtask_agents *agents, uid_t uid)
{
	struct agent *found = NULL;

	for (struct agent *agent = agents->list; agent; agent = agent->next) {
		if (uid_of(agent) != uid)
			continue;
		if (agents->ways.is_active(devtask_call_sender(agent->call)->pid))
			return agent;
		if (!found)
			found = agent;
	}
	return found;
}

static void free_asking(struct devtask_asking *asking)
{
	struct devtask_asking **link = &asking->agents->askings;

	while (*link && *link != asking)
		link = &(*link)->next;
	if (*link)
		*link = asking->next;
	if (asking->by)
		asking->by->shown = NULL;
	sd_event_source_disable_unref(asking->on_timeout);
	free((char *)asking->question.app);
	free((char *)asking->question.app_name);
	free((char *)asking->question.device);
	free((char *)asking->question.model);
	free(asking);
}

static void finish(struct devtask_asking *asking, enum devtask_answer answer)
{
	devtask_agent_fn *fn = asking->fn;
	void *context = asking->context;

	free_asking(asking);
	fn(answer, context);
}

static void take_back(struct devtask_asking *asking)
{
	json_object *json;

	if (!asking->by)
		return;
	json = json_object_new_object();
	json_object_object_add(json, "event", json_object_new_string("withdraw"));
	json_object_object_add(json, "question", json_object_new_uint64(asking->number));
	devtask_call_push(asking->by->call, json);
}

static int on_timeout(sd_event_source *source, uint64_t usec, void *context);

/* A clock that stands while the machine sleeps: then nobody could answer. */
static int show(struct devtask_asking *asking, struct agent *agent)
{
	struct devtask_agents *agents = asking->agents;
	int ret;

	ret = sd_event_add_time_relative(agents->loop, &asking->on_timeout, CLOCK_MONOTONIC,
					 agents->timeout_ns / 1000, 0, on_timeout, asking);
	if (ret >= 0)
		ret = devtask_call_push(agent->call,
					devtask_question_pack(&asking->question, asking->number,
							      agents->timeout_ns));
	if (ret < 0)
		return ret;
	asking->by = agent;
	agent->shown = asking;
	return 0;
}

/* Shows what can be shown. An answer may lead to anything, so each round begins anew. */
static void go_on(struct devtask_agents *agents)
{
	struct devtask_asking *asking = agents->askings;

	while (asking) {
		struct agent *agent = asking->by ? NULL : find_agent(agents, asking->uid);

		if (asking->by || (agent && agent->shown)) {
			asking = asking->next;
			continue;
		}
		if (agent && !show(asking, agent)) {
			asking = asking->next;
			continue;
		}
		finish(asking, agent ? DEVTASK_ANSWER_DEAD : DEVTASK_ANSWER_NO_AGENT);
		asking = agents->askings;
	}
}

static int on_timeout(sd_event_source *source, uint64_t usec, void *context)
{
	struct devtask_asking *asking = context;
	struct devtask_agents *agents = asking->agents;

	(void)source;
	(void)usec;
	take_back(asking);
	finish(asking, DEVTASK_ANSWER_TIMEOUT);
	go_on(agents);
	return 0;
}

static void drop(struct agent *agent)
{
	struct agent **link = &agent->agents->list;
	struct devtask_agents *agents = agent->agents;
	struct devtask_asking *shown = agent->shown;

	while (*link != agent)
		link = &(*link)->next;
	*link = agent->next;
	if (agents->fg)
		devtask_foreground_withdraw(agents->fg, agent);
	log_info("a consent agent (%s) of user %u left", agent->kind, uid_of(agent));
	if (shown)
		shown->by = NULL;
	free(agent);
	if (shown)
		finish(shown, DEVTASK_ANSWER_DEAD);
	go_on(agents);
}

static void on_gone(struct devtask_call *call, void *context)
{
	(void)call;
	drop(context);
}

/* Its end, since it does not keep to the talk. */
static void put_out(struct agent *agent, const char *why)
{
	struct devtask_call *call = agent->call;

	log_warning("consent agent, pid %d: %s", devtask_call_sender(call)->pid, why);
	drop(agent);
	devtask_call_close(call);
}

/* An answer to a question that was taken back meanwhile is of no interest. */
static void take_answer(struct agent *agent, json_object *message)
{
	struct devtask_agents *agents = agent->agents;
	enum devtask_answer answer;
	uint64_t number;

	if (devtask_answer_unpack(message, &answer, &number) || answer > DEVTASK_ANSWER_DEAD) {
		put_out(agent, "an answer that makes no sense");
		return;
	}
	if (!agent->shown || agent->shown->number != number)
		return;
	finish(agent->shown, answer);
	go_on(agents);
}

static void take_foreground(struct agent *agent, json_object *message)
{
	const struct ucred *who = devtask_call_sender(agent->call);
	uint64_t pid;

	if (devtask_question_number(message, "pid", &pid) || pid > INT32_MAX) {
		put_out(agent, "a process in the foreground that makes no sense");
		return;
	}
	if (agent->agents->fg)
		devtask_foreground_report(agent->agents->fg, agent, who->uid, agent->kind, who->pid,
					  (pid_t)pid);
}

static void on_message(struct devtask_call *call, json_object *message, void *context)
{
	const char *verb = devtask_message_string(message, "verb");

	(void)call;
	if (verb && !strcmp(verb, "answer"))
		take_answer(context, message);
	else if (verb && !strcmp(verb, "foreground"))
		take_foreground(context, message);
	else
		put_out(context, "a message that makes no sense");
}

/* Verb "agent-attach": stays. */
static void attach(struct devtask_call *call, json_object *request, void *context)
{
	static const struct devtask_call_life life = { on_message, on_gone };
	const char *kind = devtask_message_string(request, "kind");
	struct devtask_agents *agents = context;
	const struct ucred *who = devtask_call_sender(call);
	struct devtask_error error;
	struct agent *agent;
	json_object *hello;

	if (agents->ways.witness(agents->program, who, devtask_call_pidfd(call), &error)) {
		log_warning("user %u: %s", who->uid, error.text);
		devtask_call_refuse(call, &error);
		return;
	}
	agent = calloc(1, sizeof(*agent));
	if (!agent || !kind || strlen(kind) >= sizeof(agent->kind)) {
		devtask_error_set(&error, DEVTASK_EXIT_FAILURE, kind ? -ENOMEM : -EBADMSG,
				  "the agent does not say of what kind it is");
		free(agent);
		devtask_call_refuse(call, &error);
		return;
	}
	strcpy(agent->kind, kind);
	agent->agents = agents;
	agent->call = call;
	agent->next = agents->list;
	agents->list = agent;
	devtask_call_set_agent(call);
	devtask_call_keep(call, &life, agent);
	log_info("a consent agent (%s) of user %u is here", kind, who->uid);
	hello = json_object_new_object();
	json_object_object_add(hello, "ok", json_object_new_boolean(true));
	json_object_object_add(hello, "event", json_object_new_string("attached"));
	json_object_object_add(hello, "pseudo_terminals", json_object_new_boolean(agents->pseudo));
	devtask_call_push(call, hello);
}

/* Verb "agent-ask": a harmless question, so that an administrator sees whether asking works. */
static void on_test_answer(enum devtask_answer answer, void *context)
{
	json_object *json = json_object_new_object();

	json_object_object_add(json, "answer", json_object_new_string(
			       devtask_name_of(&devtask_answer_names, answer)));
	json_object_object_add(json, "sentence",
			       json_object_new_string(devtask_answer_sentence(answer)));
	devtask_call_answer(context, json);
}

static void on_test_gone(struct devtask_call *call, void *context)
{
	(void)call;
	devtask_agent_withdraw(context);
}

static void ask_for_a_test(struct devtask_call *call, json_object *request, void *context)
{
	static const struct devtask_call_life life = { .on_gone = on_test_gone };
	struct devtask_question question = { .type = DEVTASK_TYPE_USE };
	const char *type = devtask_message_string(request, "type");
	struct devtask_asking *asking;
	struct devtask_error error;
	uid_t uid;

	question.app = devtask_message_string(request, "app");
	question.device = devtask_message_string(request, "device");
	if (!question.app)
		question.app = "devtask (only a test)";
	if (!question.device)
		question.device = "imaginary device";
	question.app_name = "devtask.test";
	question.model = "usb:0000:0000";
	if (type && devtask_value_of(&devtask_type_names, type, &question.type)) {
		devtask_error_set(&error, DEVTASK_EXIT_USAGE, -EBADMSG,
				  "a question is about use or servicing");
		devtask_call_refuse(call, &error);
		return;
	}
	if (devtask_question_number(request, "estimate_ns", &question.estimate_ns))
		question.estimate_ns = 0;
	if (devtask_call_uid(call, &uid, &error)) {
		devtask_call_refuse(call, &error);
		return;
	}
	asking = devtask_agent_ask(context, uid, &question, on_test_answer, call);
	if (asking)
		devtask_call_keep(call, &life, asking);
}

const struct devtask_control_verb devtask_agent_verbs[] = {
	{ "agent-attach", DEVTASK_CONTROL_ANYBODY, 0, attach },
	{ "agent-ask", DEVTASK_CONTROL_ROOT, 0, ask_for_a_test },
	{ 0 },
};

bool devtask_agent_is_there(const struct devtask_agents *agents, uid_t uid)
{
	return find_agent(agents, uid);
}

static bool copy_question(struct devtask_question *to, const struct devtask_question *from)
{
	to->app = strdup(from->app ? from->app : "");
	to->app_name = strdup(from->app_name ? from->app_name : "");
	to->device = strdup(from->device ? from->device : "");
	to->model = strdup(from->model ? from->model : "");
	to->type = from->type;
	to->estimate_ns = from->estimate_ns;
	return to->app && to->app_name && to->device && to->model;
}

static unsigned int waiting(const struct devtask_agents *agents, uid_t uid)
{
	unsigned int count = 0;

	for (const struct devtask_asking *one = agents->askings; one; one = one->next)
		count += one->uid == uid;
	return count;
}

struct devtask_asking *devtask_agent_ask(struct devtask_agents *agents, uid_t uid,
					 const struct devtask_question *question,
					 devtask_agent_fn *fn, void *context)
{
	struct devtask_asking *asking, **link = &agents->askings;
	struct agent *agent = find_agent(agents, uid);

	if (!agent || waiting(agents, uid) >= DEVTASK_QUESTIONS_PER_USER) {
		fn(agent ? DEVTASK_ANSWER_TIMEOUT : DEVTASK_ANSWER_NO_AGENT, context);
		return NULL;
	}
	asking = calloc(1, sizeof(*asking));
	if (!asking) {
		fn(DEVTASK_ANSWER_DEAD, context);
		return NULL;
	}
	asking->agents = agents;
	asking->uid = uid;
	asking->number = ++agents->last_number;
	asking->fn = fn;
	asking->context = context;
	if (!copy_question(&asking->question, question) || (!agent->shown && show(asking, agent))) {
		finish(asking, DEVTASK_ANSWER_DEAD);
		return NULL;
	}
	while (*link)
		link = &(*link)->next;
	*link = asking;
	return asking;
}

void devtask_agent_withdraw(struct devtask_asking *asking)
{
	struct devtask_agents *agents = asking->agents;

	take_back(asking);
	free_asking(asking);
	go_on(agents);
}

int devtask_agents_create(struct devtask_agents **agents, sd_event *loop, const char *program,
			  struct devtask_foreground *fg, const struct devtask_agent_ways *ways,
			  struct devtask_error *error)
{
	static const struct devtask_agent_ways machine = { devtask_witness_check, is_active };
	struct devtask_agents *self = calloc(1, sizeof(*self));

	if (self)
		self->program = strdup(program);
	if (!self || !self->program) {
		free(self);
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -ENOMEM, "out of memory");
	}
	self->loop = sd_event_ref(loop);
	self->fg = fg;
	self->ways = ways ? *ways : machine;
	self->timeout_ns = DEVTASK_CONF_PROMPT_TIMEOUT_NS;
	*agents = self;
	return 0;
}

void devtask_agents_destroy(struct devtask_agents *agents)
{
	if (!agents)
		return;
	while (agents->askings)
		free_asking(agents->askings);
	sd_event_unref(agents->loop);
	free(agents->program);
	free(agents);
}

void devtask_agents_configure(struct devtask_agents *agents, uint64_t timeout_ns, bool pseudo)
{
	agents->timeout_ns = timeout_ns;
	agents->pseudo = pseudo;
}
