// SPDX-License-Identifier: GPL-2.0-only
/* cmd_cancel - end tasks: SIGTERM, a grace with the device still open, then the cut. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <unistd.h>

#include "follow.h"
#include "genl.h"
#include "output.h"
#include "query.h"
#include "verb.h"

struct cancel {
	bool all;
	bool wait;
	bool force;
	struct devtask_task *tasks;	/* those to cancel; the id is 0 once one has ended */
	int count;
	int left;
};

static int parse(int argc, char **argv, struct cancel *cancel)
{
	static const struct option list[] = {
		{ "all", no_argument, NULL, 'a' },
		{ "wait", no_argument, NULL, 'w' },
		{ "force", no_argument, NULL, 'f' },
		{ 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, ":awf", list, NULL)) >= 0) {
		switch (option) {
		case 'a':
			cancel->all = true;
			break;
		case 'w':
			cancel->wait = true;
			break;
		case 'f':
			cancel->force = true;
			break;
		default:
			return devtask_verb_bad_option(&devtask_verb_cancel, option, argv);
		}
	}
	if (cancel->all == (optind < argc))
		return devtask_verb_misused(&devtask_verb_cancel,
			"say which tasks by number or trigger, or --all, not both");
	return 0;
}

static int choose(struct cancel *cancel, struct devtask_genl *genl, int argc, char **argv,
		  struct devtask_error *error)
{
	int ret = 0;

	if (cancel->all) {
		cancel->count = devtask_query_tasks(genl, &cancel->tasks, error);
		return cancel->count < 0 ? cancel->count : 0;
	}
	cancel->tasks = calloc((size_t)(argc - optind), sizeof(*cancel->tasks));
	if (!cancel->tasks)
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -ENOMEM, "out of memory");
	for (int i = optind; !ret && i < argc; i++)
		ret = devtask_query_task(genl, argv[i], &cancel->tasks[cancel->count++], error);
	return ret;
}

/* Only a yes is one; the end of the input, or nothing at all, is none. */
static bool person_confirms(const struct devtask_task *task)
{
	char answer[16];

	fprintf(stderr, "task %" PRIu32 " (%s on %s) says that the device may be damaged if it is "
		"stopped now; cancel all the same? [y/N] ", task->id, task->program, task->device);
	return fgets(answer, sizeof(answer), stdin) &&
	       (!strcasecmp(answer, "y\n") || !strcasecmp(answer, "yes\n"));
}

/* A task in a phase that it has marked as unsafe is only cancelled by who knows (APP-9). */
static int cancel_one(const struct cancel *cancel, struct devtask_genl *genl,
		      const struct devtask_task *task, struct devtask_error *error)
{
	int ret = devtask_query_cancel(genl, task->id, cancel->force, error);

	if (ret != -EBUSY)
		return ret;
	if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO))
		return devtask_error_set(error, DEVTASK_EXIT_DENIED_BY_SYSTEM, -EBUSY,
			"task %" PRIu32 " says that the device may be damaged if it is stopped "
			"now; wait, or cancel it all the same with --force", task->id);
	if (person_confirms(task))
		return devtask_query_cancel(genl, task->id, true, error);
	return devtask_error_set(error, DEVTASK_EXIT_DENIED_BY_USER, -EBUSY,
				 "task %" PRIu32 " goes on", task->id);
}

/* A task that is being ended already is what was asked for. */
static int cancel_all(struct cancel *cancel, struct devtask_genl *genl)
{
	struct devtask_error error;
	int code = DEVTASK_EXIT_OK, ret;

	for (int i = 0; i < cancel->count; i++) {
		ret = cancel_one(cancel, genl, &cancel->tasks[i], &error);
		if (!ret)
			printf("task %" PRIu32 " cancelled\n", cancel->tasks[i].id);
		else if (ret == -EALREADY)
			printf("task %" PRIu32 " was cancelled before\n", cancel->tasks[i].id);
		else if (ret != -ENOENT || !cancel->all)
			code = devtask_output_error(&error);
		if (ret && ret != -EALREADY)
			cancel->tasks[i].id = 0;
		else
			cancel->left++;
	}
	return code;
}

static bool count_ended(const struct devtask_event *event, void *context)
{
	struct cancel *cancel = context;

	if (event->kind != DEVTASK_EVENT_KIND_ENDED)
		return false;
	for (int i = 0; i < cancel->count; i++) {
		if (cancel->tasks[i].id != event->task_id)
			continue;
		cancel->tasks[i].id = 0;
		cancel->left--;
		printf("task %" PRIu32 " has ended\n", event->task_id);
	}
	return !cancel->left;
}

static int cmd_cancel(int argc, char **argv)
{
	struct devtask_follow *follow = NULL;
	struct cancel cancel = { 0 };
	struct devtask_error error;
	struct devtask_genl *genl;
	int ret = parse(argc, argv, &cancel), code;

	if (ret)
		return ret;
	ret = devtask_genl_connect(&genl, &error);
	if (ret)
		return devtask_output_error(&error);
	ret = devtask_follow_open(&follow, genl, UINT64_MAX, &error);
	if (!ret)
		ret = choose(&cancel, genl, argc, argv, &error);
	code = ret ? devtask_output_error(&error) : cancel_all(&cancel, genl);
	ret = 0;
	while (!ret && cancel.wait && cancel.left)
		ret = devtask_follow_wait(follow, -1, count_ended, &cancel, &error);
	if (ret < 0)
		code = devtask_output_error(&error);
	free(cancel.tasks);
	devtask_follow_close(follow);
	devtask_genl_close(genl);
	return code;
}

const struct devtask_verb devtask_verb_cancel = {
	.name = "cancel",
	.arguments = "TASK...|--all [--wait] [--force]",
	.summary = "Cancel tasks",
	.help =
	"TASK is the task's number or its trigger.\n\n"
	"  -a, --all    cancel every task\n"
	"  -w, --wait   return when they have ended\n"
	"  -f, --force  also a task whose device may be damaged by that, without asking\n"
	"\n"
	"A task has 5 s to stop with its device still open; then its access is taken away and\n"
	"it is killed. A task that says that its device may be damaged if it is stopped now is\n"
	"only cancelled after a question on the terminal, or with --force. Exit status: 122 if\n"
	"the answer is no, 121 if there is no terminal to ask on; see devtaskctl --help for the\n"
	"others.\n",
	.run = cmd_cancel,
};
