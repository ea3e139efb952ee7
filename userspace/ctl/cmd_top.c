// SPDX-License-Identifier: GPL-2.0-only
/* cmd_top - the tasks that there are, renewed while one looks. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

#include <json-c/json.h>

#include "board.h"
#include "cputime.h"
#include "duration.h"
#include "genl.h"
#include "output.h"
#include "query.h"
#include "rates.h"
#include "screen.h"
#include "verb.h"

#define INTERVAL_MIN_NS	(100 * DEVTASK_NSEC_PER_MSEC)
#define INTERVAL_MAX_NS	(24 * 3600 * DEVTASK_NSEC_PER_SEC)
#define HEADS_LINE	1

struct top {
	uint64_t interval_ns;
	uint64_t iterations;	/* 0 = no end */
	bool batch;
	bool json;
	struct devtask_genl *genl;
	struct devtask_pace *paces;
	size_t count;
};

static int parse_interval(const char *text, struct top *top)
{
	if (!devtask_duration_parse(text, &top->interval_ns) &&
	    top->interval_ns >= INTERVAL_MIN_NS && top->interval_ns <= INTERVAL_MAX_NS)
		return 0;
	return devtask_verb_misused(&devtask_verb_top,
				    "--interval wants a time of 0.1s to 24h, not \"%s\"", text);
}

static int parse_iterations(const char *text, struct top *top)
{
	char *end;

	errno = 0;
	top->iterations = strtoull(text, &end, 10);
	if (!errno && !*end && end != text && *text != '-' && top->iterations)
		return 0;
	return devtask_verb_misused(&devtask_verb_top,
				    "--iterations wants a number from 1, not \"%s\"", text);
}

static int parse(int argc, char **argv, struct top *top)
{
	static const struct option list[] = {
		{ "batch", no_argument, NULL, 'b' },
		{ "interval", required_argument, NULL, 'd' },
		{ "iterations", required_argument, NULL, 'n' },
		{ "json", no_argument, NULL, 'j' },
		{ 0 },
	};
	int option, ret = 0;

	while (!ret && (option = getopt_long(argc, argv, ":bd:n:", list, NULL)) >= 0) {
		switch (option) {
		case 'b':
			top->batch = true;
			break;
		case 'd':
			ret = parse_interval(optarg, top);
			break;
		case 'n':
			ret = parse_iterations(optarg, top);
			break;
		case 'j':
			top->json = true;
			break;
		default:
			return devtask_verb_bad_option(&devtask_verb_top, option, argv);
		}
	}
	if (!ret && optind < argc)
		return devtask_verb_misused(&devtask_verb_top,
					    "does not know what to do with \"%s\"", argv[optind]);
	return ret;
}

static uint64_t clock_ns(clockid_t id)
{
	struct timespec now;

	clock_gettime(id, &now);
	return (uint64_t)now.tv_sec * DEVTASK_NSEC_PER_SEC + (uint64_t)now.tv_nsec;
}

/* Looks again; what was seen before is what the rates are measured from. */
static int look(struct top *top, struct devtask_error *error)
{
	struct devtask_task *tasks = NULL;
	struct devtask_pace *paces;
	int count = devtask_query_tasks(top->genl, &tasks, error);

	if (count < 0)
		return count;
	paces = calloc((size_t)count + 1, sizeof(*paces));
	if (!paces) {
		free(tasks);
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -ENOMEM, "out of memory");
	}
	for (int i = 0; i < count; i++) {
		paces[i].task = tasks[i];
		paces[i].has_cpu = devtask_cputime_read(tasks[i].trigger, &paces[i].cpu_ns);
	}
	free(tasks);
	devtask_rates_set(paces, (size_t)count, top->paces, top->count);
	free(top->paces);
	top->paces = paces;
	top->count = (size_t)count;
	return 0;
}

