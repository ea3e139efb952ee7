// SPDX-License-Identifier: GPL-2.0-only
/*
 * main - devtaskd's entry: puts the rooms together and turns the loop. The order is the
 * meaning: first the role (there is one helper), then the tasks that an earlier helper
 * left, then the socket, then "ready".
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <systemd/sd-daemon.h>
#include <systemd/sd-event.h>

#include "absence.h"
#include "agent.h"
#include "chronicle.h"
#include "conf.h"
#include "consent.h"
#include "consent_verbs.h"
#include "control.h"
#include "descriptors.h"
#include "explain.h"
#include "foreground.h"
#include "foreground_attach.h"
#include "foreground_verbs.h"
#include "history.h"
#include "history_verbs.h"
#include "hold.h"
#include "kernel.h"
#include "log.h"
#include "police.h"
#include "police_verbs.h"
#include "registry.h"
#include "request.h"
#include "run.h"
#include "supervisor.h"
#include "vigil.h"

struct options {
	const char *control;
	const char *agent;
	const char *x11;
	const char *state;		/* NULL: the default */
	bool check_config;
	bool debug;
};

static const char usage[] =
	"Usage: devtaskd [OPTION]...\n"
	"The helper of devtask: runs device background tasks that the kernel module governs.\n"
	"\n"
	"      --control=PATH  listen at PATH (default " DEVTASK_PATH_CONTROL ")\n"
	"      --agent=PATH    the consent agent that is trusted\n"
	"                      (default " DEVTASK_PATH_AGENT ")\n"
	"      --x11=PATH      the program that is trusted to watch X displays\n"
	"                      (default " DEVTASK_PATH_X11 ")\n"
	"      --state=DIR     keep answers and history in DIR (default /var/lib/devtask)\n"
	"      --check-config  read devtask.conf, show mistakes and settings, and exit\n"
	"      --debug         log more\n"
	"  -h, --help          show this and exit\n"
	"      --version       show the version and exit\n"
	"\n"
	"Stays in the foreground and logs to the journal or to standard error. Tasks go on\n"
	"when devtaskd ends, and the next devtaskd takes them over.\n"
	"Exit status: 0 ended by SIGTERM or SIGINT, 1 failed, 64 usage, 69 no module or no\n"
	"cgroup v2, 76 wrong ABI version, 77 not root.\n";

/* Returns -1 to go on, or the exit status. */
static int parse(int argc, char **argv, struct options *options)
{
	static const struct option list[] = {
		{ "control", required_argument, NULL, 'c' },
		{ "agent", required_argument, NULL, 'a' },
		{ "x11", required_argument, NULL, 'x' },
		{ "state", required_argument, NULL, 's' },
		{ "check-config", no_argument, NULL, 'k' },
		{ "debug", no_argument, NULL, 'd' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'v' },
		{ 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "h", list, NULL)) >= 0) {
		switch (option) {
		case 'c':
			options->control = optarg;
			break;
		case 'a':
			options->agent = optarg;
			break;
		case 'x':
			options->x11 = optarg;
			break;
		case 's':
			options->state = optarg;
			break;
		case 'k':
			options->check_config = true;
			break;
		case 'd':
			options->debug = true;
			break;
		case 'h':
			fputs(usage, stdout);
			return DEVTASK_EXIT_OK;
		case 'v':
			printf("devtaskd %s (ABI %u)\n", DEVTASK_VERSION,
			       (unsigned int)DEVTASK_PROGRAM_ABI);
			return DEVTASK_EXIT_OK;
		default:
			fputs("See devtaskd --help.\n", stderr);
			return DEVTASK_EXIT_USAGE;
		}
	}
	if (optind == argc)
		return options->check_config ? devtask_conf_check(NULL, stdout, stderr) : -1;
	fprintf(stderr, "devtaskd: takes no argument \"%s\"; see devtaskd --help\n", argv[optind]);
	return DEVTASK_EXIT_USAGE;
}

/* Descriptors 0 to 2 must be taken, so that no other file becomes a task's. */
static void fill_standard_descriptors(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd > STDERR_FILENO)
		close(fd);
}

static int watch_signals(sd_event *loop)
{
	sigset_t set;
	int ret;

	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigprocmask(SIG_BLOCK, &set, NULL);
	ret = sd_event_add_signal(loop, NULL, SIGTERM, NULL, NULL);
	return ret < 0 ? ret : sd_event_add_signal(loop, NULL, SIGINT, NULL, NULL);
}

