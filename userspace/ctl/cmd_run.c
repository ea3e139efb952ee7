// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_run - run a program as a task, and stay until it has ended. The helper only starts
 * it; how it goes on is read from the module's events, so the helper may die meanwhile.
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <json-c/json.h>

#include "client.h"
#include "duration.h"
#include "follow.h"
#include "genl.h"
#include "guid.h"
#include "output.h"
#include "program.h"
#include "query.h"
#include "spec.h"
#include "verb.h"
#include "verdict.h"

struct run {
	struct devtask_run_request request;	/* borrows everything but the program */
	int device_count;
	bool detach;
	bool json;
	bool warned;				/* that the device may be damaged by a cancel */
	struct devtask_genl *genl;
	uint32_t id;
	struct devtask_ending ending;
};

extern char **environ;

static int parse_duration(const char *option, const char *text, bool zero, uint64_t *ns)
{
	if (!devtask_duration_parse(text, ns) && (zero || *ns))
		return 0;
	return devtask_verb_misused(&devtask_verb_run,
		"--%s wants a duration such as 90s, 10m or 1h30m%s, not \"%s\"", option,
		zero ? ", or 0 for none" : "", text);
}

static int add_device(struct run *run, char *text)
{
	struct devtask_error error;
	struct devtask_spec spec;

	if (run->device_count == DEVTASK_MESSAGE_DEVICES)
		return devtask_verb_misused(&devtask_verb_run, "at most %d devices are possible",
					    DEVTASK_MESSAGE_DEVICES);
	if (devtask_spec_parse(text, &spec, &error))
		return devtask_output_error(&error);
	run->request.devices[run->device_count++] = text;
	return 0;
}

static int take_option(struct run *run, int option, char **argv)
{
	struct devtask_run_request *request = &run->request;

	switch (option) {
	case 't':
		if (!devtask_value_of(&devtask_type_names, optarg, &request->type))
			return 0;
		return devtask_verb_misused(&devtask_verb_run,
			"--type is use or servicing, not \"%s\"", optarg);
	case 'd':
		return add_device(run, optarg);
	case 'u':
		request->user = optarg;
		return 0;
	case 'a':
		request->arguments = optarg;
		if (strlen(optarg) <= DEVTASK_ARGUMENTS_MAX)
			return 0;
		return devtask_verb_misused(&devtask_verb_run,
			"--arguments takes at most %d bytes", DEVTASK_ARGUMENTS_MAX);
	case 'D':
		request->has_deadline = true;
		return parse_duration("deadline", optarg, false, &request->deadline_ns);
	case 'i':
		request->has_io_interval = true;
		return parse_duration("io-interval", optarg, true, &request->io_interval_ns);
	case 'e':
		return parse_duration("estimate", optarg, true, &request->estimate_ns);
	case 'b':
		run->detach = true;
		return 0;
	case 'j':
		run->json = true;
		return 0;
	default:
		return devtask_verb_bad_option(&devtask_verb_run, option, argv);
	}
}

static int parse(int argc, char **argv, struct run *run)
{
	static const struct option list[] = {
		{ "type", required_argument, NULL, 't' },
		{ "device", required_argument, NULL, 'd' },
		{ "user", required_argument, NULL, 'u' },
		{ "arguments", required_argument, NULL, 'a' },
		{ "deadline", required_argument, NULL, 'D' },
		{ "io-interval", required_argument, NULL, 'i' },
		{ "estimate", required_argument, NULL, 'e' },
		{ "detach", no_argument, NULL, 'b' },
		{ "json", no_argument, NULL, 'j' },
		{ 0 },
	};
	int option, ret;

	run->request.type = UINT32_MAX;
	while ((option = getopt_long(argc, argv, "+:t:d:u:", list, NULL)) >= 0) {
		ret = take_option(run, option, argv);
		if (ret)
			return ret;
	}
	if (run->request.type == UINT32_MAX)
		return devtask_verb_misused(&devtask_verb_run,
					    "say --type use or --type servicing");
	if (!run->device_count)
		return devtask_verb_misused(&devtask_verb_run, "say which --device the task is for");
	if (optind == argc)
		return devtask_verb_misused(&devtask_verb_run, "say which program to run, after --");
	if (run->request.estimate_ns && run->request.type != DEVTASK_TYPE_SERVICING)
		return devtask_verb_misused(&devtask_verb_run, "--estimate is for --type servicing");
	run->request.argv = argv + optind;
	return 0;
}

/* Ctrl-C is for the task: it is relayed as a cancellation. */
static int block_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void say_canceled(const struct run *run, const struct devtask_event *event)
{
	char text[DEVTASK_OUTPUT_REASON_MAX];

	fprintf(stderr, "devtaskctl: task %" PRIu32 " cancelled: %s\n", run->id,
		devtask_output_reason(event->reason, event->detail, event->measured_ns,
				      event->required_ns, text, sizeof(text)));
}

