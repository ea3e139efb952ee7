/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * agent - the consent agents of the users, and the questions that wait for one: who is asked,
 * one question at a time each, how long, what silence means (CON-3, CON-6). Must not know what
 * an answer is for, nor keep it.
 */
#ifndef DEVTASK_DAEMON_AGENT_H
#define DEVTASK_DAEMON_AGENT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <systemd/sd-event.h>

#include "control.h"
#include "question.h"

struct devtask_agents;
struct devtask_asking;
struct devtask_foreground;

/* How the room knows its clients; the machine's own unless a test says otherwise. */
struct devtask_agent_ways {
	int (*witness)(const char *program, const struct ucred *who, int pidfd,
		       struct devtask_error *error);
	bool (*is_active)(pid_t pid);	/* is its login session the one before the user? */
};

typedef void devtask_agent_fn(enum devtask_answer answer, void *context);

/*
 * @program: the installed agent. @fg: who is told what an agent of a display reports, or NULL.
 * @ways: NULL are the machine's.
 */
int devtask_agents_create(struct devtask_agents **agents, sd_event *loop, const char *program,
			  struct devtask_foreground *fg, const struct devtask_agent_ways *ways,
			  struct devtask_error *error);
/* Waiting questions are dropped without an answer. After devtask_control_destroy(). */
void devtask_agents_destroy(struct devtask_agents *agents);

/*
 * How long a question stays, for those from now on; may agents that attach from now on use a
 * pseudo terminal? Before the first call: 120 s, no.
 */
void devtask_agents_configure(struct devtask_agents *agents, uint64_t timeout_ns, bool pseudo);

/* "agent-attach", "agent-ask"; their context is the room. */
extern const struct devtask_control_verb devtask_agent_verbs[];

/* Has this user an agent? */
bool devtask_agent_is_there(const struct devtask_agents *agents, uid_t uid);

/*
 * Asks @uid. @question is copied. @fn is called exactly once unless the question is withdrawn,
 * perhaps before this returns: then NULL is returned. The result is owned by the room and
 * ends with the answer.
 */
struct devtask_asking *devtask_agent_ask(struct devtask_agents *agents, uid_t uid,
					 const struct devtask_question *question,
					 devtask_agent_fn *fn, void *context);

/* The request is gone: the question is taken back, @fn is not called. */
void devtask_agent_withdraw(struct devtask_asking *asking);

#endif