/* The rooms, in the order in which they are made; they are left in reverse. */
struct rooms {
	struct devtask_kernel *kernel;
	struct devtask_conf *conf;
	struct devtask_history *history;
	struct devtask_consent *consent;
	struct devtask_registry *registry;
	struct devtask_foreground *foreground;
	struct devtask_agents *agents;
	struct devtask_watchers *watchers;
	struct devtask_supervisor *supervisor;
	struct devtask_hold *hold;
	struct devtask_absences *absences;
	struct devtask_police *police;
	struct devtask_chronicle *chronicle;
	struct devtask_vigil *vigil;
	struct devtask_sources sources;
	struct devtask_run_rooms run;
	struct devtask_control *control;
	struct devtask_requests *requests;
};

/* RUN-10: what the administrator set, for the rooms that are told. */
static void apply_settings(const struct devtask_settings *settings, unsigned int mistakes,
			   void *context)
{
	struct rooms *rooms = context;

	(void)mistakes;
	devtask_history_keep(rooms->history, settings->history_keep_ns ?
			     settings->history_keep_ns : UINT64_MAX,
			     settings->history_records_max &&
			     settings->history_records_max < UINT32_MAX ?
			     (uint32_t)settings->history_records_max : UINT32_MAX);
	devtask_agents_configure(rooms->agents, settings->prompt_timeout_ns,
				 settings->agent_on_pty);
	devtask_watchers_configure(rooms->watchers, settings->display_without_login);
}

/* What needs no module. */
static int make_ground(struct rooms *rooms, sd_event *loop, const struct options *options,
		       struct devtask_error *error)
{
	int ret = devtask_conf_create(&rooms->conf, NULL, error);

	if (!ret)
		ret = devtask_history_create(&rooms->history, options->state, error);
	if (!ret)
		ret = devtask_consent_create(&rooms->consent, options->state, error);
	if (!ret)
		ret = devtask_registry_create(&rooms->registry, getenv(DEVTASK_ENV_APPS_PATH), NULL,
					      0, error);
	if (!ret)
		ret = devtask_foreground_create(&rooms->foreground, loop, NULL, error);
	if (!ret)
		ret = devtask_agents_create(&rooms->agents, loop, options->agent, rooms->foreground,
					    NULL, error);
	if (!ret)
		ret = devtask_watchers_create(&rooms->watchers, options->x11, rooms->foreground,
					      NULL, error);
	if (!ret)
		apply_settings(devtask_conf_settings(rooms->conf), 0, rooms);
	return ret;
}

/* First those who watch tasks, then the tasks that are there. */
static int make_tasks(struct rooms *rooms, sd_event *loop, struct devtask_error *error)
{
	const struct devtask_settings *settings = devtask_conf_settings(rooms->conf);
	int ret = devtask_supervisor_create(&rooms->supervisor, loop, rooms->kernel, settings,
					    error);

	if (!ret)
		ret = devtask_hold_create(&rooms->hold, loop, rooms->kernel, rooms->supervisor,
					  error);
	if (!ret)
		ret = devtask_absences_create(&rooms->absences, loop, rooms->kernel,
					      rooms->supervisor, rooms->hold, settings, error);
	if (!ret)
		ret = devtask_chronicle_create(&rooms->chronicle, rooms->kernel, rooms->supervisor,
					       rooms->history, error);
	if (!ret)
		ret = devtask_vigil_create(&rooms->vigil, loop, rooms->supervisor, rooms->history,
					   settings, error);
	if (!ret)
		ret = devtask_police_create(&rooms->police, loop, &(struct devtask_police_rooms) {
			.supervisor = rooms->supervisor, .registry = rooms->registry,
			.consent = rooms->consent, .settings = settings }, error);
	if (!ret)
		ret = devtask_supervisor_adopt(rooms->supervisor, error);
	if (!ret)
		devtask_absences_settle(rooms->absences);
	return ret;
}

