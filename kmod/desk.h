/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The use cases of an app: register, request, cancel, ask how it is, exit. Knows neither
 * messages nor user memory.
 */
#ifndef DEVTASK_DESK_H
#define DEVTASK_DESK_H

#include <linux/types.h>
#include <linux/devtask_app.h>

#include "limits.h"

struct devtask_ask_voice;
struct devtask_session;

/**
 * struct devtask_refusal - why something is refused
 * @reasons:	mask of enum devtask_check
 * @sentence:	for a person, with the way out
 */
struct devtask_refusal {
	u64 reasons;
	char sentence[DEVTASK_SENTENCE_MAX + 1];
};

/**
 * struct devtask_wish - what an app asks for
 * @registration: number of the registration
 * @explain:	  only say whether
 * @device:	  as the app names it
 * @arguments:	  may be empty
 * @estimate_ns:  0 = unknown
 */
struct devtask_wish {
	u32 registration;
	bool explain;
	const char *device;
	const char *arguments;
	u64 estimate_ns;
};

void devtask_desk_init(const struct devtask_ask_voice *voice);

struct devtask_session *devtask_desk_open(void);
void devtask_desk_close(struct devtask_session *session);
int devtask_desk_register(struct devtask_session *session, enum devtask_type type,
			  const char *name, const char *entry_point, u32 *number,
			  struct devtask_refusal *refusal);
int devtask_desk_unregister(struct devtask_session *session, u32 number, bool cancel);
int devtask_desk_request(struct devtask_session *session, const struct devtask_wish *wish,
			 u64 *request);
int devtask_desk_cancel(struct devtask_session *session, u32 number);
int devtask_desk_status(struct devtask_session *session, struct devtask_app_status *status,
			char *name);

#endif
