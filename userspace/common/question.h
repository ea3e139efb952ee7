/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * question - what a consent agent asks the person, and what can come of it; both ends of that
 * talk are here. The receiving end trusts nothing. Must not know who decides.
 */
#ifndef DEVTASK_QUESTION_H
#define DEVTASK_QUESTION_H

#include <stdint.h>

#include "names.h"

struct json_object;

/* All texts may come from an app or a device. */
struct devtask_question {
	const char *app;	/* as people know it */
	const char *app_name;	/* its identity */
	const char *device;	/* as people know it */
	const char *model;	/* such as "usb:1234:5678" */
	uint32_t type;		/* enum devtask_type */
	uint64_t estimate_ns;	/* that the app expects, 0 = unknown (CON-2) */
};

/* All but the first two mean no, and that nothing is to be stored (CON-3, CON-6). */
enum devtask_answer {
	DEVTASK_ANSWER_YES,
	DEVTASK_ANSWER_NO,
	DEVTASK_ANSWER_TIMEOUT,		/* nobody answered in time, or too many questions wait */
	DEVTASK_ANSWER_DEAD,		/* the agent or its terminal went away, or cannot ask */
	DEVTASK_ANSWER_NO_AGENT,	/* the user has no agent */
};

extern const struct devtask_names devtask_answer_names;

/* For one who cannot see the code: "the user said no". */
const char *devtask_answer_sentence(enum devtask_answer answer);

/* {"event":"ask","question":@number,...}, to be put. */
struct json_object *devtask_question_pack(const struct devtask_question *question,
					  uint64_t number, uint64_t timeout_ns);

/* Borrows the texts from @json. Returns 0 or -EBADMSG. */
int devtask_question_unpack(struct json_object *json, struct devtask_question *question,
			    uint64_t *number, uint64_t *timeout_ns);

/* {"verb":"answer","question":@number,"answer":...}, to be put; and back: 0 or -EBADMSG. */
struct json_object *devtask_answer_pack(enum devtask_answer answer, uint64_t number);
int devtask_answer_unpack(struct json_object *json, enum devtask_answer *answer, uint64_t *number);

/* A whole number that is not negative; -EBADMSG if @key is absent or something else. */
int devtask_question_number(struct json_object *json, const char *key, uint64_t *number);

#endif