static int add_verbs(struct rooms *rooms)
{
	const struct {
		const struct devtask_control_verb *verbs;
		void *context;
	} tables[] = {
		{ devtask_run_verbs, &rooms->run },
		{ devtask_agent_verbs, rooms->agents },
		{ devtask_consent_verbs, rooms->consent },
		{ devtask_history_verbs, rooms->history },
		{ devtask_foreground_verbs, rooms->foreground },
		{ devtask_watcher_verbs, rooms->watchers },
		{ devtask_explain_verbs, &rooms->sources },
		{ devtask_police_verbs, rooms->police },
	};
	int ret = 0;

	devtask_control_bar(rooms->control, devtask_run_bars, rooms->supervisor);
	for (size_t i = 0; !ret && i < sizeof(tables) / sizeof(*tables); i++)
		ret = devtask_control_add(rooms->control, tables[i].verbs, tables[i].context);
	return ret;
}

static int make_rooms(struct rooms *rooms, sd_event *loop, const struct options *options,
		      struct devtask_error *error)
{
	int ret = devtask_kernel_open(&rooms->kernel, error);

	if (!ret)
		ret = make_ground(rooms, loop, options, error);
	if (!ret)
		ret = make_tasks(rooms, loop, error);
	if (!ret)
		ret = devtask_control_create(&rooms->control, loop, options->control, error);
	if (!ret)
		ret = add_verbs(rooms);
	if (ret)
		return ret;
	rooms->sources = (struct devtask_sources) {
		.registry = rooms->registry, .foreground = rooms->foreground,
		.consent = rooms->consent, .agents = rooms->agents,
		.supervisor = rooms->supervisor,
		.settings = devtask_conf_settings(rooms->conf),
	};
	rooms->run = (struct devtask_run_rooms) { &rooms->sources, rooms->history };
	return devtask_requests_create(&rooms->requests, loop, rooms->kernel, &rooms->sources,
				       rooms->history, error);
}

static void leave_rooms(struct rooms *rooms)
{
	devtask_requests_destroy(rooms->requests);
	devtask_control_destroy(rooms->control);
	devtask_police_destroy(rooms->police);
	devtask_supervisor_destroy(rooms->supervisor);
	devtask_vigil_destroy(rooms->vigil);
	devtask_absences_destroy(rooms->absences);
	devtask_hold_destroy(rooms->hold);
	devtask_chronicle_destroy(rooms->chronicle);
	devtask_watchers_destroy(rooms->watchers);
	devtask_agents_destroy(rooms->agents);
	devtask_foreground_destroy(rooms->foreground);
	devtask_registry_destroy(rooms->registry);
	devtask_consent_destroy(rooms->consent);
	devtask_history_destroy(rooms->history);
	devtask_conf_destroy(rooms->conf);
	devtask_kernel_close(rooms->kernel);
}

static int serve(sd_event *loop, const struct options *options, struct devtask_error *error)
{
	struct rooms rooms = { 0 };
	unsigned int left;
	int ret;

	ret = make_rooms(&rooms, loop, options, error);
	if (!ret) {
		devtask_conf_watch(rooms.conf, loop, apply_settings, &rooms);
		log_info("ready at %s", options->control);
		sd_notify(0, "READY=1");
		ret = sd_event_loop(loop);
		sd_notify(0, "STOPPING=1");
		left = devtask_supervisor_count(rooms.supervisor);
		if (left)
			log_info("%u tasks go on without a helper", left);
		if (ret < 0)
			devtask_error_set(error, DEVTASK_EXIT_FAILURE, ret, "event loop: %s",
					  strerror(-ret));
	}
	leave_rooms(&rooms);
	return ret;
}

int main(int argc, char **argv)
{
	struct options options = { .control = DEVTASK_PATH_CONTROL, .agent = DEVTASK_PATH_AGENT,
				   .x11 = DEVTASK_PATH_X11 };
	struct devtask_error error;
	sd_event *loop;
	int ret = parse(argc, argv, &options);

	if (ret >= 0)
		return ret;
	fill_standard_descriptors();
	devtask_descriptors_raise();
	devtask_log_init("devtaskd", options.debug);
	ret = sd_event_default(&loop);
	if (ret >= 0)
		ret = watch_signals(loop);
	/* A loop that does not turn is a hung helper: its watchdog starts another one (RUN-11). */
	if (ret >= 0)
		ret = sd_event_set_watchdog(loop, true);
	if (ret < 0) {
		log_error("cannot make the event loop: %s", strerror(-ret));
		return DEVTASK_EXIT_FAILURE;
	}
	ret = serve(loop, &options, &error);
	sd_event_unref(loop);
	if (!ret)
		return DEVTASK_EXIT_OK;
	log_error("%s", error.text);
	return error.exit;
}
