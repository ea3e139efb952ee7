/* SPDX-License-Identifier: GPL-2.0-only */
/* verb - one verb of devtaskctl: one cmd_*.c, one row of the table in main.c. */
#ifndef DEVTASK_CTL_VERB_H
#define DEVTASK_CTL_VERB_H

struct devtask_verb {
	const char *name;
	const char *arguments;	/* as the usage line shows them */
	const char *summary;	/* one line for the list of verbs */
	const char *help;	/* options and what else is to say; whole lines */
	int (*run)(int argc, char **argv);	/* argv[0] is the verb; returns the exit code */
};

extern const struct devtask_verb devtask_verb_run;
extern const struct devtask_verb devtask_verb_list;
extern const struct devtask_verb devtask_verb_status;
extern const struct devtask_verb devtask_verb_top;
extern const struct devtask_verb devtask_verb_events;
extern const struct devtask_verb devtask_verb_cancel;
extern const struct devtask_verb devtask_verb_devices;
extern const struct devtask_verb devtask_verb_apps;
extern const struct devtask_verb devtask_verb_lint;
extern const struct devtask_verb devtask_verb_metadata;
extern const struct devtask_verb devtask_verb_explain;
extern const struct devtask_verb devtask_verb_agent;
extern const struct devtask_verb devtask_verb_consent;
extern const struct devtask_verb devtask_verb_history;
extern const struct devtask_verb devtask_verb_foreground;
extern const struct devtask_verb devtask_verb_doctor;

/* "devtaskctl VERB: takes no ..." on stderr; returns DEVTASK_EXIT_USAGE. */
int devtask_verb_misused(const struct devtask_verb *verb, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* For what getopt_long() answers '?' or ':' to (its option string begins with ':'). */
int devtask_verb_bad_option(const struct devtask_verb *verb, int option, char **argv);

/* Usage line and help of one verb. */
void devtask_verb_print_help(const struct devtask_verb *verb);

#endif
