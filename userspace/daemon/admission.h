/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * admission - may a task start (REQUIREMENTS section 2)? A pure function from facts to a
 * verdict, its reasons and a sentence. Must not know where the facts come from.
 */
#ifndef DEVTASK_DAEMON_ADMISSION_H
#define DEVTASK_DAEMON_ADMISSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "names.h"

#define DEVTASK_ADMISSION_BIT(name)	(UINT64_C(1) << DEVTASK_CHECK_##name)

/* Everything that can be known without asking the person. */
#define DEVTASK_ADMISSION_SILENT	(DEVTASK_ADMISSION_BIT(AGENT) - 1)
/* What the person's answer adds. */
#define DEVTASK_ADMISSION_ANSWER	(DEVTASK_ADMISSION_BIT(AGENT) |		\
					 DEVTASK_ADMISSION_BIT(CONSENT) |	\
					 DEVTASK_ADMISSION_BIT(PROMPT))
/* What may have changed while the person read the question (section 2, decided). */
#define DEVTASK_ADMISSION_AGAIN		(DEVTASK_ADMISSION_BIT(OWNER) |		\
					 DEVTASK_ADMISSION_BIT(FOREGROUND) |	\
					 DEVTASK_ADMISSION_BIT(ATTACHED) |	\
					 DEVTASK_ADMISSION_BIT(APP_BUSY) |	\
					 DEVTASK_ADMISSION_BIT(DEVICE_BUSY) |	\
					 DEVTASK_ADMISSION_BIT(SYSTEM_BUSY) |	\
					 DEVTASK_ADMISSION_BIT(DEVICE_HELD) |	\
					 DEVTASK_ADMISSION_BIT(BATTERY))
/* What the administrator's own command is held to: it stands for app, privilege and consent. */
#define DEVTASK_ADMISSION_COMMAND	(DEVTASK_ADMISSION_BIT(ARGUMENTS) |	\
					 DEVTASK_ADMISSION_BIT(ESTIMATE) |	\
					 DEVTASK_ADMISSION_BIT(ATTACHED) |	\
					 DEVTASK_ADMISSION_BIT(PROTOCOL) |	\
					 DEVTASK_ADMISSION_BIT(DEVICE_BUSY) |	\
					 DEVTASK_ADMISSION_BIT(SYSTEM_BUSY) |	\
					 DEVTASK_ADMISSION_BIT(DEVICE_HELD) |	\
					 DEVTASK_ADMISSION_BIT(BATTERY))
/* What a registration is held to (REG-5). */
#define DEVTASK_ADMISSION_REGISTER	(DEVTASK_ADMISSION_BIT(APP) |		\
					 DEVTASK_ADMISSION_BIT(ENTRY_POINT))

enum devtask_permission {
	DEVTASK_PERMISSION_UNASKED,
	DEVTASK_PERMISSION_YES,
	DEVTASK_PERMISSION_NO,
	DEVTASK_PERMISSION_TIMEOUT,	/* no answer in time: no, not stored (CON-3) */
	DEVTASK_PERMISSION_DEAD,		/* the prompt died: no, not stored (CON-3) */
};

/*
 * What is the case. Texts belong to the caller; NULL says that there is none. A text that
 * ends in "why" is said to the person when its check fails, and may be NULL.
 */
struct devtask_admission_facts {
	enum devtask_type type;
	const char *executable;		/* of who asks */
	const char *app;		/* identity name; NULL: no manifest has this executable */
	const char *app_why;		/* why it is no app, such as a broken manifest */
	const char *entry_point;
	bool declared;			/* by the manifest, with this type (INI-1) */
	const char *program;		/* of the entry point; NULL: it has none (REG-2) */
	size_t arguments_bytes;		/* APP-2 */
	uint64_t estimate_ns;		/* INI-7; 0 = unknown */
	bool owner_lives;
	bool foreground;		/* INI-2 */
	const char *foreground_why;
	const char *device;		/* as the app named it */
	bool attached;			/* INI-3 */
	const char *attached_why;
	enum devtask_kind kind;		/* of the device, if attached */
	bool is_mtp;			/* PRO-5 */
	bool capable;			/* INI-4: the manifest declares it */
	const char *blocked_class;	/* INI-4: that the administrator has blocked */
	bool refused;			/* INI-4: the person has said no before */
	const char *refused_why;	/* that this cannot be known, and why */
	unsigned int app_tasks;		/* INI-6: that run now */
	unsigned int device_tasks;	/* of this operation type */
	unsigned int system_tasks;
	unsigned int system_tasks_max;	/* 0 = no maximum */
	const char *holder;		/* APP-7: program that has the device open */
	pid_t holder_pid;
	bool privileged;		/* INI-8 */
	const char *privileged_why;	/* what the device's metadata says instead */
	bool on_ac;			/* INI-9 */
	const char *battery_why;	/* that how full it is cannot be known, and why */
	unsigned int battery_percent;
	unsigned int battery_floor_percent;
	bool agent;			/* CON-6: somebody can ask the person */
	enum devtask_permission consent;
	unsigned int prompt_s;		/* how long the person had */
};

/* The verdict. @measured and @required are of the first failed check, in its own unit. */
struct devtask_admission {
	enum devtask_verdict verdict;
	uint64_t reasons;		/* mask of failed checks */
	uint64_t measured;
	uint64_t required;
	char sentence[1024];		/* of the first failed check; "" if allowed */
};

/*
 * Judges those of @checks that apply to the type, in the order of enum devtask_check; each
 * one that fails sets its bit. A check that makes no sense after an earlier failure (the
 * capability for a device that is not there) is left out.
 */
void devtask_admission_judge(const struct devtask_admission_facts *facts, uint64_t checks,
			     struct devtask_admission *admission);

/*
 * What a request would get before anybody is asked, judged by those of @silent; whether there is
 * somebody to ask counts only if there is something to ask. Returns the checks that were made.
 */
uint64_t devtask_admission_foresee(const struct devtask_admission_facts *facts, uint64_t silent,
				   struct devtask_admission *admission);

/* The checks of @checks that apply to @type (the columns of section 2). */
uint64_t devtask_admission_applies(enum devtask_type type, uint64_t checks);

#endif
