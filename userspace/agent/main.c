// SPDX-License-Identifier: GPL-2.0-only
/*
 * main - devtask-agent: asks the user on the terminal that it was started on whether an app may
 * use a device. One question at a time, for as long as the helper and the terminal are there.
 */
#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <json-c/json.h>

#include "ask.h"
#include "harden.h"
#include "link.h"
#include "message.h"
#include "terminal.h"

static const char usage[] =
	"Usage: devtask-agent [OPTION]...\n"
	"Ask on this terminal whether an app may use a device. Better started by\n"
	"devtaskctl agent.\n"
	"\n"
	"  -b, --background  go to the background when ready\n"
	"  -h, --help        show this and exit\n"
	"      --version     show the version and exit\n"
	"\n"
	"Exit status: 0 ended by a signal, 64 usage, 69 no helper or no terminal, 77 the terminal\n"
	"or this program is not one that can be trusted.\n";

struct options {
	bool background;
};

static int parse(int argc, char **argv, struct options *options)
{
	static const struct option list[] = {
		{ "background", no_argument, NULL, 'b' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'v' },
		{ 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "bh", list, NULL)) >= 0) {
		switch (option) {
		case 'b':
			options->background = true;
			break;
		case 'h':
			fputs(usage, stdout);
			return DEVTASK_EXIT_OK;
		case 'v':
			printf("devtask-agent %s (ABI %u)\n", DEVTASK_VERSION,
			       (unsigned int)DEVTASK_PROGRAM_ABI);
			return DEVTASK_EXIT_OK;
		default:
			fputs("See devtask-agent --help.\n", stderr);
			return DEVTASK_EXIT_USAGE;
		}
	}
	if (optind == argc)
		return -1;
	fprintf(stderr, "devtask-agent: takes no argument \"%s\"; see devtask-agent --help\n",
		argv[optind]);
	return DEVTASK_EXIT_USAGE;
}

static int fail(const struct devtask_error *error)
{
	fprintf(stderr, "devtask-agent: %s\n", error->text);
	return error->exit;
}

static int watch_signals(void)
{
	sigset_t set, ending;

	sigemptyset(&ending);
	sigaddset(&ending, SIGTERM);
	sigaddset(&ending, SIGINT);
	sigaddset(&ending, SIGHUP);
	sigaddset(&ending, SIGQUIT);
	set = ending;
	sigaddset(&set, SIGTTOU);
	sigaddset(&set, SIGTTIN);
	sigaddset(&set, SIGTSTP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &ending, SFD_CLOEXEC);
}

/* Returns false when the helper has gone. A question taken back meanwhile has no answer. */
static bool take_message(struct devtask_terminal *terminal, const struct devtask_ask_events *events)
{
	json_object *json = devtask_link_receive(events->link);
	struct devtask_ask_outcome outcome = { .answer = DEVTASK_ANSWER_DEAD };
	struct devtask_question question;
	uint64_t number, timeout_ns;
	const char *event;
	bool stays = json;

	event = json ? devtask_message_string(json, "event") : NULL;
	if (event && !strcmp(event, "ask") && !devtask_question_number(json, "question", &number)) {
		if (!devtask_question_unpack(json, &question, &number, &timeout_ns))
			outcome = devtask_ask(terminal, &question, timeout_ns, events);
		if (!outcome.is_interrupted)
			stays = !devtask_link_send(events->link,
						   devtask_answer_pack(outcome.answer, number));
	}
	json_object_put(json);
	return stays;
}

static int serve(struct devtask_terminal *terminal, const struct devtask_ask_events *events)
{
	struct pollfd list[] = {
		{ .fd = events->link, .events = POLLIN },
		{ .fd = events->signals, .events = POLLIN },
		/* Only that it hangs up. */
		{ .fd = terminal->fd, .events = 0 },
	};
	struct devtask_error error;

	for (;;) {
		if (poll(list, 3, -1) < 0 && errno != EINTR)
			break;
		if (list[1].revents || list[2].revents)
			return DEVTASK_EXIT_OK;
		if (list[0].revents && !take_message(terminal, events))
			break;
	}
	devtask_error_set(&error, DEVTASK_EXIT_UNAVAILABLE, -EPIPE,
			  "the helper has ended; start the agent again when it is back");
	return fail(&error);
}

/* Everything that can fail with a word to the user, then a byte to @ready, then questions. */
static int run(int ready)
{
	struct devtask_ask_events events;
	struct devtask_terminal terminal;
	struct devtask_error error;
	bool pseudo;

	if (!devtask_harden_is_setgid()) {
		devtask_error_set(&error, DEVTASK_EXIT_PERMISSION, -EPERM,
			"this program is not installed setgid to the group devtask-agent; start the "
			"installed one with: devtaskctl agent");
		return fail(&error);
	}
	events.signals = watch_signals();
	if (devtask_terminal_open(&terminal, &error))
		return fail(&error);
	events.link = devtask_link_open("terminal", &pseudo, &error);
	if (events.link < 0)
		return fail(&error);
	if (terminal.is_pseudo && !pseudo) {
		devtask_error_set(&error, DEVTASK_EXIT_PERMISSION, -EPERM,
			"%s is a pseudo terminal, at whose other end a program could answer for you; "
			"start the agent on a virtual terminal or a serial line, or ask the "
			"administrator to allow it: agent-on-pty in devtask.conf", terminal.name);
		return fail(&error);
	}
	if (ready >= 0) {
		if (write(ready, "", 1) != 1)
			return DEVTASK_EXIT_FAILURE;
		close(ready);
	}
	return serve(&terminal, &events);
}

/* The child stays; its end before it is ready is ours. */
static int run_in_background(void)
{
	int ends[2], status;
	char byte;
	pid_t pid;

	if (pipe(ends))
		return DEVTASK_EXIT_FAILURE;
	pid = fork();
	if (pid < 0)
		return DEVTASK_EXIT_FAILURE;
	if (!pid) {
		close(ends[0]);
		setpgid(0, 0);
		return run(ends[1]);
	}
	close(ends[1]);
	if (read(ends[0], &byte, 1) == 1)
		return DEVTASK_EXIT_OK;
	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return DEVTASK_EXIT_FAILURE;
	return WEXITSTATUS(status);
}

int main(int argc, char **argv)
{
	struct options options = { 0 };
	int ret;

	devtask_harden();
	ret = parse(argc, argv, &options);
	if (ret >= 0)
		return ret;
	return options.background ? run_in_background() : run(-1);
}