static void say_warning(const struct run *run, const struct devtask_event *event)
{
	char left[32];

	fprintf(stderr, "devtaskctl: task %" PRIu32 " is cancelled if it is not done in %s\n",
		run->id, devtask_duration_format(event->required_ns - event->measured_ns, left,
						 sizeof(left)));
}

static bool take_event(const struct devtask_event *event, void *context)
{
	struct run *run = context;

	if (event->task_id != run->id)
		return false;
	if (run->json)
		devtask_output_json(stderr, devtask_output_object(&devtask_event_shape, event));
	if (event->kind == DEVTASK_EVENT_KIND_CANCELED) {
		run->ending.canceled = true;
		run->ending.reason = event->reason;
		if (!run->json)
			say_canceled(run, event);
	} else if (event->kind == DEVTASK_EVENT_KIND_WARNING) {
		if (!run->json)
			say_warning(run, event);
	} else if (event->kind == DEVTASK_EVENT_KIND_KILLED) {
		if (!run->json)
			fprintf(stderr, "devtaskctl: task %" PRIu32
				" did not stop and was killed\n", run->id);
	} else if (event->kind == DEVTASK_EVENT_KIND_ENDED) {
		run->ending.status_known = devtask_has(event, DEVTASK_A_EVENT_EXIT_STATUS);
		run->ending.status = event->exit_status;
		return true;
	}
	return false;
}

/* Returns true to leave the task alone and go. */
static bool relay_signal(struct run *run, int signals)
{
	struct signalfd_siginfo info;
	struct devtask_error error;
	int ret;

	if (read(signals, &info, sizeof(info)) != sizeof(info))
		return false;
	/* The second one is from somebody who has read what the first one brought. */
	ret = devtask_query_cancel(run->genl, run->id, run->warned && info.ssi_signo == SIGINT,
				   &error);
	if (!ret)
		return false;
	if (ret == -EBUSY) {
		run->warned = true;
		fprintf(stderr, "devtaskctl: task %" PRIu32 " says that the device may be damaged "
			"if it is stopped now; it goes on. Ctrl-C cancels it all the same\n",
			run->id);
		return false;
	}
	if (ret == -EALREADY && info.ssi_signo == SIGINT) {
		fprintf(stderr, "devtaskctl: not waiting for task %" PRIu32
			" any longer; it is being ended\n", run->id);
		return true;
	}
	if (ret != -EALREADY && ret != -ENOENT)
		devtask_output_error(&error);
	return false;
}

static int stay(struct run *run, struct devtask_follow *follow, int signals)
{
	struct devtask_error error;
	int ret;

	do {
		ret = devtask_follow_wait(follow, signals, take_event, run, &error);
		if (!ret && relay_signal(run, signals))
			return DEVTASK_EXIT_CANCELED;
	} while (!ret);
	if (ret < 0)
		return devtask_output_error(&error);
	return devtask_verdict(&run->ending);
}

/* The task that the helper has not told us of, by its trigger. */
static bool take_own_event(const struct devtask_event *event, void *context)
{
	struct run *run = context;

	if (!run->id && event->kind == DEVTASK_EVENT_KIND_STARTED &&
	    !strcmp(event->trigger, run->request.trigger))
		run->id = event->task_id;
	return run->id && take_event(event, run);
}

static void say_started(const struct run *run, const struct devtask_run_reply *reply)
{
	json_object *json;

	if (!run->json) {
		if (run->detach)
			printf("task %" PRIu32 "  %s\n", reply->id, reply->trigger);
		return;
	}
	json = json_object_new_object();
	json_object_object_add(json, "id", json_object_new_uint64(reply->id));
	json_object_object_add(json, "trigger", json_object_new_string(reply->trigger));
	devtask_output_json(run->detach ? stdout : stderr, json);
}

/* CON-2: what a person hears who is asked for an update, hears the administrator as well. */
static void warn_of_servicing(const struct run *run)
{
	const uint64_t minute = 60 * DEVTASK_NSEC_PER_SEC;
	uint64_t minutes = (run->request.estimate_ns + minute - 1) / minute;

	if (run->request.type != DEVTASK_TYPE_SERVICING || !isatty(STDERR_FILENO))
		return;
	if (minutes)
		fprintf(stderr, "It can take up to %" PRIu64 " minute%s. ", minutes,
			minutes == 1 ? "" : "s");
	fputs("Until it is done, keep the device connected and switched on, and this\n"
	      "computer plugged in or well charged.\n", stderr);
}