static int print(struct top *top, struct devtask_error *error)
{
	uint64_t now_ns = clock_ns(CLOCK_BOOTTIME);
	int ret = look(top, error);

	if (ret)
		return ret;
	if (top->json)
		devtask_output_json(stdout, devtask_board_json(top->paces, top->count, now_ns));
	else
		devtask_board_write(top->paces, top->count, now_ns, stdout);
	fflush(stdout);
	return 0;
}

static void sleep_until(uint64_t until_ns)
{
	struct timespec until = {
		.tv_sec = (time_t)(until_ns / DEVTASK_NSEC_PER_SEC),
		.tv_nsec = (long)(until_ns % DEVTASK_NSEC_PER_SEC),
	};

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR)
		;
}

static int run_batch(struct top *top, struct devtask_error *error)
{
	uint64_t due_ns = clock_ns(CLOCK_MONOTONIC);
	int ret = print(top, error);

	for (uint64_t i = 1; !ret && i != top->iterations && !ferror(stdout); i++) {
		due_ns += top->interval_ns;
		sleep_until(due_ns);
		if (!top->json)
			putchar('\n');
		ret = print(top, error);
	}
	return ret;
}

static int show(struct top *top, struct devtask_screen *screen, struct devtask_error *error)
{
	size_t size;
	char *text = NULL;
	FILE *to = open_memstream(&text, &size);

	if (!to)
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -ENOMEM, "out of memory");
	devtask_board_write(top->paces, top->count, clock_ns(CLOCK_BOOTTIME), to);
	if (fclose(to)) {
		free(text);
		return devtask_error_set(error, DEVTASK_EXIT_FAILURE, -ENOMEM, "out of memory");
	}
	devtask_screen_show(screen, text, HEADS_LINE);
	free(text);
	return 0;
}

static int run_live(struct top *top, struct devtask_error *error)
{
	enum devtask_screen_call call = DEVTASK_SCREEN_DUE;
	struct devtask_screen *screen = NULL;
	uint64_t due_ns = clock_ns(CLOCK_MONOTONIC), i = 0;
	int ret = devtask_screen_open(&screen, error);

	while (!ret && call != DEVTASK_SCREEN_QUIT) {
		if (call == DEVTASK_SCREEN_DUE) {
			if (top->iterations && i++ == top->iterations)
				break;
			ret = look(top, error);
			due_ns = clock_ns(CLOCK_MONOTONIC) + top->interval_ns;
		}
		if (!ret)
			ret = show(top, screen, error);
		if (!ret)
			call = devtask_screen_wait(screen, due_ns);
	}
	devtask_screen_close(screen);
	return ret;
}

static int cmd_top(int argc, char **argv)
{
	struct top top = { .interval_ns = 2 * DEVTASK_NSEC_PER_SEC };
	struct devtask_error error;
	int ret = parse(argc, argv, &top);

	if (ret)
		return ret;
	if (!top.batch && !top.json && !devtask_screen_is_there()) {
		top.batch = true;
		/* Nobody looks, and nobody could end it. */
		top.iterations = top.iterations ? top.iterations : 1;
	}
	ret = devtask_genl_connect(&top.genl, &error);
	if (ret)
		return devtask_output_error(&error);
	if (top.batch || top.json)
		ret = run_batch(&top, &error);
	else
		ret = run_live(&top, &error);
	devtask_genl_close(top.genl);
	free(top.paces);
	return ret ? devtask_output_error(&error) : DEVTASK_EXIT_OK;
}

const struct devtask_verb devtask_verb_top = {
	.name = "top",
	.arguments = "[OPTION]...",
	.summary = "Watch the tasks: how fast they go, how long they have left",
	.help =
	"Renews a table of all tasks until q is pressed; space renews it at once. Rates are\n"
	"those since the last time, at first those since the task's start. Without a terminal\n"
	"the table is printed once.\n\n"
	"  -b, --batch         print one table after the other\n"
	"  -d, --interval=TIME how long to wait between them (default: 2s)\n"
	"  -n, --iterations=N  end after so many\n"
	"      --json          print one object a line, each time\n",
	.run = cmd_top,
};