/*
 * The helper has died, or was stopped, before it answered: what it had not started by then never
 * runs, and what it had started runs on without it. Returns 0 if that is so, 1 if it has ended
 * meanwhile, or @error's.
 */
static int find_started(struct run *run, struct devtask_follow *follow,
			struct devtask_run_reply *reply, const struct devtask_error *error)
{
	int ret = devtask_follow_replay(follow, take_own_event, run, NULL);

	if (ret < 0 || !run->id)
		return error->err;
	fprintf(stderr, "devtaskctl: the helper ended before it answered, but task %" PRIu32
		" had been started\n", run->id);
	reply->id = run->id;
	memcpy(reply->trigger, run->request.trigger, sizeof(reply->trigger));
	return ret;
}

static int start_and_stay(struct run *run)
{
	struct devtask_follow *follow = NULL;
	struct devtask_run_reply reply;
	struct devtask_error error;
	int ret, signals = -1;

	ret = devtask_genl_connect(&run->genl, &error);
	if (ret)
		return devtask_output_error(&error);
	warn_of_servicing(run);
	/* Listening begins before the task does: no event can be missed. */
	ret = devtask_follow_open(&follow, run->genl, UINT64_MAX, &error);
	if (!ret) {
		signals = block_signals();
		ret = devtask_client_run(&run->request, &reply, &error);
		if (ret == -EPIPE)
			ret = find_started(run, follow, &reply, &error);
	}
	if (ret < 0) {
		ret = devtask_output_error(&error);
	} else {
		run->id = reply.id;
		say_started(run, &reply);
		if (run->detach)
			ret = DEVTASK_EXIT_OK;
		else
			ret = ret ? devtask_verdict(&run->ending) : stay(run, follow, signals);
	}
	devtask_follow_close(follow);
	devtask_genl_close(run->genl);
	return ret;
}

static int cmd_run(int argc, char **argv)
{
	struct devtask_error error;
	struct run run = { 0 };
	int ret = parse(argc, argv, &run);

	if (ret)
		return ret;
	run.request.program = devtask_program_find(run.request.argv[0], &error);
	if (!run.request.program)
		return devtask_output_error(&error);
	/* Without one of our own an answer that never comes is not to be looked for. */
	if (devtask_guid_make(run.request.trigger))
		*run.request.trigger = '\0';
	run.request.abi_version = DEVTASK_PROGRAM_ABI;
	run.request.environ = environ;
	run.request.directory = getcwd(NULL, 0);
	if (!run.request.directory)
		run.request.directory = strdup("/");
	ret = start_and_stay(&run);
	free(run.request.program);
	free(run.request.directory);
	return ret;
}

const struct devtask_verb devtask_verb_run = {
	.name = "run",
	.arguments = "-t use|servicing -d SPEC... [OPTION]... -- PROGRAM [ARGUMENT]...",
	.summary = "Run a program as a device background task",
	.help =
	"  -t, --type TYPE        use (10 min, one I/O per 5 s) or servicing (30 min)\n"
	"  -d, --device SPEC      the device, guarded at its usual path and as descriptor 3;\n"
	"                         may be given again. SPEC is\n"
	"                           usb:VVVV:PPPP[:SERIAL]  usb:BUS-PORT\n"
	"                           hid:VVVV:PPPP[:SERIAL]  path:/dev/NODE\n"
	"                         as devtaskctl devices lists them\n"
	"  -u, --user USER        run as USER (default: you)\n"
	"      --arguments TEXT   opaque text for the task, in $DEVTASK_ARGUMENTS\n"
	"      --deadline TIME    hard limit on its run time, such as 90s or 20m\n"
	"      --io-interval TIME one completed I/O is due per TIME; 0: no such rule\n"
	"      --estimate TIME    how long a servicing takes, less than 30m; for the warning\n"
	"                         on the terminal to keep device and computer powered\n"
	"      --detach           print the task's number and do not wait\n"
	"      --json             say what happens in JSON, on standard error (with\n"
	"                         --detach on standard output)\n"
	"\n"
	"An app's rules hold for the command as well, but for those about the app, its privilege\n"
	"and the user's consent: the device must be free and of a protocol that the type can\n"
	"use, and a servicing needs AC or a charged battery and has the device to itself.\n"
	"\n"
	"SIGINT and SIGTERM cancel the task; a second SIGINT leaves it to its end. If the device\n"
	"may be damaged by that they only warn, and the second SIGINT cancels it.\n"
	"Exit status: the program's own if it ended by itself, 128+N if signal N ended it,\n"
	"124 if its time was exceeded, 125 if it was cancelled for another reason; 121 if a rule\n"
	"refused it, 123 if the battery did; see devtaskctl --help for the others.\n",
	.run = cmd_run,
};
